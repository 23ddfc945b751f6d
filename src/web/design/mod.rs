//! `/design`: every part that pages are made of, in every state, with figures made up here. Those who
//! run the installation judge the look by it, and the browser tests photograph it.

mod drawings;
mod samples;

use super::{
    Access, Answer, Form, answer, flash,
    icon::Icon,
    markup::Markup,
    navigation,
    page::Shell,
    paging::Paging,
    parts::{Cell, Choice, Column, Holds, Link, Tab, Task, Tile},
    routes::{Right, Route},
    signal::Signal,
};
use actix_web::{HttpRequest, http::Method};
use askama::Template;
use domain::shared::Problems;

/// Where the page stands.
const PATH: &str = "/design";

/// The tokens that are shown as swatches.
const COLOURS: [&str; 18] = [
    "ground",
    "card",
    "sunken",
    "line",
    "edge",
    "ink",
    "muted",
    "accent",
    "accent-strong",
    "accent-soft",
    "good",
    "good-soft",
    "warn",
    "warn-soft",
    "bad",
    "bad-soft",
    "series-2",
    "series-5",
];

/// Every signal with a word that it may stand beside.
const SIGNALS: [(Signal, &str); 5] = [
    (Signal::Good, "active"),
    (Signal::Warn, "cap near"),
    (Signal::Bad, "refused"),
    (Signal::Note, "pending"),
    (Signal::Off, "paused"),
];

/// The page and the act that shows a message.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(Method::GET, PATH, Right::Operator, show),
        Route::new(Method::POST, format!("{PATH}/message"), Right::Operator, message),
    ]
}

#[derive(Template)]
#[template(path = "shared/design.html")]
struct DesignPage {
    shell: Shell,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    ranges: Vec<Tab>,
    tiles: Vec<Tile>,
    charts: Vec<Figure>,
    bars: Vec<(&'static str, Markup)>,
    offers: Vec<OfferRow>,
    offer_columns: Vec<Column>,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    paging: Paging,
    choices: Vec<Choice>,
    explained: Vec<Choice>,
    chips: Vec<Link>,
    tasks: Vec<Task>,
    fine: Problems,
    wrong: Problems,
}

/// A drawing in its card.
struct Figure {
    title: &'static str,
    note: &'static str,
    chart: Markup,
}

impl Figure {
    const fn new(title: &'static str, note: &'static str, chart: Markup) -> Self {
        Self { title, note, chart }
    }
}

/// A row of the table of numbers.
struct OfferRow {
    id: usize,
    name: &'static str,
    advertiser: &'static str,
    bar: Markup,
    shape: Markup,
    clicks: String,
    conversions: String,
    rate: String,
    revenue: String,
    margin: String,
    is_loss: bool,
}

/// `GET /design`
async fn show(access: Access, request: HttpRequest) -> Answer {
    let (fine, wrong) = (Problems::default(), samples::problems());
    answer::page(&DesignPage {
        shell: navigation::shell(&access, &request).titled("Design"),
        crumbs: vec![Link::new("Offers", PATH), Link::new("Aurora VPN", PATH)],
        tabs: samples::tabs(),
        ranges: samples::ranges(),
        tiles: samples::tiles(),
        charts: drawings::all(),
        bars: samples::bars(),
        offers: samples::offers(),
        offer_columns: samples::offer_columns(),
        columns: samples::columns(),
        rows: samples::rows(),
        paging: Paging { newer: Some(PATH.to_owned()), older: Some(PATH.to_owned()), is_sorted: false },
        choices: samples::choices(),
        explained: samples::explained(),
        chips: vec![Link::new("Country: DE", PATH), Link::new("Verdict: invalid", PATH)],
        tasks: samples::tasks(),
        fine,
        wrong,
    })
}

/// `POST /design/message`: comes back with a message of the signal that the form names.
async fn message(_: Access, form: Form) -> Answer {
    let found = SIGNALS.iter().find(|(signal, _)| signal.class() == form.get("signal"));
    let signal = found.map_or(Signal::Note, |(signal, _)| *signal);
    Ok(flash::see_other(PATH, signal, "The offer is saved; its links follow within a second"))
}

//! "Test this link": a made-up visitor, where it would go, and what each row said.

use super::{
    ask::asked,
    told::{Told, told, words_of},
};
use crate::{
    links::smart_links::{named_by, row_name},
    web::{
        Access, Answer, Failure, Form, answer, chart, format,
        history::Viewed,
        markup::Markup,
        navigation,
        page::Shell,
        parts::{Choice, Column, Link, Tab},
        signal::Signal,
        views::{SMART_LINK, Subject},
    },
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use domain::{
    links::SmartLink,
    shared::{Problems, SmartLinkId},
    tracking::{Code, Explained, RowVerdict},
};
use store::offers::{Named, Names, choices};

#[derive(Template)]
#[template(path = "tracking/test_link.html")]
struct TestPage {
    shell: Shell,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    state: Option<(Signal, &'static str)>,
    form: Form,
    problems: Problems,
    partners: Vec<Choice>,
    devices: Vec<Choice>,
    connections: Vec<Choice>,
    proxies: Vec<Choice>,
    /// Whether something is asked of where the visitor is and whose its address.
    names_place: bool,
    /// What the tabs are, as in "Views of this Smart Link".
    views: String,
    /// What a test shows.
    hint: &'static str,
    result: Option<Outcome>,
}

/// What came of a test.
pub(super) struct Outcome {
    pub signal: Signal,
    /// Where the visitor goes, in a sentence.
    pub story: String,
    pub destination: Option<String>,
    pub tables: Vec<Table>,
    pub plan_version: u64,
    pub seed: u64,
}

/// What the parts of a link said.
pub(super) struct Table {
    pub title: &'static str,
    pub columns: Vec<Column>,
    pub has_chances: bool,
    pub rows: Vec<Row>,
    /// What stands there where nothing was asked.
    pub empty: &'static str,
}

pub(super) struct Row {
    pub name: String,
    pub signal: Signal,
    pub said: String,
    pub chance: String,
    pub bar: Markup,
    pub is_drawn: bool,
}

impl Table {
    /// With how probable each part was, or without.
    pub fn of(title: &'static str, head: &'static str, rows: Vec<Row>, has_chances: bool) -> Self {
        let mut columns = vec![Column::text(head), Column::text("What it says")];
        if has_chances {
            columns.extend([Column::bars("Chance, drawn"), Column::number("Chance")]);
        }
        let empty = "Nothing was asked: the link, the partner or the network takes no traffic.";
        Self { title, columns, has_chances, rows, empty }
    }
}

impl Row {
    /// A part with its chance.
    pub fn new(name: String, signal: Signal, said: String, propensity: f32, is_drawn: bool) -> Self {
        let chance = f64::from(propensity);
        let shown = if propensity > 0.0 { format::percent(Some(chance)) } else { String::new() };
        Self { name, signal, said, chance: shown, bar: chart::cell_bar(chance, 1.0), is_drawn }
    }
}

/// `GET /smart-links/{smart_link_id}/test`
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let link = access.scope().get::<SmartLink>(*id).await?.body;
    let form = Form::read(request.query_string().as_bytes());
    let (result, problems) = match form.fields().is_empty() {
        true => (None, Problems::default()),
        false => tried(&access, &request, SmartLinkId(*id), &link, &form).await?,
    };
    let subject = (SMART_LINK, link.name.as_str(), link.state());
    let hint = "Each row says whether it takes the click, and what keeps it from it. Nothing is counted.";
    page(&access, &request, *id, subject, hint, (form, result, problems)).await
}

/// What is tested: its kind, its name, its state.
pub(super) type Tested<'a> = (Subject, &'a str, Option<(Signal, &'static str)>);

/// The page of a test: of a visitor that was made up, or of none yet.
pub(super) async fn page(
    access: &Access,
    request: &HttpRequest,
    id: i64,
    (subject, name, state): Tested<'_>,
    hint: &'static str,
    (form, result, problems): (Form, Option<Outcome>, Problems),
) -> Answer {
    let partners = choices(access.scope(), Named::Partner).await?;
    let connections = ["mobile", "wifi", "cable"].map(|name| Choice::new(name, name));
    let proxies = [Choice::new("true", "yes"), Choice::new("false", "no")];
    let of_place = ["region", "city", "isp", "carrier", "connection", "proxy"];
    let devices = ["desktop", "mobile", "tablet", "tv", "console"].map(|name| Choice::new(name, name));
    answer::page(&TestPage {
        state,
        shell: navigation::shell(access, request).titled(name),
        crumbs: subject.crumbs(),
        tabs: subject.tabs(access, id, request.path()),
        names_place: of_place.iter().any(|name| !form.get(name).is_empty()),
        views: format!("Views of this {}", subject.one),
        hint,
        form,
        problems,
        partners: partners.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        devices: devices.to_vec(),
        connections: connections.to_vec(),
        proxies: proxies.to_vec(),
        result,
    })
}

async fn tried(
    access: &Access,
    request: &HttpRequest,
    id: SmartLinkId,
    link: &SmartLink,
    form: &Form,
) -> Result<(Option<Outcome>, Problems), Failure> {
    let visitor = match asked(access, form).await {
        Ok(visitor) => visitor,
        Err(failure) => return Ok((None, failure.into_problems()?)),
    };
    let told = told(access, request, id, &visitor).await?;
    let hops = told.explained.decision.hops.iter();
    let offers = hops.filter_map(|hop| Some((Named::Offer, hop.offer?.0)));
    let pages =
        told.explained.decision.hops.iter().filter_map(|hop| Some((Named::LandingPage, hop.landing_page?.0)));
    let names = Names::read(access.scope(), named_by(link).chain(offers).chain(pages)).await?;
    Ok((Some(outcome(link, &names, &told, visitor.seed)), Problems::default()))
}

fn outcome(link: &SmartLink, names: &Names, told: &Told<Explained>, seed: u64) -> Outcome {
    let first = told.explained.decision.hops.first();
    let drawn = first.filter(|hop| hop.row.is_some()).and_then(|hop| hop.branch).map(usize::from);
    let rows = link.rows.iter().zip(&told.explained.rows).enumerate();
    let mut rows: Vec<Row> = rows
        .map(|(place, (row, said))| {
            let name = row_name(names, place, row);
            let is_drawn = drawn == Some(place);
            Row::new(name, signal_of(said.verdict), words_of(said.verdict), said.propensity, is_drawn)
        })
        .collect();
    if let (Some(offer), Some(said)) = (link.catch_all_id, told.explained.catch_all) {
        let is_drawn = drawn.is_none() && said == RowVerdict::Takes;
        let name = format!("Catch-all: {}", names.of(Named::Offer, offer.0));
        rows.push(Row {
            bar: Markup::default(),
            ..Row::new(name, signal_of(said), words_of(said), 0.0, is_drawn)
        });
    }
    Outcome {
        signal: if told.destination.is_some() { Signal::Good } else { Signal::Bad },
        story: story(names, told, drawn),
        destination: told.destination.clone(),
        tables: vec![Table::of("What each row says", "Row", rows, true)],
        plan_version: told.plan_version,
        seed,
    }
}

fn signal_of(verdict: RowVerdict) -> Signal {
    if verdict == RowVerdict::Takes { Signal::Good } else { Signal::Off }
}

fn story(names: &Names, told: &Told<Explained>, drawn: Option<usize>) -> String {
    let hops = &told.explained.decision.hops;
    let Some(last) = hops.last() else { return String::new() };
    let offer = last.offer.map_or("", |offer| names.of(Named::Offer, offer.0));
    let code =
        last.code.map_or_else(String::new, |code| format!("{} (code {})", code.words(), code.number()));
    match (drawn, last.code) {
        (Some(place), None | Some(Code::Bot)) => format!("Row {} takes the click: {offer}.", place + 1),
        (Some(place), Some(_)) => format!("Row {} has the click, and ends it: {code}.", place + 1),
        (None, None | Some(Code::Bot)) if hops.len() == 1 => {
            format!("No row takes the click: the catch-all does, {offer}.")
        }
        (None, None | Some(Code::Bot)) => {
            format!("No row takes the click, nor the catch-all: its fail traffic leads to {offer}.")
        }
        (None, Some(_)) if hops.len() > 1 => {
            let tried = hops.iter().filter_map(|hop| Some((names.of(Named::Offer, hop.offer?.0), hop.code?)));
            let tried =
                tried.map(|(name, code)| format!("{name}: {} (code {})", code.words(), code.number()));
            let tried = tried.collect::<Vec<_>>().join("; ");
            format!("No row takes the click, nor do the catch-all and its fail traffic: {tried}.")
        }
        (None, Some(_)) if told.destination.is_some() => format!(
            "Nothing takes the click: {code}. The visitor goes where fail traffic or the network's fallback URL leads."
        ),
        (None, Some(_)) => format!(
            "Nothing takes the click: {code}. The visitor sees a clean page with status {}.",
            told.status
        ),
    }
}

//! "Test this link": a made-up visitor, where it would go, and what each row said.

use super::{
    ask::asked,
    tables::{Table, named, tables},
    told::{Told, told},
};
use crate::web::{
    Access, Answer, Failure, Form, answer,
    history::Viewed,
    navigation,
    page::Shell,
    parts::{Choice, Link, Tab},
    signal::Signal,
    views::{SMART_LINK, Subject},
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use domain::{
    links::SmartLink,
    shared::{Problems, SmartLinkId},
    tracking::{Code, SUBS},
};
use std::ops::RangeInclusive;
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
    /// Whether something is asked of its source, of the subs that the form shows first, or of the dice.
    names_source: bool,
    /// The same of the other subs.
    names_more_subs: bool,
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

/// `GET /smart-links/{smart_link_id}/test`
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let link = access.scope().get::<SmartLink>(*id).await?.body;
    let form = Form::read(request.query_string().as_bytes());
    let (result, problems) = match form.fields().is_empty() {
        true => (None, Problems::default()),
        false => tried(&access, &request, SmartLinkId(*id), &form).await?,
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
        names_source: ["source_id", "is_bot", "ip", "seed"].iter().any(|name| !form.get(name).is_empty())
            || has_sub(&form, 1..=5),
        names_more_subs: has_sub(&form, 6..=SUBS),
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

fn has_sub(form: &Form, mut numbers: RangeInclusive<usize>) -> bool {
    numbers.any(|number| !form.get(&format!("sub{number}")).is_empty())
}

async fn tried(
    access: &Access,
    request: &HttpRequest,
    id: SmartLinkId,
    form: &Form,
) -> Result<(Option<Outcome>, Problems), Failure> {
    let visitor = match asked(access, form).await {
        Ok(visitor) => visitor,
        Err(failure) => return Ok((None, failure.into_problems()?)),
    };
    let told = told(access, request, id, &visitor).await?;
    let names = Names::read(access.scope(), named(&told)).await?;
    Ok((Some(outcome(&names, &told, visitor.seed)), Problems::default()))
}

fn outcome(names: &Names, told: &Told, seed: u64) -> Outcome {
    let first = told.explained.decision.hops.first();
    let drawn = first.filter(|hop| hop.row.is_some()).and_then(|hop| hop.branch).map(usize::from);
    Outcome {
        signal: if told.destination.is_some() { Signal::Good } else { Signal::Bad },
        story: story(names, told, drawn),
        destination: told.destination.clone(),
        tables: tables(told.plan(), names, &told.explained),
        plan_version: told.plan().version(),
        seed,
    }
}

fn story(names: &Names, told: &Told, drawn: Option<usize>) -> String {
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
        (None, Some(_)) => {
            format!("Nothing takes the click: {code}. The visitor sees {}.", told.page_words())
        }
    }
}

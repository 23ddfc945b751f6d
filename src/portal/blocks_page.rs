//! "Blocks and warnings": which of a partner's sources are blocked or about to be, why, since when, and what to do.

use super::blocks::{Against, Blocks, Rules, source, sources};
use crate::{
    smartswitch::rules::words::Words,
    web::{
        Access, Answer, Listing, answer, format, navigation,
        page::Shell,
        paging::{self, Paging},
        parts::{Cell, Column, Link},
        signal::Signal,
    },
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use chrono::{DateTime, Utc};
use domain::{
    shared::{ActionableVariableId, Calendar},
    smartswitch::{ActionableState, SwitchAction},
};
use store::smartswitch::{ActionableVariable, VariableChange};

/// What concerns a partner now.
const CURRENT: [ActionableState; 4] =
    [ActionableState::Pending, ActionableState::Blocked, ActionableState::Failing, ActionableState::Notified];
/// What did before.
const EARLIER: [ActionableState; 4] = [
    ActionableState::Recovered,
    ActionableState::Whitelisted,
    ActionableState::Deleted,
    ActionableState::Expired,
];
/// How many of what did before are shown.
const SHOWN_EARLIER: u64 = 20;

#[derive(Template)]
#[template(path = "portal/blocks.html")]
struct BlocksPage {
    shell: Shell,
    lead: String,
    current: Vec<Card>,
    paging: Paging,
    earlier_columns: Vec<Column>,
    earlier: Vec<Vec<Cell>>,
}

/// A source that is blocked or about to be.
struct Card {
    href: String,
    variable: &'static str,
    value: String,
    offer: String,
    state: (Signal, &'static str),
    /// What becomes of it and when.
    when: String,
    words: Option<Words>,
    against: Vec<Against>,
}

#[derive(Template)]
#[template(path = "portal/block.html")]
struct BlockPage {
    shell: Shell,
    crumbs: Vec<Link>,
    card: Card,
    figures: Vec<(&'static str, String)>,
    window: String,
    columns: Vec<Column>,
    history: Vec<Vec<Cell>>,
}

/// `GET /portal/blocks`
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &[])?;
    let page = listing.page()?;
    let rules = Rules::read(&access).await?;
    let current = sources(&access, &rules, &CURRENT, (page.before, page.limit)).await?;
    let (current, paging) = paging::cut(&request, &listing, current, |one| one.id.0);
    let earlier = sources(&access, &rules, &EARLIER, (None, SHOWN_EARLIER)).await?;
    let all: Vec<ActionableVariable> = current.iter().chain(&earlier).cloned().collect();
    let blocks = Blocks::of(&access, rules, &all).await?;
    let now = Utc::now();
    answer::page(&BlocksPage {
        shell: navigation::shell(&access, &request).titled("Blocks and warnings"),
        lead: lead(&current, now),
        current: current.iter().map(|one| card(&blocks, one, now)).collect(),
        paging,
        earlier_columns: ["Source", "Offer", "What became of it", "When"].map(Column::text).into(),
        earlier: earlier.iter().map(|one| row(&blocks, one)).collect(),
    })
}

/// `GET /portal/blocks/{actionable_variable_id}`
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let rules = Rules::read(&access).await?;
    let (found, history) = source(&access, &rules, ActionableVariableId(*id)).await?;
    let blocks = Blocks::of(&access, rules, std::slice::from_ref(&found)).await?;
    let title = format!("{} {}", found.variable.name(), value(&found));
    let calendar = blocks.calendar();
    let figures = found.figures.as_ref();
    answer::page(&BlockPage {
        shell: navigation::shell(&access, &request).titled(title),
        crumbs: vec![Link::new("Blocks and warnings", "/portal/blocks")],
        card: card(&blocks, &found, Utc::now()),
        figures: figures.map(|finding| blocks.figures(finding)).unwrap_or_default(),
        window: figures.map_or_else(String::new, |finding| {
            let at = |hour| format::moment(calendar.start_of_hour(hour), calendar);
            format!("From {} to {}.", at(finding.hours.from), at(finding.hours.to))
        }),
        columns: ["When", "What happened", "By"].map(Column::text).into(),
        history: history.iter().rev().map(|line| past(line, calendar)).collect(),
    })
}

/// What waits and what is blocked, in a sentence.
fn lead(current: &[ActionableVariable], now: DateTime<Utc>) -> String {
    let count = |wanted: fn(ActionableState) -> bool| current.iter().filter(|one| wanted(one.state)).count();
    let pending = count(|state| state == ActionableState::Pending);
    let first =
        current.iter().filter(|one| one.state == ActionableState::Pending).map(|one| one.due_at).min();
    let blocked = count(|state| state.met().is_some());
    match (first, blocked) {
        (None, 0) => "Nothing of your traffic is blocked or about to be.".to_owned(),
        (None, blocked) => format!("{} blocked.", are(blocked)),
        (Some(first), 0) => format!("{} about to be blocked, the first {}.", are(pending), until(first, now)),
        (Some(first), blocked) => format!(
            "{} about to be blocked, the first {}; {} blocked.",
            are(pending),
            until(first, now),
            are(blocked)
        ),
    }
}

fn are(count: usize) -> String {
    format!("{} {}", format::counted(count, "source"), if count == 1 { "is" } else { "are" })
}

fn until(millis: i64, now: DateTime<Utc>) -> String {
    let left = DateTime::from_timestamp_millis(millis).unwrap_or_default() - now;
    if left <= chrono::Duration::zero() {
        "any moment".to_owned()
    } else {
        format!("in {}", format::duration(left))
    }
}

fn value(one: &ActionableVariable) -> String {
    if one.source.value.is_empty() { "(empty)".to_owned() } else { one.source.value.clone() }
}

fn card(blocks: &Blocks, one: &ActionableVariable, now: DateTime<Utc>) -> Card {
    let calendar = blocks.calendar();
    Card {
        href: format!("/portal/blocks/{}", one.id),
        variable: one.variable.name(),
        value: value(one),
        offer: blocks.offer(one).to_owned(),
        state: state(one.state),
        when: when(one, calendar, now),
        words: blocks.words(one),
        against: one.figures.as_ref().map(|finding| blocks.against(one, finding)).unwrap_or_default(),
    }
}

fn when(one: &ActionableVariable, calendar: Calendar, now: DateTime<Utc>) -> String {
    let at = |millis| format::moment_of_millis(millis, calendar);
    let ends = if one.ends_at > 0 { format!(", until {}", at(one.ends_at)) } else { String::new() };
    let then = match one.action {
        SwitchAction::Block => "Its clicks will see a blank page",
        SwitchAction::FailTraffic => "Its clicks will be sent to the offer's fail traffic",
        SwitchAction::Notify => "You are told, and nothing else happens",
    };
    match one.state {
        ActionableState::Pending => format!("{then} {} ({}).", until(one.due_at, now), at(one.due_at)),
        ActionableState::Blocked => {
            format!("Its clicks see a blank page since {}{ends}.", at(one.blocked_at))
        }
        ActionableState::Failing => {
            format!("Its clicks are sent to the offer's fail traffic since {}{ends}.", at(one.blocked_at))
        }
        ActionableState::Notified => {
            format!("You were told of it at {}. Nothing else happens.", at(one.created_at))
        }
        ActionableState::Recovered
        | ActionableState::Whitelisted
        | ActionableState::Deleted
        | ActionableState::Expired => format!("Its clicks are let through since {}.", at(one.changed_at)),
    }
}

const fn state(state: ActionableState) -> (Signal, &'static str) {
    match state {
        ActionableState::Pending => (Signal::Warn, "about to be blocked"),
        ActionableState::Blocked => (Signal::Bad, "blocked"),
        ActionableState::Failing => (Signal::Bad, "sent to fail traffic"),
        ActionableState::Notified => (Signal::Warn, "quality notice"),
        ActionableState::Recovered => (Signal::Good, "recovered"),
        ActionableState::Whitelisted => (Signal::Good, "whitelisted"),
        ActionableState::Deleted => (Signal::Off, "lifted"),
        ActionableState::Expired => (Signal::Off, "block ended"),
    }
}

fn row(blocks: &Blocks, one: &ActionableVariable) -> Vec<Cell> {
    let (signal, word) = state(one.state);
    let at = DateTime::from_timestamp_millis(one.changed_at).unwrap_or_default();
    vec![
        Cell::way(format!("{} {}", one.variable.name(), value(one)), format!("/portal/blocks/{}", one.id)),
        Cell::Words(blocks.offer(one).to_owned()),
        Cell::State(signal, word.to_owned()),
        Cell::Moment(format::moment_html(at, blocks.calendar()), None),
    ]
}

fn past(line: &VariableChange, calendar: Calendar) -> Vec<Cell> {
    let at = DateTime::from_timestamp_millis(line.at).unwrap_or_default();
    let (signal, word) = state(line.state);
    // Who it was is the network's own affair.
    let by = if line.by.is_empty() { "the rule" } else { "the network" };
    vec![
        Cell::Moment(format::moment_html(at, calendar), None),
        Cell::State(signal, word.to_owned()),
        Cell::Words(by.to_owned()),
    ]
}

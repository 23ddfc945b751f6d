//! What is applied to several sources: first a page that says what it does to how many and to how much traffic, then
//! the act.

use super::{
    super::{VARIABLES, known_rules::KnownRules},
    acts, words,
};
use crate::web::{
    Access, Answer, Failure, Form, answer, flash, format, navigation, page::Shell, parts::Link,
    signal::Signal, traffic,
};
use actix_web::HttpRequest;
use askama::Template;
use chrono::Utc;
use domain::{
    shared::{ActionableVariableId, Calendar, HourNumber},
    smartswitch::{ActionableAct, ActionableState, Source, Variable},
};
use std::collections::{BTreeMap, BTreeSet};
use store::{
    offers::{Named, Names},
    smartswitch::{ActionableVariable, variable},
};

/// The hours of the clicks that an act is told by.
const DAY: i64 = 24;

#[derive(Template)]
#[template(path = "smartswitch/variables_act.html")]
struct ActPage {
    shell: Shell,
    crumbs: Vec<Link>,
    act: Option<ActionableAct>,
    /// How much traffic it is about.
    lead: String,
    /// What is left as it is, and why; empty where nothing is.
    left: String,
    rows: Vec<Row>,
    /// Whether the clicks of the last hours are told: only to who sees figures.
    has_traffic: bool,
}

struct Row {
    id: String,
    name: String,
    offer: String,
    partner: String,
    rule: String,
    before: ActionableState,
    after: ActionableState,
    /// In the hours in which it was found.
    clicks: String,
    /// In the last 24 hours.
    lately: String,
}

impl ActPage {
    fn button(&self, act: &ActionableAct) -> String {
        format!("{} {}", words::act(*act), format::counted(self.rows.len(), "source"))
    }

    fn is_danger(act: &ActionableAct) -> bool {
        words::is_danger(*act)
    }

    fn what(act: &ActionableAct) -> &'static str {
        words::what(*act)
    }

    fn signal(state: &ActionableState) -> Signal {
        words::signal(*state)
    }
}

/// `GET /smart-switch/variables/bulk`: what an act would do. Nothing is changed here.
pub async fn ask(access: Access, request: HttpRequest) -> Answer {
    let form = Form::read(request.query_string().as_bytes());
    let ids = ids(&form)?;
    let act = act_of(&form).filter(|_| !ids.is_empty());
    let Some(act) = act else {
        return answer::page(&ActPage {
            shell: navigation::shell(&access, &request).titled("Change several sources"),
            crumbs: crumbs(),
            act: None,
            lead: String::new(),
            left: String::new(),
            rows: Vec::new(),
            has_traffic: false,
        });
    };
    let found = found(&access, &ids).await?;
    let (changed, left): (Vec<_>, Vec<_>) =
        found.iter().partition(|variable| variable.state.after(act, variable.action).is_some());
    let lately = lately(&access, &changed).await?;
    let title = format!("{} {}", words::act(act), format::counted(changed.len(), "source"));
    answer::page(&ActPage {
        shell: navigation::shell(&access, &request).titled(title),
        crumbs: crumbs(),
        act: Some(act),
        lead: lead(&changed, lately.as_ref()),
        left: left_as_they_are(act, &left),
        rows: rows(&access, act, &changed, lately.as_ref()).await?,
        has_traffic: lately.is_some(),
    })
}

/// `POST /smart-switch/variables/bulk`: the act, of a form that has said what it does.
pub async fn act(access: Access, form: Form) -> Answer {
    let act = act_of(&form).ok_or_else(|| Failure::malformed("act", "the act is none that there is"))?;
    let ids = ids(&form)?;
    // Back to the source that the form was on.
    let back = if form.get("back").is_empty() { VARIABLES } else { answer::local_path(form.get("back")) };
    let acted = acts::act(&access, ids, act).await?;
    let signal = if acted.changed.is_empty() { Signal::Warn } else { Signal::Good };
    Ok(flash::see_other(back, signal, &acts::told(&access, act, &acted).await?))
}

fn crumbs() -> Vec<Link> {
    vec![Link::new("Actionable variables", VARIABLES)]
}

fn act_of(form: &Form) -> Option<ActionableAct> {
    ActionableAct::ALL.into_iter().find(|act| act.name() == form.get("act"))
}

/// The ids of a form, each once.
fn ids(form: &Form) -> Result<BTreeSet<ActionableVariableId>, Failure> {
    let read: Result<BTreeSet<_>, _> = form.all("id").map(str::parse).collect();
    let ids = read.map_err(|_| Failure::NotFound)?;
    if !ids.is_empty() {
        acts::check_count(ids.len())?;
    }
    Ok(ids)
}

async fn found(
    access: &Access,
    ids: &BTreeSet<ActionableVariableId>,
) -> Result<Vec<ActionableVariable>, Failure> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.push(variable(access.scope(), *id).await?);
    }
    Ok(found)
}

/// The clicks of each in the last 24 hours; none for whoever may not see figures.
async fn lately(
    access: &Access,
    changed: &[&ActionableVariable],
) -> Result<Option<BTreeMap<(Variable, Source), i64>>, Failure> {
    let calendar = Calendar::new(access.entrant().network.zone);
    let from = HourNumber(calendar.hour(Utc::now()).0 + 1 - DAY);
    let mut clicks = BTreeMap::new();
    for kind in Variable::ALL {
        let of_kind = changed.iter().filter(|variable| variable.variable == kind);
        let sources: Vec<&Source> = of_kind.map(|variable| &variable.source).collect();
        if sources.is_empty() {
            continue;
        }
        let Some(found) = traffic::of_sources(access, kind, &sources, from).await? else { return Ok(None) };
        clicks.extend(found.into_iter().map(|(source, clicks)| ((kind, source), clicks)));
    }
    Ok(Some(clicks).filter(|_| !changed.is_empty()))
}

fn clicks_of(lately: Option<&BTreeMap<(Variable, Source), i64>>, variable: &ActionableVariable) -> i64 {
    lately.and_then(|all| all.get(&(variable.variable, variable.source.clone()))).copied().unwrap_or(0)
}

/// How much traffic it is about, in a sentence.
fn lead(changed: &[&ActionableVariable], lately: Option<&BTreeMap<(Variable, Source), i64>>) -> String {
    let found = changed.iter().filter_map(|variable| variable.figures.as_ref());
    let found: i64 = found.map(|found| found.measures.clicks()).sum();
    let of_day = lately.map_or_else(String::new, |_| {
        let clicks: i64 = changed.iter().map(|variable| clicks_of(lately, variable)).sum();
        format!(", and {} in the last 24 hours", format::counted(clicks, "click"))
    });
    format!("They brought {} in the hours in which they were found{of_day}.", format::counted(found, "click"))
}

/// What is left as it is, and why.
fn left_as_they_are(act: ActionableAct, left: &[&ActionableVariable]) -> String {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for variable in left {
        *reasons.entry(words::left(act, variable.state, variable.action)).or_default() += 1;
    }
    if reasons.is_empty() { String::new() } else { format!("Left as they are: {}.", acts::counted(&reasons)) }
}

async fn rows(
    access: &Access,
    act: ActionableAct,
    changed: &[&ActionableVariable],
    lately: Option<&BTreeMap<(Variable, Source), i64>>,
) -> Result<Vec<Row>, Failure> {
    let named = changed.iter().flat_map(|variable| {
        [(Named::Offer, variable.source.offer_id.0), (Named::Partner, variable.source.partner_id.0)]
    });
    let names = Names::read(access.scope(), named).await?;
    let rules = KnownRules::read(access).await?;
    let row = |variable: &&ActionableVariable| {
        let after = variable.state.after(act, variable.action)?;
        let found = variable.figures.as_ref().map(|found| found.measures.clicks());
        let has_value = !variable.source.value.is_empty();
        Some(Row {
            id: variable.id.to_string(),
            name: words::source(variable),
            offer: names.of(Named::Offer, variable.source.offer_id.0).to_owned(),
            partner: names.of(Named::Partner, variable.source.partner_id.0).to_owned(),
            rule: rules.name(variable.rule_id).to_owned(),
            before: variable.state,
            after,
            clicks: found.map_or_else(|| format::NO_VALUE.to_owned(), format::count),
            // What came without the variable is in no report by it.
            lately: if has_value {
                format::count(clicks_of(lately, variable))
            } else {
                format::NO_VALUE.to_owned()
            },
        })
    };
    Ok(changed.iter().filter_map(row).collect())
}

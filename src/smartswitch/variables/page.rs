//! The page of one source: where it stands and what happens next, what the rule said of it, its figures, its history,
//! and what can be done with it.

use super::{
    super::{
        RUNS, VARIABLES,
        known_rules::{self, KnownRules},
    },
    words::{self, KpiLine},
};
use crate::web::{
    Access, Answer, Form, answer, figures, format,
    format::Grain,
    markup::Markup,
    navigation,
    page::Shell,
    parts::{Column, Fact, Link},
    signal::Signal,
    views::page_of,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use chrono::{DateTime, SecondsFormat, Utc};
use domain::{
    identity::{Level, Section},
    shared::{ActionableVariableId, Calendar, Currency, HourNumber, Metric},
    smartswitch::{ActionableAct, ActionableState, Finding, SmartSwitchRule},
};
use store::{
    offers::{Named, Names},
    smartswitch::{ActionableVariable, VariableChange, changes_of, variable},
};

/// The figures of each judgement.
const FIGURES: [Metric; 13] = [
    Metric::Clicks,
    Metric::UniqueClicks,
    Metric::DuplicateClicks,
    Metric::InvalidClicks,
    Metric::Cv,
    Metric::Cvr,
    Metric::Pending,
    Metric::Rejected,
    Metric::Events,
    Metric::Payout,
    Metric::Revenue,
    Metric::Profit,
    Metric::Epc,
];

#[derive(Template)]
#[template(path = "smartswitch/variable.html")]
struct VariablePage {
    shell: Shell,
    crumbs: Vec<Link>,
    id: String,
    path: String,
    state: (Signal, &'static str),
    /// What happens next, counted down; empty where nothing does by itself.
    next: Markup,
    /// Where it stands; of a pending one, how its delay ends.
    story: String,
    is_pending: bool,
    clicks_href: Option<String>,
    facts: Vec<Fact>,
    /// The threshold that was reached; none where that can't be told any more.
    threshold: Option<Reached>,
    /// Whether a KPI asks how probable its breach is.
    asks_for_sure: bool,
    kpi_columns: Vec<Column>,
    kpis: Vec<KpiLine>,
    figure_columns: Vec<Column>,
    figures: Vec<Figured>,
    history_columns: Vec<Column>,
    history: Vec<Passage>,
    choices: Vec<Decision>,
}

/// A threshold that was reached.
struct Reached {
    name: &'static str,
    value: String,
    bound: String,
}

/// The figures of one judgement.
struct Figured {
    when: Markup,
    window: String,
    figures: Vec<String>,
}

struct Passage {
    at: Markup,
    signal: Signal,
    state: &'static str,
    by: String,
    run_href: Option<String>,
    why: String,
}

/// Something that can be done, and what it does.
struct Decision {
    act: &'static str,
    button: &'static str,
    title: String,
    what: &'static str,
    class: &'static str,
}

/// `GET /smart-switch/variables/{actionable_variable_id}`
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let id = ActionableVariableId(*id);
    let found = variable(access.scope(), id).await?;
    let changes = changes_of(access.scope(), id).await?;
    let rules = KnownRules::read(&access).await?;
    let said = rules.said(&access, found.rule_id, found.created_at).await?;
    let named = [(Named::Offer, found.source.offer_id.0), (Named::Partner, found.source.partner_id.0)];
    let names = Names::read(access.scope(), named).await?;
    let network = &access.entrant().network;
    let teller =
        Teller { calendar: Calendar::new(network.zone), currency: network.currency, now: Utc::now() };
    let judged = said.as_deref().zip(found.figures.as_ref());
    let kpis = judged
        .map_or_else(Vec::new, |(rule, finding)| words::kpis(rule, &finding.judgement, teller.currency));
    let asks_for_sure = kpis.iter().any(|kpi| !kpi.probability.is_empty());
    let mut history = Vec::with_capacity(changes.len());
    for change in changes.iter().rev() {
        let rule = rules.said(&access, found.rule_id, change.at).await?;
        history.push(teller.passage(&access, change, rule.as_deref()));
    }
    answer::page(&VariablePage {
        shell: navigation::shell(&access, &request).titled(words::source(&found)),
        crumbs: vec![Link::new("Actionable variables", VARIABLES)],
        id: id.to_string(),
        path: request.path().to_owned(),
        state: (words::signal(found.state), found.state.name()),
        next: words::next(&found, teller.now, teller.calendar, Grain::Fine),
        story: teller.story(&found, rules.get(found.rule_id)),
        is_pending: found.state == ActionableState::Pending,
        clicks_href: teller.clicks_href(&access, &found),
        facts: teller.facts(&access, &names, &rules, &found),
        threshold: judged.and_then(|(rule, finding)| teller.threshold(rule, finding)),
        asks_for_sure,
        kpi_columns: kpi_columns(asks_for_sure),
        kpis,
        figure_columns: figure_columns(),
        figures: changes.iter().filter_map(|change| teller.figured(change)).collect(),
        history_columns: ["When", "Became", "By", "Why"].into_iter().map(Column::text).collect(),
        history,
        choices: choices(&access, &found),
    })
}

fn kpi_columns(asks_for_sure: bool) -> Vec<Column> {
    let head = [Column::text("Figure"), Column::number("Was"), Column::number("Limit")];
    let hint = "That the breach is no accident, where the KPI asks for it";
    let sure = asks_for_sure.then(|| Column::number("Probability").hint(hint));
    head.into_iter().chain(sure).chain([Column::text("Says")]).collect()
}

fn figure_columns() -> Vec<Column> {
    let head = [Column::text("Judged"), Column::text("Hours")];
    let metrics = FIGURES.map(|metric| Column::number(metric.words()).hint(metric.formula()));
    head.into_iter().chain(metrics).collect()
}

/// What can be done with it, by whoever may.
fn choices(access: &Access, found: &ActionableVariable) -> Vec<Decision> {
    if !access.may(Section::SmartSwitch, Level::Full) {
        return Vec::new();
    }
    let is_for_it = |act: &ActionableAct| found.state.after(*act, found.action).is_some();
    let decision = |act: ActionableAct| Decision {
        act: act.name(),
        button: if act == ActionableAct::Block { "Block now" } else { words::act(act) },
        title: format!("{} {}?", words::act(act), words::source(found)),
        what: words::what_of_one(act),
        class: if words::is_danger(act) { "danger" } else { "" },
    };
    ActionableAct::ALL.into_iter().filter(is_for_it).map(decision).collect()
}

/// How the page tells moments and figures.
struct Teller {
    calendar: Calendar,
    currency: Currency,
    now: DateTime<Utc>,
}

impl Teller {
    fn moment(&self, millis: i64) -> String {
        if millis == 0 { String::new() } else { format::moment_of_millis(millis, self.calendar) }
    }

    fn moment_html(&self, millis: i64) -> Markup {
        format::moment_html(DateTime::from_timestamp_millis(millis).unwrap_or_default(), self.calendar)
    }

    fn hour(&self, hour: HourNumber) -> String {
        self.calendar.local(self.calendar.start_of_hour(hour)).format("%-d %b %H:%M").to_string()
    }

    /// Where it stands, in a sentence or two.
    fn story(&self, found: &ActionableVariable, rule: Option<&SmartSwitchRule>) -> String {
        let changed = self.moment(found.changed_at);
        match found.state {
            ActionableState::Pending if rule.is_some_and(|rule| rule.recover) => format!(
                "at {}, unless its KPIs are no longer breached by then. That it brings less does not save it.",
                self.moment(found.due_at)
            ),
            ActionableState::Pending => {
                format!("at {}, whatever it does until then.", self.moment(found.due_at))
            }
            ActionableState::Blocked => {
                format!("Since {changed} its clicks see a blank page{}.", self.end(found))
            }
            ActionableState::Failing => {
                format!("Since {changed} its clicks go to the offer's fail traffic{}.", self.end(found))
            }
            ActionableState::Notified => {
                format!("Told of on {changed}. Its clicks are let through.")
            }
            ActionableState::Recovered => {
                format!(
                    "On {changed} its KPIs were no longer breached. It is left alone until a run finds it again."
                )
            }
            ActionableState::Whitelisted => {
                format!("Since {changed} this rule leaves it alone for good. Other rules still judge it.")
            }
            ActionableState::Deleted => {
                format!("Lifted on {changed}. A later run may find it again.")
            }
            ActionableState::Expired => {
                format!("Its block ended by itself on {changed}. A later run may find it again.")
            }
        }
    }

    fn end(&self, found: &ActionableVariable) -> String {
        match found.ends_at {
            0 => ", until somebody lifts it".to_owned(),
            at => format!(", until {}", self.moment(at)),
        }
    }

    fn facts(
        &self,
        access: &Access,
        names: &Names,
        rules: &KnownRules,
        found: &ActionableVariable,
    ) -> Vec<Fact> {
        let named =
            |label: &str, kind, id| Fact::new(label, names.of(kind, id)).to(page_of(access, kind, id));
        let run = format!("{RUNS}/{}", found.run_id);
        let is_pending = found.state == ActionableState::Pending;
        Fact::known(vec![
            named("Offer", Named::Offer, found.source.offer_id.0),
            named("Partner", Named::Partner, found.source.partner_id.0),
            Fact::new("Rule", rules.name(found.rule_id)).to(known_rules::page(access, found.rule_id)),
            Fact::new("Action", words::action(found.action)),
            Fact::new("Found", self.moment(found.created_at)),
            Fact::new("Found by run", found.run_id.to_string()).to(access.own().is_none().then_some(run)),
            Fact::new(if is_pending { "Due" } else { "Was due" }, self.moment(found.due_at)),
            Fact::new("Blocked", self.moment(found.blocked_at)),
            Fact::new("Block ends", self.moment(found.ends_at)),
        ])
    }

    fn threshold(&self, rule: &SmartSwitchRule, finding: &Finding) -> Option<Reached> {
        let threshold = rule.thresholds.get(finding.judgement.threshold?)?;
        let metric = threshold.data_point.metric();
        Some(Reached {
            name: metric.words(),
            value: figures::shown(metric, &finding.measures, self.currency),
            bound: words::bound(threshold, self.currency),
        })
    }

    fn figured(&self, change: &VariableChange) -> Option<Figured> {
        let finding = change.figures.as_ref()?;
        let hours = finding.hours;
        Some(Figured {
            when: self.moment_html(change.at),
            window: format!("{} to {}", self.hour(hours.from), self.hour(hours.to)),
            figures: FIGURES
                .iter()
                .map(|metric| figures::shown(*metric, &finding.measures, self.currency))
                .collect(),
        })
    }

    fn passage(&self, access: &Access, change: &VariableChange, rule: Option<&SmartSwitchRule>) -> Passage {
        let by = if change.by.is_empty() { "the rule" } else { change.by.as_str() };
        let judged = rule
            .zip(change.figures.as_ref())
            .map(|(rule, finding)| words::in_a_line(&words::kpis(rule, &finding.judgement, self.currency)));
        Passage {
            at: self.moment_html(change.at),
            signal: words::signal(change.state),
            state: change.state.name(),
            by: by.to_owned(),
            run_href: change.run_id.filter(|_| access.own().is_none()).map(|run| format!("{RUNS}/{run}")),
            why: if change.why.is_empty() { judged.unwrap_or_default() } else { change.why.clone() },
        }
    }

    /// The click log of this source in the hours in which it was found; none where a log can't be asked for it.
    fn clicks_href(&self, access: &Access, found: &ActionableVariable) -> Option<String> {
        let value = found.source.value.as_str();
        if value.is_empty() || !access.may(Section::Clicks, Level::Read) {
            return None;
        }
        let (offer, partner) = (found.source.offer_id.to_string(), found.source.partner_id.to_string());
        let from = self.calendar.start_of_hour(found.judged_from).to_rfc3339_opts(SecondsFormat::Secs, true);
        let form = Form::holding(&[
            ("from", from.as_str()),
            ("offer_id", &offer),
            ("partner_id", &partner),
            (found.variable.name(), value),
        ]);
        Some(form.href("/clicks", &[]))
    }
}

//! One run: what it judged, what it found and by which figures; and the button that lets its rule run now.

use super::{
    super::{
        RUNS, VARIABLES,
        known_rules::{self, KnownRules},
        variables::Table,
    },
    api::asked,
    words,
};
use crate::web::{
    Access, Answer, Failure, Form, answer,
    columns::Columns,
    figures, flash, format, navigation,
    page::Shell,
    parts::{Cell, Column, Fact, Link},
    signal::Signal,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use domain::{
    identity::{Level, Section},
    shared::{Calendar, Currency, Metric, SmartSwitchRunId},
    smartswitch::SwitchRunRecord,
};
use store::smartswitch::{SwitchRun, VariableFilter, run_of, variables};

/// How many of the sources that it found are shown.
const SHOWN: u64 = 50;
/// The figures of the hits.
const FIGURES: [Metric; 9] = [
    Metric::Clicks,
    Metric::InvalidClicks,
    Metric::Cv,
    Metric::Cvr,
    Metric::Events,
    Metric::Payout,
    Metric::Revenue,
    Metric::Profit,
    Metric::Margin,
];

#[derive(Template)]
#[template(path = "smartswitch/run.html")]
struct RunPage {
    shell: Shell,
    crumbs: Vec<Link>,
    outcome: (Signal, String),
    story: String,
    is_waiting: bool,
    /// Where its rule is told to run; none for whoever may not.
    run_href: Option<String>,
    counts: Vec<Fact>,
    facts: Vec<Fact>,
    /// What the hits brought; empty where there were none.
    figures: Vec<String>,
    figure_columns: Vec<Column>,
    columns: Columns,
    rows: Vec<Vec<Cell>>,
    /// The list of all that it found, where not all are shown.
    more_href: Option<String>,
}

/// `GET /smart-switch/runs/{smart_switch_run_id}`
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let run = run_of(access.scope(), SmartSwitchRunId(*id)).await?;
    let rules = KnownRules::read(&access).await?;
    let network = &access.entrant().network;
    let calendar = Calendar::new(network.zone);
    let due = format::moment_of_millis(run.scheduled_at, calendar);
    let filter = VariableFilter { run_id: Some(run.id), ..VariableFilter::default() };
    let found = variables(access.scope(), &filter, None, SHOWN).await?;
    let record = run.record.as_ref();
    let facts = facts(&access, &rules, &run, calendar);
    let more = record.is_some_and(|record| record.found > found.len() as i64);
    let columns = Columns::of(Table::columns(), &Form::default());
    let table = Table::read(&access, rules, &found).await?;
    let mut rows = Vec::with_capacity(found.len());
    for variable in &found {
        rows.push(columns.cut(table.cells(variable).await?));
    }
    let may_run = access.may(Section::SmartSwitch, Level::Full);
    answer::page(&RunPage {
        shell: navigation::shell(&access, &request).titled(format!("Run of {due}")),
        crumbs: vec![Link::new("Run history", RUNS)],
        outcome: words::outcome(&run),
        story: words::story(&run, calendar),
        is_waiting: run.is_waiting(),
        run_href: may_run.then(|| format!("/smart-switch/rules/{}/run", run.rule_id)),
        counts: record.map(counts).unwrap_or_default(),
        facts,
        figures: record
            .filter(|record| record.hits > 0)
            .map(|record| figures_of(record, network.currency))
            .unwrap_or_default(),
        figure_columns: figure_columns(),
        columns,
        rows,
        more_href: more.then(|| format!("{VARIABLES}?run_id={}", run.id)),
    })
}

/// `POST /smart-switch/rules/{smart_switch_rule_id}/run`
pub async fn run_now(access: Access, rule: Path<i64>) -> Answer {
    match asked(&access, *rule).await {
        Ok(run) => {
            let text = "The run is on its way; look at this page again in a few seconds.";
            Ok(flash::see_other(&format!("{RUNS}/{}", run.id), Signal::Good, text))
        }
        Err(Failure::Conflict(error)) => {
            let back = format!("{RUNS}?rule_id={rule}");
            Ok(flash::see_other(&back, Signal::Bad, &format!("Not run: {}.", error.message)))
        }
        Err(other) => Err(other),
    }
}

fn counts(record: &SwitchRunRecord) -> Vec<Fact> {
    let fact = |label: &str, count: i64| Fact::new(label, format::count(count));
    vec![
        fact("Judged", record.judged),
        fact("Reached a threshold", record.reached),
        fact("Hits", record.hits),
        fact("New", record.found),
        fact("Recovered", record.recovered),
    ]
}

fn facts(access: &Access, rules: &KnownRules, run: &SwitchRun, calendar: Calendar) -> Vec<Fact> {
    let at = |millis| format::moment_of_millis(millis, calendar);
    let record = run.record.as_ref();
    let window = record.map_or_else(String::new, |record| words::window(record.hours, calendar));
    Fact::known(vec![
        Fact::new("Rule", rules.name(run.rule_id)).to(known_rules::page(access, run.rule_id)),
        Fact::new(
            "Version of the rule",
            record.map_or_else(String::new, |record| record.rule_version.to_string()),
        ),
        Fact::new("Hours judged", window),
        Fact::new("Due", at(run.scheduled_at)),
        Fact::new("Finished", if run.finished_at == 0 { String::new() } else { at(run.finished_at) }),
        Fact::new("Asked by", words::asked_by(run)),
    ])
}

fn figure_columns() -> Vec<Column> {
    let metrics = FIGURES.map(|metric| Column::number(metric.words()).hint(metric.formula()));
    [Column::text("Of")].into_iter().chain(metrics).collect()
}

fn figures_of(record: &SwitchRunRecord, currency: Currency) -> Vec<String> {
    FIGURES.iter().map(|metric| figures::shown(*metric, &record.traffic, currency)).collect()
}

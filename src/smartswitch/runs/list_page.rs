//! Run history: each run of each rule, and the same as a file.

use super::{
    super::{RUNS, known_rules::KnownRules},
    api, words,
};
use crate::web::{
    Access, Answer, Failure, Form, Listing, answer,
    columns::{self, Columns},
    download,
    filters::{Entry, Field, or_any},
    format, navigation,
    page::Shell,
    paging::{self, Paging},
    parts::{Cell, Column, Tab},
};
use actix_web::HttpRequest;
use askama::Template;
use chrono::DateTime;
use domain::{
    identity::{Level, Section},
    shared::{Calendar, SmartSwitchRuleId},
    smartswitch::SwitchRunRecord,
};
use store::smartswitch::{SwitchRun, runs};

/// How many runs a page shows.
const ROWS: u64 = 50;

#[derive(Template)]
#[template(path = "smartswitch/runs.html")]
struct RunsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    form: Form,
    field: Field,
    is_filtered: bool,
    clear_href: String,
    csv_href: String,
    /// Where the rule that is filtered by is told to run; none for whoever may not.
    run_href: Option<String>,
    columns: Columns,
    rows: Vec<Vec<Cell>>,
    paging: Paging,
}

/// `GET /smart-switch/runs`
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    let mut listing = Listing::read(request.query_string(), &["rule_id", columns::FIELD])?;
    listing.limit = ROWS;
    let rule = listing.parsed::<SmartSwitchRuleId>("rule_id", "an id")?;
    let page = listing.page()?;
    let found = runs(access.scope(), rule, page.before, page.limit).await?;
    let (found, paging) = paging::cut(&request, &listing, found, |run| run.id.0);
    let rules = KnownRules::read(&access).await?;
    let form = Form::read(request.query_string().as_bytes());
    let columns = Columns::of(all_columns(), &form);
    let calendar = Calendar::new(access.entrant().network.zone);
    let cells = |run: &SwitchRun| columns.cut(cells(&access, &rules, run, calendar));
    let known = rule.filter(|id| rules.get(*id).is_some());
    let may_run = access.may(Section::SmartSwitch, Level::Full);
    answer::page(&RunsPage {
        shell: navigation::shell(&access, &request).titled("Run history"),
        tabs: navigation::smart_switch_tabs(&access, request.path()),
        field: Field::new("Rule", "rule_id", Entry::Menu(or_any("Any rule", rules.choices(rule)))),
        is_filtered: rule.is_some(),
        clear_href: form.href(RUNS, &[("rule_id", ""), ("cursor", "")]),
        csv_href: form.href(&format!("{RUNS}/csv"), &columns::WHOLE),
        run_href: known.filter(|_| may_run).map(|id| format!("/smart-switch/rules/{id}/run")),
        rows: found.iter().map(cells).collect(),
        columns,
        form,
        paging,
    })
}

fn all_columns() -> Vec<Column> {
    vec![
        Column::text("Due"),
        Column::text("Rule").named("rule"),
        Column::text("Outcome").named("outcome"),
        Column::text("Hours judged").named("window"),
        Column::number("Judged").named("judged").hint("Sources that brought anything"),
        Column::number("Reached").named("reached").hint("Of these, sources that reached a threshold"),
        Column::number("Hits").named("hits").hint("Of these, sources that breach the KPIs"),
        Column::number("New").named("found").hint("Of these, sources that were not the rule's already"),
        Column::number("Recovered").named("recovered").hint("Sources that were told of and breach no longer"),
        Column::number("Clicks of hits").named("clicks").extra(),
        Column::text("Asked by").named("asked_by").extra(),
        Column::text("Finished").named("finished").extra(),
    ]
}

fn cells(access: &Access, rules: &KnownRules, run: &SwitchRun, calendar: Calendar) -> Vec<Cell> {
    let at = |millis: i64| DateTime::from_timestamp_millis(millis).unwrap_or_default();
    let (signal, outcome) = words::outcome(run);
    let number = |of: fn(&SwitchRunRecord) -> i64| {
        let count = run.record.as_ref().map(|record| format::count(of(record)));
        Cell::Number(count.unwrap_or_else(|| format::NO_VALUE.to_owned()))
    };
    let window = run.record.map_or_else(String::new, |record| words::window(record.hours, calendar));
    let finished = match run.finished_at {
        0 => Cell::Words(String::new()),
        millis => Cell::Moment(format::moment_html(at(millis), calendar), None),
    };
    vec![
        Cell::Moment(format::moment_html(at(run.scheduled_at), calendar), Some(format!("{RUNS}/{}", run.id))),
        rules.cell(access, run.rule_id),
        Cell::State(signal, outcome),
        Cell::Words(window),
        number(|record| record.judged),
        number(|record| record.reached),
        number(|record| record.hits),
        number(|record| record.found),
        number(|record| record.recovered),
        number(|record| record.traffic.clicks()),
        Cell::Words(words::asked_by(run).to_owned()),
        finished,
    ]
}

/// `GET /smart-switch/runs/csv`: the newest as a file, with the fields and words of the API.
pub async fn csv(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &["rule_id"])?;
    let rule = listing.parsed::<SmartSwitchRuleId>("rule_id", "an id")?;
    let found = runs(access.scope(), rule, None, download::MOST).await?;
    let lines = found.iter().map(|run| api::shown(&access, run)).collect::<Result<Vec<_>, Failure>>()?;
    download::objects("smart-switch-runs.csv", &lines)
}

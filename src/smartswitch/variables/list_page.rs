//! The list of actionable variables: its filters (seed 003, "Show Filters"), its columns, the same as a file, and the
//! boxes of what is applied to several.

use super::{
    super::{VARIABLES, known_rules::KnownRules},
    Table, filter, show, words,
};
use crate::web::{
    Access, Answer, Failure, Form, Listing, answer,
    columns::{self, Columns},
    download,
    filters::{self, Entry, Field},
    navigation,
    page::Shell,
    paging::{self, Paging},
    parts::{Cell, Choice, Link, Tab},
};
use actix_web::{HttpRequest, http::StatusCode};
use askama::Template;
use domain::{
    identity::{Level, Section},
    shared::{Calendar, Problems, SmartSwitchRuleId},
};
use store::{
    offers::{Named, Names},
    smartswitch::{VariableFilter, variables},
};

/// How many sources a page shows.
const ROWS: u64 = 50;

#[derive(Template)]
#[template(path = "smartswitch/variables.html")]
struct ListPage {
    shell: Shell,
    tabs: Vec<Tab>,
    form: Form,
    fields: Vec<Field>,
    chips: Vec<Link>,
    clear_href: String,
    csv_href: String,
    /// What is wrong with the filters; then no source is shown.
    problems: Problems,
    columns: Columns,
    rows: Vec<Row>,
    acts: Vec<Choice>,
    paging: Paging,
    may_change: bool,
    may_see_rules: bool,
}

struct Row {
    id: String,
    name: String,
    cells: Vec<Cell>,
}

/// `GET /smart-switch/variables`
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    let known: Vec<&str> = filter::FILTERS.into_iter().chain([columns::FIELD]).collect();
    let mut listing = Listing::read(request.query_string(), &known)?;
    listing.limit = ROWS;
    let form = Form::read(request.query_string().as_bytes());
    let (filter, problems) = match filter::read(&listing, Calendar::new(access.entrant().network.zone)) {
        Ok(filter) => (Some(filter), Problems::default()),
        Err(Failure::Invalid(problems)) => (None, problems),
        Err(other) => return Err(other),
    };
    let columns = Columns::of(Table::columns(), &form);
    let rules = KnownRules::read(&access).await?;
    let fields = fields(&access, &rules, &form).await?;
    let chips = chips(&access, &rules, &form).await?;
    let (rows, paging) = match &filter {
        Some(filter) => rows(&access, &request, (&listing, filter), rules, &columns).await?,
        None => (Vec::new(), Paging::default()),
    };
    let path = VARIABLES;
    let cleared: Vec<(&str, &str)> =
        filter::FILTERS.into_iter().chain(["cursor"]).map(|name| (name, "")).collect();
    let page = ListPage {
        shell: navigation::shell(&access, &request).titled("Actionable variables"),
        tabs: navigation::smart_switch_tabs(&access, request.path()),
        fields,
        chips,
        clear_href: form.href(path, &cleared),
        csv_href: form.href(&format!("{path}/csv"), &columns::WHOLE),
        problems,
        columns,
        rows,
        acts: words::acts(),
        paging,
        may_change: access.may(Section::SmartSwitch, Level::Full),
        may_see_rules: access.own().is_none(),
        form,
    };
    let status = if filter.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    answer::page_with(status, &page)
}

async fn rows(
    access: &Access,
    request: &HttpRequest,
    (listing, filter): (&Listing, &VariableFilter),
    rules: KnownRules,
    columns: &Columns,
) -> Result<(Vec<Row>, Paging), Failure> {
    let page = listing.page()?;
    let found = variables(access.scope(), filter, page.before, page.limit).await?;
    let (found, paging) = paging::cut(request, listing, found, |variable| variable.id.0);
    let table = Table::read(access, rules, &found).await?;
    let mut rows = Vec::with_capacity(found.len());
    for variable in &found {
        rows.push(Row {
            id: variable.id.to_string(),
            name: words::source(variable),
            cells: columns.cut(table.cells(variable).await?),
        });
    }
    Ok((rows, paging))
}

/// The fields of the form beside the moments.
async fn fields(access: &Access, rules: &KnownRules, form: &Form) -> Result<Vec<Field>, Failure> {
    let chosen = form.get("rule_id").parse().ok().map(SmartSwitchRuleId);
    // Several states at once come from an address alone, and stay there.
    let several = Some(form.get("status")).filter(|text| text.contains(','));
    let several = several.map(|text| Choice::new(text, text.replace(',', ", ")));
    Ok(vec![
        Field::of(access.scope(), filters::OFFER).await?,
        Field::of(access.scope(), filters::PARTNER).await?,
        Field::new("Rule", "rule_id", Entry::Menu(filters::or_any("Any rule", rules.choices(chosen)))),
        Field::new(
            "Status",
            "status",
            Entry::Menu(filters::or_any("Any status", words::states().into_iter().chain(several))),
        ),
        Field::new("Value", "value", Entry::Text(500)),
    ])
}

/// A chip a filter that is set, with the way to drop it.
async fn chips(access: &Access, rules: &KnownRules, form: &Form) -> Result<Vec<Link>, Failure> {
    let id = |name: &str| form.get(name).parse().unwrap_or(0);
    let named = [(Named::Offer, id("offer_id")), (Named::Partner, id("partner_id"))];
    let names = Names::read(access.scope(), named).await?;
    let chip = |name: &'static str| {
        let value = form.get(name);
        let told = match name {
            "offer_id" => named_or_id(names.of(Named::Offer, id(name)), value),
            "partner_id" => named_or_id(names.of(Named::Partner, id(name)), value),
            "rule_id" => named_or_id(rules.name(SmartSwitchRuleId(id(name))), value),
            _ => value.to_owned(),
        };
        let href = form.href(VARIABLES, &[(name, ""), ("cursor", "")]);
        (!value.is_empty()).then(|| Link::new(format!("{}: {told}", label(name)), href))
    };
    Ok(filter::FILTERS.into_iter().filter_map(chip).collect())
}

fn named_or_id(name: &str, id: &str) -> String {
    if name.is_empty() { id.to_owned() } else { name.to_owned() }
}

fn label(name: &str) -> &str {
    match name {
        "offer_id" => "Offer",
        "partner_id" => "Partner",
        "rule_id" => "Rule",
        "run_id" => "Run",
        "status" => "Status",
        "value" => "Value",
        "created_after" => "Created after",
        "created_before" => "Created before",
        "blocked_after" => "Blocked after",
        "blocked_before" => "Blocked before",
        other => other,
    }
}

/// `GET /smart-switch/variables/csv`: the newest as a file, with the fields and words of the API.
pub async fn csv(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &filter::FILTERS)?;
    let filter = filter::read(&listing, Calendar::new(access.entrant().network.zone))?;
    let found = variables(access.scope(), &filter, None, download::MOST).await?;
    let lines = found.iter().map(|variable| show::line(&access, variable)).collect::<Result<Vec<_>, _>>()?;
    download::objects("actionable-variables.csv", &lines)
}

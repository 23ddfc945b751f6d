//! The table of actionable variables: its columns, and a row's cells, for the list and for the page of a run.

use super::{super::known_rules::KnownRules, words};
use crate::web::{
    Access, Failure, figures, format,
    format::Grain,
    markup::Markup,
    parts::{Cell, Column, Link},
    views::page_of,
};
use chrono::{DateTime, Utc};
use domain::{
    shared::{Calendar, Currency, Metric},
    smartswitch::SmartSwitchRule,
};
use store::{
    offers::{Named, Names},
    smartswitch::ActionableVariable,
};

/// What rows are made of.
pub struct Table {
    access: Access,
    names: Names,
    rules: KnownRules,
    calendar: Calendar,
    currency: Currency,
    now: DateTime<Utc>,
}

impl Table {
    /// Reads what the rows of these sources name.
    pub async fn read(
        access: &Access,
        rules: KnownRules,
        found: &[ActionableVariable],
    ) -> Result<Self, Failure> {
        let named = found.iter().flat_map(|variable| {
            [(Named::Offer, variable.source.offer_id.0), (Named::Partner, variable.source.partner_id.0)]
        });
        let network = &access.entrant().network;
        Ok(Self {
            names: Names::read(access.scope(), named).await?,
            access: access.clone(),
            rules,
            calendar: Calendar::new(network.zone),
            currency: network.currency,
            now: Utc::now(),
        })
    }

    /// The columns.
    pub fn columns() -> Vec<Column> {
        let found = "In the hours in which it was found";
        vec![
            Column::text("Source"),
            Column::text("Status").named("status"),
            Column::text("Next").named("next").hint("What happens by itself, and when"),
            Column::number("Clicks").named("clicks").hint(found),
            Column::number("CV").named("cv").hint(found),
            Column::number("CVR").named("cvr").hint(found).extra(),
            Column::number("Payout").named("payout").hint(found).extra(),
            Column::number("Revenue").named("revenue").hint(found).extra(),
            Column::text("KPIs")
                .named("kpis")
                .hint("What they were when it was found, and what is unacceptable"),
            Column::text("Offer").named("offer"),
            Column::text("Partner").named("partner"),
            Column::text("Rule").named("rule"),
            Column::text("Created").named("created"),
            Column::text("Blocked").named("blocked"),
            Column::text("Action").named("action").extra(),
            Column::text("Changed").named("changed").extra(),
        ]
    }

    /// A row, a cell a column.
    pub async fn cells(&self, variable: &ActionableVariable) -> Result<Vec<Cell>, Failure> {
        let source = &variable.source;
        let said = self.rules.said(&self.access, variable.rule_id, variable.created_at).await?;
        let next = words::next(variable, self.now, self.calendar, Grain::Coarse);
        Ok(vec![
            Cell::way(words::source(variable), format!("{}/{}", super::VARIABLES, variable.id)),
            Cell::State(words::signal(variable.state), variable.state.name().to_owned()),
            Cell::Moment(next, None),
            self.figure(variable, Metric::Clicks),
            self.figure(variable, Metric::Cv),
            self.figure(variable, Metric::Cvr),
            self.figure(variable, Metric::Payout),
            self.figure(variable, Metric::Revenue),
            Cell::Words(self.kpis(variable, said.as_deref())),
            self.name(Named::Offer, source.offer_id.0),
            self.name(Named::Partner, source.partner_id.0),
            self.rules.cell(&self.access, variable.rule_id),
            self.moment(variable.created_at),
            self.moment(variable.blocked_at),
            Cell::Words(words::action(variable.action).to_owned()),
            self.moment(variable.changed_at),
        ])
    }

    fn kpis(&self, variable: &ActionableVariable, said: Option<&SmartSwitchRule>) -> String {
        let (Some(found), Some(rule)) = (&variable.figures, said) else { return String::new() };
        words::in_short(&words::kpis(rule, &found.judgement, self.currency))
    }

    fn figure(&self, variable: &ActionableVariable, metric: Metric) -> Cell {
        let shown = |measures| figures::shown(metric, measures, self.currency);
        let found = variable.figures.as_ref();
        Cell::Number(found.map_or_else(|| format::NO_VALUE.to_owned(), |found| shown(&found.measures)))
    }

    fn name(&self, kind: Named, id: i64) -> Cell {
        let name = self.names.of(kind, id).to_owned();
        match page_of(&self.access, kind, id).filter(|_| !name.is_empty()) {
            Some(href) => Cell::Object(Link::new(name, href)),
            None => Cell::Words(name),
        }
    }

    fn moment(&self, millis: i64) -> Cell {
        let at = DateTime::from_timestamp_millis(millis).filter(|_| millis != 0);
        let shown = at.map_or_else(Markup::default, |at| format::moment_html(at, self.calendar));
        Cell::Moment(shown, None)
    }
}

//! The list of rules: what each is about, how it runs, and what it does in plain words.

use super::{
    api::ACTIONS,
    preview::{around, named},
    words::{action, entities, runs, span, words},
};
use crate::{
    smartswitch::words::variables,
    web::{
        Access, Failure,
        filters::{Entry, Field, or_any},
        icon::Icon,
        navigation,
        objects::list::Listed,
        parts::{Cell, Choice, Column, Tab},
        status::{status_cell, statuses},
        views::SMART_SWITCH_RULE,
    },
};
use domain::smartswitch::{SmartSwitchRule, SwitchAction};
use store::{offers::Names, shared::Stored};

impl Listed for SmartSwitchRule {
    const TITLE: &'static str = "SmartSwitch rules";
    const ONE: &'static str = "rule";
    const ICON: Icon = Icon::SmartSwitch;
    const MEANING: &'static str = "A rule says which traffic is unacceptable. Sources that bring it are told of, and blocked or sent to fail traffic after a delay.";

    fn statuses() -> Vec<Choice> {
        statuses()
    }

    fn tabs(access: &Access, path: &str) -> Vec<Tab> {
        navigation::smart_switch_tabs(access, path)
    }

    async fn fields(_: &Access) -> Result<Vec<Field>, Failure> {
        let actions = ACTIONS.into_iter().zip(SwitchAction::ALL);
        let actions = actions.map(|(name, one)| Choice::new(name, action(one)));
        Ok(vec![
            Field::new("Variable", "variable", Entry::Menu(or_any("any variable", variables()))),
            Field::new("Action", "action", Entry::Menu(or_any("any action", actions))),
        ])
    }

    fn heads() -> Vec<Column> {
        vec![
            Column::text("Rule").named("name"),
            Column::text("State").named("status").hint("Only active ones run"),
            Column::text("In plain words").named("words"),
            Column::text("Entity").named("entities").hint("What it names"),
            Column::text("Variable").named("variable"),
            Column::text("Action").named("action"),
            Column::text("Run").named("run").hint("Run frequency and data lookback window"),
            Column::text("Delay").named("delay").hint("From the notice to the action"),
        ]
    }

    async fn cells(access: &Access, rows: &[Stored<Self>]) -> Result<Vec<Vec<Cell>>, Failure> {
        let names = Names::read(access.scope(), rows.iter().flat_map(|row| named(&row.body))).await?;
        let cells = |Stored { id, body, .. }: &Stored<Self>| {
            vec![
                Cell::way(body.name.as_str(), SMART_SWITCH_RULE.page(*id)),
                status_cell(body.status),
                Cell::Prose(words(body, &around(access, body, &names)).sentence),
                Cell::Words(entities(body)),
                Cell::Words(body.variable.name().to_owned()),
                Cell::Words(action(body.action).to_owned()),
                Cell::Words(runs(body)),
                Cell::Words(delay(body)),
            ]
        };
        Ok(rows.iter().map(cells).collect())
    }
}

fn delay(rule: &SmartSwitchRule) -> String {
    match (rule.action, rule.action_delay_minutes.minutes()) {
        (SwitchAction::Notify, _) | (_, 0) => "none".to_owned(),
        (SwitchAction::Block | SwitchAction::FailTraffic, minutes) => span(minutes),
    }
}

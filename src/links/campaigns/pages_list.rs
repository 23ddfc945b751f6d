//! The list of campaigns.

use super::words::named_by;
use crate::web::{
    Access, Failure,
    icon::Icon,
    objects::list::Listed,
    parts::{Cell, Choice, Column},
    status::{status_cell, statuses},
};
use domain::links::Campaign;
use std::collections::BTreeSet;
use store::shared::Stored;

impl Listed for Campaign {
    const TITLE: &'static str = "Campaigns";
    const ONE: &'static str = "campaign";
    const ICON: Icon = Icon::Campaigns;
    const MEANING: &'static str = "A campaign is one tracking link whose way is a flow: rules send each visitor to a landing page and an offer.";

    fn statuses() -> Vec<Choice> {
        statuses()
    }

    fn heads() -> Vec<Column> {
        vec![
            Column::text("Campaign").named("name"),
            Column::text("State").named("status"),
            Column::number("Rules").named("rules"),
            Column::number("Offers").named("offers").hint("That its flow may lead to"),
            Column::number("Rotators").named("rotators"),
            Column::text("Labels").named("labels"),
            Column::text("Code").named("code").hint("What the links carry").extra(),
        ]
    }

    async fn cells(_: &Access, rows: &[Stored<Self>]) -> Result<Vec<Vec<Cell>>, Failure> {
        let cells = |row: &Stored<Self>| {
            let Stored { id, code, body, .. } = row;
            let offers: BTreeSet<i64> = named_by(body).map(|(_, offer)| offer).collect();
            vec![
                Cell::way(body.name.as_str(), format!("/campaigns/{id}")),
                status_cell(body.status),
                Cell::Number(body.rules.len().to_string()),
                Cell::Number(offers.len().to_string()),
                Cell::Number(body.rotators.len().to_string()),
                Cell::Words(body.labels.join(", ")),
                Cell::Code(code.clone()),
            ]
        };
        Ok(rows.iter().map(cells).collect())
    }
}

//! The list of Smart Links.

use super::words::{mechanism_name, mechanisms};
use crate::web::{
    Access, Failure,
    filters::{Entry, Field, or_any},
    icon::Icon,
    objects::list::Listed,
    parts::{Cell, Choice, Column},
    status::{status_cell, statuses},
};
use domain::links::SmartLink;
use store::{
    offers::{Named, Names},
    shared::Stored,
};

impl Listed for SmartLink {
    const TITLE: &'static str = "Smart Links";
    const ONE: &'static str = "Smart Link";
    const ICON: Icon = Icon::SmartLinks;
    const MEANING: &'static str =
        "A Smart Link is one tracking link over several offers: each visitor goes to the offer that fits.";

    fn statuses() -> Vec<Choice> {
        statuses()
    }

    async fn fields(_: &Access) -> Result<Vec<Field>, Failure> {
        Ok(vec![Field::new("A row is chosen", "mechanism", Entry::Menu(or_any("any way", mechanisms())))])
    }

    fn heads() -> Vec<Column> {
        vec![
            Column::text("Smart Link").named("name"),
            Column::text("State").named("status"),
            Column::text("Rows are chosen").named("mechanism"),
            Column::number("Rows").named("rows").hint("Offers with their landing pages"),
            Column::text("Catch-all").named("catch_all").hint("Takes what no row takes"),
            Column::text("Labels").named("labels"),
            Column::text("Code").named("code").hint("What the links carry").extra(),
        ]
    }

    async fn cells(access: &Access, rows: &[Stored<Self>]) -> Result<Vec<Vec<Cell>>, Failure> {
        let offers = rows.iter().filter_map(|row| Some((Named::Offer, row.body.catch_all_id?.0)));
        let names = Names::read(access.scope(), offers).await?;
        let cells = |row: &Stored<Self>| {
            let Stored { id, code, body, .. } = row;
            let catch_all = body.catch_all_id.map_or("none", |offer| names.of(Named::Offer, offer.0));
            vec![
                Cell::way(body.name.as_str(), format!("/smart-links/{id}")),
                status_cell(body.status),
                Cell::Words(mechanism_name(body.mechanism).to_owned()),
                Cell::Number(body.rows.len().to_string()),
                Cell::Words(catch_all.to_owned()),
                Cell::Words(body.labels.join(", ")),
                Cell::Code(code.clone()),
            ]
        };
        Ok(rows.iter().map(cells).collect())
    }
}

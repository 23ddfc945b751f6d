//! The list of offers.

use super::words::{payout_text, revenue_text, status_signal, statuses, visibility_name};
use crate::web::{
    Access, Failure,
    filters::{ADVERTISER, Entry, Field, or_any},
    icon::Icon,
    objects::list::Listed,
    parts::{Cell, Choice, Column},
};
use domain::offers::{Offer, Visibility};
use store::{
    offers::{Named, Names},
    shared::Stored,
};

impl Listed for Offer {
    const TITLE: &'static str = "Offers";
    const ONE: &'static str = "offer";
    const ICON: Icon = Icon::Offers;
    const MEANING: &'static str =
        "An offer is what an advertiser pays for: where visitors go, who may come, what it pays.";

    fn statuses() -> Vec<Choice> {
        statuses()
    }

    async fn fields(access: &Access) -> Result<Vec<Field>, Failure> {
        let visible = Visibility::ALL.map(|each| Choice::new(each.name(), visibility_name(&each)));
        Ok(vec![
            Field::of(access.scope(), ADVERTISER).await?,
            Field::new("Visibility", "visibility", Entry::Menu(or_any("any", visible))),
        ])
    }

    fn heads() -> Vec<Column> {
        vec![
            Column::text("Offer").named("name"),
            Column::text("State").named("status"),
            Column::text("Visibility").named("visibility"),
            Column::text("Advertiser").named("advertiser"),
            Column::text("Payout").named("payout").hint("What the partner earns for the base conversion"),
            Column::text("Revenue").named("revenue").hint("What the advertiser pays for the same"),
            Column::text("Code").named("code").hint("What the offer's links carry").extra(),
        ]
    }

    async fn cells(access: &Access, rows: &[Stored<Self>]) -> Result<Vec<Vec<Cell>>, Failure> {
        let advertisers = rows.iter().map(|row| (Named::Advertiser, row.body.advertiser_id.0));
        let names = Names::read(access.scope(), advertisers).await?;
        let currency = access.entrant().network.currency;
        let cells = |row: &Stored<Self>| {
            let Stored { id, code, body, .. } = row;
            vec![
                Cell::way(body.name.as_str(), format!("/offers/{id}")),
                Cell::State(status_signal(&body.status), body.status.name().to_owned()),
                Cell::Words(visibility_name(&body.visibility).to_owned()),
                Cell::Words(names.of(Named::Advertiser, body.advertiser_id.0).to_owned()),
                Cell::Words(payout_text(body.payout, currency)),
                Cell::Words(revenue_text(body.revenue, currency)),
                Cell::Code(code.clone()),
            ]
        };
        Ok(rows.iter().map(cells).collect())
    }
}

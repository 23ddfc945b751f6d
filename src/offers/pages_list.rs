//! The list of offers.

use super::words::{payout_text, revenue_text, status_signal, statuses, visibility_name};
use crate::web::{
    Access, Failure,
    icon::Icon,
    objects::list::Listed,
    parts::{Cell, Choice, Column},
};
use domain::{accounts::Advertiser, offers::Offer};
use std::collections::BTreeMap;
use store::shared::{Filter, Page, Stored};

impl Listed for Offer {
    const TITLE: &'static str = "Offers";
    const ONE: &'static str = "offer";
    const ICON: Icon = Icon::Offers;
    const MEANING: &'static str =
        "An offer is what an advertiser pays for: where visitors go, who may come, what it pays.";

    fn statuses() -> Vec<Choice> {
        statuses()
    }

    fn heads() -> Vec<Column> {
        vec![
            Column::text("Offer"),
            Column::text("State"),
            Column::text("Visibility"),
            Column::text("Advertiser"),
            Column::text("Payout").hint("What the partner earns for the base conversion"),
            Column::text("Revenue").hint("What the advertiser pays for the same"),
        ]
    }

    async fn cells(access: &Access, rows: Vec<Stored<Self>>) -> Result<Vec<Vec<Cell>>, Failure> {
        let advertisers = access.scope().list::<Advertiser>(&Filter::default(), Page::default()).await?;
        let names: BTreeMap<i64, String> =
            advertisers.into_iter().map(|row| (row.id, row.body.name)).collect();
        let currency = access.entrant().network.currency;
        let cells = |Stored { id, body, .. }: Stored<Self>| {
            vec![
                Cell::way(body.name, format!("/offers/{id}")),
                Cell::State(status_signal(&body.status), body.status.name().to_owned()),
                Cell::Words(visibility_name(&body.visibility).to_owned()),
                Cell::Words(names.get(&body.advertiser_id.0).cloned().unwrap_or_default()),
                Cell::Words(payout_text(body.payout, currency)),
                Cell::Words(revenue_text(body.revenue, currency)),
            ]
        };
        Ok(rows.into_iter().map(cells).collect())
    }
}

//! The list of offers.

use super::words::{payout_text, revenue_text, statuses};
use crate::web::{
    Access, Answer, Form, Listing, answer, navigation,
    page::Shell,
    paging::{self, Paging},
    parts::{Choice, Column},
};
use actix_web::HttpRequest;
use askama::Template;
use domain::{
    accounts::Advertiser,
    identity::{Level, Section},
    offers::Offer,
    shared::Currency,
};
use std::collections::BTreeMap;
use store::shared::{Filter, Page, Stored};

#[derive(Template)]
#[template(path = "offers/list.html")]
struct ListPage {
    shell: Shell,
    filters: Form,
    statuses: Vec<Choice>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    paging: Paging,
    may_change: bool,
}

/// An offer as the list shows it.
struct Row {
    stored: Stored<Offer>,
    advertiser: String,
    currency: Currency,
}

impl Row {
    fn payout(&self) -> String {
        payout_text(self.stored.body.payout, self.currency)
    }

    fn revenue(&self) -> String {
        revenue_text(self.stored.body.revenue, self.currency)
    }
}

/// The list.
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &["q", "status"])?;
    let mut filter = Filter { name: listing.text("q").map(str::to_owned), ..Filter::default() };
    match listing.text("status") {
        Some(status) => filter.exact.push(("status", status.into())),
        None => filter.hide_deleted = true,
    }
    let found = access.scope().list::<Offer>(&filter, listing.page()?).await?;
    let (found, paging) = paging::cut(&request, &listing, found, |row| row.id);
    let advertisers = access.scope().list::<Advertiser>(&Filter::default(), Page::default()).await?;
    let names: BTreeMap<i64, String> = advertisers.into_iter().map(|row| (row.id, row.body.name)).collect();
    let currency = access.entrant().network.currency;
    let row = |stored: Stored<Offer>| {
        let advertiser = names.get(&stored.body.advertiser_id.0).cloned().unwrap_or_default();
        Row { stored, advertiser, currency }
    };
    answer::page(&ListPage {
        shell: navigation::shell(&access, &request).titled("Offers"),
        filters: Form::read(request.query_string().as_bytes()),
        statuses: std::iter::once(Choice::new("", "all but deleted")).chain(statuses()).collect(),
        columns: vec![
            Column::text("Offer"),
            Column::text("State"),
            Column::text("Visibility"),
            Column::text("Advertiser"),
            Column::text("Payout").hint("What the partner earns for the base conversion"),
            Column::text("Revenue").hint("What the advertiser pays for the same"),
        ],
        rows: found.into_iter().map(row).collect(),
        paging,
        may_change: access.may(Section::Offers, Level::Full),
    })
}

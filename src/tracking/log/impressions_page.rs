//! The page of the log of impressions.

use super::{clicks_page::visitor, filters};
use crate::web::{
    Access, Answer, Failure, answer, format,
    icon::Icon,
    log::{self, Entry, Field, Log, LogPage, LogView},
    navigation,
    parts::{Cell, Column},
};
use actix_web::HttpRequest;
use chrono::DateTime;
use domain::shared::Calendar;
use store::{
    offers::{Named, Names, choices},
    tracking::{self, Impression},
};

const LOG: Log = Log {
    title: "Impressions",
    one: "impression",
    icon: Icon::Impressions,
    origin: "An impression is kept when a page shows a link's image: the tracking link with /i/ in place of /c/.",
    next: ("", ""),
    beside: None,
};

/// `GET /impressions`
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let view = LogView::read(&request, &filters::IMPRESSIONS)?;
    let stretch = filters::stretch(&access, &view.listing, &filters::IMPRESSIONS)?;
    let mut rows = tracking::impressions(access.scope(), &stretch).await?;
    let paging = view.paging(&mut rows, Impression::id);
    let named = rows.iter().flat_map(|row| [(Named::Offer, row.offer_id), (Named::Partner, row.partner_id)]);
    let names = Names::read(access.scope(), named.chain(view.named())).await?;
    let calendar = Calendar::new(access.entrant().network.zone);
    let heads = ["Time", "Offer", "Partner", "Country", "Visitor", "Source", "IP address"];
    answer::page(&LogPage {
        shell: navigation::shell(&access, &request).titled(LOG.title),
        log: LOG,
        fields: fields(&access).await?,
        chips: view.chips(&names),
        columns: heads.into_iter().map(Column::text).collect(),
        rows: rows.iter().map(|impression| row(&names, calendar, impression)).collect(),
        paging,
        picks: None,
        view,
    })
}

async fn fields(access: &Access) -> Result<Vec<Field>, Failure> {
    let offers = log::menu("Any offer", choices(access.scope(), Named::Offer).await?);
    let partners = log::menu("Any partner", choices(access.scope(), Named::Partner).await?);
    Ok(vec![
        Field::new("Offer", "offer_id", Entry::Menu(offers)),
        Field::new("Partner", "partner_id", Entry::Menu(partners)),
        Field::new("Country", "country", Entry::Text(2)),
        Field::new("Source", "source_id", Entry::Text(500)),
    ])
}

fn row(names: &Names, calendar: Calendar, impression: &Impression) -> Vec<Cell> {
    let at = DateTime::from_timestamp_millis(impression.id().parts().millis).unwrap_or_default();
    vec![
        Cell::Moment(format::moment_html(at, calendar), None),
        Cell::Words(names.of(Named::Offer, impression.offer_id).to_owned()),
        Cell::Words(names.of(Named::Partner, impression.partner_id).to_owned()),
        Cell::Words(impression.country.clone()),
        Cell::Words(visitor(impression.device, &impression.os, &impression.browser)),
        Cell::Words(impression.source_id.clone()),
        Cell::Words(impression.ip.clone()),
    ]
}

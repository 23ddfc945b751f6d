//! The page of the log of impressions.

use super::{clicks_page::chip, filters};
use crate::web::{
    Access, Answer, answer, format,
    log::{self, LogView, Paging},
    markup::Markup,
    navigation,
    page::Shell,
    parts::{Choice, Column, Link},
};
use actix_web::HttpRequest;
use askama::Template;
use chrono::DateTime;
use domain::{shared::Calendar, tracking::Device};
use store::{
    offers::{Named, Names, choices},
    tracking::{self, Impression},
};

#[derive(Template)]
#[template(path = "tracking/impressions.html")]
struct ImpressionsPage {
    shell: Shell,
    view: LogView,
    offers: Vec<Choice>,
    partners: Vec<Choice>,
    chips: Vec<Link>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    paging: Paging,
}

struct Row {
    at: Markup,
    offer: String,
    partner: String,
    country: String,
    visitor: String,
    source: String,
    ip: String,
}

/// `GET /impressions`
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let view = LogView::read(&request, &filters::IMPRESSIONS)?;
    let page = filters::page(&access, &view.listing, &filters::IMPRESSIONS)?;
    let scope = access.scope();
    let mut rows = tracking::impressions(scope, &page).await?;
    let paging = view.paging(&mut rows, Impression::id);
    let named = rows.iter().flat_map(|row| [(Named::Offer, row.offer_id), (Named::Partner, row.partner_id)]);
    let names = Names::read(scope, named).await?;
    let calendar = Calendar::new(access.entrant().network.zone);
    let heads = ["Time", "Offer", "Partner", "Country", "Visitor", "Source", "IP address"];
    let page = ImpressionsPage {
        shell: navigation::shell(&access, &request).titled("Impressions"),
        offers: log::menu("Any offer", choices(scope, Named::Offer).await?),
        partners: log::menu("Any partner", choices(scope, Named::Partner).await?),
        chips: view.chips(|field, value| chip(&names, field, value)),
        columns: heads.into_iter().map(Column::text).collect(),
        rows: rows.iter().map(|impression| row(&names, calendar, impression)).collect(),
        paging,
        view,
    };
    answer::page(&page)
}

fn row(names: &Names, calendar: Calendar, impression: &Impression) -> Row {
    let at = DateTime::from_timestamp_millis(impression.id().parts().millis).unwrap_or_default();
    let visitor = [Device::of_number(impression.device).name(), &impression.os, &impression.browser];
    Row {
        at: format::moment_html(at, calendar),
        offer: names.of(Named::Offer, impression.offer_id).to_owned(),
        partner: names.of(Named::Partner, impression.partner_id).to_owned(),
        country: impression.country.clone(),
        visitor: visitor.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
        source: impression.source_id.clone(),
        ip: impression.ip.clone(),
    }
}

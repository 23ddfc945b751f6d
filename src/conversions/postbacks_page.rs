//! The page of the log of postbacks: every call, what became of it, and why.

use super::{conversions_page::chip, filters, show};
use crate::web::{
    Access, Answer, answer, format,
    log::{self, LogView, Paging},
    markup::Markup,
    navigation,
    page::Shell,
    parts::{Choice, Column, Link},
    signal::Signal,
};
use actix_web::HttpRequest;
use askama::Template;
use chrono::DateTime;
use domain::shared::{Calendar, ClickId};
use store::{
    conversions::{self, LoggedPostback},
    offers::{Named, Names, choices},
};

#[derive(Template)]
#[template(path = "conversions/postbacks.html")]
struct PostbacksPage {
    shell: Shell,
    view: LogView,
    offers: Vec<Choice>,
    advertisers: Vec<Choice>,
    outcomes: Vec<Choice>,
    chips: Vec<Link>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    paging: Paging,
}

struct Row {
    at: Markup,
    outcome: Signal,
    outcome_words: String,
    advertiser: String,
    offer: String,
    conversion: Option<String>,
    click: Option<String>,
    ip: String,
    query: String,
}

/// `GET /postbacks`
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let view = LogView::read(&request, &filters::POSTBACKS)?;
    let scope = access.scope();
    let mut calls = conversions::postbacks(scope, &filters::postbacks(&access, &view.listing)?).await?;
    let paging = view.paging(&mut calls, |call| ClickId(call.id.as_u128()));
    let named = calls
        .iter()
        .flat_map(|call| [(Named::Offer, call.offer_id), (Named::Advertiser, call.advertiser_id)]);
    let set = [(Named::Offer, "offer_id"), (Named::Advertiser, "advertiser_id")]
        .map(|(kind, field)| (kind, view.form.get(field).parse().unwrap_or(0)));
    let names = Names::read(scope, named.chain(set)).await?;
    let calendar = Calendar::new(access.entrant().network.zone);
    let heads = [
        "Time",
        "Outcome",
        "Advertiser",
        "Offer",
        "Conversion",
        "Click",
        "IP address",
        "The call, without its token",
    ];
    let page = PostbacksPage {
        shell: navigation::shell(&access, &request).titled("Postbacks"),
        offers: log::menu("Any offer", choices(scope, Named::Offer).await?),
        advertisers: log::menu("Any advertiser", choices(scope, Named::Advertiser).await?),
        outcomes: log::words("Any outcome", &filters::OUTCOMES),
        chips: view.chips(|field, value| chip(&names, field, value)),
        columns: heads.into_iter().map(Column::text).collect(),
        rows: calls.iter().map(|call| row(&names, calendar, call)).collect(),
        paging,
        view,
    };
    answer::page(&page)
}

fn row(names: &Names, calendar: Calendar, call: &LoggedPostback) -> Row {
    let path =
        |folder: &str, id: uuid::Uuid| (!id.is_nil()).then(|| format!("/{folder}/{}", ClickId(id.as_u128())));
    let reason = show::words(call.code);
    Row {
        at: format::moment_html(DateTime::from_timestamp_millis(call.at).unwrap_or_default(), calendar),
        outcome: call.outcome.parse().map_or(Signal::Bad, show::signal_of),
        outcome_words: match reason {
            "" => call.outcome.clone(),
            reason => format!("{}: {reason} (code {})", call.outcome, call.code),
        },
        advertiser: names.of(Named::Advertiser, call.advertiser_id).to_owned(),
        offer: names.of(Named::Offer, call.offer_id).to_owned(),
        conversion: path("conversions", call.conversion_id),
        click: path("clicks", call.click_id),
        ip: call.ip.clone(),
        query: call.query.clone(),
    }
}

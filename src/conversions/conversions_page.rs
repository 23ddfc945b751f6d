//! The page of the log of conversions.

use super::{filters, show};
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
use domain::shared::{Calendar, Micros};
use store::{
    conversions::{self, Conversion},
    offers::{Named, Names, choices},
};

#[derive(Template)]
#[template(path = "conversions/conversions.html")]
struct ConversionsPage {
    shell: Shell,
    view: LogView,
    offers: Vec<Choice>,
    partners: Vec<Choice>,
    statuses: Vec<Choice>,
    chips: Vec<Link>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    paging: Paging,
}

struct Row {
    href: String,
    click_href: String,
    at: Markup,
    event: String,
    status: Signal,
    status_words: String,
    offer: String,
    partner: String,
    order: String,
    amount: String,
    payout: String,
    revenue: String,
}

/// `GET /conversions`
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let view = LogView::read(&request, &filters::CONVERSIONS)?;
    let scope = access.scope();
    let mut rows = conversions::conversions(scope, &filters::conversions(&access, &view.listing)?).await?;
    let paging = view.paging(&mut rows, Conversion::id);
    let named = rows.iter().flat_map(|row| [(Named::Offer, row.offer_id), (Named::Partner, row.partner_id)]);
    let set =
        [(Named::Offer, "offer_id"), (Named::Partner, "partner_id"), (Named::Advertiser, "advertiser_id")]
            .map(|(kind, field)| (kind, view.form.get(field).parse().unwrap_or(0)));
    let names = Names::read(scope, named.chain(set)).await?;
    let page = ConversionsPage {
        shell: navigation::shell(&access, &request).titled("Conversions"),
        offers: log::menu("Any offer", choices(scope, Named::Offer).await?),
        partners: log::menu("Any partner", choices(scope, Named::Partner).await?),
        statuses: log::words("Any status", &["approved", "pending", "rejected"]),
        chips: view.chips(|field, value| chip(&names, field, value)),
        columns: columns(),
        rows: rows.iter().map(|conversion| row(&access, &names, conversion)).collect(),
        paging,
        view,
    };
    answer::page(&page)
}

/// A filter in words: names for ids.
pub(super) fn chip(names: &Names, field: &str, value: &str) -> String {
    let id = value.parse().unwrap_or(0);
    let (label, name) = match field {
        "offer_id" => ("Offer", names.of(Named::Offer, id)),
        "partner_id" => ("Partner", names.of(Named::Partner, id)),
        "advertiser_id" => ("Advertiser", names.of(Named::Advertiser, id)),
        "click_id" => ("Click", ""),
        "txn_id" => ("Order", ""),
        other => (other, ""),
    };
    format!("{label}: {}", if name.is_empty() { value } else { name })
}

fn columns() -> Vec<Column> {
    let words = ["Time", "Event", "Status", "Offer", "Partner", "Click", "Order"];
    let mut columns: Vec<_> = words.into_iter().map(Column::text).collect();
    columns.push(Column::number("Amount").hint("the basket, as the advertiser reported it"));
    columns.push(Column::number("Payout").hint("what the partner earns by it once it is approved"));
    columns.push(Column::number("Revenue").hint("what the advertiser pays for it once it is approved"));
    columns
}

fn row(access: &Access, names: &Names, conversion: &Conversion) -> Row {
    let network = &access.entrant().network;
    let at = DateTime::from_timestamp_millis(conversion.at).unwrap_or_default();
    let money = |amount| format::money(Micros(amount), network.currency);
    Row {
        href: format!("/conversions/{}", conversion.id()),
        click_href: format!("/clicks/{}", conversion.click_id()),
        at: format::moment_html(at, Calendar::new(network.zone)),
        event: event(conversion),
        status: show::signal_of(conversion.status()),
        status_words: status_words(conversion),
        offer: names.of(Named::Offer, conversion.offer_id).to_owned(),
        partner: names.of(Named::Partner, conversion.partner_id).to_owned(),
        order: conversion.txn_id.clone(),
        amount: money(conversion.amount),
        payout: money(conversion.payout),
        revenue: money(conversion.revenue),
    }
}

/// What it is called: its event, or the base conversion.
pub(super) fn event(conversion: &Conversion) -> String {
    if conversion.event.is_empty() { "conversion".to_owned() } else { conversion.event.clone() }
}

/// The status with its reason.
pub(super) fn status_words(conversion: &Conversion) -> String {
    match show::words(conversion.code) {
        "" => conversion.status().name().to_owned(),
        reason => format!("{}: {reason}", conversion.status().name()),
    }
}

//! The page of the click log: filters in the address, newest first.

use super::{filters, show::words};
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
use domain::{
    shared::{Calendar, Micros},
    tracking::Device,
};
use store::{
    offers::{Named, Names, choices},
    tracking::{self, Click},
};

#[derive(Template)]
#[template(path = "tracking/clicks.html")]
struct ClicksPage {
    shell: Shell,
    view: LogView,
    offers: Vec<Choice>,
    partners: Vec<Choice>,
    verdicts: Vec<Choice>,
    devices: Vec<Choice>,
    chips: Vec<Link>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    paging: Paging,
}

struct Row {
    href: String,
    at: Markup,
    verdict: Signal,
    verdict_words: String,
    offer: String,
    partner: String,
    country: String,
    visitor: String,
    source: String,
    ip: String,
    payout: String,
    revenue: String,
}

/// `GET /clicks`
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let view = LogView::read(&request, &filters::CLICKS)?;
    let page = filters::page(&access, &view.listing, &filters::CLICKS)?;
    let scope = access.scope();
    let mut clicks = tracking::clicks(scope, &page).await?;
    let paging = view.paging(&mut clicks, Click::id);
    let named =
        clicks.iter().flat_map(|click| [(Named::Offer, click.offer_id), (Named::Partner, click.partner_id)]);
    let set = [(Named::Offer, "offer_id"), (Named::Partner, "partner_id")]
        .map(|(kind, field)| (kind, view.form.get(field).parse().unwrap_or(0)));
    let names = Names::read(scope, named.chain(set)).await?;
    let page = ClicksPage {
        shell: navigation::shell(&access, &request).titled("Clicks"),
        offers: log::menu("Any offer", choices(scope, Named::Offer).await?),
        partners: log::menu("Any partner", choices(scope, Named::Partner).await?),
        verdicts: log::words("Any verdict", &["valid", "duplicate", "invalid"]),
        devices: log::words("Any device", &["desktop", "mobile", "tablet", "tv", "console", "bot"]),
        chips: view.chips(|field, value| chip(&names, field, value)),
        columns: columns(),
        rows: clicks.iter().map(|click| row(&access, &names, click)).collect(),
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
        other => (other, ""),
    };
    format!("{label}: {}", if name.is_empty() { value } else { name })
}

fn columns() -> Vec<Column> {
    let words = ["Time", "Verdict", "Offer", "Partner", "Country", "Visitor", "Source", "IP address"];
    let mut columns: Vec<_> = words.into_iter().map(Column::text).collect();
    columns.push(Column::number("Payout").hint("what the partner earns by the click itself"));
    columns.push(Column::number("Revenue").hint("what the advertiser pays for the click itself"));
    columns
}

fn row(access: &Access, names: &Names, click: &Click) -> Row {
    let network = &access.entrant().network;
    let at = DateTime::from_timestamp_millis(click.id().parts().millis).unwrap_or_default();
    let (verdict, verdict_words) = verdict(click);
    Row {
        href: format!("/clicks/{}", click.id()),
        at: format::moment_html(at, Calendar::new(network.zone)),
        verdict,
        verdict_words,
        offer: names.of(Named::Offer, click.offer_id).to_owned(),
        partner: names.of(Named::Partner, click.partner_id).to_owned(),
        country: click.country.clone(),
        visitor: visitor(click),
        source: click.source_id.clone(),
        ip: click.ip.clone(),
        payout: format::money(Micros(click.payout), network.currency),
        revenue: format::money(Micros(click.revenue), network.currency),
    }
}

/// What became of a click, with its reason and code: `invalid: country not targeted (code 9)`.
#[must_use]
pub fn verdict(click: &Click) -> (Signal, String) {
    let verdict = filters::verdict(click.verdict);
    let signal = match verdict {
        "valid" => Signal::Good,
        "duplicate" => Signal::Warn,
        _ => Signal::Bad,
    };
    let reason = words(click.code);
    let text = if reason.is_empty() || reason == "duplicate click" {
        verdict.to_owned()
    } else {
        format!("{verdict}: {reason} (code {})", click.code)
    };
    (signal, text)
}

/// Device, system and browser in a few words.
fn visitor(click: &Click) -> String {
    let parts = [Device::of_number(click.device).name(), &click.os, &click.browser];
    let known: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if known.is_empty() { format::NO_VALUE.to_owned() } else { known.join(" · ") }
}

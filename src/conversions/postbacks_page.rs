//! The page of the log of postbacks: every call, what became of it, and why.

use super::{filters, show};
use crate::web::{
    Access, Answer, Failure, answer, format,
    icon::Icon,
    log::{self, Entry, Field, Log, LogPage, LogView},
    navigation,
    parts::{Cell, Column, Link},
    signal::Signal,
};
use actix_web::HttpRequest;
use chrono::DateTime;
use domain::{
    conversions::ConversionCode,
    shared::{Calendar, ClickId},
};
use store::{
    conversions::{self, LoggedPostback},
    offers::{Named, Names, choices},
};
use uuid::Uuid;

const LOG: Log = Log {
    title: "Postbacks",
    one: "postback",
    icon: Icon::Postbacks,
    origin: "Every call of an advertiser is kept here, refused ones with the reason. The advertiser's page has the address to call.",
    next: ("/advertisers", "Open advertisers"),
    beside: None,
};

const HEADS: [&str; 8] = [
    "Time",
    "Outcome",
    "Advertiser",
    "Offer",
    "Conversion",
    "Click",
    "IP address",
    "The call, without its token",
];

/// `GET /postbacks`
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let view = LogView::read(&request, &filters::POSTBACKS)?;
    let stretch = filters::stretch(&access, &view.listing, &filters::POSTBACKS)?;
    let mut calls = conversions::postbacks(access.scope(), &stretch).await?;
    let paging = view.paging(&mut calls, |call| ClickId(call.id.as_u128()));
    let named = calls
        .iter()
        .flat_map(|call| [(Named::Offer, call.offer_id), (Named::Advertiser, call.advertiser_id)]);
    let names = Names::read(access.scope(), named.chain(view.named())).await?;
    let calendar = Calendar::new(access.entrant().network.zone);
    answer::page(&LogPage {
        shell: navigation::shell(&access, &request).titled(LOG.title),
        log: LOG,
        fields: fields(&access).await?,
        chips: view.chips(&names),
        columns: HEADS.into_iter().map(Column::text).collect(),
        rows: calls.iter().map(|call| row(&names, calendar, call)).collect(),
        paging,
        picks: None,
        view,
    })
}

async fn fields(access: &Access) -> Result<Vec<Field>, Failure> {
    let advertisers = log::menu("Any advertiser", choices(access.scope(), Named::Advertiser).await?);
    let offers = log::menu("Any offer", choices(access.scope(), Named::Offer).await?);
    Ok(vec![
        Field::new("Outcome", "outcome", Entry::Menu(log::words("Any outcome", &filters::OUTCOMES))),
        Field::new("Advertiser", "advertiser_id", Entry::Menu(advertisers)),
        Field::new("Offer", "offer_id", Entry::Menu(offers)),
        Field::new("Code", "code", Entry::Digits(5)),
        Field::new("Click id", "click_id", Entry::Text(36)),
    ])
}

fn row(names: &Names, calendar: Calendar, call: &LoggedPostback) -> Vec<Cell> {
    let at = DateTime::from_timestamp_millis(call.at).unwrap_or_default();
    let is_known = call.code != i64::from(ConversionCode::ClickNotFound.number());
    let way = |label: &str, folder: &str, id: Uuid| {
        Cell::Way((!id.is_nil()).then(|| Link::new(label, format!("/{folder}/{}", ClickId(id.as_u128())))))
    };
    vec![
        Cell::Moment(format::moment_html(at, calendar), None),
        Cell::State(call.outcome.parse().map_or(Signal::Bad, show::signal_of), outcome_words(call)),
        Cell::Words(names.of(Named::Advertiser, call.advertiser_id).to_owned()),
        Cell::Words(names.of(Named::Offer, call.offer_id).to_owned()),
        way("conversion", "conversions", call.conversion_id),
        way("click", "clicks", if is_known { call.click_id } else { Uuid::nil() }),
        Cell::Words(call.ip.clone()),
        Cell::LongCode(call.query.clone()),
    ]
}

/// The outcome with its reason.
fn outcome_words(call: &LoggedPostback) -> String {
    match show::words(call.code) {
        "" => call.outcome.clone(),
        reason if call.problem.is_empty() => format!("{}: {reason} (code {})", call.outcome, call.code),
        reason => format!("{}: {reason} (code {}), {}", call.outcome, call.code, call.problem),
    }
}

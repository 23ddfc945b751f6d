//! The page of the click log.

use super::{filters, show::words};
use crate::web::{
    Access, Answer, Failure, answer, format,
    icon::Icon,
    log::{self, Entry, Field, Log, LogPage, LogView},
    navigation,
    parts::{Cell, Column},
    signal::Signal,
};
use actix_web::HttpRequest;
use chrono::DateTime;
use domain::{
    shared::{Calendar, Micros},
    tracking::Device,
};
use store::{
    offers::{Named, Names, choices},
    tracking::{self, Click},
};

const LOG: Log = Log {
    title: "Clicks",
    one: "click",
    icon: Icon::Clicks,
    origin: "A click is kept here as soon as somebody follows a tracking link. Copy one from a partner's page and open it.",
    next: ("/partners", "Open partners"),
    beside: None,
};

/// `GET /clicks`
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let view = LogView::read(&request, &filters::CLICKS)?;
    let stretch = filters::stretch(&access, &view.listing, &filters::CLICKS)?;
    let mut clicks = tracking::clicks(access.scope(), &stretch).await?;
    let paging = view.paging(&mut clicks, Click::id);
    let named =
        clicks.iter().flat_map(|click| [(Named::Offer, click.offer_id), (Named::Partner, click.partner_id)]);
    let names = Names::read(access.scope(), named.chain(view.named())).await?;
    answer::page(&LogPage {
        shell: navigation::shell(&access, &request).titled(LOG.title),
        log: LOG,
        fields: fields(&access).await?,
        chips: view.chips(&names),
        columns: columns(),
        rows: clicks.iter().map(|click| row(&access, &names, click)).collect(),
        paging,
        picks: None,
        view,
    })
}

async fn fields(access: &Access) -> Result<Vec<Field>, Failure> {
    let offers = log::menu("Any offer", choices(access.scope(), Named::Offer).await?);
    let partners = log::menu("Any partner", choices(access.scope(), Named::Partner).await?);
    let verdicts = log::words("Any verdict", &["valid", "duplicate", "invalid"]);
    let devices = log::words("Any device", &["desktop", "mobile", "tablet", "tv", "console", "bot"]);
    Ok(vec![
        Field::new("Offer", "offer_id", Entry::Menu(offers)),
        Field::new("Partner", "partner_id", Entry::Menu(partners)),
        Field::new("Verdict", "verdict", Entry::Menu(verdicts)),
        Field::new("Code", "code", Entry::Digits(5)),
        Field::new("Device", "device", Entry::Menu(devices)),
        Field::new("Country", "country", Entry::Text(2)),
        Field::new("Source", "source_id", Entry::Text(500)),
        Field::new("Sub 1", "sub1", Entry::Text(500)),
        Field::new("IP address", "ip", Entry::Text(45)),
    ])
}

fn columns() -> Vec<Column> {
    let words = ["Time", "Verdict", "Offer", "Partner", "Country", "Visitor", "Source", "IP address"];
    let mut columns: Vec<_> = words.into_iter().map(Column::text).collect();
    columns.push(Column::number("Payout").hint("what the partner earns by the click itself"));
    columns.push(Column::number("Revenue").hint("what the advertiser pays for the click itself"));
    columns
}

fn row(access: &Access, names: &Names, click: &Click) -> Vec<Cell> {
    let network = &access.entrant().network;
    let at = DateTime::from_timestamp_millis(click.id().parts().millis).unwrap_or_default();
    let (signal, verdict) = verdict(click);
    let visitor = visitor(click.device, &click.os, &click.browser);
    let money = |amount| Cell::Number(format::money(Micros(amount), network.currency));
    vec![
        Cell::Moment(
            format::moment_html(at, Calendar::new(network.zone)),
            Some(format!("/clicks/{}", click.id())),
        ),
        Cell::State(signal, verdict),
        Cell::Words(names.of(Named::Offer, click.offer_id).to_owned()),
        Cell::Words(names.of(Named::Partner, click.partner_id).to_owned()),
        Cell::Words(click.country.clone()),
        Cell::Words(if visitor.is_empty() { format::NO_VALUE.to_owned() } else { visitor }),
        Cell::Words(click.source_id.clone()),
        Cell::Words(click.ip.clone()),
        money(click.payout),
        money(click.revenue),
    ]
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

/// Device, system and browser in a few words, as far as they are known.
pub(super) fn visitor(device: i64, os: &str, browser: &str) -> String {
    let parts = [Device::of_number(device).name(), os, browser];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

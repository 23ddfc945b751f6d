//! The log of clicks.

use super::{filters, show};
use crate::web::{
    Access, Failure,
    filters::{self as by, Entry, Field, OfObject},
    format,
    icon::Icon,
    log::{Log, Logged, Words},
    parts::{Cell, Column},
    signal::Signal,
};
use domain::{shared::ClickId, tracking::Device};
use serde_json::Value;
use store::{
    Error,
    offers::Named,
    shared::{Exactly, FoundRows, Scope, Stretch},
    tracking::{self, Click},
};

impl Logged for Click {
    const LOG: Log = Log {
        title: "Clicks",
        one: "click",
        icon: Icon::Clicks,
        origin: "A click is kept here as soon as somebody follows a tracking link. Copy one from a partner's page and open it.",
        next: ("/partners", "Open partners"),
        beside: None,
    };
    const FILTERS: &'static [&'static str] = &filters::CLICKS;
    const NAMED: [OfObject; 2] = [by::OFFER, by::PARTNER];

    fn filter(name: &'static str, text: &str) -> Result<Exactly, &'static str> {
        filters::filter(name, text)
    }

    async fn read(scope: Scope<'_>, stretch: &Stretch) -> Result<FoundRows<Self>, Error> {
        tracking::clicks(scope, stretch).await
    }

    fn id(&self) -> ClickId {
        Self::id(self)
    }

    fn names(&self) -> [i64; 2] {
        [self.offer_id, self.partner_id]
    }

    fn fields([offer, partner]: [Field; 2]) -> Vec<Field> {
        let verdicts = by::words("Any verdict", &["valid", "duplicate", "invalid"]);
        let devices = by::words("Any device", &["desktop", "mobile", "tablet", "tv", "console", "bot"]);
        vec![
            offer,
            partner,
            Field::new("Verdict", "verdict", Entry::Menu(verdicts)),
            Field::new("Code", "code", Entry::Digits(5)),
            Field::new("Device", "device", Entry::Menu(devices)),
            Field::new("Country", "country", Entry::Text(2)),
            Field::new("City", "city", Entry::Text(120)),
            Field::new("ISP", "isp", Entry::Text(120)),
            Field::new("Source", "source_id", Entry::Text(500)),
            Field::new("Sub 1", "sub1", Entry::Text(500)),
            Field::new("IP address", "ip", Entry::Text(45)),
        ]
    }

    fn columns() -> Vec<Column> {
        vec![
            Column::text("Time"),
            Column::text("Verdict").named("verdict"),
            Column::text("Offer").named("offer"),
            Column::text("Partner").named("partner"),
            Column::text("Country").named("country"),
            Column::text("Region").named("region").extra(),
            Column::text("City").named("city").extra(),
            Column::text("ISP").named("isp").extra(),
            Column::text("Connection").named("connection").extra(),
            Column::text("Carrier").named("carrier").extra(),
            Column::text("Visitor").named("visitor"),
            Column::text("Source").named("source"),
            Column::text("Sub 1").named("sub1").extra(),
            Column::text("Sub 2").named("sub2").extra(),
            Column::text("Sub 3").named("sub3").extra(),
            Column::text("Sub 4").named("sub4").extra(),
            Column::text("Sub 5").named("sub5").extra(),
            Column::text("Referrer").named("referrer").extra(),
            Column::text("IP address").named("ip"),
            Column::number("Payout").named("payout").hint("what the partner earns by the click itself"),
            Column::number("Revenue").named("revenue").hint("what the advertiser pays for the click itself"),
        ]
    }

    fn cells(&self, words: &Words) -> Vec<Cell> {
        let (signal, verdict) = verdict(self);
        let visitor = visitor(self.device, &self.os, &self.browser);
        vec![
            words.moment(self.id().parts().millis, Some(format!("/clicks/{}", self.id()))),
            Cell::State(signal, verdict),
            words.name(Named::Offer, self.offer_id),
            words.name(Named::Partner, self.partner_id),
            Cell::Words(self.country.clone()),
            Cell::Words(self.region.clone()),
            Cell::Words(self.city.clone()),
            Cell::Words(self.isp.clone()),
            Cell::Words(self.connection.clone()),
            Cell::Words(self.carrier.clone()),
            Cell::Words(if visitor.is_empty() { format::NO_VALUE.to_owned() } else { visitor }),
            Cell::Words(self.source_id.clone()),
            Cell::Words(self.sub1.clone()),
            Cell::Words(self.sub2.clone()),
            Cell::Words(self.sub3.clone()),
            Cell::Words(self.sub4.clone()),
            Cell::Words(self.sub5.clone()),
            Cell::LongCode(self.referrer.clone()),
            Cell::Words(self.ip.clone()),
            words.money(self.payout),
            words.money(self.revenue),
        ]
    }

    fn shown(&self, access: &Access) -> Result<Value, Failure> {
        show::click(self, access)
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
    let reason = show::words(click.code);
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

//! The log of postbacks: every call, what became of it, and why.

use super::{filters, show};
use crate::web::{
    Access, Failure,
    filters::{self as by, Entry, Field, OfObject},
    icon::Icon,
    log::{Log, Logged, Words},
    parts::{Cell, Column, Link},
    signal::Signal,
};
use domain::{conversions::ConversionCode, shared::ClickId};
use serde_json::Value;
use store::{
    Error,
    conversions::{self, LoggedPostback},
    offers::Named,
    shared::{Exactly, FoundRows, Scope, Stretch},
};
use uuid::Uuid;

impl Logged for LoggedPostback {
    const LOG: Log = Log {
        title: "Postbacks",
        one: "postback",
        icon: Icon::Postbacks,
        origin: "Every call of an advertiser is kept here, refused ones with the reason. The advertiser's page has the address to call.",
        next: ("/advertisers", "Open advertisers"),
        beside: None,
    };
    const FILTERS: &'static [&'static str] = &filters::POSTBACKS;
    const NAMED: [OfObject; 2] = [by::OFFER, by::ADVERTISER];

    fn filter(name: &'static str, text: &str) -> Result<Exactly, &'static str> {
        filters::filter(name, text)
    }

    async fn read(scope: Scope<'_>, stretch: &Stretch) -> Result<FoundRows<Self>, Error> {
        conversions::postbacks(scope, stretch).await
    }

    fn id(&self) -> ClickId {
        ClickId(self.id.as_u128())
    }

    fn names(&self) -> [i64; 2] {
        [self.offer_id, self.advertiser_id]
    }

    fn fields([offer, advertiser]: [Field; 2]) -> Vec<Field> {
        vec![
            Field::new("Outcome", "outcome", Entry::Menu(by::words("Any outcome", &filters::OUTCOMES))),
            advertiser,
            offer,
            Field::new("Code", "code", Entry::Digits(5)),
            Field::new("Click id", "click_id", Entry::Text(36)),
        ]
    }

    fn columns() -> Vec<Column> {
        vec![
            Column::text("Time"),
            Column::text("Outcome").named("outcome"),
            Column::text("Advertiser").named("advertiser"),
            Column::text("Offer").named("offer"),
            Column::text("Conversion").named("conversion"),
            Column::text("Click").named("click"),
            Column::text("IP address").named("ip"),
            Column::text("The call, without its token").named("call"),
        ]
    }

    fn cells(&self, words: &Words) -> Vec<Cell> {
        let is_known = self.code != i64::from(ConversionCode::ClickNotFound.number());
        let way = |label: &str, folder: &str, id: Uuid| {
            Cell::Way(
                (!id.is_nil()).then(|| Link::new(label, format!("/{folder}/{}", ClickId(id.as_u128())))),
            )
        };
        vec![
            words.moment(self.at, None),
            Cell::State(self.outcome.parse().map_or(Signal::Bad, show::signal_of), outcome_words(self)),
            words.name(Named::Advertiser, self.advertiser_id),
            words.name(Named::Offer, self.offer_id),
            way("conversion", "conversions", self.conversion_id),
            way("click", "clicks", if is_known { self.click_id } else { Uuid::nil() }),
            Cell::Words(self.ip.clone()),
            Cell::LongCode(self.query.clone()),
        ]
    }

    fn shown(&self, _: &Access) -> Result<Value, Failure> {
        show::postback(self)
    }
}

/// The outcome with its reason.
fn outcome_words(call: &LoggedPostback) -> String {
    match show::words(call.code) {
        "" => call.outcome.clone(),
        reason if call.problem.is_empty() => format!("{}: {reason} (code {})", call.outcome, call.code),
        reason => format!("{}: {reason} (code {}), {}", call.outcome, call.code, call.problem),
    }
}

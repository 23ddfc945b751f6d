//! The log of impressions.

use super::{clicks::visitor, filters, show};
use crate::web::{
    Access, Failure,
    filters::{self as by, Entry, Field, OfObject},
    icon::Icon,
    log::{Log, Logged, Words},
    parts::{Cell, Column},
};
use domain::shared::ClickId;
use serde_json::Value;
use store::{
    Error,
    offers::Named,
    shared::{Exactly, FoundRows, Scope, Stretch},
    tracking::{self, Impression},
};

impl Logged for Impression {
    const LOG: Log = Log {
        title: "Impressions",
        one: "impression",
        icon: Icon::Impressions,
        origin: "An impression is kept when a page shows a link's image: the tracking link with /i/ in place of /c/.",
        next: ("", ""),
        beside: None,
    };
    const FILTERS: &'static [&'static str] = &filters::IMPRESSIONS;
    const NAMED: [OfObject; 2] = [by::OFFER, by::PARTNER];

    fn filter(name: &'static str, text: &str) -> Result<Exactly, &'static str> {
        filters::filter(name, text)
    }

    async fn read(scope: Scope<'_>, stretch: &Stretch) -> Result<FoundRows<Self>, Error> {
        tracking::impressions(scope, stretch).await
    }

    fn id(&self) -> ClickId {
        Self::id(self)
    }

    fn names(&self) -> [i64; 2] {
        [self.offer_id, self.partner_id]
    }

    fn fields([offer, partner]: [Field; 2]) -> Vec<Field> {
        vec![
            offer,
            partner,
            Field::new("Country", "country", Entry::Text(2)),
            Field::new("Source", "source_id", Entry::Text(500)),
        ]
    }

    fn columns() -> Vec<Column> {
        vec![
            Column::text("Time"),
            Column::text("Offer").named("offer"),
            Column::text("Partner").named("partner"),
            Column::text("Country").named("country"),
            Column::text("Visitor").named("visitor"),
            Column::text("Source").named("source"),
            Column::text("IP address").named("ip"),
        ]
    }

    fn cells(&self, words: &Words) -> Vec<Cell> {
        vec![
            words.moment(self.id().parts().millis, None),
            words.name(Named::Offer, self.offer_id),
            words.name(Named::Partner, self.partner_id),
            Cell::Words(self.country.clone()),
            Cell::Words(visitor(self.device, &self.os, &self.browser)),
            Cell::Words(self.source_id.clone()),
            Cell::Words(self.ip.clone()),
        ]
    }

    fn shown(&self, access: &Access) -> Result<Value, Failure> {
        show::impression(self, access.entrant().network.currency)
    }
}

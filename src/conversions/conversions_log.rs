//! The log of conversions.

use super::{filters, show};
use crate::web::{
    Access, Failure,
    filters::{self as by, Entry, Field, OfObject},
    format,
    icon::Icon,
    log::{Log, LogView, Logged, Picks, Words},
    parts::{Cell, Choice, Column},
};
use domain::{
    conversions::ConversionStatus,
    identity::{Level, Section},
    shared::ClickId,
};
use serde_json::Value;
use store::{
    Error,
    conversions::{self, Conversion, SELECTED_MOST},
    offers::Named,
    shared::{Exactly, FoundRows, Scope, Stretch},
};

impl Logged for Conversion {
    const LOG: Log = Log {
        title: "Conversions",
        one: "conversion",
        icon: Icon::Conversions,
        origin: "A conversion comes by an advertiser's postback with a click's id. The log of postbacks shows every call, refused ones too, and why.",
        next: ("/postbacks", "Open the log of postbacks"),
        beside: Some(("/postbacks", "Log of postbacks")),
    };
    const FILTERS: &'static [&'static str] = &filters::CONVERSIONS;
    const NAMED: [OfObject; 2] = [by::OFFER, by::PARTNER];

    fn filter(name: &'static str, text: &str) -> Result<Exactly, &'static str> {
        filters::filter(name, text)
    }

    async fn read(scope: Scope<'_>, stretch: &Stretch) -> Result<FoundRows<Self>, Error> {
        conversions::conversions(scope, stretch).await
    }

    fn id(&self) -> ClickId {
        Self::id(self)
    }

    fn names(&self) -> [i64; 2] {
        [self.offer_id, self.partner_id]
    }

    fn fields([offer, partner]: [Field; 2]) -> Vec<Field> {
        let statuses = by::words("Any status", &["approved", "pending", "rejected"]);
        vec![
            offer,
            partner,
            Field::new("Status", "status", Entry::Menu(statuses)),
            Field::new("Event", "event", Entry::Text(200)),
            Field::new("Order", "txn_id", Entry::Text(200)),
            Field::new("Click id", "click_id", Entry::Text(36)),
        ]
    }

    fn columns() -> Vec<Column> {
        let number = |label: &str, hint: &str| Column::number(label).hint(hint);
        vec![
            Column::text("Time"),
            Column::text("Event").named("event"),
            Column::text("Status").named("status"),
            Column::text("Offer").named("offer"),
            Column::text("Partner").named("partner"),
            Column::text("Click").named("click"),
            Column::text("Order").named("order"),
            number("Amount", "the basket, as the advertiser reported it").named("amount"),
            number("Payout", "what the partner earns by it once it is approved").named("payout"),
            number("Revenue", "what the advertiser pays for it once it is approved").named("revenue"),
        ]
    }

    fn cells(&self, words: &Words) -> Vec<Cell> {
        vec![
            words.moment(self.at, Some(format!("/conversions/{}", self.id()))),
            Cell::Words(event(self)),
            Cell::State(show::signal_of(self.status()), status_words(self)),
            words.name(Named::Offer, self.offer_id),
            words.name(Named::Partner, self.partner_id),
            match (self.click_id.is_nil(), self.view_through) {
                (false, _) => Cell::way("click", format!("/clicks/{}", self.click_id())),
                (true, 0) => Cell::Words("coupon".to_owned()),
                (true, _) => Cell::Words("view".to_owned()),
            },
            Cell::Words(self.txn_id.clone()),
            words.money(self.amount),
            words.money(self.payout),
            words.money(self.revenue),
        ]
    }

    /// What several conversions can be decided to be at once.
    fn picks(access: &Access, view: &LogView) -> Option<Picks> {
        if !access.may(Section::Conversions, Level::Full) || access.scope().is_limited() {
            return None;
        }
        let address = view.whole_href(&view.path);
        let words = ConversionStatus::ALL.map(|status| Choice::new(status.name(), status.name()));
        let most = format::count(SELECTED_MOST);
        Some(Picks {
            action: "/conversions/decide",
            label: "Set several to",
            name: "status",
            choices: words.to_vec(),
            filter: address.split_once('?').map_or_else(String::new, |(_, query)| query.to_owned()),
            hint: format!(
                "What it changes in the figures is shown before it is done. At most {most} at a time."
            ),
        })
    }

    fn shown(&self, access: &Access) -> Result<Value, Failure> {
        show::conversion(self, access.entrant().network.currency)
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

//! The pages of an offer's named events: the list with one more, one to change, and its end.

use super::words::{PAYOUT, REVENUE, payout_text, payout_types, revenue_text, revenue_types};
use crate::web::{
    Access, Failure, Form,
    history::Viewed,
    navigation,
    objects::pages::{Paged, View},
    page::Shell,
    parts::{Choice, Column, Link, Tab},
    sheet::{Entry, Kind, Sheet, joined},
    signal::Signal,
    views::OFFER,
};
use actix_web::HttpRequest;
use askama::Template;
use domain::{
    identity::{Level, Section},
    offers::Offer,
    shared::{Currency, Problems},
};
use store::{
    offers::EventOf,
    shared::{Filter, Page, Stored},
};

#[derive(Template)]
#[template(path = "offers/events.html")]
pub struct Events {
    shell: Shell,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    state: Option<(Signal, &'static str)>,
    offer: i64,
    columns: Vec<Column>,
    rows: Vec<Stored<EventOf>>,
    /// The event that is changed; none where the form adds one.
    changed: Option<Stored<EventOf>>,
    payout_types: Vec<Choice>,
    revenue_types: Vec<Choice>,
    form: Form,
    problems: Problems,
    currency: Currency,
    may_change: bool,
}

impl Events {
    const ONE: &str = "event";
    const A_NEW: &str = "an event";
    const MANY: &str = "Events";
    const PATH: &str = "events";

    fn payout(&self, row: &Stored<EventOf>) -> String {
        payout_text(row.body.event.payout, self.currency)
    }

    fn revenue(&self, row: &Stored<EventOf>) -> String {
        revenue_text(row.body.event.revenue, self.currency)
    }
}

impl Paged for EventOf {
    const SHEET: Sheet =
        Sheet { entries: &joined::<7>(&[&[Entry("name", Kind::Text)], &PAYOUT, &REVENUE]), rows: &[] };
    const LIST: &'static str = "/offers/{offer_id}/events";
    const BLANK: &'static str = Self::LIST;
    const REMOVED: &'static str = "The event is removed. Postbacks that name it are refused from now on.";

    type Page = Events;

    async fn page(access: &Access, request: &HttpRequest, view: View<Self>) -> Result<Events, Failure> {
        let View { parent: offer, stored: changed, form, problems, .. } = view;
        let stored = access.scope().get::<Offer>(offer).await?;
        // An event has no clicks or impressions of its own.
        let of_conversions = |choice: &Choice| !["cpc", "cpm", "rpc", "rpm"].contains(&choice.value.as_str());
        Ok(Events {
            state: stored.body.state(),
            shell: navigation::shell(access, request).titled(stored.body.name),
            crumbs: vec![Link::new("Offers", "/offers")],
            tabs: OFFER.tabs(access, offer, request.path()),
            offer,
            columns: ["Event", "Payout", "Revenue", ""].map(Column::text).to_vec(),
            rows: access.scope().list(&Filter::exactly([("offer_id", offer)]), Page::ALL).await?,
            changed,
            payout_types: payout_types().into_iter().filter(of_conversions).collect(),
            revenue_types: revenue_types().into_iter().filter(of_conversions).collect(),
            form,
            problems,
            currency: access.entrant().network.currency,
            may_change: access.may(Section::Offers, Level::Full),
        })
    }

    fn made(stored: &Stored<Self>) -> String {
        format!("Postbacks may now say event={}.", stored.body.event.name)
    }
}

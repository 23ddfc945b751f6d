//! The pages of an offer's named events: the list with one more, one to change, and its end.

use super::{
    editing, tabs,
    words::{payout_text, payout_types, revenue_text, revenue_types},
};
use crate::web::{
    Access, Answer, Failure, Form, answer, flash, navigation,
    page::Shell,
    parts::{Choice, Column, Link, Tab},
    sheet::{Entry, Kind, Sheet},
    signal::Signal,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use domain::{
    identity::{Level, Section},
    offers::{Offer, OfferEvent},
    shared::{Currency, Problems},
};
use store::{offers::EventOf, shared::Stored};

const SHEET: Sheet = Sheet {
    entries: &[
        Entry("name", Kind::Text),
        Entry("payout.type", Kind::Choice),
        Entry("payout.amount", Kind::Amount),
        Entry("payout.percent", Kind::Amount),
        Entry("revenue.type", Kind::Choice),
        Entry("revenue.amount", Kind::Amount),
        Entry("revenue.percent", Kind::Amount),
    ],
    rows: &[],
};

#[derive(Template)]
#[template(path = "offers/events.html")]
struct Events {
    shell: Shell,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
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
    fn payout(&self, row: &Stored<EventOf>) -> String {
        payout_text(row.body.event.payout, self.currency)
    }

    fn revenue(&self, row: &Stored<EventOf>) -> String {
        revenue_text(row.body.event.revenue, self.currency)
    }
}

async fn page(
    access: &Access,
    request: &HttpRequest,
    offer: i64,
    changed: Option<Stored<EventOf>>,
    form: Form,
) -> Result<Events, Failure> {
    let stored = access.scope().get::<Offer>(offer).await?;
    // An event has no clicks or impressions of its own.
    let of_conversions = |choice: &Choice| !["cpc", "cpm", "rpc", "rpm"].contains(&choice.value.as_str());
    Ok(Events {
        shell: navigation::shell(access, request).titled(stored.body.name),
        crumbs: vec![Link::new("Offers", "/offers")],
        tabs: tabs(offer, request.path()),
        offer,
        columns: ["Event", "Payout", "Revenue", ""].map(Column::text).to_vec(),
        rows: editing::events(access, offer).await?,
        changed,
        payout_types: payout_types().into_iter().filter(of_conversions).collect(),
        revenue_types: revenue_types().into_iter().filter(of_conversions).collect(),
        form,
        problems: Problems::default(),
        currency: access.entrant().network.currency,
        may_change: access.may(Section::Offers, Level::Full),
    })
}

/// The list, with the form of one more.
pub async fn list(access: Access, request: HttpRequest, offer: Path<i64>) -> Answer {
    answer::page(&page(&access, &request, *offer, None, Form::default()).await?)
}

/// Adds one.
pub async fn create(access: Access, request: HttpRequest, offer: Path<i64>, form: Form) -> Answer {
    let made = match SHEET.document::<OfferEvent>(&form, access.entrant().network.zone) {
        Ok(event) => editing::create_event(&access, *offer, event).await,
        Err(failure) => Err(failure),
    };
    match made {
        Ok(stored) => Ok(done(*offer, &format!("Postbacks may now say event={}.", stored.body.event.name))),
        Err(failure) => again(page(&access, &request, *offer, None, form).await?, failure),
    }
}

/// One, to be changed.
pub async fn show(access: Access, request: HttpRequest, ids: Path<(i64, i64)>) -> Answer {
    let (offer, id) = *ids;
    let stored = editing::event(&access, offer, id).await?;
    let document =
        serde_json::to_value(&stored.body.event).map_err(|error| Failure::Broken(error.to_string()))?;
    let form = SHEET.show(&document, access.entrant().network.zone);
    answer::page(&page(&access, &request, offer, Some(stored), form).await?)
}

/// Saves one.
pub async fn save(access: Access, request: HttpRequest, ids: Path<(i64, i64)>, form: Form) -> Answer {
    let (offer, id) = *ids;
    let before = editing::event(&access, offer, id).await?;
    let expected = form.get("version").parse().ok();
    let saved = match SHEET.document::<OfferEvent>(&form, access.entrant().network.zone) {
        Ok(event) => editing::save_event(&access, &before, expected, event).await,
        Err(failure) => Err(failure),
    };
    match saved {
        Ok(_) => Ok(done(offer, "Saved.")),
        Err(failure) => again(page(&access, &request, offer, Some(before), form).await?, failure),
    }
}

/// Takes one away.
pub async fn remove(access: Access, ids: Path<(i64, i64)>) -> Answer {
    let (offer, id) = *ids;
    editing::remove_event(&access, offer, id).await?;
    Ok(done(offer, "The event is removed. Postbacks that name it are refused from now on."))
}

fn done(offer: i64, text: &str) -> actix_web::HttpResponse {
    flash::with(answer::see_other(&format!("/offers/{offer}/events")), Signal::Good, text)
}

fn again(page: Events, failure: Failure) -> Answer {
    let status = failure.status();
    let problems = SHEET.placed(failure.into_problems()?);
    answer::page_with(status, &Events { problems, ..page })
}

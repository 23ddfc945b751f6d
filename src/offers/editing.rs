//! How offers, their landing pages and events are made and changed, for pages and the API alike.

use crate::web::{Access, Failure, code};
use domain::{
    offers::{LandingPage, Offer, OfferEvent, find_loop},
    shared::OfferId,
};
use store::{
    offers::{EventOf, LandingPageOf},
    shared::{Document, Filter, Page, Stored},
};

/// Every row: the lists behind it are as long as a network has offers.
const ALL: Page = Page { before: None, limit: 100_000 };

/// Stores a new offer with a code for its links.
///
/// # Errors
/// [`Failure::Invalid`]; [`Failure::Conflict`] at a field that names what this network does not have.
pub async fn create(access: &Access, offer: Offer) -> Result<Stored<Offer>, Failure> {
    offer.problems().into_result(())?;
    Ok(access.scope().create(&access.actor(), Document { body: offer, code: code::fresh() }).await?)
}

/// Replaces an offer's document.
///
/// # Errors
/// As [`create`]; [`Failure::NotFound`]; at `fail_traffic.rows` where it closes a loop;
/// [`Failure::Conflict`] at `version` where somebody else has saved since `expected`.
pub async fn save(
    access: &Access,
    id: i64,
    expected: Option<i64>,
    offer: Offer,
) -> Result<Stored<Offer>, Failure> {
    offer.problems().into_result(())?;
    refuse_loop(access, id, &offer).await?;
    Ok(access.scope().update(&access.actor(), id, expected, offer).await?)
}

async fn refuse_loop(access: &Access, id: i64, offer: &Offer) -> Result<(), Failure> {
    if offer.fail_traffic.rows.is_empty() {
        return Ok(());
    }
    let others = access.scope().list::<Offer>(&Filter::default(), ALL).await?;
    let others = others.iter().filter(|other| other.id != id).map(|other| (OfferId(other.id), &other.body));
    let all = others.chain(std::iter::once((OfferId(id), offer)));
    match find_loop(all) {
        None => Ok(()),
        Some(path) => {
            let names: Vec<_> = path.iter().map(ToString::to_string).collect();
            let text = format!("closes a loop: offers {} hand a click round in a circle", names.join(" → "));
            Err(Failure::field("fail_traffic.rows", text))
        }
    }
}

/// The landing pages of an offer, newest first.
///
/// # Errors
/// What the database said.
pub async fn landing_pages(access: &Access, offer: i64) -> Result<Vec<Stored<LandingPageOf>>, Failure> {
    Ok(access.scope().list(&of_offer(offer), ALL).await?)
}

/// One landing page of an offer.
///
/// # Errors
/// [`Failure::NotFound`] where the offer has no such page.
pub async fn landing_page(access: &Access, offer: i64, id: i64) -> Result<Stored<LandingPageOf>, Failure> {
    let stored = access.scope().get::<LandingPageOf>(id).await?;
    if stored.body.offer_id == OfferId(offer) { Ok(stored) } else { Err(Failure::NotFound) }
}

/// Adds a landing page to an offer.
///
/// # Errors
/// [`Failure::Invalid`]; [`Failure::NotFound`] where there is no such offer.
pub async fn create_landing_page(
    access: &Access,
    offer: i64,
    page: LandingPage,
) -> Result<Stored<LandingPageOf>, Failure> {
    access.scope().get::<Offer>(offer).await?;
    page.problems().into_result(())?;
    let body = LandingPageOf { offer_id: OfferId(offer), page };
    Ok(access.scope().create(&access.actor(), Document { body, code: String::new() }).await?)
}

/// Replaces a landing page's document.
///
/// # Errors
/// [`Failure::Invalid`]; [`Failure::NotFound`]; [`Failure::Conflict`] as [`save`].
pub async fn save_landing_page(
    access: &Access,
    before: &Stored<LandingPageOf>,
    expected: Option<i64>,
    page: LandingPage,
) -> Result<Stored<LandingPageOf>, Failure> {
    page.problems().into_result(())?;
    let body = LandingPageOf { offer_id: before.body.offer_id, page };
    Ok(access.scope().update(&access.actor(), before.id, expected, body).await?)
}

/// The events of an offer, newest first.
///
/// # Errors
/// What the database said.
pub async fn events(access: &Access, offer: i64) -> Result<Vec<Stored<EventOf>>, Failure> {
    Ok(access.scope().list(&of_offer(offer), ALL).await?)
}

/// One event of an offer.
///
/// # Errors
/// [`Failure::NotFound`] where the offer has no such event.
pub async fn event(access: &Access, offer: i64, id: i64) -> Result<Stored<EventOf>, Failure> {
    let stored = access.scope().get::<EventOf>(id).await?;
    if stored.body.offer_id == OfferId(offer) { Ok(stored) } else { Err(Failure::NotFound) }
}

/// Adds a named event to an offer.
///
/// # Errors
/// [`Failure::Invalid`]; [`Failure::Conflict`] at `name` where the offer has it already.
pub async fn create_event(
    access: &Access,
    offer: i64,
    event: OfferEvent,
) -> Result<Stored<EventOf>, Failure> {
    access.scope().get::<Offer>(offer).await?;
    event.problems().into_result(())?;
    let body = EventOf { offer_id: OfferId(offer), event };
    Ok(access.scope().create(&access.actor(), Document { body, code: String::new() }).await?)
}

/// Replaces an event's document.
///
/// # Errors
/// [`Failure::Invalid`]; [`Failure::NotFound`]; [`Failure::Conflict`] as [`save`].
pub async fn save_event(
    access: &Access,
    before: &Stored<EventOf>,
    expected: Option<i64>,
    event: OfferEvent,
) -> Result<Stored<EventOf>, Failure> {
    event.problems().into_result(())?;
    let body = EventOf { offer_id: before.body.offer_id, event };
    Ok(access.scope().update(&access.actor(), before.id, expected, body).await?)
}

/// Removes an event.
///
/// # Errors
/// [`Failure::NotFound`] where the offer has no such event.
pub async fn remove_event(access: &Access, offer: i64, id: i64) -> Result<(), Failure> {
    let stored = event(access, offer, id).await?;
    Ok(access.scope().delete::<EventOf>(&access.actor(), stored.id).await?)
}

fn of_offer(offer: i64) -> Filter {
    Filter { exact: vec![("offer_id", offer.into())], ..Filter::default() }
}

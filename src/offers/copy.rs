//! A new offer like another: the same settings, landing pages and events, paused, with a code and a
//! history of its own. What partners may do with the other one is not taken over.

use super::creation;
use crate::web::{
    Access, Answer, Failure, Route, answer,
    describe::{About, Gives},
    flash,
    objects::{Object, copies::name_of_copy, path_id, show},
    signal::Signal,
};
use actix_web::HttpRequest;
use domain::{
    identity::Section,
    offers::{LandingPage, Offer, OfferEvent, OfferStatus},
};
use serde_json::Value;
use store::{
    offers::{EventOf, LandingPageOf},
    shared::{Filter, Page, Stored},
};

/// The call of the API.
pub fn routes() -> Vec<Route> {
    let about = About::new(
        "Copy: Offer, with landing pages and events; the copy is paused",
        Gives::New(Offer::SCHEMA),
    );
    vec![Route::post("/api/v1/offers/{offer_id}/copy", Section::Offers, of_call).about(about)]
}

async fn copied(access: &Access, request: &HttpRequest) -> Result<Stored<Offer>, Failure> {
    let scope = access.scope();
    let offer = scope.get::<Offer>(path_id(request, "offer_id")?).await?;
    let parts = Filter::exactly([("offer_id", offer.id)]);
    let pages: Vec<Stored<LandingPageOf>> = scope.list(&parts, Page::ALL).await?;
    let events: Vec<Stored<EventOf>> = scope.list(&parts, Page::ALL).await?;
    // Lists are newest first; the copy's ids follow the order in which the parts were made.
    let pages: Vec<LandingPage> = pages.into_iter().rev().map(|row| row.body.page).collect();
    let events: Vec<OfferEvent> = events.into_iter().rev().map(|row| row.body.event).collect();
    let body = Offer { name: name_of_copy(&offer.body.name), status: OfferStatus::Paused, ..offer.body };
    creation::create(access, body, pages, events).await
}

/// The button of the page.
pub async fn of_page(access: Access, request: HttpRequest) -> Answer {
    let made = copied(&access, &request).await?;
    let text =
        format!("{} is made, and paused. Look through its settings, then activate it.", made.body.name);
    Ok(flash::see_other(&format!("/offers/{}", made.id), Signal::Good, &text))
}

async fn of_call(access: Access, request: HttpRequest) -> Answer {
    let made = copied(&access, &request).await?;
    let shown: Value = show(&access, &made)?;
    Ok(answer::created(&format!("{}/{}", Offer::COLLECTION, made.id), &shown))
}

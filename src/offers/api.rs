//! Offers in the API. An offer may be sent with its landing pages and events, or with one `url`.

use super::{
    creation,
    schemas::{STATUSES, VISIBILITIES},
};
use crate::web::{
    Access, Answer, Failure, Route, answer,
    describe::{About, Gives},
    json,
    objects::{Compared, Object, calls, show},
};
use actix_web::http::Method;
use domain::{
    identity::Section,
    offers::{Destination, Offer, OfferStatus, Stop, find_loop},
    shared::{OfferId, Problems},
};
use store::offers::ways;

pub fn routes() -> Vec<Route> {
    let mut routes = calls::routes::<Offer>();
    // Creating takes more than the document: its parts come along.
    routes.retain(|route| route.method != Method::POST);
    let about = About::new("Create: Offer, with landing pages and events", Gives::New(Offer::SCHEMA));
    routes.push(Route::post(Offer::COLLECTION, Section::Offers, create).about(about.takes("NewOffer")));
    routes.push(calls::removal_route::<Offer>());
    routes
}

async fn create(access: Access, body: json::Object) -> Answer {
    let stored = creation::create_from(&access, body.0).await?;
    Ok(answer::created(&format!("{}/{}", Offer::COLLECTION, stored.id), &show(&access, &stored)?))
}

impl Object for Offer {
    type Input = Self;
    const SECTION: Section = Section::Offers;
    const SCHEMA: &'static str = "Offer";
    const COLLECTION: &'static str = "/api/v1/offers";
    const ID: &'static str = "offer_id";
    const MONEY: bool = true;
    const STATUS: bool = true;
    const FILTERS: &'static [(&'static str, Compared)] = &[
        ("name", Compared::Text),
        ("status", Compared::Word(&STATUSES)),
        ("code", Compared::Text),
        ("advertiser_id", Compared::Id),
        ("visibility", Compared::Word(&VISIBILITIES)),
    ];

    fn input(&self) -> Self {
        self.clone()
    }

    fn of_input(input: Self, _: i64) -> Self {
        input
    }

    fn problems(&self) -> Problems {
        Self::problems(self)
    }

    fn removed(self) -> Option<Self> {
        Some(Self { status: OfferStatus::Deleted, ..self })
    }

    /// Refuses a loop of fail traffic. A new offer is in none: nothing leads to it yet.
    async fn check(&self, access: &Access, id: Option<i64>) -> Result<(), Failure> {
        let Some(id) = id.filter(|_| !self.next_stops().is_empty()) else { return Ok(()) };
        let stop = Stop::Offer(OfferId(id));
        match find_loop(ways(access.scope(), (stop, self.next_stops())).await?) {
            None => Ok(()),
            Some(round) => {
                let field = loop_field(self, stop, &round);
                let round: Vec<_> = round.iter().map(ToString::to_string).collect();
                let message = format!("leads round in a circle: {}", round.join(", "));
                Err(Failure::field(field, message))
            }
        }
    }
}

/// The row of an offer that leads on round a circle of offers.
fn loop_field(offer: &Offer, id: Stop, round: &[Stop]) -> String {
    let place = round.iter().position(|other| *other == id);
    let next = place.map(|place| round[(place + 1) % round.len()]);
    let leads_on = |destination: &Destination| next.is_some() && destination.stop() == next;
    if let Some(row) = offer.forwarding.iter().position(|row| leads_on(&row.destination)) {
        return format!("forwarding[{row}].destination");
    }
    match offer.fail_traffic.rows.iter().position(|row| leads_on(&row.destination)) {
        Some(row) => format!("fail_traffic.rows[{row}].destination"),
        None => "fail_traffic".to_owned(),
    }
}

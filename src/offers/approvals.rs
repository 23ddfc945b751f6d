//! Which partner may run which offer, and on which terms of its own: one record a pair, made by the
//! first that says anything about it.

use crate::web::{
    Access, Answer, Failure, Listing, Route, answer,
    describe::{About, Gives},
    json,
    objects::path_id,
};
use actix_web::HttpRequest;
use domain::{
    accounts::{Partner, PartnerOffer},
    identity::Section,
    offers::Offer,
    shared::{OfferId, PartnerId, Problems},
};
use serde_json::{Map, Value, json};
use store::{
    offers::EventOf,
    shared::{Document, Filter, Page, Stored},
};

const LIST: &str = "/api/v1/partners/{partner_id}/offers";
const ONE: &str = "/api/v1/partners/{partner_id}/offers/{offer_id}";
const SCHEMA: &str = "PartnerOffer";

pub fn routes() -> Vec<Route> {
    let about = |summary, gives| About::new(summary, gives);
    let state = [("state", "Only those in this state."), ("offer_id", "Only of this offer.")];
    vec![
        Route::get(LIST, Section::Partners, list)
            .about(about("List a partner's approvals and terms", Gives::List(SCHEMA)).with(&state)),
        Route::post(LIST, Section::Partners, create)
            .about(about("Set a partner's approval and terms", Gives::New(SCHEMA)).takes(SCHEMA)),
        Route::get(ONE, Section::Partners, look)
            .about(about("Look at a partner's approval and terms", Gives::One(SCHEMA))),
        Route::put(ONE, Section::Partners, replace)
            .about(about("Set a partner's approval and terms", Gives::One(SCHEMA)).takes(SCHEMA)),
        Route::patch(ONE, Section::Partners, change).about(
            about("Change what is named of a partner's approval and terms", Gives::One(SCHEMA)).takes(SCHEMA),
        ),
    ]
}

/// The partner of the path, who must be there.
async fn partner(access: &Access, request: &HttpRequest) -> Result<PartnerId, Failure> {
    let id = path_id(request, "partner_id")?;
    access.scope().get::<Partner>(id).await?;
    Ok(PartnerId(id))
}

/// Partner and offer of the path, which must be there.
async fn pair(access: &Access, request: &HttpRequest) -> Result<(PartnerId, OfferId), Failure> {
    let partner = partner(access, request).await?;
    let offer = path_id(request, "offer_id")?;
    access.scope().get::<Offer>(offer).await?;
    Ok((partner, OfferId(offer)))
}

/// What has been said about a pair so far.
///
/// # Errors
/// What the database said.
pub async fn find(
    access: &Access,
    partner: PartnerId,
    offer: OfferId,
) -> Result<Option<Stored<PartnerOffer>>, Failure> {
    let exact = vec![("partner_id", partner.0.into()), ("offer_id", offer.0.into())];
    let filter = Filter { exact, ..Filter::default() };
    let found = access.scope().list::<PartnerOffer>(&filter, Page { before: None, limit: 1 }).await?;
    Ok(found.into_iter().next())
}

async fn list(access: Access, request: HttpRequest) -> Answer {
    let partner = partner(&access, &request).await?;
    let listing = Listing::read(request.query_string(), &["state", "offer_id"])?;
    let mut exact = vec![("partner_id", partner.0.into())];
    exact.extend(listing.text("state").map(|state| ("state", state.into())));
    exact.extend(listing.parsed::<i64>("offer_id", "an id")?.map(|id| ("offer_id", id.into())));
    let filter = Filter { exact, ..Filter::default() };
    let rows = access.scope().list::<PartnerOffer>(&filter, listing.page()?).await?;
    listing.answer(rows, |row| row.id, |row| show(&access, &row))
}

async fn create(access: Access, request: HttpRequest, body: json::Object) -> Answer {
    let partner = partner(&access, &request).await?;
    let mut fields = body.0;
    let offer = fields.remove("offer_id").ok_or_else(|| Failure::field("offer_id", "is missing"))?;
    let offer = serde_json::from_value::<OfferId>(offer);
    let offer = offer.map_err(|error| Failure::field("offer_id", error.to_string()))?;
    let stored = set(&access, partner, offer, fields).await?;
    Ok(answer::created(&format!("{}/{offer}", request.path()), &show(&access, &stored)?))
}

async fn look(access: Access, request: HttpRequest) -> Answer {
    let (partner, offer) = pair(&access, &request).await?;
    let stored = find(&access, partner, offer).await?.ok_or(Failure::NotFound)?;
    Ok(answer::json(&show(&access, &stored)?))
}

async fn replace(access: Access, request: HttpRequest, body: json::Object) -> Answer {
    let (partner, offer) = pair(&access, &request).await?;
    Ok(answer::json(&show(&access, &set(&access, partner, offer, body.0).await?)?))
}

async fn change(access: Access, request: HttpRequest, body: json::Object) -> Answer {
    let (partner, offer) = pair(&access, &request).await?;
    let mut fields = match find(&access, partner, offer).await? {
        Some(stored) => terms_of(&stored.body)?,
        None => Map::new(),
    };
    json::merge(&mut fields, body.0);
    Ok(answer::json(&show(&access, &set(&access, partner, offer, fields).await?)?))
}

/// Says what holds for a pair from now on, whatever held before; pages do the same as the API by it.
/// The fields are those of the terms, without the two ids.
///
/// # Errors
/// [`Failure::Invalid`] or [`Failure::Conflict`] at the fields that are wrong.
pub async fn set(
    access: &Access,
    partner: PartnerId,
    offer: OfferId,
    mut fields: Map<String, Value>,
) -> Result<Stored<PartnerOffer>, Failure> {
    fields.insert("partner_id".to_owned(), json!(partner));
    fields.insert("offer_id".to_owned(), json!(offer));
    let body: PartnerOffer = json::document(fields)?;
    body.problems().into_result(())?;
    check_events(access, &body).await?;
    let (scope, actor) = (access.scope(), access.actor());
    if let Some(before) = find(access, partner, offer).await? {
        return Ok(scope.update(&actor, before.id, None, body).await?);
    }
    match scope.create(&actor, Document { body: body.clone(), code: String::new() }).await {
        // Somebody else was first: theirs is replaced, as it would have been a moment later.
        Err(store::Error::Conflict { field, .. }) if field == "partner_id" => {
            match find(access, partner, offer).await? {
                Some(before) => Ok(scope.update(&actor, before.id, None, body).await?),
                None => Err(Failure::NotFound),
            }
        }
        other => Ok(other?),
    }
}

/// Own payouts are for the offer's own events.
async fn check_events(access: &Access, body: &PartnerOffer) -> Result<(), Failure> {
    if body.event_payouts.is_empty() {
        return Ok(());
    }
    let filter = Filter { exact: vec![("offer_id", body.offer_id.0.into())], ..Filter::default() };
    let events = access.scope().list::<EventOf>(&filter, Page::default()).await?;
    let mut problems = Problems::default();
    for (index, own) in body.event_payouts.iter().enumerate() {
        let is_known = events.iter().any(|event| event.id == own.event_id.0);
        problems.check(is_known, &format!("event_payouts[{index}].event_id"), "is no event of the offer");
    }
    Ok(problems.into_result(())?)
}

/// The terms without the two ids.
fn terms_of(body: &PartnerOffer) -> Result<Map<String, Value>, Failure> {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(body) else {
        return Err(Failure::Broken("terms are no object".to_owned()));
    };
    fields.remove("partner_id");
    fields.remove("offer_id");
    Ok(fields)
}

fn show(access: &Access, stored: &Stored<PartnerOffer>) -> Result<Value, Failure> {
    let mut fields = terms_of(&stored.body)?;
    fields.insert("id".to_owned(), json!(stored.id.to_string()));
    fields.insert("partner_id".to_owned(), json!(stored.body.partner_id));
    fields.insert("offer_id".to_owned(), json!(stored.body.offer_id));
    fields.insert("currency".to_owned(), json!(access.entrant().network.currency));
    fields.insert("version".to_owned(), json!(stored.version));
    fields.insert("created_at".to_owned(), json!(answer::moment(stored.created_at)?));
    fields.insert("updated_at".to_owned(), json!(answer::moment(stored.updated_at)?));
    Ok(Value::Object(fields))
}

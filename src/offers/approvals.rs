//! The calls of the API to a partner's approvals and terms. One is named by its pair, not by an id.

use super::terms;
use crate::web::{
    Access, Answer, Failure, Route, answer,
    describe::{About, Gives},
    json,
    objects::{Object, acts, calls, path_id, show},
};
use actix_web::HttpRequest;
use domain::{
    accounts::{Partner, PartnerOffer},
    identity::Section,
    offers::Offer,
    shared::{OfferId, PartnerId},
};
use serde_json::{Map, Value, json};

const ONE: &str = "/api/v1/partners/{partner_id}/offers/{offer_id}";

pub fn routes() -> Vec<Route> {
    let name = PartnerOffer::SCHEMA;
    let of_list = [("state", "Only those in this state."), ("offer_id", "Only of this offer.")];
    let list = About::new("List a partner's approvals and terms", Gives::List(name)).with(&of_list);
    let create = About::new("Set a partner's approval and terms", Gives::New(name)).takes(name);
    let look = About::new("Look at a partner's approval and terms", Gives::One(name));
    let replace = About::new("Set a partner's approval and terms", Gives::One(name)).takes(name);
    let change =
        About::new("Change what is named of a partner's approval and terms", Gives::One(name)).takes(name);
    vec![
        calls::list_route::<PartnerOffer>().about(list),
        Route::post(PartnerOffer::COLLECTION, Section::Partners, self::create).about(create),
        Route::get(ONE, Section::Partners, self::look).about(look),
        Route::put(ONE, Section::Partners, self::replace).about(replace),
        Route::patch(ONE, Section::Partners, self::change).about(change),
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

/// The terms of a pair; whatever pair the body names, it is the path's.
fn read(mut fields: Map<String, Value>, partner: PartnerId, offer: OfferId) -> Result<PartnerOffer, Failure> {
    fields.insert("partner_id".to_owned(), json!(partner));
    fields.insert("offer_id".to_owned(), json!(offer));
    Ok(json::document(fields)?)
}

async fn create(access: Access, request: HttpRequest, body: json::Object) -> Answer {
    let partner = partner(&access, &request).await?;
    let offer = body.0.get("offer_id").ok_or_else(|| Failure::field("offer_id", "is missing"))?;
    let offer = serde_json::from_value::<OfferId>(offer.clone());
    let offer = offer.map_err(|error| Failure::field("offer_id", error.to_string()))?;
    let stored = terms::set(&access, None, read(body.0, partner, offer)?).await?;
    Ok(answer::created(&format!("{}/{offer}", request.path()), &show(&access, &stored)?))
}

async fn look(access: Access, request: HttpRequest) -> Answer {
    let (partner, offer) = pair(&access, &request).await?;
    let stored = terms::find(&access, partner, offer).await?.ok_or(Failure::NotFound)?;
    Ok(answer::json(&show(&access, &stored)?))
}

async fn replace(access: Access, request: HttpRequest, body: json::Object) -> Answer {
    let (partner, offer) = pair(&access, &request).await?;
    let stored = terms::set(&access, None, read(body.0, partner, offer)?).await?;
    Ok(answer::json(&show(&access, &stored)?))
}

async fn change(access: Access, request: HttpRequest, body: json::Object) -> Answer {
    let (partner, offer) = pair(&access, &request).await?;
    let mut patch = body.0;
    patch.retain(|field, _| field != "partner_id" && field != "offer_id");
    let stored = match terms::find(&access, partner, offer).await? {
        Some(stored) => acts::change(&access, stored, patch).await?,
        None => {
            let mut fields = Map::new();
            json::merge(&mut fields, patch);
            terms::set(&access, None, read(fields, partner, offer)?).await?
        }
    };
    Ok(answer::json(&show(&access, &stored)?))
}

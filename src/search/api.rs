//! The search by the API.

use super::look::{look, page_of};
use crate::web::{
    Access, Answer, Failure, Listing, answer,
    describe::{Fields, Parameter, Schemas, flag, list, text, word},
};
use actix_web::HttpRequest;
use serde_json::{Value, json};
use store::search::{Found, Kind};

/// What a search can be asked.
pub(super) const PARAMETERS: [Parameter; 2] = [
    (
        "q",
        "A part of a name, host or e-mail address; or the beginning of an id, of a click's id from 8 characters on, or of an order number.",
    ),
    (
        "kind",
        "Only this kind: offer, partner, advertiser, event, coupon, domain, user, role, api_key, view, upload, click or conversion.",
    ),
];

/// The room's schemas.
#[must_use]
pub fn schemas() -> Schemas {
    let names = Kind::ALL.map(Kind::name);
    let hit = Fields::of("One thing that was found.")
        .shown("id", text("Its id."))
        .shown("name", text("Its name; of a click or conversion the name of its offer."))
        .shown("note", text("What tells it from others: a state, an address, an order number. May be empty."))
        .shown("path", text("Its page, as a path of this installation."));
    let group = Fields::of("What was found of one kind.")
        .shown("kind", word("What they are.", &names))
        .shown("items", list("At most 10.", hit.done()))
        .shown("has_more", flag("Whether there are more than are shown."));
    let search = Fields::of("What a search found. What the key may not see is not searched.")
        .shown("q", text("What was searched for."))
        .shown("groups", list("Kinds without a hit are left out.", group.done()));
    vec![("Search", search.done())]
}

/// `GET /api/v1/search`
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    let query = Listing::read(request.query_string(), &["q", "kind"])?;
    let only = query.text("kind").map(kind).transpose()?;
    let wanted = query.text("q").unwrap_or_default();
    let found = look(&access, wanted, only).await?;
    Ok(answer::json(&json!({ "q": wanted, "groups": found.iter().map(group).collect::<Vec<_>>() })))
}

fn kind(name: &str) -> Result<Kind, Failure> {
    let found = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    let names = Kind::ALL.map(Kind::name).join(", ");
    found.ok_or_else(|| Failure::field("kind", format!("must be one of {names}")))
}

fn group(found: &Found) -> Value {
    let item = |hit: &store::search::Hit| json!({ "id": hit.id, "name": hit.name, "note": hit.note, "path": page_of(found.kind, hit) });
    json!({
        "kind": found.kind.name(),
        "items": found.hits.iter().map(item).collect::<Vec<_>>(),
        "has_more": found.has_more,
    })
}

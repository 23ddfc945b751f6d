//! API keys in the API. The key itself is shown once, in the answer that makes it.

use super::role_id;
use crate::{
    identity::keys::{self, Wanted},
    web::{
        Access, Answer, Failure, KeepInstead, Listing, Route, answer,
        describe::{About, Gives},
        json,
        objects::path_id,
        span,
    },
};
use actix_web::{HttpMessage, HttpRequest};
use domain::{
    identity::{Rights, Section},
    shared::{ApiKeyId, Calendar, RoleId},
};
use serde::Deserialize;
use serde_json::{Value, json};
use store::identity::{ApiKey, Role, api_key, api_keys, revoke_key, roles};

const LIST: &str = "/api/v1/api-keys";
const ONE: &str = "/api/v1/api-keys/{api_key_id}";
const SCHEMA: &str = "ApiKey";

pub fn routes() -> Vec<Route> {
    let create_about =
        About::new("Create an API key; it is shown once", Gives::New("NewApiKey")).takes("NewApiKey");
    vec![
        Route::get(LIST, Section::Settings, list).about(About::new("List API keys", Gives::List(SCHEMA))),
        Route::post(LIST, Section::Settings, create).about(create_about),
        Route::get(ONE, Section::Settings, look).about(About::new("Look at an API key", Gives::One(SCHEMA))),
        Route::delete(ONE, Section::Settings, revoke)
            .about(About::new("Revoke an API key for good", Gives::Nothing)),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    role_id: Option<RoleId>,
    /// The role by its name.
    role: Option<String>,
    /// What it may do of what the role may.
    rights: Option<Rights>,
    expires_at: Option<String>,
}

async fn list(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &[])?;
    let rows = api_keys(&access.state().database, access.network(), listing.page()?).await?;
    let roles = roles(&access.state().database, access.network()).await?;
    listing.answer(rows, |key| key.id, |key| shown(&key, &roles))
}

async fn look(access: Access, request: HttpRequest) -> Answer {
    let id = ApiKeyId(path_id(&request, "api_key_id")?);
    let key = api_key(access.state().database.read(), access.network(), id).await?;
    let roles = roles(&access.state().database, access.network()).await?;
    Ok(answer::json(&shown(&key, &roles)?))
}

async fn create(access: Access, request: HttpRequest, body: json::Object) -> Answer {
    let new: New = json::document(body.0)?;
    let role = role_id(&access, new.role_id, new.role.as_deref()).await?;
    let calendar = Calendar::new(access.entrant().network.zone);
    let expires_at = new.expires_at.as_deref().map(|text| {
        let at = span::moment(text, calendar);
        let message = "must be a moment such as 2027-01-31T00:00:00Z, or a date";
        at.map(|at| at.timestamp_millis()).ok_or_else(|| Failure::field("expires_at", message))
    });
    let expires_at = expires_at.transpose()?;
    let wanted = Wanted { name: &new.name, role, rights: new.rights, expires_at };
    let (key, secret) = keys::create(&access, wanted).await?;
    let roles = roles(&access.state().database, access.network()).await?;
    let mut shown = shown(&key, &roles)?;
    // Asked for again by its Idempotency-Key the answer has no key: nothing keeps it.
    shown["key"] = Value::Null;
    request.extensions_mut().insert(KeepInstead(shown.to_string()));
    shown["key"] = json!(secret.reveal());
    Ok(answer::created(&format!("{LIST}/{}", key.id), &shown))
}

async fn revoke(access: Access, request: HttpRequest) -> Answer {
    let id = ApiKeyId(path_id(&request, "api_key_id")?);
    revoke_key(&access.state().database, access.network(), &access.actor(), id).await?;
    Ok(answer::no_content())
}

fn shown(key: &ApiKey, roles: &[Role]) -> Result<Value, Failure> {
    let of_role = roles.iter().find(|role| role.id.0 == key.role_id).map(|role| role.rights);
    let rights = key.rights_within(&of_role.unwrap_or_default())?;
    let moment = |at: Option<i64>| at.map(answer::moment).transpose();
    Ok(json!({
        "id": key.id.to_string(),
        "name": key.name,
        "role_id": key.role_id.to_string(),
        "prefix": key.prefix,
        "created_at": answer::moment(key.created_at)?,
        "used_at": moment(key.used_at)?,
        "revoked_at": moment(key.revoked_at)?,
        "expires_at": moment(key.expires_at)?,
        "rights": rights,
        "manager_id": key.manager_id.map(|id| id.to_string()),
    }))
}

//! API keys in the API. The key itself is shown once, in the answer that makes it.

use super::check_reach;
use crate::{
    identity::{Secret, check::check_name},
    web::{
        Access, Answer, Failure, KeepInstead, Listing, Route, answer,
        describe::{About, Gives},
        json,
        objects::path_id,
    },
};
use actix_web::{HttpMessage, HttpRequest};
use domain::{
    identity::Section,
    shared::{ApiKeyId, Problems, RoleId},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::identity::{self, ApiKey, api_key, api_keys, revoke_key, role, roles};

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
}

async fn list(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &[])?;
    let rows = api_keys(&access.state().database, access.network(), listing.page()?).await?;
    listing.answer(rows, |key| key.id, |key| shown(&key))
}

async fn look(access: Access, request: HttpRequest) -> Answer {
    let id = ApiKeyId(path_id(&request, "api_key_id")?);
    let key = api_key(access.state().database.read(), access.network(), id).await?;
    Ok(answer::json(&shown(&key)?))
}

async fn create(access: Access, request: HttpRequest, body: json::Object) -> Answer {
    let (key, secret) = create_key(&access, body.0).await?;
    let mut shown = shown(&key)?;
    // Asked for again by its Idempotency-Key the answer has no key: nothing keeps it.
    shown["key"] = Value::Null;
    request.extensions_mut().insert(KeepInstead(shown.to_string()));
    shown["key"] = json!(secret.reveal());
    Ok(answer::created(&format!("{LIST}/{}", key.id), &shown))
}

/// Makes a key of these fields: a name, and a role by its id or name. Pages do the same as the API by it.
///
/// # Errors
/// [`Failure::Invalid`] at the fields that are wrong; refused where the role reaches further than that
/// of whoever asks.
pub async fn create_key(access: &Access, fields: Map<String, Value>) -> Result<(ApiKey, Secret), Failure> {
    let new: New = json::document(fields)?;
    let mut problems = Problems::default();
    check_name(&mut problems, "name", &new.name);
    problems.check(new.role_id.is_some() || new.role.is_some(), "role_id", "is missing");
    problems.into_result(())?;
    let database = &access.state().database;
    let role = match (new.role_id, &new.role) {
        (Some(id), _) => role(database.read(), access.network(), id).await.ok(),
        (None, name) => {
            let all = roles(database, access.network()).await?;
            all.into_iter().find(|role| Some(&role.name) == name.as_ref())
        }
    };
    let role = role.ok_or_else(|| Failure::field("role_id", "names no role of this network"))?;
    check_reach(access, &role.rights)?;
    let secret = Secret::api_key();
    let key = secret.to_new_key(new.name.trim());
    let key = identity::create_key(database, access.network(), &access.actor(), role.id, key).await?;
    Ok((key, secret))
}

async fn revoke(access: Access, request: HttpRequest) -> Answer {
    let id = ApiKeyId(path_id(&request, "api_key_id")?);
    revoke_key(&access.state().database, access.network(), &access.actor(), id).await?;
    Ok(answer::no_content())
}

fn shown(key: &ApiKey) -> Result<Value, Failure> {
    let moment = |at: Option<i64>| at.map(answer::moment).transpose();
    Ok(json!({
        "id": key.id.to_string(),
        "name": key.name,
        "role_id": key.role_id.to_string(),
        "prefix": key.prefix,
        "created_at": answer::moment(key.created_at)?,
        "used_at": moment(key.used_at)?,
        "revoked_at": moment(key.revoked_at)?,
    }))
}

//! Roles in the API: the built-in ones, which nobody changes, and a network's own.

use crate::{
    identity::roles,
    web::{
        Access, Answer, Failure, Listing, Route, answer,
        describe::{About, Gives},
        json,
        objects::path_id,
    },
};
use actix_web::HttpRequest;
use domain::{
    identity::{Level, Rights, Section},
    shared::RoleId,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::identity::{self, NewRole, Role};

const LIST: &str = "/api/v1/roles";
const ONE: &str = "/api/v1/roles/{role_id}";
const SCHEMA: &str = "Role";

pub fn routes() -> Vec<Route> {
    let create_about = About::new("Create a role", Gives::New(SCHEMA)).takes("RoleChange");
    let change_about =
        About::new("Change a role; built-in ones stay", Gives::One(SCHEMA)).takes("RoleChange");
    vec![
        Route::get(LIST, Section::Users, list).about(About::new("List roles", Gives::List(SCHEMA))),
        Route::post(LIST, Section::Users, create).about(create_about),
        Route::get(ONE, Section::Users, look).about(About::new("Look at a role", Gives::One(SCHEMA))),
        Route::patch(ONE, Section::Users, change).about(change_about),
        Route::delete(ONE, Section::Users, remove)
            .about(About::new("Remove a role that nobody has", Gives::Nothing)),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    #[serde(default)]
    rights: Rights,
    #[serde(default)]
    own_partners: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    name: Option<String>,
    /// Only the sections that are named change.
    rights: Option<BTreeMap<Section, Level>>,
    own_partners: Option<bool>,
}

async fn list(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &[])?;
    let page = listing.page()?;
    let mut rows = identity::roles(&access.state().database, access.network()).await?;
    rows.retain(|role| page.before.is_none_or(|before| role.id.0 < before));
    rows.reverse();
    listing.answer(rows, |role| role.id.0, |role| shown(&role))
}

async fn look(access: Access, request: HttpRequest) -> Answer {
    Ok(answer::json(&shown(&found(&access, &request).await?)?))
}

async fn found(access: &Access, request: &HttpRequest) -> Result<Role, Failure> {
    let id = RoleId(path_id(request, "role_id")?);
    Ok(identity::role(access.state().database.read(), access.network(), id).await?)
}

async fn create(access: Access, body: json::Object) -> Answer {
    let New { name, rights, own_partners } = json::document(body.0)?;
    let role = roles::create(&access, NewRole { name: name.trim().to_owned(), rights, own_partners }).await?;
    Ok(answer::created(&format!("{LIST}/{}", role.id), &shown(&role)?))
}

async fn change(access: Access, request: HttpRequest, body: json::Object) -> Answer {
    let before = found(&access, &request).await?;
    let patch: Patch = json::document(body.0)?;
    let named = patch.rights.unwrap_or_default();
    let rights =
        named.into_iter().fold(before.rights, |rights, (section, level)| rights.with(section, level));
    let name = patch.name.unwrap_or(before.name).trim().to_owned();
    let new = NewRole { name, rights, own_partners: patch.own_partners.unwrap_or(before.own_partners) };
    Ok(answer::json(&shown(&roles::change(&access, before.id, new).await?)?))
}

async fn remove(access: Access, request: HttpRequest) -> Answer {
    roles::remove(&access, RoleId(path_id(&request, "role_id")?)).await?;
    Ok(answer::no_content())
}

fn shown(role: &Role) -> Result<Value, Failure> {
    Ok(json!({
        "id": role.id,
        "name": role.name,
        "built_in": role.built_in,
        "rights": role.rights,
        "own_partners": role.own_partners,
        "created_at": answer::moment(role.created_at)?,
    }))
}

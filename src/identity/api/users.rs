//! Users in the API. Passwords come in and never go out.

use super::check_reach;
use crate::{
    identity::check::{check_email, check_name, check_password},
    web::{
        Access, Answer, Failure, Listing, Route, answer,
        describe::{About, Gives},
        json,
        objects::path_id,
    },
};
use actix_web::HttpRequest;
use domain::{
    identity::{Section, UserKind},
    shared::{AdvertiserId, PartnerId, Problems, RoleId, UserId},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::identity::{self, NewUser, Role, User, UserChange, UserFilter, UserStatus, role, roles};

const LIST: &str = "/api/v1/users";
const ONE: &str = "/api/v1/users/{user_id}";
const SCHEMA: &str = "User";
const FILTERS: [&str; 6] = ["kind", "status", "role_id", "partner_id", "advertiser_id", "email"];

pub fn routes() -> Vec<Route> {
    let filters = FILTERS.map(|name| (name, "Only those with exactly this."));
    let list_about = About::new("List users", Gives::List(SCHEMA)).with(&filters);
    let create_about = About::new("Create a user", Gives::New(SCHEMA)).takes("NewUser");
    let change_about =
        About::new("Change a user's name, role or status", Gives::One(SCHEMA)).takes("UserChange");
    vec![
        Route::get(LIST, Section::Users, list).about(list_about),
        Route::post(LIST, Section::Users, create).about(create_about),
        Route::get(ONE, Section::Users, look).about(About::new("Look at a user", Gives::One(SCHEMA))),
        Route::patch(ONE, Section::Users, change).about(change_about),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    #[serde(default = "employee")]
    kind: UserKind,
    email: String,
    name: String,
    password: String,
    role_id: Option<RoleId>,
    /// The role by its name.
    role: Option<String>,
    partner_id: Option<PartnerId>,
    advertiser_id: Option<AdvertiserId>,
}

fn employee() -> UserKind {
    UserKind::Employee
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    name: Option<String>,
    role_id: Option<RoleId>,
    role: Option<String>,
    status: Option<UserStatus>,
}

async fn list(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &FILTERS)?;
    let filter = UserFilter {
        kind: word(&listing, "kind", "employee, partner or advertiser")?,
        status: word(&listing, "status", "active or inactive")?,
        role_id: listing.parsed("role_id", "an id")?,
        partner_id: listing.parsed("partner_id", "an id")?,
        advertiser_id: listing.parsed("advertiser_id", "an id")?,
        email: listing.text("email").map(str::to_owned),
    };
    let all = roles(&access.state().database, access.network()).await?;
    let rows = identity::users(&access.state().database, access.network(), &filter, listing.page()?).await?;
    listing.answer(rows, |user| user.id.0, |user| shown(&user, &all))
}

/// A filter that takes one of a few words.
fn word<T: for<'de> Deserialize<'de>>(
    listing: &Listing,
    name: &str,
    words: &str,
) -> Result<Option<T>, Failure> {
    let Some(text) = listing.text(name) else { return Ok(None) };
    let word = serde_json::from_value(json!(text));
    word.map(Some).map_err(|_| Failure::field(name, format!("must be {words}")))
}

async fn look(access: Access, request: HttpRequest) -> Answer {
    let id = UserId(path_id(&request, "user_id")?);
    let user = identity::user(access.state().database.read(), access.network(), id).await?;
    let all = roles(&access.state().database, access.network()).await?;
    Ok(answer::json(&shown(&user, &all)?))
}

async fn create(access: Access, body: json::Object) -> Answer {
    let user = create_user(&access, body.0).await?;
    let all = roles(&access.state().database, access.network()).await?;
    Ok(answer::created(&format!("{LIST}/{}", user.id), &shown(&user, &all)?))
}

async fn change(access: Access, request: HttpRequest, body: json::Object) -> Answer {
    let user = change_user(&access, UserId(path_id(&request, "user_id")?), body.0).await?;
    let all = roles(&access.state().database, access.network()).await?;
    Ok(answer::json(&shown(&user, &all)?))
}

/// Makes a user of these fields; pages do the same as the API by it.
///
/// # Errors
/// [`Failure::Invalid`] or [`Failure::Conflict`] at the fields that are wrong; refused where the role
/// reaches further than that of whoever asks.
pub async fn create_user(access: &Access, fields: Map<String, Value>) -> Result<User, Failure> {
    let new: New = json::document(fields)?;
    let role_id = role_id(access, new.role_id, new.role.as_deref()).await?;
    check_new(&new, role_id).into_result(())?;
    if let Some(id) = role_id {
        let role = role(access.state().database.read(), access.network(), id).await;
        let role = role.map_err(|_| Failure::field("role_id", "names no role of this network"))?;
        check_reach(access, &role.rights)?;
    }
    let user = NewUser {
        kind: new.kind,
        role_id,
        partner_id: new.partner_id,
        advertiser_id: new.advertiser_id,
        email: new.email.trim().to_owned(),
        name: new.name.trim().to_owned(),
        password_hash: access.state().passwords.hash(&new.password).await?,
    };
    Ok(identity::create_user(&access.state().database, access.network(), &access.actor(), user).await?)
}

/// The role by its id or its name.
async fn role_id(access: &Access, id: Option<RoleId>, name: Option<&str>) -> Result<Option<RoleId>, Failure> {
    let Some(name) = name else { return Ok(id) };
    let all = roles(&access.state().database, access.network()).await?;
    let found = all.iter().find(|role| role.name == name).map(|role| role.id);
    let found = found.ok_or_else(|| Failure::field("role", "names no role of this network"))?;
    match id {
        Some(id) if id != found => Err(Failure::field("role", "names another role than role_id")),
        Some(_) | None => Ok(Some(found)),
    }
}

fn check_new(new: &New, role_id: Option<RoleId>) -> Problems {
    let mut problems = Problems::default();
    check_email(&mut problems, "email", new.email.trim());
    check_name(&mut problems, "name", &new.name);
    check_password(&mut problems, "password", &new.password);
    let belongs = [
        ("role_id", role_id.is_some(), UserKind::Employee, "an employee has a role, and nobody else"),
        (
            "partner_id",
            new.partner_id.is_some(),
            UserKind::Partner,
            "a partner's user names the partner, and nobody else does",
        ),
        (
            "advertiser_id",
            new.advertiser_id.is_some(),
            UserKind::Advertiser,
            "an advertiser's user names the advertiser, and nobody else does",
        ),
    ];
    for (field, is_given, kind, message) in belongs {
        problems.check(is_given == (new.kind == kind), field, message);
    }
    problems
}

/// Changes a user's name, role or status; pages do the same as the API by it.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Invalid`] or [`Failure::Conflict`] at the fields that are wrong;
/// refused where the user's role, old or new, reaches further than that of whoever asks.
pub async fn change_user(access: &Access, id: UserId, fields: Map<String, Value>) -> Result<User, Failure> {
    let database = &access.state().database;
    let before = identity::user(database.read(), access.network(), id).await?;
    let patch: Patch = json::document(fields)?;
    let mut problems = Problems::default();
    if let Some(name) = &patch.name {
        check_name(&mut problems, "name", name);
    }
    problems.into_result(())?;
    let role_id = role_id(access, patch.role_id, patch.role.as_deref()).await?;
    for id in [before.role_id, role_id].into_iter().flatten() {
        let role = role(database.read(), access.network(), id).await;
        check_reach(
            access,
            &role.map_err(|_| Failure::field("role_id", "names no role of this network"))?.rights,
        )?;
    }
    let name = patch.name.map(|name| name.trim().to_owned());
    let change = UserChange { name, role_id, status: patch.status };
    Ok(identity::change_user(database, access.network(), &access.actor(), id, change).await?)
}

fn shown(user: &User, roles: &[Role]) -> Result<Value, Failure> {
    let role = roles.iter().find(|role| Some(role.id) == user.role_id).map(|role| role.name.as_str());
    let mut shown = serde_json::to_value(user).map_err(|error| Failure::Broken(error.to_string()))?;
    shown["role"] = json!(role);
    shown["created_at"] = json!(answer::moment(user.created_at)?);
    Ok(shown)
}

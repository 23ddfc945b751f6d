//! Users in the API. Passwords come in and never go out.

use super::role_id;
use crate::{
    identity::people::{self, NewPerson},
    web::{
        Access, Answer, Failure, Listing, Route, answer,
        describe::{About, Gives},
        json,
        objects::path_id,
        sorting::{self, Sorts},
    },
};
use actix_web::HttpRequest;
use domain::{
    identity::{Section, UserKind},
    shared::{AdvertiserId, PartnerId, RoleId, UserId},
};
use serde::Deserialize;
use serde_json::{Value, json};
use store::identity::{self, Purpose, Role, User, UserChange, UserFilter, UserStatus, roles};

const LIST: &str = "/api/v1/users";
const ONE: &str = "/api/v1/users/{user_id}";
const SCHEMA: &str = "User";
const FILTERS: [&str; 6] = ["kind", "status", "role_id", "partner_id", "advertiser_id", "email"];
const SEARCH: [(&str, &str); 3] = [
    ("search", "Only those whose name or address holds this."),
    ("sort", "By `name`, `email`, `status` or `created_at`; else the newest first."),
    ("desc", "`true` turns the order round."),
];
/// What a list of users can be sorted by.
pub const SORTS: &Sorts = &[("name", "name"), ("email", "email"), ("status", "status"), ("created_at", "id")];

pub fn routes() -> Vec<Route> {
    let filters: Vec<_> =
        FILTERS.map(|name| (name, "Only those with exactly this.")).into_iter().chain(SEARCH).collect();
    let list_about = About::new("List users", Gives::List(SCHEMA)).with(&filters);
    let create_about = About::new("Create a user", Gives::New(SCHEMA)).takes("NewUser");
    let change_about =
        About::new("Change a user's name, role or status", Gives::One(SCHEMA)).takes("UserChange");
    vec![
        Route::get(LIST, Section::Users, list).about(list_about),
        Route::post(LIST, Section::Users, create).about(create_about),
        Route::get(ONE, Section::Users, look).about(About::new("Look at a user", Gives::One(SCHEMA))),
        Route::patch(ONE, Section::Users, change).about(change_about),
        Route::post(format!("{ONE}/invitation"), Section::Users, invite)
            .about(About::new("Send an invitation again", Gives::Nothing)),
        Route::delete(format!("{ONE}/two-step"), Section::Users, end_two_step)
            .about(About::new("Turn a user's two-step sign-in off", Gives::Nothing)),
        Route::post(format!("{ONE}/password-reset"), Section::Users, reset)
            .about(About::new("Send a link to set a new password", Gives::Nothing)),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    #[serde(default = "employee")]
    kind: UserKind,
    email: String,
    name: String,
    /// None sends an invitation.
    password: Option<String>,
    role_id: Option<RoleId>,
    /// The role by its name.
    role: Option<String>,
    partner_id: Option<PartnerId>,
    advertiser_id: Option<AdvertiserId>,
    #[serde(default)]
    own_partners: bool,
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
    own_partners: Option<bool>,
}

async fn list(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &known())?;
    let all = roles(&access.state().database, access.network()).await?;
    let rows = identity::users(access.scope(), &filter_of(&listing)?, listing.page()?).await?;
    listing.answer(rows, |user| user.id.0, |user| shown(&user, &all))
}

/// What the address of a list of users may hold.
pub fn known() -> Vec<&'static str> {
    FILTERS.into_iter().chain(SEARCH.map(|(name, _)| name)).collect()
}

/// The users that the address of a list asks for.
///
/// # Errors
/// What is wrong with a filter.
pub fn filter_of(listing: &Listing) -> Result<UserFilter, Failure> {
    Ok(UserFilter {
        kind: word(listing, "kind", "employee, partner or advertiser")?,
        status: word(listing, "status", "active, invited or inactive")?,
        role_id: listing.parsed("role_id", "an id")?,
        partner_id: listing.parsed("partner_id", "an id")?,
        advertiser_id: listing.parsed("advertiser_id", "an id")?,
        email: listing.text("email").map(str::to_owned),
        search: listing.text("search").map(str::to_owned),
        sort: sorting::read(listing, SORTS)?,
    })
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
    let user = identity::person(access.scope(), id).await?;
    let all = roles(&access.state().database, access.network()).await?;
    Ok(answer::json(&shown(&user, &all)?))
}

async fn create(access: Access, body: json::Object) -> Answer {
    let new: New = json::document(body.0)?;
    let person = NewPerson {
        kind: new.kind,
        role_id: role_id(&access, new.role_id, new.role.as_deref()).await?,
        partner_id: new.partner_id,
        advertiser_id: new.advertiser_id,
        email: new.email,
        name: Some(new.name),
        own_partners: new.own_partners,
        password: new.password,
    };
    let user = people::create(&access, person).await?;
    let all = roles(&access.state().database, access.network()).await?;
    Ok(answer::created(&format!("{LIST}/{}", user.id), &shown(&user, &all)?))
}

async fn change(access: Access, request: HttpRequest, body: json::Object) -> Answer {
    let id = UserId(path_id(&request, "user_id")?);
    // Whose it is comes before what is wrong with the body.
    identity::person(access.scope(), id).await?;
    let patch: Patch = json::document(body.0)?;
    let role_id = role_id(&access, patch.role_id, patch.role.as_deref()).await?;
    let change =
        UserChange { name: patch.name, role_id, status: patch.status, own_partners: patch.own_partners };
    let user = people::change(&access, id, change).await?;
    let all = roles(&access.state().database, access.network()).await?;
    Ok(answer::json(&shown(&user, &all)?))
}

async fn invite(access: Access, request: HttpRequest) -> Answer {
    send_link(&access, &request, Purpose::Invitation).await
}

async fn reset(access: Access, request: HttpRequest) -> Answer {
    send_link(&access, &request, Purpose::Reset).await
}

async fn end_two_step(access: Access, request: HttpRequest) -> Answer {
    people::end_two_step(&access, UserId(path_id(&request, "user_id")?)).await?;
    Ok(answer::no_content())
}

async fn send_link(access: &Access, request: &HttpRequest, purpose: Purpose) -> Answer {
    people::send_link(access, UserId(path_id(request, "user_id")?), purpose).await?;
    Ok(answer::no_content())
}

/// A user as the API shows it.
///
/// # Errors
/// It can't be written as JSON.
pub fn shown(user: &User, roles: &[Role]) -> Result<Value, Failure> {
    let role = roles.iter().find(|role| Some(role.id) == user.role_id).map(|role| role.name.as_str());
    let mut shown = serde_json::to_value(user).map_err(|error| Failure::Broken(error.to_string()))?;
    shown["role"] = json!(role);
    shown["created_at"] = json!(answer::moment(user.created_at)?);
    Ok(shown)
}

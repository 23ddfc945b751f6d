//! Roles in the API: the built-in ones, which nobody changes.

use crate::web::{
    Access, Answer, Failure, Listing, Route, answer,
    describe::{About, Gives},
    objects::path_id,
};
use actix_web::HttpRequest;
use domain::{identity::Section, shared::RoleId};
use serde_json::{Value, json};
use store::identity::{self, Role};

const SCHEMA: &str = "Role";

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/roles", Section::Users, list)
            .about(About::new("List roles", Gives::List(SCHEMA))),
        Route::get("/api/v1/roles/{role_id}", Section::Users, look)
            .about(About::new("Look at a role", Gives::One(SCHEMA))),
    ]
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
    let id = RoleId(path_id(&request, "role_id")?);
    let role = identity::role(access.state().database.read(), access.network(), id).await?;
    Ok(answer::json(&shown(&role)?))
}

fn shown(role: &Role) -> Result<Value, Failure> {
    Ok(json!({
        "id": role.id,
        "name": role.name,
        "built_in": role.built_in,
        "rights": role.rights,
        "created_at": answer::moment(role.created_at)?,
    }))
}

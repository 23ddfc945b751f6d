//! The sessions of people in the API: listed, and ended.

use crate::{
    identity::{device, session_list},
    web::{
        Access, Answer, Failure, Listing, Route, answer,
        describe::{About, Gives},
        objects::path_id,
    },
};
use actix_web::HttpRequest;
use domain::{identity::Section, shared::UserId};
use serde_json::{Value, json};
use store::identity::{Session, Which, person, sessions_of};

const LIST: &str = "/api/v1/users/{user_id}/sessions";
const ONE: &str = "/api/v1/users/{user_id}/sessions/{session_id}";

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(LIST, Section::Users, list)
            .about(About::new("List where a user is signed in", Gives::List("Session"))),
        Route::delete(LIST, Section::Users, end_all)
            .about(About::new("Sign a user out everywhere", Gives::Nothing)),
        Route::delete(ONE, Section::Users, end)
            .about(About::new("End one session of a user", Gives::Nothing)),
    ]
}

/// All of them in one answer: nobody is signed in at so many places that it takes a second.
async fn list(access: Access, request: HttpRequest) -> Answer {
    let id = UserId(path_id(&request, "user_id")?);
    person(access.scope(), id).await?;
    let found = sessions_of(&access.state().database, access.network(), id).await?;
    Listing::read(request.query_string(), &[])?.page()?;
    let items: Vec<Value> = found.iter().map(shown).collect::<Result<_, _>>()?;
    Ok(answer::json(&json!({ "items": items, "next": null })))
}

fn shown(session: &Session) -> Result<Value, Failure> {
    Ok(json!({
        "id": session.id(),
        "device": device::words(&session.user_agent),
        "user_agent": session.user_agent,
        "ip": session.ip,
        "created_at": answer::moment(session.created_at)?,
        "seen_at": answer::moment(session.seen_at)?,
        "expires_at": answer::moment(session.expires_at)?,
    }))
}

async fn end(access: Access, request: HttpRequest) -> Answer {
    let id = UserId(path_id(&request, "user_id")?);
    let session = request.match_info().get("session_id").unwrap_or_default();
    session_list::revoke(&access, id, Which::One(session)).await?;
    Ok(answer::no_content())
}

async fn end_all(access: Access, request: HttpRequest) -> Answer {
    session_list::revoke(&access, UserId(path_id(&request, "user_id")?), Which::All).await?;
    Ok(answer::no_content())
}

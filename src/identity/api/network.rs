//! The network that the key belongs to.

use crate::{
    identity::network::{self, Changes},
    web::{
        Access, Answer, Failure, Route, answer,
        describe::{About, Gives},
        json,
        routes::Right,
    },
};
use actix_web::http::Method;
use domain::identity::Section;
use serde::Deserialize;
use serde_json::{Value, json};
use store::identity::Network;

const PATH: &str = "/api/v1/networks/current";
const SCHEMA: &str = "Network";

pub fn routes() -> Vec<Route> {
    let look = About::new("Look at the network", Gives::One(SCHEMA));
    let change =
        About::new("Change the network's name, zone or fallback URL", Gives::One(SCHEMA)).takes(SCHEMA);
    vec![
        Route::new(Method::GET, PATH, Right::SignedIn, show).about(look),
        Route::patch(PATH, Section::Settings, change_network).about(change),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    name: Option<String>,
    zone: Option<String>,
    fallback_url: Option<String>,
}

async fn show(access: Access) -> Answer {
    let found = store::identity::network(&access.state().database, access.network()).await?;
    Ok(answer::json(&shown(&found)?))
}

async fn change_network(access: Access, body: json::Object) -> Answer {
    let is_taken_away = body.0.get("fallback_url").is_some_and(Value::is_null);
    let patch: Patch = json::document(body.0)?;
    let changes = Changes {
        name: patch.name.as_deref(),
        zone: patch.zone.as_deref(),
        fallback_url: patch.fallback_url.as_deref().or(is_taken_away.then_some("")),
    };
    network::change(&access, changes).await?;
    show(access).await
}

fn shown(network: &Network) -> Result<Value, Failure> {
    Ok(json!({
        "id": network.id,
        "name": network.name,
        "currency": network.currency,
        "zone": network.zone.name(),
        "fallback_url": network.fallback_url,
        "status": if network.suspended { "suspended" } else { "active" },
        "plan_version": network.plan_version,
        "created_at": answer::moment(network.created_at)?,
    }))
}

//! The network that the key belongs to.

use crate::{
    identity::network,
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
    let change = About::new("Change the network's name or zone", Gives::One(SCHEMA)).takes(SCHEMA);
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
}

async fn show(access: Access) -> Answer {
    let found = store::identity::network(&access.state().database, access.network()).await?;
    Ok(answer::json(&shown(&found)?))
}

async fn change_network(access: Access, body: json::Object) -> Answer {
    let patch: Patch = json::document(body.0)?;
    network::change(&access, patch.name.as_deref(), patch.zone.as_deref()).await?;
    show(access).await
}

fn shown(network: &Network) -> Result<Value, Failure> {
    Ok(json!({
        "id": network.id,
        "name": network.name,
        "currency": network.currency,
        "zone": network.zone.name(),
        "status": if network.suspended { "suspended" } else { "active" },
        "plan_version": network.plan_version,
        "created_at": answer::moment(network.created_at)?,
    }))
}

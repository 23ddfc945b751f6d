//! The network that the key belongs to.

use crate::{
    identity::check::check_name,
    web::{
        Access, Answer, Failure, Route, answer,
        describe::{About, Gives},
        json,
        routes::Right,
    },
};
use actix_web::http::Method;
use chrono_tz::Tz;
use domain::{identity::Section, shared::Problems};
use serde::Deserialize;
use serde_json::{Value, json};
use store::identity::{Network, network, rename_network, set_zone};

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
    let found = network(&access.state().database, access.network()).await?;
    Ok(answer::json(&shown(&found)?))
}

async fn change_network(access: Access, body: json::Object) -> Answer {
    let patch: Patch = json::document(body.0)?;
    let mut problems = Problems::default();
    if let Some(name) = &patch.name {
        check_name(&mut problems, "name", name);
    }
    let zone = patch.zone.as_ref().map(|zone| zone.parse::<Tz>());
    problems.check(!matches!(zone, Some(Err(_))), "zone", "must be a time zone such as Europe/Berlin");
    problems.into_result(())?;
    let (database, id, actor) = (&access.state().database, access.network(), access.actor());
    if let Some(Ok(zone)) = zone {
        set_zone(database, id, &actor, zone).await?;
    }
    if let Some(name) = patch.name {
        rename_network(database, id, &actor, name.trim()).await?;
    }
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

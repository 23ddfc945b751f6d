//! The network, its users, roles, API keys and audit log in the API.

pub(super) mod audit;
mod keys;
mod network;
mod roles;
mod schemas;
mod sessions;
pub(super) mod users;

pub use schemas::schemas;

use crate::web::{Access, Failure, routes::Route};
use domain::shared::RoleId;
use store::identity::roles;

pub fn routes() -> Vec<Route> {
    [network::routes(), users::routes(), sessions::routes(), roles::routes(), keys::routes(), audit::routes()]
        .into_iter()
        .flatten()
        .collect()
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

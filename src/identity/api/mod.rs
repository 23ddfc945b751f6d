//! The network, its users, roles, API keys and audit log in the API.

mod audit;
mod keys;
mod network;
mod roles;
mod schemas;
mod users;

pub use keys::create_key;
pub use schemas::schemas;
pub use users::{change_user, create_user};

use crate::web::{Access, Failure, routes::Route};
use domain::identity::Rights;

pub fn routes() -> Vec<Route> {
    [network::routes(), users::routes(), roles::routes(), keys::routes(), audit::routes()]
        .into_iter()
        .flatten()
        .collect()
}

/// Nobody gives, or takes from, others what reaches further than they do themselves.
fn check_reach(access: &Access, rights: &Rights) -> Result<(), Failure> {
    if rights.iter().all(|(section, level)| access.may(section, level)) {
        return Ok(());
    }
    Err(Failure::Refused("the role reaches further than your own"))
}

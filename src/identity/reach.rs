//! How far a role may reach: nobody gives, or takes from, others what reaches further than they do
//! themselves.

use crate::web::{Access, Failure};
use domain::shared::RoleId;
use store::identity::{Role, role};

/// The role of an id, where it reaches no further than whoever asks.
///
/// # Errors
/// At `role_id` where the network has no such role; refused where it reaches further.
pub(super) async fn within_reach(access: &Access, id: RoleId) -> Result<Role, Failure> {
    let role = role(access.state().database.read(), access.network(), id).await;
    let role = role.map_err(|_| Failure::field("role_id", "names no role of this network"))?;
    if role.rights.iter().all(|(section, level)| access.may(section, level)) {
        return Ok(role);
    }
    Err(Failure::Refused("the role reaches further than your own"))
}

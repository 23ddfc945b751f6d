//! How far a role may reach: nobody gives, or takes from, others what reaches further than they do
//! themselves.

use crate::web::{Access, Failure};
use domain::{identity::Rights, shared::RoleId};
use store::identity::{Role, User, role};

/// What is said of what reaches further than whoever asks.
const TOO_FAR: Failure = Failure::Refused("the role reaches further than your own");

/// The role of an id, where it reaches no further than whoever asks.
///
/// # Errors
/// At `role_id` where the network has no such role; refused where it reaches further.
pub(super) async fn within_reach(access: &Access, id: RoleId) -> Result<Role, Failure> {
    let role = role(access.state().database.read(), access.network(), id).await;
    let role = role.map_err(|_| Failure::field("role_id", "names no role of this network"))?;
    check_rights(access, &role.rights)?;
    Ok(role)
}

/// Sees that rights reach no further than those of whoever asks.
///
/// # Errors
/// Refused where they do.
pub(super) fn check_rights(access: &Access, rights: &Rights) -> Result<(), Failure> {
    if access.entrant().rights.cover(rights) { Ok(()) } else { Err(TOO_FAR) }
}

/// Sees that somebody who sees only their own partners lets nobody see others.
///
/// # Errors
/// Refused where they would.
pub(super) fn check_partners(access: &Access, sees_own_only: bool) -> Result<(), Failure> {
    if access.own().is_none() || sees_own_only { Ok(()) } else { Err(TOO_FAR) }
}

/// Whether whoever asks may do something to this person's account.
///
/// # Errors
/// Refused where the person's role reaches further than theirs.
pub(super) async fn may_manage(access: &Access, person: &User) -> Result<(), Failure> {
    // Those of partners and advertisers see less than any employee.
    let Some(id) = person.role_id else { return Ok(()) };
    let role = within_reach(access, id).await?;
    check_partners(access, person.own_partners || role.own_partners)
}

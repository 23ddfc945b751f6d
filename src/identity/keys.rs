//! How API keys are made, for pages and the API alike.

use super::{
    check::check_name,
    reach::{check_partners, check_rights, within_reach},
    token::Secret,
};
use crate::web::{Access, Failure};
use domain::{
    identity::Rights,
    shared::{Problems, RoleId, UserId},
};
use store::{
    identity::{self, ApiKey, KeyScope, Role, Who},
    shared::now_millis,
};

/// The longest life of a key, in milliseconds: ten years.
const LONGEST: i64 = 3_653 * 86_400_000;

/// A key that is asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted<'a> {
    pub name: &'a str,
    pub role: Option<RoleId>,
    /// What it may do of what the role may; none is all of it.
    pub rights: Option<Rights>,
    /// When it ends, in milliseconds since 1970 UTC.
    pub expires_at: Option<i64>,
}

/// Makes a key with the rights of a role; the secret is known from then on to whoever keeps it.
///
/// # Errors
/// [`Failure::Invalid`] at the fields that are wrong; refused where the key reaches further than
/// whoever asks.
pub(super) async fn create(access: &Access, wanted: Wanted<'_>) -> Result<(ApiKey, Secret), Failure> {
    let mut problems = Problems::default();
    check_name(&mut problems, "name", wanted.name);
    problems.check(wanted.role.is_some(), "role_id", "is missing");
    let left = wanted.expires_at.map(|at| at - now_millis());
    let message = "must lie ahead, and at most ten years";
    problems.check(left.is_none_or(|left| (1..=LONGEST).contains(&left)), "expires_at", message);
    let role = within_reach(access, problems.into_result(wanted.role)?.unwrap_or_default()).await?;
    if let Some(rights) = &wanted.rights {
        check_rights(access, rights)?;
        let within = role.rights.cover(rights);
        problems_at(within, "rights", "reach further than the role; choose a wider role or less of it")?;
    }
    let manager = manager(access, &role)?;
    check_partners(access, manager.is_some())?;
    let scope = KeyScope { rights: wanted.rights, manager, expires_at: wanted.expires_at };
    let secret = Secret::api_key();
    let key = secret.to_new_key(wanted.name.trim(), scope);
    let database = &access.state().database;
    Ok((identity::create_key(database, access.network(), &access.actor(), role.id, key).await?, secret))
}

/// Whose partners alone the key sees: those of whoever makes it, where they or the role see only these.
fn manager(access: &Access, role: &Role) -> Result<Option<UserId>, Failure> {
    match (access.own(), &access.entrant().who) {
        (Some(own), _) => Ok(Some(own)),
        (None, _) if !role.own_partners => Ok(None),
        (None, Who::User { id, .. }) => Ok(Some(*id)),
        (None, Who::Key(_)) => Err(Failure::field(
            "role_id",
            "sees only the partners of a person; such a key is made by that person",
        )),
    }
}

fn problems_at(fine: bool, field: &str, message: &str) -> Result<(), Failure> {
    if fine { Ok(()) } else { Err(Failure::field(field, message)) }
}

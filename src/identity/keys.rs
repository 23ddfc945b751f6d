//! How API keys are made, for pages and the API alike.

use super::{check::check_name, reach::within_reach, token::Secret};
use crate::web::{Access, Failure};
use domain::shared::{Problems, RoleId};
use store::identity::{self, ApiKey};

/// Makes a key with the rights of a role; the secret is known from then on to whoever keeps it.
///
/// # Errors
/// [`Failure::Invalid`] at the fields that are wrong; refused where the role reaches further than that
/// of whoever asks.
pub async fn create(access: &Access, name: &str, role: Option<RoleId>) -> Result<(ApiKey, Secret), Failure> {
    let mut problems = Problems::default();
    check_name(&mut problems, "name", name);
    problems.check(role.is_some(), "role_id", "is missing");
    let role = within_reach(access, problems.into_result(role)?.unwrap_or_default()).await?;
    let secret = Secret::api_key();
    let key = secret.to_new_key(name.trim());
    let database = &access.state().database;
    Ok((identity::create_key(database, access.network(), &access.actor(), role.id, key).await?, secret))
}

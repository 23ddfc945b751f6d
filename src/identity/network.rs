//! How a network's own settings are changed, for pages and the API alike.

use super::check::check_name;
use crate::web::{Access, Failure};
use chrono_tz::Tz;
use domain::shared::{Problems, destination_problem};
use store::identity::{rename_network, set_fallback, set_zone};

/// What is to change; what is none stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Changes<'a> {
    pub name: Option<&'a str>,
    pub zone: Option<&'a str>,
    /// Empty for none.
    pub fallback_url: Option<&'a str>,
}

/// Changes what is given; what is as it was leaves no trace.
///
/// # Errors
/// [`Failure::Invalid`] at the fields that are wrong; [`Failure::Conflict`] at `zone` once clicks are
/// counted by it.
pub async fn change(access: &Access, changes: Changes<'_>) -> Result<(), Failure> {
    let mut problems = Problems::default();
    if let Some(name) = changes.name {
        check_name(&mut problems, "name", name);
    }
    let zone = changes.zone.map(str::parse::<Tz>);
    problems.check(!matches!(zone, Some(Err(_))), "zone", "must be a time zone such as Europe/Berlin");
    let fallback = changes.fallback_url.map(str::trim);
    if let Some(message) = fallback.filter(|url| !url.is_empty()).and_then(destination_problem) {
        problems.push("fallback_url", message);
    }
    problems.into_result(())?;
    let (database, network, actor) = (&access.state().database, access.network(), access.actor());
    let before = &access.entrant().network;
    if let Some(Ok(zone)) = zone {
        let undrained = access.state().undrained.clone();
        let is_waiting = move || undrained.holds(network);
        set_zone(database, network, &actor, zone, is_waiting).await?;
    }
    if let Some(name) = changes.name.map(str::trim).filter(|name| *name != before.name) {
        rename_network(database, network, &actor, name).await?;
    }
    if let Some(url) = fallback.filter(|url| *url != before.fallback_url.as_deref().unwrap_or("")) {
        set_fallback(database, network, &actor, url).await?;
    }
    Ok(())
}

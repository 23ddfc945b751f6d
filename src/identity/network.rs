//! How a network's own settings are changed, for pages and the API alike.

use super::check::check_name;
use crate::web::{Access, Failure};
use chrono_tz::Tz;
use domain::shared::Problems;
use store::identity::{rename_network, set_zone};

/// Changes what is given; what is as it was leaves no trace.
///
/// # Errors
/// [`Failure::Invalid`] at the fields that are wrong; [`Failure::Conflict`] at `zone` once clicks are
/// counted by it.
pub async fn change(access: &Access, name: Option<&str>, zone: Option<&str>) -> Result<(), Failure> {
    let mut problems = Problems::default();
    if let Some(name) = name {
        check_name(&mut problems, "name", name);
    }
    let zone = zone.map(str::parse::<Tz>);
    problems.check(!matches!(zone, Some(Err(_))), "zone", "must be a time zone such as Europe/Berlin");
    problems.into_result(())?;
    let (database, network, actor) = (&access.state().database, access.network(), access.actor());
    if let Some(Ok(zone)) = zone {
        let undrained = access.state().undrained.clone();
        let is_waiting = move || undrained.holds(network);
        set_zone(database, network, &actor, zone, is_waiting).await?;
    }
    if let Some(name) = name.map(str::trim).filter(|name| *name != access.entrant().network.name) {
        rename_network(database, network, &actor, name).await?;
    }
    Ok(())
}

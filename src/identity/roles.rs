//! How a network's own roles are made, changed and removed, for pages and the API alike.

use super::reach::{check_partners, check_rights};
use crate::web::{Access, Failure};
use domain::{
    identity::{Level, Section},
    shared::{Problems, RoleId},
};
use store::identity::{self, NewRole, Role, role};

/// The longest name of a role, in characters.
pub(super) const LONGEST: usize = 60;

/// Sees that a role is complete and reaches no further than whoever makes it.
fn check(access: &Access, new: &NewRole) -> Result<(), Failure> {
    let mut problems = Problems::default();
    problems.text("name", &new.name, true, LONGEST);
    problems.into_result(())?;
    check_rights(access, &new.rights)?;
    check_partners(access, new.own_partners)
}

/// Makes a role.
///
/// # Errors
/// [`Failure::Invalid`] or [`Failure::Conflict`] at the fields that are wrong; refused where it reaches
/// further than whoever asks.
pub(super) async fn create(access: &Access, new: NewRole) -> Result<Role, Failure> {
    check(access, &new)?;
    Ok(identity::create_role(&access.state().database, access.network(), &access.actor(), new).await?)
}

/// Changes a role.
///
/// # Errors
/// As [`create`]; [`Failure::NotFound`]; [`Failure::Conflict`] at `built_in`; refused where it reached
/// further before.
pub(super) async fn change(access: &Access, id: RoleId, new: NewRole) -> Result<Role, Failure> {
    within(access, id).await?;
    check(access, &new)?;
    Ok(identity::change_role(&access.state().database, access.network(), &access.actor(), id, new).await?)
}

/// Removes a role.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Conflict`] where it is built in, or somebody has it; refused where it
/// reaches further than whoever asks.
pub(super) async fn remove(access: &Access, id: RoleId) -> Result<Role, Failure> {
    within(access, id).await?;
    Ok(identity::delete_role(&access.state().database, access.network(), &access.actor(), id).await?)
}

async fn within(access: &Access, id: RoleId) -> Result<(), Failure> {
    let found = role(access.state().database.read(), access.network(), id).await?;
    check_rights(access, &found.rights)?;
    check_partners(access, found.own_partners)
}

/// A section's name, and what is in it.
pub(super) fn words(section: Section) -> (&'static str, &'static str) {
    match section {
        Section::Reports => ("Reports", "home and reports"),
        Section::Clicks => ("Clicks", "the logs of clicks and impressions"),
        Section::Conversions => ("Conversions", "conversions and refused postbacks"),
        Section::Offers => ("Offers", "offers, landing pages, events, targeting, caps"),
        Section::Links => ("Links", "tracking links"),
        Section::SmartSwitch => ("SmartSwitch", "rules and what they do"),
        Section::Partners => ("Partners", "partners and what they may run"),
        Section::Advertisers => ("Advertisers", "advertisers, their tokens and addresses"),
        Section::Notifications => ("Notifications", "templates and deliveries"),
        Section::Settings => ("Settings", "the network, tracking domains, API keys"),
        Section::Users => ("Users", "users and roles"),
        Section::Audit => ("Audit", "who changed what"),
    }
}

/// What a level is called on pages.
pub(crate) fn level_words(level: &Level) -> &'static str {
    match level {
        Level::Full => "full",
        Level::Read => "read only",
        Level::None => "none",
    }
}

//! What people do with their own account. Whoever changes how they sign in says the password once more:
//! a session left open must not be enough to take the account.

use super::check::check_password;
use crate::web::{Access, Failure, Form};
use domain::shared::{Problems, UserId};
use std::time::Duration;
use store::identity::{Attempt, Who, attempt_sign_in, credentials, forgive, set_password};

/// The person who asks, as an account.
pub(super) struct Myself {
    pub id: UserId,
    pub email: String,
}

impl Myself {
    /// # Errors
    /// Refused where a program asks.
    pub(super) fn of(access: &Access) -> Result<Self, Failure> {
        match &access.entrant().who {
            Who::User { id, email, .. } => Ok(Self { id: *id, email: email.clone() }),
            Who::Key(_) => Err(Failure::Refused("this belongs to a person; an API key has no account")),
        }
    }
}

/// Sees that a form's `current` is the password of whoever sends it. Wrong ones count as failed
/// sign-ins do.
///
/// # Errors
/// [`Failure::Invalid`] at `current`; [`Failure::TooMany`] after too many.
pub(super) async fn confirm_password(access: &Access, form: &Form) -> Result<Myself, Failure> {
    let me = Myself::of(access)?;
    let state = access.state();
    let counted = access.counted();
    if let Attempt::Paused(wait) = attempt_sign_in(&state.database, &me.email, &counted).await? {
        return Err(Failure::TooMany(Duration::from_millis(wait.unsigned_abs())));
    }
    let found = credentials(&state.database, &me.email).await?;
    let hash = found.as_ref().map(|found| found.password_hash.as_str());
    if !state.passwords.verify(form.raw("current"), hash).await? {
        return Err(Failure::field("current", "is not your password"));
    }
    forgive(&state.database, &me.email, &counted).await?;
    Ok(me)
}

/// Changes one's password by the fields `current`, `password` and `again` of a form. The session of the
/// token that is kept goes on, all others end.
///
/// # Errors
/// [`Failure::Invalid`] at the fields that are wrong; [`Failure::TooMany`].
pub(super) async fn change_password(
    access: &Access,
    kept: Option<[u8; 32]>,
    form: &Form,
) -> Result<(), Failure> {
    let password = new_password(form)?;
    let me = confirm_password(access, form).await?;
    let state = access.state();
    let hash = state.passwords.hash(password).await?;
    let actor = access.actor();
    Ok(set_password(&state.database, access.network(), &actor, me.id, (&hash, kept)).await?)
}

/// The new password of a form's fields `password` and `again`.
///
/// # Errors
/// [`Failure::Invalid`] where it is too short or long, or was typed in two ways.
pub(super) fn new_password(form: &Form) -> Result<&str, Failure> {
    let password = form.raw("password");
    let mut problems = Problems::default();
    check_password(&mut problems, "password", password);
    problems.check(password == form.raw("again"), "again", "is not the same as above");
    Ok(problems.into_result(password)?)
}

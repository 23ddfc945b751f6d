//! The words of approvals on pages, and the buttons that set one.

use crate::{
    offers::terms,
    web::{
        Access, Failure, Form,
        parts::{Choice, Column},
        signal::Signal,
    },
};
use domain::{
    accounts::ApprovalState,
    offers::Visibility,
    shared::{OfferId, PartnerId},
};

/// Sets the state that a button of a form names.
///
/// # Errors
/// The form names no state, or as [`terms::set_state`].
pub async fn set(access: &Access, partner: i64, offer: i64, form: &Form) -> Result<ApprovalState, Failure> {
    let state = ApprovalState::ALL.into_iter().find(|state| state.name() == form.get("state"));
    let state = state.ok_or_else(|| Failure::malformed("state", "the state is none that there is"))?;
    terms::set_state(access, PartnerId(partner), OfferId(offer), state).await?;
    Ok(state)
}

/// What a state comes to on an offer of this visibility.
#[must_use]
pub fn state_badge(state: ApprovalState, visibility: Visibility) -> (Signal, &'static str) {
    match (state, visibility) {
        (ApprovalState::Approved, _) => (Signal::Good, "approved"),
        (ApprovalState::None, Visibility::Public) => (Signal::Good, "open to all"),
        (ApprovalState::None, Visibility::RequireApproval | Visibility::Private) => {
            (Signal::Off, "not approved")
        }
        (ApprovalState::Pending, _) => (Signal::Warn, "pending"),
        (ApprovalState::Rejected, _) => (Signal::Bad, "rejected"),
        (ApprovalState::Blocked, _) => (Signal::Bad, "blocked"),
    }
}

/// The heads of a table of approvals; whoever may change them has one more column.
#[must_use]
pub fn columns(heads: &[&'static str], may_change: bool) -> Vec<Column> {
    heads.iter().copied().chain(may_change.then_some("")).map(Column::text).collect()
}

/// The states, to choose from.
#[must_use]
pub fn choices() -> Vec<Choice> {
    ApprovalState::ALL.map(|state| Choice::new(state.name(), state.name())).to_vec()
}

//! The states of Smart Links, campaigns and monitors on pages.

use crate::web::{parts::Choice, signal::Signal};
use domain::links::Status;

/// What a state means to whoever looks.
#[must_use]
pub fn status_signal(status: Status) -> Signal {
    match status {
        Status::Active => Signal::Good,
        Status::Paused => Signal::Warn,
        Status::Deleted => Signal::Off,
    }
}

/// The states to choose from.
pub(super) fn statuses() -> Vec<Choice> {
    Status::ALL.map(|status| Choice::new(status.name(), status.name())).to_vec()
}

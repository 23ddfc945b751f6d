//! The states of what does its work or rests, on pages.

use super::{
    parts::{Cell, Choice},
    signal::Signal,
};
use domain::shared::Status;

/// The words of states, for filters and schemas.
pub const STATUSES: [&str; 3] = [Status::Active.name(), Status::Paused.name(), Status::Deleted.name()];

/// What a state means to whoever looks.
#[must_use]
pub fn status_signal(status: Status) -> Signal {
    match status {
        Status::Active => Signal::Good,
        Status::Paused => Signal::Warn,
        Status::Deleted => Signal::Off,
    }
}

/// The state in a list.
#[must_use]
pub fn status_cell(status: Status) -> Cell {
    Cell::State(status_signal(status), status.name().to_owned())
}

/// The states to choose from.
#[must_use]
pub fn statuses() -> Vec<Choice> {
    Status::ALL.map(|status| Choice::new(status.name(), status.name())).to_vec()
}

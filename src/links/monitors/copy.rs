//! A new monitor like another: the same settings, with a log of its own.

use crate::web::objects::copies::{Copied, name_of_copy};
use domain::{links::Monitor, shared::Status};

impl Copied for Monitor {
    const WITH: &'static str = "its settings";
    const BEFORE: &'static str = "Give it its address";

    fn copied(self) -> Self {
        Self { name: name_of_copy(&self.name), status: Status::Paused, ..self }
    }

    fn name(&self) -> &str {
        &self.name
    }
}

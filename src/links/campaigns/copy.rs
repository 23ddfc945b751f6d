//! A new campaign like another: the same flow. Its rules, pages and rotators are new ones, so that its figures and
//! what is learnt are its own.

use crate::web::objects::copies::{Copied, name_of_copy};
use domain::{links::Campaign, shared::Status};

impl Copied for Campaign {
    const WITH: &'static str = "its flow";
    const BEFORE: &'static str = "Look through its flow";

    fn copied(self) -> Self {
        let name = name_of_copy(&self.name);
        let mut copy = Self { name, status: Status::Paused, ..self };
        copy.number_anew(|| rand::random::<u32>() >> 1);
        copy
    }

    fn name(&self) -> &str {
        &self.name
    }
}

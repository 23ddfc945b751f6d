//! A new Smart Link like another: the same settings and rows. Its rows are new ones, and partners' rules on the
//! other one are not taken over.

use crate::web::objects::copies::{Copied, name_of_copy};
use domain::{
    links::{SmartLink, SmartLinkRow},
    shared::{RowId, Status},
};

impl Copied for SmartLink {
    const WITH: &'static str = "its rows";
    const BEFORE: &'static str = "Look through its rows";

    fn copied(self) -> Self {
        let as_new = |row: SmartLinkRow| SmartLinkRow { id: RowId(0), ..row };
        Self {
            name: name_of_copy(&self.name),
            status: Status::Paused,
            rows: self.rows.into_iter().map(as_new).collect(),
            ..self
        }
    }

    fn name(&self) -> &str {
        &self.name
    }
}

//! Smart Links: their calls and pages, their copy, and partners' rules on them.

mod api;
mod copy;
mod page;
mod pages_list;
mod partner_rules;
mod runs;
mod schemas;
mod template;
mod views;
mod words;

pub use words::{named_by, row_name};

use crate::web::{
    describe::Schemas,
    history,
    objects::{calls, copies, list, pages},
    routes::Route,
};
use domain::links::{PartnerRules, SmartLink};

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let own = vec![
        calls::removal_route::<SmartLink>(),
        calls::removal_route::<PartnerRules>(),
        pages::removal_route::<PartnerRules>(),
        history::route::<SmartLink>(),
    ];
    [
        calls::routes::<SmartLink>(),
        calls::routes::<PartnerRules>(),
        copies::routes::<SmartLink>(),
        list::routes::<SmartLink>(),
        pages::routes::<SmartLink>(),
        pages::routes::<PartnerRules>(),
        runs::routes(),
        own,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The schemas.
pub(super) fn schemas() -> Schemas {
    [schemas::schemas(), runs::schemas()].concat()
}

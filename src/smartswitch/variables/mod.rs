//! Actionable variables: the sources that rules have found, what becomes of them, and what people do with them. Who
//! sees only some partners sees and changes only theirs.

mod act_page;
mod acts;
mod api;
mod cells;
mod filter;
mod list_page;
mod page;
mod schemas;
mod show;
mod words;

pub use cells::Table;
pub use schemas::schemas;
pub use show::{moment_or_null, text_or_null};

use super::VARIABLES;
use crate::web::{
    Route,
    describe::{About, Gives},
};
use domain::identity::Section;

const API: &str = "/api/v1/smart-switch/variables";

/// The routes.
pub fn routes() -> Vec<Route> {
    let room = Section::SmartSwitch;
    let act = |what: &str| {
        About::new(
            format!("{what}; those that it is not for are skipped"),
            Gives::One("ActionableVariableOutcome"),
        )
        .takes("ActionableVariableIds")
    };
    vec![
        Route::get(VARIABLES, room, list_page::show),
        Route::get(format!("{VARIABLES}/csv"), room, list_page::csv),
        Route::blank(format!("{VARIABLES}/bulk"), room, act_page::ask),
        Route::post(format!("{VARIABLES}/bulk"), room, act_page::act),
        Route::get(format!("{VARIABLES}/{{actionable_variable_id}}"), room, page::show),
        Route::get(API, room, api::list).about(
            About::new("List the sources that rules have found", Gives::List("ActionableVariable"))
                .with(&filter::parameters()),
        ),
        Route::get(format!("{API}/{{actionable_variable_id}}"), room, api::look).about(About::new(
            "Look at a source with its history",
            Gives::One("ActionableVariableWithHistory"),
        )),
        Route::post(format!("{API}/block"), room, api::block)
            .about(act("Block sources at once, without waiting for the delay")),
        Route::post(format!("{API}/delete"), room, api::delete)
            .about(act("Lift sources or cancel what is pending; a later run may find them again")),
        Route::post(format!("{API}/whitelist"), room, api::whitelist)
            .about(act("Lift sources for good: their rule never acts on them again")),
    ]
}

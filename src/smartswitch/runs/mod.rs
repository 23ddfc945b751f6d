//! Run history: each check of the traffic against a rule, and the button that lets one run now. A run judges all
//! partners together, so only those see it who see all of them.

mod api;
mod list_page;
mod run_page;
mod schemas;
mod words;

pub use schemas::schemas;

use super::RUNS;
use crate::web::{
    Route,
    describe::{About, Gives},
};
use domain::identity::Section;

const API: &str = "/api/v1/smart-switch";

/// The routes.
pub fn routes() -> Vec<Route> {
    let room = Section::SmartSwitch;
    let runs = Gives::List("SmartSwitchRun");
    let routes = vec![
        Route::get(RUNS, room, list_page::show),
        Route::get(format!("{RUNS}/csv"), room, list_page::csv),
        Route::get(format!("{RUNS}/{{smart_switch_run_id}}"), room, run_page::show),
        Route::post("/smart-switch/rules/{smart_switch_rule_id}/run", room, run_page::run_now),
        Route::get(format!("{API}/runs"), room, api::list).about(
            About::new("List the runs of SmartSwitch rules", runs).with(&[("rule_id", "Only of this rule.")]),
        ),
        Route::get(format!("{API}/runs/{{smart_switch_run_id}}"), room, api::look)
            .about(About::new("Look at a run of a SmartSwitch rule", Gives::One("SmartSwitchRun"))),
        Route::get(format!("{API}/rules/{{smart_switch_rule_id}}/runs"), room, api::list_of_rule)
            .about(About::new("List the runs of one SmartSwitch rule", runs)),
        Route::post(format!("{API}/rules/{{smart_switch_rule_id}}/run"), room, api::run_now)
            .about(About::new("Let a SmartSwitch rule run now", Gives::New("SmartSwitchRun"))),
    ];
    routes.into_iter().map(Route::of_all_partners).collect()
}

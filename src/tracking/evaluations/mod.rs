//! Run Evaluation (seed 003): what a SmartSwitch rule, saved or not, would hit now, and what it would have done in the
//! last 30 days. Figures are those of all partners together, so only those see them who see all partners.

mod api;
mod outcome;
mod page;
mod schemas;
mod work;

pub use schemas::schemas;

use crate::web::{
    Route,
    describe::{About, Gives},
};
use domain::identity::Section;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let of = Section::SmartSwitch;
    let draft = About::new("See what a rule that is not saved would hit now", Gives::One("EvaluatedNow"));
    let saved = About::new("See what a rule would hit now", Gives::One("EvaluatedNow"));
    let begun = About::new(
        "Work out what a rule would hit now and would have done in the last 30 days",
        Gives::New("Evaluation"),
    );
    let routes = vec![
        Route::post("/smart-switch/evaluations", of, page::begin),
        Route::get("/smart-switch/evaluations/{evaluation_id}", of, page::show),
        Route::get("/smart-switch/evaluations/{evaluation_id}/live", of, page::live),
        Route::post("/smart-switch/evaluations/{evaluation_id}/cancel", of, page::cancel),
        Route::post("/api/v1/smart-switch/rules/evaluate", of, api::of_draft)
            .about(draft.takes("SmartSwitchRule")),
        Route::post("/api/v1/smart-switch/rules/{smart_switch_rule_id}/evaluate", of, api::of_saved)
            .about(saved),
        Route::post("/api/v1/smart-switch/evaluations", of, api::begin).about(begun.takes("EvaluationAsked")),
        Route::get("/api/v1/smart-switch/evaluations/{evaluation_id}", of, api::show)
            .about(About::new("See how far an evaluation is, and what came out", Gives::One("Evaluation"))),
        Route::post("/api/v1/smart-switch/evaluations/{evaluation_id}/cancel", of, api::cancel)
            .about(About::new("End an evaluation that runs", Gives::One("Evaluation"))),
    ];
    routes.into_iter().map(Route::of_all_partners).collect()
}

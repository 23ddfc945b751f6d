//! Why a visitor of a Smart Link would go where it goes: a made-up visitor is decided for by the plan in
//! force and the counters of this process, and every row says what keeps it. Nothing is counted or kept.

mod api;
mod ask;
mod page;
mod told;

pub use api::schemas;

use crate::web::{
    Route,
    describe::{About, Gives},
};
use domain::identity::Section;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let about = About::new("Explain where a visitor of a Smart Link would go", Gives::One("Explanation"));
    vec![
        Route::get("/smart-links/{smart_link_id}/test", Section::Links, page::show),
        Route::get("/api/v1/smart-links/{smart_link_id}/explain", Section::Links, api::explain)
            .about(about.with(&ask::PARAMETERS)),
    ]
}

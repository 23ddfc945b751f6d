//! Why a visitor of a Smart Link or a campaign would go where it goes: a made-up visitor is decided for by the plan in
//! force and the counters of this process, and every row or rule says what keeps it. Nothing is counted or kept.
//! And why a stored click went where it went: it is decided again from what is kept of it.

mod api;
mod ask;
mod campaign;
mod campaign_api;
mod click_api;
mod controls;
mod page;
mod stored;
mod tables;
mod told;

use crate::web::{
    Route,
    describe::{About, Gives, Schemas},
};
pub use controls::sees_rules;
use domain::identity::Section;
pub use stored::{Recomputed, recomputed};

/// The schemas.
#[must_use]
pub fn schemas() -> Schemas {
    [api::schemas(), campaign_api::schemas(), click_api::schemas()].concat()
}

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let about = About::new("Explain where a visitor of a Smart Link would go", Gives::One("Explanation"));
    let of_campaign =
        About::new("Explain where a visitor of a campaign would go", Gives::One("CampaignExplanation"));
    let of_click = About::new("Decide a click again and explain it", Gives::One("ClickExplanation"));
    vec![
        Route::get("/api/v1/clicks/{click_id}/explain", Section::Clicks, click_api::explain).about(of_click),
        Route::get("/campaigns/{campaign_id}/test", Section::Links, campaign::show),
        Route::get("/api/v1/campaigns/{campaign_id}/explain", Section::Links, campaign_api::explain)
            .about(of_campaign.with(&ask::PARAMETERS)),
        Route::get("/smart-links/{smart_link_id}/test", Section::Links, page::show),
        Route::get("/api/v1/smart-links/{smart_link_id}/explain", Section::Links, api::explain)
            .about(about.with(&ask::PARAMETERS)),
    ]
}

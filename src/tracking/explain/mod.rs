//! Why a visitor of a Smart Link or a campaign would go where it goes: a made-up visitor is decided for by the plan in
//! force and the counters of this process, and every row or rule says what keeps it. Nothing is counted or kept.

mod api;
mod ask;
mod campaign;
mod campaign_api;
mod page;
mod told;

use crate::web::{
    Route,
    describe::{About, Gives, Schemas},
};
use domain::identity::Section;

/// The schemas.
#[must_use]
pub fn schemas() -> Schemas {
    [api::schemas(), campaign_api::schemas()].concat()
}

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let about = About::new("Explain where a visitor of a Smart Link would go", Gives::One("Explanation"));
    let of_campaign =
        About::new("Explain where a visitor of a campaign would go", Gives::One("CampaignExplanation"));
    vec![
        Route::get("/campaigns/{campaign_id}/test", Section::Links, campaign::show),
        Route::get("/api/v1/campaigns/{campaign_id}/explain", Section::Links, campaign_api::explain)
            .about(of_campaign.with(&ask::PARAMETERS)),
        Route::get("/smart-links/{smart_link_id}/test", Section::Links, page::show),
        Route::get("/api/v1/smart-links/{smart_link_id}/explain", Section::Links, api::explain)
            .about(about.with(&ask::PARAMETERS)),
    ]
}

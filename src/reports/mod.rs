//! Reports: the first page of employees, the report builder with its saved views, counts over rows, and
//! the same by the API. It reads every room and no room reads it.

mod address;
mod api;
mod ask;
mod counting;
mod drawing;
mod drill;
mod export;
mod figures;
mod groups;
mod home;
mod moved;
mod object;
mod page;
mod period;
mod runs;
mod runs_api;
mod schemas;
mod table;
mod told;
mod usuals;
mod views;
mod views_api;
mod waiting;

pub use counting::Counting;
pub use schemas::schemas;
pub use usuals::Usuals;

use crate::web::{
    Route,
    describe::{About, Gives},
    routes::Right,
};
use actix_web::http::Method;
use domain::identity::{Level, Section};

/// The room's authorised routes. Views and counts are one's own affair: who may read reports may have
/// them. A program needs full access for a count, as for whatever it begins.
#[must_use]
pub fn routes() -> Vec<Route> {
    let read = Right::To(Section::Reports, Level::Read);
    vec![
        Route::new(Method::GET, "/", Right::SignedIn, home::show),
        Route::get("/home/live", Section::Reports, home::live),
        Route::get("/reports", Section::Reports, page::show),
        Route::get("/reports/live", Section::Reports, page::live),
        Route::get("/reports/csv", Section::Reports, export::show),
        Route::new(Method::POST, "/reports/runs", read, runs::begin),
        Route::get("/reports/runs/{run_id}", Section::Reports, runs::show),
        Route::get("/reports/runs/{run_id}/live", Section::Reports, runs::live),
        Route::get("/reports/runs/{run_id}/csv", Section::Reports, runs::csv),
        Route::new(Method::POST, "/reports/runs/{run_id}/cancel", read, runs::cancel),
        Route::get("/reports/views", Section::Reports, views::list),
        Route::new(Method::POST, "/reports/views", read, views::save),
        Route::new(Method::POST, "/reports/views/{view_id}/share", read, views::share),
        Route::new(Method::POST, "/reports/views/{view_id}/remove", read, views::remove),
        Route::new(
            Method::GET,
            "/offers/{offer_id}/figures",
            Right::Both(Section::Reports, Section::Offers),
            object::of_offer,
        ),
        Route::new(
            Method::GET,
            "/partners/{partner_id}/figures",
            Right::Both(Section::Reports, Section::Partners),
            object::of_partner,
        ),
        Route::new(
            Method::GET,
            "/advertisers/{advertiser_id}/figures",
            Right::Both(Section::Reports, Section::Advertisers),
            object::of_advertiser,
        ),
        Route::new(
            Method::GET,
            "/settings/domains/{domain_id}/figures",
            Right::Both(Section::Reports, Section::Settings),
            object::of_domain,
        ),
        Route::new(
            Method::GET,
            "/smart-links/{smart_link_id}/figures",
            Right::Both(Section::Reports, Section::Links),
            object::of_smart_link,
        ),
        Route::new(
            Method::GET,
            "/campaigns/{campaign_id}/figures",
            Right::Both(Section::Reports, Section::Links),
            object::of_campaign,
        ),
        Route::get("/api/v1/home", Section::Reports, home::told)
            .about(About::new("See how today is against usual, and what needs somebody", Gives::One("Home"))),
        Route::get("/api/v1/reports", Section::Reports, api::report)
            .about(About::new("Ask for a report", Gives::One("Report")).with(&schemas::parameters())),
        Route::post("/api/v1/reports/runs", Section::Reports, runs_api::begin).about(
            About::new(
                "Count over the rows what crosses dimensions, in the background",
                Gives::New("ReportRun"),
            )
            .takes("NewReportRun"),
        ),
        Route::get("/api/v1/reports/runs/{run_id}", Section::Reports, runs_api::show)
            .about(About::new("Look how far a count is, and what came out", Gives::One("ReportRun"))),
        Route::post("/api/v1/reports/runs/{run_id}/cancel", Section::Reports, runs_api::cancel)
            .about(About::new("End a count", Gives::One("ReportRun"))),
        Route::get("/api/v1/reports/views", Section::Reports, views_api::list)
            .about(About::new("List the views that are shared in the network", Gives::List("SavedView"))),
    ]
}

//! Uploads as pages and by the API: a file comes in, its scan and its effect are shown, it is written or
//! called off, and its story stays. Decisions over many conversions are uploads too.

mod api;
mod bulk;
mod csv;
mod list_page;
mod page;
mod receive;
mod schemas;
mod show;

pub use schemas::schemas;

use crate::web::{
    Route,
    describe::{About, Gives},
};
use actix_web::{HttpRequest, web::Data};
use domain::identity::Section;
use std::sync::Arc;
use store::conversions::{Clerk, LARGEST_FILE};

/// The routes of uploads.
#[must_use]
pub fn routes() -> Vec<Route> {
    let section = Section::Conversions;
    let routes = vec![
        Route::get("/settings/uploads", section, list_page::show),
        Route::post("/settings/uploads", section, list_page::receive),
        Route::get("/settings/uploads/{upload_id}", section, page::show),
        Route::get("/settings/uploads/{upload_id}/live", section, page::live),
        Route::get("/settings/uploads/{upload_id}/errors", section, page::errors),
        Route::post("/settings/uploads/{upload_id}/write", section, page::write),
        Route::post("/settings/uploads/{upload_id}/cancel", section, page::cancel),
        Route::post("/conversions/decide", section, bulk::decide),
        Route::get("/api/v1/uploads", section, api::uploads)
            .about(About::new("List uploads", Gives::List("Upload"))),
        Route::post("/api/v1/uploads", section, api::receive).holding(LARGEST_FILE).about(
            About::new("Upload a file of conversions to be scanned", Gives::New("Upload"))
                .takes_file(&receive::PARAMETERS),
        ),
        Route::get("/api/v1/uploads/{upload_id}", section, api::upload)
            .about(About::new("Look at an upload: how far it is, and what it changes", Gives::One("Upload"))),
        Route::get("/api/v1/uploads/{upload_id}/errors", section, api::errors)
            .about(About::new("List what is wrong with a file, row by row", Gives::List("UploadError"))),
        Route::post("/api/v1/uploads/{upload_id}/write", section, api::write)
            .about(About::new("Write a scanned upload, whole", Gives::One("Upload"))),
        Route::post("/api/v1/uploads/{upload_id}/cancel", section, api::cancel)
            .about(About::new("Call an upload off before it is written", Gives::One("Upload"))),
        Route::post("/api/v1/conversions/decide", section, bulk::decide_by_api).about(
            About::new("Get a decision over many conversions ready to be written", Gives::New("Upload"))
                .takes("ConversionDecision"),
        ),
    ];
    // A file names whatever conversions it likes, and a decision the figures of whole offers.
    routes.into_iter().map(Route::of_all_partners).collect()
}

/// Says that there is something to do, where this process does it.
fn wake(request: &HttpRequest) {
    if let Some(clerk) = request.app_data::<Data<Arc<Clerk>>>() {
        clerk.wake();
    }
}

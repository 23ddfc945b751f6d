//! "GeoIP and data files": what the visitors' signals are read from, how old it is and on what terms, as a
//! page and by the API. It only shows: the folder is the operator's.

mod api;
mod licences;
mod page;

pub use api::schemas;

use super::{Tracker, signals::geoip::GeoFiles};
use crate::web::{
    Route,
    describe::{About, Gives},
};
use actix_web::{HttpRequest, web::Data};
use chrono::{DateTime, TimeDelta, Utc};
use domain::identity::Section;
use std::sync::Arc;

/// From this age on a file in use is called old: vendors publish at least monthly.
const OLD: TimeDelta = TimeDelta::days(30);

/// The room's routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/data-files", Section::Settings, page::show),
        Route::get("/api/v1/data-files", Section::Settings, api::show).about(About::new(
            "See what the visitors' signals are read from, its age and licence",
            Gives::One("DataFiles"),
        )),
    ]
}

/// The tracking side of this process; none where it takes no clicks.
fn tracker(request: &HttpRequest) -> Option<&Tracker> {
    request.app_data::<Data<Arc<Tracker>>>().map(|tracker| tracker.as_ref().as_ref())
}

fn files(request: &HttpRequest) -> Option<&GeoFiles> {
    tracker(request).map(|tracker| tracker.signals.files())
}

/// How many days old something is, where that is old.
fn old_days(built: DateTime<Utc>, now: DateTime<Utc>) -> Option<i64> {
    let age = now - built;
    (age > OLD).then(|| age.num_days())
}

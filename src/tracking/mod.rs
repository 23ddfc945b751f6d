//! One click or impression: who comes, what is decided, what is recorded, what is answered. The law of
//! this path: no database, no lock held across an await, no allocation that grows with the number of
//! rules; every failure is a decision with a fallback.

mod answer;
pub mod background;
mod blocks;
mod cap_levels;
pub mod click;
pub mod cookies;
mod data_files;
mod evaluations;
mod experiments;
pub mod explain;
mod ids;
pub mod impression;
pub mod ledger;
pub mod live;
pub mod log;
pub mod metrics;
mod out;
pub mod query;
pub mod realise;
pub mod records;
pub mod refresh;
mod rotations;
pub mod routes;
pub mod signals;
pub mod sites;
pub mod tracker;
pub mod usage;

pub use tracker::{GEOIP, Tracker, TrackerOptions};

/// The room's authorised routes: the logs of clicks and impressions, the test of a link, experiments, evaluations
/// of SmartSwitch rules, the data files.
#[must_use]
pub fn routes() -> Vec<crate::web::Route> {
    [log::routes(), explain::routes(), experiments::routes(), evaluations::routes(), data_files::routes()]
        .into_iter()
        .flatten()
        .collect()
}

/// The room's schemas.
#[must_use]
pub fn schemas() -> crate::web::describe::Schemas {
    [
        log::schemas(),
        explain::schemas(),
        experiments::schemas(),
        evaluations::schemas(),
        data_files::schemas(),
    ]
    .concat()
}

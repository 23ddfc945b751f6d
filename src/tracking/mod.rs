//! One click or impression: who comes, what is decided, what is recorded, what is answered. The law of
//! this path: no database, no lock held across an await, no allocation that grows with the number of
//! rules; every failure is a decision with a fallback.

mod answer;
pub mod background;
mod click;
mod ids;
mod impression;
pub mod live;
pub mod metrics;
mod postback;
pub mod query;
mod realise;
pub mod routes;
pub mod signals;
pub mod tracker;
pub mod usage;

pub use tracker::{Tracker, TrackerOptions};

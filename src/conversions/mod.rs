//! What comes of clicks: postbacks, their judgement, and the log of every call.

mod judgements;
mod postback;
pub mod routes;
mod world;

pub use judgements::Judgements;
pub use world::LiveWorld;

//! The rules of SmartSwitch: the API, the list, the form of four tabs, and what a rule does in plain words.

mod api;
mod choices;
mod form;
mod list_page;
mod page;
pub mod preview;
mod schemas;
pub mod words;

pub use preview::routes;
pub use schemas::schemas;

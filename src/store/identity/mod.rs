//! Networks and who may enter them.

mod networks;

pub use networks::{Network, calendar, network, networks};

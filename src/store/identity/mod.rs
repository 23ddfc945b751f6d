//! Networks and who may enter them.

mod networks;
mod secrets;

pub use networks::{Network, calendar, network, networks};
pub use secrets::secret;

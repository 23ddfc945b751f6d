//! What is read from a request, on its public interface: software, bots, country, address, language, keys.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bots;
mod geoip;
mod requests;
mod speed;
mod user_agents;
mod values;

use std::sync::LazyLock;
use switchyard::tracking::signals::UserAgents;

/// Compiled once for all tests: it is slow without optimisation.
static AGENTS: LazyLock<UserAgents> = LazyLock::new(UserAgents::new);

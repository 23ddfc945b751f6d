//! What every handler can reach.

use store::Database;

/// What every handler can reach.
#[derive(Clone, Debug)]
pub struct State {
    pub database: Database,
    /// Scheme, host and port that people and links use, without a slash at the end.
    pub public_url: String,
    /// What lets `/metrics` be read from elsewhere than loopback.
    pub metrics_token: Option<String>,
}

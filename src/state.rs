//! What every request of a page or of the API can reach: the database and what this process keeps.

use crate::{identity::Passwords, web::limits::Limits};
use ipnet::IpNet;
use store::Database;

/// Shared by all workers, as `web::Data<State>`.
#[derive(Debug)]
pub struct State {
    pub database: Database,
    /// Scheme and host under which people and visitors reach this installation, without a slash at its end.
    pub public_url: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// What lets `/metrics` be read from elsewhere than loopback.
    pub metrics_token: Option<String>,
    pub passwords: Passwords,
    pub limits: Limits,
}

impl State {
    /// The state of a process that serves pages and the API.
    #[must_use]
    pub fn new(database: Database, public_url: &str, trusted_proxies: Vec<IpNet>) -> Self {
        let public_url = public_url.trim_end_matches('/').to_owned();
        Self {
            database,
            public_url,
            trusted_proxies,
            metrics_token: None,
            passwords: Passwords::default(),
            limits: Limits::default(),
        }
    }

    /// Whether people reach it by https only, so that cookies may be bound to that.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

//! What every handler can reach: the database and what this process keeps.

use crate::{identity::Passwords, web::limits::Limits};
use ipnet::IpNet;
use store::Database;

/// What every handler can reach; one for all workers.
#[derive(Debug)]
pub struct State {
    pub database: Database,
    /// Scheme, host and port that people and links use, without a slash at the end.
    pub public_url: String,
    /// What lets `/metrics` be read from elsewhere than loopback.
    pub metrics_token: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    pub passwords: Passwords,
    pub limits: Limits,
}

impl State {
    /// The state of a process that has just started.
    #[must_use]
    pub fn new(database: Database, public_url: &str, trusted_proxies: Vec<IpNet>) -> Self {
        Self {
            database,
            public_url: public_url.trim_end_matches('/').to_owned(),
            metrics_token: None,
            trusted_proxies,
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

//! What every request of a page or of the API can reach: the database and what this process keeps.

use crate::{
    identity::{Passwords, Vault},
    reports::{Counting, Usuals},
    web::{background::Background, later::Later, limits::Limits},
};
use domain::shared::NetworkId;
use ipnet::IpNet;
use std::{fmt, sync::Arc};
use store::Database;
use tokio::sync::watch;

/// Whether this process holds traffic of a network that is not in the database yet.
#[derive(Clone)]
pub struct Undrained(Arc<dyn Fn(NetworkId) -> bool + Send + Sync>);

impl Undrained {
    /// Asks `holds`.
    #[must_use]
    pub fn new(holds: impl Fn(NetworkId) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(holds))
    }

    /// Whether there is some.
    #[must_use]
    pub fn holds(&self, network: NetworkId) -> bool {
        (self.0)(network)
    }
}

impl Default for Undrained {
    /// A process that takes no traffic.
    fn default() -> Self {
        Self::new(|_| false)
    }
}

impl fmt::Debug for Undrained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Undrained")
    }
}

/// Told to all that goes on by itself, such as open streams, when the process is to end.
#[derive(Clone, Debug)]
pub struct Stopping(watch::Sender<bool>);

impl Default for Stopping {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Stopping {
    /// Tells it.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Waits until it is told.
    pub async fn wait(&self) {
        // The sender is held here, so that it can't be gone.
        let mut told = self.0.subscribe();
        let _told = told.wait_for(|stopping| *stopping).await;
    }
}

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
    /// The addresses of those who run this installation.
    pub operators: Vec<String>,
    pub passwords: Passwords,
    pub limits: Limits,
    /// What secrets at rest are sealed in.
    pub vault: Vault,
    /// What this process has answered and not stored yet.
    pub undrained: Undrained,
    pub stopping: Stopping,
    /// Reports over rows that run in the background.
    pub counting: Counting,
    /// Evaluations of SmartSwitch rules that run in the background.
    pub evaluating: Background,
    /// Answers that take longer than a page.
    pub later: Later,
    /// What a day usually is, for first pages.
    pub usuals: Usuals,
}

impl State {
    /// The state of a process that serves pages and the API; made on the runtime that its background work
    /// is to run on.
    #[must_use]
    pub fn new(database: Database, vault: Vault, public_url: &str, trusted_proxies: Vec<IpNet>) -> Self {
        let public_url = public_url.trim_end_matches('/').to_owned();
        Self {
            database,
            public_url,
            trusted_proxies,
            metrics_token: None,
            operators: Vec::new(),
            passwords: Passwords::default(),
            limits: Limits::default(),
            vault,
            undrained: Undrained::default(),
            stopping: Stopping::default(),
            counting: Counting::default(),
            evaluating: Background::default(),
            later: Later::default(),
            usuals: Usuals::default(),
        }
    }

    /// Whether people reach it by https only, so that cookies may be bound to that.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

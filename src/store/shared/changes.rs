//! The change signal: after the commit of a save, whoever keeps a compiled plan in this process is
//! told and waited for; other nodes hear of it by NOTIFY, and by a poll every second as the safety net.

use domain::shared::NetworkId;
use futures::future::BoxFuture;
use parking_lot::RwLock;
use std::{fmt, sync::Arc};

/// The channel that PostgreSQL notifies.
pub const CHANNEL: &str = "switchyard_plan";

type Listener = Arc<dyn Fn(NetworkId) -> BoxFuture<'static, ()> + Send + Sync>;

/// Who is told of saves in this process.
#[derive(Clone, Default)]
pub struct Changes {
    listeners: Arc<RwLock<Vec<Listener>>>,
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changes({} listeners)", self.listeners.read().len())
    }
}

impl Changes {
    /// Adds a listener; a save waits until it is done.
    pub fn listen(&self, listener: impl Fn(NetworkId) -> BoxFuture<'static, ()> + Send + Sync + 'static) {
        self.listeners.write().push(Arc::new(listener));
    }

    /// Tells all listeners that `network` has changed, and waits for them.
    pub async fn announce(&self, network: NetworkId) {
        let listeners = self.listeners.read().clone();
        for listener in listeners {
            listener(network).await;
        }
    }
}

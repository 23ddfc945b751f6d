//! The change signal: after the commit of a save, whoever keeps a compiled plan in this process is
//! told and waited for; other nodes hear of it by NOTIFY, and by a poll every second as the safety net.
//! Sites of monitors that turn up or down, and sources that SmartSwitch blocks or lets through again, are told of in
//! the same ways, without a plan.

use domain::shared::NetworkId;
use futures::future::BoxFuture;
use parking_lot::RwLock;
use std::{fmt, sync::Arc};

/// The channel that PostgreSQL notifies.
pub const CHANNEL: &str = "switchyard_plan";
/// The same for sites that turned up or down.
pub const SITES_CHANNEL: &str = "switchyard_sites";
/// The same for sources that SmartSwitch blocks or lets through again.
pub const BLOCKS_CHANNEL: &str = "switchyard_blocks";

type Listener = Arc<dyn Fn(Changed) -> BoxFuture<'static, ()> + Send + Sync>;

/// What has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Changed {
    /// The plan of a network.
    Plan(NetworkId),
    /// Which sites of monitors are down.
    Sites,
    /// Which sources SmartSwitch blocks in a network.
    Blocks(NetworkId),
}

/// Who is told of changes in this process.
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
    pub fn listen(&self, listener: impl Fn(Changed) -> BoxFuture<'static, ()> + Send + Sync + 'static) {
        self.listeners.write().push(Arc::new(listener));
    }

    /// Tells all listeners that `network` has changed, and waits for them.
    pub async fn announce(&self, network: NetworkId) {
        self.tell(Changed::Plan(network)).await;
    }

    /// Tells all listeners that sites have turned up or down, and waits for them.
    pub async fn announce_sites(&self) {
        self.tell(Changed::Sites).await;
    }

    /// Tells all listeners that blocks of `network` have changed, and waits for them.
    pub async fn announce_blocks(&self, network: NetworkId) {
        self.tell(Changed::Blocks(network)).await;
    }

    async fn tell(&self, changed: Changed) {
        let listeners = self.listeners.read().clone();
        for listener in listeners {
            listener(changed).await;
        }
    }
}

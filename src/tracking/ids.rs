//! Click ids: unique by node and a sequence, not to be guessed by chance.

use domain::shared::{ClickId, ClickIdParts, NetworkId, NodeId};
use std::sync::atomic::{AtomicU64, Ordering};

/// Makes the ids of one node.
#[derive(Debug)]
pub struct ClickIds {
    node: NodeId,
    sequence: AtomicU64,
}

impl ClickIds {
    /// The ids of `node`.
    #[must_use]
    pub fn new(node: NodeId) -> Self {
        Self { node, sequence: AtomicU64::new(u64::from(rand::random::<u8>())) }
    }

    /// A new id at `millis`. Its tail is 8 bits of sequence, so that 256 clicks of one millisecond
    /// differ for sure, and 32 bits of chance.
    pub fn next(&self, network: NetworkId, millis: i64) -> ClickId {
        let sequence = self.sequence.fetch_add(1, Ordering::Relaxed) & 0xff;
        let tail = sequence << 32 | u64::from(rand::random::<u32>());
        ClickId::new(ClickIdParts { millis, node: self.node, network, tail })
    }
}

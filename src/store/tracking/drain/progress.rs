//! How far the drain is: what it counts, and the commit that it waits for.

use crate::tracking::Position;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// What the drain tells of itself.
#[derive(Debug, Default)]
pub struct Progress {
    /// Records that are in the database or were set aside, since the start.
    pub(super) stored: AtomicU64,
    pub(super) set_aside: AtomicU64,
    /// Clicks among them.
    pub(super) clicks: AtomicU64,
    /// When the youngest drained record was taken, in milliseconds.
    pub(super) until: AtomicI64,
}

impl Progress {
    /// Records that are in the database or were set aside, since the start.
    #[must_use]
    pub fn stored(&self) -> u64 {
        self.stored.load(Ordering::Relaxed)
    }

    /// Clicks that are in the database, since the start.
    #[must_use]
    pub fn clicks(&self) -> u64 {
        self.clicks.load(Ordering::Relaxed)
    }

    /// Records that the database refuses for good, since the start.
    #[must_use]
    pub fn set_aside(&self) -> u64 {
        self.set_aside.load(Ordering::Relaxed)
    }

    /// When the youngest drained record was taken, in milliseconds since 1970; 0 before the first.
    #[must_use]
    pub fn until(&self) -> i64 {
        self.until.load(Ordering::Relaxed)
    }
}

/// What is known of a batch that is being committed, until the answer is there.
#[derive(Default)]
pub(super) struct Flight {
    pub(super) end: Position,
    pub(super) records: u64,
    pub(super) clicks: u64,
    /// How many of the records are not in the database.
    pub(super) set_aside: u64,
    /// When the youngest record was taken, in milliseconds since 1970.
    pub(super) until: i64,
    /// What is told once it is committed.
    pub(super) told: Option<Box<dyn FnOnce() + Send + Sync>>,
}

//! Appending: the only thing that a click waits for.

use super::{
    folder::{Folder, Locked},
    segment::{Position, frame},
    tail::Tail,
};
use crate::Error;
use parking_lot::Mutex;
use std::{
    fs::File,
    os::fd::AsFd,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
};
use tokio::sync::{Notify, oneshot};

/// How many queues there are; threads beyond share them.
const QUEUES: usize = 16;

thread_local! {
    /// Which queue this thread uses.
    static THREAD: usize = {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        THREADS.fetch_add(1, Ordering::Relaxed)
    };
}

/// The record could not be kept: the disk is full or broken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the spool can't take more")]
pub struct Full;

/// Where an appended record ends.
pub type Appended = Position;

/// What waits to be written. Every thread that serves has one of its own: who waits is woken without
/// another thread's help, which costs more than the write.
#[derive(Default)]
struct Queue {
    bytes: Vec<u8>,
    records: u64,
    waiting: Vec<oneshot::Sender<Result<Appended, Full>>>,
    /// Whether somebody is already on the way to write the queue.
    has_writer: bool,
}

/// The spool of one tracking process; cheap to clone.
#[derive(Clone)]
pub struct Spool {
    inner: Arc<Inner>,
}

struct Inner {
    folder: Folder,
    _lock: Locked,
    queues: [Mutex<Queue>; QUEUES],
    tail: Mutex<Tail>,
    /// What is in the file, as the drain may read it.
    end: Mutex<Position>,
    records: AtomicU64,
    broken: AtomicBool,
    unsynced: AtomicBool,
    grown: Notify,
    strict: bool,
}

impl Spool {
    /// Opens the spool in `folder` and finds its end: torn frames at the end, which nobody was
    /// answered for, are cut off by starting a new segment. It comes behind all that are there and behind
    /// `watermark`, where the database stands: of what is before that the drain reads nothing.
    ///
    /// # Errors
    /// The disk refused, or another process uses the folder.
    pub fn open(folder: Folder, watermark: Position, strict: bool) -> Result<Self, Error> {
        let lock = folder.lock()?;
        let next = folder.segments()?.last().copied().unwrap_or(0).max(watermark.segment) + 1;
        let tail = Tail::open(&folder, next)?;
        Ok(Self {
            inner: Arc::new(Inner {
                folder,
                _lock: lock,
                queues: std::array::from_fn(|_| Mutex::default()),
                end: Mutex::new(tail.position),
                tail: Mutex::new(tail),
                records: AtomicU64::new(0),
                broken: AtomicBool::new(false),
                unsynced: AtomicBool::new(false),
                grown: Notify::new(),
                strict,
            }),
        })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Folder {
        &self.inner.folder
    }

    /// Appends one record and waits until its group is in the file (and synced, where the spool is strict).
    ///
    /// # Errors
    /// [`Full`] where the disk would not take it.
    pub async fn append(&self, body: &[u8]) -> Result<Appended, Full> {
        self.append_all(std::iter::once(body)).await
    }

    /// Appends several records as one: all of them are kept or none.
    ///
    /// # Errors
    /// [`Full`] where the disk would not take them.
    pub async fn append_all<'b>(&self, bodies: impl Iterator<Item = &'b [u8]>) -> Result<Appended, Full> {
        let (sender, receiver) = oneshot::channel();
        let group = Group { spool: self.clone(), queue: THREAD.with(|number| *number % QUEUES) };
        let writes = {
            let mut queue = group.queue().lock();
            for body in bodies {
                frame(&mut queue.bytes, body);
                queue.records += 1;
            }
            queue.waiting.push(sender);
            !std::mem::replace(&mut queue.has_writer, true)
        };
        if writes {
            // A task of its own comes after everybody who is ready now, so that they join the group.
            tokio::spawn(async move { group.write() });
        }
        receiver.await.unwrap_or(Err(Full))
    }

    fn write_group(&self, tail: &mut Tail, bytes: &[u8]) -> Result<Position, Full> {
        if !tail.has_room_for(bytes) {
            tail.roll(&self.inner.folder).map_err(|error| self.refuse(&error))?;
        }
        tail.put(bytes, self.inner.strict).map_err(|error| self.refuse(&error.into()))?;
        if !self.inner.strict {
            self.inner.unsynced.store(true, Ordering::Relaxed);
        }
        *self.inner.end.lock() = tail.position;
        Ok(tail.position)
    }

    fn refuse(&self, error: &Error) -> Full {
        tracing::error!(%error, "the spool did not take a record");
        Full
    }

    /// Where the file ends: the drain reads up to here.
    #[must_use]
    pub fn end(&self) -> Position {
        *self.inner.end.lock()
    }

    /// How many records were appended since the start.
    #[must_use]
    pub fn appended(&self) -> u64 {
        self.inner.records.load(Ordering::Relaxed)
    }

    /// Tries whether the disk takes records again after one that it did not take; without this nobody
    /// would know where no more visitors come. Does nothing where the last append went well.
    ///
    /// # Errors
    /// The disk still refuses.
    pub fn probe(&self) -> Result<(), Error> {
        if !self.is_broken() {
            return Ok(());
        }
        self.inner.folder.try_to_write()?;
        let mut tail = self.inner.tail.lock();
        // A new segment takes its whole room at once: what failed before may have been the old one.
        tail.roll(&self.inner.folder)?;
        *self.inner.end.lock() = tail.position;
        self.inner.broken.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// Whether the last append failed.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.inner.broken.load(Ordering::Relaxed)
    }

    /// Whether the disk is four fifths full.
    #[must_use]
    pub fn is_nearly_full(&self) -> bool {
        let file = self.inner.tail.lock().file.as_fd().try_clone_to_owned();
        let space = file.ok().and_then(|file| rustix::fs::fstatvfs(&file).ok());
        space.is_some_and(|space| space.f_bavail * 5 < space.f_blocks)
    }

    /// Waits until something has been appended since the last call.
    pub async fn grown(&self) {
        self.inner.grown.notified().await;
    }

    /// Syncs the file if anything was appended since the last sync.
    ///
    /// # Errors
    /// The disk failed.
    pub fn sync(&self) -> Result<(), Error> {
        if !self.inner.unsynced.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        // A handle of its own: appends go on while the disk works.
        let file = self.inner.tail.lock().file.as_fd().try_clone_to_owned()?;
        Ok(File::from(file).sync_data()?)
    }
}

/// A group that is being gathered: one thread's queue.
struct Group {
    spool: Spool,
    queue: usize,
}

impl Group {
    fn queue(&self) -> &Mutex<Queue> {
        &self.spool.inner.queues[self.queue]
    }

    /// Writes what is queued and answers those who wait.
    fn write(self) {
        let inner = &self.spool.inner;
        let mut tail = inner.tail.lock();
        let group = std::mem::take(&mut *self.queue().lock());
        let result = self.spool.write_group(&mut tail, &group.bytes);
        inner.broken.store(result.is_err(), Ordering::Relaxed);
        drop(tail);
        if result.is_ok() {
            inner.records.fetch_add(group.records, Ordering::Relaxed);
            inner.grown.notify_one();
        }
        for waiting in group.waiting {
            // A visitor who has gone no longer waits; the record stays.
            let _gone = waiting.send(result);
        }
    }
}

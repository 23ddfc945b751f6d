//! Appending: the only thing that a click waits for.

use super::{
    folder::{Folder, Locked},
    segment::{Position, frame},
};
use crate::Error;
use parking_lot::Mutex;
use std::{
    fs::{File, OpenOptions},
    io::{Seek, SeekFrom, Write},
    os::fd::AsFd,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
};
use tokio::sync::{Notify, oneshot};

/// The size that a segment is preallocated to.
const SEGMENT: u64 = 32 << 20;

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

/// The open segment.
struct Tail {
    file: File,
    position: Position,
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
    /// answered for, are cut off by starting a new segment.
    ///
    /// # Errors
    /// The disk refused, or another process uses the folder.
    pub fn open(folder: Folder, strict: bool) -> Result<Self, Error> {
        let lock = folder.lock()?;
        let next = folder.segments()?.last().map_or(1, |last| last + 1);
        let file = open_segment(&folder, next)?;
        let position = Position { segment: next, offset: 0 };
        Ok(Self {
            inner: Arc::new(Inner {
                folder,
                _lock: lock,
                queues: std::array::from_fn(|_| Mutex::default()),
                tail: Mutex::new(Tail { file, position }),
                end: Mutex::new(position),
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
        if tail.position.offset > 0 && tail.position.offset + bytes.len() as u64 > SEGMENT {
            self.roll(tail).map_err(|error| self.refuse(&error))?;
        }
        if let Err(error) = tail.file.write_all(bytes) {
            // What was written in part must not be read as a frame, nor be followed by one.
            let back = tail.file.seek(SeekFrom::Start(tail.position.offset));
            let cut = tail.file.set_len(tail.position.offset);
            if back.is_err() || cut.is_err() {
                tracing::error!("the spool's segment can't be cut back; a new one follows");
                self.roll(tail).map_err(|error| self.refuse(&error))?;
            }
            return Err(self.refuse(&error.into()));
        }
        if self.inner.strict {
            tail.file.sync_data().map_err(|error| self.refuse(&error.into()))?;
        } else {
            self.inner.unsynced.store(true, Ordering::Relaxed);
        }
        tail.position.offset += bytes.len() as u64;
        *self.inner.end.lock() = tail.position;
        Ok(tail.position)
    }

    fn roll(&self, tail: &mut Tail) -> Result<(), Error> {
        let next = tail.position.segment + 1;
        let file = open_segment(&self.inner.folder, next)?;
        tail.file.sync_data()?;
        tail.file = file;
        tail.position = Position { segment: next, offset: 0 };
        Ok(())
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
        drop(tail);
        inner.broken.store(result.is_err(), Ordering::Relaxed);
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

fn open_segment(folder: &Folder, number: u64) -> Result<File, Error> {
    let file = OpenOptions::new().create_new(true).read(true).write(true).open(folder.segment(number))?;
    // Space is taken before it is needed: a full disk shows here, between two groups.
    rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::KEEP_SIZE, 0, SEGMENT)
        .map_err(std::io::Error::from)?;
    Ok(file)
}

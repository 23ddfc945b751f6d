//! Many visitors at once: 64 connections that follow a link as fast as it answers.

use super::{
    api::client,
    machine::eventually,
    visitor::{IPHONE, Visitor},
};
use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU16, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::task::JoinHandle;

/// How many follow the link at the same time.
const CONNECTIONS: usize = 64;
/// How long a burst may take to get anywhere.
const PATIENCE: Duration = Duration::from_secs(60);

/// Visitors under way; each number is another address and asks once.
pub struct Burst {
    counts: Arc<Counts>,
    tasks: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Counts {
    through: AtomicUsize,
    unanswered: AtomicUsize,
}

/// What became of a burst.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// Answers that led to the offer.
    pub through: usize,
    /// Requests that the server took to its grave.
    pub unanswered: usize,
}

impl Burst {
    /// Sends the visitors of these numbers on their way.
    pub fn on(link: &str, numbers: Range<u16>) -> Self {
        let (counts, next) = (Arc::<Counts>::default(), Arc::new(AtomicU16::new(numbers.start)));
        let tasks = (0..CONNECTIONS).map(|_| {
            let (link, counts, next) = (link.to_owned(), Arc::clone(&counts), Arc::clone(&next));
            tokio::spawn(async move { follow(&link, &next, numbers.end, &counts).await })
        });
        Self { tasks: tasks.collect(), counts }
    }

    /// Waits until so many were led to the offer; the others go on.
    pub async fn reach(&self, through: usize) {
        let what = format!("{through} visitors let through");
        eventually(&what, PATIENCE, async || {
            (self.counts.through.load(Ordering::Relaxed) >= through).then_some(())
        })
        .await;
    }

    /// Waits for the last of them.
    pub async fn end(self) -> Outcome {
        for task in self.tasks {
            tokio::time::timeout(PATIENCE, task).await.expect("a burst ends").expect("no visitor panics");
        }
        Outcome {
            through: self.counts.through.load(Ordering::Relaxed),
            unanswered: self.counts.unanswered.load(Ordering::Relaxed),
        }
    }
}

/// One connection: it asks until the numbers are used up, or until nobody answers.
async fn follow(link: &str, next: &AtomicU16, end: u16, counts: &Counts) {
    let (client, visitor) = (client(), Visitor::new(IPHONE, "DE"));
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= end {
            return;
        }
        let Ok(answer) = visitor.number(number).follow_with(&client, link).await else {
            counts.unanswered.fetch_add(1, Ordering::Relaxed);
            return;
        };
        assert!([302, 403].contains(&answer.status.as_u16()), "{}", answer.status);
        counts.through.fetch_add(usize::from(answer.status == 302), Ordering::Relaxed);
    }
}

/// How many of these visitors are led to the offer, where every one of them is answered.
pub async fn let_through(link: &str, numbers: Range<u16>) -> usize {
    let Outcome { through, unanswered } = Burst::on(link, numbers).end().await;
    assert_eq!(unanswered, 0, "every visitor is answered");
    through
}

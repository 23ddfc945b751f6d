//! What works later: queues, mail, chat and outgoing calls belong here and nowhere else. A room writes a
//! fact in the transaction that made it true; the [`relay`] makes a job of each that becomes mail, and
//! the job sends it, tries again, and gives up in the end. The fact is the truth and the job only its
//! carrier: a queue that is lost is filled again from the facts that nobody has settled.

pub mod mail;
mod monitors;
pub mod outgoing;
mod queue;
mod relay;
mod rotators;
mod runs;
mod work;

use ipnet::IpNet;
use mail::Sender;
use outgoing::Outgoing;
use queue::Tables;
use runs::{SmartLinkRuns, SmartSwitchRuns};
use std::{path::PathBuf, sync::Arc, time::Duration};
use store::Database;
use tokio::{sync::watch, task::JoinHandle};
use work::Worker;

/// What the jobs need to know of the process.
#[derive(Clone, Debug)]
pub struct Options {
    /// The data folder; mail is written to `mail` in it where there is no server for mail.
    pub data: PathBuf,
    /// Where people reach the pages, without a slash at its end.
    pub public_url: String,
    /// `smtp://…` or `smtps://…`.
    pub smtp_url: Option<String>,
    /// Whom mail comes from, such as `Switchyard <no-reply@network.example>`.
    pub mail_from: Option<String>,
    /// Ranges beside the public ones that outgoing calls may go to.
    pub allow_outgoing: Vec<IpNet>,
}

/// How long jobs in hand may take when the process is to stop.
const FINISH: Duration = Duration::from_secs(2);

/// Why the jobs can't work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the queue of jobs: {0}")]
    Queue(String),
    #[error("the server for mail: {0}")]
    Mail(String),
    #[error("the way out over HTTP: {0}")]
    Outgoing(String),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Jobs at work.
#[derive(Debug)]
pub struct Jobs {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Starts to work.
///
/// # Errors
/// The queue or a way out can't be had; says which.
pub async fn start(database: &Database, options: &Options) -> Result<Jobs, Error> {
    let sender = Sender::new(options)?;
    let tables = Tables::open(database, &options.data).await?;
    let (queue, refreshes, rounds) = (tables.queue(), tables.queue(), tables.queue());
    let (of_links, of_rules) = (tables.queue(), tables.queue());
    let worker = Arc::new(Worker {
        database: database.clone(),
        public_url: options.public_url.clone(),
        sender,
        queue: queue.clone(),
        outgoing: Outgoing::new(&options.allow_outgoing)?,
        refreshing: rotators::Refreshing::default(),
    });
    let (stop, stopped) = watch::channel(false);
    let relaying = tokio::spawn(relay::run(database.clone(), queue.clone(), stopped.clone()));
    let mailing = tokio::spawn(queue.work(Arc::clone(&worker), stopped.clone()));
    let scheduling =
        tokio::spawn(runs::schedule::<SmartLinkRuns>(database.clone(), of_links.clone(), stopped.clone()));
    let running = tokio::spawn(of_links.work(Arc::clone(&worker), stopped.clone()));
    let checking_rules =
        tokio::spawn(runs::schedule::<SmartSwitchRuns>(database.clone(), of_rules.clone(), stopped.clone()));
    let running_rules = tokio::spawn(of_rules.work(Arc::clone(&worker), stopped.clone()));
    let acting = tokio::spawn(runs::act(database.clone(), stopped.clone()));
    let timing = tokio::spawn(rotators::schedule(database.clone(), refreshes.clone(), stopped.clone()));
    let refreshing = tokio::spawn(refreshes.work(Arc::clone(&worker), stopped.clone()));
    let watching = tokio::spawn(monitors::schedule(database.clone(), rounds.clone(), stopped.clone()));
    let checking = tokio::spawn(rounds.work(worker, stopped));
    let mut tasks = vec![relaying, mailing, scheduling, running, timing, refreshing, watching, checking];
    tasks.extend([checking_rules, running_rules, acting]);
    Ok(Jobs { stop, tasks })
}

impl Jobs {
    /// Lets jobs in hand end; what is left waits for the next start.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            let cut = task.abort_handle();
            match tokio::time::timeout(FINISH, task).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "a part of the jobs did not end cleanly"),
                Err(_) => {
                    tracing::warn!("a job was cut off; it is done again");
                    cut.abort();
                }
            }
        }
    }
}

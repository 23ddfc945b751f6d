//! Serving: opens what is kept, starts the tasks, answers until told to stop, and leaves nothing half done.

use crate::{
    config::{Part, ServeOptions, StorageOptions},
    conversions::{self, Judgements, LiveWorld},
    identity::Vault,
    operations,
    state::{State, Stopping, Undrained},
    tracking::{self, Tracker, TrackerOptions, background::Background},
    web,
};
use actix_web::{App, HttpServer, dev::ServerHandle, web::Data};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::{fs, os::unix::fs::DirBuilderExt, path::Path, sync::Arc, time::Duration};
use store::{
    Database,
    conversions::{Clerk, Judge},
    tracking::spool::try_to_write,
};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

/// How long requests in flight may take after the signal to stop, in seconds.
const FINISH: u64 = 5;
/// How long the drain may take after that.
const DRAIN: Duration = Duration::from_secs(4);
/// The number of SIGXFSZ, which a write above the limit on file sizes raises.
const FILE_SIZE: i32 = 25;
/// How often histograms are folded, so that they don't grow.
const UPKEEP: Duration = Duration::from_secs(5);
/// Buckets of `switchyard_decide_seconds`.
const DECIDE_BUCKETS: [f64; 8] = [5e-7, 1e-6, 2e-6, 5e-6, 1e-5, 5e-5, 2e-4, 1e-3];

/// The database of a process without --database-url, in its data folder.
const SQLITE_FILE: &str = "switchyard.db";

/// Why the program could not start or go on; one clear line.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("can't use the data folder {0}: {1}")]
    Folder(String, std::io::Error),
    #[error("can't reach the database: {0}")]
    Database(store::Error),
    #[error("can't listen on {0}: {1}")]
    Listen(String, std::io::Error),
    #[error("can't start: {0}")]
    Other(String),
}

/// Opens the database that the options name and brings its schema up to date.
///
/// # Errors
/// The folder or the database can't be used.
pub async fn open(options: &StorageOptions) -> Result<Database, StartError> {
    make_folder(&options.data)
        .map_err(|error| StartError::Folder(options.data.display().to_string(), error))?;
    let database = match &options.database_url {
        Some(url) => Database::postgres(url).await,
        None => Database::sqlite(&options.data.join(SQLITE_FILE)).await,
    };
    let database = database.map_err(StartError::Database)?;
    database.migrate().await.map_err(StartError::Database)?;
    Ok(database)
}

/// Makes the folder, for its owner alone, and sees that one can write in it.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    try_to_write(folder)
}

/// A server that answers.
pub struct Running {
    pub database: Database,
    pub tracker: Option<Arc<Tracker>>,
    pub url: String,
    handle: ServerHandle,
    stopping: Stopping,
    background: Option<Background>,
    uploads: Option<Uploads>,
    served: tokio::task::JoinHandle<std::io::Result<()>>,
}

/// The task that carries uploads on.
struct Uploads {
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Uploads {
    /// Starts the task. It judges by what the tracking side knows: plans, and how full caps are.
    fn start(clerk: &Arc<Clerk>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let clerk = Arc::clone(clerk);
        Self { stop, task: tokio::spawn(async move { clerk.run(stopped).await }) }
    }

    /// Ends it behind the slice that is being written; the next start goes on.
    async fn stop(self) {
        // Nobody listens any more only where the task has ended.
        let _ended = self.stop.send(true);
        if self.task.await.is_err() {
            tracing::error!("the task of uploads did not end cleanly");
        }
    }
}

fn clerk_of(tracker: &Tracker, database: &Database, judgements: &Arc<Judgements>) -> Arc<Clerk> {
    let (plans, keys) = (Arc::clone(&tracker.plans), Arc::clone(&tracker.keys));
    let world = LiveWorld { plans, keys, judgements: Arc::clone(judgements) };
    Arc::new(Clerk::new(database.clone(), tracker.node, Arc::new(world)))
}

/// Starts to serve.
///
/// # Errors
/// Something that it needs can't be had.
pub async fn start(options: &ServeOptions) -> Result<Running, StartError> {
    let prometheus = install_metrics()?;
    outlive_file_size_limits()?;
    let database = open(&options.storage).await?;
    let vault = Vault::open(&database, options).await.map_err(StartError::Other)?;
    let url = options.public_url.clone().unwrap_or_else(|| format!("http://{}", options.listen));
    let url = url.trim_end_matches('/').to_owned();
    let judgements = Arc::new(Judgements::default());
    let tracker = if options.roles.contains(&Part::Tracking) {
        let tracking = TrackerOptions {
            trusted_proxies: options.trusted_proxies.clone(),
            strict: options.strict,
            geoip: options.geoip.clone(),
        };
        let started = track(database.clone(), &options.storage.data, tracking, &judgements).await;
        Some(started.map_err(|error| StartError::Other(error.to_string()))?)
    } else {
        None
    };
    let background = tracker.as_ref().map(|tracker| Background::start(tracker, &database));
    let clerk = tracker.as_ref().map(|tracker| clerk_of(tracker, &database, &judgements));
    let uploads = clerk.as_ref().map(Uploads::start);
    let state = State {
        metrics_token: options.metrics_token.clone(),
        operators: options.operators.clone(),
        undrained: tracker.as_ref().map_or_else(Undrained::default, undrained_of),
        ..State::new(database.clone(), vault, &url, options.trusted_proxies.clone())
    };
    let stopping = state.stopping.clone();
    let state = Data::new(state);
    let serves_pages = options.roles.contains(&Part::Web);
    let shared = tracker.clone();
    let server = HttpServer::new(move || {
        let app = App::new()
            .app_data(state.clone())
            .app_data(Data::new(prometheus.clone()))
            .configure(operations::configure);
        let app = match &shared {
            Some(tracker) => app
                .app_data(Data::new(Arc::clone(tracker)))
                .app_data(Data::new(Arc::clone(&judgements)))
                .configure(tracking::routes::configure)
                .configure(conversions::routes::configure),
            None => app,
        };
        let app = match &clerk {
            Some(clerk) => app.app_data(Data::new(Arc::clone(clerk))),
            None => app,
        };
        if serves_pages { app.configure(web::configure) } else { app }
    })
    .disable_signals()
    .shutdown_timeout(FINISH)
    .bind(options.listen)
    .map_err(|error| StartError::Listen(options.listen.to_string(), error))?
    .run();
    let handle = server.handle();
    tracing::info!(url, "listening");
    let served = tokio::spawn(server);
    Ok(Running { database, tracker, url, handle, stopping, background, uploads, served })
}

fn undrained_of(tracker: &Arc<Tracker>) -> Undrained {
    let drain = Arc::clone(&tracker.drain);
    Undrained::new(move |network| drain.holds(network))
}

/// Starts the tracking side with its judge.
///
/// # Errors
/// The disk or the database refused, or another process uses the folder.
pub async fn track(
    database: Database,
    data: &Path,
    options: TrackerOptions,
    judgements: &Arc<Judgements>,
) -> Result<Arc<Tracker>, store::Error> {
    let judgements = Arc::clone(judgements);
    Tracker::start(database, data, options, |node, plans, keys| {
        let (plans, keys) = (Arc::clone(plans), Arc::clone(keys));
        Arc::new(Judge::new(node, Arc::new(LiveWorld { plans, keys, judgements })))
    })
    .await
}

impl Running {
    /// Stops: no new requests, those in flight finish, the spool is synced and drained as far as the time allows.
    pub async fn stop(self) {
        tracing::info!("stopping");
        self.stopping.begin();
        self.handle.stop(true).await;
        if self.served.await.is_err() {
            tracing::error!("the server did not end cleanly");
        }
        if let Some(uploads) = self.uploads {
            uploads.stop().await;
        }
        if let (Some(background), Some(tracker)) = (self.background, &self.tracker)
            && tokio::time::timeout(DRAIN, background.stop(tracker)).await.is_err()
        {
            tracing::warn!("stopped before the spool was drained; the next start goes on");
        }
        self.database.close().await;
    }
}

/// Waits for SIGTERM or SIGINT.
///
/// # Errors
/// The system gives no signals.
pub async fn told_to_stop() -> Result<(), StartError> {
    let other = |error: std::io::Error| StartError::Other(error.to_string());
    let mut terminate = signal(SignalKind::terminate()).map_err(other)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(other)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// A limit on the size of files shows as a write that fails, like a full disk, and ends nothing.
///
/// # Errors
/// The system gives no signals.
fn outlive_file_size_limits() -> Result<(), StartError> {
    // The handler stays when the stream, which nobody reads, goes.
    let handled = signal(SignalKind::from_raw(FILE_SIZE));
    handled.map(drop).map_err(|error| StartError::Other(error.to_string()))
}

/// Installs the process's metrics and keeps them small.
fn install_metrics() -> Result<PrometheusHandle, StartError> {
    let other = |error: metrics_exporter_prometheus::BuildError| StartError::Other(error.to_string());
    let matcher = Matcher::Full("switchyard_decide_seconds".to_owned());
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(matcher, &DECIDE_BUCKETS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(other)?;
    let upkeep = handle.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            upkeep.run_upkeep();
        }
    });
    Ok(handle)
}

//! `switchyard demo`: two networks at work in an empty data folder, with a past that went through the
//! real ingest, and a present of real requests to the server's own address. Nothing here is a mock:
//! what the pages show was decided, spooled, drained and judged like everybody's traffic.

mod addresses;
mod agents;
mod catalogue;
mod crowd;
mod founding;
mod geo_files;
mod history;
mod keepsake;
mod live;
pub mod mmdb;
mod outcome;
mod people;
mod printed;
mod rhythm;
mod stage;

use crate::{
    config::{DemoOptions, Part, ServeOptions},
    serve::{self, Running, StartError},
};
use catalogue::NetworkEntry;
use history::Filled;
use keepsake::{Keepsake, KeptNetwork, Span};
use outcome::Due;
use stage::Stage;
use std::{
    io::Write,
    net::{IpAddr, SocketAddr},
    path::Path,
    time::Duration,
};
use store::{Database, identity};
use tokio::sync::watch;

/// How long the server may take to be ready.
const READY: Duration = Duration::from_secs(60);
const DAY: i64 = 86_400_000;

/// Why there is no demo, in one clear line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct DemoError(String);

macro_rules! in_words {
    ($($error:ty),*) => {$(
        impl From<$error> for DemoError {
            fn from(error: $error) -> Self {
                Self(error.to_string())
            }
        }
    )*};
}

in_words!(store::Error, std::io::Error, serde_json::Error, reqwest::Error, tokio::task::JoinError);

impl From<DemoError> for StartError {
    fn from(error: DemoError) -> Self {
        Self::Other(error.to_string())
    }
}

/// Fills what is empty, serves it, prints how to get in once it answers, and keeps traffic coming until
/// it is told to stop. `begin` starts what works beside the serving process, and `end` stops it.
///
/// # Errors
/// Something that it needs can't be had.
pub async fn run<Beside>(
    mut options: DemoOptions,
    begin: impl AsyncFnOnce(&ServeOptions, &Running) -> Result<Beside, StartError>,
    end: impl AsyncFnOnce(Beside),
) -> Result<(), StartError> {
    trust_own_visitors(&mut options.serve);
    let own = own_address(&options.serve);
    // The demo's monitors ask its own pages.
    options.serve.allow_outgoing.push(own.ip().into());
    let mut stop = stop_signal();
    let database = serve::open(&options.serve.storage).await?;
    let entries = catalogue::networks().map_err(DemoError::from)?;
    let filled = fill(&options, &database, entries, &stop).await;
    database.close().await;
    let Some((keepsake, stage, due)) = filled? else { return Ok(()) };
    operated(&mut options.serve, &keepsake);
    let running = serve::start(&options.serve).await?;
    let beside = begin(&options.serve, &running).await?;
    let own = format!("http://{own}");
    let ready = tokio::select! {
        ready = wait_ready(&own) => ready,
        _ = stop.wait_for(|stop| *stop) => Ok(()),
    };
    let mut traffic = None;
    if ready.is_ok() && !*stop.borrow() {
        print(&printed::Printed::new(&running.url, &keepsake, &stage), options.json)?;
        if options.rate > 0.0 && options.serve.roles.contains(&Part::Tracking) {
            traffic = Some(tokio::spawn(live::run(stage, own, options.rate, due)));
        }
        // The sender lives in a task that ends only with a signal.
        let _told = stop.wait_for(|stop| *stop).await;
    }
    if let Some(traffic) = traffic {
        traffic.abort();
        // It ends by being cancelled.
        let _cancelled = traffic.await;
    }
    end(beside).await;
    running.stop().await;
    Ok(ready?)
}

/// True once SIGTERM or SIGINT came.
fn stop_signal() -> watch::Receiver<bool> {
    let (sender, stop) = watch::channel(false);
    tokio::spawn(async move {
        if let Err(error) = serve::told_to_stop().await {
            tracing::error!(%error, "signals can't be heard");
        }
        sender.send_replace(true);
    });
    stop
}

/// The demo's own visitors come from this machine and name their address as a proxy would.
fn trust_own_visitors(serve: &mut ServeOptions) {
    let mut trust = |address: IpAddr| serve.trusted_proxies.push(address.into());
    trust(IpAddr::from([127, 0, 0, 1]));
    trust(IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]));
    if !serve.listen.ip().is_unspecified() && !serve.listen.ip().is_loopback() {
        trust(serve.listen.ip());
    }
}

/// The first network's administrator runs the installation, where nobody else is named.
fn operated(serve: &mut ServeOptions, keepsake: &Keepsake) {
    let first = keepsake.networks.first().and_then(|network| network.users.first());
    if let Some(first) = first.filter(|_| serve.operators.is_empty()) {
        serve.operators.push(first.email.clone());
    }
}

/// The address that this machine reaches the server by.
fn own_address(serve: &ServeOptions) -> SocketAddr {
    let mut address = serve.listen;
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(IpAddr::from([127, 0, 0, 1])),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    address
}

type Scene = (Keepsake, Stage, Vec<Due>);

/// Makes what an earlier start has not made; none where it was told to stop in the middle of it.
async fn fill(
    options: &DemoOptions,
    database: &Database,
    entries: Vec<NetworkEntry>,
    stop: &watch::Receiver<bool>,
) -> Result<Option<Scene>, DemoError> {
    let data = &options.serve.storage.data;
    let mut keepsake = match Keepsake::read(data)? {
        Some(keepsake) => keepsake,
        None => founded(options, database, &entries).await?,
    };
    for kept in &keepsake.networks {
        if identity::network(database, kept.id).await.is_err() {
            return Err(DemoError(format!(
                "demo.json in {} tells of networks that this database does not have",
                data.display()
            )));
        }
    }
    let kept = keepsake.networks.clone();
    let own_files = options.serve.geoip.is_none().then(|| data.clone());
    let stage = tokio::task::spawn_blocking(move || staged(entries, kept, own_files.as_deref())).await??;
    if keepsake.history.done {
        return Ok(Some((keepsake, stage, Vec::new())));
    }
    match history::fill(database, &options.serve, stage, keepsake.history, stop).await? {
        Filled::Stopped => Ok(None),
        Filled::Whole { stage, due } => {
            keepsake.history.done = true;
            keepsake.write(data)?;
            Ok(Some((keepsake, stage, due)))
        }
    }
}

/// The stage, with data files about its visitors in the data folder where the operator names no others.
fn staged(
    entries: Vec<NetworkEntry>,
    kept: Vec<KeptNetwork>,
    data: Option<&Path>,
) -> Result<Stage, DemoError> {
    let mut stage = Stage::new(entries, kept);
    if let Some(data) = data {
        geo_files::write(&stage.addresses, data, &mut stage.random)?;
    }
    Ok(stage)
}

async fn founded(
    options: &DemoOptions,
    database: &Database,
    entries: &[NetworkEntry],
) -> Result<Keepsake, DemoError> {
    let until = store::shared::now_millis();
    let from = until - i64::from(options.history_days) * DAY;
    let history = Span { from, until, clicks: options.history_clicks, done: false };
    let own = format!("http://{}", own_address(&options.serve));
    let mut keepsake = Keepsake { networks: Vec::new(), history };
    for entry in entries {
        let made = founding::found(database, entry, &keepsake.history, &own).await;
        let made = made
            .map_err(|error| DemoError(format!("the demo's network {} was not made: {error}", entry.name)))?;
        keepsake.networks.push(made);
    }
    keepsake.write(&options.serve.storage.data)?;
    Ok(keepsake)
}

/// Waits until `/readyz` says yes.
async fn wait_ready(own: &str) -> Result<(), DemoError> {
    let client = live::client()?;
    let answers = async {
        loop {
            let answer = client.get(format!("{own}/readyz")).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let ready = tokio::time::timeout(READY, answers).await;
    ready.map_err(|_| DemoError(format!("the server is not ready after {} s", READY.as_secs())))
}

fn print(printed: &printed::Printed, as_json: bool) -> Result<(), DemoError> {
    let text = if as_json { serde_json::to_string(printed)? } else { printed.to_string() };
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", text.trim_end())?;
    Ok(out.flush()?)
}

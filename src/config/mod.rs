//! The command line: every option is also an environment variable `SWITCHYARD_…`.

use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;
use std::{net::SocketAddr, path::PathBuf};

/// The platform that affiliate networks run on.
#[derive(Debug, Parser)]
#[command(name = "switchyard", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// What it is asked to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serves networks: pages, API, tracking and jobs.
    Serve(ServeOptions),
    /// Creates a network with its first administrator and prints an API key once.
    Setup(SetupOptions),
    /// Brings the database's schema up to date.
    Migrate(StorageOptions),
}

/// Where things are kept.
#[derive(Clone, Debug, Args)]
pub struct StorageOptions {
    /// The folder for the spool, the keys and, without --database-url, the database.
    #[arg(long, env = "SWITCHYARD_DATA", default_value = "./data")]
    pub data: PathBuf,
    /// `postgres://…`; without it SQLite in the data folder.
    #[arg(long, env = "SWITCHYARD_DATABASE_URL")]
    pub database_url: Option<String>,
}

/// How it serves.
#[derive(Clone, Debug, Args)]
pub struct ServeOptions {
    #[command(flatten)]
    pub storage: StorageOptions,
    /// The address to listen on.
    #[arg(long, env = "SWITCHYARD_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The address that people and links use, where it is not the one listened on.
    #[arg(long, env = "SWITCHYARD_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Which parts this process runs.
    #[arg(long, env = "SWITCHYARD_ROLES", value_delimiter = ',', default_value = "web,tracking,jobs")]
    pub roles: Vec<Part>,
    /// Proxies whose X-Forwarded-For is believed, as CIDR blocks.
    #[arg(long, env = "SWITCHYARD_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpNet>,
    /// Answer a click only once it is synced to the disk, rather than within 50 ms after.
    #[arg(long, env = "SWITCHYARD_STRICT")]
    pub strict: bool,
    /// Lets `/metrics` be read with this bearer token from elsewhere than loopback.
    #[arg(long, env = "SWITCHYARD_METRICS_TOKEN")]
    pub metrics_token: Option<String>,
}

/// A part of the program that a process may run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Part {
    Web,
    Tracking,
    Jobs,
}

/// A network to be created.
#[derive(Clone, Debug, Args)]
pub struct SetupOptions {
    #[command(flatten)]
    pub storage: StorageOptions,
    /// The network's name.
    #[arg(long)]
    pub network: String,
    /// The administrator's e-mail address.
    #[arg(long)]
    pub email: String,
    /// Read the administrator's password from standard input.
    #[arg(long, required = true)]
    pub password_stdin: bool,
    /// The network's currency.
    #[arg(long, default_value = "USD")]
    pub currency: String,
    /// The network's time zone, such as Europe/Berlin.
    #[arg(long, default_value = "UTC")]
    pub zone: String,
    /// Print one JSON line instead of text.
    #[arg(long)]
    pub json: bool,
    /// The address that the printed URL names.
    #[arg(long, env = "SWITCHYARD_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
}

//! The command line: every option is also an environment variable `SWITCHYARD_…`.

use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;
use std::{fmt, net::SocketAddr, path::PathBuf};

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
    /// Fills an empty data folder with two networks at work, serves them and keeps traffic coming.
    Demo(DemoOptions),
    /// Serves networks: pages, API, tracking and jobs.
    Serve(ServeOptions),
    /// Creates a network with its first administrator and prints an API key once.
    Setup(SetupOptions),
    /// Brings the database's schema up to date.
    Migrate(StorageOptions),
    /// Runs the optimisers alone, as the referee judges them.
    Optimizer(OptimizerOptions),
}

/// How the optimisers are spoken to.
#[derive(Clone, Debug, Args)]
pub struct OptimizerOptions {
    /// By JSON lines on standard input and output.
    #[arg(long, required = true)]
    pub stdio: bool,
}

/// Where things are kept.
#[derive(Clone, Debug, Args)]
pub struct StorageOptions {
    /// The folder for the spool, the keys and, without --database-url, the database.
    #[arg(long, env = "SWITCHYARD_DATA", default_value = "./data")]
    pub data: PathBuf,
    /// `postgres://…`; without it SQLite in the data folder.
    #[arg(long, env = "SWITCHYARD_DATABASE_URL", value_parser = database_url)]
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
    #[arg(long, env = "SWITCHYARD_PUBLIC_URL", value_parser = public_url)]
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
    /// The folder of MMDB files that tell city, ISP, connection type and proxy; without it the folder
    /// `geoip` of the data folder. Files may be added, replaced and removed while it serves.
    #[arg(long, env = "SWITCHYARD_GEOIP")]
    pub geoip: Option<PathBuf>,
    /// Lets `/metrics` be read with this bearer token from elsewhere than loopback.
    #[arg(long, env = "SWITCHYARD_METRICS_TOKEN")]
    pub metrics_token: Option<String>,
    /// E-mail addresses of the users who run this installation, beside what their roles allow them.
    #[arg(long, env = "SWITCHYARD_OPERATORS", value_delimiter = ',')]
    pub operators: Vec<String>,
    /// Encrypts secrets at rest: 64 hexadecimal digits. Without it the data folder keeps one in `secret.key`;
    /// several nodes on one PostgreSQL must be given the same.
    #[arg(long, env = "SWITCHYARD_SECRET_KEY", value_parser = secret_key, hide_env_values = true)]
    pub secret_key: Option<SecretKey>,
    /// The server that takes mail: `smtp://user:password@host:587?tls=required`, or `smtps://…`. Without
    /// it mail is written to the folder `mail` of the data folder.
    #[arg(long, env = "SWITCHYARD_SMTP_URL", value_parser = smtp_url, hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Whom mail comes from: `Acme <no-reply@acme.example>`.
    #[arg(long, env = "SWITCHYARD_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// Addresses beside the public ones that monitors may ask, as CIDR blocks: private, loopback and link-local
    /// ones are closed without it.
    #[arg(long, env = "SWITCHYARD_ALLOW_OUTGOING", value_delimiter = ',')]
    pub allow_outgoing: Vec<IpNet>,
}

/// A part of the program that a process may run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Part {
    Web,
    Tracking,
    Jobs,
}

/// A demonstration: how much of a past it gets, and how much goes on.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("data", |data| data.default_value("./data/demo")))]
pub struct DemoOptions {
    #[command(flatten)]
    pub serve: ServeOptions,
    /// How many clicks an empty folder is filled with.
    #[arg(long, env = "SWITCHYARD_HISTORY_CLICKS", default_value_t = 200_000, allow_negative_numbers = true)]
    pub history_clicks: u64,
    /// Over how many days up to now these clicks are spread.
    #[arg(long, env = "SWITCHYARD_HISTORY_DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=90))]
    pub history_days: u32,
    /// Clicks a second that go on; 0 = none.
    #[arg(long, env = "SWITCHYARD_RATE", default_value_t = 5.0, value_parser = rate, allow_negative_numbers = true)]
    pub rate: f64,
    /// Print one JSON line instead of text.
    #[arg(long)]
    pub json: bool,
}

fn database_url(text: &str) -> Result<String, String> {
    let is_postgres =
        url::Url::parse(text).is_ok_and(|url| ["postgres", "postgresql"].contains(&url.scheme()));
    if is_postgres {
        Ok(text.to_owned())
    } else {
        Err("must be like postgres://user@host/database".to_owned())
    }
}

fn public_url(text: &str) -> Result<String, String> {
    let is_web =
        url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if is_web { Ok(text.to_owned()) } else { Err("must be like https://track.example.com".to_owned()) }
}

/// A key; it must not reach a log.
#[derive(Clone)]
pub struct SecretKey(pub [u8; 32]);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

fn secret_key(text: &str) -> Result<SecretKey, String> {
    let key = hex::decode(text).ok().and_then(|key| key.try_into().ok());
    key.map(SecretKey).ok_or_else(|| "must be 64 hexadecimal digits".to_owned())
}

fn smtp_url(text: &str) -> Result<String, String> {
    let is_smtp =
        url::Url::parse(text).is_ok_and(|url| ["smtp", "smtps"].contains(&url.scheme()) && url.has_host());
    if is_smtp { Ok(text.to_owned()) } else { Err("must be like smtp://user:password@host:587".to_owned()) }
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate| (0.0..=1_000.0).contains(rate));
    rate.ok_or_else(|| "must be a number from 0 to 1000".to_owned())
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

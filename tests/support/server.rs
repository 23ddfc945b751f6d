//! The product as an operator runs it: `setup`, then `serve`, in a data folder and on a database of
//! its own. Ended by SIGTERM or `kill -9`, started again on the same port.

use super::{
    api::{Api, client},
    database::{Database, Rows},
    folder::Folder,
    machine::{end_of, eventually, free_port, terminate},
};
use serde_json::Value;
use std::{
    env, fs,
    fs::OpenOptions,
    io::Write,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

/// How long a start may take, on a busy machine and in a debug build.
const START: Duration = Duration::from_secs(60);
/// How long SIGTERM may take (INTERFACE.md).
const STOP: Duration = Duration::from_secs(10);
/// How long an emptying spool may take.
const DRAIN: Duration = Duration::from_secs(60);
/// The password of every administrator that the tests set up.
const PASSWORD: &str = "correct horse battery staple";

/// What several nodes on one database must share.
const SECRET_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// A network with its first administrator.
#[derive(Clone, Debug)]
pub struct Network {
    pub name: String,
    pub email: String,
    pub password: String,
    pub api_key: String,
}

/// What a server is started with.
pub struct Plan {
    database: Database,
    url: Option<String>,
    networks: Vec<String>,
    zone: String,
    options: Vec<String>,
}

/// A running server. Dropped, it is killed; in a failing test it shows the end of its log.
pub struct Server {
    /// Without a slash at its end.
    pub url: String,
    /// The first network's API.
    pub api: Api,
    pub networks: Vec<Network>,
    pub rows: Rows,
    options: Vec<String>,
    port: u16,
    folder: Folder,
    child: Option<Child>,
}

impl Plan {
    /// The networks to set up, in this order; one by default.
    pub fn networks(mut self, names: &[&str]) -> Self {
        self.networks = names.iter().map(ToString::to_string).collect();
        self
    }

    /// The time zone that the networks are set up with; UTC by default.
    pub fn zone(mut self, zone: &str) -> Self {
        zone.clone_into(&mut self.zone);
        self
    }

    /// One more option of `serve`, with its value as an argument of its own.
    pub fn option(mut self, name: &str, value: &str) -> Self {
        self.options.extend([name.to_owned(), value.to_owned()]);
        self
    }

    /// A database on a cluster that the test made itself.
    pub fn on_cluster(mut self, url: String) -> Self {
        self.url = Some(url);
        self
    }

    /// Sets the networks up and serves; returns once the server is ready.
    pub async fn start(self) -> Server {
        let folder = Folder::new();
        let rows = match self.url {
            Some(url) => Rows::Postgres(url),
            None => Rows::fresh(self.database, folder.path()).await,
        };
        let mut made_with = data_options(&folder, &rows);
        made_with.extend(["--zone".to_owned(), self.zone]);
        let networks: Vec<_> = self.networks.iter().map(|name| set_up(name, &made_with)).collect();
        let port = free_port();
        let url = format!("http://127.0.0.1:{port}");
        let api = Api::new(&url, &networks.first().expect("at least one network").api_key);
        let mut server =
            Server { url, api, networks, rows, options: self.options, port, folder, child: None };
        server.begin().await;
        server
    }
}

impl Server {
    /// A server with one network on a fresh database.
    pub async fn start(database: Database) -> Self {
        Self::plan(database).start().await
    }

    /// A server that is not started yet, for tests that want it otherwise than usual.
    pub fn plan(database: Database) -> Plan {
        let options = ["--trusted-proxies", "127.0.0.1/32", "--secret-key", SECRET_KEY];
        let options = options.map(str::to_owned).to_vec();
        Plan { database, url: None, networks: vec!["Acme".to_owned()], zone: "UTC".to_owned(), options }
    }

    /// One more node on the same database, with a data folder of its own. Only PostgreSQL is shared.
    pub async fn second_node(&self) -> Self {
        assert!(self.rows.url().is_some(), "only PostgreSQL is shared by nodes");
        let port = free_port();
        let url = format!("http://127.0.0.1:{port}");
        let mut server = Self {
            api: Api::new(&url, &self.networks[0].api_key),
            url,
            networks: self.networks.clone(),
            rows: self.rows.clone(),
            options: self.options.clone(),
            port,
            folder: Folder::new(),
            child: None,
        };
        server.begin().await;
        server
    }

    /// `setup` for one more network, which must be refused; gives what it told.
    pub fn setup_again(&self, name: &str, email: &str, password: &str) -> String {
        let mut command = product();
        command.args(["setup", "--network", name, "--email", email, "--password-stdin", "--json"]);
        command.args(data_options(&self.folder, &self.rows));
        let output = answered(command, password);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(output.stdout.is_empty(), "stdout carries results only");
        String::from_utf8(output.stderr).expect("stderr is text")
    }

    /// The API of a network, by its place in the plan.
    pub fn api_of(&self, network: usize) -> Api {
        Api::new(&self.url, &self.networks[network].api_key)
    }

    /// Ends the process at once, as a crash does.
    pub fn kill_9(&mut self) {
        let mut child = self.child.take().expect("the server runs");
        child.kill().expect("the server can be killed");
        child.wait().expect("the server can be waited for");
    }

    /// Asks the process to end; it must do so in 10 s with exit code 0.
    pub async fn stop(&mut self) {
        let mut child = self.child.take().expect("the server runs");
        terminate(&child);
        let Some(status) = end_of(&mut child, STOP).await else {
            let _ = child.kill();
            let _ = child.wait();
            panic!("SIGTERM did not end the server within {STOP:?}");
        };
        assert!(status.success(), "SIGTERM ended the server with {status}");
    }

    /// Starts it again, on the same port and data, after `stop` or `kill_9`.
    pub async fn restart(&mut self) {
        assert!(self.child.is_none(), "the server still runs");
        self.begin().await;
    }

    /// One more option for the next start, with its value.
    pub fn option(&mut self, name: &str, value: &str) {
        self.options.extend([name.to_owned(), value.to_owned()]);
    }

    /// Waits until all that was answered is in the database.
    pub async fn wait_drained(&self) {
        eventually("an empty spool", DRAIN, async || {
            (self.metric("switchyard_spool_depth").await == Some(0.0)).then_some(())
        })
        .await;
    }

    /// A metric's value, summed over its labels; None where it is not shown.
    pub async fn metric(&self, name: &str) -> Option<f64> {
        let answer = client().get(format!("{}/metrics", self.url)).send().await.expect("/metrics answers");
        assert_eq!(answer.status(), 200, "/metrics is open to loopback");
        let text = answer.text().await.expect("/metrics is text");
        let values: Vec<f64> = text.lines().filter_map(|line| value_of(line, name)).collect();
        (!values.is_empty()).then(|| values.iter().sum())
    }

    /// Resident memory in KiB.
    pub fn memory(&self) -> u64 {
        let child = self.child.as_ref().expect("the server runs");
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("the server runs");
        let line =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the kernel tells VmRSS");
        line.trim().trim_end_matches(" kB").parse().expect("VmRSS is a number")
    }

    /// Makes writes beyond so many bytes of any file fail, as on a full disk; `unlimited` mends it.
    pub fn limit_files_to(&self, bytes: &str) {
        let child = self.child.as_ref().expect("the server runs");
        let limit = format!("--fsize={bytes}:");
        let status = Command::new("prlimit").args(["--pid", &child.id().to_string(), &limit]).status();
        assert!(status.expect("prlimit is there").success(), "the limit {bytes} can't be set");
    }

    /// All that the server has logged, over its restarts.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// The data folder, for tests that look at or spoil what lies there.
    pub fn data(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().with_extension("log")
    }

    async fn begin(&mut self) {
        let log =
            OpenOptions::new().create(true).append(true).open(self.log_file()).expect("a log can be written");
        let mut command = product();
        command.arg("serve").args(["--listen", &format!("127.0.0.1:{}", self.port)]);
        command.args(data_options(&self.folder, &self.rows)).args(&self.options).stdin(Stdio::null());
        command.stdout(log.try_clone().expect("a file can be shared")).stderr(log);
        self.child = Some(command.spawn().expect("the server starts"));
        self.wait_ready().await;
    }

    async fn wait_ready(&mut self) {
        let url = format!("{}/readyz", self.url);
        let until = Instant::now() + START;
        loop {
            let child = self.child.as_mut().expect("the server was started");
            if let Some(status) = child.try_wait().expect("a child can be waited for") {
                panic!("the server ended with {status} before it was ready");
            }
            if client().get(&url).send().await.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
            assert!(Instant::now() < until, "the server is not ready within {START:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<_> = log.lines().collect();
            let tail = &lines[lines.len().saturating_sub(40)..];
            eprintln!("the server's log, its last lines:\n{}", tail.join("\n"));
        }
        let _ = fs::remove_file(self.log_file());
    }
}

/// The built binary, or the one that `SWITCHYARD_TEST_BINARY` names, such as a release build; deaf to
/// other settings of whoever runs the tests.
pub fn product() -> Command {
    let built = || env!("CARGO_BIN_EXE_switchyard").into();
    let mut command = Command::new(env::var_os("SWITCHYARD_TEST_BINARY").unwrap_or_else(built));
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("SWITCHYARD_")) {
            command.env_remove(name);
        }
    }
    command
}

fn data_options(folder: &Folder, rows: &Rows) -> Vec<String> {
    let mut options = vec!["--data".to_owned(), folder.path().display().to_string()];
    options.extend(rows.url().into_iter().flat_map(|url| ["--database-url".to_owned(), url.to_owned()]));
    options
}

/// `switchyard setup`, with the password on its stdin and one line of JSON on its stdout.
fn set_up(name: &str, options: &[String]) -> Network {
    let email = format!("admin@{}.example", name.to_lowercase().replace(' ', "-"));
    let mut command = product();
    command.args(["setup", "--network", name, "--email", &email, "--password-stdin", "--json"]).args(options);
    let output = answered(command, PASSWORD);
    assert!(output.status.success(), "setup: {}", String::from_utf8_lossy(&output.stderr));
    let made: Value =
        serde_json::from_slice(&output.stdout).expect("setup's stdout is JSON and nothing else");
    let api_key = made["networks"][0]["api_key"].as_str().expect("setup prints an API key").to_owned();
    Network { name: name.to_owned(), email, password: PASSWORD.to_owned(), api_key }
}

/// Runs a command to its end with this text on its stdin.
fn answered(mut command: Command, text: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    let mut stdin = child.stdin.take().expect("the command has a stdin");
    stdin.write_all(text.as_bytes()).expect("the command reads");
    drop(stdin);
    child.wait_with_output().expect("the command ends")
}

/// The value on a line of the Prometheus text format, where the line is this metric's.
fn value_of(line: &str, name: &str) -> Option<f64> {
    let rest = line.strip_prefix(name)?;
    let value = match rest.strip_prefix('{') {
        Some(labelled) => labelled.rsplit_once("} ")?.1,
        None => rest.strip_prefix(' ')?,
    };
    value.split(' ').next()?.parse().ok()
}

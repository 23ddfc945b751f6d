//! A PostgreSQL cluster of one's own, to be crashed: killed in immediate mode and started again on
//! the same port. With `synchronous_commit=off` a crash really loses commits that were acknowledged.

use super::{
    database::create_database,
    folder::Folder,
    machine::{free_port, setting, succeed},
};
use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A running cluster; dropped, it is stopped and removed.
pub struct Cluster {
    folder: Folder,
    port: u16,
}

impl Cluster {
    /// Makes a cluster and starts it.
    pub async fn start() -> Self {
        // In /tmp: the postgres user must get there, and a socket's path has to be short.
        let cluster = Self { folder: Folder::within(Path::new("/tmp")), port: free_port() };
        if is_root() {
            let mut own = Command::new("chown");
            own.arg("postgres:postgres").arg(cluster.folder.path());
            succeed(own).await;
        }
        let mut make = command("initdb");
        make.arg("-D").arg(cluster.data()).args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
        ]);
        succeed(make).await;
        cluster.begin().await;
        cluster
    }

    /// A fresh database; gives its address.
    pub async fn database(&self) -> String {
        create_database(&format!("postgres://postgres@127.0.0.1:{}/", self.port)).await
    }

    /// Stops every process of the cluster at once, without a checkpoint.
    pub async fn crash(&self) {
        succeed(self.stop_command()).await;
    }

    /// Starts it after a crash; returns when it has recovered and takes connections.
    pub async fn begin(&self) {
        let folder = self.folder.path().display();
        let options = format!(
            "-p {} -k {folder} -c listen_addresses=127.0.0.1 -c synchronous_commit=off -c max_connections=200",
            self.port
        );
        let mut start = self.control("start");
        start.args(["-t", "60", "-o", &options]).arg("-l").arg(self.folder.path().join("log"));
        succeed(start).await;
    }

    fn stop_command(&self) -> Command {
        let mut stop = self.control("stop");
        stop.args(["-m", "immediate", "-t", "20"]);
        stop
    }

    fn control(&self, action: &str) -> Command {
        let mut control = command("pg_ctl");
        control.arg(action).arg("-D").arg(self.data()).args(["-w", "-s"]);
        control
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // After a crash there is nothing to stop, and it says so.
        let _ = self.stop_command().stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// A program of PostgreSQL, run as a user that it accepts: oneself, or `postgres` where that is root.
fn command(name: &str) -> Command {
    let program = PathBuf::from(setting("SWITCHYARD_TEST_PG_BIN")).join(name);
    let mut command = if is_root() {
        let mut other = Command::new("setpriv");
        other.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
        other
    } else {
        Command::new(program)
    };
    command.current_dir("/");
    command
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

//! The program that Chromium is driven by.

use super::{
    api::client,
    folder::Folder,
    machine::{eventually, free_port, setting},
};
use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A chromedriver on a port of its own; dropped, it is killed.
pub struct Chromedriver {
    child: Child,
    port: u16,
    /// Where Chromium keeps its profile; it leaves the folder behind by itself.
    folder: Folder,
}

impl Chromedriver {
    pub async fn start() -> Self {
        let (port, folder) = (free_port(), Folder::new());
        let mut command = Command::new(setting("SWITCHYARD_TEST_CHROMEDRIVER"));
        command
            .env("TMPDIR", folder.path())
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let started = Self { child: command.spawn().expect("chromedriver starts"), port, folder };
        let status = format!("{}/status", started.url());
        eventually("chromedriver", Duration::from_secs(30), async || {
            let answer = client().get(&status).send().await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
        started
    }

    /// Without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! Ports, processes and patience.

use std::{
    env,
    net::TcpListener,
    process::{self, Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

/// The ports handed out: below those that the kernel gives to outgoing connections, so that none
/// of these can take a port between its choice and its use, nor while a server is down.
const PORTS: std::ops::Range<u32> = 20_000..32_000;

/// A port that nobody listens on and that no other test of this process was given.
pub fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        assert!(step < PORTS.len() as u32, "every port from {} to {} is taken", PORTS.start, PORTS.end);
        // Test processes that run at the same time begin far apart.
        let port = PORTS.start + (process::id().wrapping_mul(997) + step) % PORTS.len() as u32;
        let port = u16::try_from(port).expect("the range lies below 65,536");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// A setting that `tests/run` exports.
pub fn setting(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: start the tests with tests/run"))
}

/// Asks a process to end, as an operator's `kill` does.
pub fn terminate(child: &Child) {
    let kill = format!("kill -TERM {}", child.id());
    let sent = Command::new("sh").args(["-c", &kill]).status().expect("a shell runs");
    assert!(sent.success(), "process {} is not there to be ended", child.id());
}

/// Waits for a process's end; None when it goes on after `limit`.
pub async fn end_of(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let until = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return Some(status);
        }
        if Instant::now() >= until {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Tries until `probe` gives something; fails the test after `limit`.
pub async fn eventually<T>(what: &str, limit: Duration, mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    let until = Instant::now() + limit;
    loop {
        if let Some(found) = probe().await {
            return found;
        }
        assert!(Instant::now() < until, "{what}: not within {limit:?}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// Runs a command to its end and fails the test where it does.
pub async fn succeed(command: Command) {
    let mut command = tokio::process::Command::from(command);
    let shown = format!("{:?}", command.as_std());
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().await;
    let status = status.unwrap_or_else(|error| panic!("{shown}: {error}"));
    assert!(status.success(), "{shown}: {status}");
}

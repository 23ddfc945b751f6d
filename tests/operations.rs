//! What an operator holds on to: health, readiness, metrics, the ends of the process, and clear
//! words where a start is impossible.

use crate::support::{
    database::Database,
    folder::Folder,
    machine::{end_of, free_port},
    on, run,
    server::{Server, product},
};
use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
    time::Duration,
};

both_databases!(
    a_server_tells_its_health_and_goes_on_after_a_clean_stop,
    networks_set_up_before_a_crash_are_there_after_it
);

async fn a_server_tells_its_health_and_goes_on_after_a_clean_stop(mut server: Server) {
    assert_eq!(server.visit("/healthz").await.status, 200);
    let ready = server.visit("/readyz").await;
    assert_eq!(ready.status, 200);
    assert!(ready.json.is_object(), "/readyz shows each check as JSON, not {}", ready.text);
    let checks = ready.json["checks"].as_object().expect("the checks by their names");
    assert!(checks.values().all(|check| check == true), "a ready server passes each check: {}", ready.text);
    assert!(ready.json["warnings"]["disk_above_80_percent"].is_boolean(), "{}", ready.text);
    assert_eq!(server.metric("switchyard_spool_depth").await, Some(0.0));
    server.stop().await;
    server.restart().await;
    assert_eq!(server.visit("/healthz").await.status, 200);
}

async fn networks_set_up_before_a_crash_are_there_after_it(mut server: Server) {
    let partner = server.api.create_partner("Partner").await;
    server.kill_9();
    server.restart().await;
    assert_eq!(server.api.get(&format!("partners/{partner}")).await["name"], "Partner");
    assert_eq!(server.api.get("networks/current").await["name"], server.networks[0].name);
}

#[test]
fn two_networks_of_one_installation_have_keys_of_their_own() {
    run(async {
        let server = Server::plan(Database::Sqlite).networks(&["First", "Second"]).start().await;
        for (place, name) in ["First", "Second"].into_iter().enumerate() {
            assert_eq!(server.api_of(place).get("networks/current").await["name"], name);
        }
    });
}

#[test]
fn the_files_of_the_database_are_their_owners_alone() {
    on(Database::Sqlite, async |server| {
        server.api.create_partner("Partner").await;
        let entries = fs::read_dir(server.data()).expect("the folder is there");
        let files = entries.map(|entry| entry.expect("the folder can be read").path());
        let files: Vec<_> = files.filter(|path| path.to_string_lossy().contains(".db")).collect();
        assert_eq!(files.len(), 6, "two databases, each with its log and its index: {files:?}");
        for file in files {
            let mode = fs::metadata(&file).expect("it is there").permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{}", file.display());
        }
    });
}

#[test]
fn the_version_is_told() {
    let output = product().arg("--version").output().expect("the product runs");
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn an_option_that_does_not_exist_is_one_clear_line_and_exit_code_2() {
    let mut command = product();
    command.args(["serve", "--no-such-option"]);
    run(refused(command, 2, "--no-such-option"));
}

#[test]
fn a_database_that_cannot_be_reached_is_one_clear_line_and_exit_code_1() {
    let folder = Folder::new();
    let (nobody, port) = (free_port(), free_port());
    let mut command = product();
    command.args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"]).arg(folder.path());
    command.args(["--database-url", &format!("postgres://postgres@127.0.0.1:{nobody}/none")]);
    run(refused(command, 1, "database"));
}

/// The start fails with this exit code and one line that holds the word; a panic has two.
async fn refused(mut command: Command, code: i32, word: &str) {
    let folder = Folder::new();
    let said = folder.path().join("stderr");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&said).expect("a file can be made"));
    let mut child = command.spawn().expect("the product starts");
    let Some(status) = end_of(&mut child, Duration::from_secs(60)).await else {
        let _ = child.kill();
        panic!("the product goes on where it cannot start");
    };
    let text = std::fs::read_to_string(&said).expect("stderr is text");
    assert_eq!(status.code(), Some(code), "{text}");
    let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    assert_eq!(lines.len(), 1, "more or less than one line: {text}");
    assert!(lines[0].contains(word), "nothing about `{word}` in: {text}");
}

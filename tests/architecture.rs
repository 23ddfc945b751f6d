//! The rules of the house that no compiler knows: which room may look into which, what each crate
//! may touch, how files are named. Read from the sources' text; a failure names file and line.

use crate::support::{
    rooms::{crate_of, looks_into_lookouts, upward_looks},
    source::{Named, Source, files, root, sources},
};
use std::{collections::BTreeSet, fs};

/// Beside dotfiles and what git ignores, all that may lie at the top.
const TOP: [&str; 9] =
    ["Cargo.lock", "Cargo.toml", "README.md", "jobs", "migrations", "src", "static", "templates", "tests"];

#[test]
fn the_domain_uses_no_other_crate_of_the_workspace() {
    forbid_crates("domain", &["switchyard", "store", "jobs", "migrations"]);
}

#[test]
fn the_domain_touches_no_clock_no_dice_and_no_input_or_output() {
    let crates = ["tokio", "futures", "actix_web", "sea_orm", "sqlx", "reqwest", "tracing"];
    // What follows from a seed is no dice: only what asks the system for chance is.
    let dice = ["rng", "random_iter", "fill", "make_rng", "ThreadRng", "SysRng", "StdRng"];
    let std = ["fs", "env", "io", "process", "thread", "os"];
    let sockets = ["TcpListener", "TcpStream", "UdpSocket", "ToSocketAddrs"];
    let clocks = ["SystemTime", "Instant", "Utc", "Local"];
    each_named("domain", |_, named| {
        let names: Vec<_> = named.names.iter().map(String::as_str).collect();
        let tells_time = names.windows(2).any(|pair| clocks.contains(&pair[0]) && pair[1] == "now");
        crates.contains(&names[0])
            || (names[0] == "rand" && names.iter().any(|name| dice.contains(name) || *name == "random"))
            || (names[0] == "std"
                && (std.contains(&names[1]) || names.iter().any(|name| sockets.contains(name))))
            || tells_time
    });
}

#[test]
fn the_domain_knows_nothing_of_async() {
    each_line(
        |source| crate_of(&source.file) == "domain",
        |line| has_word(line, "async") || line.contains(".await"),
    );
}

#[test]
fn the_store_uses_only_the_domain_and_the_migrations() {
    forbid_crates("store", &["switchyard", "jobs"]);
}

#[test]
fn the_migrations_use_no_other_crate_of_the_workspace() {
    forbid_crates("migrations", &["switchyard", "domain", "store", "jobs"]);
}

#[test]
fn only_the_main_file_touches_the_jobs() {
    let mut broken = Vec::new();
    for source in production() {
        if source.file == "src/main.rs" || crate_of(&source.file) == "jobs" {
            continue;
        }
        broken.extend(
            source.named().iter().filter(|named| named.names[0] == "jobs").map(|named| source.shown(named)),
        );
    }
    nothing(broken);
}

#[test]
fn queues_and_channels_live_in_the_jobs_alone() {
    let theirs = ["apalis", "apalis_cron", "apalis_postgres", "apalis_sqlite", "lettre", "teloxide"];
    let mut broken = Vec::new();
    for source in production().filter(|source| crate_of(&source.file) != "jobs") {
        let named = source.named();
        broken.extend(
            named
                .iter()
                .filter(|named| theirs.contains(&named.names[0].as_str()))
                .map(|named| source.shown(named)),
        );
    }
    nothing(broken);
}

#[test]
fn each_room_looks_only_at_the_rooms_before_it() {
    nothing(production().flat_map(|source| upward_looks(&source)).collect());
}

#[test]
fn nobody_looks_into_reports_notifications_portal_or_search() {
    nothing(production().flat_map(|source| looks_into_lookouts(&source)).collect());
}

#[test]
fn every_file_says_first_what_it_is_for() {
    let silent = sources().into_iter().filter(|source| !source.text.starts_with("//! "));
    nothing(silent.map(|source| source.place(1)).collect());
}

#[test]
fn no_file_is_a_drawer_for_odds_and_ends() {
    let drawers = ["helper", "helpers", "util", "utils", "misc", "common"];
    nothing(
        files().into_iter().filter(|file| names_of(file).iter().any(|name| drawers.contains(name))).collect(),
    );
}

#[test]
fn module_names_are_lower_case() {
    let plain = |name: &str| {
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let rust = files().into_iter().filter(|file| file.ends_with(".rs"));
    nothing(rust.filter(|file| !names_of(file).iter().all(|name| plain(name))).collect());
}

#[test]
fn nothing_unwraps_outside_the_tests() {
    each_line(|_| true, |line| line.contains(".unwrap()"));
}

#[test]
fn nothing_is_left_to_do_later() {
    // In two halves, or this file would break its own rule.
    let marks = [["TO", "DO"].concat(), ["FIX", "ME"].concat()];
    let written = ["rs", "html", "css", "js", "svg", "toml", "md", "sh", "lua", "conf", "txt"];
    let mut broken = Vec::new();
    for file in files() {
        let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
        if file.contains('.') && !written.contains(&ending) {
            continue;
        }
        let text = fs::read_to_string(root().join(&file)).unwrap_or_default();
        let marked =
            text.lines().enumerate().filter(|(_, line)| marks.iter().any(|mark| has_word(line, mark)));
        broken.extend(marked.map(|(index, line)| format!("{file}:{}: {}", index + 1, line.trim())));
    }
    nothing(broken);
}

#[test]
fn the_lock_file_holds_one_sqlx_one_sqlite_one_rustls_and_no_foreign_crypto() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("there is a Cargo.lock");
    let count = |name: &str| lock.lines().filter(|line| *line == format!("name = \"{name}\"")).count();
    let mut broken = Vec::new();
    for (name, wanted) in [
        ("sqlx", 1),
        ("libsqlite3-sys", 1),
        ("rustls", 1),
        ("openssl-sys", 0),
        ("native-tls", 0),
        ("aws-lc-rs", 0),
        ("aws-lc-sys", 0),
    ] {
        if count(name) != wanted {
            broken.push(format!("Cargo.lock: {name} stands there {} times, not {wanted}", count(name)));
        }
    }
    nothing(broken);
}

#[test]
fn the_top_holds_only_the_names_that_the_owner_gave() {
    let ignored = fs::read_to_string(root().join(".gitignore")).unwrap_or_default();
    let ignored: BTreeSet<_> = ignored.lines().map(|line| line.trim_matches('/')).collect();
    let entries = fs::read_dir(root()).expect("the root can be read");
    let names =
        entries.map(|entry| entry.expect("the root can be read").file_name().to_string_lossy().into_owned());
    let strange = |name: &String| {
        !name.starts_with('.') && !TOP.contains(&name.as_str()) && !ignored.contains(name.as_str())
    };
    nothing(names.filter(strange).collect());
}

#[test]
fn the_rules_find_what_breaks_them() {
    let look = |file: &str, code: &str| {
        let source = Source::new(file, code.to_owned());
        (upward_looks(&source).len(), looks_into_lookouts(&source).len())
    };
    assert_eq!(
        look("src/domain/accounts/mod.rs", "use crate::{offers::{Cap, Payout}, shared::OfferId};"),
        (2, 0)
    );
    assert_eq!(look("src/domain/accounts/mod.rs", "use crate::shared::{\n    OfferId,\n};"), (0, 0));
    assert_eq!(look("src/store/offers.rs", "fn f() { domain::tracking::decide(); }"), (1, 0));
    assert_eq!(look("src/offers/api.rs", "use super::super::tracking::record;"), (1, 0));
    assert_eq!(
        look("src/offers/api.rs", "// use crate::tracking::record;\nlet x = \"crate::tracking::record\";"),
        (0, 0)
    );
    assert_eq!(look("src/tracking/record.rs", "use store::reports::Rollup;"), (0, 1));
    assert_eq!(look("src/reports/page.rs", "use store::{reports::Rollup, tracking::Click};"), (0, 0));
    assert_eq!(look("src/reports/page.rs", "use crate::portal::Home;"), (0, 1));
    assert_eq!(look("src/serve.rs", "use crate::{portal, reports::page};"), (0, 0));
    assert_eq!(
        look("src/links/a.rs", "fn f<'a>(x: &'a str) -> char { 'x' }\nuse crate::conversions as c;"),
        (1, 0)
    );
    assert_eq!(
        look("src/links/a.rs", "#[cfg(test)]\nmod tests {\n    use crate::conversions::Postback;\n}"),
        (0, 0)
    );
}

/// The sources that ship.
fn production() -> impl Iterator<Item = Source> {
    sources().into_iter().filter(|source| !source.is_test())
}

/// No file of a crate names these crates, and its manifest depends on none of them.
fn forbid_crates(name: &str, others: &[&str]) {
    each_named(name, |_, named| others.contains(&named.names[0].as_str()));
    let folder = match name {
        "domain" | "store" => format!("src/{name}"),
        _ => name.to_owned(),
    };
    let manifest = format!("{folder}/Cargo.toml");
    let text = fs::read_to_string(root().join(&manifest)).expect("the crate has a manifest");
    let depends = |line: &str| others.iter().any(|other| line.split(['.', ' ', '=']).next() == Some(other));
    let lines = text.lines().enumerate().filter(|(_, line)| depends(line));
    nothing(lines.map(|(index, line)| format!("{manifest}:{}: {line}", index + 1)).collect());
}

fn each_named(name: &str, is_broken: impl Fn(&Source, &Named) -> bool) {
    let mut broken = Vec::new();
    for source in production().filter(|source| crate_of(&source.file) == name) {
        broken.extend(
            source.named().iter().filter(|named| is_broken(&source, named)).map(|named| source.shown(named)),
        );
    }
    nothing(broken);
}

fn each_line(concerns: impl Fn(&Source) -> bool, is_broken: impl Fn(&str) -> bool) {
    let mut broken = Vec::new();
    for source in production().filter(|source| concerns(source)) {
        let lines = source.lines().filter(|(_, line)| is_broken(line));
        broken
            .extend(lines.map(|(number, _)| format!("{}: {}", source.place(number), source.written(number))));
    }
    nothing(broken);
}

/// The names in a file's path, without its ending.
fn names_of(file: &str) -> Vec<&str> {
    let path = file.rsplit_once('.').map_or(file, |(path, _)| path);
    path.split('/').collect()
}

fn has_word(line: &str, word: &str) -> bool {
    line.split(|character: char| !character.is_alphanumeric() && character != '_').any(|found| found == word)
}

fn nothing(broken: Vec<String>) {
    assert!(broken.is_empty(), "{} places break the rule:\n{}", broken.len(), broken.join("\n"));
}

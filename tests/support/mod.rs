//! What every test stands on: a server of its own on either database, with a method a gesture of
//! those who use it. Tests say what they do and see, never how it is sent.
#![allow(dead_code, reason = "the gestures are a vocabulary; each room speaks some of it")]

pub mod api;
pub mod browser;
pub mod burst;
pub mod chromedriver;
pub mod clock;
pub mod database;
pub mod folder;
pub mod geo;
pub mod gestures;
pub mod machine;
pub mod past;
pub mod postgres;
pub mod rooms;
pub mod server;
pub mod session;
pub mod site;
pub mod smtp;
pub mod source;
pub mod switched;
pub mod table;
pub mod visitor;

use database::Database;
use server::Server;

/// Makes two tests of each `async fn name(server: Server)`: `name::on_sqlite`, `name::on_postgres`.
macro_rules! both_databases {
    ($($name:ident),+ $(,)?) => {
        $(mod $name {
            use crate::support::{database::Database, on};

            #[test]
            fn on_sqlite() {
                on(Database::Sqlite, super::$name);
            }

            #[test]
            fn on_postgres() {
                on(Database::Postgres, super::$name);
            }
        })+
    };
}

/// Runs a test on a fresh server with one network.
pub fn on(database: Database, test: impl AsyncFnOnce(Server)) {
    run(async { test(Server::start(database).await).await });
}

/// Runs a test that starts what it needs by itself.
pub fn run(test: impl Future<Output = ()>) {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().expect("a runtime starts").block_on(test);
}

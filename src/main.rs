//! The one binary. Reads the command line, and is the only place that knows of the jobs.

use clap::Parser;
use std::process::ExitCode;
use switchyard::{
    config::{Cli, Command},
    demo,
    serve::{self, StartError},
};
use tracing_subscriber::EnvFilter;

/// A click is made and drained on different threads; this allocator lets one free what another took
/// without a lock between them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return not_understood(&error),
    };
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_env("SWITCHYARD_LOG")
                .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,sea_orm_migration=warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&StartError::Other(error.to_string())),
    };
    match runtime.block_on(run(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

/// Help and version are printed as they are; what is wrong is told in one line.
fn not_understood(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        error.exit();
    }
    let text = error.to_string();
    let first: Vec<&str> = text.lines().take_while(|line| !line.trim().is_empty()).map(str::trim).collect();
    eprintln!("switchyard: {} (see switchyard --help)", first.join(" ").trim_start_matches("error: "));
    ExitCode::from(2)
}

fn failed(error: &StartError) -> ExitCode {
    eprintln!("switchyard: {error}");
    ExitCode::FAILURE
}

async fn run(command: Command) -> Result<(), StartError> {
    match command {
        Command::Demo(options) => demo::run(options).await,
        Command::Serve(options) => serve::start(&options).await?.until_told_to_stop().await,
        Command::Setup(options) => switchyard::setup::run(&options).await,
        Command::Migrate(options) => serve::open(&options).await.map(|_| ()),
    }
}

//! The one binary. Reads the command line, and is the only place that knows of the jobs.

use clap::Parser;
use std::io::{Read, Write};
use std::process::ExitCode;
use switchyard::{
    config::{Cli, Command, SetupOptions},
    identity::setup::{self, Setup, SetupResult},
    serve::{self, StartError},
};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
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

fn failed(error: &StartError) -> ExitCode {
    eprintln!("switchyard: {error}");
    ExitCode::FAILURE
}

async fn run(command: Command) -> Result<(), StartError> {
    match command {
        Command::Serve(options) => serve::start(&options).await?.until_told_to_stop().await,
        Command::Setup(options) => set_up(options).await,
        Command::Migrate(options) => serve::open(&options).await.map(|_| ()),
    }
}

/// Creates a network and prints its API key, which nobody can read again.
async fn set_up(options: SetupOptions) -> Result<(), StartError> {
    let other = |error: String| StartError::Other(error);
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).map_err(|error| other(error.to_string()))?;
    let setup = Setup {
        network: options.network,
        currency: options.currency.parse().map_err(|error| other(format!("the currency {error}")))?,
        zone: options.zone.parse().map_err(|_| other("the zone must be such as Europe/Berlin".to_owned()))?,
        email: options.email,
        person: String::new(),
        password: password.trim_end_matches(['\r', '\n']).to_owned(),
    };
    let database = serve::open(&options.storage).await?;
    let made = setup::run(&database, &format!("http://{}", options.listen), setup).await;
    database.close().await;
    print(&made.map_err(|failure| other(setup::told(&failure)))?, options.json)
}

fn print(made: &SetupResult, as_json: bool) -> Result<(), StartError> {
    let text = if as_json {
        serde_json::to_string(made).map_err(|error| StartError::Other(error.to_string()))?
    } else {
        made.to_string()
    };
    writeln!(std::io::stdout(), "{text}").map_err(|error| StartError::Other(error.to_string()))
}

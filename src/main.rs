//! The one binary. Reads the command line, and is the only place that knows of the jobs.

use clap::Parser;
use jobs::Jobs;
use std::process::ExitCode;
use switchyard::{
    config::{Cli, Command, Part, ServeOptions},
    demo,
    links::referee,
    serve::{self, Running, StartError},
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

/// Serves with the jobs beside it, until it is told to stop.
async fn serve(options: ServeOptions) -> Result<(), StartError> {
    // Heard from the beginning: a start that is told to stop goes on to its end, and stops.
    let told = tokio::spawn(serve::told_to_stop());
    let running = serve::start(&options).await?;
    let jobs = match begin_jobs(&options, &running).await {
        Ok(jobs) => jobs,
        Err(error) => {
            running.stop().await;
            return Err(error);
        }
    };
    told.await.map_err(|error| StartError::Other(error.to_string()))??;
    end_jobs(jobs).await;
    running.stop().await;
    Ok(())
}

/// Starts the jobs, where this process is to do them.
async fn begin_jobs(options: &ServeOptions, running: &Running) -> Result<Option<Jobs>, StartError> {
    if !options.roles.contains(&Part::Jobs) {
        return Ok(None);
    }
    let wanted = jobs::Options {
        data: options.storage.data.clone(),
        public_url: running.url.clone(),
        smtp_url: options.smtp_url.clone(),
        mail_from: options.mail_from.clone(),
        allow_outgoing: options.allow_outgoing.clone(),
    };
    let begun = jobs::start(&running.database, &wanted).await;
    begun.map(Some).map_err(|error| StartError::Other(format!("the jobs: {error}")))
}

async fn end_jobs(jobs: Option<Jobs>) {
    if let Some(jobs) = jobs {
        jobs.stop().await;
    }
}

async fn run(command: Command) -> Result<(), StartError> {
    match command {
        Command::Demo(options) => demo::run(options, begin_jobs, end_jobs).await,
        Command::Serve(options) => serve(options).await,
        Command::Setup(options) => switchyard::setup::run(&options).await,
        Command::Migrate(options) => serve::open(&options).await.map(|_| ()),
        Command::Optimizer(_) => referee::answer(std::io::stdin().lock(), std::io::stdout().lock())
            .map_err(|error| StartError::Other(error.to_string())),
    }
}

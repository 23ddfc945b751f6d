//! The command `setup`: reads the password, makes the network, prints what is told once.

use crate::{
    config::SetupOptions,
    identity::setup::{self, Setup, SetupResult},
    serve::{self, StartError},
    web::Failure,
};
use std::io::{BufRead, Write};

/// Makes the network and prints its logins, as text or as one JSON line.
///
/// # Errors
/// A value can't be taken, or the database can't be used; the message names the value.
pub async fn run(options: &SetupOptions) -> Result<(), StartError> {
    let wanted = Setup {
        network: options.network.clone(),
        currency: options
            .currency
            .parse()
            .map_err(|message| StartError::Other(format!("--currency {message}")))?,
        zone: options.zone.parse().map_err(|_| {
            StartError::Other(format!("--zone {}: must be a time zone such as Europe/Berlin", options.zone))
        })?,
        email: options.email.clone(),
        person: String::new(),
        password: read_password()?,
    };
    let database = serve::open(&options.storage).await?;
    let result = setup::run(&database, &format!("http://{}", options.listen), wanted).await;
    database.close().await;
    let result = result.map_err(|failure| StartError::Other(told(failure)))?;
    let text = if options.json { json(&result)? } else { in_words(&result) };
    writeln!(std::io::stdout(), "{text}").map_err(|error| StartError::Other(error.to_string()))
}

fn read_password() -> Result<String, StartError> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| StartError::Other(error.to_string()))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn told(failure: Failure) -> String {
    match failure.into_problems() {
        Ok(problems) => {
            let each = problems.0.iter().map(|problem| format!("{}: {}", problem.field, problem.message));
            each.collect::<Vec<_>>().join("; ")
        }
        Err(other) => other.to_string(),
    }
}

/// The result as one line.
///
/// # Errors
/// None that its types allow.
pub fn json(result: &SetupResult) -> Result<String, StartError> {
    serde_json::to_string(result).map_err(|error| StartError::Other(error.to_string()))
}

fn in_words(result: &SetupResult) -> String {
    let mut lines = vec![format!("Made. Start `switchyard serve`, then open {}", result.url)];
    for network in &result.networks {
        lines.push(format!("Network {} ({})", network.name, network.currency));
        for user in &network.users {
            lines.push(format!("  sign in as {}", user.email));
        }
        lines.push(format!("  API key, shown only now: {}", network.api_key));
    }
    lines.join("\n")
}

//! The first network of an installation, or one more: with its administrator and an API key, told
//! once, in the words of the outward interface.

use super::{
    check::{check_email, check_name, check_password},
    password::Passwords,
    token::Secret,
};
use crate::web::Failure;
use chrono_tz::Tz;
use domain::{
    identity::{BuiltInRole, UserKind},
    shared::{Currency, NetworkId, Problems},
};
use serde::Serialize;
use std::fmt;
use store::{
    Database,
    identity::{KeyScope, NewNetwork, create_network},
    shared::Actor,
};

/// What a network is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setup {
    /// The network's name, 1 to 200 characters.
    pub network: String,
    pub currency: Currency,
    /// The time zone that its days are cut by.
    pub zone: Tz,
    pub email: String,
    /// The administrator's name; the part of the address before the `@` where it is empty.
    pub person: String,
    /// 12 to 256 characters.
    pub password: String,
}

/// What `setup` and `demo` print, as it is written in the outward interface.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SetupResult {
    pub url: String,
    pub networks: Vec<SetupNetwork>,
}

/// One network of what is printed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SetupNetwork {
    #[serde(skip)]
    pub id: NetworkId,
    pub name: String,
    pub currency: Currency,
    pub api_key: String,
    pub users: Vec<SetupUser>,
    pub links: Vec<SetupLink>,
}

/// One login of what is printed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SetupUser {
    pub kind: UserKind,
    /// An employee's role; empty for others.
    pub role: String,
    pub email: String,
    pub password: String,
}

/// One tracking link of what is printed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SetupLink {
    /// `offer`, `smart_link` or `campaign`.
    pub kind: &'static str,
    pub name: String,
    pub url: String,
}

/// Makes a network with its first administrator and an API key of the administrator's rights.
///
/// # Errors
/// [`Failure::Invalid`] or [`Failure::Conflict`] where a value can't be taken, such as an e-mail
/// address that somebody has already.
pub async fn run(database: &Database, public_url: &str, setup: Setup) -> Result<SetupResult, Failure> {
    let setup =
        Setup { email: setup.email.trim().to_lowercase(), network: setup.network.trim().to_owned(), ..setup };
    problems(&setup).into_result(())?;
    let key = Secret::api_key();
    let before_at = setup.email.split('@').next().unwrap_or_default();
    let new = NewNetwork {
        name: setup.network.clone(),
        currency: setup.currency,
        zone: setup.zone,
        email: setup.email.clone(),
        person: if setup.person.is_empty() { before_at.to_owned() } else { setup.person.clone() },
        password_hash: Passwords::default().hash(&setup.password).await?,
        key: key.to_new_key("setup", KeyScope::default()),
    };
    let created = create_network(database, &Actor::system("setup"), new).await?;
    let administrator = SetupUser {
        kind: UserKind::Employee,
        role: BuiltInRole::Administrator.name().to_owned(),
        email: setup.email,
        password: setup.password,
    };
    let network = SetupNetwork {
        id: created.network,
        name: setup.network,
        currency: setup.currency,
        api_key: key.reveal().to_owned(),
        users: vec![administrator],
        links: Vec::new(),
    };
    Ok(SetupResult { url: public_url.trim_end_matches('/').to_owned(), networks: vec![network] })
}

/// A failure in one line, for a terminal.
#[must_use]
pub fn told(failure: &Failure) -> String {
    match failure.clone().into_problems() {
        Ok(problems) => {
            let lines = problems.0.iter().map(|error| format!("{} {}", error.field, error.message));
            lines.collect::<Vec<_>>().join("; ")
        }
        Err(other) => other.to_string(),
    }
}

impl fmt::Display for SetupResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for network in &self.networks {
            writeln!(f, "Network {} ({})", network.name, network.currency)?;
            for user in &network.users {
                writeln!(f, "Sign in at {}/sign-in as {}", self.url, user.email)?;
            }
            write!(f, "API key, shown this once: {}", network.api_key)?;
        }
        Ok(())
    }
}

fn problems(setup: &Setup) -> Problems {
    let mut problems = Problems::default();
    check_name(&mut problems, "network", &setup.network);
    check_email(&mut problems, "email", &setup.email);
    check_password(&mut problems, "password", &setup.password);
    problems.text("person", &setup.person, false, store::identity::LONGEST_NAME);
    problems
}

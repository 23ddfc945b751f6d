//! How tracking domains are added and removed, for pages and the API alike.

use crate::web::{Access, Failure};
use domain::shared::Problems;
use store::{
    links::Domain,
    shared::{Document, Filter, Page, Stored},
};

/// Longest host name in characters.
const LONGEST: usize = 253;

/// The network's tracking domains, newest first.
///
/// # Errors
/// What the database said.
pub async fn all(access: &Access) -> Result<Vec<Stored<Domain>>, Failure> {
    Ok(access.scope().list(&Filter::default(), Page::default()).await?)
}

/// Adds a domain. Made the default, it takes that from the one before.
///
/// # Errors
/// [`Failure::Invalid`]; [`Failure::Conflict`] at `host` where somebody has it.
pub async fn create(access: &Access, host: &str, is_default: bool) -> Result<Stored<Domain>, Failure> {
    let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
    let mut problems = Problems::default();
    problems.check(
        is_host(&host),
        "host",
        "must be a host name such as go.network.example, without scheme or path",
    );
    problems.into_result(())?;
    let before = all(access).await?;
    let body = Domain { host, is_default };
    let made = access.scope().create(&access.actor(), Document { body, code: String::new() }).await?;
    for other in before.into_iter().filter(|other| is_default && other.body.is_default) {
        let body = Domain { is_default: false, ..other.body };
        access.scope().update(&access.actor(), other.id, Some(other.version), body).await?;
    }
    Ok(made)
}

/// Removes a domain; links on it are not taken any more.
///
/// # Errors
/// [`Failure::NotFound`] where this network has no such domain.
pub async fn remove(access: &Access, id: i64) -> Result<(), Failure> {
    Ok(access.scope().delete::<Domain>(&access.actor(), id).await?)
}

fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= LONGEST && host.contains('.') && host.split('.').all(is_label)
}

//! How a link is written for those who copy it: with the network's own tracking domain where it has one.

use crate::web::{Access, Failure};
use domain::links::click_url;
use store::{
    links::Domain,
    shared::{Filter, Page},
};
use url::form_urlencoded::Serializer;

/// Scheme and host that links of this network are shown with: its default tracking domain, the one
/// it has, or the installation's public address.
///
/// # Errors
/// What the database said.
pub async fn origin(access: &Access) -> Result<String, Failure> {
    let domains = access.scope().list::<Domain>(&Filter::default(), Page::default()).await?;
    let chosen = domains.iter().find(|domain| domain.body.is_default).or(domains.last());
    let public = &access.state().public_url;
    let scheme = public.split_once("://").map_or("http", |(scheme, _)| scheme);
    Ok(chosen.map_or_else(|| public.clone(), |domain| format!("{scheme}://{}", domain.body.host)))
}

/// A tracking link with the parameters that are not empty.
#[must_use]
pub fn link(origin: &str, partner: &str, target: &str, parameters: &[(&str, &str)]) -> String {
    let url = click_url(origin, partner, target);
    let mut query = Serializer::new(String::new());
    query.extend_pairs(parameters.iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { url } else { format!("{url}?{query}") }
}

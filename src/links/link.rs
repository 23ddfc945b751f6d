//! The tracking link of partner × offer: on the tracking domain that was chosen, else on the network's
//! default one, else on the installation's own address.

use crate::web::{Access, Failure};
use domain::shared::DomainId;
use store::{
    links::Domain,
    shared::{Filter, Page},
};
use url::form_urlencoded::Serializer;

/// Scheme and host that links are shown with.
///
/// # Errors
/// [`Failure::NotFound`] where the network lacks the domain that was chosen.
pub async fn origin(access: &Access, chosen: Option<DomainId>) -> Result<String, Failure> {
    let public = &access.state().public_url;
    let host = match chosen {
        Some(id) => Some(access.scope().get::<Domain>(id.0).await?.body.host),
        None => {
            let domains = access.scope().list::<Domain>(&Filter::default(), Page::default()).await?;
            let default = domains.into_iter().map(|domain| domain.body).find(|domain| domain.is_default);
            default.map(|domain| domain.host)
        }
    };
    let scheme = public.split_once("://").map_or("https", |(scheme, _)| scheme);
    Ok(host.map_or_else(|| public.clone(), |host| format!("{scheme}://{host}")))
}

/// A link with the parameters that are not empty.
#[must_use]
pub fn with_parameters(url: String, parameters: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(parameters.iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { url } else { format!("{url}?{query}") }
}

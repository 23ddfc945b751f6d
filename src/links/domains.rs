//! Tracking domains in the API. One of a network's is the default; choosing another takes it over.

use crate::web::{
    Access, Failure, Route,
    describe::{Fields, Schemas, bounded, flag},
    objects::{Compared, Object, calls},
};
use domain::{
    identity::Section,
    shared::{Problems, is_host_name},
};
use store::{
    links::Domain,
    shared::{Filter, Page, Stored},
};
use url::{Host, Url};

pub fn routes() -> Vec<Route> {
    let mut routes = calls::routes::<Domain>();
    routes.push(calls::removal_route::<Domain>());
    routes
}

pub fn schemas() -> Schemas {
    let domain = Fields::of("A host name whose links belong to this network alone.")
        .kept()
        .required("host", bounded("Such as `go.network.example`; no other network can have it.", 253))
        .optional("is_default", flag("Whether links are shown with it unless another is chosen."));
    vec![("Domain", domain.done())]
}

impl Object for Domain {
    type Input = Self;
    const SECTION: Section = Section::Settings;
    const SCHEMA: &'static str = "Domain";
    const COLLECTION: &'static str = "/api/v1/domains";
    const ID: &'static str = "domain_id";
    const FILTERS: &'static [(&'static str, Compared)] = &[("host", Compared::Text)];

    fn input(&self) -> Self {
        self.clone()
    }

    fn of_input(input: Self, _: i64) -> Self {
        Self { host: input.host.trim().trim_end_matches('.').to_lowercase(), ..input }
    }

    fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        // Numbers alone would be an address.
        let fine = is_host_name(&self.host) && matches!(Host::parse(&self.host), Ok(Host::Domain(_)));
        problems.check(
            fine,
            "host",
            "must be a host name such as go.network.example, without scheme or port",
        );
        problems
    }

    /// The installation's own address serves every network: it can't belong to one.
    async fn check(&self, access: &Access, _: Option<i64>) -> Result<(), Failure> {
        let own = Url::parse(&access.state().public_url).ok();
        if own.as_ref().and_then(Url::host_str) == Some(self.host.as_str()) {
            return Err(Failure::field(
                "host",
                "is the installation's own address, which serves every network",
            ));
        }
        Ok(())
    }

    async fn saved(access: &Access, stored: &Stored<Self>) -> Result<(), Failure> {
        if !stored.body.is_default {
            return Ok(());
        }
        let all = access.scope().list::<Self>(&Filter::default(), Page::default()).await?;
        for other in all.into_iter().filter(|other| other.id != stored.id && other.body.is_default) {
            let body = Self { is_default: false, ..other.body };
            access.scope().update(&access.actor(), other.id, None, body).await?;
        }
        Ok(())
    }
}

//! What the demo prints when it answers: for people, or as the one JSON line of the outward interface.

use super::{
    keepsake::{Coded, Keepsake, Login},
    stage::{Side, Stage},
};
use domain::{identity::UserKind, links::click_url, shared::Currency};
use serde::Serialize;
use std::fmt;

/// How many links to offers of a network are shown.
const LINKS: usize = 6;

/// All that is printed.
#[derive(Serialize)]
pub struct Printed {
    url: String,
    networks: Vec<Network>,
}

#[derive(Serialize)]
struct Network {
    name: String,
    currency: Currency,
    api_key: String,
    users: Vec<Login>,
    links: Vec<Link>,
}

#[derive(Serialize)]
struct Link {
    kind: &'static str,
    name: String,
    url: String,
}

impl Printed {
    /// What is printed of a demo that answers at `url`.
    #[must_use]
    pub fn new(url: &str, keepsake: &Keepsake, stage: &Stage) -> Self {
        let networks = keepsake.networks.iter().zip(&stage.sides).map(|(kept, side)| Network {
            name: kept.name.clone(),
            currency: kept.currency,
            api_key: kept.api_key.clone(),
            users: kept.users.clone(),
            links: links(url, side),
        });
        Self { url: url.to_owned(), networks: networks.collect() }
    }
}

fn links(url: &str, side: &Side) -> Vec<Link> {
    let link = |(partner, offer): (usize, usize)| {
        let (partner, offer) = (side.kept.partners.get(partner)?, side.kept.offers.get(offer)?);
        let name = format!("{} by {}", offer.name, partner.name);
        Some(Link { kind: "offer", name, url: click_url(url, &partner.code, &offer.code) })
    };
    let smart_link = |(place, target): (usize, &Coded)| {
        let partner = side.kept.partners.get(place % side.kept.partners.len().max(1))?;
        let name = format!("{} by {}", target.name, partner.name);
        Some(Link { kind: "smart_link", name, url: click_url(url, &partner.code, &target.code) })
    };
    let campaign = |(place, target): (usize, &Coded)| {
        let partner = side.kept.partners.get(place % side.kept.partners.len().max(1))?;
        let name = format!("{} by {}", target.name, partner.name);
        Some(Link { kind: "campaign", name, url: click_url(url, &partner.code, &target.code) })
    };
    let offers = side.entry.pairs().filter_map(link).take(LINKS);
    let smart_links = side.kept.smart_links.iter().enumerate().filter_map(smart_link);
    offers.chain(smart_links).chain(side.kept.campaigns.iter().enumerate().filter_map(campaign)).collect()
}

fn side_of(login: &Login) -> &str {
    match login.kind {
        UserKind::Employee => &login.role,
        UserKind::Partner => "partner",
        UserKind::Advertiser => "advertiser",
    }
}

impl fmt::Display for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Switchyard answers at {}", self.url)?;
        for network in &self.networks {
            writeln!(f, "\n{} ({})", network.name, network.currency)?;
            for login in &network.users {
                writeln!(f, "  {:<14} {:<36} {}", side_of(login), login.email, login.password)?;
            }
            writeln!(f, "  {:<14} {}", "API key", network.api_key)?;
            for link in &network.links {
                writeln!(f, "  {}  {}", link.url, link.name)?;
            }
        }
        Ok(())
    }
}

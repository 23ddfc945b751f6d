//! Where made-up visitors come from: public IPv4 networks drawn at random and kept by the country that
//! the same table gives them which reads real visitors.

use crate::tracking::signals::Countries;
use rand::{Rng, RngExt};
use rustc_hash::FxHashMap;
use std::net::{IpAddr, Ipv4Addr};

/// Draws before the search ends; a country that none of them hit stays without visitors.
const DRAWS: u32 = 600_000;
/// Networks kept of one country.
const MOST: usize = 300;

/// /24 networks by country.
#[derive(Debug, Default)]
pub struct Addresses(FxHashMap<String, Vec<[u8; 3]>>);

impl Addresses {
    /// Draws networks of the wanted countries.
    #[must_use]
    pub fn draw<'c>(
        countries: &Countries,
        wanted: impl Iterator<Item = &'c String>,
        random: &mut impl Rng,
    ) -> Self {
        let mut found: FxHashMap<String, Vec<[u8; 3]>> =
            wanted.map(|code| (code.clone(), Vec::new())).collect();
        for _ in 0..DRAWS {
            let [first, second, third, _] = random.random::<u32>().to_be_bytes();
            let middle = Ipv4Addr::new(first, second, third, 128);
            let country = countries.country_of(IpAddr::V4(middle));
            let Some(networks) = country.and_then(|country| found.get_mut(country.as_str())) else {
                continue;
            };
            if networks.len() < MOST && is_public(middle) {
                networks.push([first, second, third]);
            }
        }
        Self(found)
    }

    /// Whether somebody can come from this country.
    #[must_use]
    pub fn know(&self, country: &str) -> bool {
        self.0.get(country).is_some_and(|networks| !networks.is_empty())
    }

    /// The first three numbers of every network, by country.
    pub fn all(&self) -> impl Iterator<Item = (&str, &[[u8; 3]])> {
        self.0.iter().map(|(country, networks)| (country.as_str(), networks.as_slice()))
    }

    /// A visitor's address; none where the country is not known.
    pub fn of(&self, country: &str, random: &mut impl Rng) -> Option<Ipv4Addr> {
        let networks = self.0.get(country).filter(|networks| !networks.is_empty())?;
        let [first, second, third] = networks[random.random_range(0..networks.len())];
        Some(Ipv4Addr::new(first, second, third, random.random_range(1..255)))
    }
}

fn is_public(address: Ipv4Addr) -> bool {
    !(address.is_private() || address.is_loopback() || address.is_link_local() || address.octets()[0] >= 224)
}

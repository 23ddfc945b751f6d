//! Everything that the demo's past and present have in common: the networks, their crowds, and chance.

use super::{
    addresses::Addresses,
    catalogue::{Aim, NetworkEntry, OfferEntry},
    crowd::{Comer, Crowd},
    keepsake::KeptNetwork,
};
use crate::tracking::signals::Countries;
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

/// Of so many partners one uses the links of the network's tracking domain.
const WITH_DOMAIN: usize = 3;

/// The networks with their visitors.
pub struct Stage {
    pub addresses: Addresses,
    pub sides: Vec<Side>,
    pub random: Xoshiro256PlusPlus,
}

/// One network.
pub struct Side {
    pub entry: NetworkEntry,
    pub kept: KeptNetwork,
    pub crowd: Crowd,
}

impl Stage {
    /// Draws the addresses and the crowds; takes some tenths of a second.
    #[must_use]
    pub fn new(entries: Vec<NetworkEntry>, kept: Vec<KeptNetwork>) -> Self {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(rand::random());
        let wanted = entries.iter().flat_map(|entry| entry.countries.keys());
        let addresses = Addresses::draw(&Countries::embedded(), wanted, &mut random);
        let sides = entries.into_iter().zip(kept).map(|(entry, kept)| {
            let crowd = Crowd::new(&entry, &kept, &addresses);
            Side { entry, kept, crowd }
        });
        Self { sides: sides.collect(), addresses, random }
    }

    /// Who comes next to a network, by its place.
    pub fn next(&mut self, side: usize) -> Comer {
        self.sides[side].crowd.next(&self.addresses, &mut self.random)
    }
}

impl Side {
    /// The tracking domain that the visitor's link stands on; none for the installation's own address.
    #[must_use]
    pub fn domain(&self, comer: &Comer) -> Option<&str> {
        let has_one = comer.partner % WITH_DOMAIN == 1 && !self.kept.domain.is_empty();
        has_one.then_some(self.kept.domain.as_str())
    }

    /// The code of what a link leads to.
    #[must_use]
    pub fn code(&self, aim: Aim) -> &str {
        let target = match aim {
            Aim::Offer(place) => self.kept.offers.get(place),
            Aim::SmartLink(place) => self.kept.smart_links.get(place),
            Aim::Campaign(place) => self.kept.campaigns.get(place),
        };
        target.map_or("", |target| target.code.as_str())
    }

    /// The token that the advertiser of an offer signs its postbacks with.
    #[must_use]
    pub fn token(&self, offer: &OfferEntry) -> &str {
        self.kept.tokens.get(offer.advertiser).map_or("", String::as_str)
    }
}

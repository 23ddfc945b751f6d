//! The visitors of one network: who comes, by which partner's link, from which of its sources. Sources
//! are good or bad for good: what is drawn for them follows from the partner's code alone.

use super::{
    addresses::Addresses,
    agents::{BROWSERS, ROBOTS},
    catalogue::{Aim, NetworkEntry},
    keepsake::KeptNetwork,
};
use rand::{
    Rng, RngExt, SeedableRng,
    distr::{Distribution, weighted::WeightedIndex},
    rngs::Xoshiro256PlusPlus,
};
use rand_distr::LogNormal;
use rustc_hash::FxHasher;
use std::{
    hash::Hasher,
    net::{IpAddr, Ipv4Addr},
};

/// The part of visitors that click once more within minutes.
const REPEATED: f64 = 0.04;
/// How many visitors a repeated click is drawn from.
const RECENT: usize = 64;
/// The part of a decent source's visitors that are robots.
const ROBOTS_OF_GOOD: f64 = 0.006;
/// The part of a bad source's.
const ROBOTS_OF_BAD: f64 = 0.12;
/// The part of sources that are bad.
const BAD: f64 = 0.14;
/// How many different values a partner gives to sub1, sub2, …: at least, at most.
const SUBS: [(usize, usize); 5] = [(8, 16), (4, 8), (3, 5), (2, 3), (2, 2)];
/// What these values are called.
const SUB_NAMES: [&str; 5] = ["creative", "placement", "set", "test", "wave"];

/// One place where a partner's links stand.
#[derive(Debug)]
pub struct Source {
    pub name: String,
    /// By how much its visitors convert more often than the offer's rate says.
    pub quality: f64,
    /// The part of its conversions that the advertiser takes for fraud.
    pub fraud: f64,
    robots: f64,
}

/// A partner with its sources and values.
struct Sender {
    sources: Vec<Source>,
    by_traffic: WeightedIndex<f64>,
    subs: [Vec<String>; 5],
}

/// One click before it happens, by places in the crowd's lists.
#[derive(Clone, Copy, Debug)]
pub struct Comer {
    pub partner: usize,
    pub aim: Aim,
    source: usize,
    subs: [usize; 5],
    pub ip: Ipv4Addr,
    country: usize,
    /// Place in the list of all user agents, [`agents`].
    pub agent: usize,
}

/// The visitors of one network.
pub struct Crowd {
    senders: Vec<Sender>,
    ways: Vec<(usize, Aim)>,
    by_way: WeightedIndex<f64>,
    countries: Vec<String>,
    by_country: WeightedIndex<f64>,
    by_browser: WeightedIndex<f64>,
    by_robot: WeightedIndex<f64>,
    recent: Vec<Comer>,
}

/// All user agents: browsers, then robots.
pub fn agents() -> impl Iterator<Item = &'static str> {
    BROWSERS.iter().chain(ROBOTS).map(|(_, name)| *name)
}

fn weighted(weights: impl Iterator<Item = f64>) -> WeightedIndex<f64> {
    WeightedIndex::new(weights).expect("every list of the demo has an entry with a weight above 0")
}

/// The same chance at every start.
fn chance_of(text: &str) -> Xoshiro256PlusPlus {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    Xoshiro256PlusPlus::seed_from_u64(hasher.finish())
}

fn spread(sigma: f64) -> LogNormal<f64> {
    LogNormal::new(0.0, sigma).expect("the spread is a positive number")
}

impl Source {
    fn draw(random: &mut impl Rng) -> Self {
        let name = format!("site-{}", random.random_range(1_000..10_000));
        if random.random_bool(BAD) {
            let quality = random.random_range(0.0..0.12);
            return Self { name, quality, fraud: random.random_range(0.1..0.5), robots: ROBOTS_OF_BAD };
        }
        Self { name, quality: spread(0.35).sample(random), fraud: 0.006, robots: ROBOTS_OF_GOOD }
    }
}

impl Sender {
    fn draw(code: &str) -> Self {
        let mut random = chance_of(code);
        let count = random.random_range(20..=40);
        let sources: Vec<Source> = (0..count).map(|_| Source::draw(&mut random)).collect();
        let by_traffic = weighted((0..count).map(|_| spread(1.0).sample(&mut random)));
        let subs = std::array::from_fn(|place| {
            let (least, most) = SUBS[place];
            let count = random.random_range(least..=most);
            (0..count).map(|_| format!("{}-{}", SUB_NAMES[place], random.random_range(100..1_000))).collect()
        });
        Self { sources, by_traffic, subs }
    }
}

impl Crowd {
    /// The crowd of a network; of countries only those that `addresses` know.
    #[must_use]
    pub fn new(entry: &NetworkEntry, kept: &KeptNetwork, addresses: &Addresses) -> Self {
        let mut random = chance_of(&kept.name);
        let is_there = |aim: Aim| match aim {
            Aim::Offer(_) => true,
            Aim::SmartLink(place) => place < kept.smart_links.len(),
            Aim::Campaign(place) => place < kept.campaigns.len(),
        };
        let ways: Vec<_> = entry.ways().filter(|(_, aim, _)| is_there(*aim)).collect();
        let way = |&(partner, _, weight): &(usize, Aim, f64)| {
            weight / (1.0 + partner as f64).powf(0.6) * spread(0.4).sample(&mut random)
        };
        let by_way = weighted(ways.iter().map(way));
        let (countries, shares): (Vec<_>, Vec<_>) = entry
            .countries
            .iter()
            .filter(|(code, _)| addresses.know(code))
            .map(|(code, share)| (code.clone(), *share))
            .unzip();
        Self {
            senders: kept.partners.iter().map(|partner| Sender::draw(&partner.code)).collect(),
            by_way,
            ways: ways.into_iter().map(|(partner, aim, _)| (partner, aim)).collect(),
            by_country: weighted(shares.into_iter()),
            countries,
            by_browser: weighted(BROWSERS.iter().map(|(weight, _)| *weight)),
            by_robot: weighted(ROBOTS.iter().map(|(weight, _)| *weight)),
            recent: Vec::with_capacity(RECENT),
        }
    }

    /// Who comes next.
    pub fn next(&mut self, addresses: &Addresses, random: &mut impl Rng) -> Comer {
        if !self.recent.is_empty() && random.random_bool(REPEATED) {
            return self.recent[random.random_range(0..self.recent.len())];
        }
        let comer = self.draw(addresses, random);
        if self.recent.len() < RECENT {
            self.recent.push(comer);
        } else {
            self.recent[random.random_range(0..RECENT)] = comer;
        }
        comer
    }

    fn draw(&self, addresses: &Addresses, random: &mut impl Rng) -> Comer {
        let (partner, aim) = self.ways[self.by_way.sample(random)];
        let sender = &self.senders[partner];
        let source = sender.by_traffic.sample(random);
        let robot = random.random_bool(sender.sources[source].robots);
        let country = self.by_country.sample(random);
        Comer {
            partner,
            aim,
            source,
            // The smaller of two draws: the first values are met more often.
            subs: std::array::from_fn(|place| {
                let count = sender.subs[place].len();
                random.random_range(0..count).min(random.random_range(0..count))
            }),
            ip: addresses.of(&self.countries[country], random).unwrap_or(Ipv4Addr::UNSPECIFIED),
            country,
            agent: if robot {
                BROWSERS.len() + self.by_robot.sample(random)
            } else {
                self.by_browser.sample(random)
            },
        }
    }

    /// Where the comer's link stands.
    #[must_use]
    pub fn source(&self, comer: &Comer) -> &Source {
        &self.senders[comer.partner].sources[comer.source]
    }

    /// The comer's `sub1` to `sub5`.
    #[must_use]
    pub fn subs(&self, comer: &Comer) -> [&str; 5] {
        std::array::from_fn(|place| self.senders[comer.partner].subs[place][comer.subs[place]].as_str())
    }

    /// What the comer's browser says of languages.
    #[must_use]
    pub fn accept_language(&self, comer: &Comer) -> &'static str {
        accept_language(&self.countries[comer.country])
    }
}

impl Comer {
    /// The address.
    #[must_use]
    pub fn address(&self) -> IpAddr {
        IpAddr::V4(self.ip)
    }
}

/// What most browsers of a country send.
fn accept_language(country: &str) -> &'static str {
    match country {
        "DE" | "AT" | "CH" => "de-DE,de;q=0.9,en;q=0.8",
        "FR" | "BE" => "fr-FR,fr;q=0.9,en;q=0.8",
        "NL" => "nl-NL,nl;q=0.9,en;q=0.8",
        "ES" | "MX" => "es-ES,es;q=0.9,en;q=0.8",
        "IT" => "it-IT,it;q=0.9,en;q=0.8",
        "PL" => "pl-PL,pl;q=0.9,en;q=0.8",
        "SE" => "sv-SE,sv;q=0.9,en;q=0.8",
        "DK" => "da-DK,da;q=0.9,en;q=0.8",
        "NO" => "nb-NO,nb;q=0.9,en;q=0.8",
        "CZ" => "cs-CZ,cs;q=0.9,en;q=0.8",
        "BR" | "PT" => "pt-BR,pt;q=0.9,en;q=0.8",
        "JP" => "ja-JP,ja;q=0.9,en;q=0.8",
        "KR" => "ko-KR,ko;q=0.9,en;q=0.8",
        "ID" => "id-ID,id;q=0.9,en;q=0.8",
        "VN" => "vi-VN,vi;q=0.9,en;q=0.8",
        "TH" => "th-TH,th;q=0.9,en;q=0.8",
        "TR" => "tr-TR,tr;q=0.9,en;q=0.8",
        "SA" | "AE" | "EG" => "ar,en;q=0.8",
        "BD" => "bn-BD,bn;q=0.9,en;q=0.8",
        _ => "en-US,en;q=0.9",
    }
}

//! What comes of a click, as its advertiser would know: a conversion after a while or none, events
//! after it, and the postbacks that tell of them, some pending, rejected, doubtful, repeated or wrong.

use super::catalogue::OfferEntry;
use domain::shared::ClickId;
use rand::{Rng, RngExt};
use rand_distr::{Distribution, Exp, LogNormal};

/// No visitor converts more often than this, however good its source.
const HIGHEST: f64 = 0.4;
/// By how much everything happens faster than in earnest, so that one can watch it.
pub const HASTE: f64 = 20.0;
/// How delays spread around their median, as the sigma of a log-normal distribution.
const SPREAD: f64 = 0.9;
/// Of conversions, so many are told as pending first; …
const PENDING: f64 = 0.07;
/// … of these so many are approved days later.
const CONFIRMED: f64 = 0.7;
const REJECTED: f64 = 0.03;
const REPEATED: f64 = 0.012;
const WRONG_TOKEN: f64 = 0.008;
/// An hour in milliseconds.
const HOUR: f64 = 3_600_000.0;

/// A postback that is due at a time.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Due {
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    /// The query string.
    pub query: String,
}

/// What is known of a click when its outcome is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Clicked<'a> {
    pub id: ClickId,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    pub offer: &'a OfferEntry,
    /// The advertiser's token.
    pub token: &'a str,
    /// Of the click's source.
    pub quality: f64,
    pub fraud: f64,
    /// By how much faster all that comes behind its conversion happens than in earnest.
    pub haste: f64,
}

/// Draws the outcome of a click; mostly nothing.
pub fn outcome(clicked: &Clicked<'_>, random: &mut impl Rng) -> Vec<Due> {
    if !random.random_bool((clicked.offer.rate * clicked.quality).clamp(0.0, HIGHEST)) {
        return Vec::new();
    }
    // In the past too: what is learnt of it foretells how long reports take now.
    let median = clicked.offer.delay_minutes * 60_000.0 / HASTE;
    let at = clicked.at + log_normal(median, SPREAD, random) as i64;
    let call = base(clicked, random);
    let mut due = status_calls(clicked, &call, at, random);
    for event in &clicked.offer.events {
        if random.random_bool(event.chance) {
            let delay = exponential(event.hours * HOUR / clicked.haste, random);
            let query =
                format!("{}&event={}&token={}", names(clicked, random), event.event.name, clicked.token);
            due.push(Due { at: at + delay as i64, query });
        }
    }
    due
}

/// The conversion's own call, and what is said of it later.
fn status_calls(clicked: &Clicked<'_>, call: &str, at: i64, random: &mut impl Rng) -> Vec<Due> {
    let token = clicked.token;
    let one = |at: i64, rest: &str| Due { at, query: format!("{call}{rest}&token={token}") };
    let hours = |hours: f64, random: &mut _| (exponential(hours * HOUR / clicked.haste, random)) as i64;
    if random.random_bool(clicked.fraud) {
        return vec![one(at, "&fraud_flag=1")];
    }
    if random.random_bool(WRONG_TOKEN) {
        return vec![Due { at, query: format!("{call}&token=mistyped") }];
    }
    if random.random_bool(REJECTED) {
        return vec![one(at, "&status=rejected")];
    }
    if random.random_bool(PENDING) {
        let mut calls = vec![one(at, "&status=pending")];
        if random.random_bool(CONFIRMED) {
            calls.push(one(at + hours(36.0, random), "&status=approved"));
        }
        return calls;
    }
    if random.random_bool(REPEATED) {
        return vec![one(at, ""), one(at + hours(0.2, random), "")];
    }
    vec![one(at, "")]
}

fn base(clicked: &Clicked<'_>, random: &mut impl Rng) -> String {
    let mut call = names(clicked, random);
    if let Some(median) = clicked.offer.sale {
        let amount = log_normal(median, 0.6, random).clamp(1.0, 100_000.0);
        call.push_str(&format!("&amount={amount:.2}"));
    }
    call
}

/// Click and order: the advertiser numbers its orders.
fn names(clicked: &Clicked<'_>, random: &mut impl Rng) -> String {
    format!("clickid={}&txn_id=A-{:010x}", clicked.id, random.random::<u64>() >> 24)
}

fn log_normal(median: f64, sigma: f64, random: &mut impl Rng) -> f64 {
    let spread = LogNormal::new(median.max(1.0).ln(), sigma).expect("the catalogue's delays are finite");
    spread.sample(random)
}

fn exponential(mean: f64, random: &mut impl Rng) -> f64 {
    Exp::new(1.0 / mean.max(1.0)).expect("the catalogue's delays are finite").sample(random)
}

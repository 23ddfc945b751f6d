//! How fast one API key may ask: a bucket a key, told in every answer (the `RateLimit` fields of the
//! IETF's draft).

use super::Failure;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use domain::shared::ApiKeyId;
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use std::{fmt, num::NonZeroU32};

/// Requests a second that a key gets without end (INTERFACE.md: at least 100).
pub const RATE: u32 = 200;
/// Requests that a key may send at once after a rest.
pub const BURST: u32 = 400;

type Buckets =
    RateLimiter<ApiKeyId, DefaultKeyedStateStore<ApiKeyId>, DefaultClock, StateInformationMiddleware>;

/// The buckets of all keys.
pub struct Limits {
    buckets: Buckets,
    clock: DefaultClock,
}

/// What is left of a key's bucket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Left(pub u32);

impl Default for Limits {
    fn default() -> Self {
        let number = |number| NonZeroU32::new(number).expect("the constants are above 0");
        let quota = Quota::per_second(number(RATE)).allow_burst(number(BURST));
        let buckets = RateLimiter::keyed(quota).with_middleware::<StateInformationMiddleware>();
        Self { buckets, clock: DefaultClock::default() }
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Limits({} keys)", self.buckets.len())
    }
}

impl Limits {
    /// Takes one request out of the key's bucket.
    ///
    /// # Errors
    /// [`Failure::TooMany`] with the wait where the bucket is empty.
    pub fn take(&self, key: ApiKeyId) -> Result<Left, Failure> {
        match self.buckets.check_key(&key) {
            Ok(snapshot) => Ok(Left(snapshot.remaining_burst_capacity())),
            Err(until) => Err(Failure::TooMany(until.wait_time_from(self.clock.now()))),
        }
    }

    /// Forgets keys whose bucket is full again. Called once a minute.
    pub fn purge(&self) {
        self.buckets.retain_recent();
        self.buckets.shrink_to_fit();
    }
}

/// Tells the limit and what is left of it.
pub fn tell(headers: &mut HeaderMap, left: Left) {
    let full_again = (BURST - left.0.min(BURST)).div_ceil(RATE);
    let policy = format!("\"key\";q={BURST};w={}", BURST / RATE);
    let state = format!("\"key\";r={};t={full_again}", left.0);
    for (name, value) in [("ratelimit-policy", policy), ("ratelimit", state)] {
        let value = HeaderValue::from_str(&value).expect("digits and quotes");
        headers.insert(HeaderName::from_static(name), value);
    }
}

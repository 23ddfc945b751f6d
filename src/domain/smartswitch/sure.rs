//! Whether a share breaches for sure, small samples considered.
//!
//! Formula: the share that lies behind `part` of `whole` is Beta(part + ½, whole − part + ½) where it can't be above
//! one, and Gamma(part + ½) at the rate `whole` where it can: the posteriors of Jeffreys' priors. Source: Brown, Cai
//! and DasGupta, "Interval Estimation for a Binomial Proportion", Statistical Science 16 (2001), section 3.1.3; for
//! counts Gelman et al., "Bayesian Data Analysis", third edition, section 2.8. It is sure where the breach has a
//! probability of 95 % at least: the one-sided credible bound breaches, not only the point.

use super::terms::{Breach, SwitchOperator};
use crate::shared::Micros;
use rust_decimal::prelude::ToPrimitive;
use statrs::distribution::{Beta, ContinuousCDF, Gamma};

/// How probable a breach must be.
pub const SURE: f64 = 0.95;

/// The probability that the share behind `part` of `whole` lies where it is unacceptable; the breach's values in
/// percent. None where there is nothing to tell from.
#[must_use]
pub fn breach_probability(breach: &Breach, part: i64, whole: i64) -> Option<f64> {
    let behind = Behind::of(part, whole)?;
    let below = |limit: Micros| behind.below(limit.to_decimal().to_f64().unwrap_or(0.0) / 100.0);
    Some(match breach.operator {
        SwitchOperator::LessThan => below(breach.value),
        SwitchOperator::GreaterThan => 1.0 - below(breach.value),
        SwitchOperator::Range => (below(breach.to?) - below(breach.value)).max(0.0),
    })
}

/// What may lie behind a count.
enum Behind {
    Share(Beta),
    Rate(Gamma),
}

impl Behind {
    fn of(part: i64, whole: i64) -> Option<Self> {
        if part < 0 || whole <= 0 {
            return None;
        }
        let (some, all) = (part as f64, whole as f64);
        if part <= whole {
            return Beta::new(some + 0.5, all - some + 0.5).ok().map(Self::Share);
        }
        Gamma::new(some + 0.5, all).ok().map(Self::Rate)
    }

    fn below(&self, share: f64) -> f64 {
        match self {
            Self::Share(beta) => beta.cdf(share.clamp(0.0, 1.0)),
            Self::Rate(gamma) => gamma.cdf(share.max(0.0)),
        }
    }
}

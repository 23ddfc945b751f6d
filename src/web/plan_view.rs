//! What the plan in force says of an offer, for its page: how full its caps are in this process, and
//! which of its settings are broken or can never match.

use super::{Access, Failure, format};
use crate::tracking::Tracker;
use actix_web::{HttpRequest, web::Data};
use chrono::Utc;
use domain::{
    offers::{Cap, CapMeasure, CapPeriod},
    shared::{Currency, FieldError, Micros, OfferId},
    tracking::{Flaw, FlawedObject, Plan},
};
use std::sync::Arc;
use store::tracking::configuration::configuration;

/// A cap and how much of it is used in its current period.
#[derive(Clone, PartialEq, Debug)]
pub struct CapUse {
    /// `clicks a day`
    pub label: String,
    pub used: String,
    pub limit: String,
    /// 1 is full.
    pub share: Option<f64>,
}

/// The caps of an offer, or of a partner's share of it, as they fill. Empty where this process does
/// not track.
#[must_use]
pub fn cap_uses(
    access: &Access,
    request: &HttpRequest,
    offer: i64,
    partner: Option<i64>,
    caps: &[Cap],
) -> Vec<CapUse> {
    let tracker = request.app_data::<Data<Arc<Tracker>>>();
    let Some(live) = tracker.and_then(|tracker| tracker.plans.of(access.network())) else {
        return Vec::new();
    };
    let used = live.usages.used(offer, partner, live.plan.calendar(), Utc::now());
    let currency = access.entrant().network.currency;
    let of_cap = |cap: &Cap| {
        let (_, used) = used.iter().find(|(period, _)| *period == cap.period)?;
        let used = match cap.measure {
            CapMeasure::Clicks => used.clicks.saturating_mul(1_000_000),
            CapMeasure::Conversions => used.conversions.saturating_mul(1_000_000),
            CapMeasure::Payout => used.payout,
            CapMeasure::Revenue => used.revenue,
        };
        Some(CapUse {
            label: format!("{} {}", measure_word(cap.measure), period_word(cap.period)),
            used: shown(cap.measure, used, currency),
            limit: shown(cap.measure, cap.limit.0, currency),
            share: format::ratio(used, cap.limit.0),
        })
    };
    caps.iter().filter_map(of_cap).collect()
}

fn shown(measure: CapMeasure, micros: i64, currency: Currency) -> String {
    match measure {
        CapMeasure::Clicks | CapMeasure::Conversions => format::count(micros / 1_000_000),
        CapMeasure::Payout | CapMeasure::Revenue => format::money(Micros(micros), currency),
    }
}

fn measure_word(measure: CapMeasure) -> &'static str {
    match measure {
        CapMeasure::Clicks => "Clicks",
        CapMeasure::Conversions => "Conversions",
        CapMeasure::Payout => "Payout",
        CapMeasure::Revenue => "Revenue",
    }
}

fn period_word(period: CapPeriod) -> &'static str {
    match period {
        CapPeriod::Daily => "today",
        CapPeriod::Weekly => "this week",
        CapPeriod::Monthly => "this month",
        CapPeriod::Global => "in all",
    }
}

/// What is broken in an offer, or can never match.
///
/// # Errors
/// What the database said.
pub async fn flaws_of_offer(access: &Access, offer: OfferId) -> Result<Vec<FieldError>, Failure> {
    let configuration = configuration(&access.state().database, access.network()).await?;
    let (_, flaws) = Plan::compile(configuration);
    let is_of_offer = |flaw: &Flaw| flaw.object == FlawedObject::Offer(offer);
    let shown = |flaw: Flaw| FieldError { field: flaw.field, message: flaw.message };
    Ok(flaws.into_iter().filter(is_of_offer).map(shown).collect())
}

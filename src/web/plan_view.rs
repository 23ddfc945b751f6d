//! What the plan in force says of an object, for its page: how full an offer's caps are in this process,
//! and which of its settings are broken or can never match.

use super::{Access, Failure, chart, format, markup::Markup};
use crate::tracking::{Tracker, usage::measured};
use actix_web::{HttpRequest, web::Data};
use chrono::{DateTime, Utc};
/// Whose flaws are asked for; links and offers, which know no plan, name it by this.
pub use domain::tracking::FlawedObject;
use domain::{
    offers::{Cap, CapMeasure, CapPeriod, Outlook, outlook},
    shared::{Calendar, Currency, FieldError, Micros},
    tracking::{Flaw, Plan},
};
use std::sync::Arc;
use store::tracking::configuration::configuration;

/// A cap and how much of it is used in its current period.
#[derive(Clone, PartialEq, Debug)]
pub struct CapUse {
    pub cap: Cap,
    /// In millionths of what it counts, as its limit.
    pub amount: i64,
    pub ahead: Outlook,
    /// `clicks a day`
    pub label: String,
    pub used: String,
    pub limit: String,
    /// 1 is full.
    pub share: Option<f64>,
    /// The share, drawn.
    pub meter: Markup,
    /// When it will be reached as today goes, in words.
    pub outlook: String,
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
    let (calendar, now) = (live.plan.calendar(), Utc::now());
    let used = live.usages.used(offer, partner, calendar, now);
    let currency = access.entrant().network.currency;
    let of_period = |period: CapPeriod, measure: CapMeasure| {
        let found = used.iter().find(|(found, _)| *found == period);
        found.map_or(0, |(_, used)| measured(used, measure))
    };
    let of_cap = |cap: &Cap| {
        let used = of_period(cap.period, cap.measure);
        let today = of_period(CapPeriod::Daily, cap.measure);
        let ahead = outlook(cap.period, (used, today, cap.limit.0), calendar, now);
        CapUse {
            cap: *cap,
            amount: used,
            ahead,
            label: format!("{} {}", measure_word(cap.measure), period_word(cap.period)),
            used: shown(cap.measure, used, currency),
            limit: shown(cap.measure, cap.limit.0, currency),
            share: format::ratio(used, cap.limit.0),
            meter: chart::meter(length(used), length(cap.limit.0)),
            outlook: outlook_words(ahead, cap.period, calendar, now),
        }
    };
    caps.iter().map(of_cap).collect()
}

#[allow(clippy::cast_precision_loss, reason = "a length on the screen")]
fn length(micros: i64) -> f64 {
    micros as f64
}

/// What lies ahead of a cap, in words.
fn outlook_words(ahead: Outlook, period: CapPeriod, calendar: Calendar, now: DateTime<Utc>) -> String {
    match ahead {
        Outlook::Reached => "Reached.".to_owned(),
        Outlook::Idle => "Nothing today yet, so it has no pace.".to_owned(),
        Outlook::At(moment) if calendar.day(moment) == calendar.day(now) => {
            let time = calendar.local(moment).format("%H:%M");
            format!("At today's pace it is reached at {time}, {}.", format::ago(moment, now))
        }
        Outlook::At(moment) => {
            let time = calendar.local(moment).format("%a %-d %b %H:%M");
            format!("At today's pace it is reached on {time}, {}.", format::ago(moment, now))
        }
        Outlook::Short(share) => {
            format!("At today's pace {} of it is used {}.", format::percent(Some(share)), end_words(period))
        }
    }
}

fn end_words(period: CapPeriod) -> &'static str {
    match period {
        CapPeriod::Daily => "by the end of the day",
        CapPeriod::Weekly => "by the end of Sunday",
        CapPeriod::Monthly => "by the end of the month",
        CapPeriod::Global => "in a year",
    }
}

/// An amount of what a cap counts, given in millionths.
#[must_use]
pub fn shown(measure: CapMeasure, micros: i64, currency: Currency) -> String {
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

/// What in an object is broken or can never happen, by the plan as it would be compiled now.
///
/// # Errors
/// What the database said.
pub async fn flaws_of(access: &Access, object: FlawedObject) -> Result<Vec<FieldError>, Failure> {
    let configuration = configuration(&access.state().database, access.network()).await?;
    // Beside the threads that answer clicks: a large network takes a while.
    let compiled = tokio::task::spawn_blocking(move || Plan::compile(configuration).1).await;
    let flaws = compiled.map_err(|error| Failure::Broken(format!("no flaws were looked for: {error}")))?;
    let is_its = |flaw: &Flaw| flaw.object == object;
    let shown = |flaw: Flaw| FieldError { field: flaw.field, message: flaw.message };
    Ok(flaws.into_iter().filter(is_its).map(shown).collect())
}

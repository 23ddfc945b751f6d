//! The same as askama filters. A page's file says `use crate::web::format::filters;` and its
//! template `{{ offer.payout|money(currency) }}`.

use super::{moments, numbers, numbers::Whole};
use crate::web::markup::Markup;
use askama::{Result, Values};
use chrono::{DateTime, Utc};
use domain::shared::{Calendar, Currency, Micros};

/// `58,214`
#[askama::filter_fn]
pub fn count<T: Whole>(number: &T, _: &dyn Values) -> Result<String> {
    Ok(numbers::count(number.whole()))
}

/// `1,204.50` with that many places.
#[askama::filter_fn]
pub fn decimal(number: &f64, _: &dyn Values, digits: usize) -> Result<String> {
    Ok(numbers::decimal(*number, digits))
}

/// `1.2M`
#[askama::filter_fn]
pub fn short(number: &f64, _: &dyn Values) -> Result<String> {
    Ok(numbers::short(*number))
}

/// `1.96 %` of a share (1 = all) that may have no value.
#[askama::filter_fn]
pub fn percent(share: &Option<f64>, _: &dyn Values) -> Result<String> {
    Ok(numbers::percent(*share))
}

/// `$ 9,871.40`
#[askama::filter_fn]
pub fn money(amount: &Micros, _: &dyn Values, currency: &Currency) -> Result<String> {
    Ok(numbers::money(*amount, *currency))
}

/// `$ 0.0125`
#[askama::filter_fn]
pub fn exact_money(amount: &Micros, _: &dyn Values, currency: &Currency) -> Result<String> {
    Ok(numbers::exact_money(*amount, *currency))
}

/// `<time …>21 Nov 2026 14:05:09</time>`
#[askama::filter_fn]
pub fn at(moment: &DateTime<Utc>, _: &dyn Values, calendar: &Calendar) -> Result<Markup> {
    Ok(moments::moment_html(*moment, *calendar))
}

/// `<time …>3 min ago · 14:02:11</time>`
#[askama::filter_fn]
pub fn ago(
    moment: &DateTime<Utc>,
    _: &dyn Values,
    now: &DateTime<Utc>,
    calendar: &Calendar,
) -> Result<Markup> {
    Ok(moments::ago_html(*moment, *now, *calendar))
}

//! Numbers, shares, money and changes as text.

use crate::web::signal::Signal;
use domain::shared::{Currency, Micros};
use rust_decimal::{Decimal, RoundingStrategy};

/// What stands where there is no value, such as a ratio over zero.
pub const NO_VALUE: &str = "–";

/// The minus of figures; a hyphen is too short beside tabular digits.
const MINUS: &str = "−";

/// The largest magnitude that is written out; a figure beyond it is a fault, not a number to read.
const LARGEST: f64 = 1e15;

/// A whole number of any width, also behind references, as templates hand them over.
pub trait Whole {
    /// The number.
    fn whole(&self) -> i128;
}

macro_rules! whole {
    ($($kind:ty),*) => {$(
        impl Whole for $kind {
            fn whole(&self) -> i128 {
                i128::from(*self)
            }
        }
    )*};
}

whole!(i32, u32, i64, u64, i128);

impl Whole for usize {
    fn whole(&self) -> i128 {
        i128::try_from(*self).unwrap_or(i128::MAX)
    }
}

impl<T: Whole> Whole for &T {
    fn whole(&self) -> i128 {
        (*self).whole()
    }
}

/// A whole number with thousands separators: `58,214`.
#[must_use]
pub fn count(number: impl Whole) -> String {
    let number = number.whole();
    let digits = grouped(&number.unsigned_abs().to_string());
    if number < 0 { format!("{MINUS}{digits}") } else { digits }
}

/// A number of things in words, from the word for one of them: `1 offer`, `1,204 offers`.
#[must_use]
pub fn counted(number: impl Whole, one: &str) -> String {
    let ending = if number.whole() == 1 { "" } else { "s" };
    format!("{} {one}{ending}", count(number))
}

/// A number with `digits` places behind the point (at most 9): `1,204.50`. No value where it is not finite.
#[must_use]
pub fn decimal(number: f64, digits: usize) -> String {
    if !number.is_finite() || number.abs() > LARGEST {
        return NO_VALUE.to_owned();
    }
    let plain = format!("{:.*}", digits.min(9), number.abs());
    let is_zero = plain.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let written = grouped(&plain);
    if number < 0.0 && !is_zero { format!("{MINUS}{written}") } else { written }
}

/// A number for a narrow place, such as an axis, to two or three digits: `950`, `6k`, `1.2M`, `0.05`.
#[must_use]
pub fn short(number: f64) -> String {
    let (scale, unit) = match number.abs() {
        size if size >= 999.5e6 => (1e9, "B"),
        size if size >= 999.5e3 => (1e6, "M"),
        size if size >= 999.5 => (1e3, "k"),
        _ => (1.0, ""),
    };
    let scaled = number / scale;
    let digits = match scaled.abs() {
        size if size >= 9.95 => 0,
        size if size >= 0.995 => 1,
        _ => 2,
    };
    let written = decimal(scaled, digits);
    let trimmed =
        if written.contains('.') { written.trim_end_matches('0').trim_end_matches('.') } else { &written };
    format!("{trimmed}{unit}")
}

/// `part` of `whole`; no value over zero.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub fn ratio(part: impl Whole, whole: impl Whole) -> Option<f64> {
    let (part, whole) = (part.whole(), whole.whole());
    (whole != 0).then(|| part as f64 / whole as f64)
}

/// A share (1 = all) in percent: `1.96 %`, `31.4 %`, `100 %`; fewer digits the larger it is.
#[must_use]
pub fn percent(share: Option<f64>) -> String {
    let Some(share) = share.filter(|share| share.is_finite()) else { return NO_VALUE.to_owned() };
    let percent = share * 100.0;
    let digits = match percent.abs() {
        size if size < 9.995 => 2,
        size if size < 99.95 => 1,
        _ => 0,
    };
    format!("{} %", decimal(percent, digits))
}

/// Money as a figure, with two places: `$ 9,871.40`, `EUR 12.00`. What is smaller than a hundredth
/// and not nothing is written exactly, so that it never reads as 0.00.
#[must_use]
pub fn money(amount: Micros, currency: Currency) -> String {
    let exact = amount.to_decimal();
    let rounded = exact.round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven);
    let shown = if rounded.is_zero() && !exact.is_zero() { exact.normalize() } else { rounded };
    with_currency(shown, currency)
}

/// Money to the last digit that is there, two at least: for settings, such as a payout of `$ 0.0125`.
#[must_use]
pub fn exact_money(amount: Micros, currency: Currency) -> String {
    with_currency(amount.to_decimal().normalize(), currency)
}

/// Money to a hundredth of a cent, for what a click is worth: `$ 0.0300`.
#[must_use]
pub fn fine_money(amount: Micros, currency: Currency) -> String {
    let mut rounded = amount.to_decimal().round_dp_with_strategy(4, RoundingStrategy::MidpointNearestEven);
    rounded.rescale(4);
    with_currency(rounded, currency)
}

/// Money without its currency, for a column whose head names it: `9,871.40`.
#[must_use]
pub fn amount(amount: Micros) -> String {
    written(amount.to_decimal().round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven))
}

fn with_currency(number: Decimal, currency: Currency) -> String {
    let sign = if number.is_sign_negative() && !number.is_zero() { MINUS } else { "" };
    format!("{sign}{} {}", symbol(&currency), written(number.abs()))
}

/// The dollar has its sign; other currencies their code, for signs are shared between countries.
fn symbol(currency: &Currency) -> &str {
    match currency.code() {
        "USD" => "$",
        code => code,
    }
}

fn written(number: Decimal) -> String {
    let plain = if number.scale() < 2 { format!("{:.2}", number.abs()) } else { number.abs().to_string() };
    let digits = grouped(&plain);
    if number.is_sign_negative() && !number.is_zero() { format!("{MINUS}{digits}") } else { digits }
}

/// Puts a comma between each three digits before the point.
fn grouped(plain: &str) -> String {
    let (whole, fraction) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut written = String::with_capacity(plain.len() + whole.len() / 3);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            written.push(',');
        }
        written.push(digit);
    }
    written + fraction
}

/// Which way of change is welcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Better {
    /// More is better: revenue.
    More,
    /// Less is better: invalid clicks.
    Less,
    /// Neither: payout.
    Neither,
}

/// A figure's change against an earlier one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The change with its sign: `+8.1 %`, `−0.4 pt`.
    pub text: String,
    /// Whether it is welcome. An unwelcome change is also framed: colour is never alone.
    pub signal: Signal,
}

impl Change {
    /// The change from `before` to `now` in percent; none where there was nothing before.
    #[must_use]
    pub fn relative(now: f64, before: f64, better: Better) -> Option<Self> {
        let share = (now - before) / before.abs();
        Self::of(share * 100.0, "%", 1, better)
    }

    /// The change of a share (1 = all) in percentage points.
    #[must_use]
    pub fn points(now: Option<f64>, before: Option<f64>, better: Better) -> Option<Self> {
        Self::of((now? - before?) * 100.0, "pt", 2, better)
    }

    fn of(change: f64, unit: &str, digits: usize, better: Better) -> Option<Self> {
        if !change.is_finite() {
            return None;
        }
        let digits = if change.abs() >= 99.95 { 0 } else { digits };
        let number = decimal(change, digits);
        let is_flat = number.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        let plus = if change > 0.0 && !is_flat { "+" } else { "" };
        let signal = if is_flat { Signal::Note } else { Self::judged(change > 0.0, better) };
        Some(Self { text: format!("{plus}{number} {unit}"), signal })
    }

    fn judged(rises: bool, better: Better) -> Signal {
        match (better, rises) {
            (Better::More, true) | (Better::Less, false) => Signal::Good,
            (Better::More, false) | (Better::Less, true) => Signal::Bad,
            (Better::Neither, _) => Signal::Note,
        }
    }
}

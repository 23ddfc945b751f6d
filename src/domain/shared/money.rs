//! Money as whole millionths of a currency's unit: sums never drift, and both databases add them
//! exactly. Decimals exist only at the edges: what people write has six digits behind the point at most,
//! what is reckoned is rounded half-even.

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, iter::Sum, ops, str::FromStr};

/// Digits behind the point that are kept.
const SCALE: u32 = 6;

/// An amount of money in millionths of the network's currency. In JSON a decimal string (`"1.5"`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Micros(pub i64);

/// A share in percent with six digits behind the point. In JSON a decimal string (`"12.5"`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Percent(pub i64);

/// Why a text is no amount.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotAnAmount {
    /// No number, or above so many units.
    #[error("must be a decimal number such as 1.50, at most {0} either way")]
    NoNumber(i64),
    /// Nobody is told afterwards what was cut off, so it is not taken.
    #[error("must have at most {SCALE} digits behind the point")]
    TooFine,
}

/// The largest amount taken from outside, in units: a hundred million, a large sale in the smallest
/// currencies, so that any sum of ninety thousand of them fits a roll-up's 64 bits.
const LARGEST: i64 = 100_000_000;
/// The largest limit on sums of amounts, or on a count, in units.
const LARGEST_LIMIT: i64 = 1_000_000_000;

impl Micros {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// Reads a limit on a sum of amounts or on a count, which may be larger than any one amount.
    ///
    /// # Errors
    /// The text is no number, or above a billion units either way, or has too many digits.
    pub fn parse_limit(text: &str) -> Result<Self, NotAnAmount> {
        parse_exactly(text, LARGEST_LIMIT).map(Self)
    }

    /// Reads an amount that somebody else reckoned, such as the one of a postback: digits behind the sixth
    /// are rounded half-even, as refusing them would lose a conversion over nothing.
    ///
    /// # Errors
    /// The text is no number, or above a hundred million units either way.
    pub fn parse_rounded(text: &str) -> Result<Self, NotAnAmount> {
        parse_scaled(text, LARGEST).map(Self)
    }

    /// Deserialises a limit; see [`Self::parse_limit`].
    ///
    /// # Errors
    /// As [`Self::parse_limit`].
    pub fn deserialize_limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DecimalVisitor { largest: LARGEST_LIMIT }).map(Self)
    }

    /// The amount in whole units, rounded half-even to `SCALE` digits.
    #[must_use]
    pub fn from_decimal(decimal: Decimal) -> Option<Self> {
        to_scaled(decimal).map(Self)
    }

    /// The amount as a decimal number of units.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, SCALE)
    }

    /// `percent` of this amount, rounded half-even; saturates instead of overflowing.
    #[must_use]
    pub fn percent(self, percent: Percent) -> Self {
        let hundred = Decimal::ONE_HUNDRED;
        let product = self.to_decimal() * Decimal::new(percent.0, SCALE) / hundred;
        to_scaled(product).map_or(Self(i64::MAX), Self)
    }

    /// The thousandth part, rounded half-even: what one impression is of a price for a thousand.
    #[must_use]
    pub fn thousandth(self) -> Self {
        to_scaled(Decimal::new(self.0, SCALE + 3)).map_or(Self::ZERO, Self)
    }

    /// The sum, held at the largest number instead of overflowing.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl ops::Add for Micros {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.plus(other)
    }
}

impl ops::Sub for Micros {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl ops::Neg for Micros {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Micros {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::plus)
    }
}

fn to_scaled(decimal: Decimal) -> Option<i64> {
    let rounded = decimal.round_dp_with_strategy(SCALE, RoundingStrategy::MidpointNearestEven);
    rounded.checked_mul(Decimal::from(10_i64.pow(SCALE)))?.to_i64()
}

fn parse_scaled(text: &str, largest: i64) -> Result<i64, NotAnAmount> {
    let refused = NotAnAmount::NoNumber(largest);
    let decimal = Decimal::from_str(text.trim()).map_err(|_| refused)?;
    if decimal.abs() > Decimal::from(largest) {
        return Err(refused);
    }
    to_scaled(decimal).ok_or(refused)
}

fn parse_exactly(text: &str, largest: i64) -> Result<i64, NotAnAmount> {
    let scaled = parse_scaled(text, largest)?;
    let digits = text.trim().split_once('.').map_or("", |(_, behind)| behind);
    let is_fine = digits.bytes().filter(|byte| *byte != b'_').skip(SCALE as usize).all(|digit| digit == b'0');
    if is_fine { Ok(scaled) } else { Err(NotAnAmount::TooFine) }
}

fn write_scaled(scaled: i64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let decimal = Decimal::new(scaled, SCALE).normalize();
    // Two digits at least, as money is written; more only where they are there.
    if decimal.scale() < 2 { write!(f, "{decimal:.2}") } else { write!(f, "{decimal}") }
}

macro_rules! decimal_string {
    ($($name:ident),*) => {$(
        impl FromStr for $name {
            type Err = NotAnAmount;

            fn from_str(text: &str) -> Result<Self, NotAnAmount> {
                parse_exactly(text, LARGEST).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_scaled(self.0, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if !serializer.is_human_readable() {
                    return self.0.serialize(serializer);
                }
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if !deserializer.is_human_readable() {
                    return i64::deserialize(deserializer).map(Self);
                }
                deserializer.deserialize_any(DecimalVisitor { largest: LARGEST }).map(Self)
            }
        }
    )*};
}

decimal_string!(Micros, Percent);

/// Reads a decimal string; whole and floating numbers are taken too, as hand-written JSON has them.
struct DecimalVisitor {
    /// In units, either way.
    largest: i64,
}

impl de::Visitor<'_> for DecimalVisitor {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal string such as \"1.50\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<i64, E> {
        parse_exactly(text, self.largest).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<i64, E> {
        parse_exactly(&number.to_string(), self.largest).map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<i64, E> {
        parse_exactly(&number.to_string(), self.largest).map_err(E::custom)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<i64, E> {
        parse_exactly(&number.to_string(), self.largest).map_err(E::custom)
    }
}

/// An ISO 4217 code, three capital letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The code, such as `USD`.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("built from ASCII letters only")
    }
}

impl Default for Currency {
    fn default() -> Self {
        Self(*b"USD")
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let upper = text.trim().to_ascii_uppercase();
        match <[u8; 3]>::try_from(upper.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self(code)),
            _ => Err("must be a currency code of three letters, such as USD"),
        }
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{Micros, Percent};
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn amounts_are_written_with_two_digits_and_more_only_where_they_are_there() {
        for (micros, text) in [(1_500_000, "1.50"), (0, "0.00"), (-250_000, "-0.25"), (123, "0.000123")] {
            assert_eq!(Micros(micros).to_string(), text);
        }
    }

    #[test]
    fn half_a_micro_goes_to_the_even_neighbour() {
        assert_eq!(Micros::parse_rounded("0.0000005"), Ok(Micros(0)));
        assert_eq!(Micros::parse_rounded("0.0000015"), Ok(Micros(2)));
        assert_eq!(Micros(1_000_000).percent(Percent(12_500_000)), Micros(125_000));
    }

    #[test]
    fn more_than_six_digits_are_refused_unless_they_say_nothing() {
        for text in ["0.0000015", "1.1234567", "1.00000000000000000000000000000000001"] {
            let refused = text.parse::<Micros>().expect_err("too fine");
            assert_eq!(refused.to_string(), "must have at most 6 digits behind the point", "{text}");
            assert!(Micros::parse_limit(text).is_err() && text.parse::<Percent>().is_err(), "{text}");
        }
        assert_eq!("1.12345600000000000".parse(), Ok(Micros(1_123_456)));
    }

    #[test]
    fn a_thousandth_is_rounded_half_even() {
        for (micros, part) in [(500, 0), (501, 1), (1_500, 2), (2_500, 2), (-1_500, -2), (1_234_567, 1_235)] {
            assert_eq!(Micros(micros).thousandth(), Micros(part), "{micros}");
        }
        assert_eq!(Micros(i64::MAX).thousandth(), Micros(i64::MAX / 1_000 + 1));
    }

    #[test]
    fn ninety_thousand_of_the_largest_amounts_have_a_sum() {
        let largest: Micros = "100000000".parse().expect("the largest amount is one");
        assert!(largest.0.checked_mul(90_000).is_some());
    }

    #[test]
    fn a_limit_may_be_larger_than_an_amount() {
        assert_eq!(Micros::parse_limit("1000000000"), Ok(Micros(1_000_000_000_000_000)));
        let refused = Micros::parse_limit("1000000001").expect_err("is above a billion");
        assert_eq!(
            refused.to_string(),
            "must be a decimal number such as 1.50, at most 1000000000 either way"
        );
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["", "abc", "1e999", "NaN", "100000000.000001", "-100000001", "1,5"] {
            assert!(text.parse::<Micros>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_amount_reads_back_as_it_was_written(micros in -1_000_000_000_000_i64..=1_000_000_000_000) {
            prop_assert_eq!(Micros(micros).to_string().parse(), Ok(Micros(micros)));
        }
    }
}

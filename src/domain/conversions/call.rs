//! A postback's parameters, read with their bounds. Names and fixed words ignore case; of a name that
//! comes twice the first value that is not empty counts; unknown names are ignored.

use super::{ConversionCode, ConversionStatus};
use crate::shared::{ClickId, Micros};
use std::net::IpAddr;

/// A call that could be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// None where only a coupon says whose it is.
    pub click: Option<ClickId>,
    /// The named event in lower case; empty for the base conversion.
    pub event: String,
    /// The sale amount.
    pub amount: Option<Micros>,
    pub status: Option<ConversionStatus>,
    /// The advertiser's own id of the order; empty where none is given.
    pub txn_id: String,
    pub token: String,
    pub fraud_flag: bool,
    /// `adv1` to `adv5`: the advertiser's own notes.
    pub adv: [String; 5],
    pub coupon_code: String,
    /// Counts only where the offer allows it.
    pub payout: Option<Micros>,
    /// Counts only where the offer allows it.
    pub revenue: Option<Micros>,
    /// Who called.
    pub from: IpAddr,
}

/// A call that can't be read: code 12.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{field}: {message}")]
pub struct Malformed {
    /// The parameter, as documented.
    pub field: &'static str,
    pub message: String,
}

impl Malformed {
    /// The code that it is refused with.
    #[must_use]
    pub fn code(&self) -> ConversionCode {
        ConversionCode::Malformed
    }
}

/// What of a call that can't be read as a whole tells whose it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sender {
    pub click: Option<ClickId>,
    /// Empty where there is none.
    pub token: String,
}

/// The names that a parameter goes by.
const CLICK: &[&str] = &["transaction_id", "clickid", "click_id", "cid"];
const ORDER: &[&str] = &["txn_id", "order_id"];
const COUPON: &[&str] = &["coupon_code"];
const TOKEN: &[&str] = &["verification_token", "token"];
const ADV: [&[&str]; 5] = [&["adv1"], &["adv2"], &["adv3"], &["adv4"], &["adv5"]];

/// Whether a parameter of this (decoded) name is the verification token, which is a secret.
#[must_use]
pub fn is_token(name: &str) -> bool {
    TOKEN.iter().any(|token| token.eq_ignore_ascii_case(name))
}

/// The parameters as they came.
struct Parameters<'a, N, V>(&'a [(N, V)]);

impl<N: AsRef<str>, V: AsRef<str>> Parameters<'_, N, V> {
    fn value(&self, names: &'static [&'static str], most: usize) -> Result<&str, Malformed> {
        let named = |(name, value): &(N, V)| {
            let wanted = names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name.as_ref()));
            wanted && !value.as_ref().trim().is_empty()
        };
        let value = self.0.iter().find(|pair| named(pair)).map_or("", |(_, value)| value.as_ref().trim());
        let length = value.chars().count();
        if length > most {
            let message = format!("has {length} characters; at most {most} are allowed");
            return Err(Malformed { field: names[0], message });
        }
        // PostgreSQL keeps no NUL in a text, and the others only disguise one id as another.
        if value.chars().any(char::is_control) {
            let message = "must not have control characters".to_owned();
            return Err(Malformed { field: names[0], message });
        }
        Ok(value)
    }

    fn text(&self, names: &'static [&'static str], most: usize) -> Result<String, Malformed> {
        self.value(names, most).map(str::to_owned)
    }

    /// An amount, rounded to millionths.
    fn amount(&self, names: &'static [&'static str]) -> Result<Option<Micros>, Malformed> {
        let value = self.value(names, 40)?;
        if value.is_empty() {
            return Ok(None);
        }
        let malformed = |message: String| Malformed { field: names[0], message };
        let amount = Micros::parse_rounded(value).map_err(|error| malformed(error.to_string()))?;
        if amount < Micros::ZERO {
            Err(malformed("must not be negative".to_owned()))
        } else {
            Ok(Some(amount))
        }
    }

    /// The click; it may be missing beside a coupon, of which the order's own id tells one call from another.
    fn click(&self) -> Result<Option<ClickId>, Malformed> {
        let value = self.value(CLICK, 64)?;
        if value.is_empty() && !self.value(COUPON, 64)?.is_empty() {
            let message = "is needed where a coupon stands for the click".to_owned();
            let order = self.value(ORDER, 128)?;
            return if order.is_empty() { Err(Malformed { field: ORDER[0], message }) } else { Ok(None) };
        }
        value.parse().map(Some).map_err(|error| Malformed { field: CLICK[0], message: format!("{error}") })
    }

    fn status(&self) -> Result<Option<ConversionStatus>, Malformed> {
        let value = self.value(&["status"], 32)?;
        if value.is_empty() {
            return Ok(None);
        }
        value.parse().map(Some).map_err(|error| Malformed { field: "status", message: format!("{error}") })
    }

    fn flag(&self, names: &'static [&'static str]) -> Result<bool, Malformed> {
        match self.value(names, 8)?.to_ascii_lowercase().as_str() {
            "" | "0" | "false" | "no" => Ok(false),
            "1" | "true" | "yes" => Ok(true),
            _ => Err(Malformed { field: names[0], message: "must be 1 or 0".to_owned() }),
        }
    }
}

impl Call {
    /// Reads a call from its decoded parameters.
    ///
    /// # Errors
    /// The first parameter that is malformed or too long.
    pub fn parse<N: AsRef<str>, V: AsRef<str>>(pairs: &[(N, V)], from: IpAddr) -> Result<Self, Malformed> {
        let parameters = Parameters(pairs);
        let mut adv: [String; 5] = Default::default();
        for (slot, names) in adv.iter_mut().zip(ADV) {
            *slot = parameters.text(names, 256)?;
        }
        let event = parameters.text(&["event"], 64)?.to_ascii_lowercase();
        Ok(Self {
            click: parameters.click()?,
            event: if event == "base" { String::new() } else { event },
            amount: parameters.amount(&["amount"])?,
            status: parameters.status()?,
            txn_id: parameters.text(ORDER, 128)?,
            token: parameters.text(TOKEN, 128)?,
            fraud_flag: parameters.flag(&["fraud_flag"])?,
            adv,
            coupon_code: parameters.text(COUPON, 64)?,
            payout: parameters.amount(&["payout"])?,
            revenue: parameters.amount(&["revenue"])?,
            from,
        })
    }
}

impl Sender {
    /// Reads as much as can be read, whatever the other parameters are.
    #[must_use]
    pub fn read<N: AsRef<str>, V: AsRef<str>>(pairs: &[(N, V)]) -> Self {
        let parameters = Parameters(pairs);
        Self {
            click: parameters.click().ok().flatten(),
            token: parameters.text(TOKEN, 128).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Call;
    use crate::{conversions::ConversionStatus, shared::Micros};
    use std::net::{IpAddr, Ipv4Addr};

    const CLICK: &str = "0196f3a2b4c58001800000000000002a";
    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn every_alias_names_the_same_parameter() {
        for name in ["transaction_id", "clickid", "click_id", "cid", "CID"] {
            let call =
                Call::parse(&[(name, CLICK), ("order_id", "A-1"), ("token", "t"), ("event", "Base")], HERE);
            let call = call.expect(name);
            assert_eq!(
                (
                    call.click.expect("a click").to_string().as_str(),
                    call.txn_id.as_str(),
                    call.token.as_str()
                ),
                (CLICK, "A-1", "t")
            );
            assert_eq!(call.event, "");
        }
    }

    #[test]
    fn a_whole_call_is_read() {
        let pairs = [
            ("cid", CLICK),
            ("event", "Deposit"),
            ("amount", "19.99"),
            ("status", "PENDING"),
            ("fraud_flag", "1"),
            ("adv3", "x"),
            ("payout", "1"),
            ("revenue", "2.5"),
            ("unknown", "ignored"),
        ];
        let call = Call::parse(&pairs, HERE).expect("a call");
        assert_eq!((call.event.as_str(), call.amount), ("deposit", Some(Micros(19_990_000))));
        assert_eq!((call.status, call.fraud_flag), (Some(ConversionStatus::Pending), true));
        assert_eq!((call.payout, call.revenue), (Some(Micros(1_000_000)), Some(Micros(2_500_000))));
        assert_eq!(call.adv[2], "x");
    }

    #[test]
    fn a_malformed_call_names_the_parameter() {
        let long = "x".repeat(300);
        for (name, value, field) in [
            ("cid", "{clickid}", "transaction_id"),
            ("amount", "ten", "amount"),
            ("amount", "-1", "amount"),
            ("status", "maybe", "status"),
            ("fraud_flag", "perhaps", "fraud_flag"),
            ("order_id", &long, "txn_id"),
            ("adv5", &long, "adv5"),
            ("order_id", "\0x", "txn_id"),
            ("event", "a\u{1b}b", "event"),
            ("coupon_code", "a\u{85}b", "coupon_code"),
        ] {
            let error = Call::parse(&[(name, value), ("clickid", CLICK)], HERE).expect_err(name);
            assert_eq!(error.field, field);
        }
        assert!(Call::parse::<&str, &str>(&[], HERE).is_err());
    }

    #[test]
    fn a_coupon_stands_for_the_click_where_the_order_is_named() {
        let call = Call::parse(&[("coupon_code", "SPRING"), ("txn_id", "A-1")], HERE).expect("a call");
        assert_eq!((call.click, call.coupon_code.as_str()), (None, "SPRING"));
        let error = Call::parse(&[("coupon_code", "SPRING")], HERE).expect_err("no order");
        assert_eq!(error.field, "txn_id");
    }

    #[test]
    fn of_a_repeated_name_the_first_value_that_is_not_empty_counts() {
        let call = Call::parse(&[("cid", ""), ("cid", CLICK), ("txn_id", "a"), ("order_id", "b")], HERE)
            .expect("a call");
        assert_eq!(call.txn_id, "a");
    }
}

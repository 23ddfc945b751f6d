//! The filters of a list's form: how each is entered, and the menus of those that name an object.

use super::{Failure, parts::Choice};
use store::{
    offers::{Choices, Named, choices},
    shared::Scope,
};

/// How the value of a filter is entered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Entry {
    /// One of these.
    Menu(Vec<Choice>),
    /// At most so many characters.
    Text(usize),
    /// At most so many digits.
    Digits(usize),
}

/// A filter of a list's form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    pub label: &'static str,
    pub name: &'static str,
    pub entry: Entry,
}

impl Field {
    /// A filter by its name in the address.
    #[must_use]
    pub const fn new(label: &'static str, name: &'static str, entry: Entry) -> Self {
        Self { label, name, entry }
    }

    /// The menu of the objects that a filter holds the ids of.
    ///
    /// # Errors
    /// What the database said.
    pub async fn of(scope: Scope<'_>, filter: OfObject) -> Result<Self, Failure> {
        let entries = menu(filter.any, choices(scope, filter.kind).await?);
        Ok(Self::new(filter.label, filter.name, Entry::Menu(entries)))
    }
}

/// A filter that holds an object's id.
#[derive(Clone, Copy, Debug)]
pub struct OfObject {
    pub name: &'static str,
    pub kind: Named,
    pub label: &'static str,
    /// The entry of its menu that filters nothing.
    any: &'static str,
}

/// Only what belongs to one offer.
pub const OFFER: OfObject =
    OfObject { name: "offer_id", kind: Named::Offer, label: "Offer", any: "Any offer" };
/// To one partner.
pub const PARTNER: OfObject =
    OfObject { name: "partner_id", kind: Named::Partner, label: "Partner", any: "Any partner" };
/// To one advertiser.
pub const ADVERTISER: OfObject =
    OfObject { name: "advertiser_id", kind: Named::Advertiser, label: "Advertiser", any: "Any advertiser" };

/// To the clicks that one SmartSwitch rule has refused.
pub const RULE: OfObject = OfObject {
    name: "smart_switch_rule_id",
    kind: Named::SmartSwitchRule,
    label: "SmartSwitch rule",
    any: "Any rule",
};

/// The entries of a filter's menu, with one that filters nothing.
#[must_use]
pub fn menu(any: &str, choices: Choices) -> Vec<Choice> {
    or_any(any, choices.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)))
}

/// The same of plain words.
#[must_use]
pub fn words(any: &str, values: &[&str]) -> Vec<Choice> {
    or_any(any, values.iter().map(|value| Choice::new(*value, *value)))
}

/// Choices behind the one that chooses nothing.
#[must_use]
pub fn or_any(any: &str, choices: impl IntoIterator<Item = Choice>) -> Vec<Choice> {
    std::iter::once(Choice::new("", any)).chain(choices).collect()
}

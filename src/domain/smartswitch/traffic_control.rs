//! The document of a traffic control: a list over the whole network of whom it takes no clicks, or takes clicks
//! alone (code 24; DOMAIN.md, section 4).

use super::listed::{self, ListOperator};
use crate::shared::{Condition, Field, Problems, Status};
use serde::{Deserialize, Serialize};

/// Which way a list works.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListKind {
    /// Who is on it is refused.
    #[default]
    Black,
    /// Who is on no white list of the same field is refused.
    White,
}

impl ListKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Black, Self::White];

    /// The word in JSON, in forms and in CSV.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Black => "black",
            Self::White => "white",
        }
    }
}

/// A list over the whole network.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrafficControl {
    pub name: String,
    #[serde(default)]
    pub status: Status,
    #[serde(default)]
    pub list: ListKind,
    /// One of [`Self::FIELDS`].
    pub field: Field,
    #[serde(default)]
    pub operator: ListOperator,
    pub values: Vec<String>,
    /// Why, for colleagues.
    #[serde(default)]
    pub note: String,
}

impl TrafficControl {
    /// What lists are made of: source, subs, referrer, address, ISP, user agent, country.
    pub const FIELDS: [Field; 36] = fields();

    /// What is wrong with the document; empty where it can be saved.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        listed::check_words(&mut problems, &self.name, &self.note);
        let message = "must be source_id, sub1 to sub30, referrer, ip, isp, user_agent or country";
        problems.check(Self::FIELDS.contains(&self.field), "field", message);
        if problems.0.is_empty() {
            listed::check(&mut problems, self.field, self.operator, &self.values);
        }
        problems
    }

    /// What those on the list fulfil.
    #[must_use]
    pub fn condition(&self) -> Condition {
        listed::condition(self.field, self.operator, &self.values)
    }
}

const fn fields() -> [Field; 36] {
    let mut all = [Field::SourceId; 36];
    let mut number = 1;
    while number <= 30 {
        all[number as usize] = Field::Sub(number);
        number += 1;
    }
    all[31] = Field::Referrer;
    all[32] = Field::Ip;
    all[33] = Field::Isp;
    all[34] = Field::UserAgent;
    all[35] = Field::Country;
    all
}

//! The document of a Smart Link: one tracking link over several offers (DOMAIN.md, section 5), and the
//! rules by which a partner narrows one for its own traffic.

use super::{kpi::KpiSettings, labels::check_labels};
use crate::{
    offers::Stop,
    shared::Status,
    shared::{
        Condition, DomainId, LandingPageId, OfferId, PartnerId, Problems, RowId, SmartLinkId, check_rows,
        check_weight, conditions_problems,
    },
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A Smart Link.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmartLink {
    pub name: String,
    #[serde(default)]
    pub status: Status,
    /// The tracking domain that it is shown with; the network's default one without.
    #[serde(default)]
    pub domain_id: Option<DomainId>,
    /// Whether partners see it in their portal.
    #[serde(default)]
    pub visible_to_partners: bool,
    /// Words to find it by.
    #[serde(default)]
    pub labels: Vec<String>,
    #[serde(default)]
    pub mechanism: Mechanism,
    /// What the optimiser is asked for; counts only where the mechanism is by KPI.
    #[serde(default)]
    pub kpi: KpiSettings,
    /// In the order of their priority.
    #[serde(default)]
    pub rows: Vec<SmartLinkRow>,
    /// The offer that takes what no row takes, without the partner's approval.
    #[serde(default)]
    pub catch_all_id: Option<OfferId>,
    /// Whether a partner may leave out or narrow rows for its own traffic.
    #[serde(default)]
    pub partner_rules: bool,
}

/// How the row is chosen among those that would take the click.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mechanism {
    /// The first.
    #[default]
    Priority,
    /// A draw by weight; a row of weight 0 is never drawn.
    Weight,
    /// A draw by weights that the optimiser moves.
    Kpi,
}

impl Mechanism {
    pub const ALL: [Self; 3] = [Self::Priority, Self::Weight, Self::Kpi];

    /// The word in JSON and in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Weight => "weight",
            Self::Kpi => "kpi",
        }
    }
}

/// An offer in a Smart Link. The same offer may stand in several rows.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmartLinkRow {
    /// Names the row within its link, wherever it is moved to; 0 where it has none yet.
    #[serde(default)]
    pub id: RowId,
    pub offer_id: OfferId,
    /// Where its visitors go; drawn among the offer's pages by their weights without.
    #[serde(default)]
    pub landing_page_id: Option<LandingPageId>,
    /// Counts only where the mechanism is by weight; 0 to 1,000,000.
    #[serde(default = "one")]
    pub weight: u32,
    /// Whom it takes, beside whom the offer takes.
    #[serde(default)]
    pub targeting: Vec<Condition>,
}

fn one() -> u32 {
    1
}

impl SmartLink {
    /// What is wrong with the document; empty where it can be saved.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        problems.text("name", &self.name, true, 200);
        check_labels(&mut problems, &self.labels);
        self.kpi.check(&mut problems, "kpi");
        check_rows(&mut problems, "rows", self.rows.len());
        let mut ids = BTreeSet::new();
        for (place, row) in self.rows.iter().enumerate() {
            let path = format!("rows[{place}]");
            let is_own = row.id.0 == 0 || (row.id.0 > 0 && ids.insert(row.id));
            problems.check(
                is_own,
                &format!("{path}.id"),
                "must name no other row; leave it out for a new one",
            );
            check_weight(&mut problems, &format!("{path}.weight"), row.weight);
            problems.0.extend(conditions_problems(&format!("{path}.targeting"), &row.targeting).0);
        }
        problems
    }

    /// Gives every row without an id one: `fresh` is asked until it gives one that is free.
    pub fn number_rows(&mut self, mut fresh: impl FnMut() -> u32) {
        let mut taken: BTreeSet<RowId> = self.rows.iter().map(|row| row.id).collect();
        for row in self.rows.iter_mut().filter(|row| row.id.0 == 0) {
            while row.id.0 == 0 || !taken.insert(row.id) {
                row.id = RowId(i64::from(fresh()));
            }
        }
    }

    /// The stops that it may hand a click to, beside its rows: those end here, and follow no fail traffic.
    #[must_use]
    pub fn next_stops(&self) -> Vec<Stop> {
        self.catch_all_id.into_iter().map(Stop::Offer).collect()
    }

    /// The row of an id.
    #[must_use]
    pub fn row(&self, id: RowId) -> Option<&SmartLinkRow> {
        self.rows.iter().find(|row| row.id == id)
    }
}

/// How one partner narrows a Smart Link for its own traffic.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartnerRules {
    pub smart_link_id: SmartLinkId,
    pub partner_id: PartnerId,
    #[serde(default)]
    pub rows: Vec<PartnerRule>,
}

/// What a partner does with one row.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartnerRule {
    pub row_id: RowId,
    /// The row takes none of the partner's clicks.
    #[serde(default)]
    pub left_out: bool,
    /// The row takes only these of the partner's clicks.
    #[serde(default)]
    pub targeting: Vec<Condition>,
}

impl PartnerRules {
    /// What is wrong with the document; empty where it can be saved. A rule for a row that the link has
    /// no more is kept: it does nothing.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        check_rows(&mut problems, "rows", self.rows.len());
        let mut ids = BTreeSet::new();
        for (place, rule) in self.rows.iter().enumerate() {
            let path = format!("rows[{place}]");
            problems.check(ids.insert(rule.row_id), &format!("{path}.row_id"), "has a rule already");
            problems.0.extend(conditions_problems(&format!("{path}.targeting"), &rule.targeting).0);
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::{PartnerRules, SmartLink};
    use serde_json::{Value, json};

    fn link(more: Value) -> SmartLink {
        let mut document = json!({"name": "Link"});
        let fields = more.as_object().expect("an object").clone();
        document.as_object_mut().expect("an object").extend(fields);
        serde_json::from_value(document).expect("a Smart Link")
    }

    #[test]
    fn what_is_wrong_is_named_at_its_field() {
        let row = |more: Value| {
            let mut row = json!({"offer_id": "1"});
            row.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            row
        };
        let cases = [
            (json!({"name": " "}), "name"),
            (json!({"labels": ["a", "A"]}), "labels[1]"),
            (json!({"labels": vec!["x"; 21]}), "labels"),
            (json!({"rows": vec![row(json!({})); 101]}), "rows"),
            (json!({"rows": [row(json!({"id": "3"})), row(json!({"id": "3"}))]}), "rows[1].id"),
            (json!({"rows": [row(json!({"id": "-3"}))]}), "rows[0].id"),
            (json!({"rows": [row(json!({"weight": 1_000_001}))]}), "rows[0].weight"),
            (
                json!({"rows": [row(json!({"targeting": [{"field": "offer_cap", "values": ["x"]}]}))]}),
                "rows[0].targeting[0].field",
            ),
        ];
        for (more, field) in cases {
            let problems = link(more.clone()).problems();
            assert!(problems.0.iter().any(|problem| problem.field == field), "{more}: {problems:?}");
        }
        let fine =
            json!({"labels": ["a", "b"], "rows": [row(json!({"weight": 0})), row(json!({"weight": 0}))]});
        assert_eq!(link(fine).problems().0, vec![]);
    }

    #[test]
    fn a_new_row_gets_an_id_that_no_other_has() {
        let mut link =
            link(json!({"rows": [{"offer_id": "1"}, {"offer_id": "1", "id": "7"}, {"offer_id": "2"}]}));
        let mut numbers = [0, 7, 5, 5, 9].into_iter();
        link.number_rows(|| numbers.next().expect("enough numbers"));
        assert_eq!(link.rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), vec![5, 7, 9]);
    }

    #[test]
    fn a_partner_has_one_rule_a_row() {
        let rules =
            json!({"smart_link_id": "1", "partner_id": "2", "rows": [{"row_id": "3"}, {"row_id": "3"}]});
        let rules: PartnerRules = serde_json::from_value(rules).expect("rules");
        assert_eq!(rules.problems().0[0].field, "rows[1].row_id");
    }
}

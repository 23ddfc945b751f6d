//! Parts of a campaign that can't work, found when the plan is compiled and told to whoever saved them, at
//! the part. Only what is certain is told: a rule that seldom wins is no flaw.

use super::{Plan, link_flaws::standing_flaw};
use crate::{
    links::{Branch, Campaign, FlowRule, FlowTest, Rotator, Status, flow_test},
    offers::{Macro, braces, unknown_macros},
    shared::{Condition, Field, OfferId, Operator},
};

use std::collections::BTreeSet;

/// A flaw: its place in the document, and what is wrong.
type Told = (String, String);

impl Plan {
    pub(super) fn campaign_flaws(&self, campaign: &Campaign) -> Vec<Told> {
        let mut flaws = Vec::new();
        let order = campaign.asked_order();
        let rules: Vec<_> = campaign.rules.iter().map(|rule| folded(&rule.conditions)).collect();
        for (asked, place) in order.iter().enumerate() {
            let (rule, conditions) = (&campaign.rules[*place], &rules[*place]);
            let path = format!("rules[{place}]");
            flaws.extend(self.unknown_live(rule, &path));
            if let Some(message) = contradiction(conditions) {
                flaws.push((format!("{path}.conditions"), message));
                continue;
            }
            let before = || order[..asked].iter().filter(|at| is_compared(conditions, &rules[**at]));
            if let Some(at) = before().find(|at| is_implied(conditions, &rules[**at])) {
                let message = format!(
                    "is never reached: rule {} is asked before it and takes the same visitors",
                    at + 1
                );
                flaws.push((path, message));
            } else if let Some(at) = before().find(|at| ties(conditions, &rules[**at])) {
                let message = format!(
                    "has as many conditions as rule {}, which is asked first: where both match, the order on the page decides",
                    at + 1
                );
                flaws.push((path, message));
            }
        }
        for (path, branch) in campaign.branches() {
            flaws.extend(self.branch_flaws(campaign, &path, branch));
        }
        for (at, rotator) in campaign.rotators.iter().enumerate() {
            flaws.extend(self.rotator_flaws(&format!("rotators[{at}]"), rotator));
        }
        flaws.extend(page_flaws(campaign));
        flaws.extend(self.capped_flaw(campaign));
        if campaign.status == Status::Active
            && !campaign.branches().any(|(_, branch)| leads_somewhere(branch))
        {
            flaws.push((
                "defaults".to_owned(),
                "lead to no offer, and neither does a rule, so it takes no visitor".to_owned(),
            ));
        } else if !leads_somewhere(&campaign.defaults) && self.fallback().is_none() {
            let message = "lead to no offer, and the network has no fallback URL: whom no rule takes, or whose offer \
                           does not take the click, sees a clean page";
            flaws.push(("defaults".to_owned(), message.to_owned()));
        }
        flaws
    }

    fn unknown_live(&self, rule: &FlowRule, path: &str) -> Vec<Told> {
        let conditions = rule.conditions.iter().enumerate();
        let unknown = conditions.filter(|(_, condition)| match flow_test(condition) {
            Some(Ok(FlowTest::Cap { offer, .. })) => self.offer_index(offer).is_none(),
            Some(Ok(FlowTest::Site { .. })) | None => false,
            Some(Err(_)) => true,
        });
        unknown
            .map(|(at, _)| {
                (
                    format!("{path}.conditions[{at}]"),
                    "names nothing that is known, so it never holds".to_owned(),
                )
            })
            .collect()
    }

    fn branch_flaws(&self, campaign: &Campaign, path: &str, branch: &Branch) -> Vec<Told> {
        if branch.rotator_id.is_some() {
            return Vec::new();
        }
        let mut flaws: Vec<Told> = branch
            .offers
            .iter()
            .enumerate()
            .filter_map(|(at, share)| {
                Some((format!("{path}.offers[{at}]"), self.offer_flaw(share.offer_id)?))
            })
            .collect();
        if path != "defaults" && branch.offers.is_empty() {
            flaws.push((path.to_owned(), "leads to no offer: its visitors take the defaults".to_owned()));
        }
        if !branch.offers.is_empty() && branch.offers.iter().all(|share| share.weight == 0) {
            flaws.push((
                path.to_owned(),
                "all offers weigh 0, so none is ever drawn; give one a weight".to_owned(),
            ));
        }
        let none_shown =
            !branch.landing_pages.is_empty() && branch.landing_pages.iter().all(|share| share.weight == 0);
        if none_shown && !campaign.landing_pages.is_empty() {
            flaws.push((
                path.to_owned(),
                "all landing pages weigh 0: its visitors go straight to the offer".to_owned(),
            ));
        }
        flaws
    }

    fn rotator_flaws(&self, path: &str, rotator: &Rotator) -> Vec<Told> {
        let mut flaws: Vec<Told> = rotator
            .options
            .iter()
            .enumerate()
            .filter_map(|(at, option)| {
                Some((format!("{path}.options[{at}]"), self.offer_flaw(option.offer_id)?))
            })
            .collect();
        if rotator.options.is_empty() {
            flaws.push((path.to_owned(), "has no option: its visitors take the defaults".to_owned()));
        }
        flaws
    }

    fn offer_flaw(&self, offer: OfferId) -> Option<String> {
        let Some(offer) = self.offer_index(offer).and_then(|index| self.offer(index)) else {
            return Some("leads to no offer, so it takes no visitor".to_owned());
        };
        if let Some(why) = standing_flaw(offer.document()) {
            return Some(why.to_owned());
        }
        let has_page = offer.landing_pages().iter().any(|page| page.active);
        (!has_page)
            .then(|| "leads to an offer without an active landing page, so it takes no visitor".to_owned())
    }

    /// All offers may run full, and nothing stands behind them.
    fn capped_flaw(&self, campaign: &Campaign) -> Option<Told> {
        let split = campaign.defaults.offers.iter().map(|share| share.offer_id);
        let behind: Vec<OfferId> = match campaign.defaults.rotator_id {
            Some(id) => {
                let rotator = campaign.rotators.iter().find(|rotator| rotator.id == id);
                rotator
                    .into_iter()
                    .flat_map(|rotator| &rotator.options)
                    .map(|option| option.offer_id)
                    .collect()
            }
            None => split.collect(),
        };
        let mut offers = behind.iter().filter_map(|id| self.offer(self.offer_index(*id)?)).peekable();
        let is_capped = offers.peek().is_some() && offers.all(|offer| !offer.caps().is_empty());
        (is_capped && self.fallback().is_none()).then(|| {
            let message = "every offer of the defaults has a cap, and the network has no fallback URL: once they are \
                 reached visitors see a clean page";
            ("defaults".to_owned(), message.to_owned())
        })
    }
}

fn leads_somewhere(branch: &Branch) -> bool {
    branch.rotator_id.is_some() || !branch.offers.is_empty()
}

fn page_flaws(campaign: &Campaign) -> Vec<Told> {
    let mut flaws = Vec::new();
    for (at, page) in campaign.landing_pages.iter().enumerate() {
        let path = format!("landing_pages[{at}].url");
        let unknown = unknown_macros(&page.url);
        if !unknown.is_empty() {
            flaws.push((path.clone(), format!("{} is no macro: it stays as typed", unknown.join(", "))));
        }
        let names_click = braces(&page.url)
            .into_iter()
            .any(|(open, close)| Macro::named(&page.url[open + 1..close]) == Some(Macro::ClickId));
        if !names_click {
            let message =
                "does not tell the page the click: without {clickid} it can't lead on by /out/{clickid}";
            flaws.push((path, message.to_owned()));
        }
    }
    flaws
}

/// A condition with its values as they are compared.
struct Folded<'a> {
    condition: &'a Condition,
    values: BTreeSet<String>,
}

/// Most pairs of conditions that two rules are compared by: what takes longer is not told.
const MOST_PAIRS: usize = 400;

fn folded(conditions: &[Condition]) -> Vec<Folded<'_>> {
    let of = |condition: &'_ Condition| {
        // In an expression the case of a letter has a meaning: `\\d` and `\\D`.
        let is_folded = condition.operator != Operator::Matches;
        let fold = |value: &String| if is_folded { value.trim().to_lowercase() } else { value.clone() };
        condition.values.iter().map(fold).collect()
    };
    let of = |condition| Folded { condition, values: of(condition) };
    conditions.iter().map(of).collect()
}

/// Two conditions of a rule that never hold together, in words.
fn contradiction(conditions: &[Folded<'_>]) -> Option<String> {
    let pairs = conditions
        .iter()
        .enumerate()
        .flat_map(|(at, one)| conditions[..at].iter().map(move |other| (other, one)));
    let (one, _) = pairs.into_iter().find(|(one, other)| one.is_apart_from(other))?;
    Some(format!(
        "never hold together: every condition has to, and two on `{}` name other values; put the values into one \
         condition",
        one.condition.field
    ))
}

/// Whether two rules are few enough conditions to be compared.
fn is_compared(rule: &[Folded<'_>], other: &[Folded<'_>]) -> bool {
    rule.len() * other.len() <= MOST_PAIRS
}

/// Whether every visitor that fits all of `conditions` fits all of `others`.
fn is_implied(conditions: &[Folded<'_>], others: &[Folded<'_>]) -> bool {
    others.iter().all(|other| conditions.iter().any(|condition| condition.implies(other)))
}

/// Whether two rules are as specific as each other, and a visitor may fit both.
fn ties(rule: &[Folded<'_>], other: &[Folded<'_>]) -> bool {
    rule.len() == other.len() && !rule.iter().any(|one| other.iter().any(|other| one.is_apart_from(other)))
}

/// Whether a text has one of these parts where the operator asks for it.
fn has_part(value: &str, operator: Operator, parts: &BTreeSet<String>) -> bool {
    parts.iter().any(|part| match operator {
        Operator::Contains => value.contains(part.as_str()),
        Operator::StartsWith => value.starts_with(part.as_str()),
        Operator::EndsWith => value.ends_with(part.as_str()),
        Operator::Is
        | Operator::IsNot
        | Operator::Matches
        | Operator::IsEmpty
        | Operator::AtLeast
        | Operator::AtMost => false,
    })
}

/// Whether no number is as large as the one asks and as small as the other.
fn least_beyond_most(least: &Folded<'_>, most: &Folded<'_>) -> bool {
    let number = |of: &Folded<'_>| of.values.first().and_then(|value| value.parse::<f64>().ok());
    number(least).zip(number(most)).is_some_and(|(least, most)| least > most)
}

impl Folded<'_> {
    /// Whether whoever fits this one fits the other, which asks in another way.
    fn implies_otherwise(&self, other: &Self) -> bool {
        let is_plain = !matches!(self.condition.field, Field::Ip | Field::Schedule | Field::OsVersion);
        let is_one_of = self.condition.operator == Operator::Is && is_plain && !self.values.is_empty();
        match other.condition.operator {
            Operator::IsNot => is_one_of && self.values.is_disjoint(&other.values),
            part @ (Operator::Contains | Operator::StartsWith | Operator::EndsWith) => {
                is_one_of && self.values.iter().all(|value| has_part(value, part, &other.values))
            }
            Operator::Is | Operator::Matches | Operator::IsEmpty | Operator::AtLeast | Operator::AtMost => {
                false
            }
        }
    }

    /// Whether no visitor fits both.
    fn is_apart_from(&self, other: &Self) -> bool {
        let (one, two) = (self.condition, other.condition);
        // Addresses, windows and versions are written in more than one way.
        let is_plain = !matches!(one.field, Field::Ip | Field::Schedule | Field::OsVersion);
        if one.field != two.field || one.of != two.of || !is_plain {
            return false;
        }
        match (one.operator, two.operator) {
            (Operator::Is, Operator::Is) => {
                !self.values.is_empty() && !other.values.is_empty() && self.values.is_disjoint(&other.values)
            }
            (Operator::Is, Operator::IsNot) => {
                !self.values.is_empty() && self.values.is_subset(&other.values)
            }
            (Operator::IsNot, Operator::Is) => {
                !other.values.is_empty() && other.values.is_subset(&self.values)
            }
            (Operator::IsEmpty, Operator::Is) | (Operator::Is, Operator::IsEmpty) => true,
            (Operator::AtLeast, Operator::AtMost) => least_beyond_most(self, other),
            (Operator::AtMost, Operator::AtLeast) => least_beyond_most(other, self),
            (Operator::Is, part @ (Operator::Contains | Operator::StartsWith | Operator::EndsWith)) => {
                !self.values.iter().any(|value| has_part(value, part, &other.values))
            }
            (part @ (Operator::Contains | Operator::StartsWith | Operator::EndsWith), Operator::Is) => {
                !other.values.iter().any(|value| has_part(value, part, &self.values))
            }
            (_, _) => false,
        }
    }

    /// Whether whoever fits this one fits the other.
    fn implies(&self, other: &Self) -> bool {
        let (one, two) = (self.condition, other.condition);
        if one.field != two.field || one.of != two.of {
            return false;
        }
        if one.operator != two.operator {
            return self.implies_otherwise(other);
        }
        match one.operator {
            Operator::IsNot => other.values.is_subset(&self.values),
            Operator::AtLeast | Operator::AtMost => self.values == other.values,
            Operator::Is
            | Operator::Contains
            | Operator::StartsWith
            | Operator::EndsWith
            | Operator::Matches
            | Operator::IsEmpty => self.values.is_subset(&other.values),
        }
    }
}

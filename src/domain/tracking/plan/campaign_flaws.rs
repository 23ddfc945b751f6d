//! Parts of a campaign that can't work, found when the plan is compiled and told to whoever saved them, at
//! the part. Only what is certain is told: a rule that seldom wins is no flaw.

use super::{Plan, link_flaws::standing_flaw};
use crate::{
    links::{Branch, Campaign, CampaignStatus, FlowRule, FlowTest, Rotator, flow_test},
    offers::unknown_macros,
    shared::{Condition, Field, OfferId, Operator},
};

/// A flaw: its place in the document, and what is wrong.
type Told = (String, String);

impl Plan {
    pub(super) fn campaign_flaws(&self, campaign: &Campaign) -> Vec<Told> {
        let mut flaws = Vec::new();
        let order = campaign.asked_order();
        for (asked, place) in order.iter().enumerate() {
            let rule = &campaign.rules[*place];
            let path = format!("rules[{place}]");
            flaws.extend(self.unknown_live(rule, &path));
            if let Some(message) = contradiction(&rule.conditions) {
                flaws.push((format!("{path}.conditions"), message));
                continue;
            }
            let before = || order[..asked].iter().map(|at| (*at, &campaign.rules[*at]));
            if let Some((at, _)) = before().find(|(_, other)| is_implied(&rule.conditions, &other.conditions))
            {
                let message = format!(
                    "is never reached: rule {} is asked before it and takes the same visitors",
                    at + 1
                );
                flaws.push((path, message));
            } else if let Some((at, _)) = before().find(|(_, other)| ties(rule, other)) {
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
        if campaign.status == CampaignStatus::Active
            && !campaign.branches().any(|(_, branch)| leads_somewhere(branch))
        {
            flaws.push((
                "defaults".to_owned(),
                "lead to no offer, and neither does a rule, so it takes no visitor".to_owned(),
            ));
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
        let options =
            campaign.rotators.iter().flat_map(|rotator| rotator.options.iter().map(|option| option.offer_id));
        let split = campaign.defaults.offers.iter().map(|share| share.offer_id);
        let behind: Vec<OfferId> = match campaign.defaults.rotator_id {
            Some(_) => options.collect(),
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
    let pages = campaign.landing_pages.iter().enumerate();
    pages
        .filter_map(|(at, page)| {
            let unknown = unknown_macros(&page.url);
            let message = format!("{} is no macro: it stays as typed", unknown.join(", "));
            (!unknown.is_empty()).then(|| (format!("landing_pages[{at}].url"), message))
        })
        .collect()
}

/// Two conditions of a rule that never hold together, in words.
fn contradiction(conditions: &[Condition]) -> Option<String> {
    let pairs = conditions
        .iter()
        .enumerate()
        .flat_map(|(at, one)| conditions[..at].iter().map(move |other| (other, one)));
    pairs.filter(|(one, other)| are_apart(one, other)).map(|(one, _)| one.field).next().map(|field| {
        format!("never hold together: every condition has to, and two on `{field}` name other values; put the values into one condition")
    })
}

/// Whether no visitor fits both.
fn are_apart(one: &Condition, other: &Condition) -> bool {
    // Addresses, windows and versions are written in more than one way.
    let is_compared = !matches!(one.field, Field::Ip | Field::Schedule | Field::OsVersion);
    if one.field != other.field || one.of != other.of || !is_compared {
        return false;
    }
    let (first, second) = (values(one), values(other));
    match (one.operator, other.operator) {
        (Operator::Is, Operator::Is) => {
            !first.is_empty() && !second.is_empty() && first.iter().all(|value| !second.contains(value))
        }
        (Operator::Is, Operator::IsNot) => {
            !first.is_empty() && first.iter().all(|value| second.contains(value))
        }
        (Operator::IsNot, Operator::Is) => {
            !second.is_empty() && second.iter().all(|value| first.contains(value))
        }
        (Operator::IsEmpty, Operator::Is) | (Operator::Is, Operator::IsEmpty) => true,
        _ => false,
    }
}

/// Whether every visitor that fits all of `conditions` fits all of `others`.
fn is_implied(conditions: &[Condition], others: &[Condition]) -> bool {
    others.iter().all(|other| conditions.iter().any(|condition| implies(condition, other)))
}

fn implies(condition: &Condition, other: &Condition) -> bool {
    if condition.field != other.field || condition.operator != other.operator || condition.of != other.of {
        return false;
    }
    let (own, wanted) = (values(condition), values(other));
    match condition.operator {
        Operator::IsNot => wanted.iter().all(|value| own.contains(value)),
        Operator::AtLeast | Operator::AtMost => own == wanted,
        Operator::Is
        | Operator::Contains
        | Operator::StartsWith
        | Operator::EndsWith
        | Operator::Matches
        | Operator::IsEmpty => own.iter().all(|value| wanted.contains(value)),
    }
}

/// Whether two rules are as specific as each other, and a visitor may fit both.
fn ties(rule: &FlowRule, other: &FlowRule) -> bool {
    rule.conditions.len() == other.conditions.len()
        && !rule.conditions.iter().any(|one| other.conditions.iter().any(|other| are_apart(one, other)))
}

fn values(condition: &Condition) -> Vec<String> {
    condition.values.iter().map(|value| value.trim().to_lowercase()).collect()
}

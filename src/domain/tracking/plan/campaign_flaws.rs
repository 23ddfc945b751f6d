//! Parts of a campaign that can't work, found when the plan is compiled and told to whoever saved them, at
//! the part. Only what is certain is told: a rule that seldom wins is no flaw.

use super::{
    Plan,
    compared::{contradiction, folded, is_compared, is_implied, ties},
    kinds::Kinds,
    link_flaws::standing_flaw,
};
use crate::{
    links::{Branch, Campaign, CapTest, FlowRule, FlowTest, Rotator, flow_test},
    offers::{Macro, braces, unknown_macros},
    shared::{OfferId, Status},
};
use std::collections::BTreeMap;

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
            flaws.extend(self.live_flaws(rule, &path));
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
            } else if let Some(at) =
                before().find(|at| campaign.rules[**at].to != rule.to && ties(conditions, &rules[**at]))
            {
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
        flaws.extend(self.apart_flaws(campaign));
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

    fn live_flaws(&self, rule: &FlowRule, path: &str) -> Vec<Told> {
        let conditions = rule.conditions.iter().enumerate();
        let told = conditions.filter_map(|(at, condition)| {
            let message = match flow_test(condition)? {
                Ok(FlowTest::Cap { offer, test }) => self.cap_flaw(offer, test)?,
                Ok(FlowTest::Site { .. }) => return None,
                Err(_) => "names nothing that is known, so it never holds",
            };
            Some((format!("{path}.conditions[{at}]"), message.to_owned()))
        });
        told.collect()
    }

    fn cap_flaw(&self, offer: OfferId, test: CapTest) -> Option<&'static str> {
        let Some(offer) = self.offer_of(offer) else {
            return Some("names nothing that is known, so it never holds");
        };
        match test {
            CapTest::Reached(is_reached) if offer.caps().is_empty() => Some(if is_reached {
                "never holds, but for partners whose own share has a cap: the offer itself has none"
            } else {
                "always holds, but for partners whose own share has a cap: the offer itself has none"
            }),
            CapTest::Reached(_) | CapTest::AtLeast(..) | CapTest::AtMost(..) => None,
        }
    }

    /// Offers that take none of the visitors that a rule sends them.
    fn apart_flaws(&self, campaign: &Campaign) -> Vec<Told> {
        let mut kinds: BTreeMap<OfferId, Option<Kinds>> = BTreeMap::new();
        let mut flaws = Vec::new();
        for (at, rule) in campaign.rules.iter().enumerate() {
            let of_rule = Kinds::of(&rule.conditions);
            let mut apart = |id: OfferId| {
                let of_offer = || self.offer_of(id).map(|offer| Kinds::of(&offer.document().targeting));
                of_rule.apart_from(kinds.entry(id).or_insert_with(of_offer).as_ref()?)
            };
            let Some(rotator) = rule.to.rotator_id.map(|id| campaign.rotator(id)) else {
                let offers = rule.to.offers.iter().enumerate();
                flaws.extend(offers.filter_map(|(place, share)| {
                    let message = format!(
                        "never takes a visitor of this rule: it takes other values of `{}`",
                        apart(share.offer_id)?
                    );
                    Some((format!("rules[{at}].to.offers[{place}]"), message))
                }));
                continue;
            };
            // Options that can't take a click are masked: one that can is enough.
            let options = rotator.map_or(&[][..], |rotator| &rotator.options);
            if !options.is_empty() && options.iter().all(|option| apart(option.offer_id).is_some()) {
                let message = "has no option that takes a visitor of this rule: their offers take others";
                flaws.push((format!("rules[{at}].to.rotator_id"), message.to_owned()));
            }
        }
        flaws
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
                "has only offers that weigh 0, so none is ever drawn; give one a weight".to_owned(),
            ));
        }
        let none_shown =
            !branch.landing_pages.is_empty() && branch.landing_pages.iter().all(|share| share.weight == 0);
        if none_shown && !campaign.landing_pages.is_empty() {
            flaws.push((
                path.to_owned(),
                "has only landing pages that weigh 0: its visitors go straight to the offer".to_owned(),
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
        let Some(offer) = self.offer_of(offer) else {
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
        let mut offers = behind.iter().filter_map(|id| self.offer_of(*id)).peekable();
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

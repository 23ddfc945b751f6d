//! What a campaign says of a click: every rule in the order in which it is asked, with the first condition
//! that does not hold, and what each offer or option of the way says.

use super::super::{
    Code, CompiledCampaign, Facts, OfferIndex,
    matching::Targeting,
    plan::{CompiledBranch, CompiledRule},
};
use super::Walk;
use crate::{
    links::Branch,
    shared::{CampaignId, OfferId, RowId},
};

/// What the parts of a campaign said of a click.
#[derive(Clone, PartialEq, Debug)]
pub struct CampaignTold {
    pub campaign: CampaignId,
    /// Whether nothing of it is asked: the campaign, the partner or the network takes no traffic.
    pub is_closed: bool,
    /// In the order in which they are asked. Empty where campaign, partner or network take no traffic at all.
    pub rules: Vec<RuleTold>,
    /// What the winning rule's offers or options say; empty where none wins.
    pub ways: Vec<WayTold>,
    /// The same of the defaults; empty where they were not asked and it can't be told any more.
    pub defaults: Vec<WayTold>,
}

/// What a rule said of a click.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RuleTold {
    /// Its place on the page.
    pub place: usize,
    pub verdict: RuleVerdict,
}

/// Whether a rule has the click, or what keeps it from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RuleVerdict {
    Wins,
    /// The first of its conditions that does not hold, by its place.
    Fails(usize),
    /// It would win, but one that is asked before it does.
    Later,
    /// One that is asked before it wins; whether its own conditions on caps and sites held was not asked.
    NotAsked,
}

/// What an offer of a split, or an option of a rotator, said of a click.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct WayTold {
    pub offer: OfferId,
    /// The option of a rotator; none in a split.
    pub option: Option<RowId>,
    /// Why its offer does not take the click; none where it does.
    pub refused: Option<Code>,
    /// With what probability it is drawn; 0 where it does not take the click, or weighs nothing.
    pub propensity: f32,
}

impl<F: Facts + ?Sized> Walk<'_, F> {
    pub(super) fn campaign_told(&self, campaign: &CompiledCampaign) -> CampaignTold {
        let is_closed = self.check_campaign(campaign).is_err();
        let (rules, ways, defaults) = Default::default();
        let mut told = CampaignTold { campaign: campaign.id(), is_closed, rules, ways, defaults };
        if is_closed {
            return told;
        }
        told.rules = self.rules_told(campaign);
        let winner = told.rules.iter().find(|rule| rule.verdict == RuleVerdict::Wins).map(|rule| rule.place);
        let compiled = campaign.rules().iter().find(|rule| winner == Some(usize::from(rule.place)));
        if let Some((place, compiled)) = winner.zip(compiled) {
            told.ways = self.ways_told(campaign, &campaign.document().rules[place].to, &compiled.to);
        }
        let is_taken = told.ways.iter().any(|way| way.propensity > 0.0);
        if self.facts.is_whole() || !is_taken {
            told.defaults = self.ways_told(campaign, &campaign.document().defaults, campaign.defaults());
        }
        told
    }

    fn rules_told(&self, campaign: &CompiledCampaign) -> Vec<RuleTold> {
        let mut is_won = false;
        let told = campaign.rules().iter().map(|rule| {
            let place = usize::from(rule.place);
            let is_unknown = is_won && !rule.live.is_empty() && !self.facts.is_whole();
            let live = || if is_unknown { None } else { self.failing(rule) };
            let verdict = match self.failing_on_visitor(campaign, rule).or_else(live) {
                Some(condition) => RuleVerdict::Fails(condition),
                None if is_unknown => RuleVerdict::NotAsked,
                None if std::mem::replace(&mut is_won, true) => RuleVerdict::Later,
                None => RuleVerdict::Wins,
            };
            RuleTold { place, verdict }
        });
        told.collect()
    }

    /// The place of the first condition on the visitor that does not hold; those are asked before the others.
    fn failing_on_visitor(&self, campaign: &CompiledCampaign, rule: &CompiledRule) -> Option<usize> {
        let conditions = &campaign.document().rules[usize::from(rule.place)].conditions;
        conditions.iter().position(|condition| {
            Targeting::each(std::slice::from_ref(condition)).0.check(&self.signals).is_err()
        })
    }

    fn ways_told(
        &self,
        campaign: &CompiledCampaign,
        branch: &Branch,
        compiled: &CompiledBranch,
    ) -> Vec<WayTold> {
        let Some(place) = compiled.rotator else {
            let odds = self.offer_odds(compiled);
            let offers = branch.offers.iter().enumerate().map(|(place, share)| {
                let at = compiled.offers.iter().position(|known| usize::from(known.place) == place);
                let index = self.plan.offer_index(share.offer_id);
                self.way_told(share.offer_id, index, None, at.and_then(|at| found(&odds, at)))
            });
            return offers.collect();
        };
        let documents = &campaign.document().rotators;
        let Some((document, rotator)) = documents.get(usize::from(place)).zip(campaign.rotator(place)) else {
            return Vec::new();
        };
        let odds = self.option_odds(document, rotator);
        let options = document.options.iter().zip(&rotator.options).enumerate();
        options
            .map(|(at, (option, compiled))| {
                self.way_told(option.offer_id, compiled.offer, Some(option.id), found(&odds, at))
            })
            .collect()
    }

    fn way_told(
        &self,
        offer: OfferId,
        index: Option<OfferIndex>,
        option: Option<RowId>,
        odds: Option<f32>,
    ) -> WayTold {
        let judged = index.and_then(|index| {
            Some(self.stop(index, self.plan.offer(index)?, true).would_take(self.facts, true))
        });
        let refused = match judged {
            None => Some(Code::OfferNotActive),
            Some(judged) => judged.err().map(|refusal| refusal.code),
        };
        WayTold { offer, option, refused, propensity: odds.unwrap_or(0.0) }
    }
}

fn found(odds: &[(usize, f32)], place: usize) -> Option<f32> {
    odds.iter().find(|(known, _)| *known == place).map(|(_, odds)| *odds)
}

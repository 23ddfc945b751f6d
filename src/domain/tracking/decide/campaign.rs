//! A click at a campaign (DOMAIN.md, section 6; seed 002): the first rule all of whose conditions hold, of
//! those with the most conditions first, has it; its rotator chooses an option, or page and offer are drawn
//! one without the other. What it can't take, and whom no rule wins, the defaults take.
//!
//! Offers that would not take the click are masked and the rest share it, as in a Smart Link.

use super::super::{
    Answer, CampaignIndex, Code, CompiledCampaign, Destination, Facts, Hop, OfferIndex,
    dice::{Purpose, draw_weighted},
    plan::{CompiledBranch, CompiledOffer, CompiledRotator, CompiledRule, Live},
};
use super::{
    Arrival, Outcome, Through, Walk,
    judge::Taken,
    standing::{Refusal, check_partner, refuse_for_good},
};
use crate::{
    links::{CapTest, Rotator},
    offers::{Redirect, ReferrerPolicy},
    shared::{RowId, Status},
};
use smallvec::SmallVec;

/// The whole of a percentage.
const ALL_PERCENT: u64 = 100_000_000;

/// An offer that would take the click, with what stands before it.
pub(super) struct Chosen<'a> {
    index: OfferIndex,
    offer: &'a CompiledOffer,
    taken: Taken<'a>,
    /// The place of the campaign's landing page.
    page: Option<u16>,
    option: Option<RowId>,
    propensity: f32,
}

/// A candidate of a draw: its place among all, and what would take the click there.
type Candidate<'a> = (usize, OfferIndex, &'a CompiledOffer, Taken<'a>);

impl<'a, F: Facts + ?Sized> Walk<'a, F> {
    pub(super) fn at_campaign(
        &mut self,
        index: CampaignIndex,
        campaign: &'a CompiledCampaign,
        arrival: Arrival,
    ) -> Outcome<'a> {
        self.through = Some(Through::Campaign(campaign));
        if let Err(refusal) = self.check_campaign(campaign) {
            self.note_without_offer(campaign, refusal.code);
            self.through = None;
            return Outcome::Refused(refusal.code);
        }
        let rule = self.winning_rule(campaign);
        if let Some(rule) = rule
            && let Some(chosen) = self.choose(campaign, &rule.to)
        {
            let row = campaign.document().rules.get(usize::from(rule.place)).map(|rule| rule.id);
            let arrival = Arrival { branch: Some(rule.place), row, ..arrival };
            return Outcome::Answered(self.take_chosen((index, campaign), chosen, arrival));
        }
        if let Some(chosen) = self.choose(campaign, campaign.defaults()) {
            return Outcome::Answered(self.take_chosen((index, campaign), chosen, arrival));
        }
        self.note_without_offer(campaign, Code::NoMatchingOffer);
        Outcome::Refused(Code::NoMatchingOffer)
    }

    pub(super) fn check_campaign(&self, campaign: &CompiledCampaign) -> Result<(), Refusal> {
        check_partner(self.plan, self.partner)?;
        match campaign.document().status {
            Status::Active => Ok(()),
            Status::Paused | Status::Deleted => refuse_for_good(Code::OfferNotActive),
        }
    }

    fn winning_rule(&self, campaign: &'a CompiledCampaign) -> Option<&'a CompiledRule> {
        campaign.letting_in(&self.signals).find(|rule| self.failing(rule).is_none())
    }

    /// The place of the first condition beside the visitor that does not hold.
    pub(super) fn failing(&self, rule: &CompiledRule) -> Option<usize> {
        rule.live.iter().find(|(_, live)| !self.holds(*live)).map(|(place, _)| *place)
    }

    /// What can't be told counts as if all were well: offers have room, sites are up.
    fn holds(&self, live: Live) -> bool {
        match live {
            Live::Never => false,
            Live::Site { monitor, down } => self.facts.site_down(monitor) == down,
            Live::Cap { offer, test: CapTest::Reached(reached) } => {
                let share = self.plan.share_index(self.partner, offer);
                self.facts.capped(offer, share) == reached
            }
            Live::Cap { offer, test: CapTest::AtLeast(period, least) } => {
                self.facts.conversions(offer, period).is_some_and(|count| count >= least)
            }
            Live::Cap { offer, test: CapTest::AtMost(period, most) } => {
                self.facts.conversions(offer, period).is_none_or(|count| count <= most)
            }
        }
    }

    fn choose(&self, campaign: &'a CompiledCampaign, branch: &'a CompiledBranch) -> Option<Chosen<'a>> {
        let Some(place) = branch.rotator else { return self.split(branch) };
        let document = campaign.document().rotators.get(usize::from(place))?;
        self.rotate(document, campaign.rotator(place)?)
    }

    /// A page and an offer, drawn one without the other.
    fn split(&self, branch: &CompiledBranch) -> Option<Chosen<'a>> {
        let mut taking = self.taking(branch.offers.iter().map(|offer| offer.index).enumerate());
        let weighted =
            taking.iter().enumerate().map(|(at, candidate)| (at, branch.offers[candidate.0].weight));
        let (at, offer_propensity) = draw_weighted(weighted, |below| self.number(Purpose::Offer, below))?;
        let (_, index, offer, taken) = taking.swap_remove(at);
        let pages = branch.pages.iter().copied();
        let page = draw_weighted(pages, |below| self.number(Purpose::CampaignPage, below));
        let (page, page_propensity) = page.map_or((None, 1.0), |(page, propensity)| (Some(page), propensity));
        let propensity = offer_propensity * page_propensity;
        Some(Chosen { index, offer, taken, page, option: None, propensity })
    }

    /// An option of a rotator: one in its cold start in turn, else at times any, else by the shares that
    /// the last refresh gave them.
    fn rotate(&self, document: &Rotator, rotator: &CompiledRotator) -> Option<Chosen<'a>> {
        let options = rotator.options.iter().enumerate();
        let mut taking = self.taking(options.filter_map(|(at, option)| Some((at, option.offer?))));
        let (at, propensity) = self.option(document, &taking)?;
        let (place, index, offer, taken) = taking.swap_remove(at);
        let option = document.options.get(place).map(|option| option.id);
        Some(Chosen { index, offer, taken, page: rotator.options[place].page, option, propensity })
    }

    /// Which of the candidates, and how probable it was.
    fn option(&self, document: &Rotator, taking: &[Candidate<'a>]) -> Option<(usize, f32)> {
        if let Some(cold) = self.cold(document, taking) {
            return Some((cold, 1.0));
        }
        let weights = self.rotator_weights(document, taking);
        let explores = self.number(Purpose::Exploration, ALL_PERCENT) < floor(document);
        let drawn = if explores {
            let alike = weights.iter().enumerate().map(|(at, _)| (at, 1));
            draw_weighted(alike, |below| self.number(Purpose::Explored, below))?.0
        } else {
            let weighted = weights.iter().copied().enumerate();
            draw_weighted(weighted, |below| self.number(Purpose::Option, below))?.0
        };
        Some((drawn, odds(document, &weights, drawn)))
    }

    /// The candidate that gets the next visitor, whatever was learnt: the one with the fewest views, while
    /// it has not had enough.
    fn cold(&self, document: &Rotator, taking: &[Candidate<'a>]) -> Option<usize> {
        if document.min_impressions == 0 {
            return None;
        }
        let views = taking.iter().map(|candidate| self.facts.views(document.options[candidate.0].id));
        let (at, fewest) = views.enumerate().min_by_key(|(_, views)| *views)?;
        (fewest < u64::from(document.min_impressions)).then_some(at)
    }

    /// What the candidates weigh by the last refresh. Without one, or where those that are left weigh nothing,
    /// all are 0 and drawn alike.
    fn rotator_weights(&self, document: &Rotator, taking: &[Candidate<'a>]) -> SmallVec<[u32; 8]> {
        let rotation = self.facts.rotation(document.id).unwrap_or_default();
        let weight = |candidate: &Candidate<'a>| {
            let id = document.options[candidate.0].id;
            rotation.iter().find(|(known, _)| *known == id).map_or(0, |(_, weight)| *weight)
        };
        taking.iter().map(weight).collect()
    }

    /// What a rotator's options that would take the click are drawn with, by their places.
    pub(super) fn option_odds(&self, document: &Rotator, rotator: &CompiledRotator) -> Vec<(usize, f32)> {
        let options = rotator.options.iter().enumerate();
        let taking = self.taking(options.filter_map(|(at, option)| Some((at, option.offer?))));
        let cold = self.cold(document, &taking);
        let weights = self.rotator_weights(document, &taking);
        let odds = |at: usize| match cold {
            Some(cold) => f32::from(u8::from(cold == at)),
            None => odds(document, &weights, at),
        };
        taking.iter().enumerate().map(|(at, candidate)| (candidate.0, odds(at))).collect()
    }

    /// What the offers of a split that would take the click are drawn with, by their places.
    pub(super) fn offer_odds(&self, branch: &CompiledBranch) -> Vec<(usize, f32)> {
        let taking = self.taking(branch.offers.iter().map(|offer| offer.index).enumerate());
        let weight = |candidate: &Candidate<'a>| branch.offers[candidate.0].weight;
        let total: u64 = taking.iter().map(|candidate| u64::from(weight(candidate))).sum();
        let odds = |candidate: &Candidate<'a>| (candidate.0, weight(candidate) as f32 / total as f32);
        taking.iter().map(odds).collect()
    }

    /// Those of some offers that would take the click.
    fn taking(&self, offers: impl Iterator<Item = (usize, OfferIndex)>) -> SmallVec<[Candidate<'a>; 8]> {
        let judged = offers.filter_map(|(at, index)| {
            let offer = self.plan.offer(index)?;
            let taken = self.stop(index, offer, true).would_take(self.facts, true).ok()?;
            Some((at, index, offer, taken))
        });
        judged.collect()
    }

    fn number(&self, purpose: Purpose, below: u64) -> u64 {
        self.dice.draw(self.hops.len(), purpose, below)
    }

    /// What was chosen has the click: as a duplicate, or blocked by SmartSwitch, it may end here, but nothing else is
    /// tried.
    fn take_chosen(
        &mut self,
        (campaign, compiled): (CampaignIndex, &CompiledCampaign),
        chosen: Chosen<'a>,
        arrival: Arrival,
    ) -> Answer {
        let Chosen { index, offer, taken, page, option, propensity } = chosen;
        let mut judged = self.stop(index, offer, arrival.paid).take(self.facts, taken);
        if let Ok(accepted) = &mut judged {
            accepted.hop.propensity *= propensity;
            let shown = page.and_then(|page| compiled.document().landing_pages.get(usize::from(page)));
            accepted.hop.campaign_page = shown.map(|page| page.id);
            accepted.hop.rotator_option = option;
        }
        match (self.note(index, offer, arrival, judged), page) {
            (Ok(to), None) => super::redirect(offer, to),
            (Ok(to), Some(page)) => {
                self.onward = Some(to);
                Answer::Redirect {
                    to: Destination::CampaignPage { campaign, page },
                    how: Redirect::default(),
                    referrer_policy: ReferrerPolicy::default(),
                }
            }
            (Err(refusal), _) => Answer::without_way(refusal.code),
        }
    }

    /// A hop that ends at the campaign itself.
    fn note_without_offer(&mut self, campaign: &CompiledCampaign, code: Code) {
        let mut hop = Hop::refused(code);
        (hop.partner, hop.campaign) = (Some(self.partner), Some(campaign.id()));
        self.hops.push(hop);
    }
}

/// The share of visitors that is drawn among all options alike, in millionths of a percent.
fn floor(document: &Rotator) -> u64 {
    u64::try_from(document.exploration.0).unwrap_or(0)
}

/// With what probability the option at a place is drawn, by the floor and by these weights.
fn odds(document: &Rotator, weights: &[u32], at: usize) -> f32 {
    let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
    let alike = 1.0 / weights.len() as f32;
    let by_weight = if total == 0 { alike } else { weights[at] as f32 / total as f32 };
    let share = floor(document) as f32 / ALL_PERCENT as f32;
    share * alike + (1.0 - share) * by_weight
}

//! Why a click goes where it goes: the decision, and what every place on its way said. The places are asked
//! by the same judgement that decides, each before the click leaves it.

use super::super::{Answer, Decision, Destination, Dice, Facts, Plan, Target, Visit};
use super::{
    Place, Walk, decide, explain_campaign::CampaignTold, explain_link::SmartLinkTold,
    explain_offer::OfferTold, place_of,
};
use crate::shared::PartnerId;
use chrono::{DateTime, Utc};

/// A decision with what every place on its way said.
#[derive(Clone, PartialEq, Debug)]
pub struct Explained {
    pub decision: Decision,
    /// In the order in which the click came to them; empty where its link leads nowhere known.
    pub places: Vec<PlaceTold>,
}

/// What a place said of a click.
#[derive(Clone, PartialEq, Debug)]
pub enum PlaceTold {
    Offer(OfferTold),
    SmartLink(SmartLinkTold),
    Campaign(CampaignTold),
}

/// Decides for a visitor, and tells why.
pub fn explain<F: Facts + ?Sized>(
    plan: &Plan,
    partner: Option<PartnerId>,
    target: Target,
    visit: &Visit<'_>,
    facts: &F,
    now: DateTime<Utc>,
    dice: Dice,
) -> Explained {
    let Some((partner, place)) = partner.zip(place_of(plan, target)) else {
        let decision = decide(plan, partner, target, visit, facts, now, dice);
        return Explained { decision, places: Vec::new() };
    };
    let mut places = Vec::new();
    let walk = Walk::new(plan, partner, facts, dice, visit, now);
    let decision = walk.run_telling(place, |walk, place, arrival| {
        draw(places.last_mut(), arrival.branch);
        places.push(match place {
            Place::Offer(index, offer) => PlaceTold::Offer(walk.offer_told(index, offer, arrival)),
            Place::SmartLink(link) => PlaceTold::SmartLink(walk.smart_link_told(link)),
            Place::Campaign(_, campaign) => PlaceTold::Campaign(walk.campaign_told(campaign)),
        });
    });
    if let Answer::Redirect {
        to: Destination::FailUrl { row, .. } | Destination::ForwardUrl { row, .. },
        ..
    } = &decision.answer
    {
        draw(places.last_mut(), Some(*row));
    }
    Explained { decision, places }
}

/// Notes by which row a click left the place before.
fn draw(place: Option<&mut PlaceTold>, row: Option<u16>) {
    match place {
        Some(PlaceTold::Offer(told)) => told.drawn = row,
        Some(PlaceTold::SmartLink(told)) => told.catch_all_drawn = row,
        Some(PlaceTold::Campaign(_)) | None => {}
    }
}

impl Decision {
    /// The deep link that its visitor is sent to; none where it asked for none, or none that may be followed.
    #[must_use]
    pub fn followed_deep_link<'v>(&self, visit: &Visit<'v>) -> Option<&'v str> {
        let ends = match &self.answer {
            Answer::Redirect { to, .. } => Some(to),
            Answer::Page(_) | Answer::Blank => None,
        };
        let is_followed = |to: &Destination| matches!(to, Destination::DeepLink { .. });
        ends.into_iter().chain(&self.onward).any(is_followed).then_some(visit.deep_link)
    }
}

//! Who wants the visitor's cookie: it is set with the first answer, so whoever leads to an offer that
//! knows visitors by it wants it too.

use super::{OfferIndex, Plan, SmartLinkIndex, Way};

impl Plan {
    /// Hands the wish up the ways: from offers to those that lead to them, through Smart Links too.
    pub(super) fn hand_up_cookies(&mut self) {
        let before = self.ways_back();
        let mut open: Vec<usize> =
            (0..self.offers.len()).filter(|at| self.offers[*at].wants_cookie).collect();
        while let Some(at) = open.pop() {
            for from in &before[at] {
                let wants = match from.checked_sub(self.offers.len()) {
                    None => &mut self.offers[*from].wants_cookie,
                    Some(link) => &mut self.smart_links[link].wants_cookie,
                };
                if !std::mem::replace(wants, true) {
                    open.push(*from);
                }
            }
        }
        let offers = &self.offers;
        for campaign in &mut self.campaigns {
            let mut leads_to = campaign.leads_to();
            let wants = leads_to.any(|OfferIndex(to)| offers[to as usize].wants_cookie);
            drop(leads_to);
            campaign.wants_cookie = wants;
        }
    }

    /// Of each stop, offers first and then Smart Links, which stops lead to it.
    fn ways_back(&self) -> Vec<Vec<usize>> {
        let behind = self.offers.len();
        let mut before = vec![Vec::new(); behind + self.smart_links.len()];
        for (at, offer) in self.offers.iter().enumerate() {
            for way in offer.ways.iter().chain(&offer.forward_ways) {
                match way {
                    Way::Offer(OfferIndex(to)) => before[*to as usize].push(at),
                    Way::SmartLink(SmartLinkIndex(to)) => before[behind + *to as usize].push(at),
                    Way::Url(_) | Way::Nowhere => {}
                }
            }
        }
        for (at, link) in self.smart_links.iter().enumerate() {
            for OfferIndex(to) in link.offers.iter().copied().chain([link.catch_all]).flatten() {
                before[to as usize].push(behind + at);
            }
        }
        before
    }
}

//! Campaigns, compiled: rules in the order in which they are asked, each condition by itself.

use super::super::{
    Template,
    matching::{Branches, Targeting},
};
use super::{
    CampaignIndex, CompiledBranch, CompiledCampaign, CompiledOption, CompiledRotator, CompiledRule, Flaw,
    FlawedObject, Live, Plan, SplitOffer, Target,
};
use crate::{
    links::{Branch, Campaign, FlowRule, FlowTest, Rotator, flow_test},
    shared::{CampaignId, Condition, RowId, destination_problem},
};

impl Plan {
    pub(super) fn add_campaign(
        &mut self,
        (id, code, document): (CampaignId, String, Campaign),
        flaws: &mut Vec<Flaw>,
    ) {
        let index = CampaignIndex(self.campaigns.len() as u32);
        self.targets.insert(code.into(), Target::Campaign(index));
        self.campaign_indexes.insert(id, index);
        let note =
            |(field, message): (String, String)| Flaw { object: FlawedObject::Campaign(id), field, message };
        flaws.extend(self.campaign_flaws(&document).into_iter().map(note));
        let pages: Vec<_> = document
            .landing_pages
            .iter()
            .map(|page| destination_problem(&page.url).is_none().then(|| Template::parse(&page.url)))
            .collect();
        let mut rules = Vec::with_capacity(document.rules.len());
        let mut targetings = Vec::with_capacity(document.rules.len());
        for place in document.asked_order() {
            let rule = &document.rules[place];
            let (targeting, troubles) = Targeting::each(&rule.conditions);
            flaws.extend(troubles.into_iter().map(|(at, message)| {
                let path = format!("rules[{place}].conditions");
                note((at.map_or_else(|| path.clone(), |at| format!("{path}[{at}]")), message))
            }));
            targetings.push(targeting);
            let to = self.compile_branch(&document, &pages, &rule.to);
            rules.push(CompiledRule { place: place as u16, live: self.live(rule), to });
        }
        let rotators = document
            .rotators
            .iter()
            .map(|rotator| self.compile_rotator(&document, &pages, rotator))
            .collect();
        self.campaigns.push(CompiledCampaign {
            id,
            defaults: self.compile_branch(&document, &pages, &document.defaults),
            document,
            rules,
            branches: Branches::compile(targetings),
            pages,
            rotators,
            wants_cookie: false,
        });
    }

    fn live(&self, rule: &FlowRule) -> Vec<(usize, Live)> {
        let conditions = rule.conditions.iter().enumerate();
        conditions.filter_map(|(at, condition)| Some((at, self.live_of(condition)?))).collect()
    }

    fn live_of(&self, condition: &Condition) -> Option<Live> {
        Some(match flow_test(condition)? {
            Err(_) => Live::Never,
            Ok(FlowTest::Site { monitor, down }) => Live::Site { monitor, down },
            Ok(FlowTest::Cap { offer, test }) => {
                self.offer_index(offer).map_or(Live::Never, |offer| Live::Cap { offer, test })
            }
        })
    }

    fn compile_branch(
        &self,
        campaign: &Campaign,
        pages: &[Option<Template>],
        branch: &Branch,
    ) -> CompiledBranch {
        let rotator = branch.rotator_id.and_then(|id| {
            campaign.rotators.iter().position(|rotator| rotator.id == id).map(|place| place as u16)
        });
        let shown = branch.landing_pages.iter().filter(|share| share.weight > 0);
        let offers = branch.offers.iter().enumerate().filter(|(_, share)| share.weight > 0);
        CompiledBranch {
            rotator,
            pages: shown
                .filter_map(|share| Some((page_place(campaign, pages, share.landing_page_id)?, share.weight)))
                .collect(),
            offers: offers
                .filter_map(|(place, share)| {
                    let index = self.offer_index(share.offer_id)?;
                    Some(SplitOffer { place: place as u16, index, weight: share.weight })
                })
                .collect(),
        }
    }

    fn compile_rotator(
        &self,
        campaign: &Campaign,
        pages: &[Option<Template>],
        rotator: &Rotator,
    ) -> CompiledRotator {
        let options = rotator.options.iter().map(|option| CompiledOption {
            offer: self.offer_index(option.offer_id),
            page: option.landing_page_id.and_then(|id| page_place(campaign, pages, id)),
        });
        CompiledRotator { options: options.collect() }
    }
}

/// The place of a landing page that can be shown.
fn page_place(campaign: &Campaign, pages: &[Option<Template>], id: RowId) -> Option<u16> {
    let place = campaign.landing_pages.iter().position(|page| page.id == id)?;
    pages[place].as_ref().map(|_| place as u16)
}

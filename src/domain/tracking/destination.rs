//! The URL that a decision's redirect leads to.

use super::{
    Answer, Decision, Destination, MacroValues, Plan, Template, Visit, macros::Appended, plan::CompiledOffer,
};
use crate::shared::{ClickId, PartnerId};

/// The URL of `to` for one click, ready for a `Location` header: visible ASCII without spaces. None
/// only where `to` names nothing in this plan, that is where it was decided by another.
///
/// `click` is the id of the hop that the visitor ends at, `partner` that hop's.
#[must_use]
pub fn destination_url(
    plan: &Plan,
    to: &Destination,
    visit: &Visit<'_>,
    partner: Option<PartnerId>,
    click: ClickId,
) -> Option<String> {
    let (index, deep_link);
    let template = match to {
        Destination::LandingPage { offer, option } => {
            index = *offer;
            &plan.offer(index)?.landing_pages().get(usize::from(*option))?.template
        }
        Destination::FailUrl { offer, row } => {
            index = *offer;
            plan.offer(index)?.fail_url(*row)?
        }
        Destination::DeepLink { offer } => {
            index = *offer;
            deep_link = Template::parse(&plan.offer(index)?.document().deep_links.followed(visit.deep_link)?);
            &deep_link
        }
    };
    let offer = plan.offer(index)?;
    let mut url = String::with_capacity(256);
    let appended = Appended { subs: true, other: offer.document().forward_query };
    template.expand_with(&values(offer, visit, partner, click), appended, &mut url);
    Some(url)
}

fn values<'a>(
    offer: &'a CompiledOffer,
    visit: &'a Visit<'a>,
    partner: Option<PartnerId>,
    click: ClickId,
) -> MacroValues<'a> {
    MacroValues {
        click,
        timestamp: click.parts().millis.div_euclid(1_000),
        visit,
        offer: Some(offer.id()),
        offer_name: offer.name(),
        partner,
        advertiser: Some(offer.advertiser()),
        smart_link: None,
    }
}

impl Decision {
    /// The URL that the visitor is sent to, or none where it is answered by a page. `click` is the id
    /// of the last hop.
    #[must_use]
    pub fn url(&self, plan: &Plan, visit: &Visit<'_>, click: ClickId) -> Option<String> {
        let partner = self.hops.last().and_then(|hop| hop.partner);
        match &self.answer {
            Answer::Redirect { to, .. } => destination_url(plan, to, visit, partner, click),
            Answer::Page(_) | Answer::Blank => None,
        }
    }
}

//! The URL that a decision's redirect leads to.

use super::{
    Answer, Decision, Destination, Hop, MacroValues, Plan, Template, Visit, macros::Appended,
    plan::CompiledOffer,
};
use crate::shared::ClickId;

/// The URL of `to` for one click, ready for a `Location` header: visible ASCII without spaces. None
/// only where `to` names nothing in this plan, that is where it was decided by another.
///
/// `click` is the id of `hop`, which the visitor ends at.
#[must_use]
pub fn destination_url(
    plan: &Plan,
    to: &Destination,
    visit: &Visit<'_>,
    hop: Option<&Hop>,
    click: ClickId,
) -> Option<String> {
    let (index, deep_link);
    let template = match to {
        Destination::Fallback => {
            let mut url = String::with_capacity(256);
            plan.fallback()?.expand(&values(None, visit, hop, click), &mut url);
            return Some(url);
        }
        Destination::CampaignPage { campaign, page } => {
            let template = plan.campaign(*campaign)?.page(*page)?;
            // What the page knows of the offer behind it, it knows by the macros in its own address.
            let offer = hop.and_then(|hop| hop.index).and_then(|index| plan.offer(index));
            let (mut url, appended) = (String::with_capacity(256), Appended { subs: true, other: false });
            template.expand_with(&values(offer, visit, hop, click), appended, &mut url);
            return Some(url);
        }
        Destination::LandingPage { offer, option } => {
            index = *offer;
            &plan.offer(index)?.landing_pages().get(usize::from(*option))?.template
        }
        Destination::FailUrl { offer, row } => {
            index = *offer;
            plan.offer(index)?.fail_url(*row)?
        }
        Destination::ForwardUrl { offer, row } => {
            index = *offer;
            plan.offer(index)?.forward_url(*row)?
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
    template.expand_with(&values(Some(offer), visit, hop, click), appended, &mut url);
    Some(url)
}

fn values<'a>(
    offer: Option<&'a CompiledOffer>,
    visit: &'a Visit<'a>,
    hop: Option<&Hop>,
    click: ClickId,
) -> MacroValues<'a> {
    MacroValues {
        click,
        timestamp: click.parts().millis.div_euclid(1_000),
        visit,
        offer: offer.map(CompiledOffer::id),
        offer_name: offer.map_or("", CompiledOffer::name),
        partner: hop.and_then(|hop| hop.partner),
        advertiser: offer.map(CompiledOffer::advertiser),
        smart_link: hop.and_then(|hop| hop.smart_link),
    }
}

impl Decision {
    /// The URL that the visitor is sent to, or none where it is answered by a page. `click` is the id
    /// of the last hop.
    #[must_use]
    pub fn url(&self, plan: &Plan, visit: &Visit<'_>, click: ClickId) -> Option<String> {
        match &self.answer {
            Answer::Redirect { to, .. } => destination_url(plan, to, visit, self.hops.last(), click),
            Answer::Page(_) | Answer::Blank => None,
        }
    }

    /// The URL that a campaign's landing page leads on to; none where the visitor sees no such page.
    #[must_use]
    pub fn onward_url(&self, plan: &Plan, visit: &Visit<'_>, click: ClickId) -> Option<String> {
        destination_url(plan, self.onward.as_ref()?, visit, self.hops.last(), click)
    }
}

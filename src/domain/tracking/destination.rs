//! The URL that a decision's redirect leads to, and which deep links are followed.

use super::{
    Answer, Decision, Destination, MacroValues, Plan, Template, Visit, macros::Appended, plan::CompiledOffer,
};
use crate::{
    offers::{DeepLinks, LONGEST_URL},
    shared::{ClickId, PartnerId},
};
use url::Url;

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
            deep_link =
                Template::parse(&followed(&plan.offer(index)?.document().deep_links, visit.deep_link)?);
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

/// The deep link as it is followed, or none where the offer does not list its host. Macros work in
/// its query; in its path the braces are encoded away.
pub(super) fn followed(links: &DeepLinks, asked: &str) -> Option<String> {
    if !links.allowed || asked.is_empty() || asked.len() > LONGEST_URL {
        return None;
    }
    let url = Url::parse(asked).ok()?;
    let plain =
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    let host = url.host_str()?;
    let listed = links.hosts.iter().any(|listed| is_listed(listed, host));
    (plain && listed).then(|| url.into())
}

/// Whether a host is the listed one or, for `*.example.com`, below it.
fn is_listed(listed: &str, host: &str) -> bool {
    match listed.strip_prefix("*.") {
        None => listed.eq_ignore_ascii_case(host),
        Some(parent) => {
            let cut = host.len().checked_sub(parent.len() + 1);
            cut.is_some_and(|cut| {
                cut > 0
                    && host.as_bytes()[cut] == b'.'
                    && host.get(cut + 1..).is_some_and(|end| end.eq_ignore_ascii_case(parent))
            })
        }
    }
}

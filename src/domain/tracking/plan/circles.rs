//! Addresses that lead back to a tracking link of the network itself: whoever is sent there goes round in a
//! circle, and is counted at every turn.

use super::{Configuration, Flaw, FlawedObject};
use std::collections::HashSet;

const WHY: &str = "is a tracking link of this network: visitors would go round in a loop and be counted again; use \
                   forwarding, fail traffic, or the page behind the link";

/// Adds a flaw for every landing page that is such an address, at its offer or campaign. Links are known by their
/// codes, whatever the host.
pub(super) fn note_circles(configuration: &Configuration, flaws: &mut Vec<Flaw>) {
    let links = Links::of(configuration);
    for (_, offer, page) in configuration.landing_pages.iter().filter(|(_, _, page)| links.has(&page.url)) {
        let called = if page.name.is_empty() { &page.url } else { &page.name };
        let message = format!("page {called} {WHY}");
        let (object, field) = (FlawedObject::Offer(*offer), "landing_pages".to_owned());
        flaws.push(Flaw { object, field, message });
    }
    for (id, _, campaign) in &configuration.campaigns {
        let pages = campaign.landing_pages.iter().enumerate().filter(|(_, page)| links.has(&page.url));
        flaws.extend(pages.map(|(at, _)| Flaw {
            object: FlawedObject::Campaign(*id),
            field: format!("landing_pages[{at}].url"),
            message: WHY.to_owned(),
        }));
    }
}

/// The codes that tracking links are made of.
struct Links<'a> {
    partners: HashSet<&'a str>,
    targets: HashSet<&'a str>,
}

impl<'a> Links<'a> {
    fn of(configuration: &'a Configuration) -> Self {
        let offers = configuration.offers.iter().map(|(_, code, _)| code.as_str());
        let links = configuration.smart_links.iter().map(|(_, code, _)| code.as_str());
        let campaigns = configuration.campaigns.iter().map(|(_, code, _)| code.as_str());
        Self {
            partners: configuration.partners.iter().map(|(_, code, _)| code.as_str()).collect(),
            targets: offers.chain(links).chain(campaigns).collect(),
        }
    }

    /// Whether an address is `…/c/{partner}/{offer, Smart Link or campaign}`, with codes that are known.
    fn has(&self, url: &str) -> bool {
        let Some((_, rest)) = url.split_once("://") else { return false };
        let address = rest.split(['?', '#']).next().unwrap_or_default();
        let mut parts = address.split('/').skip(1);
        let found = (parts.next(), parts.next(), parts.next());
        matches!(found, (Some("c"), Some(partner), Some(target))
            if self.partners.contains(partner) && self.targets.contains(target))
    }
}

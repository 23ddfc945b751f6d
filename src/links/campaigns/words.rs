//! The words of campaigns on pages: what rules, options and branches are called.

use domain::links::{Campaign, FlowRule, RotatorOption};
use store::offers::{Named, Names};

/// The offers that a campaign names, to read their names by.
pub fn named_by(campaign: &Campaign) -> impl Iterator<Item = (Named, i64)> {
    let splits: Vec<_> = campaign.branches().flat_map(|(_, branch)| branch.offers.clone()).collect();
    let options = campaign.rotators.iter().flat_map(|rotator| &rotator.options).map(|option| option.offer_id);
    let split = splits.into_iter().map(|share| share.offer_id);
    split.chain(options.collect::<Vec<_>>()).map(|offer| (Named::Offer, offer.0))
}

/// What a rule is called: its name, else its place.
#[must_use]
pub fn rule_name(place: usize, rule: &FlowRule) -> String {
    if rule.name.is_empty() { format!("Rule {}", place + 1) } else { rule.name.clone() }
}

/// What the branch at a place is called; none are the defaults.
#[must_use]
pub fn branch_name(campaign: &Campaign, place: Option<usize>) -> String {
    let rule = place.and_then(|place| Some((place, campaign.rules.get(place)?)));
    rule.map_or_else(|| "the defaults".to_owned(), |(place, rule)| rule_name(place, rule))
}

/// What an option is called: its offer, and its landing page where it has one.
#[must_use]
pub fn option_name(campaign: &Campaign, names: &Names, option: &RotatorOption) -> String {
    let offer = names.of(Named::Offer, option.offer_id.0);
    match option.landing_page_id.and_then(|page| campaign.landing_page(page)) {
        Some(page) => format!("{offer}, by {}", page.name),
        None => offer.to_owned(),
    }
}

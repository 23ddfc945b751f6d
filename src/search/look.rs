//! What somebody may search, and where a hit leads.

use crate::web::{Access, Failure, icon::Icon};
use domain::{
    identity::{Level, Section},
    shared::Problems,
};
use store::{
    identity::Who,
    search::{Found, Hit, Kind, LONGEST, search},
};

/// Looks for a text among the kinds that the person may see; nothing is found by an empty text.
///
/// # Errors
/// The text is too long, or what the database said.
pub(super) async fn look(access: &Access, text: &str, only: Option<Kind>) -> Result<Vec<Found>, Failure> {
    let mut problems = Problems::default();
    problems.text("q", text, false, LONGEST);
    problems.into_result(())?;
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = |kind: &Kind| only.is_none_or(|only| only == *kind);
    let kinds: Vec<Kind> = open_to(access).into_iter().filter(wanted).collect();
    let person = match access.entrant().who {
        Who::User { id, .. } => Some(id),
        Who::Key(_) => None,
    };
    Ok(search(access.scope(), text, &kinds, person).await?)
}

/// The kinds that the person may see.
pub(super) fn open_to(access: &Access) -> Vec<Kind> {
    // Uploads are of all partners at once.
    let is_seen = |kind: &Kind| *kind != Kind::Upload || access.own().is_none();
    Kind::ALL.into_iter().filter(|kind| access.may(section(*kind), Level::Read)).filter(is_seen).collect()
}

fn section(kind: Kind) -> Section {
    match kind {
        Kind::Offer | Kind::Event | Kind::Coupon => Section::Offers,
        Kind::SmartLink | Kind::Campaign | Kind::Monitor => Section::Links,
        Kind::Partner => Section::Partners,
        Kind::Advertiser => Section::Advertisers,
        Kind::Domain | Kind::ApiKey => Section::Settings,
        Kind::User | Kind::Role => Section::Users,
        Kind::View => Section::Reports,
        Kind::Click => Section::Clicks,
        Kind::Conversion | Kind::Upload => Section::Conversions,
    }
}

/// The heading of a kind's hits.
pub(super) fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::Offer => "Offers",
        Kind::Partner => "Partners",
        Kind::Advertiser => "Advertisers",
        Kind::SmartLink => "Smart Links",
        Kind::Campaign => "Campaigns",
        Kind::Monitor => "Monitors",
        Kind::Event => "Events",
        Kind::Coupon => "Coupons",
        Kind::Domain => "Tracking domains",
        Kind::User => "Users",
        Kind::Role => "Roles",
        Kind::ApiKey => "API keys",
        Kind::View => "Saved views",
        Kind::Upload => "Uploads",
        Kind::Click => "Clicks",
        Kind::Conversion => "Conversions",
    }
}

pub(super) fn icon(kind: Kind) -> Icon {
    match kind {
        Kind::Offer | Kind::Event | Kind::Coupon => Icon::Offers,
        Kind::SmartLink => Icon::SmartLinks,
        Kind::Campaign => Icon::Campaigns,
        Kind::Monitor => Icon::Monitors,
        Kind::Partner => Icon::Partners,
        Kind::Advertiser => Icon::Advertisers,
        Kind::Domain => Icon::Domains,
        Kind::User | Kind::Role => Icon::Users,
        Kind::ApiKey => Icon::Keys,
        Kind::View => Icon::Reports,
        Kind::Upload => Icon::Upload,
        Kind::Click => Icon::Clicks,
        Kind::Conversion => Icon::Conversions,
    }
}

/// The page of one hit, or the one that lists it.
pub(super) fn page_of(kind: Kind, hit: &Hit) -> String {
    let Hit { id, place, .. } = hit;
    match kind {
        Kind::Offer => format!("/offers/{id}"),
        Kind::Partner => format!("/partners/{id}"),
        Kind::Advertiser => format!("/advertisers/{id}"),
        Kind::SmartLink => format!("/smart-links/{id}"),
        Kind::Campaign => format!("/campaigns/{id}"),
        Kind::Monitor => format!("/monitors/{id}"),
        Kind::Event => format!("/offers/{place}/events"),
        Kind::Coupon => format!("/offers/{place}/coupons"),
        Kind::Domain => format!("/settings/domains/{id}"),
        Kind::User => format!("/settings/users/{id}"),
        Kind::Role => format!("/settings/roles/{id}"),
        Kind::ApiKey => "/settings/api-keys".to_owned(),
        Kind::View => format!("/reports?{place}"),
        Kind::Upload => format!("/settings/uploads/{id}"),
        Kind::Click => format!("/clicks/{id}"),
        Kind::Conversion => format!("/conversions/{id}"),
    }
}

/// The list that shows more hits of a kind by a part of the name; none where its list has no such filter.
pub(super) fn list_of(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Offer => Some("/offers"),
        Kind::Partner => Some("/partners"),
        Kind::Advertiser => Some("/advertisers"),
        Kind::SmartLink => Some("/smart-links"),
        Kind::Campaign => Some("/campaigns"),
        Kind::Monitor => Some("/monitors"),
        Kind::User => Some("/settings/users"),
        Kind::Event
        | Kind::Coupon
        | Kind::Domain
        | Kind::Role
        | Kind::ApiKey
        | Kind::View
        | Kind::Upload
        | Kind::Click
        | Kind::Conversion => None,
    }
}

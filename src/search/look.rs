//! What somebody may search, and where a hit leads.

use crate::web::{Access, Failure, icon::Icon};
use domain::{
    identity::{Level, Section},
    shared::Problems,
};
use store::search::{Found, Kind, LONGEST, search};

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
    Ok(search(access.scope(), text, &kinds).await?)
}

/// The kinds that the person may see.
pub(super) fn open_to(access: &Access) -> Vec<Kind> {
    Kind::ALL.into_iter().filter(|kind| access.may(section(*kind), Level::Read)).collect()
}

fn section(kind: Kind) -> Section {
    match kind {
        Kind::Offer => Section::Offers,
        Kind::Partner => Section::Partners,
        Kind::Advertiser => Section::Advertisers,
        Kind::Domain => Section::Settings,
        Kind::User => Section::Users,
        Kind::Click => Section::Clicks,
        Kind::Conversion => Section::Conversions,
    }
}

/// The heading of a kind's hits.
pub(super) fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::Offer => "Offers",
        Kind::Partner => "Partners",
        Kind::Advertiser => "Advertisers",
        Kind::Domain => "Tracking domains",
        Kind::User => "Users",
        Kind::Click => "Clicks",
        Kind::Conversion => "Conversions",
    }
}

pub(super) fn icon(kind: Kind) -> Icon {
    match kind {
        Kind::Offer => Icon::Offers,
        Kind::Partner => Icon::Partners,
        Kind::Advertiser => Icon::Advertisers,
        Kind::Domain => Icon::Domains,
        Kind::User => Icon::Users,
        Kind::Click => Icon::Clicks,
        Kind::Conversion => Icon::Conversions,
    }
}

/// The folder of a kind's pages.
fn folder(kind: Kind) -> &'static str {
    match kind {
        Kind::Offer => "/offers",
        Kind::Partner => "/partners",
        Kind::Advertiser => "/advertisers",
        Kind::Domain => "/settings/domains",
        Kind::User => "/settings/users",
        Kind::Click => "/clicks",
        Kind::Conversion => "/conversions",
    }
}

/// The page of one hit.
pub(super) fn page_of(kind: Kind, id: &str) -> String {
    format!("{}/{id}", folder(kind))
}

/// The list that shows more hits of a kind by name; none where its list has no such filter.
pub(super) fn list_of(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Offer | Kind::Partner | Kind::Advertiser => Some(folder(kind)),
        Kind::Domain | Kind::User | Kind::Click | Kind::Conversion => None,
    }
}

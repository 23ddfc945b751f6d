//! The documents of an offer, in the shape that the API shows, the store keeps and the plan compiles.

use crate::shared::{
    AdvertiserId, CampaignId, Cap, Condition, Micros, MonitorId, OfferId, PartnerId, Payout, Percent,
    SmartLinkId,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An offer, without its landing pages and events, which are documents of their own.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    pub name: String,
    pub advertiser_id: AdvertiserId,
    #[serde(default)]
    pub status: OfferStatus,
    #[serde(default)]
    pub visibility: Visibility,
    /// What the partner earns for the base conversion (or the click, or the thousand impressions).
    #[serde(default)]
    pub payout: Payout,
    /// What the advertiser pays for the same.
    #[serde(default)]
    pub revenue: Revenue,
    /// Each condition includes (`is` and its kin) or excludes (`is_not`).
    #[serde(default)]
    pub targeting: Vec<Condition>,
    /// From this moment on the offer has ended (code 1).
    #[serde(default)]
    pub end_date: Option<DateTime<Utc>>,
    #[serde(default)]
    pub caps: Vec<Cap>,
    /// What becomes of a conversion above a cap.
    #[serde(default)]
    pub over_cap: OverCap,
    /// Where clicks go before anything is judged here; the first row that fits takes the click.
    #[serde(default)]
    pub forwarding: Vec<ForwardingRow>,
    #[serde(default)]
    pub fail_traffic: FailTraffic,
    #[serde(default)]
    pub duplicate_filter: DuplicateFilter,
    #[serde(default)]
    pub converted_filter: ConvertedFilter,
    /// Bots are routed like visitors unless this is set; then they get a clean page.
    #[serde(default)]
    pub block_bots: bool,
    /// Least seconds from click to base conversion; sooner is rejected with code 20.
    #[serde(default)]
    pub min_conversion_seconds: u32,
    /// Most seconds from click to base conversion; later is rejected with code 5. 90 days by default.
    #[serde(default = "ninety_days")]
    pub max_conversion_seconds: u32,
    #[serde(default)]
    pub redirect: Redirect,
    /// While the site of this monitor is down the offer takes no click (code 206).
    #[serde(default)]
    pub monitor_id: Option<MonitorId>,
    #[serde(default)]
    pub referrer_policy: ReferrerPolicy,
    /// Whether query parameters that Switchyard does not know are appended to the destination.
    #[serde(default)]
    pub forward_query: bool,
    #[serde(default)]
    pub deep_links: DeepLinks,
    /// Whether a postback's `payout` replaces the configured one.
    #[serde(default)]
    pub allow_payout_override: bool,
    /// Whether a postback's `revenue` replaces the configured one.
    #[serde(default)]
    pub allow_revenue_override: bool,
    /// Whether the cookie pixel may report conversions: whoever can load an image can call it.
    #[serde(default)]
    pub allow_pixel: bool,
    /// Whether an impression without a click is credited for 24 hours.
    #[serde(default)]
    pub view_through: bool,
}

/// 90 days in seconds, the default bound from click to conversion (DOMAIN.md, section 4).
fn ninety_days() -> u32 {
    90 * 86_400
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferStatus {
    #[default]
    Active,
    Paused,
    Pending,
    Deleted,
}

impl OfferStatus {
    pub const ALL: [Self; 4] = [Self::Active, Self::Paused, Self::Pending, Self::Deleted];

    /// The word in JSON, in the database and on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Pending => "pending",
            Self::Deleted => "deleted",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Every partner may run it without asking.
    #[default]
    Public,
    /// Partners see it and apply.
    RequireApproval,
    /// Only approved partners know of it.
    Private,
}

impl Visibility {
    pub const ALL: [Self; 3] = [Self::Public, Self::RequireApproval, Self::Private];

    /// The word in the database and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::RequireApproval => "require_approval",
            Self::Private => "private",
        }
    }
}

/// What the advertiser pays.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revenue {
    #[serde(default, rename = "type")]
    pub kind: RevenueType,
    #[serde(default)]
    pub amount: Micros,
    #[serde(default)]
    pub percent: Percent,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevenueType {
    #[default]
    Rpa,
    Rps,
    RpaRps,
    Rpc,
    Rpm,
}

/// For how many seconds an impression is credited with a conversion (DOMAIN.md, section 4).
pub const VIEW_SECONDS: i64 = 24 * 3_600;

/// A conversion above a cap is rejected (code 4), held as pending, or paid all the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverCap {
    #[default]
    Reject,
    Hold,
    Pay,
}

/// Where a click goes that this offer does not take.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailTraffic {
    #[serde(default)]
    pub mechanism: FailMechanism,
    #[serde(default)]
    pub rows: Vec<FailRow>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailMechanism {
    #[default]
    Priority,
    Weight,
}

/// One way out.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailRow {
    pub destination: Destination,
    /// Counts only where the mechanism is by weight; 0 to 1,000,000.
    #[serde(default = "one")]
    pub weight: u32,
    #[serde(default)]
    pub targeting: Vec<Condition>,
    /// The codes that this row takes; empty takes every one.
    #[serde(default)]
    pub codes: Vec<u16>,
    /// Whether the partner is paid at the destination.
    #[serde(default = "yes")]
    pub paid: bool,
}

/// A click that is sent on before the offer judges it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForwardingRow {
    pub destination: Destination,
    /// Whose clicks; empty takes every partner's.
    #[serde(default)]
    pub partners: Vec<PartnerId>,
    #[serde(default)]
    pub targeting: Vec<Condition>,
    /// Whether the partner is paid at the destination.
    #[serde(default = "yes")]
    pub paid: bool,
}

fn one() -> u32 {
    1
}

fn yes() -> bool {
    true
}

/// Where a row leads.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    Offer(OfferId),
    SmartLink(SmartLinkId),
    Campaign(CampaignId),
    /// May hold macros, never in scheme or host.
    Url(String),
}

/// How a second click of the same visitor is known, and what becomes of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DuplicateFilter {
    #[serde(default)]
    pub session: Session,
    /// For how long a visitor is remembered, in hours; 1 to 720.
    #[serde(default = "a_day")]
    pub hours: u32,
    #[serde(default)]
    pub action: DuplicateAction,
}

fn a_day() -> u32 {
    24
}

impl Default for DuplicateFilter {
    fn default() -> Self {
        Self { session: Session::default(), hours: a_day(), action: DuplicateAction::default() }
    }
}

/// By what a visitor is known again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Session {
    Cookie,
    Ip,
    #[default]
    IpUserAgent,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateAction {
    /// The click passes and is counted as a duplicate.
    #[default]
    Off,
    Block,
    FailTraffic,
}

/// What becomes of a visitor who has already converted on this offer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvertedFilter {
    #[serde(default)]
    pub action: DuplicateAction,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Redirect {
    #[default]
    #[serde(rename = "302")]
    Found,
    /// A page with a meta refresh; the destination sees our page as the referrer.
    #[serde(rename = "meta_refresh")]
    MetaRefresh,
    /// Two pages, the second without a referrer: the destination sees none.
    #[serde(rename = "double_meta_refresh")]
    DoubleMetaRefresh,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReferrerPolicy {
    #[default]
    NoReferrerWhenDowngrade,
    NoReferrer,
    Origin,
    UnsafeUrl,
}

/// Whether `url=` may choose the page, and on which hosts.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeepLinks {
    #[serde(default)]
    pub allowed: bool,
    /// Exact host names, or `*.example.com` for every host below it.
    #[serde(default)]
    pub hosts: Vec<String>,
}

/// A page that an offer's visitors are sent to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LandingPage {
    #[serde(default)]
    pub name: String,
    /// May hold macros, never in scheme or host.
    pub url: String,
    /// Its share of the offer's visitors, beside the other pages'; 0 to 1,000,000.
    #[serde(default = "one")]
    pub weight: u32,
    #[serde(default = "yes")]
    pub active: bool,
}

/// A named event after (or beside) the base conversion.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferEvent {
    /// The name that a postback's `event` gives, matched ignoring case; 1 to 64 of `a-z 0-9 _ - .`.
    pub name: String,
    #[serde(default)]
    pub payout: Payout,
    #[serde(default)]
    pub revenue: Revenue,
}

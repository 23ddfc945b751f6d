//! What was decided for a click: the hops it took and what the visitor is answered. The decision
//! is what gets stored; with the plan's version, the facts and the dice it can be computed again.

use super::plan::{CampaignIndex, OfferIndex, ShareIndex};
use crate::{
    offers::{Redirect, ReferrerPolicy},
    shared::{CampaignId, LandingPageId, Micros, OfferId, PartnerId, RowId, SmartLinkId, SmartSwitchRuleId},
};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// Whether a click counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Verdict {
    Valid = 0,
    Duplicate = 1,
    Invalid = 2,
}

impl Verdict {
    /// The word in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Duplicate => "duplicate",
            Self::Invalid => "invalid",
        }
    }
}

/// Why a click is not valid, in the field's numbers (DOMAIN.md, section 2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u16)]
pub enum Code {
    OfferEnded = 1,
    OfferCap = 2,
    Os = 4,
    Device = 5,
    Browser = 6,
    OsVersion = 7,
    Language = 8,
    Country = 9,
    Region = 10,
    City = 11,
    IpRange = 13,
    SourceBlock = 14,
    Isp = 16,
    DayParting = 17,
    ConnectionType = 18,
    Carrier = 19,
    NoMatchingOffer = 20,
    DuplicateClick = 21,
    Proxy = 23,
    TrafficControl = 24,
    AlreadyConverted = 27,
    SmartSwitch = 28,
    Forwarded = 29,
    Bot = 200,
    PartnerNotApproved = 201,
    OfferNotActive = 202,
    PartnerNotActive = 203,
    NetworkSuspended = 204,
    UnknownLink = 205,
    SiteDown = 206,
    RateLimited = 207,
    /// A `source_id` or `sub` value that the targeting does not let in (ours).
    SubValue = 208,
}

impl Code {
    /// Every code, in order of its number.
    pub const ALL: [Self; 32] = [
        Self::OfferEnded,
        Self::OfferCap,
        Self::Os,
        Self::Device,
        Self::Browser,
        Self::OsVersion,
        Self::Language,
        Self::Country,
        Self::Region,
        Self::City,
        Self::IpRange,
        Self::SourceBlock,
        Self::Isp,
        Self::DayParting,
        Self::ConnectionType,
        Self::Carrier,
        Self::NoMatchingOffer,
        Self::DuplicateClick,
        Self::Proxy,
        Self::TrafficControl,
        Self::AlreadyConverted,
        Self::SmartSwitch,
        Self::Forwarded,
        Self::Bot,
        Self::PartnerNotApproved,
        Self::OfferNotActive,
        Self::PartnerNotActive,
        Self::NetworkSuspended,
        Self::UnknownLink,
        Self::SiteDown,
        Self::RateLimited,
        Self::SubValue,
    ];

    /// The field's number.
    #[must_use]
    pub fn number(self) -> u16 {
        self as u16
    }

    /// The code of a number.
    #[must_use]
    pub fn of_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.number() == number)
    }

    /// The number in digits, as roll-ups keep it.
    #[must_use]
    pub fn digits(self) -> &'static str {
        match self {
            Self::OfferEnded => "1",
            Self::OfferCap => "2",
            Self::Os => "4",
            Self::Device => "5",
            Self::Browser => "6",
            Self::OsVersion => "7",
            Self::Language => "8",
            Self::Country => "9",
            Self::Region => "10",
            Self::City => "11",
            Self::IpRange => "13",
            Self::SourceBlock => "14",
            Self::Isp => "16",
            Self::DayParting => "17",
            Self::ConnectionType => "18",
            Self::Carrier => "19",
            Self::NoMatchingOffer => "20",
            Self::DuplicateClick => "21",
            Self::Proxy => "23",
            Self::TrafficControl => "24",
            Self::AlreadyConverted => "27",
            Self::SmartSwitch => "28",
            Self::Forwarded => "29",
            Self::Bot => "200",
            Self::PartnerNotApproved => "201",
            Self::OfferNotActive => "202",
            Self::PartnerNotActive => "203",
            Self::NetworkSuspended => "204",
            Self::UnknownLink => "205",
            Self::SiteDown => "206",
            Self::RateLimited => "207",
            Self::SubValue => "208",
        }
    }

    /// A few words for pages and the API's `reason`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::OfferEnded => "offer ended",
            Self::OfferCap => "offer cap reached",
            Self::Os => "operating system not targeted",
            Self::Device => "device type not targeted",
            Self::Browser => "browser not targeted",
            Self::OsVersion => "OS version not targeted",
            Self::Language => "language not targeted",
            Self::Country => "country not targeted",
            Self::Region => "region not targeted",
            Self::City => "city not targeted",
            Self::IpRange => "IP range not targeted",
            Self::SourceBlock => "source blocked",
            Self::Isp => "ISP not targeted",
            Self::DayParting => "outside the schedule",
            Self::ConnectionType => "connection type not targeted",
            Self::Carrier => "carrier not targeted",
            Self::NoMatchingOffer => "no matching offer",
            Self::DuplicateClick => "duplicate click",
            Self::Proxy => "proxy not targeted",
            Self::TrafficControl => "traffic control",
            Self::AlreadyConverted => "already converted",
            Self::SmartSwitch => "blocked by SmartSwitch",
            Self::Forwarded => "forwarded",
            Self::Bot => "bot",
            Self::PartnerNotApproved => "partner not approved",
            Self::OfferNotActive => "offer not active",
            Self::PartnerNotActive => "partner not active",
            Self::NetworkSuspended => "network suspended",
            Self::UnknownLink => "unknown link",
            Self::SiteDown => "site down",
            Self::RateLimited => "rate limited",
            Self::SubValue => "source or sub value not targeted",
        }
    }

    /// The HTTP status of the clean page a visitor gets (INTERFACE.md, "Tracking").
    #[must_use]
    pub fn http_status(self) -> u16 {
        match self {
            Self::UnknownLink => 404,
            Self::OfferEnded | Self::OfferNotActive | Self::PartnerNotActive | Self::NetworkSuspended => 410,
            Self::RateLimited => 429,
            Self::SmartSwitch => 200,
            Self::OfferCap
            | Self::Os
            | Self::Device
            | Self::Browser
            | Self::OsVersion
            | Self::Language
            | Self::Country
            | Self::Region
            | Self::City
            | Self::IpRange
            | Self::SourceBlock
            | Self::Isp
            | Self::DayParting
            | Self::ConnectionType
            | Self::Carrier
            | Self::NoMatchingOffer
            | Self::DuplicateClick
            | Self::Proxy
            | Self::TrafficControl
            | Self::AlreadyConverted
            | Self::Forwarded
            | Self::Bot
            | Self::PartnerNotApproved
            | Self::SiteDown
            | Self::SubValue => 403,
        }
    }
}

/// The whole decision: at least one hop, the last one is where the visitor ended.
#[derive(Clone, PartialEq, Debug)]
pub struct Decision {
    pub hops: SmallVec<[Hop; 2]>,
    pub answer: Answer,
    /// Where a campaign's landing page leads on to; none where the visitor sees none.
    pub onward: Option<Destination>,
}

/// One stop of a click; each is stored as a click of its own, all but the first with a `parent`.
#[derive(Clone, PartialEq, Debug)]
pub struct Hop {
    pub partner: Option<PartnerId>,
    /// None where the link leads nowhere known.
    pub offer: Option<OfferId>,
    /// The Smart Link that the click came through.
    pub smart_link: Option<SmartLinkId>,
    /// The campaign that the click came through.
    pub campaign: Option<CampaignId>,
    /// The row of the Smart Link, or the rule of the campaign, that took the click.
    pub row: Option<RowId>,
    /// The campaign's landing page that stands before the offer.
    pub campaign_page: Option<RowId>,
    /// The option of the rotator that was drawn.
    pub rotator_option: Option<RowId>,
    /// The offer's place in the plan, for facts and reservations.
    pub index: Option<OfferIndex>,
    pub share: Option<ShareIndex>,
    pub landing_page: Option<LandingPageId>,
    pub verdict: Verdict,
    pub code: Option<Code>,
    /// The SmartSwitch rule that refused it, where the code is 28.
    pub smart_switch_rule: Option<SmartSwitchRuleId>,
    /// Which way led here: the row's place in the fail traffic of the hop before or in the Smart Link, or the
    /// rule's in the campaign.
    pub branch: Option<u16>,
    /// Which of the offer's landing pages was drawn: its place in the plan.
    pub option: Option<u16>,
    /// With what probability row or option, offer and landing pages were drawn, above 0 to 1.
    pub propensity: f32,
    /// What the partner earns by the click itself (CPC), else zero.
    pub payout: Micros,
    /// What the advertiser pays by the click itself (RPC), else zero.
    pub revenue: Micros,
    /// Whether the partner is paid here; else neither the click nor a conversion of it earns it anything.
    pub paid: bool,
    /// Whether this hop takes one click of the offer's caps, to be reserved before the answer.
    pub reserves: bool,
    /// The key to be remembered as seen on this offer; none where the click is none of its own (bots, refusals).
    pub remember: Option<u64>,
}

/// What the visitor is answered.
#[derive(Clone, PartialEq, Debug)]
pub enum Answer {
    /// On to the destination. The text still has its macros; see [`super::destination_url`].
    Redirect { to: Destination, how: Redirect, referrer_policy: ReferrerPolicy },
    /// A clean page that says politely that there is nothing here; the status is the code's.
    Page(Code),
    /// Nothing at all, with 200: what a SmartSwitch block shows.
    Blank,
}

impl Answer {
    /// What is answered where a click ends without a way on.
    #[must_use]
    pub fn without_way(code: Code) -> Self {
        if code == Code::SmartSwitch { Self::Blank } else { Self::Page(code) }
    }
}

/// Where a redirect leads, before its macros are filled in.
#[derive(Clone, PartialEq, Debug)]
pub enum Destination {
    /// The landing page `option` of the offer `index`.
    LandingPage { offer: OfferIndex, option: u16 },
    /// The deep link that the visitor's link asked for, already checked against the offer's hosts.
    DeepLink { offer: OfferIndex },
    /// The URL of row `row` in the fail traffic of the offer `index`.
    FailUrl { offer: OfferIndex, row: u16 },
    /// The URL of row `row` in the forwarding of the offer `index`.
    ForwardUrl { offer: OfferIndex, row: u16 },
    /// The landing page `page` of the campaign `campaign`, by its place.
    CampaignPage { campaign: CampaignIndex, page: u16 },
    /// The network's own URL for what no row of a Smart Link, or no branch of a campaign, takes.
    Fallback,
}

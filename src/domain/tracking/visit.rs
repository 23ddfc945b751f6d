//! What is known of a visitor and of the request that brought it, resolved before anything is decided.

use crate::{shared::LandingPageId, smartswitch::Variable};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// How many `sub` parameters a link takes.
pub const SUBS: usize = 30;

/// The visitor and the request. An empty text is "unknown" or "not given", and matches no entry.
#[derive(Clone, Debug)]
pub struct Visit<'a> {
    /// ISO 3166 code of two capital letters.
    pub country: &'a str,
    /// The English name of the country's largest division, such as `Bavaria`; its code without the
    /// country's where no name is known. Conditions ignore case.
    pub region: &'a str,
    /// The English name.
    pub city: &'a str,
    /// The first language that the visitor prefers, as a lower-case primary tag such as `de`.
    pub language: &'a str,
    pub device: Device,
    /// Family name in lower case as targeting writes it: `ios`, `android`, `windows`, `macos`, `linux`, `chrome os`, …
    pub os: &'a str,
    /// Dotted numbers such as `17.5.1`.
    pub os_version: &'a str,
    /// Family name in lower case: `chrome`, `safari`, `firefox`, `edge`, …
    pub browser: &'a str,
    pub browser_version: &'a str,
    pub isp: &'a str,
    /// The number of the autonomous system, 0 where it is unknown; kept with the click, no rule asks for it.
    pub asn: u32,
    /// `mobile`, `wifi` or `cable`; empty where no file tells.
    pub connection: &'a str,
    /// The mobile network's operator; empty for other connections.
    pub carrier: &'a str,
    /// None where no file tells.
    pub proxy: Option<bool>,
    pub is_bot: bool,
    /// The network's tracking domain that the link was followed on; empty for the installation's own address.
    pub domain: &'a str,
    pub ip: IpAddr,
    pub user_agent: &'a str,
    pub referrer: &'a str,
    pub source_id: &'a str,
    /// `sub1` first.
    pub subs: [&'a str; SUBS],
    /// `ref_id` or `externalid`.
    pub ref_id: &'a str,
    /// The landing page that the link asks for with `lp`.
    pub landing_page: Option<LandingPageId>,
    /// The deep link that the link asks for with `url`.
    pub deep_link: &'a str,
    /// Query parameters that Switchyard does not know, as they came, URL-decoded.
    pub other: &'a [(&'a str, &'a str)],
    /// By what this visitor is known again.
    pub session: SessionKeys,
}

impl<'a> Visit<'a> {
    /// The value of a variable: a source of the partner; empty where the link carries none.
    #[must_use]
    pub const fn source(&self, variable: Variable) -> &'a str {
        match variable {
            Variable::SourceId => self.source_id,
            Variable::Sub1 => self.subs[0],
            Variable::Sub2 => self.subs[1],
            Variable::Sub3 => self.subs[2],
            Variable::Sub4 => self.subs[3],
            Variable::Sub5 => self.subs[4],
        }
    }
}

/// Keyed hashes of what a visitor is known by; made by the caller, who holds the key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SessionKeys {
    /// Of the visitor cookie; a visitor without one has a fresh random key.
    pub cookie: u64,
    pub ip: u64,
    pub ip_user_agent: u64,
}

/// The class of a visitor's device.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    #[default]
    Unknown,
    Desktop,
    Mobile,
    Tablet,
    Tv,
    Console,
    Bot,
}

impl Device {
    const ALL: [Self; 7] =
        [Self::Unknown, Self::Desktop, Self::Mobile, Self::Tablet, Self::Tv, Self::Console, Self::Bot];

    /// The class of a stored number; unknown where it is none.
    #[must_use]
    pub fn of_number(number: i64) -> Self {
        usize::try_from(number).ok().and_then(|place| Self::ALL.get(place)).copied().unwrap_or_default()
    }

    /// The name in conditions, reports and macros; empty where it is unknown.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "",
            Self::Desktop => "desktop",
            Self::Mobile => "mobile",
            Self::Tablet => "tablet",
            Self::Tv => "tv",
            Self::Console => "console",
            Self::Bot => "bot",
        }
    }
}

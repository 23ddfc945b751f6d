//! The macros that there are (DOMAIN.md, section 7), and what only looks like one.

use crate::shared::origin_length;

/// The first sub value that is appended instead of having a macro.
pub(crate) const FIRST_APPENDED: usize = 15;

/// What a macro is filled with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Macro {
    ClickId,
    RefId,
    ExternalId,
    Country,
    Region,
    City,
    Isp,
    Language,
    Device,
    Os,
    Browser,
    Ip,
    UserAgent,
    Referrer,
    Sub(u8),
    SourceId,
    Timestamp,
    OfferId,
    OfferName,
    PartnerId,
    AdvertiserId,
    SmartLinkId,
}

impl Macro {
    /// The macro of a name, in any case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        let sub = lower.strip_prefix("sub").filter(|digits| !digits.starts_with('0') && digits.len() <= 2);
        if let Some(number) = sub.and_then(|digits| digits.parse::<u8>().ok()) {
            return (1..FIRST_APPENDED as u8).contains(&number).then_some(Self::Sub(number));
        }
        Some(match lower.as_str() {
            "clickid" | "click_id" | "transaction_id" => Self::ClickId,
            "ref_id" => Self::RefId,
            "externalid" => Self::ExternalId,
            "country" | "geo" => Self::Country,
            "region" => Self::Region,
            "city" => Self::City,
            "isp" => Self::Isp,
            "language" => Self::Language,
            "device" => Self::Device,
            "os" => Self::Os,
            "browser" => Self::Browser,
            "ip" => Self::Ip,
            "ua" | "uagent" => Self::UserAgent,
            "referer" | "referrer" => Self::Referrer,
            "source_id" => Self::SourceId,
            "timestamp" => Self::Timestamp,
            "offer_id" => Self::OfferId,
            "offer_name" => Self::OfferName,
            "partner_id" => Self::PartnerId,
            "advertiser_id" => Self::AdvertiserId,
            "smart_link_id" => Self::SmartLinkId,
            _ => return None,
        })
    }
}

/// What looks like a macro in a destination and is none, or stands in its scheme or host: it is sent
/// as typed. With its braces, in their order.
#[must_use]
pub fn unknown_macros(url: &str) -> Vec<String> {
    let url = url.trim();
    let start = origin_length(url).unwrap_or(url.len());
    let found = braces(url).into_iter();
    let unknown =
        found.filter(|(open, close)| *open < start || Macro::named(&url[open + 1..*close]).is_none());
    unknown.map(|(open, close)| url[open..=close].to_owned()).collect()
}

/// Where `{name}` stands: opening and closing brace. A name has letters, digits, `_`, `-` and `.`.
pub(crate) fn braces(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut open = None;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => open = Some(at),
            b'}' => found.extend(open.take().filter(|open| at > open + 1).map(|open| (open, at))),
            b'_' | b'-' | b'.' => {}
            other if other.is_ascii_alphanumeric() => {}
            _ => open = None,
        }
    }
    found
}

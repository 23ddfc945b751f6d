//! What each macro is filled with (DOMAIN.md, section 7).

use super::super::Visit;
use crate::{
    offers::Macro,
    shared::{AdvertiserId, ClickId, OfferId, PartnerId, SmartLinkId},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::fmt::Write;

/// What is encoded in a value: all but the letters that never mean anything in a URL.
pub(super) const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What macros are filled with.
#[derive(Clone, Copy, Debug)]
pub struct MacroValues<'a> {
    pub click: ClickId,
    /// Unix seconds of the click.
    pub timestamp: i64,
    pub visit: &'a Visit<'a>,
    pub offer: Option<OfferId>,
    pub offer_name: &'a str,
    pub partner: Option<PartnerId>,
    pub advertiser: Option<AdvertiserId>,
    pub smart_link: Option<SmartLinkId>,
}

impl Macro {
    /// Writes its value, encoded.
    pub(super) fn write(self, values: &MacroValues<'_>, out: &mut String) {
        let visit = values.visit;
        let text = match self {
            Self::RefId if visit.ref_id.is_empty() => return write_number(out, values.click),
            Self::ClickId => return write_number(out, values.click),
            Self::Ip => return out.extend(utf8_percent_encode(&visit.ip.to_string(), VALUE)),
            Self::Timestamp => return write_number(out, values.timestamp),
            Self::OfferId => return write_optional(out, values.offer),
            Self::PartnerId => return write_optional(out, values.partner),
            Self::AdvertiserId => return write_optional(out, values.advertiser),
            Self::SmartLinkId => return write_optional(out, values.smart_link),
            Self::RefId | Self::ExternalId => visit.ref_id,
            Self::Country => visit.country,
            Self::Region => visit.region,
            Self::City => visit.city,
            Self::Isp => visit.isp,
            Self::Language => visit.language,
            Self::Device => visit.device.name(),
            Self::Os => visit.os,
            Self::Browser => visit.browser,
            Self::UserAgent => visit.user_agent,
            Self::Referrer => visit.referrer,
            Self::Sub(number) => visit.subs.get(usize::from(number) - 1).copied().unwrap_or(""),
            Self::SourceId => visit.source_id,
            Self::OfferName => values.offer_name,
        };
        out.extend(utf8_percent_encode(text, VALUE));
    }
}

fn write_optional(out: &mut String, id: Option<impl std::fmt::Display>) {
    if let Some(id) = id {
        write_number(out, id);
    }
}

/// Writes what needs no encoding: digits and letters.
pub(super) fn write_number(out: &mut String, number: impl std::fmt::Display) {
    write!(out, "{number}").expect("a String takes everything");
}

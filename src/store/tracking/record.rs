//! What the spool keeps: everything that happened, whole, before anyone is answered.

use domain::{
    shared::{ClickId, NetworkId},
    tracking::Device,
};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Bytes that most records fit in: growing on the way costs more than the room.
const USUAL: usize = 768;

/// One thing that happened. Texts are borrowed: from the request when written, from the segment when read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Record<'a> {
    #[serde(borrow)]
    Click(Box<ClickRecord<'a>>),
    #[serde(borrow)]
    Impression(Box<ImpressionRecord<'a>>),
    #[serde(borrow)]
    Postback(Box<PostbackRecord<'a>>),
    /// A call of the cookie pixel, which carries no token.
    #[serde(borrow)]
    Pixel(Box<PostbackRecord<'a>>),
}

/// The visitor, as clicks and impressions keep it. An empty text is "unknown".
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VisitorRecord<'a> {
    pub country: &'a str,
    pub region: &'a str,
    pub city: &'a str,
    pub device: Device,
    pub os: &'a str,
    pub os_version: &'a str,
    pub browser: &'a str,
    pub browser_version: &'a str,
    pub language: &'a str,
    pub isp: &'a str,
    /// `mobile`, `wifi` or `cable`.
    pub connection: &'a str,
    pub carrier: &'a str,
    /// None where no file tells.
    pub proxy: Option<bool>,
    pub is_bot: bool,
    pub ip: IpAddr,
    pub user_agent: &'a str,
    pub referrer: &'a str,
    pub source_id: &'a str,
    /// The tracking domain; empty for the installation's own address.
    pub domain: &'a str,
    /// `sub1` first, without the empty ones at the end.
    #[serde(borrow)]
    pub subs: Vec<&'a str>,
    /// The number of the autonomous system, 0 where it is unknown. Its bytes follow the whole record
    /// (see [`Record::to_bytes`]): records of before there was one still read.
    #[serde(skip)]
    pub asn: u32,
}

/// One click at one hop. Ids are 0 where there is none.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClickRecord<'a> {
    pub id: u128,
    /// The hop before, or 0.
    pub parent: u128,
    pub partner_id: i64,
    pub offer_id: i64,
    /// The Smart Link that the click came through.
    pub smart_link_id: i64,
    pub campaign_id: i64,
    /// The row of the Smart Link, or the rule of the campaign, that took the click: its id in digits, as roll-ups
    /// keep it; empty for none. So with the two that follow.
    pub row: &'a str,
    /// The landing page of the campaign that the visitor was shown.
    pub campaign_page: &'a str,
    /// The option of the rotator that was drawn.
    pub rotator_option: &'a str,
    pub landing_page_id: i64,
    /// [`domain::tracking::Verdict`] by number.
    pub verdict: u8,
    /// [`domain::tracking::Code`] by number, or 0.
    pub code: u16,
    #[serde(borrow)]
    pub visitor: VisitorRecord<'a>,
    pub ref_id: &'a str,
    /// Device ids and the parameters that Switchyard does not know.
    #[serde(borrow)]
    pub other: Vec<(&'a str, &'a str)>,
    /// Where the visitor was sent; empty where it got a page.
    pub destination: &'a str,
    /// Where the campaign's landing page leads on to; empty where the visitor was shown none.
    pub onward: &'a str,
    /// Millionths.
    pub payout: i64,
    pub revenue: i64,
    /// Whether the partner is paid at this hop.
    pub paid: bool,
    /// By what the visitor is known again on this offer.
    pub session_key: u64,
    /// Whether `session_key` is to be remembered as seen.
    pub remember: bool,
    /// Whether the click took one of the offer's caps.
    pub reserves: bool,
    pub plan_version: u64,
    pub seed: u64,
    /// -1 where there is none.
    pub branch: i32,
    pub option: i32,
    pub propensity: f32,
    /// The SmartSwitch rule that refused it: its id in digits; empty for none. Its bytes follow the whole record, as
    /// those of [`VisitorRecord::asn`] do.
    #[serde(skip)]
    pub smart_switch_rule: &'a str,
    /// The facts that the visit was decided by, as JSON ([`domain::tracking::NotedFacts`]); mostly empty.
    pub facts: &'a str,
}

/// One impression.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImpressionRecord<'a> {
    pub id: u128,
    pub partner_id: i64,
    /// 0 where the link leads to more than one offer.
    pub offer_id: i64,
    pub smart_link_id: i64,
    pub campaign_id: i64,
    #[serde(borrow)]
    pub visitor: VisitorRecord<'a>,
    /// Millionths.
    pub payout: i64,
    pub revenue: i64,
}

/// One postback as it came.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PostbackRecord<'a> {
    pub id: u128,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    pub ip: IpAddr,
    pub user_agent: &'a str,
    /// Query string and form body, joined by `&`.
    pub query: &'a str,
}

impl Record<'_> {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> ClickId {
        ClickId(match self {
            Self::Click(click) => click.id,
            Self::Impression(impression) => impression.id,
            Self::Postback(postback) | Self::Pixel(postback) => postback.id,
        })
    }

    /// The network in whose hours it is counted; none for a postback, which is counted once it is judged.
    #[must_use]
    pub fn counted_in(&self) -> Option<NetworkId> {
        let id = match self {
            Record::Click(click) => click.id,
            Record::Impression(impression) => impression.id,
            Record::Postback(_) | Record::Pixel(_) => return None,
        };
        Some(ClickId(id).parts().network)
    }

    /// The record as the spool keeps it: itself and, behind it, what was added to it later and is known.
    ///
    /// # Errors
    /// None that its types allow.
    pub fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        let bytes = postcard::to_extend(self, Vec::with_capacity(USUAL))?;
        match (self.visitor().map_or(0, |visitor| visitor.asn), self.rule()) {
            (0, "") => Ok(bytes),
            (asn, "") => postcard::to_extend(&asn, bytes),
            (asn, rule) => postcard::to_extend(&(asn, rule), bytes),
        }
    }

    fn rule(&self) -> &str {
        match self {
            Self::Click(click) => click.smart_switch_rule,
            Self::Impression(_) | Self::Postback(_) | Self::Pixel(_) => "",
        }
    }

    fn visitor(&self) -> Option<&VisitorRecord<'_>> {
        match self {
            Self::Click(click) => Some(&click.visitor),
            Self::Impression(impression) => Some(&impression.visitor),
            Self::Postback(_) | Self::Pixel(_) => None,
        }
    }
}

impl<'a> Record<'a> {
    /// The record of such bytes, of this version or an older one.
    ///
    /// # Errors
    /// They are none.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, postcard::Error> {
        let (mut record, added) = postcard::take_from_bytes::<Self>(bytes)?;
        if added.is_empty() {
            return Ok(record);
        }
        match &mut record {
            Self::Click(click) => {
                let (asn, rule) = postcard::take_from_bytes(added)?;
                click.visitor.asn = asn;
                if !rule.is_empty() {
                    click.smart_switch_rule = postcard::from_bytes(rule)?;
                }
            }
            Self::Impression(impression) => impression.visitor.asn = postcard::from_bytes(added)?,
            Self::Postback(_) | Self::Pixel(_) => {}
        }
        Ok(record)
    }
}

//! What the demo's networks are made of, read from the two JSON files beside this one. Offers stand
//! there in the API's own words; beside each, what only its advertiser would know: who truly converts.

use domain::{
    links::{Campaign, Mechanism, kpi::KpiSettings},
    offers::{LandingPage, OfferEvent},
    shared::Currency,
    smartswitch::{SourceBlock, TrafficControl},
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// One network before it is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkEntry {
    pub name: String,
    pub currency: Currency,
    pub zone: chrono_tz::Tz,
    /// The host of its people's addresses.
    pub mail: String,
    /// Its part of all traffic, beside the other network's.
    pub share: f64,
    /// Partner p runs the offers (p + each of these) modulo their number.
    pub offers_each: Vec<usize>,
    /// Country code to its part of the traffic.
    pub countries: BTreeMap<String, f64>,
    pub advertisers: Vec<String>,
    pub partners: Vec<String>,
    pub offers: Vec<OfferEntry>,
    pub smart_links: Vec<SmartLinkEntry>,
    #[serde(default)]
    pub campaigns: Vec<CampaignEntry>,
    #[serde(default)]
    pub monitors: Vec<MonitorEntry>,
    #[serde(default)]
    pub source_blocks: Vec<SourceBlockEntry>,
    #[serde(default)]
    pub traffic_controls: Vec<TrafficControl>,
}

/// One source block before it is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceBlockEntry {
    /// Place of the partner.
    pub partner: usize,
    /// The document in the API's words, without its ids.
    pub block: SourceBlock,
}

/// One campaign before it is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignEntry {
    /// How much traffic it draws, beside the offers' own links.
    pub weight: f64,
    /// The document in the API's words, with the offers' places in place of their ids.
    pub campaign: Campaign,
}

/// One monitor of a page of the demo itself before it is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonitorEntry {
    pub name: String,
    pub path: String,
    /// What the page holds.
    #[serde(default)]
    pub contains: String,
    /// Place of the offer that takes no click while the page is down.
    #[serde(default)]
    pub of_offer: Option<usize>,
}

/// One Smart Link before it is made; offers by their places.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmartLinkEntry {
    /// How much traffic it draws, beside the offers' own links.
    pub weight: f64,
    pub name: String,
    pub mechanism: Mechanism,
    #[serde(default)]
    pub kpi: KpiSettings,
    #[serde(default)]
    pub labels: Vec<String>,
    pub rows: Vec<RowEntry>,
    #[serde(default)]
    pub catch_all: Option<usize>,
}

/// One of its rows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowEntry {
    pub offer: usize,
    pub weight: u32,
}

/// What a link leads to, by its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aim {
    Offer(usize),
    SmartLink(usize),
    Campaign(usize),
}

/// One offer before it is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferEntry {
    /// Place of its advertiser.
    pub advertiser: usize,
    /// How much traffic it draws, beside the other offers.
    pub weight: f64,
    /// The part of decent visitors who truly convert, 0 to 1.
    pub rate: f64,
    /// Half of the conversions come sooner than this after their click.
    pub delay_minutes: f64,
    /// Half of the sales are smaller; none where the advertiser tells no amount.
    #[serde(default)]
    pub sale: Option<f64>,
    /// A daily cap on clicks: this part of the network's expected clicks a day.
    #[serde(default)]
    pub cap_share: Option<f64>,
    #[serde(default)]
    pub ended_days_ago: Option<i64>,
    /// Place of an earlier offer that takes what this one does not.
    #[serde(default)]
    pub falls_back_to: Option<usize>,
    pub pages: Vec<LandingPage>,
    #[serde(default)]
    pub events: Vec<EventEntry>,
    /// The document without `advertiser_id`, `end_date`, fail traffic and the cap on clicks.
    pub offer: Value,
}

/// A named event, and how those who have converted come to it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventEntry {
    pub event: OfferEvent,
    /// The part of conversions that it follows, 0 to 1.
    pub chance: f64,
    /// The mean time from conversion to event.
    pub hours: f64,
}

impl NetworkEntry {
    /// Which partner uses which link, with how much traffic the link draws: every partner uses every Smart Link
    /// and campaign.
    pub fn ways(&self) -> impl Iterator<Item = (usize, Aim, f64)> + '_ {
        let offers =
            self.pairs().map(|(partner, offer)| (partner, Aim::Offer(offer), self.offers[offer].weight));
        let partners = 0..self.partners.len();
        let links = self.smart_links.iter().enumerate();
        let links = links.flat_map(move |(place, link)| {
            partners.clone().map(move |partner| (partner, Aim::SmartLink(place), link.weight))
        });
        let partners = 0..self.partners.len();
        let campaigns = self.campaigns.iter().enumerate().flat_map(move |(place, campaign)| {
            partners.clone().map(move |partner| (partner, Aim::Campaign(place), campaign.weight))
        });
        offers.chain(links).chain(campaigns)
    }

    /// Which partner runs which offer, by place.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        (0..self.partners.len()).flat_map(move |partner| {
            self.offers_each.iter().map(move |step| (partner, (partner + step) % self.offers.len()))
        })
    }
}

/// The demo's networks, the larger first.
///
/// # Errors
/// None as the files stand; the message is for whoever edits them.
pub fn networks() -> Result<Vec<NetworkEntry>, serde_json::Error> {
    [include_str!("northlight.json"), include_str!("harbour.json")]
        .into_iter()
        .map(serde_json::from_str)
        .collect()
}

//! Makes the demo's networks through the same doors as everybody's: accounts, offers, approvals, people.

use super::{
    DemoError,
    catalogue::{NetworkEntry, OfferEntry, RowEntry},
    keepsake::{Coded, KeptNetwork, Span},
    people,
};
use crate::identity::Secret;
use chrono::{DateTime, Duration};
use domain::{
    accounts::{Advertiser, ApprovalState, Partner, PartnerOffer},
    links::{Campaign, LinkCode, Monitor, SmartLink, SmartLinkRow},
    offers::{Cap, CapMeasure, CapPeriod, Destination, FailRow, FailTraffic, Offer},
    shared::{
        AdvertiserId, Micros, MonitorId, NetworkId, OfferId, PartnerId, Percent, Problems, RowId, Status,
    },
    smartswitch::SourceBlock,
};
use serde_json::json;
use store::{
    Database,
    identity::{KeyScope, NewNetwork, create_network},
    links::Domain,
    offers::{EventOf, LandingPageOf},
    shared::{Actor, Document, Managed, Stored},
};

/// The least daily cap on clicks.
const LEAST_CAP: f64 = 40.0;
/// Of so many approvals one has a payout of its own, by a sixth above the offer's.
const OWN_TERMS: usize = 9;

/// Makes a network with all that is in its entry; `own` is where the demo's own pages are, such as
/// `http://127.0.0.1:8080`.
///
/// # Errors
/// What the database said; a taken address where an earlier demo is in it.
pub async fn found(
    database: &Database,
    entry: &NetworkEntry,
    span: &Span,
    own: &str,
) -> Result<KeptNetwork, DemoError> {
    let actor = Actor::system("demo");
    let people = people::people(&entry.mail).await?;
    let key = Secret::api_key();
    let first = people.first().ok_or_else(|| DemoError("nobody to administer the network".to_owned()))?;
    let new = NewNetwork {
        name: entry.name.clone(),
        currency: entry.currency,
        zone: entry.zone,
        email: first.login.email.clone(),
        person: people::name_of(&first.login.email),
        password_hash: first.hash.clone(),
        key: key.to_new_key("demo", KeyScope::default()),
    };
    let network = create_network(database, &actor, new).await?.network;
    let founding = Founding { database, actor, network, entry, span };
    let advertisers = founding.advertisers().await?;
    let partners = founding.partners().await?;
    let monitors = founding.monitors(own).await?;
    let offers = founding.offers(&advertisers, &monitors).await?;
    founding.pages_and_events(&offers).await?;
    founding.approvals(&partners, &offers).await?;
    let smart_links = founding.smart_links(&offers).await?;
    let campaigns = founding.campaigns(&offers).await?;
    founding.controls(&partners).await?;
    let domain = format!("go.{}", entry.mail);
    founding.create(vec![Domain { host: domain.clone(), is_default: false }]).await?;
    let kept = KeptNetwork {
        id: network,
        name: entry.name.clone(),
        currency: entry.currency,
        api_key: key.reveal().to_owned(),
        users: people.iter().map(|person| person.login.clone()).collect(),
        partners: partners.iter().map(|row| coded(row, &row.body.name)).collect(),
        offers: offers.iter().map(|row| coded(row, &row.body.name)).collect(),
        smart_links: smart_links.iter().map(|row| coded(row, &row.body.name)).collect(),
        campaigns: campaigns.iter().map(|row| coded(row, &row.body.name)).collect(),
        tokens: advertisers.iter().map(|row| row.body.verification_token.clone()).collect(),
        domain,
    };
    let ids: Vec<AdvertiserId> = advertisers.iter().map(|row| AdvertiserId(row.id)).collect();
    people::invite(database, &founding.actor, &kept, &ids, &people).await?;
    Ok(kept)
}

fn coded<T>(row: &Stored<T>, name: &str) -> Coded {
    Coded { id: row.id, code: row.code.clone(), name: name.to_owned() }
}

fn document<T: Managed>(body: T) -> Document<T> {
    let code = if T::CODED { LinkCode::of_bits(rand::random()).to_string() } else { String::new() };
    Document { body, code }
}

fn sound(problems: Problems, what: &str) -> Result<(), DemoError> {
    match problems.0.first() {
        None => Ok(()),
        Some(problem) => {
            Err(DemoError(format!("the catalogue's {what}: {} {}", problem.field, problem.message)))
        }
    }
}

struct Founding<'a> {
    database: &'a Database,
    actor: Actor,
    network: NetworkId,
    entry: &'a NetworkEntry,
    span: &'a Span,
}

impl Founding<'_> {
    async fn create<T: Managed>(&self, bodies: Vec<T>) -> Result<Vec<Stored<T>>, DemoError> {
        let documents = bodies.into_iter().map(document).collect();
        Ok(self.database.of(self.network).create_all(&self.actor, documents).await?)
    }

    async fn advertisers(&self) -> Result<Vec<Stored<Advertiser>>, DemoError> {
        let advertiser = |name: &String| Advertiser {
            name: name.clone(),
            status: Status::Active,
            verification_token: hex::encode(rand::random::<[u8; 16]>()),
            require_token: true,
            ip_list: Vec::new(),
        };
        self.create(self.entry.advertisers.iter().map(advertiser).collect()).await
    }

    async fn partners(&self) -> Result<Vec<Stored<Partner>>, DemoError> {
        let partner =
            |name: &String| Partner { name: name.clone(), status: Status::Active, manager_id: None };
        self.create(self.entry.partners.iter().map(partner).collect()).await
    }

    async fn monitors(&self, own: &str) -> Result<Vec<Stored<Monitor>>, DemoError> {
        let mut made = Vec::new();
        for entry in &self.entry.monitors {
            let document = json!({
                "name": entry.name, "url": format!("{own}{}", entry.path), "contains": entry.contains,
            });
            let monitor: Monitor = serde_json::from_value(document)?;
            sound(monitor.problems(), &monitor.name)?;
            made.push(monitor);
        }
        self.create(made).await
    }

    /// Source blocks and traffic controls.
    async fn controls(&self, partners: &[Stored<Partner>]) -> Result<(), DemoError> {
        let mut blocks = Vec::new();
        for entry in &self.entry.source_blocks {
            let partner_id = partners.get(entry.partner).map(|row| PartnerId(row.id));
            let block = SourceBlock { partner_id, ..entry.block.clone() };
            sound(block.problems(), &block.name)?;
            blocks.push(block);
        }
        self.create(blocks).await?;
        for control in &self.entry.traffic_controls {
            sound(control.problems(), &control.name)?;
        }
        self.create(self.entry.traffic_controls.clone()).await?;
        Ok(())
    }

    /// The monitor of the offer at a place.
    fn monitor_of(&self, offer: usize, monitors: &[Stored<Monitor>]) -> Option<MonitorId> {
        let place = self.entry.monitors.iter().position(|entry| entry.of_offer == Some(offer))?;
        monitors.get(place).map(|row| MonitorId(row.id))
    }

    /// One after the other, as some lead on to earlier ones.
    async fn offers(
        &self,
        advertisers: &[Stored<Advertiser>],
        monitors: &[Stored<Monitor>],
    ) -> Result<Vec<Stored<Offer>>, DemoError> {
        let mut made: Vec<Stored<Offer>> = Vec::new();
        for (place, entry) in self.entry.offers.iter().enumerate() {
            let advertiser = advertisers.get(entry.advertiser).map(|row| AdvertiserId(row.id));
            let fallback = entry.falls_back_to.and_then(|place| made.get(place)).map(|row| OfferId(row.id));
            let mut offer = self.offer(entry, advertiser.unwrap_or_default(), fallback)?;
            offer.monitor_id = self.monitor_of(place, monitors);
            made.extend(self.create(vec![offer]).await?);
        }
        Ok(made)
    }

    fn offer(
        &self,
        entry: &OfferEntry,
        advertiser: AdvertiserId,
        fallback: Option<OfferId>,
    ) -> Result<Offer, DemoError> {
        let mut document = entry.offer.clone();
        document["advertiser_id"] = serde_json::to_value(advertiser)?;
        let mut offer: Offer = serde_json::from_value(document)?;
        offer.end_date = entry
            .ended_days_ago
            .and_then(|days| Some(DateTime::from_timestamp_millis(self.span.until)? - Duration::days(days)));
        offer.caps.extend(entry.cap_share.map(|share| self.cap(share)));
        if let Some(offer_id) = fallback {
            let row = FailRow {
                destination: Destination::Offer(offer_id),
                weight: 1,
                targeting: Vec::new(),
                codes: Vec::new(),
                paid: true,
            };
            offer.fail_traffic = FailTraffic { rows: vec![row], ..FailTraffic::default() };
        }
        sound(offer.problems(), &offer.name)?;
        Ok(offer)
    }

    fn cap(&self, share: f64) -> Cap {
        let days = (self.span.until - self.span.from) as f64 / 86_400_000.0;
        let clicks = (self.span.clicks as f64 / days.max(1.0) * share).max(LEAST_CAP).round();
        Cap {
            period: CapPeriod::Daily,
            measure: CapMeasure::Clicks,
            limit: Micros(clicks as i64 * 1_000_000),
        }
    }

    async fn pages_and_events(&self, offers: &[Stored<Offer>]) -> Result<(), DemoError> {
        let mut pages = Vec::new();
        let mut events = Vec::new();
        for (entry, row) in self.entry.offers.iter().zip(offers) {
            let offer_id = OfferId(row.id);
            pages.extend(entry.pages.iter().map(|page| LandingPageOf { offer_id, page: page.clone() }));
            events.extend(entry.events.iter().map(|entry| EventOf { offer_id, event: entry.event.clone() }));
        }
        self.create(pages).await?;
        if !events.is_empty() {
            self.create(events).await?;
        }
        Ok(())
    }

    async fn smart_links(&self, offers: &[Stored<Offer>]) -> Result<Vec<Stored<SmartLink>>, DemoError> {
        let id = |place: usize| offers.get(place).map_or(OfferId(0), |row| OfferId(row.id));
        let mut made = Vec::new();
        for entry in &self.entry.smart_links {
            let row = |row: &RowEntry| SmartLinkRow {
                id: RowId(0),
                offer_id: id(row.offer),
                landing_page_id: None,
                weight: row.weight,
                targeting: Vec::new(),
            };
            let mut link = SmartLink {
                name: entry.name.clone(),
                status: Status::Active,
                domain_id: None,
                visible_to_partners: true,
                labels: entry.labels.clone(),
                mechanism: entry.mechanism,
                kpi: entry.kpi,
                rows: entry.rows.iter().map(row).collect(),
                catch_all_id: entry.catch_all.map(id),
                partner_rules: false,
            };
            link.number_rows(|| rand::random::<u32>() >> 1);
            sound(link.problems(), &link.name)?;
            made.push(link);
        }
        self.create(made).await
    }

    async fn campaigns(&self, offers: &[Stored<Offer>]) -> Result<Vec<Stored<Campaign>>, DemoError> {
        let mut made = Vec::new();
        for entry in &self.entry.campaigns {
            let mut campaign = entry.campaign.clone();
            for offer in campaign.offers_mut() {
                let place = usize::try_from(offer.0).unwrap_or(usize::MAX);
                *offer = offers.get(place).map_or(OfferId(0), |row| OfferId(row.id));
            }
            campaign.number(|| rand::random::<u32>() >> 1);
            campaign.number_anew(|| rand::random::<u32>() >> 1);
            sound(campaign.problems(), &campaign.name)?;
            made.push(campaign);
        }
        self.create(made).await
    }

    async fn approvals(
        &self,
        partners: &[Stored<Partner>],
        offers: &[Stored<Offer>],
    ) -> Result<(), DemoError> {
        let approval = |(number, (partner, offer)): (usize, (usize, usize))| {
            let (partner, offer) = (partners.get(partner)?, offers.get(offer)?);
            let mut payout = offer.body.payout;
            payout.amount = payout.amount + Micros(payout.amount.0 / 6);
            payout.percent = Percent(payout.percent.0 + payout.percent.0 / 6);
            Some(PartnerOffer {
                partner_id: PartnerId(partner.id),
                offer_id: OfferId(offer.id),
                state: ApprovalState::Approved,
                payout: (number % OWN_TERMS == OWN_TERMS - 1).then_some(payout),
                event_payouts: Vec::new(),
                caps: Vec::new(),
            })
        };
        self.create(self.entry.pairs().enumerate().filter_map(approval).collect()).await?;
        Ok(())
    }
}

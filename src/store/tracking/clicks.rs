//! Clicks as logs and pages read them.

use super::click_rows::ALGORITHM;
use crate::{
    Error,
    shared::{Exactly, Executor, FoundRows, Layout, Owner, Scope, Stretch, rows},
};
use domain::{
    shared::{ClickId, NetworkId, OfferId, PartnerId},
    tracking::{MOST_HOPS, SUBS},
};
use sea_orm::FromQueryResult;
use serde_json::{Map, Value as Json};
use std::{collections::VecDeque, time::Duration};
use uuid::Uuid;

/// The parameters of a tracking link that carry a device's id (INTERFACE.md, "Tracking").
const DEVICE_IDS: [&str; 3] = ["idfa", "google_aid", "android_id"];
/// Behind the millisecond that all hops of one visit have in their ids.
const BEHIND_VISIT: i64 = 1;

/// A click as it is stored. An empty text, 0 or -1 is "none", as the columns say.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Click {
    pub id: Uuid,
    pub parent: String,
    pub partner_id: i64,
    pub offer_id: i64,
    pub smart_link_id: i64,
    pub campaign_id: i64,
    pub landing_page_id: i64,
    pub verdict: i64,
    pub code: i64,
    pub country: String,
    pub region: String,
    pub city: String,
    pub device: i64,
    pub os: String,
    pub os_version: String,
    pub browser: String,
    pub browser_version: String,
    pub language: String,
    pub connection: String,
    pub isp: String,
    /// 0 where it is unknown.
    pub asn: i64,
    pub carrier: String,
    /// 1 yes, 0 no, -1 unknown.
    pub proxy: i64,
    pub is_bot: i64,
    pub ip: String,
    pub user_agent: String,
    pub referrer: String,
    pub source_id: String,
    pub ref_id: String,
    pub sub1: String,
    pub sub2: String,
    pub sub3: String,
    pub sub4: String,
    pub sub5: String,
    pub more: String,
    pub destination: String,
    /// Millionths.
    pub payout: i64,
    pub revenue: i64,
    pub paid: i64,
    pub session_key: i64,
    pub plan_version: i64,
    pub seed: i64,
    pub branch: i64,
    pub option: i64,
    pub propensity: f64,
    pub facts: String,
    pub algorithm: i64,
    pub domain: String,
    pub row_id: i64,
    pub campaign_page_id: i64,
    pub rotator_option_id: i64,
    pub onward: String,
    /// The rule that refused it with code 28.
    pub smart_switch_rule_id: i64,
}

impl Click {
    /// Whether all facts are kept by which its visit was decided.
    #[must_use]
    pub fn has_facts(&self) -> bool {
        self.algorithm >= ALGORITHM
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> ClickId {
        ClickId(self.id.as_u128())
    }

    /// Whether it came with a device id.
    #[must_use]
    pub fn has_device_id(&self) -> bool {
        let more = self.more();
        let is_there =
            |name| more.get(name).and_then(Json::as_str).is_some_and(|value| !value.trim().is_empty());
        DEVICE_IDS.into_iter().any(is_there)
    }

    /// What `more` holds, by name.
    #[must_use]
    pub fn more(&self) -> Map<String, Json> {
        serde_json::from_str(&self.more).unwrap_or_default()
    }

    /// The value of `sub1` to `sub30`.
    #[must_use]
    pub fn sub(&self, number: usize) -> String {
        match number {
            1 => self.sub1.clone(),
            2 => self.sub2.clone(),
            3 => self.sub3.clone(),
            4 => self.sub4.clone(),
            5 => self.sub5.clone(),
            6..=SUBS => {
                self.more().get(&format!("sub{number}")).and_then(Json::as_str).unwrap_or_default().to_owned()
            }
            _ => String::new(),
        }
    }
}

/// A stretch of the click log.
///
/// # Errors
/// What the database said.
pub async fn clicks(scope: Scope<'_>, stretch: &Stretch) -> Result<FoundRows<Click>, Error> {
    stretch.read(scope, ("clicks", Layout::ByDay, Owner::Partner)).await
}

/// The clicks that came out of one: the next hops of the same visit, which have the same moment.
///
/// # Errors
/// What the database said.
async fn children(scope: Scope<'_>, id: ClickId) -> Result<Vec<Click>, Error> {
    let from = id.parts().millis;
    let filters = vec![Exactly::Column("parent", id.to_string().into())];
    let to = from + BEHIND_VISIT;
    let visit = Stretch { from, to, before: None, limit: 20, filters, patience: Duration::MAX };
    Ok(clicks(scope, &visit).await?.rows)
}

/// The clicks of the same visit in their order: what led to this one, this, what came after. Each has one
/// parent and at most one child.
///
/// # Errors
/// What the database said.
pub async fn visit_of(scope: Scope<'_>, this: Click) -> Result<Vec<Click>, Error> {
    let mut visit = VecDeque::from([this]);
    while let Some(parent) = visit.front().and_then(|first| first.parent.parse().ok()) {
        match click(scope, parent).await {
            Ok(parent) if visit.len() <= MOST_HOPS => visit.push_front(parent),
            Ok(_) | Err(Error::Missing) => break,
            Err(error) => return Err(error),
        }
    }
    while let Some(last) = visit.back().filter(|_| visit.len() <= MOST_HOPS).map(Click::id) {
        match children(scope, last).await?.pop() {
            Some(child) => visit.push_back(child),
            None => break,
        }
    }
    Ok(visit.into())
}

/// One click of the network.
///
/// # Errors
/// [`Error::Missing`] where this network has no such click, or it is not seen.
pub async fn click(scope: Scope<'_>, id: ClickId) -> Result<Click, Error> {
    let found = click_in(scope.database().read(), scope.network(), id).await?;
    let is_seen = !scope.is_limited() || scope.sees_partner(PartnerId(found.partner_id)).await?;
    if is_seen { Ok(found) } else { Err(Error::Missing) }
}

/// Where the landing page of a click leads on to, and to which offer; none where there is no such click, or it
/// was shown no page.
///
/// # Errors
/// What the database said.
pub async fn onward_of(
    database: &crate::Database,
    network: NetworkId,
    id: ClickId,
) -> Result<Option<(OfferId, String)>, Error> {
    #[derive(FromQueryResult)]
    struct Onward {
        offer_id: i64,
        onward: String,
    }
    let sql =
        "SELECT offer_id, onward FROM clicks WHERE network_id = $1 AND day = $2 AND id = $3 AND onward <> ''";
    let values = vec![network.0.into(), id.day().0.into(), Uuid::from_u128(id.0).into()];
    let found: Vec<Onward> = rows(database.read(), sql, values).await?;
    Ok(found.into_iter().next().map(|row| (OfferId(row.offer_id), row.onward)))
}

/// One click, for whoever judges by it.
pub(crate) async fn click_in(
    executor: &impl Executor,
    network: NetworkId,
    id: ClickId,
) -> Result<Click, Error> {
    let sql = "SELECT * FROM clicks WHERE network_id = $1 AND day = $2 AND id = $3";
    let values = vec![network.0.into(), id.day().0.into(), Uuid::from_u128(id.0).into()];
    rows(executor, sql, values).await?.into_iter().next().ok_or(Error::Missing)
}

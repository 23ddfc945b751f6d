//! Click rows: how they are written by the drain and read by logs and pages.

use super::record::{ClickRecord, ImpressionRecord};
use crate::{
    Error,
    shared::{ColumnType, Exactly, Executor, Layout, OnConflict, Owner, Rows, Scope, Stretch, Table, rows},
};
use domain::{
    shared::{ClickId, NetworkId, PartnerId},
    tracking::SUBS,
};
use sea_orm::FromQueryResult;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use ColumnType::{Integer, Real, Text, Uuid as Id};

const CLICKS: Table = Table {
    name: "clicks",
    key: 3,
    on_conflict: OnConflict::Keep,
    columns: &[
        ("network_id", Integer),
        ("day", Integer),
        ("id", Id),
        ("parent", Text),
        ("partner_id", Integer),
        ("offer_id", Integer),
        ("smart_link_id", Integer),
        ("campaign_id", Integer),
        ("landing_page_id", Integer),
        ("verdict", Integer),
        ("code", Integer),
        ("country", Text),
        ("region", Text),
        ("city", Text),
        ("device", Integer),
        ("os", Text),
        ("os_version", Text),
        ("browser", Text),
        ("browser_version", Text),
        ("language", Text),
        ("connection", Text),
        ("isp", Text),
        ("carrier", Text),
        ("proxy", Integer),
        ("is_bot", Integer),
        ("ip", Text),
        ("user_agent", Text),
        ("referrer", Text),
        ("source_id", Text),
        ("ref_id", Text),
        ("sub1", Text),
        ("sub2", Text),
        ("sub3", Text),
        ("sub4", Text),
        ("sub5", Text),
        ("more", Text),
        ("destination", Text),
        ("payout", Integer),
        ("revenue", Integer),
        ("paid", Integer),
        ("session_key", Integer),
        ("plan_version", Integer),
        ("seed", Integer),
        ("branch", Integer),
        ("option", Integer),
        ("propensity", Real),
        ("facts", Text),
        ("algorithm", Integer),
    ],
};

const IMPRESSIONS: Table = Table {
    name: "impressions",
    key: 3,
    on_conflict: OnConflict::Keep,
    columns: &[
        ("network_id", Integer),
        ("day", Integer),
        ("id", Id),
        ("partner_id", Integer),
        ("offer_id", Integer),
        ("smart_link_id", Integer),
        ("campaign_id", Integer),
        ("country", Text),
        ("device", Integer),
        ("os", Text),
        ("browser", Text),
        ("is_bot", Integer),
        ("ip", Text),
        ("user_agent", Text),
        ("referrer", Text),
        ("source_id", Text),
        ("sub1", Text),
        ("sub2", Text),
        ("sub3", Text),
        ("sub4", Text),
        ("sub5", Text),
        ("payout", Integer),
        ("revenue", Integer),
    ],
};

/// The version of the decision's algorithm, stored with every click: a later one explains with the old.
const ALGORITHM: i64 = 1;
/// The `sub` parameters that have a column of their own; the others are in `more`.
const COLUMN_SUBS: usize = 5;
/// How far apart the hops of one visit can be, in milliseconds.
const LONGEST_VISIT: i64 = 10_000;

/// Rows of clicks; one that is there already (drained twice after a crash) stays as it is.
pub(super) fn click_rows() -> Rows {
    Rows::new(CLICKS)
}

/// Rows of impressions.
pub(super) fn impression_rows() -> Rows {
    Rows::new(IMPRESSIONS)
}

fn sub<'a>(subs: &[&'a str], number: usize) -> &'a str {
    subs.get(number).copied().unwrap_or("")
}

/// Adds one click.
pub(super) fn push_click(rows: &mut Rows, click: &ClickRecord<'_>) {
    let id = ClickId(click.id);
    let visitor = &click.visitor;
    let parent = if click.parent == 0 { String::new() } else { ClickId(click.parent).to_string() };
    rows.integer(id.parts().network.0)
        .integer(id.day().0)
        .uuid(click.id)
        .single_text(&parent)
        .integer(click.partner_id)
        .integer(click.offer_id)
        .integer(0)
        .integer(0)
        .integer(click.landing_page_id)
        .integer(i64::from(click.verdict))
        .integer(i64::from(click.code))
        .text(visitor.country)
        .text("")
        .text("")
        .integer(visitor.device as i64)
        .text(visitor.os)
        .text(visitor.os_version)
        .text(visitor.browser)
        .text(visitor.browser_version)
        .text(visitor.language)
        .text("")
        .text("")
        .text("")
        .integer(-1)
        .integer(i64::from(visitor.is_bot))
        .single_text(&visitor.ip.to_string())
        .text(visitor.user_agent)
        .text(visitor.referrer)
        .text(visitor.source_id)
        .text(click.ref_id);
    for number in 0..COLUMN_SUBS {
        rows.text(sub(&visitor.subs, number));
    }
    rows.text(&more(click))
        .single_text(click.destination)
        .integer(click.payout)
        .integer(click.revenue)
        .integer(i64::from(click.paid))
        .integer(click.session_key.cast_signed())
        .integer(click.plan_version.cast_signed())
        .integer(click.seed.cast_signed())
        .integer(i64::from(click.branch))
        .integer(i64::from(click.option))
        .real(f64::from(click.propensity))
        .text(click.facts)
        .integer(ALGORITHM);
}

/// Adds one impression.
pub(super) fn push_impression(rows: &mut Rows, impression: &ImpressionRecord<'_>) {
    let id = ClickId(impression.id);
    let visitor = &impression.visitor;
    rows.integer(id.parts().network.0)
        .integer(id.day().0)
        .uuid(impression.id)
        .integer(impression.partner_id)
        .integer(impression.offer_id)
        .integer(0)
        .integer(0)
        .text(visitor.country)
        .integer(visitor.device as i64)
        .text(visitor.os)
        .text(visitor.browser)
        .integer(i64::from(visitor.is_bot))
        .single_text(&visitor.ip.to_string())
        .text(visitor.user_agent)
        .text(visitor.referrer)
        .text(visitor.source_id);
    for number in 0..COLUMN_SUBS {
        rows.text(sub(&visitor.subs, number));
    }
    rows.integer(impression.payout).integer(impression.revenue);
}

/// `sub6` to `sub30`, device ids and unknown parameters as a JSON object; empty where there are none.
fn more(click: &ClickRecord<'_>) -> String {
    let mut object = Map::new();
    for (index, value) in click.visitor.subs.iter().enumerate().skip(COLUMN_SUBS) {
        if !value.is_empty() {
            object.insert(format!("sub{}", index + 1), Json::from(*value));
        }
    }
    for (name, value) in &click.other {
        object.insert((*name).to_owned(), Json::from(*value));
    }
    if object.is_empty() { String::new() } else { Json::Object(object).to_string() }
}

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
}

impl Click {
    /// The id.
    #[must_use]
    pub fn id(&self) -> ClickId {
        ClickId(self.id.as_u128())
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
pub async fn clicks(scope: Scope<'_>, stretch: &Stretch) -> Result<Vec<Click>, Error> {
    stretch.read(scope, ("clicks", Layout::ByDay, Owner::Partner)).await
}

/// The clicks that came out of one: the next hops of the same visit, which follow it at once.
///
/// # Errors
/// What the database said.
pub async fn children(scope: Scope<'_>, id: ClickId) -> Result<Vec<Click>, Error> {
    let from = id.parts().millis;
    let filters = vec![Exactly::Column("parent", id.to_string().into())];
    clicks(scope, &Stretch { from, to: from + LONGEST_VISIT, before: None, limit: 20, filters }).await
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

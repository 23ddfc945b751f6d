//! What rotators have learnt: a row a rotator with the weights that serve and the views of each option, written
//! by a refresh every half minute from the hourly sums of the options.

use super::{kpi_runs::option_cells, worth::Worth};
use crate::{
    Error,
    identity::network,
    shared::{Database, Fact, Kind, Stored, Transaction, all, number_of_rows, rows, tell},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    links::{
        Campaign, Refreshed, Rotator,
        kpi::{KpiCell, KpiRow},
        optimizer::Rotation,
    },
    offers::Offer,
    shared::{Calendar, CampaignId, HourNumber, NetworkId, OfferId, RowId, Status},
};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// For how long a table holds; after that all options weigh the same (OPTIMISER.md, "Guardrails").
pub const ROTATOR_TABLE_HOLDS: TimeDelta = TimeDelta::hours(24);
/// How far back figures are read, in hours: as long as the longest window.
const FARTHEST: i64 = 2_160;

/// What one rotator serves by.
#[derive(Clone, PartialEq, Debug)]
pub struct RotatorTable {
    pub campaign: CampaignId,
    pub rotator: RowId,
    /// When it was computed, or last confirmed where the weights are held.
    pub at: DateTime<Utc>,
    pub options: Vec<OptionServed>,
    /// Since when the weights are held, as conversions have stopped; none where they are not.
    pub held_since: Option<DateTime<Utc>>,
}

/// An option as it is served.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OptionServed {
    pub id: RowId,
    /// Millionths of the visitors.
    pub weight: u32,
    /// Views within the window.
    pub views: u64,
}

#[derive(FromQueryResult)]
struct TableRow {
    campaign_id: i64,
    rotator_id: i64,
    computed_at: i64,
    options: String,
    rotation: String,
    held_since: i64,
}

impl TableRow {
    fn table(&self) -> Result<RotatorTable, Error> {
        let moment = |millis| DateTime::from_timestamp_millis(millis).unwrap_or_default();
        Ok(RotatorTable {
            campaign: CampaignId(self.campaign_id),
            rotator: RowId(self.rotator_id),
            at: moment(self.computed_at),
            options: serde_json::from_str(&self.options)?,
            held_since: (self.held_since != 0).then(|| moment(self.held_since)),
        })
    }
}

const TABLES: &str =
    "SELECT campaign_id, rotator_id, computed_at, options, rotation, held_since FROM rotator_tables";

async fn stored(database: &Database, network: NetworkId) -> Result<Vec<TableRow>, Error> {
    let sql = format!("{TABLES} WHERE network_id = $1 ORDER BY rotator_id");
    rows(database.read(), &sql, vec![network.0.into()]).await
}

/// The tables of a network's rotators.
///
/// # Errors
/// What the database said.
pub async fn rotator_tables(database: &Database, network: NetworkId) -> Result<Vec<RotatorTable>, Error> {
    stored(database, network).await?.iter().map(TableRow::table).collect()
}

/// When the tables of each network were last written, in milliseconds since 1970 UTC: what is newer is read.
///
/// # Errors
/// What the database said.
pub async fn rotators_refreshed(database: &Database) -> Result<BTreeMap<NetworkId, i64>, Error> {
    #[derive(FromQueryResult)]
    struct Last {
        network_id: i64,
        last: i64,
    }
    let sql = "SELECT network_id, MAX(computed_at) AS last FROM rotator_tables GROUP BY network_id";
    let found: Vec<Last> = rows(database.read(), sql, vec![]).await?;
    Ok(found.into_iter().map(|row| (NetworkId(row.network_id), row.last)).collect())
}

/// The networks that have rotators in active campaigns.
///
/// # Errors
/// What the database said.
pub async fn networks_with_rotators(database: &Database) -> Result<Vec<NetworkId>, Error> {
    #[derive(FromQueryResult)]
    struct Of {
        network_id: i64,
    }
    let sql = "SELECT DISTINCT network_id FROM campaigns WHERE status = 'active' AND rotators > 0 ORDER BY network_id";
    let found: Vec<Of> = rows(database.read(), sql, vec![]).await?;
    Ok(found.into_iter().map(|row| NetworkId(row.network_id)).collect())
}

/// A rotator with what it learns from.
pub struct RotatorFigures {
    pub rotator: Rotator,
    /// Its options, in their order.
    pub rows: Vec<KpiRow>,
    /// The oldest first.
    pub cells: Vec<KpiCell>,
}

/// The figures of a campaign's rotators, in their order, at `now`, in milliseconds since 1970 UTC.
///
/// # Errors
/// What the database said.
pub async fn rotator_figures(
    database: &Database,
    network_id: NetworkId,
    id: CampaignId,
    campaign: &Campaign,
    now: i64,
) -> Result<Vec<RotatorFigures>, Error> {
    if campaign.rotators.is_empty() {
        return Ok(Vec::new());
    }
    let calendar = Calendar::new(network(database, network_id).await?.zone);
    let now = DateTime::<Utc>::from_timestamp_millis(now).unwrap_or_default();
    let from = HourNumber(calendar.hour(now).0 - widest_window(campaign) - 1);
    let cells = option_cells(database, (network_id, id), from, calendar).await?;
    let worth = worth_of(database, network_id, campaign).await?;
    let of = |rotator: &Rotator| {
        let rows: Vec<KpiRow> = rotator
            .options
            .iter()
            .map(|option| {
                let Worth { payout, revenue } = worth.get(&option.offer_id).copied().unwrap_or_default();
                KpiRow {
                    id: option.id,
                    offer: option.offer_id,
                    page: None,
                    payout,
                    revenue,
                    targeting: Vec::new(),
                }
            })
            .collect();
        let own: BTreeSet<RowId> = rows.iter().map(|row| row.id).collect();
        let cells = cells.iter().filter(|cell| own.contains(&cell.row)).cloned().collect();
        RotatorFigures { rotator: rotator.clone(), rows, cells }
    };
    Ok(campaign.rotators.iter().map(of).collect())
}

/// How many hours back the figures of its rotators count; those without a window count as far as one may reach.
fn widest_window(campaign: &Campaign) -> i64 {
    let hours = campaign.rotators.iter().map(|rotator| rotator.window_hours.map_or(FARTHEST, i64::from));
    hours.max().unwrap_or(0).min(FARTHEST)
}

/// What one conversion of each offer is known to pay and to bring, where that is a fixed amount.
async fn worth_of(
    database: &Database,
    network: NetworkId,
    campaign: &Campaign,
) -> Result<BTreeMap<OfferId, Worth>, Error> {
    let scope = database.of(network);
    let options = campaign.rotators.iter().flat_map(|rotator| &rotator.options);
    let offers: BTreeSet<OfferId> = options.map(|option| option.offer_id).collect();
    let mut worth = BTreeMap::new();
    for offer in offers {
        let Ok(stored) = scope.get::<Offer>(offer.0).await else { continue };
        worth.insert(offer, Worth::of(scope, offer, &stored.body).await?);
    }
    Ok(worth)
}

/// Learns anew what each rotator of a network serves by, at `now`, in milliseconds since 1970 UTC. The same
/// figures and time give the same weights, whoever computes them.
///
/// # Errors
/// What the database said.
pub async fn refresh_rotators(database: &Database, network: NetworkId, now: i64) -> Result<u64, Error> {
    let before: BTreeMap<i64, TableRow> =
        stored(database, network).await?.into_iter().map(|row| (row.rotator_id, row)).collect();
    let campaigns: Vec<Stored<Campaign>> = all(database.read(), network).await?;
    let mut learnt = Vec::new();
    for campaign in campaigns.into_iter().filter(|stored| stored.body.status == Status::Active) {
        let id = CampaignId(campaign.id);
        for figures in rotator_figures(database, network, id, &campaign.body, now).await? {
            let known = before.get(&figures.rotator.id.0);
            let rotation = known.and_then(|row| serde_json::from_str(&row.rotation).ok());
            learnt.push((id, learn(figures, rotation.unwrap_or_default(), now).await?));
        }
    }
    // All of a network's in one transaction: who takes them over by their time has all of them.
    let transaction = database.write().await?;
    for (campaign, learnt) in &learnt {
        keep(&transaction, database.kind(), (network, *campaign), learnt, now).await?;
    }
    transaction.commit().await?;
    Ok(learnt.len() as u64)
}

/// What a refresh makes of a rotator.
struct Learnt {
    rotator: RowId,
    options: Vec<RowId>,
    refreshed: Refreshed,
    rotation: Rotation,
}

/// Learns on a thread beside those that answer.
async fn learn(figures: RotatorFigures, mut rotation: Rotation, now: i64) -> Result<Learnt, Error> {
    let learnt = tokio::task::spawn_blocking(move || {
        let RotatorFigures { rotator, rows, cells } = figures;
        let seed = (rotator.id.0 as u64).rotate_left(40) ^ now as u64;
        let refreshed = rotator.refresh(&rows, &cells, &mut rotation, now, seed);
        let options = rows.into_iter().map(|row| row.id).collect();
        Learnt { rotator: rotator.id, options, refreshed, rotation }
    });
    learnt.await.map_err(|error| Error::Refused(format!("a rotator was not refreshed: {error}")))
}

/// Keeps what was learnt of one rotator, unless somebody has kept something as new.
async fn keep(
    transaction: &Transaction,
    kind: Kind,
    (network, campaign): (NetworkId, CampaignId),
    learnt: &Learnt,
    now: i64,
) -> Result<(), Error> {
    let lock = if kind == Kind::Postgres { " FOR UPDATE" } else { "" };
    let sql = format!("{TABLES} WHERE network_id = $1 AND rotator_id = $2{lock}");
    let before: Vec<TableRow> =
        rows(transaction, &sql, vec![network.0.into(), learnt.rotator.0.into()]).await?;
    let before = before.first();
    let was_held = before.map_or(0, |row| row.held_since);
    let held_since = match learnt.refreshed.stopped {
        Some(_) if was_held != 0 => was_held,
        Some(_) => now,
        None => 0,
    };
    let sql = "INSERT INTO rotator_tables (network_id, campaign_id, rotator_id, computed_at, options, rotation, held_since) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (network_id, rotator_id) DO UPDATE SET \
               campaign_id = excluded.campaign_id, computed_at = excluded.computed_at, options = excluded.options, \
               rotation = excluded.rotation, held_since = excluded.held_since \
               WHERE excluded.computed_at > rotator_tables.computed_at RETURNING rotator_id";
    let values = vec![
        network.0.into(),
        campaign.0.into(),
        learnt.rotator.0.into(),
        now.into(),
        serde_json::to_string(&served(learnt, before))?.into(),
        serde_json::to_string(&learnt.rotation)?.into(),
        held_since.into(),
    ];
    let is_kept = number_of_rows(transaction, sql, values).await? > 0;
    match learnt.refreshed.stopped {
        Some(stopped) if is_kept && was_held == 0 => {
            let fact = Fact::RotatorHeld {
                campaign_id: campaign,
                rotator_id: learnt.rotator,
                hours: stopped.hours,
                expected: stopped.expected,
                reported: stopped.reported,
            };
            tell(transaction, network, &fact).await
        }
        Some(_) | None => Ok(()),
    }
}

/// The options as they are served from now on; weights that are held stay as they were.
fn served(learnt: &Learnt, before: Option<&TableRow>) -> Vec<OptionServed> {
    let held: Vec<OptionServed> =
        before.and_then(|row| serde_json::from_str(&row.options).ok()).unwrap_or_default();
    let weight = |place: usize, id: RowId| match &learnt.refreshed.weights {
        Some(weights) => weights.get(place).copied().unwrap_or(0),
        None => held.iter().find(|option| option.id == id).map_or(0, |option| option.weight),
    };
    let options = learnt.options.iter().enumerate().zip(&learnt.refreshed.views);
    options
        .map(|((place, id), views)| OptionServed { id: *id, weight: weight(place, *id), views: *views })
        .collect()
}

//! What a run learns from: the hourly sums of a link's clicks by row and kind of visitors, and what came of them.

use crate::{
    Error,
    shared::{Database, Kind, rows},
    tracking::{Basis, SUMS},
};
use domain::{
    links::kpi::{KpiCell, Segment, read_row_segment},
    shared::{Calendar, CampaignId, Dimension, HourNumber, Measures, NetworkId, OfferId, RowId, SmartLinkId},
};
use sea_orm::{FromQueryResult, QueryResult};
use std::collections::BTreeMap;

type Cells = BTreeMap<(i64, RowId, OfferId, Segment), KpiCell>;

struct Sums {
    hour: i64,
    basis: i64,
    offer: i64,
    value: String,
    measures: Measures,
}

impl FromQueryResult for Sums {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, sea_orm::DbErr> {
        let mut measures = Measures::default();
        for sum in &SUMS {
            (sum.set)(&mut measures, row.try_get(prefix, sum.column)?);
        }
        Ok(Self {
            hour: row.try_get(prefix, "hour")?,
            basis: row.try_get(prefix, "basis")?,
            offer: row.try_get(prefix, "offer_id")?,
            value: row.try_get(prefix, "value")?,
            measures,
        })
    }
}

/// The cells of a link's clicks from an hour on, by their hours, the oldest first.
///
/// # Errors
/// What the database said.
pub(super) async fn cells(
    database: &Database,
    (network, link): (NetworkId, SmartLinkId),
    from: HourNumber,
    calendar: Calendar,
) -> Result<Vec<KpiCell>, Error> {
    let found = sums(database, network, ("smart_link_id", link.0), Dimension::RowSegment, from).await?;
    let mut cells: Cells = BTreeMap::new();
    for sums in found {
        let Some((row, segment)) = read_row_segment(&sums.value) else { continue };
        add(&mut cells, (row, segment), &sums, calendar);
    }
    Ok(cells.into_values().collect())
}

/// The cells of the options of a campaign's rotators from an hour on, by their hours, the oldest first.
///
/// # Errors
/// What the database said.
pub(in crate::tracking) async fn option_cells(
    database: &Database,
    (network, campaign): (NetworkId, CampaignId),
    from: HourNumber,
    calendar: Calendar,
) -> Result<Vec<KpiCell>, Error> {
    let link = ("campaign_id", campaign.0);
    let mut cells: Cells = BTreeMap::new();
    for sums in sums(database, network, link, Dimension::RotatorOption, from).await? {
        let Ok(option) = sums.value.parse() else { continue };
        add(&mut cells, (option, Segment::default()), &sums, calendar);
    }
    Ok(cells.into_values().collect())
}

fn add(cells: &mut Cells, (row, segment): (RowId, Segment), sums: &Sums, calendar: Calendar) {
    let offer = OfferId(sums.offer);
    let cell = cells.entry((sums.hour, row, offer, segment.clone())).or_insert_with(|| KpiCell {
        hour: calendar.start_of_hour(HourNumber(sums.hour)).timestamp() as f64 / 3600.0,
        row,
        offer,
        segment,
        measures: Measures::default(),
        of_clicks: Measures::default(),
    });
    cell.measures += sums.measures;
    if sums.basis == Basis::Click as i64 {
        cell.of_clicks += sums.measures;
    }
}

/// The sums of a link by the values of a dimension, of its clicks and of what came of them.
async fn sums(
    database: &Database,
    network: NetworkId,
    (column, link): (&str, i64),
    dimension: Dimension,
    from: HourNumber,
) -> Result<Vec<Sums>, Error> {
    let sums: Vec<String> = SUMS
        .iter()
        .map(|sum| format!("CAST(SUM({column}) AS BIGINT) AS {column}", column = sum.column))
        .collect();
    // The dimension stands in the text, so that the partial index on it can be used. SQLite, which would read the
    // dimension of the whole network, is told to.
    let index = match (database.kind(), column) {
        (Kind::Sqlite, "smart_link_id") => " INDEXED BY rollup_hours_of_smart_links",
        (Kind::Sqlite, "campaign_id") => " INDEXED BY rollup_hours_of_rotators",
        (Kind::Sqlite | Kind::Postgres, _) => "",
    };
    let sql = format!(
        "SELECT hour, basis, offer_id, value, {} FROM rollup_hours{index} WHERE network_id = $1 AND dimension = {} \
         AND hour >= $2 AND {column} = $3 AND basis IN ({}, {}) GROUP BY hour, basis, offer_id, value",
        sums.join(", "),
        dimension.number(),
        Basis::Click as i64,
        Basis::ConversionByClick as i64,
    );
    rows(database.read(), &sql, vec![network.0.into(), from.0.into(), link.into()]).await
}

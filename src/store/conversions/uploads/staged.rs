//! What a checked row will do, kept until the upload is written. Everything that could be wrong with it
//! is settled; what may still happen meanwhile, a call or a person that was faster, is no error.

use crate::{
    Error, Kind,
    conversions::Conversion,
    shared::{
        ColumnType::{Bytes, Integer},
        Database, Executor, OnConflict, Rows, Table, Transaction, number_of_rows, rows,
    },
};
use domain::{conversions::ConversionStatus, offers::OverCap, shared::NetworkId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Rows that are kept or removed in one transaction, so that SQLite's write connection is not held for long;
/// of larger bodies fewer.
const SLICE: usize = 512;
const SLICE_OF_BODIES: usize = 16;

/// A table of what belongs to one upload: its name, the column that counts, and how many rows go at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clearable {
    table: &'static str,
    key: &'static str,
    slice: usize,
}

pub(super) const PARTS: Clearable = Clearable { table: "upload_parts", key: "part", slice: SLICE_OF_BODIES };
pub(super) const STAGED: Clearable = Clearable { table: "upload_rows", key: "place", slice: SLICE };
pub(super) const VALUES: Clearable =
    Clearable { table: "upload_values", key: "place", slice: SLICE_OF_BODIES };
pub(super) const ERRORS: Clearable = Clearable { table: "upload_errors", key: "place", slice: SLICE };

/// Rows that PostgreSQL keeps in one transaction: each waits for the disk.
const POSTGRES_SLICE: usize = 5_000;

const ROWS: Table = Table {
    name: "upload_rows",
    key: 0,
    on_conflict: OnConflict::Never,
    columns: &[("network_id", Integer), ("upload_id", Integer), ("place", Integer), ("body", Bytes)],
};

/// What a row will do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Staged {
    /// Stores a conversion, unless there is one of its identity by then; where a cap is reached, as the
    /// offer said.
    New(Box<Conversion>, OverCap),
    /// Decides a status, unless it is no longer the one that was seen.
    Status(Uuid, FromTo<ConversionStatus>),
    /// Sets the sale amount, payout and revenue, in millionths, unless they are no longer those that were seen.
    Amounts(Uuid, FromTo<[i64; 3]>),
}

/// What was there when the row was checked, and its effect was shown; and what is to be there.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct FromTo<T> {
    pub from: T,
    pub to: T,
}

/// A staged row and its place, from 1.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub place: i64,
    pub staged: Staged,
}

/// In which order rows are written: neighbours share hours, offers and partners, so that a slice touches
/// few rows of the roll-ups.
pub(super) type Order = (i64, i64, i64, i64);

/// The order of a conversion.
pub(super) fn order(conversion: &Conversion) -> Order {
    let hour = conversion.click_at.div_euclid(3_600_000);
    (hour, conversion.offer_id, conversion.partner_id, conversion.at)
}

#[derive(FromQueryResult)]
struct Row {
    place: i64,
    body: Vec<u8>,
}

/// Keeps what rows will do, in this order.
pub(super) async fn stage(
    database: &Database,
    (network, upload): (NetworkId, i64),
    bodies: Vec<Vec<u8>>,
) -> Result<(), Error> {
    let slice = match database.kind() {
        Kind::Sqlite => SLICE,
        Kind::Postgres => POSTGRES_SLICE,
    };
    let mut bodies = bodies.into_iter().zip(1_i64..).peekable();
    while bodies.peek().is_some() {
        let mut rows = Rows::new(ROWS);
        for (body, place) in bodies.by_ref().take(slice) {
            rows.integer(network.0).integer(upload).integer(place).bytes(body);
        }
        let transaction = database.write().await?;
        rows.insert(&transaction).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// The rows behind a place.
pub(super) async fn staged(
    executor: &impl Executor,
    (network, upload): (NetworkId, i64),
    after: i64,
    limit: i64,
) -> Result<Vec<Placed>, Error> {
    let sql = "SELECT place, body FROM upload_rows WHERE network_id = $1 AND upload_id = $2 AND place > $3 \
               ORDER BY place LIMIT $4";
    let found: Vec<Row> =
        rows(executor, sql, vec![network.0.into(), upload.into(), after.into(), limit.into()]).await?;
    found.into_iter().map(|row| Ok(Placed { place: row.place, staged: read(&row.body)? })).collect()
}

/// A row as it is kept.
pub(super) fn body(staged: &Staged) -> Result<Vec<u8>, Error> {
    postcard::to_stdvec(staged).map_err(|error| Error::Refused(format!("a row can't be kept: {error}")))
}

fn read(body: &[u8]) -> Result<Staged, Error> {
    postcard::from_bytes(body).map_err(|error| Error::Refused(format!("a kept row does not read: {error}")))
}

/// Removes an upload's rows from one of its tables, slice by slice.
pub(super) async fn clear(
    database: &Database,
    (network, upload): (NetworkId, i64),
    Clearable { table, key, slice }: Clearable,
) -> Result<(), Error> {
    // Up to one place, not a list of places: PostgreSQL, which knows nothing of a table just filled, walks
    // such a list once a row.
    let sql = format!(
        "DELETE FROM {table} WHERE network_id = $1 AND upload_id = $2 AND {key} <= (SELECT MAX({key}) FROM \
         (SELECT {key} FROM {table} WHERE network_id = $1 AND upload_id = $2 ORDER BY {key} LIMIT {slice}) AS slice) \
         RETURNING {key}"
    );
    loop {
        let transaction: Transaction = database.write().await?;
        let removed = number_of_rows(&transaction, &sql, vec![network.0.into(), upload.into()]).await?;
        transaction.commit().await?;
        if removed < slice {
            return Ok(());
        }
    }
}

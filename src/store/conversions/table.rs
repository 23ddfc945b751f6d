//! The table of conversions: rows read, held and stored, and statuses decided by hand.

use super::{Conversion, figures::Moved};
use crate::{
    Error, identity,
    shared::{
        Actor, Change, Executor, FoundRows, Layout, Owner, Scope, Stretch, Transaction, audit, now_millis,
        rows, run, tell,
    },
    tracking::Deltas,
};
use domain::{
    conversions::{self, ConversionStatus, Identity},
    shared::{ClickId, NetworkId},
};
use sea_orm::{
    ConnectionTrait, DbBackend,
    sea_query::{Alias, Expr, Query},
};
use uuid::Uuid;

/// Reads the conversion of a network and an id.
const ONE: &str = "SELECT * FROM conversions WHERE network_id = $1 AND id = $2";

/// What holds the rows that were read until the transaction ends: between reading a status and moving
/// its figures nobody else may change it. On SQLite a transaction that writes is the only one.
pub(super) fn held(transaction: &Transaction) -> &'static str {
    if transaction.get_database_backend() == DbBackend::Postgres { " FOR UPDATE" } else { "" }
}

/// The conversion of an identity, if there is one; held until the transaction ends.
pub(crate) async fn find(
    transaction: &Transaction,
    network: NetworkId,
    identity: &Identity,
) -> Result<Option<Conversion>, Error> {
    let sql = "SELECT * FROM conversions WHERE network_id = $1 AND offer_id = $2 AND event_id = $3 AND identity = $4";
    let event = identity.event.map_or(0, |event| event.0);
    let values = vec![network.0.into(), identity.offer.0.into(), event.into(), identity.key.as_str().into()];
    let sql = format!("{sql}{}", held(transaction));
    Ok(rows(transaction, &sql, values).await?.into_iter().next())
}

/// Stores a new conversion, the first line of its history, and its fact.
pub(crate) async fn insert(executor: &impl Executor, conversion: &Conversion) -> Result<(), Error> {
    let (columns, values): (Vec<_>, Vec<_>) = conversion.values().into_iter().unzip();
    let mut query = Query::insert();
    query
        .into_table(Alias::new("conversions"))
        .columns(columns.into_iter().map(Alias::new))
        .values_panic(values.into_iter().map(Expr::value));
    executor.execute(&query).await?;
    note(executor, conversion, "postback", conversion.at).await?;
    tell(executor, NetworkId(conversion.network_id), &conversion.fact(true)).await
}

/// Stores another status that `actor` has set `at` so many milliseconds since 1970, with a fraud flag that
/// came with it, a line of history, and the fact.
pub(crate) async fn update(
    executor: &impl Executor,
    conversion: &Conversion,
    actor: &str,
    at: i64,
) -> Result<(), Error> {
    run(
        executor,
        "UPDATE conversions SET status = $1, code = $2, by_hand = $3, fraud = $4 WHERE network_id = $5 AND id = $6",
        vec![
            conversion.status.as_str().into(),
            conversion.code.into(),
            conversion.by_hand.into(),
            conversion.fraud.into(),
            conversion.network_id.into(),
            conversion.id.into(),
        ],
    )
    .await?;
    note(executor, conversion, actor, at).await?;
    tell(executor, NetworkId(conversion.network_id), &conversion.fact(false)).await
}

async fn note(executor: &impl Executor, conversion: &Conversion, actor: &str, at: i64) -> Result<(), Error> {
    run(
        executor,
        "INSERT INTO conversion_history (network_id, conversion_id, version, at, actor, status, code) \
         SELECT $1, $2, COUNT(*) + 1, $3, $4, $5, $6 FROM conversion_history WHERE network_id = $1 AND conversion_id = $2",
        vec![
            conversion.network_id.into(),
            conversion.id.into(),
            at.into(),
            actor.into(),
            conversion.status.as_str().into(),
            conversion.code.into(),
        ],
    )
    .await
}

/// A stretch of the log of conversions, by their own time.
///
/// # Errors
/// What the database said.
pub async fn conversions(scope: Scope<'_>, stretch: &Stretch) -> Result<FoundRows<Conversion>, Error> {
    stretch.read(scope, ("conversions", Layout::Plain, Owner::Partner)).await
}

/// One conversion of the network.
///
/// # Errors
/// [`Error::Missing`] where this network has no such conversion, or it is not seen.
pub async fn conversion(scope: Scope<'_>, id: ClickId) -> Result<Conversion, Error> {
    let sql = format!("{ONE}{}", scope.and_seen_partners("partner_id"));
    let values = vec![scope.network().0.into(), Uuid::from_u128(id.0).into()];
    rows(scope.database().read(), &sql, values).await?.into_iter().next().ok_or(Error::Missing)
}

/// The same, held until the transaction ends.
async fn held_conversion(
    transaction: &Transaction,
    scope: Scope<'_>,
    id: ClickId,
) -> Result<Conversion, Error> {
    let sql = format!("{ONE}{}{}", scope.and_seen_partners("partner_id"), held(transaction));
    let values = vec![scope.network().0.into(), Uuid::from_u128(id.0).into()];
    rows(transaction, &sql, values).await?.into_iter().next().ok_or(Error::Missing)
}

/// The conversions of one click, oldest first.
///
/// # Errors
/// What the database said.
pub async fn of_click(scope: Scope<'_>, click: ClickId) -> Result<Vec<Conversion>, Error> {
    let sql = format!(
        "SELECT * FROM conversions WHERE network_id = $1 AND click_id = $2{} ORDER BY id",
        scope.and_seen_partners("partner_id")
    );
    rows(scope.database().read(), &sql, vec![scope.network().0.into(), Uuid::from_u128(click.0).into()]).await
}

/// Decides a conversion's status by hand: the figures move with it, and postbacks no longer change it.
///
/// # Errors
/// [`Error::Missing`] where this network has no such conversion.
pub async fn change_status(
    scope: Scope<'_>,
    actor: &Actor,
    id: ClickId,
    status: ConversionStatus,
) -> Result<Conversion, Error> {
    let calendar = identity::calendar(scope.database(), scope.network()).await?;
    let transaction = scope.database().write().await?;
    let before = held_conversion(&transaction, scope, id).await?;
    let Some(change) = conversions::by_hand(&before.existing(), status) else { return Ok(before) };
    let mut after = before.clone();
    after.status = change.status.name().to_owned();
    after.code = change.code.map_or(0, |code| i64::from(code.number()));
    after.by_hand = 1;
    update(&transaction, &after, &actor.name, now_millis()).await?;
    let moved = [Moved::out(&before), Moved::into(&after)].map(|moved| moved.contributions());
    let mut deltas = Deltas::default();
    for contribution in moved.as_flattened() {
        contribution.add_to(&mut deltas, calendar);
    }
    deltas.sums().write(&transaction).await?;
    let audited = Change {
        action: "update",
        object: "conversion",
        object_id: None,
        before: Some(format!("{{\"id\":\"{id}\",\"status\":\"{}\"}}", before.status)),
        after: Some(format!("{{\"id\":\"{id}\",\"status\":\"{}\"}}", after.status)),
    };
    audit(&transaction, scope.network(), actor, audited).await?;
    transaction.commit().await?;
    Ok(after)
}

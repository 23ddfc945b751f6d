//! Objects that people manage: a document in `body`, beside it the columns that are searched.

use super::{
    Actor, Change, Error, Executor, Fact, Save, Scope, Transaction, audit, now_millis, run, tell,
    versions::keep_version,
};
use domain::shared::{NetworkId, PartnerId, UserId};
use sea_orm::{
    ConnectionTrait, QueryResult, Value,
    sea_query::{Alias, Expr, ExprTrait, LikeExpr, Order, Query, SelectStatement},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

/// The most ids of one statement.
const CHUNK: usize = 500;

/// A kind of managed object.
pub trait Managed: Serialize + DeserializeOwned + Clone + Send + Sync {
    /// The table.
    const TABLE: &'static str;
    /// What the audit log and the versions call it.
    const OBJECT: &'static str;
    /// Whether it has a code that links use.
    const CODED: bool = false;
    /// Whether it has a name that is searched, folded in `search_name`, and a `status`.
    const SEARCHED: bool = false;
    /// The column that names a partner, for what only some may see.
    const PARTNER: Option<&'static str> = None;
    /// How many a network may have beside its deleted ones, of kinds with a `status`.
    const MOST: Option<usize> = None;

    /// The searched columns beside the document.
    fn columns(&self) -> Vec<(&'static str, Value)>;

    /// Rows of the same network that the document names: the field, the table, the id.
    fn references(&self) -> Vec<(Cow<'static, str>, &'static str, i64)> {
        Vec::new()
    }

    /// The partner that it hangs on.
    fn partner(&self) -> Option<PartnerId> {
        None
    }

    /// Makes it this manager's, where it is something that has one.
    fn adopt(&mut self, _manager: UserId) {}

    /// What somebody wants to be told of this save. `before` is none where the object is new.
    fn facts(&self, _before: Option<&Self>) -> Vec<Fact> {
        Vec::new()
    }
}

/// A managed object as it is stored.
#[derive(Clone, Debug)]
pub struct Stored<T> {
    pub id: i64,
    /// What links call it by; empty for kinds without one.
    pub code: String,
    /// Counts the saves, from 1.
    pub version: i64,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Milliseconds since 1970 UTC.
    pub updated_at: i64,
    pub body: T,
}

/// An object before it is stored.
#[derive(Clone, Debug)]
pub struct Document<T> {
    pub body: T,
    /// The code, made by the caller, who holds the dice; empty for kinds without one.
    pub code: String,
}

/// By which column a list goes; rows that are alike in it go by their ids.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SortBy {
    /// One that is never NULL.
    pub column: &'static str,
    pub is_descending: bool,
}

impl SortBy {
    /// The word of the direction.
    pub(crate) const fn order(self) -> &'static str {
        if self.is_descending { "DESC" } else { "ASC" }
    }

    /// The condition that a row of a table stands behind the one of an id, which must be seen as well:
    /// `and` is the condition of that, with its own `AND`, or empty. Else nothing does.
    pub(crate) fn behind(self, network: NetworkId, table: &str, and: &str, last: i64) -> String {
        let (column, sign) = (self.column, if self.is_descending { '<' } else { '>' });
        let last =
            format!("SELECT {column}, id FROM {table} WHERE network_id = {network} AND id = {last}{and}");
        format!("({column}, id) {sign} ({last})")
    }
}

/// Which rows of a list are wanted, and in which order; all filters must hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Exact matches of searched columns.
    pub exact: Vec<(&'static str, Value)>,
    /// A part of the name, ignoring case.
    pub name: Option<String>,
    /// Whether deleted objects are left out.
    pub hide_deleted: bool,
    /// The newest first where it says nothing.
    pub sort: Option<SortBy>,
}

impl Filter {
    /// Rows whose columns hold exactly this.
    #[must_use]
    pub fn exactly<const N: usize>(exact: [(&'static str, i64); N]) -> Self {
        Self { exact: exact.map(|(column, id)| (column, id.into())).to_vec(), ..Self::default() }
    }
}

/// A name as searches compare it. It is folded here, as each database folds other letters: SQLite those
/// of ASCII only, PostgreSQL those of its locale.
#[must_use]
pub fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// What stands before a sign that means itself.
const ESCAPE: char = '!';

/// The pattern of texts that hold this one, each of its signs as it stands, and what stands before those
/// that would mean something else.
pub(crate) fn pattern(text: &str) -> (String, char) {
    let mut pattern = String::from('%');
    for sign in text.chars() {
        if matches!(sign, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(sign);
    }
    pattern.push('%');
    (pattern, ESCAPE)
}

/// The condition of a name.
pub(super) fn holding(part: &str) -> LikeExpr {
    let (pattern, escape) = pattern(&folded(part));
    LikeExpr::new(pattern).escape(escape)
}

/// A stretch of a list.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Only rows behind the one of this id; newest first these are those with a smaller one.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u64,
}

impl Page {
    /// Every row, for lists that are as long as a network has offers, or partners.
    pub const ALL: Self = Self { before: None, limit: 100_000 };
}

impl Default for Page {
    fn default() -> Self {
        Self { before: None, limit: 1_000 }
    }
}

pub(super) fn select<T: Managed>(scope: Scope<'_>) -> SelectStatement {
    let mut query = select_all::<T>(scope.network());
    if let Some(condition) = T::PARTNER.and_then(|column| scope.seen_partners(column)) {
        query.and_where(Expr::cust(condition));
    }
    query
}

fn select_all<T: Managed>(network: NetworkId) -> SelectStatement {
    let mut query = Query::select();
    query.columns(["id", "version", "body", "created_at", "updated_at"].map(Alias::new));
    if T::CODED {
        query.column(Alias::new("code"));
    }
    query.from(Alias::new(T::TABLE)).and_where(Expr::col(Alias::new("network_id")).eq(network.0));
    query
}

pub(super) fn read<T: Managed>(row: &QueryResult) -> Result<Stored<T>, Error> {
    Ok(Stored {
        id: row.try_get("", "id")?,
        code: if T::CODED { row.try_get("", "code")? } else { String::new() },
        version: row.try_get("", "version")?,
        created_at: row.try_get("", "created_at")?,
        updated_at: row.try_get("", "updated_at")?,
        body: serde_json::from_str(&row.try_get::<String>("", "body")?)?,
    })
}

pub(super) async fn get<T: Managed>(
    executor: &impl Executor,
    scope: Scope<'_>,
    id: i64,
) -> Result<Stored<T>, Error> {
    let mut query = select::<T>(scope);
    query.and_where(Expr::col(Alias::new("id")).eq(id));
    let row = executor.query_one(&query).await?.ok_or(Error::Missing)?;
    read(&row)
}

/// Every object of a network, oldest first: what the plan is compiled from.
///
/// # Errors
/// What the database said.
pub async fn all<T: Managed>(executor: &impl Executor, network: NetworkId) -> Result<Vec<Stored<T>>, Error> {
    let mut query = select_all::<T>(network);
    query.order_by(Alias::new("id"), Order::Asc);
    executor.query_all(&query).await?.iter().map(read).collect()
}

pub(super) async fn check_references<T: Managed>(
    transaction: &Transaction,
    network: NetworkId,
    body: &T,
) -> Result<(), Error> {
    let references = body.references();
    let mut wanted: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
    for (_, table, id) in &references {
        wanted.entry(*table).or_default().insert(*id);
    }
    let mut found = BTreeSet::new();
    for (table, ids) in wanted {
        for chunk in ids.into_iter().collect::<Vec<_>>().chunks(CHUNK) {
            found.extend(ids_there(transaction, network, table, chunk).await?.map(|id| (table, id)));
        }
    }
    match references.iter().find(|(_, table, id)| !found.contains(&(*table, *id))) {
        None => Ok(()),
        Some((field, _, id)) => {
            Err(Error::conflict(field, format!("names {id}, which this network does not have")))
        }
    }
}

/// Those of these ids that a table has of the network.
async fn ids_there(
    transaction: &Transaction,
    network: NetworkId,
    table: &str,
    ids: &[i64],
) -> Result<impl Iterator<Item = i64> + use<>, Error> {
    let mut query = Query::select();
    query
        .column(Alias::new("id"))
        .from(Alias::new(table))
        .and_where(Expr::col(Alias::new("network_id")).eq(network.0))
        .and_where(Expr::col(Alias::new("id")).is_in(ids.iter().copied()));
    let rows = transaction.query_all(&query).await?;
    let ids: Result<Vec<i64>, _> = rows.iter().map(|row| row.try_get_by_index(0)).collect();
    Ok(ids?.into_iter())
}

/// Refuses what has just been written where the network has too many of its kind with it. Saves of a network
/// come one after another, so that nobody else's is missed.
pub(super) async fn check_most<T: Managed>(
    transaction: &Transaction,
    network: NetworkId,
) -> Result<(), Error> {
    let Some(most) = T::MOST else { return Ok(()) };
    let mut query = Query::select();
    query
        .expr(Expr::cust("COUNT(*)"))
        .from(Alias::new(T::TABLE))
        .and_where(Expr::col(Alias::new("network_id")).eq(network.0))
        .and_where(Expr::col(Alias::new("status")).ne("deleted"));
    let row = transaction.query_one(&query).await?.ok_or(Error::Missing)?;
    if usize::try_from(row.try_get_by_index::<i64>(0)?).is_ok_and(|number| number <= most) {
        return Ok(());
    }
    let message =
        format!("would make more than the {most} that a network may have: delete another one first");
    Err(Error::conflict("status", message))
}

/// Stores a new object as a part of a save.
///
/// # Errors
/// As [`super::Scope::create`].
pub async fn create_in<T: Managed>(
    save: &Save<'_>,
    actor: &Actor,
    document: Document<T>,
) -> Result<Stored<T>, Error> {
    let (transaction, network) = (save.transaction(), save.network());
    check_references(transaction, network, &document.body).await?;
    let now = now_millis();
    let text = serde_json::to_string(&document.body)?;
    let mut columns = vec!["network_id", "version", "body", "created_at", "updated_at"];
    let mut values: Vec<Value> =
        vec![network.0.into(), 1_i64.into(), text.clone().into(), now.into(), now.into()];
    if T::CODED {
        take_code(transaction, network, T::OBJECT, &document.code).await?;
        columns.push("code");
        values.push(document.code.clone().into());
    }
    for (column, value) in document.body.columns() {
        columns.push(column);
        values.push(value);
    }
    let mut query = Query::insert();
    query
        .into_table(Alias::new(T::TABLE))
        .columns(columns.into_iter().map(Alias::new))
        .values_panic(values.into_iter().map(Expr::value))
        .returning(Query::returning().column(Alias::new("id")));
    let row = transaction.query_one(&query).await?.ok_or(Error::Missing)?;
    check_most::<T>(transaction, network).await?;
    let stored = Stored {
        id: row.try_get("", "id")?,
        code: document.code,
        version: 1,
        created_at: now,
        updated_at: now,
        body: document.body,
    };
    keep_version(save, stored.version_of(), &text).await?;
    let change = Change {
        action: "create",
        object: T::OBJECT,
        object_id: Some(stored.id),
        before: None,
        after: Some(text),
    };
    audit(transaction, network, actor, change).await?;
    tell_facts(transaction, network, &stored.body, None).await?;
    Ok(stored)
}

pub(super) async fn tell_facts<T: Managed>(
    transaction: &Transaction,
    network: NetworkId,
    body: &T,
    before: Option<&T>,
) -> Result<(), Error> {
    for fact in body.facts(before) {
        tell(transaction, network, &fact).await?;
    }
    Ok(())
}

async fn take_code(
    transaction: &Transaction,
    network: NetworkId,
    object: &str,
    code: &str,
) -> Result<(), Error> {
    run(
        transaction,
        "INSERT INTO codes (code, network_id, object) VALUES ($1, $2, $3)",
        vec![code.into(), network.0.into(), object.into()],
    )
    .await
}

pub(super) async fn write_row<T: Managed>(
    transaction: &Transaction,
    network: NetworkId,
    stored: &Stored<T>,
) -> Result<(), Error> {
    let mut query = Query::update();
    query.table(Alias::new(T::TABLE));
    query.value(Alias::new("version"), stored.version);
    query.value(Alias::new("updated_at"), stored.updated_at);
    query.value(Alias::new("body"), serde_json::to_string(&stored.body)?);
    for (column, value) in stored.body.columns() {
        query.value(Alias::new(column), value);
    }
    query
        .and_where(Expr::col(Alias::new("network_id")).eq(network.0))
        .and_where(Expr::col(Alias::new("id")).eq(stored.id));
    transaction.execute(&query).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn every_sign_of_a_text_means_itself() {
        assert_eq!(pattern("50%_off!"), ("%50!%!_off!!%".to_owned(), '!'));
    }
}

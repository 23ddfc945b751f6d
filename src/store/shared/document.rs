//! Objects that people manage: a document in `body`, beside it the columns that are searched. Every
//! save writes, in one transaction, the row, its version for later explanation, the audit log and a
//! higher plan version of the network; after the commit the change is announced.

use super::{Database, Error, Executor, Fact, Transaction, now_millis, tell};
use domain::shared::NetworkId;
use sea_orm::{
    ConnectionTrait, DbBackend, FromQueryResult, QueryResult, Statement, Value,
    sea_query::{Alias, Expr, ExprTrait, Func, Order, Query, SelectStatement},
};
use serde::{Serialize, de::DeserializeOwned};

/// A kind of managed object.
pub trait Managed: Serialize + DeserializeOwned + Clone + Send + Sync {
    /// The table.
    const TABLE: &'static str;
    /// What the audit log and the versions call it.
    const OBJECT: &'static str;
    /// Whether it has a code that links use.
    const CODED: bool = false;

    /// The searched columns beside the document.
    fn columns(&self) -> Vec<(&'static str, Value)>;

    /// Rows of the same network that the document names: the field, the table, the id.
    fn references(&self) -> Vec<(&'static str, &'static str, i64)> {
        Vec::new()
    }

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

/// Who does it, for the audit log.
#[derive(Clone, Debug)]
pub struct Actor {
    /// `user`, `api_key` or `system`.
    pub kind: &'static str,
    pub id: Option<i64>,
    pub name: String,
    pub ip: String,
}

impl Actor {
    /// Switchyard itself: `setup`, `demo` and jobs.
    #[must_use]
    pub fn system(name: &str) -> Self {
        Self { kind: "system", id: None, name: name.to_owned(), ip: String::new() }
    }
}

/// What an audit row says.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    pub action: &'static str,
    pub object: &'a str,
    pub object_id: Option<i64>,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Which rows of a list are wanted; all filters must hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Exact matches of searched columns.
    pub exact: Vec<(&'static str, Value)>,
    /// A part of the name, ignoring case.
    pub name: Option<String>,
    /// Whether deleted objects are left out.
    pub hide_deleted: bool,
}

/// A stretch of a list, newest first.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Only rows with a smaller id.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u64,
}

impl Default for Page {
    fn default() -> Self {
        Self { before: None, limit: 1_000 }
    }
}

/// One network's door to its managed objects.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    database: &'a Database,
    network: NetworkId,
}

impl Database {
    /// The door to one network's rows.
    #[must_use]
    pub fn of(&self, network: NetworkId) -> Scope<'_> {
        Scope { database: self, network }
    }
}

impl<'a> Scope<'a> {
    /// The network.
    #[must_use]
    pub fn network(self) -> NetworkId {
        self.network
    }

    /// The database behind the door.
    #[must_use]
    pub fn database(self) -> &'a Database {
        self.database
    }

    /// One object.
    ///
    /// # Errors
    /// [`Error::Missing`] where this network has no such row.
    pub async fn get<T: Managed>(self, id: i64) -> Result<Stored<T>, Error> {
        get(self.database.read(), self.network, id).await
    }

    /// A stretch of a list, newest first.
    ///
    /// # Errors
    /// What the database said.
    pub async fn list<T: Managed>(self, filter: &Filter, page: Page) -> Result<Vec<Stored<T>>, Error> {
        let mut query = select::<T>(self.network);
        for (column, value) in &filter.exact {
            query.and_where(Expr::col(Alias::new(*column)).eq(value.clone()));
        }
        if let Some(name) = &filter.name {
            let pattern = format!("%{}%", name.to_lowercase().replace(['%', '_'], ""));
            query.and_where(Func::lower(Expr::col(Alias::new("name"))).like(pattern));
        }
        if filter.hide_deleted {
            query.and_where(Expr::col(Alias::new("status")).ne("deleted"));
        }
        if let Some(before) = page.before {
            query.and_where(Expr::col(Alias::new("id")).lt(before));
        }
        query.order_by(Alias::new("id"), Order::Desc).limit(page.limit);
        let rows = self.database.read().query_all(&query).await?;
        rows.iter().map(read::<T>).collect()
    }

    /// How many objects there are, without deleted ones where the kind knows a status.
    ///
    /// # Errors
    /// What the database said.
    pub async fn count<T: Managed>(self, has_status: bool) -> Result<u64, Error> {
        let mut query = Query::select();
        query
            .expr(Expr::cust("COUNT(*)"))
            .from(Alias::new(T::TABLE))
            .and_where(Expr::col(Alias::new("network_id")).eq(self.network.0));
        if has_status {
            query.and_where(Expr::col(Alias::new("status")).ne("deleted"));
        }
        let row = self.database.read().query_one(&query).await?.ok_or(Error::Missing)?;
        Ok(u64::try_from(row.try_get_by_index::<i64>(0)?).unwrap_or(0))
    }

    /// Stores a new object and announces it.
    ///
    /// # Errors
    /// [`Error::Conflict`] where something unique is taken or a named row is not the network's own.
    pub async fn create<T: Managed>(self, actor: &Actor, document: Document<T>) -> Result<Stored<T>, Error> {
        let transaction = self.database.write().await?;
        let stored = create_in(&transaction, self.network, actor, document).await?;
        self.finish(transaction).await?;
        Ok(stored)
    }

    /// Stores several new objects and announces them once; all or none.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub async fn create_all<T: Managed>(
        self,
        actor: &Actor,
        documents: Vec<Document<T>>,
    ) -> Result<Vec<Stored<T>>, Error> {
        let transaction = self.database.write().await?;
        let mut stored = Vec::with_capacity(documents.len());
        for document in documents {
            stored.push(create_in(&transaction, self.network, actor, document).await?);
        }
        self.finish(transaction).await?;
        Ok(stored)
    }

    /// Replaces an object's document and announces it.
    ///
    /// # Errors
    /// [`Error::Missing`], or as [`Self::create`]; [`Error::Conflict`] at `version` where `expected`
    /// is given and somebody else has saved in between.
    pub async fn update<T: Managed>(
        self,
        actor: &Actor,
        id: i64,
        expected: Option<i64>,
        body: T,
    ) -> Result<Stored<T>, Error> {
        let transaction = self.database.write().await?;
        let before: Stored<T> = get(&transaction, self.network, id).await?;
        if expected.is_some_and(|version| version != before.version) {
            return Err(Error::conflict(
                "version",
                "somebody else has saved this in the meantime; reload and try again",
            ));
        }
        check_references(&transaction, self.network, &body).await?;
        let stored = Stored { version: before.version + 1, updated_at: now_millis(), body, ..before.clone() };
        write_row(&transaction, self.network, &stored).await?;
        let text = serde_json::to_string(&stored.body)?;
        keep_version(&transaction, self.network, T::OBJECT, &stored, &text).await?;
        let change = Change {
            action: "update",
            object: T::OBJECT,
            object_id: Some(id),
            before: Some(serde_json::to_string(&before.body)?),
            after: Some(text),
        };
        audit(&transaction, self.network, actor, change).await?;
        tell_facts(&transaction, self.network, &stored.body, Some(&before.body)).await?;
        self.finish(transaction).await?;
        Ok(stored)
    }

    /// Removes an object that nothing stored points to, such as an event that was never used.
    ///
    /// # Errors
    /// [`Error::Missing`] where it is not there, or still used.
    pub async fn delete<T: Managed>(self, actor: &Actor, id: i64) -> Result<(), Error> {
        let transaction = self.database.write().await?;
        let before: Stored<T> = get(&transaction, self.network, id).await?;
        let mut query = Query::delete();
        query
            .from_table(Alias::new(T::TABLE))
            .and_where(Expr::col(Alias::new("network_id")).eq(self.network.0))
            .and_where(Expr::col(Alias::new("id")).eq(id));
        transaction.execute(&query).await?;
        let change = Change {
            action: "delete",
            object: T::OBJECT,
            object_id: Some(id),
            before: Some(serde_json::to_string(&before.body)?),
            after: None,
        };
        audit(&transaction, self.network, actor, change).await?;
        self.finish(transaction).await
    }

    /// Ends a save: a higher plan version, the commit, then the announcement.
    async fn finish(self, transaction: Transaction) -> Result<(), Error> {
        raise_plan_version(&transaction, self.network).await?;
        transaction.commit().await?;
        self.database.changes().announce(self.network).await;
        Ok(())
    }
}

fn select<T: Managed>(network: NetworkId) -> SelectStatement {
    let mut query = Query::select();
    query.columns(["id", "version", "body", "created_at", "updated_at"].map(Alias::new));
    if T::CODED {
        query.column(Alias::new("code"));
    }
    query.from(Alias::new(T::TABLE)).and_where(Expr::col(Alias::new("network_id")).eq(network.0));
    query
}

fn read<T: Managed>(row: &QueryResult) -> Result<Stored<T>, Error> {
    Ok(Stored {
        id: row.try_get("", "id")?,
        code: if T::CODED { row.try_get("", "code")? } else { String::new() },
        version: row.try_get("", "version")?,
        created_at: row.try_get("", "created_at")?,
        updated_at: row.try_get("", "updated_at")?,
        body: serde_json::from_str(&row.try_get::<String>("", "body")?)?,
    })
}

async fn get<T: Managed>(executor: &impl Executor, network: NetworkId, id: i64) -> Result<Stored<T>, Error> {
    let mut query = select::<T>(network);
    query.and_where(Expr::col(Alias::new("id")).eq(id));
    let row = executor.query_one(&query).await?.ok_or(Error::Missing)?;
    read(&row)
}

/// Every object of a network, oldest first: what the plan is compiled from.
///
/// # Errors
/// What the database said.
pub async fn all<T: Managed>(executor: &impl Executor, network: NetworkId) -> Result<Vec<Stored<T>>, Error> {
    let mut query = select::<T>(network);
    query.order_by(Alias::new("id"), Order::Asc);
    executor.query_all(&query).await?.iter().map(read).collect()
}

async fn check_references<T: Managed>(
    transaction: &Transaction,
    network: NetworkId,
    body: &T,
) -> Result<(), Error> {
    for (field, table, id) in body.references() {
        let mut query = Query::select();
        query
            .expr(Expr::cust("1"))
            .from(Alias::new(table))
            .and_where(Expr::col(Alias::new("network_id")).eq(network.0))
            .and_where(Expr::col(Alias::new("id")).eq(id));
        if transaction.query_one(&query).await?.is_none() {
            return Err(Error::conflict(field, format!("names {id}, which this network does not have")));
        }
    }
    Ok(())
}

/// Stores a new object inside a transaction of the caller's, who raises the plan version and announces.
///
/// # Errors
/// As [`Scope::create`].
pub async fn create_in<T: Managed>(
    transaction: &Transaction,
    network: NetworkId,
    actor: &Actor,
    document: Document<T>,
) -> Result<Stored<T>, Error> {
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
    let stored = Stored {
        id: row.try_get("", "id")?,
        code: document.code,
        version: 1,
        created_at: now,
        updated_at: now,
        body: document.body,
    };
    keep_version(transaction, network, T::OBJECT, &stored, &text).await?;
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

async fn tell_facts<T: Managed>(
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

async fn write_row<T: Managed>(
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

async fn keep_version<T>(
    transaction: &Transaction,
    network: NetworkId,
    object: &str,
    stored: &Stored<T>,
    body: &str,
) -> Result<(), Error> {
    run(
        transaction,
        "INSERT INTO config_versions (network_id, object, object_id, version, plan_version, at, body) \
         VALUES ($1, $2, $3, $4, (SELECT plan_version + 1 FROM networks WHERE id = $1), $5, $6)",
        vec![
            network.0.into(),
            object.into(),
            stored.id.into(),
            stored.version.into(),
            stored.updated_at.into(),
            body.into(),
        ],
    )
    .await
}

/// Writes one row of the audit log.
///
/// # Errors
/// What the database said.
pub async fn audit(
    executor: &impl Executor,
    network: NetworkId,
    actor: &Actor,
    change: Change<'_>,
) -> Result<(), Error> {
    run(
        executor,
        "INSERT INTO audit (network_id, at, actor_kind, actor_id, actor_name, ip, action, object, object_id, before, after) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        vec![
            network.0.into(),
            now_millis().into(),
            actor.kind.into(),
            actor.id.into(),
            actor.name.clone().into(),
            actor.ip.clone().into(),
            change.action.into(),
            change.object.into(),
            change.object_id.into(),
            change.before.into(),
            change.after.into(),
        ],
    )
    .await
}

/// Raises the network's plan version, and tells other nodes where the database can.
///
/// # Errors
/// What the database said.
pub async fn raise_plan_version(transaction: &Transaction, network: NetworkId) -> Result<(), Error> {
    run(
        transaction,
        "UPDATE networks SET plan_version = plan_version + 1 WHERE id = $1",
        vec![network.0.into()],
    )
    .await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        let channel = super::changes::CHANNEL;
        run(transaction, "SELECT pg_notify($1, $2)", vec![channel.into(), network.to_string().into()])
            .await?;
    }
    Ok(())
}

/// Runs one statement whose parameters are `$1`, `$2`, … in both databases.
///
/// # Errors
/// What the database said.
pub async fn run(executor: &impl Executor, sql: &str, values: Vec<Value>) -> Result<(), Error> {
    executor
        .execute_raw(Statement::from_sql_and_values(executor.get_database_backend(), sql, values))
        .await?;
    Ok(())
}

/// Reads rows by one statement whose parameters are `$1`, `$2`, … in both databases.
///
/// # Errors
/// What the database said, or a row that does not fit `R`.
pub async fn rows<R: FromQueryResult>(
    executor: &impl Executor,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<R>, Error> {
    let statement = Statement::from_sql_and_values(executor.get_database_backend(), sql, values);
    executor
        .query_all_raw(statement)
        .await?
        .iter()
        .map(|row| R::from_query_result(row, "").map_err(Error::from))
        .collect()
}

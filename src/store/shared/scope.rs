//! One network's door to its managed objects, and for some people to a part of them: whoever sees only
//! their own partners comes with a door that shows these partners, what hangs on them and what they
//! sent, and nothing of the others. What reads rows of partners takes the door, and not the database, so
//! that no room can forget it. Each save writes the row, its version and the audit log in
//! one transaction, under a plan version of its own; after the commit the change is announced.

use super::{
    Actor, Change, Database, Document, Error, Filter, Managed, Page, Save, SortBy, Stored, audit,
    document::{check_most, check_references, create_in, get, holding, read, select, tell_facts, write_row},
    now_millis,
    versions::{keep_removal, keep_version},
};
use domain::shared::{NetworkId, UserId};
use sea_orm::{
    ConnectionTrait,
    sea_query::{Alias, Expr, ExprTrait, Order, Query},
};

/// One network's door to its managed objects.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    pub(super) database: &'a Database,
    pub(super) network: NetworkId,
    /// Whose partners alone are seen; none sees all.
    pub(super) manager: Option<UserId>,
}

impl Database {
    /// The door to one network's rows.
    #[must_use]
    pub fn of(&self, network: NetworkId) -> Scope<'_> {
        Scope { database: self, network, manager: None }
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
    /// [`Error::Missing`] where this network has no such row, or it is not seen.
    pub async fn get<T: Managed>(self, id: i64) -> Result<Stored<T>, Error> {
        get(self.database.read(), self, id).await
    }

    /// A stretch of a list.
    ///
    /// # Errors
    /// What the database said.
    pub async fn list<T: Managed>(self, filter: &Filter, page: Page) -> Result<Vec<Stored<T>>, Error> {
        let mut query = select::<T>(self);
        for (column, value) in &filter.exact {
            query.and_where(Expr::col(Alias::new(*column)).eq(value.clone()));
        }
        if let Some(name) = &filter.name {
            query.and_where(Expr::col(Alias::new("search_name")).like(holding(name)));
        }
        if filter.hide_deleted {
            query.and_where(Expr::col(Alias::new("status")).ne("deleted"));
        }
        let order = match filter.sort {
            Some(SortBy { is_descending: false, .. }) => Order::Asc,
            Some(SortBy { is_descending: true, .. }) | None => Order::Desc,
        };
        match (filter.sort, page.before) {
            (Some(sort), Some(last)) => {
                let seen = T::PARTNER.map_or_else(String::new, |column| self.and_seen_partners(column));
                query.and_where(Expr::cust(sort.behind(self.network, T::TABLE, &seen, last)));
            }
            (None, Some(last)) => {
                query.and_where(Expr::col(Alias::new("id")).lt(last));
            }
            (_, None) => {}
        }
        if let Some(sort) = filter.sort {
            query.order_by(Alias::new(sort.column), order.clone());
        }
        query.order_by(Alias::new("id"), order).limit(page.limit);
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
        if let Some(condition) = T::PARTNER.and_then(|column| self.seen_partners(column)) {
            query.and_where(Expr::cust(condition));
        }
        let row = self.database.read().query_one(&query).await?.ok_or(Error::Missing)?;
        Ok(u64::try_from(row.try_get_by_index::<i64>(0)?).unwrap_or(0))
    }

    /// Stores a new object and announces it.
    ///
    /// # Errors
    /// [`Error::Conflict`] where something unique is taken or a named row is not the network's own.
    pub async fn create<T: Managed>(self, actor: &Actor, document: Document<T>) -> Result<Stored<T>, Error> {
        let save = self.save().await?;
        let body = self.admit(save.transaction(), document.body).await?;
        let stored = create_in(&save, actor, Document { body, ..document }).await?;
        save.commit().await?;
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
        let save = self.save().await?;
        let mut stored = Vec::with_capacity(documents.len());
        for document in documents {
            let body = self.admit(save.transaction(), document.body).await?;
            stored.push(create_in(&save, actor, Document { body, ..document }).await?);
        }
        save.commit().await?;
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
        self.rewrite(actor, id, expected, |_| body).await
    }

    /// As [`Self::update`], with a document made of the one that is there when nobody else can save.
    ///
    /// # Errors
    /// As [`Self::update`].
    pub async fn rewrite<T: Managed>(
        self,
        actor: &Actor,
        id: i64,
        expected: Option<i64>,
        made_of: impl FnOnce(T) -> T,
    ) -> Result<Stored<T>, Error> {
        let save = self.save().await?;
        let stored = rewrite_in(self, &save, actor, (id, expected), made_of).await?;
        save.commit().await?;
        Ok(stored)
    }

    /// As [`Self::rewrite`] of several objects, in this order; all or none, announced once.
    ///
    /// # Errors
    /// As [`Self::update`], of the first that does not fit.
    pub async fn rewrite_all<T: Managed>(
        self,
        actor: &Actor,
        wanted: &[(i64, Option<i64>)],
        made_of: impl Fn(T) -> T,
    ) -> Result<Vec<Stored<T>>, Error> {
        let save = self.save().await?;
        let mut stored = Vec::with_capacity(wanted.len());
        for each in wanted {
            stored.push(rewrite_in(self, &save, actor, *each, &made_of).await?);
        }
        save.commit().await?;
        Ok(stored)
    }

    /// Removes an object that nothing stored points to, such as an event that was never used.
    ///
    /// # Errors
    /// [`Error::Missing`] where it is not there, or still used.
    pub async fn delete<T: Managed>(self, actor: &Actor, id: i64) -> Result<(), Error> {
        let save = self.save().await?;
        let transaction = save.transaction();
        let before: Stored<T> = get(transaction, self, id).await?;
        let mut query = Query::delete();
        query
            .from_table(Alias::new(T::TABLE))
            .and_where(Expr::col(Alias::new("network_id")).eq(self.network.0))
            .and_where(Expr::col(Alias::new("id")).eq(id));
        transaction.execute(&query).await?;
        keep_removal(&save, &before).await?;
        let change = Change {
            action: "delete",
            object: T::OBJECT,
            object_id: Some(id),
            before: Some(serde_json::to_string(&before.body)?),
            after: None,
        };
        audit(transaction, self.network, actor, change).await?;
        save.commit().await
    }

    /// Begins a save; see [`Save`].
    ///
    /// # Errors
    /// [`Error::Missing`] where there is no such network.
    pub async fn save(self) -> Result<Save<'a>, Error> {
        Save::begin(self.database, self.network).await
    }
}

/// One rewrite as a part of a save: the object's id and the version that the change was thought for.
async fn rewrite_in<T: Managed>(
    scope: Scope<'_>,
    save: &Save<'_>,
    actor: &Actor,
    (id, expected): (i64, Option<i64>),
    made_of: impl FnOnce(T) -> T,
) -> Result<Stored<T>, Error> {
    let (transaction, network) = (save.transaction(), save.network());
    let before: Stored<T> = get(transaction, scope, id).await?;
    if expected.is_some_and(|version| version != before.version) {
        return Err(Error::conflict(
            "version",
            "somebody else has saved this in the meantime; reload and try again",
        ));
    }
    let body = scope.admit(transaction, made_of(before.body.clone())).await?;
    check_references(transaction, network, &body).await?;
    let stored = Stored { version: before.version + 1, updated_at: now_millis(), body, ..before.clone() };
    write_row(transaction, network, &stored).await?;
    check_most::<T>(transaction, network).await?;
    let text = serde_json::to_string(&stored.body)?;
    keep_version(save, stored.version_of(), &text).await?;
    let change = Change {
        action: "update",
        object: T::OBJECT,
        object_id: Some(id),
        before: Some(serde_json::to_string(&before.body)?),
        after: Some(text),
    };
    audit(transaction, network, actor, change).await?;
    tell_facts(transaction, network, &stored.body, Some(&before.body)).await?;
    Ok(stored)
}

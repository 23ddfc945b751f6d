//! Saved views: a question of the report builder under a name, of one person, who may let the others of
//! the network see it.

use crate::{
    Error,
    shared::{Actor, Change, Executor, Page, Scope, audit, now_millis, rows, run},
};
use domain::shared::{UserId, ViewId};
use sea_orm::FromQueryResult;

/// The most views of one person.
pub const MOST_VIEWS: usize = 100;

/// A view as it is stored.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult)]
pub struct SavedView {
    pub id: i64,
    pub user_id: i64,
    /// Whose it is, by name.
    pub owner: String,
    pub name: String,
    /// The query of its address.
    pub query: String,
    /// Whether the others of the network see it.
    pub is_shared: i64,
    /// Milliseconds since 1970 UTC.
    pub updated_at: i64,
}

const COLUMNS: &str = "SELECT saved_views.id, saved_views.user_id, users.name AS owner, saved_views.name, \
     saved_views.query, saved_views.is_shared, saved_views.updated_at \
     FROM saved_views JOIN users ON users.id = saved_views.user_id";

/// A person's views and those that others share, by name.
///
/// # Errors
/// What the database said.
pub async fn views(scope: Scope<'_>, user: UserId) -> Result<Vec<SavedView>, Error> {
    let sql = format!(
        "{COLUMNS} WHERE saved_views.network_id = $1 AND (saved_views.user_id = $2 OR saved_views.is_shared = 1) \
         ORDER BY saved_views.name, saved_views.id LIMIT 1000"
    );
    rows(scope.database().read(), &sql, vec![scope.network().0.into(), user.0.into()]).await
}

/// The views that people of the network share, newest first.
///
/// # Errors
/// What the database said.
pub async fn shared_views(scope: Scope<'_>, page: Page) -> Result<Vec<SavedView>, Error> {
    let sql = format!(
        "{COLUMNS} WHERE saved_views.network_id = $1 AND saved_views.is_shared = 1 AND saved_views.id < $2 \
         ORDER BY saved_views.id DESC LIMIT $3"
    );
    let limit = i64::try_from(page.limit).unwrap_or(i64::MAX);
    let values = vec![scope.network().0.into(), page.before.unwrap_or(i64::MAX).into(), limit.into()];
    rows(scope.database().read(), &sql, values).await
}

/// A view that `user` sees.
///
/// # Errors
/// [`Error::Missing`] where this network has no such view, or it is another's that is not shared.
async fn view(
    executor: &impl Executor,
    scope: Scope<'_>,
    user: UserId,
    id: ViewId,
) -> Result<SavedView, Error> {
    let sql = format!(
        "{COLUMNS} WHERE saved_views.network_id = $1 AND saved_views.id = $3 \
         AND (saved_views.user_id = $2 OR saved_views.is_shared = 1)"
    );
    let values = vec![scope.network().0.into(), user.0.into(), id.0.into()];
    rows(executor, &sql, values).await?.into_iter().next().ok_or(Error::Missing)
}

/// What a view is to be.
#[derive(Clone, Debug)]
pub struct NewView {
    pub name: String,
    pub query: String,
    pub is_shared: bool,
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

#[derive(FromQueryResult)]
struct Known {
    id: i64,
    name: String,
    query: String,
}

/// Stores a person's view; one of theirs that has the name already is replaced. Gives it, and whether the one
/// that was replaced held another report.
///
/// # Errors
/// [`Error::Conflict`] at `name` where the person has too many.
pub async fn save_view(
    scope: Scope<'_>,
    actor: &Actor,
    user: UserId,
    new: NewView,
) -> Result<(SavedView, bool), Error> {
    let transaction = scope.database().write().await?;
    let mine = "SELECT id, name, query FROM saved_views WHERE network_id = $1 AND user_id = $2";
    let mine: Vec<Known> = rows(&transaction, mine, vec![scope.network().0.into(), user.0.into()]).await?;
    if mine.len() >= MOST_VIEWS && mine.iter().all(|known| known.name != new.name) {
        return Err(Error::conflict("name", format!("you have {MOST_VIEWS} views; remove one first")));
    }
    let sql = "INSERT INTO saved_views (network_id, user_id, name, query, is_shared, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (network_id, user_id, name) DO UPDATE \
         SET query = excluded.query, is_shared = excluded.is_shared, updated_at = excluded.updated_at \
         RETURNING id";
    let values = vec![
        scope.network().0.into(),
        user.0.into(),
        new.name.into(),
        new.query.into(),
        i64::from(new.is_shared).into(),
        now_millis().into(),
    ];
    let made: Vec<Id> = rows(&transaction, sql, values).await?;
    let id = made.first().ok_or(Error::Missing)?.id;
    let stored = view(&transaction, scope, user, ViewId(id)).await?;
    let earlier = mine.iter().find(|known| known.id == id);
    let action = if earlier.is_some() { "update" } else { "create" };
    let is_replaced = earlier.is_some_and(|known| known.query != stored.query);
    audit(&transaction, scope.network(), actor, change(action, None, Some(&stored))).await?;
    transaction.commit().await?;
    Ok((stored, is_replaced))
}

/// Shares a view, or keeps it to its owner.
///
/// # Errors
/// [`Error::Missing`] where the person has no such view.
pub async fn share_view(
    scope: Scope<'_>,
    actor: &Actor,
    (user, id): (UserId, ViewId),
    is_shared: bool,
) -> Result<SavedView, Error> {
    let transaction = scope.database().write().await?;
    let before = view(&transaction, scope, user, id).await?;
    if before.user_id != user.0 {
        return Err(Error::Missing);
    }
    let after = SavedView { is_shared: i64::from(is_shared), ..before.clone() };
    let sql = "UPDATE saved_views SET is_shared = $3 WHERE network_id = $1 AND id = $2";
    let values = vec![scope.network().0.into(), id.0.into(), after.is_shared.into()];
    run(&transaction, sql, values).await?;
    audit(&transaction, scope.network(), actor, change("update", Some(&before), Some(&after))).await?;
    transaction.commit().await?;
    Ok(after)
}

/// Removes a view: one's own, or with `may_all` any that is shared.
///
/// # Errors
/// [`Error::Missing`] where there is no such view that the person may remove.
pub async fn remove_view(
    scope: Scope<'_>,
    actor: &Actor,
    (user, id): (UserId, ViewId),
    may_all: bool,
) -> Result<SavedView, Error> {
    let transaction = scope.database().write().await?;
    let before = view(&transaction, scope, user, id).await?;
    if before.user_id != user.0 && !may_all {
        return Err(Error::Missing);
    }
    let sql = "DELETE FROM saved_views WHERE network_id = $1 AND id = $2";
    run(&transaction, sql, vec![scope.network().0.into(), id.0.into()]).await?;
    audit(&transaction, scope.network(), actor, change("delete", Some(&before), None)).await?;
    transaction.commit().await?;
    Ok(before)
}

fn change(action: &'static str, before: Option<&SavedView>, after: Option<&SavedView>) -> Change<'static> {
    // What only one person sees does not stand in a log that others read.
    let shown = |view: &SavedView| match view.is_shared {
        0 => serde_json::json!({ "shared": false }).to_string(),
        _ => serde_json::json!({ "name": view.name, "query": view.query, "shared": true }).to_string(),
    };
    Change {
        action,
        object: "saved_view",
        object_id: after.or(before).map(|view| view.id),
        before: before.map(shown),
        after: after.map(shown),
    }
}

//! Users: the people who sign in. An e-mail address is one person in the whole installation.

use super::{clause::Clause, invitations, record};
use crate::{
    Error,
    shared::{Actor, Change, Database, Executor, Page, Scope, SortBy, Transaction, now_millis, rows},
};
use domain::{
    identity::UserKind,
    shared::{AdvertiserId, NetworkId, PartnerId, RoleId, UserId},
};
use sea_orm::FromQueryResult;
use serde::Serialize;

/// Whether a user may enter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    Active,
    /// Has been sent a link, and has no password yet.
    Invited,
    /// Kept for the audit log; can't sign in, and has no sessions.
    Inactive,
}

impl UserStatus {
    pub const ALL: [Self; 3] = [Self::Active, Self::Invited, Self::Inactive];

    /// The word in the database and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Inactive => "inactive",
        }
    }
}

/// A person who can sign in, without the password's hash.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct User {
    pub id: UserId,
    pub kind: UserKind,
    /// What an employee may do; others have no role.
    pub role_id: Option<RoleId>,
    /// The partner whose people a partner user belongs to.
    pub partner_id: Option<PartnerId>,
    /// The advertiser whose people an advertiser user belongs to.
    pub advertiser_id: Option<AdvertiserId>,
    /// Lower case.
    pub email: String,
    pub name: String,
    pub status: UserStatus,
    /// Whether an employee sees the partners whose manager they are, and no others, whatever the role says.
    pub own_partners: bool,
    /// Whether signing in takes a code beside the password.
    pub two_step: bool,
    /// Milliseconds since 1970 UTC.
    #[serde(skip)]
    pub created_at: i64,
}

/// A user before it is stored; fields as in [`User`].
#[derive(Clone, Debug)]
pub struct NewUser {
    pub kind: UserKind,
    pub role_id: Option<RoleId>,
    pub partner_id: Option<PartnerId>,
    pub advertiser_id: Option<AdvertiserId>,
    pub email: String,
    pub name: String,
    pub own_partners: bool,
    /// In PHC format; none invites the person by mail to choose a password.
    pub password_hash: Option<String>,
}

/// What may change about a user; `None` leaves it.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    pub name: Option<String>,
    pub role_id: Option<RoleId>,
    pub status: Option<UserStatus>,
    pub own_partners: Option<bool>,
}

/// Which users are wanted; all that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    pub kind: Option<UserKind>,
    pub status: Option<UserStatus>,
    pub role_id: Option<RoleId>,
    pub partner_id: Option<PartnerId>,
    pub advertiser_id: Option<AdvertiserId>,
    pub email: Option<String>,
    /// A part of the name or of the address; names in ASCII letters of any case.
    pub search: Option<String>,
    /// The newest first where it says nothing.
    pub sort: Option<SortBy>,
}

/// What signing in needs to know of an address.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub user: UserId,
    pub network: NetworkId,
    pub name: String,
    pub password_hash: String,
    pub active: bool,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    kind: String,
    role_id: Option<i64>,
    partner_id: Option<i64>,
    advertiser_id: Option<i64>,
    email: String,
    name: String,
    status: String,
    own_partners: i64,
    two_step: i64,
    created_at: i64,
}

impl From<Row> for User {
    fn from(row: Row) -> Self {
        Self {
            id: UserId(row.id),
            kind: kind_of(&row.kind),
            role_id: row.role_id.map(RoleId),
            partner_id: row.partner_id.map(PartnerId),
            advertiser_id: row.advertiser_id.map(AdvertiserId),
            email: row.email,
            name: row.name,
            status: status_of(&row.status),
            own_partners: row.own_partners != 0,
            two_step: row.two_step != 0,
            created_at: row.created_at,
        }
    }
}

/// The state of a stored word. One that nobody knows keeps its owner out.
fn status_of(word: &str) -> UserStatus {
    let found = UserStatus::ALL.into_iter().find(|status| status.name() == word);
    found.unwrap_or(UserStatus::Inactive)
}

/// The word for a kind in the database.
pub fn kind_name(kind: UserKind) -> &'static str {
    match kind {
        UserKind::Employee => "employee",
        UserKind::Partner => "partner",
        UserKind::Advertiser => "advertiser",
    }
}

/// The kind of a stored word. A word that nobody knows gives the kind without an employee's rights.
pub fn kind_of(word: &str) -> UserKind {
    match word {
        "employee" => UserKind::Employee,
        "advertiser" => UserKind::Advertiser,
        _ => UserKind::Partner,
    }
}

const COLUMNS: &str = "SELECT id, kind, role_id, partner_id, advertiser_id, email, name, status, own_partners, created_at, \
     (SELECT COUNT(*) FROM user_totp WHERE user_totp.user_id = users.id AND confirmed_at IS NOT NULL) AS two_step \
     FROM users";

/// A stretch of a network's users.
///
/// # Errors
/// What the database said.
pub async fn users(scope: Scope<'_>, filter: &UserFilter, page: Page) -> Result<Vec<User>, Error> {
    let clause = Clause::new("network_id =", scope.network().0)
        .and("kind =", filter.kind.map(kind_name))
        .and("status =", filter.status.map(UserStatus::name))
        .and("role_id =", filter.role_id.map(|id| id.0))
        .and("partner_id =", filter.partner_id.map(|id| id.0))
        .and("advertiser_id =", filter.advertiser_id.map(|id| id.0))
        .and("email =", filter.email.as_ref().map(|email| email.to_lowercase()))
        .holding("(LOWER(name) || ' ' || email)", filter.search.as_deref());
    let (sql, values) =
        clause.stretch_by((COLUMNS, "users"), &seen(scope), page, (scope.network(), filter.sort));
    let found: Vec<Row> = rows(scope.database().read(), &sql, values).await?;
    Ok(found.into_iter().map(User::from).collect())
}

/// The condition that a user is nobody's, or of a partner who is seen.
pub(crate) fn seen(scope: Scope<'_>) -> String {
    let seen = scope.seen_partners("partner_id");
    seen.map_or_else(String::new, |seen| format!(" AND (partner_id IS NULL OR {seen})"))
}

/// One user, for whoever asks through a door.
///
/// # Errors
/// [`Error::Missing`] where this network has no such user, or it is of a partner who is not seen.
pub async fn person(scope: Scope<'_>, id: UserId) -> Result<User, Error> {
    let sql = format!("{COLUMNS} WHERE network_id = $1 AND id = $2{}", seen(scope));
    let values = vec![scope.network().0.into(), id.0.into()];
    let found: Vec<Row> = rows(scope.database().read(), &sql, values).await?;
    found.into_iter().next().map(User::from).ok_or(Error::Missing)
}

/// One user.
///
/// # Errors
/// [`Error::Missing`] where this network has no such user.
pub async fn user(executor: &impl Executor, network: NetworkId, id: UserId) -> Result<User, Error> {
    let sql = format!("{COLUMNS} WHERE network_id = $1 AND id = $2");
    let found: Vec<Row> = rows(executor, &sql, vec![network.0.into(), id.0.into()]).await?;
    found.into_iter().next().map(User::from).ok_or(Error::Missing)
}

#[derive(FromQueryResult)]
struct CredentialRow {
    id: i64,
    network_id: i64,
    name: String,
    password_hash: String,
    status: String,
}

/// What signing in needs to know of an address, in any case of letters; none where nobody has it.
///
/// # Errors
/// What the database said.
pub async fn credentials(database: &Database, email: &str) -> Result<Option<Credentials>, Error> {
    let sql = "SELECT id, network_id, name, password_hash, status FROM users WHERE email = $1";
    let found: Vec<CredentialRow> = rows(database.read(), sql, vec![email.to_lowercase().into()]).await?;
    Ok(found.into_iter().next().map(|row| Credentials {
        user: UserId(row.id),
        network: NetworkId(row.network_id),
        name: row.name,
        password_hash: row.password_hash,
        active: row.status == "active",
    }))
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// Stores a new user, with its audit row.
///
/// # Errors
/// [`Error::Conflict`] at `email` where it is taken, or at the field that names a row which this
/// network does not have.
pub async fn create_user(
    database: &Database,
    network: NetworkId,
    actor: &Actor,
    new: NewUser,
) -> Result<User, Error> {
    let transaction = database.write().await?;
    let user = create_in(&transaction, network, actor, new).await?;
    transaction.commit().await?;
    Ok(user)
}

/// Stores a new user inside a transaction of the caller's.
pub async fn create_in(
    transaction: &Transaction,
    network: NetworkId,
    actor: &Actor,
    new: NewUser,
) -> Result<User, Error> {
    check_named(transaction, network, "role_id", "roles", new.role_id.map(|id| id.0)).await?;
    check_named(transaction, network, "partner_id", "partners", new.partner_id.map(|id| id.0)).await?;
    check_named(transaction, network, "advertiser_id", "advertisers", new.advertiser_id.map(|id| id.0))
        .await?;
    let sql = "INSERT INTO users (network_id, kind, role_id, partner_id, advertiser_id, email, name, \
               password_hash, status, own_partners, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id";
    let (email, now) = (new.email.to_lowercase(), now_millis());
    let status = if new.password_hash.is_some() { UserStatus::Active } else { UserStatus::Invited };
    let values = vec![
        network.0.into(),
        kind_name(new.kind).into(),
        new.role_id.map(|id| id.0).into(),
        new.partner_id.map(|id| id.0).into(),
        new.advertiser_id.map(|id| id.0).into(),
        email.clone().into(),
        new.name.clone().into(),
        new.password_hash.clone().unwrap_or_default().into(),
        status.name().into(),
        i64::from(new.own_partners).into(),
        now.into(),
    ];
    let made: Vec<Id> = rows(transaction, sql, values).await?;
    let id = made.first().ok_or(Error::Missing)?.id;
    let user = user(transaction, network, UserId(id)).await?;
    if user.status == UserStatus::Invited {
        invitations::tell_in(transaction, network, actor, user.id).await?;
    }
    let after = serde_json::to_string(&user)?;
    record(
        transaction,
        network,
        actor,
        Change { action: "create", object: "user", object_id: Some(id), before: None, after: Some(after) },
    )
    .await?;
    Ok(user)
}

async fn check_named(
    transaction: &Transaction,
    network: NetworkId,
    field: &str,
    table: &str,
    id: Option<i64>,
) -> Result<(), Error> {
    let Some(id) = id else { return Ok(()) };
    let sql = format!("SELECT id FROM {table} WHERE network_id = $1 AND id = $2");
    let found: Vec<Id> = rows(transaction, &sql, vec![network.0.into(), id.into()]).await?;
    match found.is_empty() {
        true => Err(Error::conflict(field, format!("names {id}, which this network does not have"))),
        false => Ok(()),
    }
}

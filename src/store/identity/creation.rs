//! A new network, whole: with its roles, its first administrator and an API key, or not at all.

use super::{
    keys::{self, NewKey},
    record, roles,
    users::{self, NewUser},
};
use crate::{
    Error,
    shared::{Actor, Change, Database, Transaction, now_millis, rows},
};
use chrono_tz::Tz;
use domain::{
    identity::UserKind,
    shared::{ApiKeyId, Currency, NetworkId, UserId},
};
use sea_orm::FromQueryResult;

/// A network before it is stored.
#[derive(Clone, Debug)]
pub struct NewNetwork {
    pub name: String,
    pub currency: Currency,
    pub zone: Tz,
    /// The first administrator's address and name.
    pub email: String,
    pub person: String,
    /// In PHC format.
    pub password_hash: String,
    /// A key with the administrator's rights.
    pub key: NewKey,
}

/// What was made.
#[derive(Clone, Copy, Debug)]
pub struct Created {
    pub network: NetworkId,
    pub administrator: UserId,
    pub key: ApiKeyId,
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// Makes a network with its built-in roles, first administrator and API key, in one transaction.
///
/// # Errors
/// [`Error::Conflict`] at `email` where somebody has it already.
pub async fn create_network(database: &Database, actor: &Actor, new: NewNetwork) -> Result<Created, Error> {
    let transaction = database.write().await?;
    let network = create_row(&transaction, actor, &new).await?;
    let role = roles::create_built_in(&transaction, network).await?;
    let user = NewUser {
        kind: UserKind::Employee,
        role_id: Some(role),
        partner_id: None,
        advertiser_id: None,
        email: new.email,
        name: new.person,
        own_partners: false,
        password_hash: Some(new.password_hash),
    };
    let user = users::create_in(&transaction, network, actor, user).await?;
    let key = keys::create_in(&transaction, network, actor, role, new.key).await?;
    transaction.commit().await?;
    database.changes().announce(network).await;
    Ok(Created { network, administrator: user.id, key: ApiKeyId(key.id) })
}

async fn create_row(transaction: &Transaction, actor: &Actor, new: &NewNetwork) -> Result<NetworkId, Error> {
    let sql = "INSERT INTO networks (name, currency, zone, status, settings, created_at) \
               VALUES ($1, $2, $3, 'active', '{}', $4) RETURNING id";
    let values = vec![
        new.name.clone().into(),
        new.currency.code().into(),
        new.zone.name().into(),
        now_millis().into(),
    ];
    let made: Vec<Id> = rows(transaction, sql, values).await?;
    let id = made.first().ok_or(Error::Missing)?.id;
    let shown = serde_json::json!({ "name": new.name, "currency": new.currency, "zone": new.zone.name() });
    let change = Change {
        action: "create",
        object: "network",
        object_id: Some(id),
        before: None,
        after: Some(shown.to_string()),
    };
    record(transaction, NetworkId(id), actor, change).await?;
    Ok(NetworkId(id))
}

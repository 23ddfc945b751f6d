//! The logins of a demo network: one person a role and a side, with random passwords.

use super::{
    DemoError,
    keepsake::{KeptNetwork, Login},
};
use argon2::{Argon2, PasswordHasher};
use domain::{
    identity::{BuiltInRole, UserKind},
    shared::{AdvertiserId, PartnerId},
};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::{
    Database,
    identity::{NewKey, NewUser, create_user, roles},
    shared::Actor,
};
use tokio::sync::Semaphore;

/// Hashes that are computed at the same time; each takes 19 MiB.
const AT_ONCE: usize = 2;
/// How many partners get a login.
const PARTNER_LOGINS: usize = 2;

/// A login whose password is hashed.
pub struct Hashed {
    pub login: Login,
    /// In PHC format.
    pub hash: String,
    /// The place of the partner or the advertiser that it belongs to; 0 for employees.
    place: usize,
}

/// A password that nobody guesses: 120 random bits.
fn password() -> String {
    let bits = domain::links::LinkCode::of_bits;
    format!("{}-{}-{}", bits(rand::random()), bits(rand::random()), bits(rand::random()))
}

/// An API key, and what is stored of it.
pub fn api_key() -> (String, NewKey) {
    let key =
        format!("swy_{}_{}", hex::encode(rand::random::<[u8; 4]>()), hex::encode(rand::random::<[u8; 32]>()));
    let hash = Sha256::digest(key.as_bytes()).into();
    let new = NewKey { name: "demo".to_owned(), prefix: key.chars().take(12).collect(), hash };
    (key, new)
}

/// The people of a network whose addresses end with `host`; the administrator first.
///
/// # Errors
/// The machine refused to hash.
pub async fn people(host: &str) -> Result<Vec<Hashed>, DemoError> {
    let mut wanted: Vec<(UserKind, &str, String, usize)> = BuiltInRole::ALL
        .into_iter()
        .map(|role| (UserKind::Employee, role.name(), format!("{}@{host}", role.name()), 0))
        .collect();
    let partners = (0..PARTNER_LOGINS)
        .map(|place| (UserKind::Partner, "", format!("partner{}@{host}", place + 1), place));
    wanted.extend(partners);
    wanted.push((UserKind::Advertiser, "", format!("advertiser@{host}"), 0));
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let hashing = wanted.into_iter().map(|(kind, role, email, place)| {
        hashed(Arc::clone(&gate), Login { kind, role: role.to_owned(), email, password: password() }, place)
    });
    futures::future::try_join_all(hashing).await
}

async fn hashed(gate: Arc<Semaphore>, login: Login, place: usize) -> Result<Hashed, DemoError> {
    let _turn = gate.acquire().await.map_err(|error| DemoError(error.to_string()))?;
    let password = login.password.clone();
    let hashing = tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
    });
    let hash = hashing.await.map_err(|error| DemoError(error.to_string()))?;
    let hash = hash.map_err(|error| DemoError(format!("a password was not hashed: {error}")))?;
    Ok(Hashed { login, hash, place })
}

/// Stores everybody but the administrator, who came with the network. `advertisers` are their ids by place.
///
/// # Errors
/// What the database said.
pub async fn invite(
    database: &Database,
    actor: &Actor,
    kept: &KeptNetwork,
    advertisers: &[AdvertiserId],
    people: &[Hashed],
) -> Result<(), DemoError> {
    let roles = roles(database, kept.id).await?;
    for person in people.iter().skip(1) {
        let Login { kind, role, email, .. } = &person.login;
        let partner = kept.partners.get(person.place).filter(|_| *kind == UserKind::Partner);
        let advertiser = advertisers.get(person.place).filter(|_| *kind == UserKind::Advertiser);
        let new = NewUser {
            kind: *kind,
            role_id: roles.iter().find(|found| found.built_in && found.name == *role).map(|found| found.id),
            partner_id: partner.map(|partner| PartnerId(partner.id)),
            advertiser_id: advertiser.copied(),
            email: email.clone(),
            name: name_of(email),
            password_hash: person.hash.clone(),
        };
        create_user(database, kept.id, actor, new).await?;
    }
    Ok(())
}

/// A name for an address: `manager@…` is Manager.
pub fn name_of(email: &str) -> String {
    let before_at = email.split('@').next().unwrap_or_default();
    let mut letters = before_at.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

//! The logins of a demo network: one person a role and a side, with random passwords.

use super::{
    DemoError,
    keepsake::{KeptNetwork, Login},
};
use crate::identity::Passwords;
use domain::{
    identity::{BuiltInRole, UserKind},
    shared::{AdvertiserId, PartnerId},
};
use store::{
    Database,
    identity::{NewUser, create_user, roles},
    shared::Actor,
};

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
    let passwords = Passwords::default();
    let hashing = wanted.into_iter().map(|(kind, role, email, place)| {
        hashed(&passwords, Login { kind, role: role.to_owned(), email, password: password() }, place)
    });
    futures::future::try_join_all(hashing).await
}

async fn hashed(passwords: &Passwords, login: Login, place: usize) -> Result<Hashed, DemoError> {
    let hash = passwords.hash(&login.password).await.map_err(|failure| DemoError(failure.to_string()))?;
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
            own_partners: false,
            password_hash: Some(person.hash.clone()),
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

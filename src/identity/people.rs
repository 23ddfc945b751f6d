//! How people who sign in are made and changed, for pages and the API alike.

use super::{
    check::{check_email, check_name, check_password},
    reach::{check_partners, may_manage, within_reach},
};
use crate::web::{Access, Failure, Form};
use domain::{
    identity::UserKind,
    shared::{AdvertiserId, FieldError, PartnerId, Problems, RoleId, UserId},
};
use std::fmt;
use store::identity::{self, NewUser, Purpose, User, UserChange, UserStatus, ask_reset_for, invite_again};

/// A person before it is stored.
#[derive(Clone)]
pub struct NewPerson {
    pub kind: UserKind,
    /// What an employee may do; others have no role.
    pub role_id: Option<RoleId>,
    pub partner_id: Option<PartnerId>,
    pub advertiser_id: Option<AdvertiserId>,
    pub email: String,
    /// The part of the address before the `@` where it is none.
    pub name: Option<String>,
    /// Whether an employee sees the partners whose manager they are, and no others.
    pub own_partners: bool,
    /// 12 to 256 characters; none invites the person by mail to choose one.
    pub password: Option<String>,
}

impl fmt::Debug for NewPerson {
    // Without the password, which must not reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewPerson({})", self.email)
    }
}

impl NewPerson {
    /// A person of this kind as the fields `email`, `name` and `password` of a form say.
    #[must_use]
    pub fn of_form(kind: UserKind, form: &Form) -> Self {
        Self {
            kind,
            role_id: None,
            partner_id: None,
            advertiser_id: None,
            email: form.get("email").to_owned(),
            name: Some(form.get("name").to_owned()).filter(|name| !name.is_empty()),
            own_partners: kind == UserKind::Employee && form.is_ticked("own_partners"),
            password: Some(form.raw("password").to_owned()).filter(|password| !password.is_empty()),
        }
    }

    fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        check_email(&mut problems, "email", self.email.trim());
        if let Some(name) = &self.name {
            check_name(&mut problems, "name", name);
        }
        if let Some(password) = &self.password {
            check_password(&mut problems, "password", password);
        }
        let belongs = [
            (
                "role_id",
                self.role_id.is_some(),
                UserKind::Employee,
                "an employee has a role, and nobody else",
            ),
            (
                "partner_id",
                self.partner_id.is_some(),
                UserKind::Partner,
                "a partner's user names the partner, and nobody else does",
            ),
            (
                "advertiser_id",
                self.advertiser_id.is_some(),
                UserKind::Advertiser,
                "an advertiser's user names the advertiser, and nobody else does",
            ),
        ];
        let may_be_manager = self.kind == UserKind::Employee || !self.own_partners;
        problems.check(may_be_manager, "own_partners", "only employees are managers of partners");
        for (field, is_given, kind, message) in belongs {
            problems.check(is_given == (self.kind == kind), field, message);
        }
        problems
    }
}

/// Stores a person who can sign in from now on, or is invited to.
///
/// # Errors
/// [`Failure::Invalid`]; [`Failure::Conflict`] at `email` where somebody has it, or at the field that
/// names what this network does not have; refused where the role reaches further than that of
/// whoever asks.
pub async fn create(access: &Access, person: NewPerson) -> Result<User, Failure> {
    person.problems().into_result(())?;
    if let Some(partner) = person.partner_id
        && !access.scope().sees_partner(partner).await?
    {
        let message = format!("names {partner}, which this network does not have");
        return Err(Failure::Conflict(FieldError { field: "partner_id".to_owned(), message }));
    }
    let role_own = match person.role_id {
        Some(id) => within_reach(access, id).await?.own_partners,
        None => person.kind != UserKind::Employee,
    };
    check_partners(access, person.own_partners || role_own)?;
    let password_hash = match &person.password {
        Some(password) => Some(access.state().passwords.hash(password).await?),
        None => None,
    };
    let email = person.email.trim();
    let before_at = email.split('@').next().unwrap_or_default();
    let user = NewUser {
        kind: person.kind,
        role_id: person.role_id,
        partner_id: person.partner_id,
        advertiser_id: person.advertiser_id,
        email: email.to_owned(),
        name: person.name.as_deref().unwrap_or(before_at).trim().to_owned(),
        own_partners: person.own_partners,
        password_hash,
    };
    Ok(identity::create_user(&access.state().database, access.network(), &access.actor(), user).await?)
}

/// Changes a user's name, role or status.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Invalid`] or [`Failure::Conflict`] at the fields that are wrong;
/// refused where the user's role, old or new, reaches further than that of whoever asks.
pub async fn change(access: &Access, id: UserId, change: UserChange) -> Result<User, Failure> {
    let database = &access.state().database;
    let before = identity::person(access.scope(), id).await?;
    let mut problems = Problems::default();
    if let Some(name) = &change.name {
        check_name(&mut problems, "name", name);
    }
    problems.into_result(())?;
    may_manage(access, &before).await?;
    let role = match change.role_id.or(before.role_id) {
        Some(id) => within_reach(access, id).await?.own_partners,
        None => before.kind != UserKind::Employee,
    };
    check_partners(access, role || change.own_partners.unwrap_or(before.own_partners))?;
    let change = UserChange { name: change.name.map(|name| name.trim().to_owned()), ..change };
    Ok(identity::change_user(database, access.network(), &access.actor(), id, change).await?)
}

/// Sends a link to choose a password: an invitation to whoever has none yet, else a reset.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Conflict`] at `status` where the person can't use it; refused as
/// [`may_manage`].
pub(super) async fn send_link(access: &Access, id: UserId, purpose: Purpose) -> Result<User, Failure> {
    let (database, network) = (&access.state().database, access.network());
    let person = identity::person(access.scope(), id).await?;
    may_manage(access, &person).await?;
    match purpose {
        Purpose::Invitation => Ok(invite_again(database, network, &access.actor(), id).await?),
        Purpose::Reset | Purpose::SecondStep => {
            Ok(ask_reset_for(database, network, &access.actor(), id).await?)
        }
    }
}

/// What is said of a person who was just made.
#[must_use]
pub fn made(user: &User) -> String {
    match user.status {
        UserStatus::Invited => format!("An invitation is on its way to {}.", user.email),
        UserStatus::Active | UserStatus::Inactive => {
            format!("{} can sign in as {} with the password you typed.", user.name, user.email)
        }
    }
}

/// Turns two-step sign-in off for somebody whose device is lost.
///
/// # Errors
/// [`Failure::NotFound`], also where it is not on; refused as [`may_manage`].
pub(super) async fn end_two_step(access: &Access, id: UserId) -> Result<User, Failure> {
    let (database, network) = (&access.state().database, access.network());
    let person = identity::person(access.scope(), id).await?;
    may_manage(access, &person).await?;
    identity::end_totp(database, network, &access.actor(), id).await?;
    Ok(person)
}

//! How people who sign in are made and changed, for pages and the API alike.

use super::check::{check_email, check_name, check_password};
use crate::web::{Access, Failure, Form};
use domain::{
    identity::UserKind,
    shared::{AdvertiserId, PartnerId, Problems, RoleId},
};
use std::fmt;
use store::identity::{NewUser, User, create_user};

/// A person before it is stored.
#[derive(Clone)]
pub struct NewPerson {
    pub kind: UserKind,
    /// What an employee may do; others have no role.
    pub role_id: Option<RoleId>,
    pub partner_id: Option<PartnerId>,
    pub advertiser_id: Option<AdvertiserId>,
    pub email: String,
    /// The part of the address before the `@` where it is empty.
    pub name: String,
    /// 12 to 256 characters.
    pub password: String,
}

impl fmt::Debug for NewPerson {
    // Without the password, which must not reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewPerson({})", self.email)
    }
}

impl NewPerson {
    /// An employee as the fields `email`, `name`, `password` and `role_id` of a form say.
    #[must_use]
    pub fn of_form(form: &Form) -> Self {
        Self {
            kind: UserKind::Employee,
            role_id: form.get("role_id").parse().ok(),
            partner_id: None,
            advertiser_id: None,
            email: form.get("email").to_owned(),
            name: form.get("name").to_owned(),
            password: form.raw("password").to_owned(),
        }
    }

    fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        check_email(&mut problems, "email", &self.email);
        if !self.name.is_empty() {
            check_name(&mut problems, "name", &self.name);
        }
        check_password(&mut problems, "password", &self.password);
        let needs_role = self.kind == UserKind::Employee && self.role_id.is_none();
        problems.check(!needs_role, "role_id", "must name a role of this network");
        problems
    }
}

/// Stores a person who can sign in from now on.
///
/// # Errors
/// [`Failure::Invalid`]; [`Failure::Conflict`] at `email` where somebody has it, or at the field that
/// names what this network does not have.
pub async fn create(access: &Access, person: NewPerson) -> Result<User, Failure> {
    person.problems().into_result(())?;
    let before_at = person.email.split('@').next().unwrap_or_default().to_owned();
    let user = NewUser {
        kind: person.kind,
        role_id: person.role_id.filter(|_| person.kind == UserKind::Employee),
        partner_id: person.partner_id,
        advertiser_id: person.advertiser_id,
        email: person.email.to_lowercase(),
        name: if person.name.is_empty() { before_at } else { person.name },
        password_hash: access.state().passwords.hash(&person.password).await?,
    };
    Ok(create_user(&access.state().database, access.network(), &access.actor(), user).await?)
}

//! The pages of the network's own people: the list, one more, one with role and state.

use super::{
    check::check_name,
    people::{self, NewPerson},
};
use crate::web::{
    Access, Answer, Failure, Form, Listing, answer, flash, navigation,
    page::Shell,
    paging::{self, Paging},
    parts::{Choice, Column, Link, Tab},
    signal::Signal,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use domain::{
    identity::{Level, Section, UserKind},
    shared::{Problems, UserId},
};
use store::identity::{Role, User, UserChange, UserFilter, UserStatus, change_user, roles, user, users};

#[derive(Template)]
#[template(path = "identity/users.html")]
struct UsersPage {
    shell: Shell,
    tabs: Vec<Tab>,
    columns: Vec<Column>,
    rows: Vec<(User, String)>,
    paging: Paging,
    roles: Vec<Choice>,
    form: Form,
    problems: Problems,
    may_change: bool,
}

async fn page(access: &Access, request: &HttpRequest, form: Form) -> Result<UsersPage, Failure> {
    let listing = Listing::read(request.query_string(), &[])?;
    let (database, network) = (&access.state().database, access.network());
    let found = users(database, network, &UserFilter::default(), listing.page()?).await?;
    let (found, paging) = paging::cut(request, &listing, found, |user| user.id.0);
    let roles = roles(database, network).await?;
    let rows = found.into_iter().map(|user| {
        let belongs = belongs(&user, &roles);
        (user, belongs)
    });
    Ok(UsersPage {
        shell: navigation::shell(access, request).titled("Users"),
        tabs: navigation::settings_tabs(access, request.path()),
        columns: ["Person", "E-mail address", "Role", "State"].map(Column::text).to_vec(),
        rows: rows.collect(),
        paging,
        roles: role_choices(&roles),
        form,
        problems: Problems::default(),
        may_change: access.may(Section::Users, Level::Full),
    })
}

/// A person's role, or whose person it is.
fn belongs(user: &User, roles: &[Role]) -> String {
    match user.kind {
        UserKind::Employee => {
            let role = roles.iter().find(|role| Some(role.id) == user.role_id);
            role.map_or_else(|| "no role".to_owned(), |role| role.name.clone())
        }
        UserKind::Partner => "of a partner".to_owned(),
        UserKind::Advertiser => "of an advertiser".to_owned(),
    }
}

fn role_choices(roles: &[Role]) -> Vec<Choice> {
    roles.iter().map(|role| Choice::new(role.id.to_string(), role.name.clone())).collect()
}

/// The list, with the form of one more.
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    answer::page(&page(&access, &request, Form::default()).await?)
}

/// Adds an employee.
pub async fn create(access: Access, request: HttpRequest, form: Form) -> Answer {
    match people::create(&access, NewPerson::of_form(&form)).await {
        Ok(user) => {
            let text = format!("{} can sign in as {} with the password you typed.", user.name, user.email);
            Ok(flash::with(answer::see_other("/settings/users"), Signal::Good, &text))
        }
        Err(failure) => {
            let status = failure.status();
            let problems = failure.into_problems()?;
            answer::page_with(status, &UsersPage { problems, ..page(&access, &request, form).await? })
        }
    }
}

#[derive(Template)]
#[template(path = "identity/user.html")]
struct UserPage {
    shell: Shell,
    crumbs: Vec<Link>,
    user: User,
    roles: Vec<Choice>,
    form: Form,
    problems: Problems,
    may_change: bool,
}

async fn user_page(
    access: &Access,
    request: &HttpRequest,
    user: User,
    form: Form,
) -> Result<UserPage, Failure> {
    let roles = roles(&access.state().database, access.network()).await?;
    Ok(UserPage {
        shell: navigation::shell(access, request).titled(user.name.clone()),
        crumbs: vec![Link::new("Settings", "/settings"), Link::new("Users", "/settings/users")],
        user,
        roles: role_choices(&roles),
        form,
        problems: Problems::default(),
        may_change: access.may(Section::Users, Level::Full),
    })
}

/// One person.
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let user = user(access.state().database.read(), access.network(), UserId(*id)).await?;
    let role = user.role_id.map(|id| id.to_string()).unwrap_or_default();
    let fields = [("name", user.name.as_str()), ("role_id", &role), ("status", user.status.name())];
    let form = Form::of(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
    answer::page(&user_page(&access, &request, user, form).await?)
}

/// Changes name, role and state.
pub async fn save(access: Access, request: HttpRequest, id: Path<i64>, form: Form) -> Answer {
    let before = user(access.state().database.read(), access.network(), UserId(*id)).await?;
    match change(&access, &before, &form).await {
        Ok(()) => Ok(flash::with(answer::see_other("/settings/users"), Signal::Good, "Saved.")),
        Err(failure) => {
            let status = failure.status();
            let problems = failure.into_problems()?;
            let page = user_page(&access, &request, before, form).await?;
            answer::page_with(status, &UserPage { problems, ..page })
        }
    }
}

async fn change(access: &Access, before: &User, form: &Form) -> Result<(), Failure> {
    let mut problems = Problems::default();
    check_name(&mut problems, "name", form.get("name"));
    problems.into_result(())?;
    let status = match form.get("status") {
        "active" => Some(UserStatus::Active),
        "inactive" => Some(UserStatus::Inactive),
        _ => None,
    };
    let change = UserChange {
        name: Some(form.get("name").to_owned()),
        role_id: form.get("role_id").parse().ok().filter(|_| before.kind == UserKind::Employee),
        status,
    };
    change_user(&access.state().database, access.network(), &access.actor(), before.id, change).await?;
    Ok(())
}

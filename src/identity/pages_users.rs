//! The pages of the network's own people: the list, one more, one with role and state.

use super::{
    pages_account::session_columns,
    people::{self, NewPerson},
    session_list::{self, Shown},
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
use store::identity::{Purpose, Role, User, UserChange, UserFilter, UserStatus, Which, person, roles, users};

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
    let found = users(access.scope(), &UserFilter::default(), listing.page()?).await?;
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
    let role_id = form.get("role_id").parse().ok();
    let person = NewPerson { role_id, ..NewPerson::of_form(UserKind::Employee, &form) };
    match people::create(&access, person).await {
        Ok(user) => Ok(flash::see_other("/settings/users", Signal::Good, &people::made(&user))),
        Err(failure) => {
            let again = async |problems| Ok(UsersPage { problems, ..page(&access, &request, form).await? });
            answer::again(failure, again).await
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
    columns: Vec<Column>,
    /// Where the person is signed in.
    rows: Vec<Shown>,
    base: String,
    statuses: Vec<Choice>,
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
        columns: session_columns(),
        rows: session_list::shown(access, request, user.id).await?,
        base: format!("/settings/users/{}/sessions", user.id),
        statuses: status_choices(&user),
        user,
        roles: role_choices(&roles),
        form,
        problems: Problems::default(),
        may_change: access.may(Section::Users, Level::Full),
    })
}

/// One person.
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let user = person(access.scope(), UserId(*id)).await?;
    let role = user.role_id.map(|id| id.to_string()).unwrap_or_default();
    let mut fields = vec![("name", user.name.as_str()), ("role_id", &role), ("status", user.status.name())];
    if user.own_partners {
        fields.push(("own_partners", "true"));
    }
    let form = Form::holding(&fields);
    answer::page(&user_page(&access, &request, user, form).await?)
}

/// Changes name, role and state.
pub async fn save(access: Access, request: HttpRequest, id: Path<i64>, form: Form) -> Answer {
    let before = person(access.scope(), UserId(*id)).await?;
    let change = UserChange {
        name: Some(form.get("name").to_owned()),
        role_id: form.get("role_id").parse().ok().filter(|_| before.kind == UserKind::Employee),
        status: UserStatus::ALL.into_iter().find(|status| status.name() == form.get("status")),
        own_partners: (before.kind == UserKind::Employee).then(|| form.is_ticked("own_partners")),
    };
    match people::change(&access, before.id, change).await {
        Ok(_) => Ok(flash::see_other("/settings/users", Signal::Good, "Saved.")),
        Err(failure) => {
            let again = async |problems| {
                Ok(UserPage { problems, ..user_page(&access, &request, before, form).await? })
            };
            answer::again(failure, again).await
        }
    }
}

/// Ends one session of a person.
pub async fn revoke_session(access: Access, ids: Path<(i64, String)>, _: Form) -> Answer {
    let (id, session) = ids.into_inner();
    session_list::revoke(&access, UserId(id), Which::One(&session)).await?;
    Ok(flash::see_other(&format!("/settings/users/{id}"), Signal::Good, "That session has ended."))
}

/// Ends all sessions of a person.
pub async fn revoke_all(access: Access, id: Path<i64>, _: Form) -> Answer {
    let ended = session_list::revoke(&access, UserId(*id), Which::All).await?;
    let text = format!("{} ended.", crate::web::format::counted(ended, "session"));
    Ok(flash::see_other(&format!("/settings/users/{id}"), Signal::Good, &text))
}

/// Sends an invitation once more, or a link to set a new password.
pub async fn send_link(access: Access, id: Path<i64>, form: Form) -> Answer {
    let (purpose, what) = match form.get("what") {
        "invitation" => (Purpose::Invitation, "An invitation"),
        _ => (Purpose::Reset, "A link to set a new password"),
    };
    let back = format!("/settings/users/{id}");
    match people::send_link(&access, UserId(*id), purpose).await {
        Ok(user) => {
            let text = format!("{what} is on its way to {}.", user.email);
            Ok(flash::see_other(&back, Signal::Good, &text))
        }
        Err(Failure::Conflict(error)) => {
            Ok(flash::see_other(&back, Signal::Bad, &format!("Not sent: {}.", error.message)))
        }
        Err(other) => Err(other),
    }
}

/// The states that a person can be given.
fn status_choices(user: &User) -> Vec<Choice> {
    let first = if user.status == UserStatus::Invited { UserStatus::Invited } else { UserStatus::Active };
    [first, UserStatus::Inactive].map(|status| Choice::new(status.name(), status.name())).to_vec()
}

/// What a state means to whoever looks.
pub(crate) fn status_signal(status: &UserStatus) -> Signal {
    match status {
        UserStatus::Active => Signal::Good,
        UserStatus::Invited => Signal::Warn,
        UserStatus::Inactive => Signal::Off,
    }
}

/// Turns two-step sign-in off for somebody whose device is lost.
pub async fn end_two_step(access: Access, id: Path<i64>, _: Form) -> Answer {
    let user = people::end_two_step(&access, UserId(*id)).await?;
    let text = format!("{} signs in by the password alone from now on, and is told so.", user.name);
    Ok(flash::see_other(&format!("/settings/users/{id}"), Signal::Good, &text))
}

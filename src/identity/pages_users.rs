//! The pages of the network's own people: the list, one more, one with role and state.

use super::{
    api::users::{SORTS, filter_of, known, shown},
    pages_account::session_columns,
    people::{self, NewPerson},
    session_list::{self, Shown},
};
use crate::web::{
    Access, Answer, Failure, Form, Listing, answer,
    columns::{self, Columns},
    download,
    filters::{Entry, Field, or_any},
    flash, format, navigation,
    page::Shell,
    paging::{self, Paging},
    parts::{Cell, Choice, Column, Link, Tab},
    signal::Signal,
    sorting,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use chrono::DateTime;
use domain::{
    identity::{Level, Section, UserKind},
    shared::{Calendar, Problems, UserId},
};
use store::{
    identity::{Purpose, Role, User, UserChange, UserStatus, Which, person, roles, users},
    shared::Page,
};

const LIST: &str = "/settings/users";

#[derive(Template)]
#[template(path = "identity/users.html")]
struct UsersPage {
    shell: Shell,
    tabs: Vec<Tab>,
    filters: Form,
    fields: Vec<Field>,
    is_filtered: bool,
    csv_href: String,
    columns: Columns,
    rows: Vec<Vec<Cell>>,
    paging: Paging,
    roles: Vec<Choice>,
    form: Form,
    problems: Problems,
    may_change: bool,
}

async fn page(access: &Access, request: &HttpRequest, form: Form) -> Result<UsersPage, Failure> {
    let known: Vec<&str> = known().into_iter().chain([columns::FIELD]).collect();
    let listing = Listing::read(request.query_string(), &known)?;
    let filter = filter_of(&listing)?;
    let found = users(access.scope(), &filter, listing.page()?).await?;
    let (found, paging) = paging::cut(request, &listing, found, |user| user.id.0);
    let roles = roles(&access.state().database, access.network()).await?;
    let filters = Form::read(request.query_string().as_bytes());
    let heads = sorting::heads(heads(), (SORTS, filter.sort), |changed| filters.href(LIST, changed));
    let columns = Columns::of(heads, &filters);
    let calendar = Calendar::new(access.entrant().network.zone);
    Ok(UsersPage {
        shell: navigation::shell(access, request).titled("Users"),
        tabs: navigation::settings_tabs(access, request.path()),
        fields: fields(&roles),
        is_filtered: filters.fields().iter().any(|(name, value)| {
            !value.is_empty() && ["search", "status", "role_id", "kind"].contains(&name.as_str())
        }),
        csv_href: filters.href("/settings/users/csv", &columns::WHOLE),
        rows: found.iter().map(|user| columns.cut(cells(user, &roles, calendar))).collect(),
        columns,
        paging,
        roles: role_choices(&roles),
        filters,
        form,
        problems: Problems::default(),
        may_change: access.may(Section::Users, Level::Full),
    })
}

fn fields(roles: &[Role]) -> Vec<Field> {
    let kinds = [("employee", "employees"), ("partner", "of partners"), ("advertiser", "of advertisers")];
    let kinds = kinds.map(|(kind, words)| Choice::new(kind, words));
    let statuses = UserStatus::ALL.map(|status| Choice::new(status.name(), status.name()));
    vec![
        Field::new("People", "kind", Entry::Menu(or_any("any", kinds))),
        Field::new("Role", "role_id", Entry::Menu(or_any("any", role_choices(roles)))),
        Field::new("State", "status", Entry::Menu(or_any("any", statuses))),
    ]
}

fn heads() -> Vec<Column> {
    vec![
        Column::text("Person").named("name"),
        Column::text("E-mail address").named("email"),
        Column::text("Role").named("role"),
        Column::text("State").named("status"),
        Column::text("Two-step sign-in").named("two_step").extra(),
        Column::text("Own partners only").named("own_partners").extra(),
        Column::text("Made").named("created_at").extra(),
    ]
}

fn cells(user: &User, roles: &[Role], calendar: Calendar) -> Vec<Cell> {
    let word = |is: bool| Cell::Words(if is { "yes" } else { "no" }.to_owned());
    let made = DateTime::from_timestamp_millis(user.created_at).unwrap_or_default();
    vec![
        Cell::way(user.name.as_str(), format!("{LIST}/{}", user.id)),
        Cell::Words(user.email.clone()),
        Cell::Words(belongs(user, roles)),
        Cell::State(status_signal(&user.status), user.status.name().to_owned()),
        word(user.two_step),
        word(user.own_partners),
        Cell::Moment(format::moment_html(made, calendar), None),
    ]
}

/// The users as a file, with the fields and words of the API.
pub async fn csv(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &known())?;
    let page = Page { limit: download::MOST, ..Page::ALL };
    let found = users(access.scope(), &filter_of(&listing)?, page).await?;
    let roles = roles(&access.state().database, access.network()).await?;
    let rows = found.iter().map(|user| shown(user, &roles)).collect::<Result<Vec<_>, _>>()?;
    download::objects("users.csv", &rows)
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
    let text = format!("{} ended.", format::counted(ended, "session"));
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

/// People to choose from, by their names.
pub(crate) fn choices(mut people: Vec<User>) -> impl Iterator<Item = Choice> {
    people.sort_by(|one, other| one.name.cmp(&other.name));
    people.into_iter().map(|user| Choice::new(user.id.to_string(), user.name))
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

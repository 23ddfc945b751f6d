//! The pages of roles: what each may do beside the others, and one role with what it sees.

use super::roles::{self, level_words, words};
use crate::web::{
    Access, Answer, Failure, Form, Listing, answer, flash,
    navigation::{self, Seen},
    page::Shell,
    parts::{Column, Link, Tab},
    signal::Signal,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use domain::{
    identity::{Level, Rights, Section},
    shared::{Problems, RoleId},
};
use store::identity::{NewRole, Role, role};

/// A section: its name, what it holds, and the level that each role has there.
type SectionRow = (&'static str, &'static str, Vec<(Signal, &'static str)>);

#[derive(Template)]
#[template(path = "identity/roles.html")]
struct RolesPage {
    shell: Shell,
    tabs: Vec<Tab>,
    roles: Vec<Role>,
    sections: Vec<SectionRow>,
    may_change: bool,
}

/// The roles, a column each.
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let roles = store::identity::roles(&access.state().database, access.network()).await?;
    let row = |section: Section| {
        let level = |role: &Role| role.rights.level(section);
        let levels = roles.iter().map(|role| (signal(level(role)), level_words(&level(role)))).collect();
        let (name, holds) = words(section);
        (name, holds, levels)
    };
    answer::page(&RolesPage {
        shell: navigation::shell(&access, &request).titled("Roles"),
        tabs: navigation::settings_tabs(&access, request.path()),
        sections: Section::ALL.into_iter().map(row).collect(),
        roles,
        may_change: access.may(Section::Users, Level::Full),
    })
}

fn signal(level: Level) -> Signal {
    match level {
        Level::Full => Signal::Good,
        Level::Read => Signal::Note,
        Level::None => Signal::Off,
    }
}

/// A section of the editor: its field, words, and the levels to choose from, the chosen one marked; a
/// level above that of whoever looks can't be chosen.
pub(super) struct Row {
    pub field: String,
    pub name: &'static str,
    pub holds: &'static str,
    pub levels: Vec<(Level, bool, bool)>,
}

#[derive(Template)]
#[template(path = "identity/role.html")]
struct RolePage {
    shell: Shell,
    crumbs: Vec<Link>,
    /// None for a new one.
    role: Option<Role>,
    action: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    seen: Seen,
    form: Form,
    problems: Problems,
    may_change: bool,
}

fn field(section: Section) -> String {
    format!("rights.{}", section.name())
}

/// The heads of the choice of rights.
pub(super) fn rights_columns() -> Vec<Column> {
    ["Section", "None", "Read only", "Full"].map(Column::text).to_vec()
}

/// The choice of rights, with these chosen.
pub(super) fn rights_rows(access: &Access, chosen: &Rights) -> Vec<Row> {
    let row = |section: Section| {
        let (name, holds) = words(section);
        let own = access.entrant().rights.level(section);
        let level = |level: Level| (level, level == chosen.level(section), level <= own);
        Row { field: field(section), name, holds, levels: Level::ALL.map(level).to_vec() }
    };
    Section::ALL.into_iter().map(row).collect()
}

/// The rights that a form describes.
pub(super) fn typed_rights(form: &Form) -> Rights {
    let level = |section: Section| {
        let name = field(section);
        Level::ALL.into_iter().find(|level| level.name() == form.get(&name)).unwrap_or_default()
    };
    Section::ALL.into_iter().fold(Rights::default(), |rights, each| rights.with(each, level(each)))
}

/// The role that a form describes, where its rights are levels.
fn checked(form: &Form) -> Result<NewRole, Failure> {
    let mut problems = Problems::default();
    for name in Section::ALL.map(field) {
        let level = form.get(&name);
        let is_level = level.is_empty() || Level::ALL.iter().any(|known| known.name() == level);
        problems.check(is_level, &name, "must be none, read or full");
    }
    problems.into_result(typed(form)).map_err(Failure::from)
}

/// The role that a form describes.
fn typed(form: &Form) -> NewRole {
    let rights = typed_rights(form);
    NewRole { name: form.get("name").to_owned(), rights, own_partners: form.is_ticked("own_partners") }
}

/// The form that shows a role.
fn form_of(name: &str, role: &Role) -> Form {
    let mut fields = vec![("name".to_owned(), name.to_owned())];
    fields.extend(role.rights.iter().map(|(section, level)| (field(section), level.name().to_owned())));
    if role.own_partners {
        fields.push(("own_partners".to_owned(), "true".to_owned()));
    }
    Form::of(fields)
}

fn page(access: &Access, request: &HttpRequest, role: Option<Role>, form: Form) -> RolePage {
    let shown = typed(&form);
    let may_change =
        access.may(Section::Users, Level::Full) && role.as_ref().is_none_or(|role| !role.built_in);
    let title = role.as_ref().map_or("New role", |role| role.name.as_str()).to_owned();
    RolePage {
        shell: navigation::shell(access, request).titled(title),
        crumbs: vec![Link::new("Settings", "/settings"), Link::new("Roles", "/settings/roles")],
        action: role
            .as_ref()
            .map_or_else(|| "/settings/roles".to_owned(), |role| format!("/settings/roles/{}", role.id)),
        columns: rights_columns(),
        rows: rights_rows(access, &shown.rights),
        seen: navigation::seen(&shown.rights),
        role,
        form,
        problems: Problems::default(),
        may_change,
    }
}

async fn found(access: &Access, id: i64) -> Result<Role, Failure> {
    Ok(role(access.state().database.read(), access.network(), RoleId(id)).await?)
}

/// The form of a new role; a copy of another where `copy` names one.
pub async fn blank(access: Access, request: HttpRequest) -> Answer {
    let query = Listing::read(request.query_string(), &["copy"])?;
    let form = match query.parsed::<i64>("copy", "an id")? {
        Some(id) => {
            let copied = found(&access, id).await?;
            form_of(&format!("{} copy", copied.name), &copied)
        }
        None => Form::default(),
    };
    answer::page(&page(&access, &request, None, form))
}

/// One role.
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let role = found(&access, *id).await?;
    let form = form_of(&role.name, &role);
    answer::page(&page(&access, &request, Some(role), form))
}

/// Makes a role, or shows what it would see.
pub async fn create(access: Access, request: HttpRequest, form: Form) -> Answer {
    if form.is_ticked("preview") {
        return answer::page(&page(&access, &request, None, form));
    }
    let made = async { roles::create(&access, checked(&form)?).await };
    match made.await {
        Ok(role) => {
            let text = format!("{} is made. Give it to people under Users.", role.name);
            Ok(flash::see_other(&format!("/settings/roles/{}", role.id), Signal::Good, &text))
        }
        Err(failure) => {
            let again = async |problems| Ok(RolePage { problems, ..page(&access, &request, None, form) });
            answer::again(failure, again).await
        }
    }
}

/// Changes a role, or shows what it would see.
pub async fn save(access: Access, request: HttpRequest, id: Path<i64>, form: Form) -> Answer {
    let before = found(&access, *id).await?;
    if form.is_ticked("preview") {
        return answer::page(&page(&access, &request, Some(before), form));
    }
    let changed = async { roles::change(&access, before.id, checked(&form)?).await };
    match changed.await {
        Ok(role) => Ok(flash::see_other(&format!("/settings/roles/{}", role.id), Signal::Good, "Saved.")),
        Err(failure) => {
            let again =
                async |problems| Ok(RolePage { problems, ..page(&access, &request, Some(before), form) });
            answer::again(failure, again).await
        }
    }
}

/// Removes a role, unless somebody has it.
pub async fn remove(access: Access, id: Path<i64>, _: Form) -> Answer {
    match roles::remove(&access, RoleId(*id)).await {
        Ok(role) => {
            let text = format!("{} is removed.", role.name);
            Ok(flash::see_other("/settings/roles", Signal::Good, &text))
        }
        Err(Failure::Conflict(error)) => {
            let text = format!("Not removed: the role {}.", error.message);
            Ok(flash::see_other(&format!("/settings/roles/{id}"), Signal::Bad, &text))
        }
        Err(other) => Err(other),
    }
}

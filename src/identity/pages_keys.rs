//! The page of API keys: the list, a new one, whose secret is shown this once, and the end of one.

use super::{keys, token::Secret};
use crate::web::{
    Access, Answer, Failure, Form, Listing, answer, flash, format,
    markup::Markup,
    navigation,
    page::Shell,
    paging::{self, Paging},
    parts::{Choice, Column, Tab},
    signal::Signal,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use chrono::{DateTime, Utc};
use domain::{
    identity::{Level, Section},
    shared::{ApiKeyId, Calendar, Problems},
};
use store::identity::{ApiKey, api_keys, revoke_key, roles};

#[derive(Template)]
#[template(path = "identity/keys.html")]
struct KeysPage {
    shell: Shell,
    tabs: Vec<Tab>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    paging: Paging,
    roles: Vec<Choice>,
    form: Form,
    problems: Problems,
    may_change: bool,
    /// The secret of the key that was just made.
    secret: Option<Secret>,
}

/// A key with its role's name.
struct Row {
    key: ApiKey,
    role: String,
    created: Markup,
    used: Option<Markup>,
}

async fn page(access: &Access, request: &HttpRequest, form: Form) -> Result<KeysPage, Failure> {
    let listing = Listing::read(request.query_string(), &[])?;
    let (database, network) = (&access.state().database, access.network());
    let found = api_keys(database, network, listing.page()?).await?;
    let (found, paging) = paging::cut(request, &listing, found, |key| key.id);
    let roles = roles(database, network).await?;
    let name_of = |id: i64| roles.iter().find(|role| role.id.0 == id).map(|role| role.name.clone());
    let (calendar, now) = (Calendar::new(access.entrant().network.zone), Utc::now());
    let at = |millis: i64| DateTime::from_timestamp_millis(millis).unwrap_or_default();
    let row = |key: ApiKey| Row {
        role: name_of(key.role_id).unwrap_or_default(),
        created: format::moment_html(at(key.created_at), calendar),
        used: key.used_at.map(|used| format::ago_html(at(used), now, calendar)),
        key,
    };
    Ok(KeysPage {
        shell: navigation::shell(access, request).titled("API keys"),
        tabs: navigation::settings_tabs(access, request.path()),
        columns: ["Key", "Begins with", "Role", "Made", "Last used", "State"].map(Column::text).to_vec(),
        rows: found.into_iter().map(row).collect(),
        paging,
        roles: roles.iter().map(|role| Choice::new(role.id.to_string(), role.name.clone())).collect(),
        form,
        problems: Problems::default(),
        may_change: access.may(Section::Settings, Level::Full),
        secret: None,
    })
}

/// The list, with the form of a new key.
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    answer::page(&page(&access, &request, Form::default()).await?)
}

/// Makes a key and shows it in this answer alone.
pub async fn create(access: Access, request: HttpRequest, form: Form) -> Answer {
    match keys::create(&access, form.get("name"), form.get("role_id").parse().ok()).await {
        Ok((_, secret)) => {
            let page = page(&access, &request, Form::default()).await?;
            answer::page(&KeysPage { secret: Some(secret), ..page })
        }
        Err(failure) => {
            let again = async |problems| Ok(KeysPage { problems, ..page(&access, &request, form).await? });
            answer::again(failure, again).await
        }
    }
}

/// Ends a key.
pub async fn revoke(access: Access, id: Path<i64>) -> Answer {
    let (database, network) = (&access.state().database, access.network());
    let key = revoke_key(database, network, &access.actor(), ApiKeyId(*id)).await?;
    let text = format!("{} is revoked. Calls with it get 401 from now on.", key.name);
    Ok(flash::see_other("/settings/api-keys", Signal::Good, &text))
}

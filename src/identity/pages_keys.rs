//! The page of API keys: the list, a new one, whose secret is shown this once, and the end of one.

use super::{
    keys::{self, Wanted},
    pages_roles::{Row as RightsRow, rights_columns, rights_rows, typed_rights},
    roles::{level_words, words},
    token::Secret,
};
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
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    identity::{Level, Rights, Section},
    shared::{ApiKeyId, Calendar, Problems},
};
use store::identity::{ApiKey, api_keys, revoke_key, roles};

#[derive(Template)]
#[template(path = "identity/keys.html")]
struct KeysPage {
    shell: Shell,
    tabs: Vec<Tab>,
    key_columns: Vec<Column>,
    keys: Vec<Row>,
    /// The choice of a level for each section.
    columns: Vec<Column>,
    rows: Vec<RightsRow>,
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
    reach: String,
    created: Markup,
    used: Option<Markup>,
    expires: Option<Markup>,
    is_over: bool,
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
        reach: reach(&key),
        expires: key.expires_at.map(|ends| format::moment_html(at(ends), calendar)),
        is_over: key.expires_at.is_some_and(|ends| ends <= now.timestamp_millis()),
        role: name_of(key.role_id).unwrap_or_default(),
        created: format::moment_html(at(key.created_at), calendar),
        used: key.used_at.map(|used| format::ago_html(at(used), now, calendar)),
        key,
    };
    Ok(KeysPage {
        shell: navigation::shell(access, request).titled("API keys"),
        tabs: navigation::settings_tabs(access, request.path()),
        key_columns: ["Key", "Begins with", "Role", "Reaches", "Made", "Last used", "Ends", "State"]
            .map(Column::text)
            .to_vec(),
        keys: found.into_iter().map(row).collect(),
        columns: rights_columns(),
        rows: rights_rows(access, &typed_rights(&form)),
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
    match made(&access, &form).await {
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

async fn made(access: &Access, form: &Form) -> Result<(ApiKey, Secret), Failure> {
    let rights = form.is_ticked("narrowed").then(|| typed_rights(form));
    let expires_at = match form.get("expires_on") {
        "" => None,
        text => Some(end_of(access, text)?),
    };
    let role = form.get("role_id").parse().ok();
    keys::create(access, Wanted { name: form.get("name"), role, rights, expires_at }).await.map_err(
        |failure| {
            match failure {
                Failure::Invalid(mut problems) => {
                    // The form asks for a day, where the API asks for a moment.
                    for problem in problems.0.iter_mut().filter(|problem| problem.field == "expires_at") {
                        problem.field = "expires_on".to_owned();
                    }
                    Failure::Invalid(problems)
                }
                other => other,
            }
        },
    )
}

/// The end of a day of the network's own.
fn end_of(access: &Access, text: &str) -> Result<i64, Failure> {
    let wrong = || Failure::field("expires_on", "must be a day such as 2027-03-31");
    let day = text.parse::<NaiveDate>().map_err(|_| wrong())?;
    let next = day.succ_opt().ok_or_else(wrong)?.and_hms_opt(0, 0, 0).ok_or_else(wrong)?;
    let moment = next.and_local_timezone(access.entrant().network.zone).earliest().ok_or_else(wrong)?;
    Ok(moment.timestamp_millis())
}

/// How far a key reaches beside its role.
fn reach(key: &ApiKey) -> String {
    let rights = key.rights.as_deref().and_then(|rights| serde_json::from_str::<Rights>(rights).ok());
    let sections = match rights {
        None => "all of the role".to_owned(),
        Some(rights) => {
            let some = rights.iter().filter(|(_, level)| *level != Level::None);
            let named = some.map(|(section, level)| format!("{} {}", words(section).0, level_words(&level)));
            named.collect::<Vec<_>>().join(", ")
        }
    };
    if key.manager_id.is_some() { format!("{sections}; own partners only") } else { sections }
}

/// Ends a key.
pub async fn revoke(access: Access, id: Path<i64>) -> Answer {
    let (database, network) = (&access.state().database, access.network());
    let key = revoke_key(database, network, &access.actor(), ApiKeyId(*id)).await?;
    let text = format!("{} is revoked. Calls with it get 401 from now on.", key.name);
    Ok(flash::see_other("/settings/api-keys", Signal::Good, &text))
}

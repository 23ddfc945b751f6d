//! The page of the audit log: who changed what, from what to what.

use super::{
    api::audit::{FILTERS, filter_of, shown},
    pages_users::choices,
};
use crate::web::{
    Access, Answer, Failure, Form, Listing, answer, columns, download,
    filters::{or_any, words},
    format,
    history::{FieldChange, changes},
    markup::Markup,
    navigation,
    page::Shell,
    paging::{self, Paging},
    parts::{Choice, Column, Tab},
};
use actix_web::HttpRequest;
use askama::Template;
use chrono::DateTime;
use domain::{identity::UserKind, shared::Calendar};
use store::{
    identity::{AuditEntry, AuditFilter, UserFilter, audit_log, users},
    shared::Page,
};

/// What the log knows of objects and acts, to choose from.
const OBJECTS: [&str; 16] = [
    "network",
    "user",
    "role",
    "api_key",
    "advertiser",
    "partner",
    "offer",
    "landing_page",
    "offer_event",
    "coupon",
    "partner_offer",
    "conversion",
    "upload",
    "saved_view",
    "domain",
    "session",
];
const ACTIONS: [&str; 16] = [
    "create",
    "update",
    "delete",
    "revoke",
    "sign_in",
    "sign_out",
    "sign_in_failed",
    "invite",
    "accept_invitation",
    "send_reset",
    "change_password",
    "reset_password",
    "set_up_two_step",
    "use_recovery_code",
    "renew_recovery_codes",
    "end_two_step",
];

#[derive(Template)]
#[template(path = "identity/audit.html")]
struct AuditPage {
    shell: Shell,
    tabs: Vec<Tab>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    paging: Paging,
    filters: Form,
    csv_href: String,
    people: Vec<Choice>,
    objects: Vec<Choice>,
    actions: Vec<Choice>,
}

/// An entry with what changed in it.
struct Row {
    at: Markup,
    entry: AuditEntry,
    changes: Vec<FieldChange>,
}

/// The log, newest first.
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &FILTERS)?;
    let found = audit_log(access.scope(), &filter(&access, &listing)?, listing.page()?).await?;
    let (found, paging) = paging::cut(&request, &listing, found, |entry| entry.id);
    let changes = changes(&access, &found, &[]).await?;
    let calendar = Calendar::new(access.entrant().network.zone);
    let at = |millis: i64| DateTime::from_timestamp_millis(millis).unwrap_or_default();
    let row = |(entry, changes): (AuditEntry, Vec<FieldChange>)| Row {
        at: format::moment_html(at(entry.at), calendar),
        entry,
        changes,
    };
    let filters = Form::read(request.query_string().as_bytes());
    answer::page(&AuditPage {
        shell: navigation::shell(&access, &request).titled("Audit log"),
        tabs: navigation::settings_tabs(&access, request.path()),
        columns: ["When", "Who", "From", "Did", "To", "What changed"].map(Column::text).to_vec(),
        rows: found.into_iter().zip(changes).map(row).collect(),
        paging,
        csv_href: filters.href("/settings/audit/csv", &columns::WHOLE),
        filters,
        people: people(&access).await?,
        objects: plain(words("everything", &OBJECTS)),
        actions: plain(words("any", &ACTIONS)),
    })
}

/// An id alone is a person's: keys have ids of their own.
fn filter(access: &Access, listing: &Listing) -> Result<AuditFilter, Failure> {
    let filter = filter_of(access, listing)?;
    let kind = filter.actor_id.map(|_| "user".to_owned());
    Ok(AuditFilter { actor_kind: filter.actor_kind.or(kind), ..filter })
}

/// The network's own people; those of partners and advertisers are found by the address.
async fn people(access: &Access) -> Result<Vec<Choice>, Failure> {
    let employees = UserFilter { kind: Some(UserKind::Employee), ..UserFilter::default() };
    let people = users(access.scope(), &employees, Page::default()).await?;
    Ok(or_any("anybody", choices(people)))
}

/// Choices whose words read as words.
fn plain(choices: Vec<Choice>) -> Vec<Choice> {
    choices.into_iter().map(|choice| Choice { label: choice.label.replace('_', " "), ..choice }).collect()
}

/// The entries as a file, with the fields and words of the API.
pub async fn csv(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &FILTERS)?;
    let page = Page { limit: download::MOST, ..Page::ALL };
    let found = audit_log(access.scope(), &filter(&access, &listing)?, page).await?;
    let rows = found.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    download::objects("audit.csv", &rows)
}

//! The page of the audit log: who changed what, from what to what.

use crate::web::{
    Access, Answer, Form, Listing, answer, format,
    markup::Markup,
    navigation,
    page::Shell,
    paging::{self, Paging},
    parts::{Choice, Column, Tab},
};
use actix_web::HttpRequest;
use askama::Template;
use chrono::DateTime;
use domain::shared::Calendar;
use serde_json::Value;
use store::identity::{AuditEntry, AuditFilter, audit_log};

/// What the log knows of objects and acts, to choose from.
const OBJECTS: [&str; 12] = [
    "network",
    "user",
    "role",
    "api_key",
    "advertiser",
    "partner",
    "offer",
    "landing_page",
    "offer_event",
    "partner_offer",
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
    objects: Vec<Choice>,
    actions: Vec<Choice>,
}

/// An entry with what changed in it.
struct Row {
    at: Markup,
    entry: AuditEntry,
    changes: Vec<FieldChange>,
}

/// A field that an act changed.
struct FieldChange {
    field: String,
    before: String,
    after: String,
}

/// The log, newest first.
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let known = ["object", "action", "object_id", "actor_id", "from", "to"];
    let listing = Listing::read(request.query_string(), &known)?;
    let filter = AuditFilter {
        action: listing.text("action").map(str::to_owned),
        object: listing.text("object").map(str::to_owned),
        object_id: listing.parsed("object_id", "an id")?,
        actor_kind: None,
        actor_id: listing.parsed("actor_id", "an id")?,
        from: listing.moment("from")?,
        to: listing.moment("to")?,
    };
    let found = audit_log(access.scope(), &filter, listing.page()?).await?;
    let (found, paging) = paging::cut(&request, &listing, found, |entry| entry.id);
    let calendar = Calendar::new(access.entrant().network.zone);
    let at = |millis: i64| DateTime::from_timestamp_millis(millis).unwrap_or_default();
    let row = |entry: AuditEntry| Row {
        at: format::moment_html(at(entry.at), calendar),
        changes: changes(&entry),
        entry,
    };
    answer::page(&AuditPage {
        shell: navigation::shell(&access, &request).titled("Audit log"),
        tabs: navigation::settings_tabs(&access, request.path()),
        columns: ["When", "Who", "From", "Did", "To", "What changed"].map(Column::text).to_vec(),
        rows: found.into_iter().map(row).collect(),
        paging,
        filters: Form::read(request.query_string().as_bytes()),
        objects: choices("everything", &OBJECTS),
        actions: choices("any", &ACTIONS),
    })
}

fn choices(all: &str, names: &[&str]) -> Vec<Choice> {
    let named = names.iter().map(|name| Choice::new(*name, name.replace('_', " ")));
    std::iter::once(Choice::new("", all)).chain(named).collect()
}

/// The fields that differ between before and after; secrets only as changed.
fn changes(entry: &AuditEntry) -> Vec<FieldChange> {
    let read =
        |text: &Option<String>| text.as_ref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let (before, after) = (read(&entry.before), read(&entry.after));
    let keys = |value: &Option<Value>| -> Vec<String> {
        let fields = value.as_ref().and_then(Value::as_object);
        fields.map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
    };
    let mut fields = keys(&before);
    fields.extend(keys(&after));
    fields.sort_unstable();
    fields.dedup();
    let of = |value: &Option<Value>, field: &str| value.as_ref().and_then(|value| value.get(field)).cloned();
    let changed = fields.into_iter().filter(|field| of(&before, field) != of(&after, field));
    changed
        .map(|field| {
            let show = |value: Option<Value>| shown(&field, value);
            FieldChange { before: show(of(&before, &field)), after: show(of(&after, &field)), field }
        })
        .collect()
}

fn shown(field: &str, value: Option<Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(_) if field.contains("token") => "(secret)".to_owned(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    }
}

//! The audit log in the API.

use crate::web::{
    Access, Answer, Failure, Listing, Route, answer,
    describe::{About, Gives},
    objects::path_id,
    span::{NO_TIME, moment},
};
use actix_web::HttpRequest;
use domain::{identity::Section, shared::Calendar};
use serde_json::{Value, json};
use store::identity::{AuditEntry, AuditFilter, audit_entry, audit_log};

const SCHEMA: &str = "AuditEntry";
/// What the address of the log may hold.
pub const FILTERS: [&str; 7] = ["action", "object", "object_id", "actor_kind", "actor_id", "from", "to"];

pub fn routes() -> Vec<Route> {
    let filters = [
        ("action", "Only this action, such as `update`."),
        ("object", "Only this kind of object, such as `offer`."),
        ("object_id", "Only this object."),
        ("actor_kind", "Only what a `user`, an `api_key` or the `system` did."),
        ("actor_id", "Only what this one did."),
        ("from", "Only from this date of the network's zone, or moment, on."),
        ("to", "Only before this date of the network's zone, or moment."),
    ];
    vec![
        Route::get("/api/v1/audit", Section::Audit, list)
            .about(About::new("List what was done", Gives::List(SCHEMA)).with(&filters)),
        Route::get("/api/v1/audit/{audit_id}", Section::Audit, look)
            .about(About::new("Look at one thing that was done", Gives::One(SCHEMA))),
    ]
}

async fn list(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &FILTERS)?;
    let filter = filter_of(&access, &listing)?;
    let rows = audit_log(access.scope(), &filter, listing.page()?).await?;
    listing.answer(rows, |entry| entry.id, |entry| shown(&entry))
}

/// The entries that the address of the log asks for.
///
/// # Errors
/// What is wrong with a filter.
pub fn filter_of(access: &Access, listing: &Listing) -> Result<AuditFilter, Failure> {
    let calendar = Calendar::new(access.entrant().network.zone);
    let text = |name: &str| listing.text(name).map(str::to_owned);
    let time = |name: &str| {
        let Some(text) = listing.text(name) else { return Ok(None) };
        let found = moment(text, calendar).map(|at| Some(at.timestamp_millis()));
        found.ok_or_else(|| Failure::field(name, NO_TIME))
    };
    Ok(AuditFilter {
        action: text("action"),
        object: text("object"),
        object_id: listing.parsed("object_id", "an id")?,
        actor_kind: text("actor_kind"),
        actor_id: listing.parsed("actor_id", "an id")?,
        from: time("from")?,
        to: time("to")?,
    })
}

async fn look(access: Access, request: HttpRequest) -> Answer {
    let entry = audit_entry(access.scope(), path_id(&request, "audit_id")?).await?;
    Ok(answer::json(&shown(&entry)?))
}

/// An entry as the API shows it.
///
/// # Errors
/// It can't be written as JSON.
pub fn shown(entry: &AuditEntry) -> Result<Value, Failure> {
    let document =
        |text: &Option<String>| text.as_ref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    Ok(json!({
        "id": entry.id.to_string(),
        "at": answer::moment(entry.at)?,
        "actor_kind": entry.actor_kind,
        "actor_id": entry.actor_id.map(|id| id.to_string()),
        "actor_name": entry.actor_name,
        "ip": entry.ip,
        "action": entry.action,
        "object": entry.object,
        "object_id": entry.object_id.map(|id| id.to_string()),
        "before": document(&entry.before),
        "after": document(&entry.after),
    }))
}

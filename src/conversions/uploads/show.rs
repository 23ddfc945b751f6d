//! Uploads as the API shows them, and the words of their states.

use crate::web::{Access, Failure, answer, signal::Signal};
use domain::shared::{Measures, Micros};
use serde_json::{Value, json};
use store::conversions::{Upload, UploadError, UploadState};

/// An upload.
pub(super) fn upload(access: &Access, upload: &Upload) -> Result<Value, Failure> {
    let currency = access.entrant().network.currency;
    let effect = upload.effect();
    let partners: Vec<Value> = effect
        .partners
        .iter()
        .map(|(partner, measures)| {
            let mut figures = figures(measures);
            figures["partner_id"] = partner.to_string().into();
            figures
        })
        .collect();
    Ok(json!({
        "id": upload.id.to_string(),
        "at": answer::moment(upload.at)?,
        "kind": upload.kind,
        "file": upload.file,
        "sha256": text(&upload.sha256),
        "bytes": upload.bytes,
        "by": upload.actor_name,
        "state": upload.state,
        "rows": upload.total,
        "scanned": upload.scanned,
        "errors": upload.errors,
        "changes": upload.changes,
        "unchanged": upload.unchanged,
        "written": upload.written,
        "changed": upload.changed,
        "counted": upload.counted,
        "same_as": if upload.same_as == 0 { Value::Null } else { upload.same_as.to_string().into() },
        "decided_by": text(&upload.decided_by),
        "decided_at": moment(upload.decided_at)?,
        "finished_at": moment(upload.finished_at)?,
        "currency": currency,
        "effect": { "total": figures(&effect.total()), "partners": partners },
    }))
}

/// Differences of the figures.
fn figures(measures: &Measures) -> Value {
    json!({
        "approved": measures.approved,
        "pending": measures.pending,
        "rejected": measures.rejected,
        "events": measures.events,
        "payout": measures.payout,
        "revenue": measures.revenue,
        "pending_payout": measures.pending_payout,
        "pending_revenue": measures.pending_revenue,
        "sale_amount": measures.sale_amount,
        "profit": Micros(measures.revenue.0 - measures.payout.0),
    })
}

/// One error of a file.
pub(super) fn error(error: &UploadError) -> Result<Value, Failure> {
    Ok(json!({
        "row": error.line,
        "column": if error.cell == 0 { Value::Null } else { error.cell.into() },
        "name": text(&error.name),
        "value": text(&error.value),
        "message": error.message,
    }))
}

/// The sign and the word of a state.
pub(super) fn state(upload: &Upload) -> (Signal, &'static str) {
    match upload.state() {
        UploadState::Scanning => (Signal::Note, "being scanned"),
        UploadState::Refused => (Signal::Bad, "refused"),
        UploadState::Ready => (Signal::Warn, "waits for you"),
        UploadState::Writing => (Signal::Note, "being written"),
        UploadState::Written => (Signal::Good, "written"),
        UploadState::Cancelled => (Signal::Off, "cancelled"),
    }
}

fn text(value: &str) -> Value {
    if value.is_empty() { Value::Null } else { value.into() }
}

fn moment(millis: i64) -> Result<Value, Failure> {
    if millis == 0 { Ok(Value::Null) } else { Ok(answer::moment(millis)?.into()) }
}

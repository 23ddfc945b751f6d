//! The data files by the API. A key is a network's: it is told names, never where the folder lies.

use super::{
    files,
    licences::{Embedded, embedded, licence_of},
    old_days,
};
use crate::{
    tracking::signals::geoip::{DataFile, Kind, Standing},
    web::{
        Access, Answer, Failure, answer,
        describe::{
            Fields, Schemas, flag, list, moment_or_null, text, text_or_null, whole_or_null, word,
            word_or_null,
        },
    },
};
use actix_web::HttpRequest;
use chrono::Utc;
use serde_json::{Value, json};

const STATES: [&str; 4] = ["in_use", "earlier_in_use", "outdone", "set_aside"];

/// The schemas.
#[must_use]
pub fn schemas() -> Schemas {
    let kinds = Kind::ALL.map(Kind::name);
    let file = Fields::of("A data file of the operator's folder.")
        .shown("name", text("Its name."))
        .shown("kind", word_or_null("What it is about; null where that was never read.", &kinds))
        .shown("fills", list("The signals that a file of its kind fills.", text("A signal.")))
        .shown(
            "state",
            word(
                "Whether it is used: earlier_in_use is a file that was spoilt, of which what was read before is in use.",
                &STATES,
            ),
        )
        .shown("problem", text_or_null("What is wrong with it."))
        .shown("outdone_by", text_or_null("The newer file of its kind that is in use."))
        .shown("built_at", moment_or_null("When its vendor made it."))
        .shown("is_old", flag("Whether that is more than 30 days ago."))
        .shown("database_type", text_or_null("The type that it names."))
        .shown("description", text_or_null("Its vendor's words."))
        .shown("licence", text_or_null("The terms that its vendor is known to give it on."))
        .shown("nodes", whole_or_null("Nodes of its search tree."))
        .shown("bytes", whole_or_null("Its size."));
    let embedded = Fields::of("Data that the program carries.")
        .shown("name", text("Its name."))
        .shown("version", text("Its version."))
        .shown("tells", text("What it is used for."))
        .shown("licence", text("The terms it is used on."))
        .shown("source", text("Whose it is."))
        .shown("built_at", moment_or_null("When it was made; null where its makers don't tell."));
    let all = Fields::of("What the visitors' signals are read from, by the process that answers.")
        .shown("reads", flag("Whether this process takes clicks, and so reads files."))
        .shown("problem", text_or_null("What is wrong with the folder itself."))
        .shown("files", list("Every file of the folder whose name ends in .mmdb.", file.done()))
        .shown("embedded", list("What the program carries.", embedded.done()));
    vec![("DataFiles", all.done())]
}

/// `GET /api/v1/data-files`
pub(super) async fn show(_: Access, request: HttpRequest) -> Answer {
    let files = files(&request);
    let shown: Result<Vec<Value>, Failure> =
        files.map_or_else(Vec::new, |files| files.files()).iter().map(file).collect();
    let embedded: Result<Vec<Value>, Failure> = embedded().iter().map(carried).collect();
    Ok(answer::json(&json!({
        "reads": files.is_some(),
        "problem": files.and_then(|files| files.problem()),
        "files": shown?,
        "embedded": embedded?,
    })))
}

fn file(file: &DataFile) -> Result<Value, Failure> {
    let about = file.about.as_ref();
    let built_at = about.map(|about| answer::moment(about.built_at.timestamp_millis())).transpose()?;
    let (state, problem, outdone_by) = match &file.standing {
        Standing::InUse => (STATES[0], None, None),
        Standing::EarlierInUse(problem) => (STATES[1], Some(problem), None),
        Standing::Outdone(by) => (STATES[2], None, Some(by)),
        Standing::SetAside(problem) => (STATES[3], Some(problem), None),
    };
    Ok(json!({
        "name": file.name,
        "kind": about.map(|about| about.kind.name()),
        "fills": about.map_or(&[][..], |about| about.kind.fills()),
        "state": state,
        "problem": problem,
        "outdone_by": outdone_by,
        "built_at": built_at,
        "is_old": about.is_some_and(|about| old_days(about.built_at, Utc::now()).is_some()),
        "database_type": about.map(|about| &about.database_type),
        "description": about.map(|about| &about.description),
        "licence": about.map(|about| licence_of(&about.database_type)),
        "nodes": about.map(|about| about.nodes),
        "bytes": about.map(|about| about.bytes),
    }))
}

fn carried(one: &Embedded) -> Result<Value, Failure> {
    let built_at = one.built_at.map(|built_at| answer::moment(built_at.timestamp_millis())).transpose()?;
    Ok(json!({
        "name": one.name, "version": one.version, "tells": one.tells, "licence": one.licence,
        "source": one.source, "built_at": built_at,
    }))
}

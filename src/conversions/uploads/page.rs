//! An upload's page: how far it is, what is wrong with it or what it would change, and the decision.

use super::{api, csv, list_page::upload_of, show, wake};
use crate::web::{
    Access, Answer, Failure, answer, flash, format, navigation,
    page::Shell,
    parts::{Cell, Column, Fact, Link},
    signal::Signal,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use chrono::Utc;
use domain::{
    identity::{Level, Section},
    shared::{Calendar, Measures},
};
use store::{
    conversions::{self, ERRORS_MOST, Upload, UploadState},
    offers::{Named, Names},
};

/// How many errors the page shows; the file has all of them.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "conversions/upload.html")]
struct UploadPage {
    shell: Shell,
    crumbs: Vec<Link>,
    view: View,
}

#[derive(Template)]
#[template(path = "conversions/upload_live.html")]
struct LivePart {
    view: View,
}

/// What changes while one looks.
struct View {
    path: String,
    updated: String,
    signal: Signal,
    state: &'static str,
    story: String,
    is_busy: bool,
    is_ready: bool,
    may_cancel: bool,
    done: i64,
    total: i64,
    facts: Vec<Fact>,
    error_columns: Vec<Column>,
    errors: Vec<Vec<Cell>>,
    more_errors: i64,
    effect_columns: Vec<Column>,
    effect: Vec<Vec<Cell>>,
}

/// `GET /settings/uploads/{upload_id}`
pub async fn show(access: Access, request: HttpRequest, path: Path<String>) -> Answer {
    let upload = upload_of(&access, &path).await?;
    let title = if upload.is_file() { upload.file.clone() } else { "Decision over conversions".to_owned() };
    answer::page(&UploadPage {
        shell: navigation::shell(&access, &request).titled(title),
        crumbs: vec![Link::new("Uploads", "/settings/uploads")],
        view: view(&access, &upload).await?,
    })
}

/// `GET /settings/uploads/{upload_id}/live`: the part that changes.
pub async fn live(access: Access, path: Path<String>) -> Answer {
    let upload = upload_of(&access, &path).await?;
    answer::page(&LivePart { view: view(&access, &upload).await? })
}

/// `GET /settings/uploads/{upload_id}/errors`: all of them, as a file.
pub async fn errors(access: Access, path: Path<String>) -> Answer {
    let upload = upload_of(&access, &path).await?;
    let most = i64::try_from(ERRORS_MOST).unwrap_or(i64::MAX) * 64;
    csv::errors(upload.id, &conversions::errors(access.scope(), upload.id, 0, most).await?)
}

/// `POST /settings/uploads/{upload_id}/write`
pub async fn write(access: Access, request: HttpRequest, path: Path<String>) -> Answer {
    let upload = api::write_now(&access, &request, api::id_of(&path)?).await?;
    Ok(answer::see_other(&format!("/settings/uploads/{}", upload.id)))
}

/// `POST /settings/uploads/{upload_id}/cancel`
pub async fn cancel(access: Access, request: HttpRequest, path: Path<String>) -> Answer {
    let upload = conversions::cancel(access.scope(), &access.actor(), api::id_of(&path)?).await?;
    wake(&request);
    let words = "Called off. Nothing was written.";
    Ok(flash::see_other(&format!("/settings/uploads/{}", upload.id), Signal::Good, words))
}

async fn view(access: &Access, upload: &Upload) -> Result<View, Failure> {
    let limit = i64::try_from(SHOWN).unwrap_or(i64::MAX);
    let errors = match upload.errors {
        0 => Vec::new(),
        _ => conversions::errors(access.scope(), upload.id, 0, limit).await?,
    };
    let (signal, state) = show::state(upload);
    let may_change = access.may(Section::Conversions, Level::Full);
    let is_writing = upload.state() == UploadState::Writing;
    Ok(View {
        path: format!("/settings/uploads/{}", upload.id),
        updated: format::clock(Utc::now(), Calendar::new(access.entrant().network.zone)),
        signal,
        state,
        story: story(upload),
        is_busy: upload.state().is_busy(),
        is_ready: may_change && upload.state() == UploadState::Ready,
        may_cancel: may_change && [UploadState::Scanning, UploadState::Ready].contains(&upload.state()),
        done: if is_writing { upload.written } else { upload.scanned },
        total: if is_writing { upload.changes } else { upload.total },
        facts: facts(access, upload),
        error_columns: vec![
            Column::number("Row").hint("as a spreadsheet counts, the first being 1"),
            Column::text("Column"),
            Column::text("What stands there"),
            Column::text("What is wrong"),
        ],
        errors: errors.iter().map(error_row).collect(),
        more_errors: (upload.errors - limit).max(0),
        effect_columns: effect_columns(),
        effect: match upload.state() {
            UploadState::Refused | UploadState::Cancelled => Vec::new(),
            UploadState::Scanning | UploadState::Ready | UploadState::Writing | UploadState::Written => {
                effect(access, upload).await?
            }
        },
    })
}

/// Where it stands, in a sentence or two.
fn story(upload: &Upload) -> String {
    let count = |number: i64, one: &str| format::counted(number, one);
    let (changes, unchanged) = (count(upload.changes, "row"), count(upload.unchanged, "row"));
    match upload.state() {
        UploadState::Scanning => "Every row is read and checked before anything is written.".to_owned(),
        UploadState::Refused => format!(
            "{} in this file. Nothing was written. Mend the file and upload it again.",
            count(upload.errors, "error")
        ),
        UploadState::Ready if upload.changes == 0 => {
            "Every row says what is so already: writing it changes nothing.".to_owned()
        }
        UploadState::Ready => format!(
            "Every row is fine: {changes} would change something, {unchanged} would not. Nothing is written yet."
        ),
        UploadState::Writing if upload.written == upload.changes => {
            "Every row is written and in the totals; the figures by device, source and so on follow."
                .to_owned()
        }
        UploadState::Writing => {
            "It is being written, and goes on by itself, also after a restart.".to_owned()
        }
        UploadState::Written => {
            let left = match upload.changes - upload.changed {
                0 => String::new(),
                left => format!(
                    " {} had been overtaken by a call or a person meanwhile, and stayed as it was.",
                    count(left, "row")
                ),
            };
            let changed = count(upload.changed, "conversion");
            format!("Written: {changed} changed, {unchanged} had nothing to change.{left}")
        }
        UploadState::Cancelled => "Called off. Nothing was written.".to_owned(),
    }
}

fn facts(access: &Access, upload: &Upload) -> Vec<Fact> {
    let calendar = Calendar::new(access.entrant().network.zone);
    let moment = |millis: i64| match millis {
        0 => String::new(),
        _ => format::moment_of_millis(millis, calendar),
    };
    let same = if upload.same_as == 0 { String::new() } else { format!("upload {}", upload.same_as) };
    let number = |count: i64| if count == 0 { String::new() } else { format::count(count) };
    let facts = vec![
        Fact::new("Kind", upload.kind().words().to_owned()),
        Fact::new("Which", if upload.is_file() { String::new() } else { upload.file.clone() }),
        Fact::new("Came", moment(upload.at)),
        Fact::new("By", upload.actor_name.clone()),
        Fact::new("Rows", format::count(upload.total)),
        Fact::new("Errors", number(upload.errors)),
        Fact::new("Decided", moment(upload.decided_at)),
        Fact::new("Decided by", upload.decided_by.clone()),
        Fact::new("Over", moment(upload.finished_at)),
        Fact::new("Written before, as", same),
        Fact::new("SHA-256", upload.sha256.clone()),
    ];
    Fact::known(facts)
}

fn error_row(error: &conversions::UploadError) -> Vec<Cell> {
    let column = match (error.cell, error.name.as_str()) {
        (0, name) => name.to_owned(),
        (cell, name) => format!("{cell}, {name}"),
    };
    vec![
        Cell::Number(format::count(error.line)),
        Cell::Words(column),
        Cell::LongCode(error.value.clone()),
        Cell::Prose(error.message.clone()),
    ]
}

fn effect_columns() -> Vec<Column> {
    let mut columns = vec![Column::text("Partner")];
    columns.extend(
        ["Approved", "Pending", "Rejected", "Events", "Payout", "Revenue", "Pending payout"]
            .map(Column::number),
    );
    columns
}

/// The total first, then partner by partner.
async fn effect(access: &Access, upload: &Upload) -> Result<Vec<Vec<Cell>>, Failure> {
    let effect = upload.effect();
    if effect.partners.is_empty() {
        return Ok(Vec::new());
    }
    let names = Names::read(access.scope(), effect.partners.keys().map(|id| (Named::Partner, *id))).await?;
    let mut rows = vec![effect_row(access, "All partners", &effect.total())];
    rows.extend(effect.partners.iter().map(|(id, measures)| {
        let name = names.of(Named::Partner, *id);
        effect_row(access, if name.is_empty() { "no partner" } else { name }, measures)
    }));
    Ok(rows)
}

fn effect_row(access: &Access, name: &str, measures: &Measures) -> Vec<Cell> {
    let currency = access.entrant().network.currency;
    let signed = |text: String, is_more: bool| Cell::Number(if is_more { format!("+{text}") } else { text });
    let count = |number: i64| signed(format::count(number), number > 0);
    let money = |amount: domain::shared::Micros| signed(format::money(amount, currency), amount.0 > 0);
    vec![
        Cell::Words(name.to_owned()),
        count(measures.approved),
        count(measures.pending),
        count(measures.rejected),
        count(measures.events),
        money(measures.payout),
        money(measures.revenue),
        money(measures.pending_payout),
    ]
}

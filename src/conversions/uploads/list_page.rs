//! The page of uploads: a new file, and the stories of earlier ones.

use super::{api, csv, receive, show, wake};
use crate::web::{
    Access, Answer, Failure, Form, Listing, answer, format, navigation,
    page::Shell,
    paging::{self, Paging},
    parts::{Cell, Choice, Column, Tab},
};
use actix_web::{HttpRequest, web::Payload};
use askama::Template;
use chrono::DateTime;
use domain::{
    conversions::upload::UploadKind,
    identity::{Level, Section},
    shared::{Calendar, Problems},
};
use store::conversions::{self, LARGEST_FILE, Upload};

#[derive(Template)]
#[template(path = "conversions/uploads.html")]
struct UploadsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    paging: Paging,
    kinds: Vec<Choice>,
    kind: String,
    problems: Problems,
    may_change: bool,
}

impl UploadsPage {
    fn bound(&self) -> String {
        format!(
            "CSV in UTF-8, at most {} MB and {} rows.",
            LARGEST_FILE >> 20,
            format::count(conversions::ROWS_MOST)
        )
    }
}

/// `GET /settings/uploads`; with `template` the file of that kind to fill in.
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    let query = Form::read(request.query_string().as_bytes());
    if let Ok(kind) = query.get("template").parse::<UploadKind>() {
        return csv::template(kind);
    }
    answer::page(&page(&access, &request, UploadKind::New.name().to_owned()).await?)
}

/// `POST /settings/uploads`: takes a file in, on to its page.
pub async fn receive(access: Access, request: HttpRequest, payload: Payload) -> Answer {
    let received = match receive::file(&request, payload).await {
        Ok(new) => conversions::receive(access.scope(), &access.actor(), &new).await.map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    match received {
        Ok((upload, _)) => {
            wake(&request);
            Ok(answer::see_other(&format!("/settings/uploads/{}", upload.id)))
        }
        Err(failure) => {
            let again = async |problems| {
                Ok(UploadsPage {
                    problems,
                    ..page(&access, &request, UploadKind::New.name().to_owned()).await?
                })
            };
            answer::again(failure, again).await
        }
    }
}

async fn page(access: &Access, request: &HttpRequest, kind: String) -> Result<UploadsPage, Failure> {
    let listing = Listing::read(request.query_string(), &["template"])?;
    let found = conversions::uploads(access.scope(), listing.page()?).await?;
    let (found, paging) = paging::cut(request, &listing, found, |upload| upload.id);
    let mut columns = ["Came", "File", "Kind", "State", "By"].map(Column::text).to_vec();
    columns.extend(["Rows", "Errors", "Changed"].map(Column::number));
    let about = |kind: UploadKind| match kind {
        UploadKind::New => "Conversions that no postback brought, by the clicks that they came of.",
        UploadKind::Status => "Approved, pending or rejected, of conversions that are there.",
        UploadKind::Amounts => "Sale amounts, payouts and revenues of conversions that are there.",
    };
    Ok(UploadsPage {
        shell: navigation::shell(access, request).titled("Uploads"),
        tabs: navigation::settings_tabs(access, request.path()),
        columns,
        rows: found.iter().map(|upload| row(access, upload)).collect(),
        paging,
        kinds: UploadKind::ALL.map(|kind| Choice::new(kind.name(), kind.words()).hint(about(kind))).to_vec(),
        kind,
        problems: Problems::default(),
        may_change: access.may(Section::Conversions, Level::Full),
    })
}

fn row(access: &Access, upload: &Upload) -> Vec<Cell> {
    let at = DateTime::from_timestamp_millis(upload.at).unwrap_or_default();
    let moment = format::moment_html(at, Calendar::new(access.entrant().network.zone));
    let (signal, words) = show::state(upload);
    let number = |count: i64| Cell::Number(format::count(count));
    vec![
        Cell::Moment(moment, Some(format!("/settings/uploads/{}", upload.id))),
        Cell::Words(upload.file.clone()),
        Cell::Words(upload.kind().words().to_owned()),
        Cell::State(signal, words.to_owned()),
        Cell::Words(upload.actor_name.clone()),
        number(upload.total),
        number(upload.errors),
        number(upload.changed),
    ]
}

/// The upload that a path names.
pub(super) async fn upload_of(access: &Access, path: &str) -> Result<Upload, Failure> {
    Ok(conversions::upload(access.scope(), api::id_of(path)?).await?)
}

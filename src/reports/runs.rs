//! The pages of a count over rows: begin it, see how far it is, end it, read what came out.

use super::{
    address::Address,
    ask::Asked,
    counting::Counting,
    drawing::{self, Drawing},
    export, page,
    table::{self, Table},
    told::Told,
};
use crate::web::{
    Access, Answer, Failure, Form, answer, flash, format, live::rendered, markup::Markup, navigation,
    page::Shell, parts::Link, signal::Signal,
};
use actix_web::{HttpRequest, HttpResponse, http::header::ContentType, web::Path};
use askama::Template;
use chrono::{DateTime, SecondsFormat, Utc};
use domain::{
    identity::{Level, Section},
    shared::{Calendar, RunId},
};
use store::{
    identity::Who,
    offers::Names,
    reports::{MOST_FREE_ROWS, REPORT_RUNS, report_of, rows_to_read},
    shared::{Background, BackgroundState},
};

#[derive(Template)]
#[template(path = "reports/run.html")]
struct RunPage {
    shell: Shell,
    crumbs: Vec<Link>,
    chips: Vec<Link>,
    part: Part,
}

#[derive(Template)]
#[template(path = "reports/run_part.html")]
struct Part {
    run: Background,
    state: BackgroundState,
    began: Markup,
    change_href: String,
    query: String,
    may_cancel: bool,
    words: String,
    steps: String,
    result: Option<Shown>,
}

struct Shown {
    drawing: Drawing,
    table: Table,
}

/// `POST /reports/runs`: begins to count.
pub async fn begin(access: Access, form: Form) -> Answer {
    let (address, _) = Address::read(&Form::read(form.get("query").as_bytes()));
    let id = begin_of(&access, &address).await?;
    Ok(answer::see_other(&format!("/reports/runs/{id}")))
}

/// Begins to count what an address asks for.
///
/// # Errors
/// What is wrong with the question; at `group_by` where it reads too much, or too many count already.
pub(super) async fn begin_of(access: &Access, address: &Address) -> Result<RunId, Failure> {
    let asked = page::asked(access, address)?;
    let rows = rows_to_read(access.scope(), &asked.question).await?;
    if rows > MOST_FREE_ROWS {
        let message = format!("reads about {} rows; take a shorter range, or a filter", format::count(rows));
        return Err(Failure::field("group_by", message));
    }
    // The period by its dates, so that the link says tomorrow what it says today.
    let fixed = fixed(access, address, &asked);
    let counting: &Counting = &access.state().counting;
    counting.begin(access, asked, &fixed.query()).await
}

fn fixed(access: &Access, address: &Address, asked: &Asked) -> Address {
    let calendar = Calendar::new(access.entrant().network.zone);
    let written = |at: DateTime<Utc>| {
        let day = calendar.day(at);
        let is_whole = calendar.start_of(day) == at;
        if is_whole { day.date().to_string() } else { at.to_rfc3339_opts(SecondsFormat::Secs, true) }
    };
    address.with(&[("range", ""), ("from", &written(asked.span.from)), ("to", &written(asked.span.to))])
}

/// `GET /reports/runs/{run_id}`
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let run = REPORT_RUNS.read(access.scope(), RunId(*id)).await?;
    let address = address_of(&run, &request);
    let names = Names::default();
    answer::page(&RunPage {
        shell: navigation::shell(&access, &request).titled("Counted over the rows"),
        crumbs: vec![Link::new("Reports", "/reports")],
        chips: page::chips(&address, &names),
        part: part(&access, run, address).await?,
    })
}

/// `GET /reports/runs/{run_id}/live`: the part that changes.
pub async fn live(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let run = REPORT_RUNS.read(access.scope(), RunId(*id)).await?;
    let address = address_of(&run, &request);
    let part = part(&access, run, address).await?;
    Ok(HttpResponse::Ok().content_type(ContentType::html()).body(rendered(&part)?))
}

/// `POST /reports/runs/{run_id}/cancel`
pub async fn cancel(access: Access, id: Path<i64>) -> Answer {
    let run = REPORT_RUNS.read(access.scope(), RunId(*id)).await?;
    end(&access, &run).await?;
    let way = format!("/reports/runs/{}", run.id);
    Ok(flash::see_other(&way, Signal::Note, "The count is ended. Nothing of it is kept."))
}

/// Ends one that the caller may end.
///
/// # Errors
/// [`Failure::Refused`] where it is another's.
pub(super) async fn end(access: &Access, run: &Background) -> Result<(), Failure> {
    if !may_cancel(access, run) {
        return Err(Failure::Refused("only who began it, or who may change reports, ends it"));
    }
    Ok(REPORT_RUNS.cancel(access.scope(), RunId(run.id)).await?)
}

/// `GET /reports/runs/{run_id}/csv`
pub async fn csv(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let run = REPORT_RUNS.read(access.scope(), RunId(*id)).await?;
    if run.state() != BackgroundState::Done {
        // No result yet: the page says how far it is.
        return Ok(answer::see_other(&format!("/reports/runs/{}", run.id)));
    }
    let asked = page::asked(&access, &address_of(&run, &request))?;
    export::file(&access, &asked, &told(&run, &asked)?).await
}

/// The question of a count; the order of the rows may be another by now.
fn address_of(run: &Background, request: &HttpRequest) -> Address {
    let (address, _) = Address::read(&Form::read(run.query.as_bytes()));
    let now = Form::read(request.query_string().as_bytes());
    match now.get("sort") {
        "" => address,
        sort => address.with(&[("sort", sort), ("desc", now.get("desc"))]),
    }
}

fn may_cancel(access: &Access, run: &Background) -> bool {
    let is_mine = matches!(access.entrant().who, Who::User { id, .. } if id.0 == run.user_id);
    is_mine || access.may(Section::Reports, Level::Full)
}

/// What came out, in the order that is asked for.
///
/// # Errors
/// It does not read.
pub(super) fn told(run: &Background, asked: &Asked) -> Result<Told, Failure> {
    let mut told = Told::alone(report_of(run)?);
    if let Some(metric) = asked.sort {
        told.sort(metric, asked.descending);
    }
    Ok(told)
}

async fn part(access: &Access, run: Background, address: Address) -> Result<Part, Failure> {
    let asked = page::asked(access, &address)?;
    let state = run.state();
    let result = match state {
        BackgroundState::Done => {
            let told = told(&run, &asked)?;
            let mut table = table::table(access, (&address, &asked), &told).await?;
            resort(&mut table, run.id);
            Some(Shown { drawing: drawing::of_groups(access, &asked, &told).await?, table })
        }
        BackgroundState::Running | BackgroundState::Cancelled | BackgroundState::Failed => None,
    };
    let (calendar, now) = (Calendar::new(access.entrant().network.zone), Utc::now());
    let at = DateTime::from_timestamp_millis(run.created_at).unwrap_or_default();
    let cuts: Vec<&str> = asked.question.cuts.iter().map(|cut| cut.words()).collect();
    Ok(Part {
        state,
        began: format::ago_html(at, now, calendar),
        change_href: address.href("/reports"),
        query: address.query(),
        may_cancel: may_cancel(access, &run),
        words: format!(
            "{}, {} until before {}",
            cuts.join(" × "),
            format::date(asked.span.from, calendar),
            format::date(asked.span.to, calendar)
        ),
        steps: format!("{} of {} steps", format::count(run.done), format::count(run.whole)),
        run,
        result,
    })
}

/// A heading sorts what was counted; it does not count again.
fn resort(table: &mut Table, id: i64) {
    for column in &mut table.columns {
        let Some(href) = &column.sort_href else { continue };
        let query = href.split_once('?').map_or("", |(_, query)| query);
        let form = Form::read(query.as_bytes());
        let desc = if form.get("desc") == "false" { "&desc=false" } else { "" };
        column.sort_href = Some(format!("/reports/runs/{id}?sort={}{desc}", form.get("sort")));
    }
}

//! Decisions over many conversions: those that are ticked, or all that fit the filter. They are got ready
//! first, so that their effect is seen, and written like an upload.

use super::api;
use crate::{
    conversions::{api::id_of, filters},
    web::{
        Access, Answer, Failure, Form, Listing, answer, flash,
        json::{Object, document},
        log,
        signal::Signal,
    },
};
use domain::{conversions::ConversionStatus, shared::ClickId};
use serde::Deserialize;
use store::{
    conversions::{self, Decision, Upload},
    shared::Stretch,
};

/// The filters that say which, beside the place in the list.
const PLACE: [&str; 2] = ["cursor", "limit"];

/// What a program decides.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    status: ConversionStatus,
    #[serde(default)]
    ids: Vec<String>,
    #[serde(default)]
    filter: Option<String>,
}

/// `POST /api/v1/conversions/decide`
pub async fn decide_by_api(access: Access, body: Object) -> Answer {
    let body: Body = document(body.0)?;
    let ids = body.ids.iter().map(|id| id_of(id)).collect::<Result<Vec<_>, _>>();
    let ids =
        ids.map_err(|_| Failure::field("ids", "must be ids of conversions, 32 hexadecimal characters each"))?;
    let filter = match (&body.filter, ids.is_empty()) {
        (Some(filter), true) => filter.as_str(),
        (None, false) => "",
        (Some(_), false) => return Err(Failure::field("filter", "leave it out where ids are given")),
        (None, true) => return Err(Failure::field("ids", "give ids, or a filter")),
    };
    api::made(&access, &ready(&access, body.status, ids, filter).await?)
}

/// `POST /conversions/decide`: on to the page that shows the effect.
pub async fn decide(access: Access, form: Form) -> Answer {
    let status = form.get("status").parse();
    let status = status.map_err(|_| Failure::malformed("status", "must be approved, pending or rejected"))?;
    let ids = form.all("ids").map(id_of).collect::<Result<Vec<_>, _>>();
    let ids = ids.map_err(|_| Failure::malformed("ids", "must be ids of conversions"))?;
    if ids.is_empty() && !form.is_ticked("all") {
        let back = match form.raw("filter") {
            "" => "/conversions".to_owned(),
            filter => format!("/conversions?{filter}"),
        };
        let told = "Nothing is ticked. Tick the conversions first, or take all that fit the filter.";
        return Ok(flash::see_other(&back, Signal::Warn, told));
    }
    let upload = ready(&access, status, ids, form.raw("filter")).await.map_err(|failure| match failure {
        // Nobody was faster: too many fit, or none.
        Failure::Conflict(problem) => Failure::field(&problem.field, problem.message),
        other => other,
    })?;
    Ok(answer::see_other(&format!("/settings/uploads/{}", upload.id)))
}

async fn ready(
    access: &Access,
    status: ConversionStatus,
    ids: Vec<ClickId>,
    filter: &str,
) -> Result<Upload, Failure> {
    let words = words(status, &ids, filter);
    let decision = Decision { status, stretch: stretch(access, filter)?, ids, words };
    Ok(conversions::decide(access.scope(), &access.actor(), &decision).await?)
}

/// What a filter's query asks for.
fn stretch(access: &Access, filter: &str) -> Result<Stretch, Failure> {
    let kept = Form::read(filter.as_bytes());
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let asked =
        kept.fields().iter().filter(|(name, value)| !PLACE.contains(&name.as_str()) && !value.is_empty());
    query.extend_pairs(asked);
    let listing = Listing::read(&query.finish(), &filters::CONVERSIONS)?;
    log::stretch(access, &listing, &filters::CONVERSIONS, filters::filter)
}

fn words(status: ConversionStatus, ids: &[ClickId], filter: &str) -> String {
    let which = match (ids.len(), filter) {
        (0, "") => "all conversions".to_owned(),
        (0, filter) => filter.chars().take(200).collect(),
        (count, _) => crate::web::format::counted(count, "conversion"),
    };
    format!("{} to {which}", status.name())
}

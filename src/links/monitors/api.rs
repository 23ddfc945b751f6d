//! Monitors in the API: the objects, what is known of their sites, their checks.

use crate::web::{
    Access, Answer, Failure, Listing, answer,
    objects::{Compared, Object},
    status::STATUSES,
};
use actix_web::{HttpRequest, web::Path};
use domain::{
    identity::Section,
    links::{Check, Monitor, SiteState},
    shared::{MonitorId, Problems, Status},
};
use serde_json::{Value, json};
use store::{
    links::{Uptime, ask_for_check, checks_of, site_state, uptime_of},
    shared::now_millis,
};

const DAY: i64 = 86_400_000;
/// The stretches that the share of good checks is told of, in days.
pub(super) const UPTIME_DAYS: [i64; 3] = [1, 7, 30];

impl Object for Monitor {
    type Input = Self;
    const SECTION: Section = Section::Links;
    const SCHEMA: &'static str = "Monitor";
    const COLLECTION: &'static str = "/api/v1/monitors";
    const ID: &'static str = "monitor_id";
    const STATUS: bool = true;
    const FILTERS: &'static [(&'static str, Compared)] =
        &[("name", Compared::Text), ("status", Compared::Word(&STATUSES))];

    fn input(&self) -> Self {
        self.clone()
    }

    fn of_input(input: Self, _: i64) -> Self {
        Self { url: input.url.trim().to_owned(), ..input }
    }

    fn problems(&self) -> Problems {
        Self::problems(self)
    }

    fn removed(self) -> Option<Self> {
        Some(Self { status: Status::Deleted, ..self })
    }
}

/// How the checks of the last 24 hours, 7 days and 30 days came out.
pub(super) async fn uptimes(access: &Access, monitor: MonitorId, now: i64) -> Result<[Uptime; 3], Failure> {
    let mut found = [Uptime::default(); 3];
    for (uptime, days) in found.iter_mut().zip(UPTIME_DAYS) {
        *uptime = uptime_of(access.scope(), monitor, now - days * DAY).await?;
    }
    Ok(found)
}

/// The share of good checks, 0 to 1; none without a check.
#[allow(clippy::cast_precision_loss, reason = "checks stay far below 2^53")]
pub(super) fn share(uptime: Uptime) -> Option<f64> {
    let whole = uptime.up + uptime.failed;
    (whole > 0).then(|| uptime.up as f64 / whole as f64)
}

/// `GET /api/v1/monitors/{monitor_id}/state`
pub async fn state(access: Access, id: Path<i64>) -> Answer {
    let (monitor, now) = (MonitorId(*id), now_millis());
    let state = site_state(access.scope(), monitor).await?;
    let uptimes = uptimes(&access, monitor, now).await?;
    let last = checks_of(access.scope(), monitor, None, 1).await?;
    Ok(answer::json(&shown(monitor, &state, now, uptimes, last.first())?))
}

fn shown(
    monitor: MonitorId,
    state: &SiteState,
    now: i64,
    uptimes: [Uptime; 3],
    last: Option<&Check>,
) -> Result<Value, Failure> {
    let moment = |millis: i64| (millis != 0).then(|| answer::moment(millis)).transpose();
    let [day, week, month] = uptimes.map(share);
    Ok(json!({
        "monitor_id": monitor,
        "status": state.at(now).name(),
        "since": moment(state.since)?,
        "checked_at": moment(state.checked_at)?,
        "valid_until": moment(state.valid_until)?,
        "failures": state.failures,
        "successes": state.successes,
        "uptime_day": day,
        "uptime_week": week,
        "uptime_month": month,
        "last_check": last.map(check).transpose()?,
    }))
}

fn check(check: &Check) -> Result<Value, Failure> {
    Ok(json!({
        "at": answer::moment(check.at)?,
        "outcome": check.outcome.name(),
        "http_status": check.status,
        "latency_ms": check.latency,
        "why": (!check.why.is_empty()).then_some(check.why.as_str()),
    }))
}

/// `GET /api/v1/monitors/{monitor_id}/checks`
pub async fn checks(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let listing = Listing::read(request.query_string(), &[])?;
    access.scope().get::<Monitor>(*id).await?;
    let page = listing.page()?;
    let found = checks_of(access.scope(), MonitorId(*id), page.before, page.limit).await?;
    listing.answer(found, |check| check.at, |one| check(&one))
}

/// `POST /api/v1/monitors/{monitor_id}/check`
pub async fn check_now(access: Access, id: Path<i64>) -> Answer {
    asked(&access, *id).await?;
    state(access, id).await
}

/// Makes a check due now.
pub(super) async fn asked(access: &Access, monitor: i64) -> Result<(), Failure> {
    if ask_for_check(access.scope(), MonitorId(monitor)).await? {
        return Ok(());
    }
    Err(Failure::field("status", "is not active: only sites of active monitors are checked"))
}

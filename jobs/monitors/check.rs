//! One check: the site is asked, and what it answers is judged. What keeps this machine from asking is told
//! apart from what keeps the site from answering: only the latter counts against the site.

use crate::outgoing::{Answer, Call, Failure, Method, Outgoing};
use domain::links::{BODY_READ, Check, CheckMethod, CheckOutcome, Monitor};
use std::time::{Duration, Instant};
use store::shared::now_millis;

/// Makes a check now.
pub(super) async fn made(outgoing: &Outgoing, monitor: &Monitor) -> Check {
    let (at, began) = (now_millis(), Instant::now());
    let asked = outgoing.ask(&call(monitor)).await;
    let latency = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
    let (outcome, status, why) = judged(monitor, asked);
    Check { at, outcome, status, latency, why }
}

fn call(monitor: &Monitor) -> Call {
    let method = match monitor.method {
        CheckMethod::Get => Method::GET,
        CheckMethod::Head => Method::HEAD,
    };
    Call {
        method,
        url: monitor.url.trim().to_owned(),
        timeout: Duration::from_secs(u64::from(monitor.timeout_seconds)),
        body: if monitor.reads_body() { BODY_READ } else { 0 },
    }
}

fn judged(monitor: &Monitor, asked: Result<Answer, Failure>) -> (CheckOutcome, Option<u16>, String) {
    match asked {
        Ok(Answer { status, body }) => match monitor.judge(status, &body) {
            Ok(()) => (CheckOutcome::Up, Some(status), String::new()),
            Err(why) => (CheckOutcome::Failed, Some(status), why),
        },
        Err(Failure::NoAnswer(why)) => (CheckOutcome::Failed, None, why),
        Err(failure @ (Failure::Forbidden(_) | Failure::Unable(_))) => {
            (CheckOutcome::NotMade, None, failure.to_string())
        }
    }
}

//! Parts of pages that stay true while one looks: the part alone, once, or as server-sent events for as
//! long as the page is open. A part is sent again when something of the network has been drained, and at least every
//! 15 seconds; a stream ends after two minutes, so that whoever is signed out loses it, and the page
//! comes back by itself.

use super::{Access, Answer, Failure};
use crate::state::Stopping;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, ContentType},
    web::Bytes,
};
use chrono::Utc;
use domain::shared::Calendar;
use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

/// How often is looked whether anything has been drained.
const LOOK: Duration = Duration::from_secs(2);
/// The least time between two sendings.
const LEAST: Duration = Duration::from_secs(4);
/// A part that takes long is made again after so many times as long.
const SHARE: u32 = 20;
/// The longest: what keeps the connection alive, and shows what no drain brings, such as a decision by hand.
const MOST: Duration = Duration::from_secs(15);
/// How long a stream lasts.
const WHOLE: Duration = Duration::from_secs(120);

/// Answers with a part: as events where the browser asks for them.
///
/// # Errors
/// What making the part says.
pub async fn part<F>(access: Access, request: &HttpRequest, render: F) -> Answer
where
    F: AsyncFn(&Access) -> Result<String, Failure> + 'static,
{
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if !accepted.is_some_and(|accepted| accepted.contains("text/event-stream")) {
        return Ok(HttpResponse::Ok().content_type(ContentType::html()).body(render(&access).await?));
    }
    let pulse = pulse(&access).await?;
    let stopping = access.state().stopping.clone();
    let now = Instant::now();
    let beat = Beat { access, render, stopping, pulse, began: now, sent: now, least: LEAST };
    let hello = Ok::<_, Infallible>(Bytes::from_static(b"retry: 1000\n\n"));
    let events = futures::stream::unfold(beat, |mut beat| async move {
        let event = beat.next().await?;
        Some((Ok(event), beat))
    });
    let stream = futures::StreamExt::chain(futures::stream::iter([hello]), events);
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream; charset=utf-8")
        // Without it the events would wait in the compressor.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(Box::pin(stream)))
}

/// A stream of one part.
struct Beat<F> {
    access: Access,
    render: F,
    stopping: Stopping,
    pulse: i64,
    began: Instant,
    sent: Instant,
    /// The least time to the next sending.
    least: Duration,
}

impl<F> Beat<F>
where
    F: AsyncFn(&Access) -> Result<String, Failure>,
{
    /// The next event; none at the end of the stream.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = self.stopping.wait() => return None,
            }
            if self.began.elapsed() > WHOLE {
                return None;
            }
            let since = self.sent.elapsed();
            let pulse = pulse(&self.access).await.ok()?;
            if since < MOST && (pulse == self.pulse || since < self.least) {
                continue;
            }
            let began = Instant::now();
            let part = (self.render)(&self.access).await.ok()?;
            (self.pulse, self.sent) = (pulse, Instant::now());
            self.least = LEAST.max(began.elapsed() * SHARE).min(MOST);
            return Some(Bytes::from(event(&part)));
        }
    }
}

async fn pulse(access: &Access) -> Result<i64, Failure> {
    let hour = Calendar::new(access.entrant().network.zone).hour(Utc::now());
    Ok(store::reports::pulse(access.scope(), hour).await?)
}

fn event(part: &str) -> String {
    let lines: String = part.lines().map(|line| format!("data: {line}\n")).collect();
    format!("event: part\n{lines}\n")
}

/// A page or a part of one that is made of a template.
///
/// # Errors
/// The template failed.
pub fn rendered(template: &impl askama::Template) -> Result<String, Failure> {
    Ok(template.render()?)
}

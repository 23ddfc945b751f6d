//! What a serving process does once a minute: forgets full buckets and what has had its time.

use crate::state::State;
use actix_web::web;
use std::time::Duration;

const EACH: Duration = Duration::from_secs(60);

/// Runs until it is dropped. A failure is logged and tried again in a minute.
pub async fn run(state: web::Data<State>) {
    loop {
        tokio::time::sleep(EACH).await;
        state.limits.purge();
        if let Err(error) = store::identity::sweep(&state.database).await {
            tracing::warn!(%error, "what has had its time was not removed");
        }
    }
}

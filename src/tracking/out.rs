//! `/out/{click id}`: the way on from a campaign's landing page, to the offer that was chosen with the click.
//! The address was made with the click and kept with it; what this process has seen lately it knows without
//! the database. Where it can't be had the visitor goes to the network's fallback URL, never to an error.

use super::{
    answer,
    click::{Visitor, host, others},
    live::Live,
    query::LinkQuery,
    records::Decided,
    tracker::Tracker,
};
use actix_web::{HttpRequest, HttpResponse};
use domain::{
    offers::{Redirect, ReferrerPolicy},
    shared::{ClickId, OfferId},
    tracking::{Code, Destination, destination_url},
};
use quick_cache::sync::Cache;
use std::sync::Arc;
use store::tracking::onward_of;

/// How many clicks are remembered.
const REMEMBERED: usize = 50_000;

/// Where the landing pages that were shown lately lead on to.
pub struct Onwards(Cache<u128, Arc<Onward>>);

/// Where one leads on to.
struct Onward {
    offer: OfferId,
    url: String,
}

impl Default for Onwards {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED))
    }
}

impl Onwards {
    /// Remembers where a click's landing page leads on to, if it was shown one.
    pub fn remember(&self, decided: &Decided<'_>) {
        let Some((url, id)) = decided.onward.as_ref().zip(decided.ids.last()) else { return };
        let offer = decided.decision.hops.last().and_then(|hop| hop.offer).unwrap_or_default();
        self.0.insert(id.0, Arc::new(Onward { offer, url: url.clone() }));
    }
}

/// Answers a visitor who leaves a landing page.
pub async fn out(tracker: &Tracker, request: &HttpRequest, id: &str) -> HttpResponse {
    let Ok(id) = id.parse::<ClickId>() else { return answer::page(Code::UnknownLink) };
    let network = id.parts().network;
    // A network's own tracking domain leads on its own clicks alone.
    let is_foreign = tracker.plans.owner_of(host(request)).is_some_and(|owner| owner != network);
    let Some(live) = tracker.plans.of(network).filter(|_| !is_foreign) else {
        return answer::page(Code::UnknownLink);
    };
    match find(tracker, &live, id).await {
        Ok(Some(onward)) => {
            let offer = live.plan.offer_of(onward.offer);
            let (how, policy) = offer.map_or((Redirect::default(), ReferrerPolicy::default()), |offer| {
                (offer.document().redirect, offer.document().referrer_policy)
            });
            answer::redirect(how, policy, &onward.url, &tracker.hasher)
        }
        Ok(None) => answer::page(Code::UnknownLink),
        Err(error) => {
            tracing::warn!(%error, click = %id, "it is not known where a landing page leads on to");
            to_fallback(tracker, request, &live, id)
        }
    }
}

async fn find(tracker: &Tracker, live: &Live, id: ClickId) -> Result<Option<Arc<Onward>>, store::Error> {
    if let Some(known) = tracker.onwards.0.get(&id.0) {
        return Ok(Some(known));
    }
    let found = onward_of(&tracker.plans.database, live.plan.network(), id).await?;
    Ok(found.map(|(offer, url)| Arc::new(Onward { offer, url })))
}

fn to_fallback(tracker: &Tracker, request: &HttpRequest, live: &Live, id: ClickId) -> HttpResponse {
    let signals = tracker.signals.read(request);
    let session = tracker.hasher.keys(live.plan.network(), signals.ip, &signals.agent.user_agent, "");
    let visitor = Visitor { signals, session, domain: None };
    let query = LinkQuery::read("");
    let others = others(&query);
    let visit = visitor.visit(&query, &others);
    match destination_url(&live.plan, &Destination::Fallback, &visit, None, id) {
        Some(url) => answer::redirect(Redirect::default(), ReferrerPolicy::default(), &url, &tracker.hasher),
        None => answer::page(Code::NoMatchingOffer),
    }
}

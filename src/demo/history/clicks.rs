//! One click of the demo's past: decided at its own moment, as a request's would be.

use super::{ADVERTISER, History};
use crate::{
    demo::{
        crowd::Comer,
        outcome::{Clicked, outcome},
    },
    tracking::{
        Tracker,
        click::Visitor,
        query::LinkQuery,
        realise::realise,
        records::Decided,
        signals::{Agent, Language, Signals},
    },
};
use actix_web::http::header::{HeaderMap, HeaderValue, USER_AGENT};
use chrono::DateTime;
use domain::tracking::{Dice, Target, Verdict};
use rand::RngExt;
use std::{borrow::Cow, cmp::Reverse, sync::Arc};

impl History {
    /// A visitor comes and clicks; what may come of it falls due later.
    pub(super) fn click(&mut self, side: usize, at: i64) {
        let comer = self.stage.next(side);
        let visitor = self.visitor(side, &comer);
        let crowd = &self.stage.sides[side].crowd;
        let mut query =
            LinkQuery { source_id: Cow::Borrowed(&crowd.source(&comer).name), ..LinkQuery::default() };
        for (slot, value) in query.subs.iter_mut().zip(crowd.subs(&comer)) {
            *slot = Cow::Borrowed(value);
        }
        let visit = visitor.visit(&query, &[]);
        let track = &self.tracks[side];
        let target = track.live.plan.target_by_code(self.stage.sides[side].code(comer.aim));
        let target = target.unwrap_or(Target::Unknown);
        let now = DateTime::from_timestamp_millis(at).unwrap_or_default();
        let seed = self.stage.random.random();
        let partner = Some(track.partners[comer.partner]);
        let realised = realise(&track.live, &self.tracker.keys, partner, target, &visit, now, Dice(seed));
        let decided = Decided::new(&track.live, &visit, realised, &self.tracker.ids, now, seed);
        self.bodies.extend(decided.bodies());
        let ended = decided.decision.hops.last().filter(|hop| hop.verdict != Verdict::Invalid);
        let place = ended.and_then(|hop| track.places.get(&hop.offer?.0));
        if let (Some(place), Some(id)) = (place, decided.ids.last()) {
            let side = &self.stage.sides[side];
            let (offer, source) = (&side.entry.offers[*place], side.crowd.source(&comer));
            let token = side.token(offer);
            let clicked = Clicked {
                id: *id,
                at,
                offer,
                token,
                quality: source.quality,
                fraud: source.fraud,
                haste: 1.0,
            };
            self.due.extend(outcome(&clicked, &mut self.stage.random).into_iter().map(Reverse));
        }
    }

    fn visitor(&self, side: usize, comer: &Comer) -> Visitor {
        let agent = Arc::clone(&self.agents[comer.agent]);
        let side = &self.stage.sides[side];
        let session = self.tracker.hasher.keys(side.kept.id, comer.address(), &agent.user_agent, "");
        let language = Language::preferred(side.crowd.accept_language(comer).as_bytes());
        let place = self.tracker.signals.place_of(comer.address());
        Visitor {
            signals: Signals { ip: comer.address(), place, language, agent, referrer: String::new() },
            session,
            domain: side.domain(comer).map(Arc::from),
        }
    }
}

/// A user agent, read as a request's would be.
pub(super) fn agent(tracker: &Tracker, name: &'static str) -> Arc<Agent> {
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, HeaderValue::from_static(name));
    tracker.signals.read_headers(ADVERTISER, &headers).agent
}

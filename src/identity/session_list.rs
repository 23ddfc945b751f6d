//! How sessions are shown and ended: one's own, and those of others by whoever manages people.

use super::{device, reach::may_manage, session::token_hash};
use crate::web::{Access, Failure, format, markup::Markup};
use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use domain::shared::{Calendar, UserId};
use store::identity::{Session, Which, person, revoke_sessions, sessions_of};

/// A session as a page shows it.
pub(super) struct Shown {
    pub id: String,
    pub device: String,
    pub agent: String,
    pub ip: String,
    pub began: Markup,
    pub seen: Markup,
    /// Whether it is the one that the page was asked for with.
    pub is_this: bool,
}

/// The sessions of a person, the one seen last first.
///
/// # Errors
/// [`Failure::NotFound`] where the network has no such person.
pub(super) async fn shown(access: &Access, request: &HttpRequest, id: UserId) -> Result<Vec<Shown>, Failure> {
    person(access.scope(), id).await?;
    let found = sessions_of(&access.state().database, access.network(), id).await?;
    let (own, now) = (token_hash(request), Utc::now());
    let calendar = Calendar::new(access.entrant().network.zone);
    let at = |millis: i64| DateTime::from_timestamp_millis(millis).unwrap_or_default();
    let show = |session: Session| Shown {
        id: session.id(),
        device: device::words(&session.user_agent),
        is_this: session.is_of(own),
        began: format::moment_html(at(session.created_at), calendar),
        seen: format::ago_html(at(session.seen_at), now, calendar),
        agent: session.user_agent,
        ip: session.ip,
    };
    Ok(found.into_iter().map(show).collect())
}

/// Ends sessions of somebody else; gives how many.
///
/// # Errors
/// [`Failure::NotFound`]; refused where the person's role reaches further than that of whoever asks.
pub(super) async fn revoke(access: &Access, id: UserId, which: Which<'_>) -> Result<usize, Failure> {
    let (database, network) = (&access.state().database, access.network());
    let person = person(access.scope(), id).await?;
    may_manage(access, &person).await?;
    Ok(revoke_sessions(database, network, &access.actor(), id, which).await?)
}

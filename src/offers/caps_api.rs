//! How full the caps of an offer are, and when they will be reached at today's pace, by the API.

use crate::web::{
    Access, Answer, Failure, Listing, Route, answer,
    describe::{About, Fields, Gives, Parameter, Schemas, decimal, moment_or_null, number_or_null, word},
    objects::path_id,
    plan_view::{CapUse, cap_uses},
};
use actix_web::HttpRequest;
use domain::{
    accounts::PartnerOffer,
    identity::Section,
    offers::{Cap, CapMeasure, CapPeriod, Offer, Outlook},
    shared::Micros,
};
use serde_json::{Value, json};
use store::shared::{Filter, Page};

const PARAMETERS: [Parameter; 1] =
    [("partner_id", "The caps of this partner's share of the offer instead of the offer's own.")];

pub fn routes() -> Vec<Route> {
    let about = About::new("See how full the caps of an offer are", Gives::List("CapUse")).with(&PARAMETERS);
    vec![Route::get("/api/v1/offers/{offer_id}/caps", Section::Offers, show).about(about)]
}

pub fn schemas() -> Schemas {
    let outlooks = ["reached", "at", "short", "idle"];
    let cap = Fields::of("A cap and how much of it is used in its period, as this node counts.")
        .shown("period", word("Of its period.", &CapPeriod::ALL.map(CapPeriod::name)))
        .shown("measure", word("What it counts.", &CapMeasure::ALL.map(CapMeasure::name)))
        .shown("limit", decimal("How much of it may come."))
        .shown("used", decimal("How much has come."))
        .shown("share", number_or_null("The one by the other; 1 is full."))
        .shown(
            "outlook",
            word(
                "`reached`; `at` today's pace it is reached at `reached_at`; it stays `short` of it; `idle` where nothing came today.",
                &outlooks,
            ),
        )
        .shown("reached_at", moment_or_null("When it is reached at today's pace."));
    vec![("CapUse", cap.done())]
}

async fn show(access: Access, request: HttpRequest) -> Answer {
    let offer = access.scope().get::<Offer>(path_id(&request, "offer_id")?).await?;
    let listing = Listing::read(request.query_string(), &["partner_id"])?;
    let partner = listing.parsed::<i64>("partner_id", "an id")?;
    let caps = match partner {
        Some(partner) => caps_of(&access, offer.id, partner).await?,
        None => offer.body.caps,
    };
    let used = cap_uses(&access, &request, offer.id, partner, &caps);
    listing.answer(used, |_| 0, |used| shown(&used))
}

/// The caps of a partner on an offer; none where it has no terms of its own.
async fn caps_of(access: &Access, offer: i64, partner: i64) -> Result<Vec<Cap>, Failure> {
    let filter = Filter::exactly([("offer_id", offer), ("partner_id", partner)]);
    let terms = access.scope().list::<PartnerOffer>(&filter, Page { before: None, limit: 1 }).await?;
    Ok(terms.into_iter().next().map_or_else(Vec::new, |terms| terms.body.caps))
}

fn shown(used: &CapUse) -> Result<Value, Failure> {
    let (outlook, at) = match used.ahead {
        Outlook::Reached => ("reached", None),
        Outlook::At(at) => ("at", Some(answer::moment(at.timestamp_millis())?)),
        Outlook::Short(_) => ("short", None),
        Outlook::Idle => ("idle", None),
    };
    Ok(json!({
        "period": used.cap.period.name(),
        "measure": used.cap.measure.name(),
        "limit": used.cap.limit,
        "used": Micros(used.amount),
        "share": used.share,
        "outlook": outlook,
        "reached_at": at,
    }))
}

//! What waits for a person: caps that fill, calls that were refused, applications, conversions that
//! nobody has approved yet.

use super::{
    answer::report,
    question::{Question, Range},
};
use crate::{
    Error,
    shared::{Filter, Page, Scope, rows},
};
use domain::{
    accounts::PartnerOffer,
    offers::{Cap, CapMeasure, CapPeriod, Offer, OfferStatus},
    reports::Measures,
    shared::{ClickId, DayNumber, HourNumber, OfferId, PartnerId},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// The most caps, and advertisers with refused calls, that are told of.
const MOST: usize = 6;
/// Of how many of the latest calls the refused ones are counted.
const MOST_CALLS: i64 = 5_000;
/// How far back pending conversions are counted, in days.
const PENDING_DAYS: i64 = 30;

/// What waits.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    pub caps: Vec<Filling>,
    /// Within the last hour, the most first.
    pub refused: Vec<RefusedCalls>,
    /// Partners that wait for an answer: how many, and the first few by id.
    pub applications: i64,
    pub applicants: Vec<i64>,
    /// Base conversions from `pending_from` to now.
    pub pending: i64,
    pub pending_from: DayNumber,
    /// Sources that a SmartSwitch rule is about to act on; none where there are none.
    pub sources: Option<PendingSources>,
}

/// Sources in the delay between the notice and the action.
#[derive(Clone, Debug, FromQueryResult)]
pub struct PendingSources {
    pub count: i64,
    /// Of these, those whose clicks will see a blank page.
    pub blocked: i64,
    /// When the first delay ends, in milliseconds since 1970 UTC.
    pub due_at: i64,
}

/// A cap of which 90 % or all is used.
#[derive(Clone, Debug)]
pub struct Filling {
    pub offer: OfferId,
    pub partner: Option<PartnerId>,
    pub cap: Cap,
    /// What is used in the period; none where the period has no beginning.
    pub used: Option<i64>,
    /// What was used today so far.
    pub today: Option<i64>,
    pub is_reached: bool,
}

/// Calls of one advertiser that were refused with one code.
#[derive(Clone, Debug, FromQueryResult)]
pub struct RefusedCalls {
    pub advertiser_id: i64,
    pub code: i64,
    pub count: i64,
}

#[derive(FromQueryResult)]
struct Level {
    offer_id: i64,
    partner_id: i64,
    measure: String,
    period: String,
    amount: i64,
    percent: i64,
}

#[derive(FromQueryResult)]
struct Applicant {
    partner_id: i64,
    whole: i64,
}

/// Reads what waits; `hour` is the one that is running, `since` an hour ago in milliseconds since 1970.
///
/// # Errors
/// What the database said.
pub async fn needs(scope: Scope<'_>, hour: HourNumber, since: i64) -> Result<Needs, Error> {
    let today = hour.day();
    let pending_from = DayNumber(today.0 - PENDING_DAYS);
    let month = Range::days(pending_from, DayNumber(today.0 + 1));
    let applicants = applicants(scope).await?;
    Ok(Needs {
        caps: caps(scope, today).await?,
        refused: refused(scope, since).await?,
        applications: applicants.first().map_or(0, |first| first.whole),
        applicants: applicants.iter().map(|one| one.partner_id).collect(),
        pending: report(scope, &Question::of(month)).await?.totals.pending,
        pending_from,
        sources: sources(scope).await?,
    })
}

async fn sources(scope: Scope<'_>) -> Result<Option<PendingSources>, Error> {
    let sql = format!(
        "SELECT COUNT(*) AS count, CAST(COALESCE(SUM(CASE WHEN action = 'block' THEN 1 ELSE 0 END), 0) AS BIGINT) \
         AS blocked, COALESCE(MIN(due_at), 0) AS due_at FROM actionable_variables WHERE network_id = $1 \
         AND state = 'pending'{}",
        scope.and_seen_partners("partner_id")
    );
    let found: Vec<PendingSources> =
        rows(scope.database().read(), &sql, vec![scope.network().0.into()]).await?;
    Ok(found.into_iter().next().filter(|sources| sources.count > 0))
}

async fn applicants(scope: Scope<'_>) -> Result<Vec<Applicant>, Error> {
    let sql = format!(
        "SELECT partner_id, COUNT(*) OVER () AS whole FROM partner_offers \
         WHERE network_id = $1 AND state = 'pending'{} ORDER BY updated_at LIMIT 3",
        scope.and_seen_partners("partner_id")
    );
    rows(scope.database().read(), &sql, vec![scope.network().0.into()]).await
}

/// Calls are of advertisers and so of all partners: nobody who sees some only is told of them.
async fn refused(scope: Scope<'_>, since: i64) -> Result<Vec<RefusedCalls>, Error> {
    if scope.is_limited() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT advertiser_id, code, COUNT(*) AS count FROM (SELECT advertiser_id, code, outcome FROM postbacks \
         WHERE network_id = $1 AND id >= $2 ORDER BY id DESC LIMIT {MOST_CALLS}) AS latest \
         WHERE outcome = 'refused' GROUP BY advertiser_id, code ORDER BY COUNT(*) DESC, advertiser_id LIMIT {MOST}"
    );
    let first = Uuid::from_u128(ClickId(u128::from(since.unsigned_abs()) << 80).0);
    rows(scope.database().read(), &sql, vec![scope.network().0.into(), first.into()]).await
}

async fn caps(scope: Scope<'_>, today: DayNumber) -> Result<Vec<Filling>, Error> {
    let sql = format!(
        "SELECT offer_id, partner_id, measure, period, amount, MAX(percent) AS percent FROM cap_levels \
         WHERE network_id = $1 AND ((period = 'daily' AND first_day = $2) OR (period = 'weekly' AND first_day = $3) \
         OR (period = 'monthly' AND first_day = $4) OR period = 'global'){} \
         GROUP BY offer_id, partner_id, measure, period, amount ORDER BY MAX(at) DESC LIMIT {}",
        scope.and_seen_partners("partner_id"),
        MOST * 2
    );
    let values = vec![
        scope.network().0.into(),
        today.0.into(),
        today.monday().0.into(),
        today.first_of_month().0.into(),
    ];
    let levels: Vec<Level> = rows(scope.database().read(), &sql, values).await?;
    let mut found = Vec::new();
    for level in levels {
        if let Some(filling) = filling(scope, &level, today).await? {
            found.push(filling);
        }
    }
    found.truncate(MOST);
    Ok(found)
}

/// The cap behind a level; none where the offer sleeps, or has another cap by now.
async fn filling(scope: Scope<'_>, level: &Level, today: DayNumber) -> Result<Option<Filling>, Error> {
    let offer = match scope.get::<Offer>(level.offer_id).await {
        Ok(offer) if offer.body.status == OfferStatus::Active => offer.body,
        Ok(_) | Err(Error::Missing) => return Ok(None),
        Err(error) => return Err(error),
    };
    let caps = match level.partner_id {
        0 => offer.caps,
        partner => {
            let filter = Filter::exactly([("partner_id", partner), ("offer_id", level.offer_id)]);
            let found = scope.list::<PartnerOffer>(&filter, Page::default()).await?;
            found.into_iter().flat_map(|stored| stored.body.caps).collect()
        }
    };
    let is_it = |cap: &&Cap| {
        cap.limit.0 == level.amount
            && cap.measure.name() == level.measure
            && cap.period.name() == level.period
    };
    let Some(cap) = caps.iter().find(is_it).copied() else { return Ok(None) };
    let first = match cap.period {
        CapPeriod::Daily => Some(today),
        CapPeriod::Weekly => Some(today.monday()),
        CapPeriod::Monthly => Some(today.first_of_month()),
        CapPeriod::Global => None,
    };
    let mut filling = Filling {
        offer: OfferId(level.offer_id),
        partner: Some(PartnerId(level.partner_id)).filter(|partner| partner.0 != 0),
        cap,
        used: None,
        today: None,
        is_reached: level.percent >= 100,
    };
    if let Some(first) = first {
        filling.used = Some(used(scope, &filling, first, today).await?);
        filling.today = Some(used(scope, &filling, today, today).await?);
    }
    Ok(Some(filling))
}

async fn used(scope: Scope<'_>, of: &Filling, first: DayNumber, today: DayNumber) -> Result<i64, Error> {
    let mut question = Question::of(Range::days(first, DayNumber(today.0 + 1)));
    question.filters.offers = vec![of.offer];
    question.filters.partners = of.partner.into_iter().collect();
    Ok(measured(of.cap.measure, &report(scope, &question).await?.totals))
}

/// What a cap counts, in the limit's millionths.
fn measured(measure: CapMeasure, sums: &Measures) -> i64 {
    match measure {
        CapMeasure::Clicks => sums.clicks() * 1_000_000,
        CapMeasure::Conversions => sums.approved * 1_000_000,
        CapMeasure::Payout => sums.payout.0,
        CapMeasure::Revenue => sums.revenue.0,
    }
}

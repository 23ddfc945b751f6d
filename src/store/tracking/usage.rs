//! How much of each cap is used: sums of the roll-ups over a network's current day, week, month and all
//! time, read in one statement with the watermark of the node that asks, so that it knows which of its
//! own clicks are in them.

use super::{Position, Record};
use crate::{
    Error,
    shared::{self, Executor},
};
use domain::shared::{ClickId, DayNumber, NetworkId, NodeId};
use sea_orm::{DbErr, FromQueryResult, QueryResult};
use std::ops::{AddAssign, SubAssign};

/// What is counted of caps. Money in millionths.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Used {
    pub clicks: i64,
    pub conversions: i64,
    pub payout: i64,
    pub revenue: i64,
}

impl AddAssign for Used {
    fn add_assign(&mut self, more: Self) {
        self.clicks += more.clicks;
        self.conversions += more.conversions;
        self.payout += more.payout;
        self.revenue += more.revenue;
    }
}

impl SubAssign for Used {
    fn sub_assign(&mut self, less: Self) {
        self.clicks -= less.clicks;
        self.conversions -= less.conversions;
        self.payout -= less.payout;
        self.revenue -= less.revenue;
    }
}

/// What one record of the spool takes of its offer's caps, at which moment in milliseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Take {
    pub network: NetworkId,
    pub offer: i64,
    pub partner: i64,
    pub at: i64,
    pub used: Used,
}

impl Take {
    /// Of a click that counts, or of an impression that earns; none of anything else.
    #[must_use]
    pub fn of(record: &Record<'_>) -> Option<Self> {
        let (id, offer, partner, used) = match record {
            Record::Click(click) => {
                let clicks = i64::from(click.reserves);
                let used = Used { clicks, conversions: 0, payout: click.payout, revenue: click.revenue };
                (click.id, click.offer_id, click.partner_id, used)
            }
            Record::Impression(shown) => {
                let used = Used { payout: shown.payout, revenue: shown.revenue, ..Used::default() };
                (shown.id, shown.offer_id, shown.partner_id, used)
            }
            Record::Postback(_) | Record::Pixel(_) => return None,
        };
        let parts = ClickId(id).parts();
        let take = Self { network: parts.network, offer, partner, at: parts.millis, used };
        (used != Used::default()).then_some(take)
    }
}

/// What is asked. Days are of the network's zone.
#[derive(Clone, Copy, Debug)]
pub struct UsageQuestion<'a> {
    pub network: NetworkId,
    /// Whose watermark comes with the answer.
    pub node: NodeId,
    /// Only these offers.
    pub offers: &'a [i64],
    /// The first days of the periods; none for all time.
    pub starts: [Option<DayNumber>; PERIODS],
    /// Only what happened from this day on; none for everything. A period that begins earlier comes out short.
    pub from: Option<DayNumber>,
    /// The days from this one on are summed by themselves.
    pub recent: DayNumber,
}

/// How many periods a cap can have.
pub const PERIODS: usize = 4;

/// What one partner has used of one offer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Usage {
    pub offer: i64,
    pub partner: i64,
    /// Whether it is the sum of the recent days, or of those before.
    pub is_recent: bool,
    /// In each period.
    pub used: [Used; PERIODS],
}

/// What the database holds, and up to where it has the asking node's spool.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UsageAnswer {
    pub watermark: Position,
    pub rows: Vec<Usage>,
}

/// The sums' columns: four measures a period.
const SUMS: [&str; 4 * PERIODS] =
    ["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12", "s13", "s14", "s15"];
/// What is summed, in the order of [`Used`]. Conversions count by their own time.
const MEASURES: [&str; 4] = ["unique_clicks + duplicate_clicks", "approved", "payout", "revenue"];

struct Row {
    watermark: Position,
    usage: Option<Usage>,
}

impl FromQueryResult for Row {
    fn from_query_result(row: &QueryResult, _prefix: &str) -> Result<Self, DbErr> {
        let number = |name: &str| row.try_get::<i64>("", name);
        let watermark = Position {
            segment: number("segment")?.unsigned_abs(),
            offset: number("offset_bytes")?.unsigned_abs(),
        };
        let Some(offer) = row.try_get::<Option<i64>>("", "offer_id")? else {
            return Ok(Self { watermark, usage: None });
        };
        let mut used = [Used::default(); PERIODS];
        for (used, names) in used.iter_mut().zip(SUMS.chunks_exact(4)) {
            *used = Used {
                clicks: number(names[0])?,
                conversions: number(names[1])?,
                payout: number(names[2])?,
                revenue: number(names[3])?,
            };
        }
        let (partner, is_recent) = (number("partner_id")?, number("recent")? != 0);
        Ok(Self { watermark, usage: Some(Usage { offer, partner, is_recent, used }) })
    }
}

/// What is used of the caps of some offers. One statement sees one state: the sums hold exactly what
/// the node had drained up to the watermark that comes with them.
///
/// # Errors
/// What the database said; [`Error::Missing`] where it does not know the node.
pub async fn usage_of(executor: &impl Executor, question: &UsageQuestion<'_>) -> Result<UsageAnswer, Error> {
    let first = |day: Option<DayNumber>| day.map_or(i64::MIN, |day| day.0);
    let mut values = vec![question.network.0.into(), first(question.from).into(), question.recent.0.into()];
    values.extend(question.starts.map(|day| first(day).into()));
    values.push(question.node.0.into());
    let rows: Vec<Row> = shared::rows(executor, &sql(question.offers), values).await?;
    let watermark = rows.first().ok_or(Error::Missing)?.watermark;
    Ok(UsageAnswer { watermark, rows: rows.into_iter().filter_map(|row| row.usage).collect() })
}

fn sql(offers: &[i64]) -> String {
    let mut sums = String::new();
    for (place, name) in SUMS.iter().enumerate() {
        let (start, measure) = (4 + place / 4, MEASURES[place % 4]);
        sums.push_str(&format!(
            ", CAST(SUM(CASE WHEN day >= ${start} THEN {measure} ELSE 0 END) AS BIGINT) AS {name}"
        ));
    }
    let offers: Vec<String> = offers.iter().map(ToString::to_string).collect();
    format!(
        "SELECT n.segment, n.offset_bytes, u.* FROM nodes n LEFT JOIN (\
         SELECT offer_id, partner_id, CAST(CASE WHEN day >= $3 THEN 1 ELSE 0 END AS BIGINT) AS recent{sums} \
         FROM rollup_days WHERE network_id = $1 AND dimension = 0 AND day >= $2 AND basis < 2 \
         AND offer_id IN ({}) GROUP BY offer_id, partner_id, CASE WHEN day >= $3 THEN 1 ELSE 0 END\
         ) u ON 1 = 1 WHERE n.id = $8",
        offers.join(", ")
    )
}

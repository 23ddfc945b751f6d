//! Reports held against the clock on a network's wall: hours and days counted by hand, from the
//! moments that the logs tell.

use super::api::Api;
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many days are looked at: all that a test makes.
const LOOK_BACK: i64 = 60;

/// A wall clock so many minutes ahead of UTC all the year.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    pub minutes_ahead: i64,
}

/// How many there are under each hour or day.
type Counts = BTreeMap<String, i64>;

impl Clock {
    /// What it shows at a moment of the API's.
    fn reading(self, moment: &Value) -> NaiveDateTime {
        let moment: DateTime<Utc> = moment.as_str().expect("a moment is text").parse().expect("RFC 3339");
        moment.naive_utc() + Duration::minutes(self.minutes_ahead)
    }

    fn counted(self, rows: &[Value], shape: &str) -> Counts {
        let mut counts = Counts::new();
        for row in rows {
            *counts.entry(self.reading(&row["at"]).format(shape).to_string()).or_default() += 1;
        }
        counts
    }

    /// Fails the test unless each click and each conversion counts in its hour and day of this clock,
    /// and each day, asked for alone, is the whole of it. Gives how many clicks there are.
    pub async fn assert_cuts(self, api: &Api) -> usize {
        let from = (Utc::now() - Duration::days(LOOK_BACK)).format("from=%Y-%m-%d").to_string();
        let clicks = api.list(&format!("clicks?limit=1000&{from}")).await;
        let made = api.list(&format!("conversions?limit=1000&status=approved&{from}")).await;
        let made: Vec<_> = made.into_iter().filter(|row| row["event"].is_null()).collect();
        for (group, shape) in [("hour", "%Y-%m-%dT%H:00"), ("day", "%Y-%m-%d")] {
            let report = api.report(group, &format!("&{from}")).await;
            assert_eq!(figures(&report, group, "gross_clicks"), self.counted(&clicks, shape), "{self:?}");
            assert_eq!(figures(&report, group, "cv"), self.counted(&made, shape), "{self:?}");
        }
        for (day, count) in self.counted(&clicks, "%Y-%m-%d") {
            let next =
                day.parse::<chrono::NaiveDate>().expect("a date").succ_opt().expect("not the last day");
            let range = format!("from={day}&to={next}");
            let alone = api.report("offer", &format!("&{range}")).await;
            assert_eq!(alone["totals"]["gross_clicks"], json!(count), "{day} of {self:?}");
            let listed = api.list(&format!("clicks?limit=1000&{range}")).await.len();
            assert_eq!(i64::try_from(listed), Ok(count), "the log of {day} of {self:?}");
        }
        clicks.len()
    }
}

/// The groups of a report that have any of a metric.
fn figures(report: &Value, group: &str, metric: &str) -> Counts {
    let items = report["items"].as_array().expect("a report has items").iter();
    let figure = |item: &Value| {
        let count = item["metrics"][metric].as_i64().expect("a count");
        (item["group"][group].as_str().expect("a name").to_owned(), count)
    };
    items.map(figure).filter(|(_, count)| *count > 0).collect()
}

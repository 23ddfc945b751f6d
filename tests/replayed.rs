//! The 30 days of an evaluation, held against the rule really run through them with a moved clock: one network has all
//! the traffic, in the other what the rule blocks does not come.

use crate::support::{database::Database, run, server::Server};
use chrono::{DateTime, Utc};
use domain::{
    shared::{DayNumber, Measures, NetworkId},
    smartswitch::SmartSwitchRule,
};
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::{
    shared::{Actor, Document, now_millis},
    smartswitch::{SMART_SWITCH_RUNS, VariableFilter, schedule_runs, variables},
    tracking::{replay_rule, run_rule, settle_due},
};

const HOUR: i64 = 3_600_000;
const DAYS: i64 = 30;
/// The hours before that fill the lookback.
const BEFORE: i64 = 12;
/// What advertisers pay and partners earn for a conversion, in millionths.
const REVENUE: i64 = 3_000_000;
const PAYOUT: i64 = 2_000_000;

/// What a day had: runs, sources that were found, acted on and recovered.
type Days = BTreeMap<DayNumber, [i64; 4]>;

/// The traffic of a source in an hour: its clicks, and how many hours later each conversion of them came.
#[derive(Clone, Debug)]
struct Came {
    hour: i64,
    source: usize,
    clicks: i64,
    conversions: Vec<i64>,
}

/// A network with an offer and a partner: where sums are counted under.
struct Place {
    network: i64,
    partner: i64,
    offer: i64,
    page: i64,
}

async fn place(server: &Server, network: usize) -> Place {
    let api = server.api_of(network);
    let advertiser = api.create_advertiser("Advertiser").await;
    let offer = api.create_offer(&advertiser, json!({})).await;
    let partner = api.create_partner("Partner").await;
    let number = |id: &str| id.parse().expect("a number");
    Place {
        network: i64::try_from(network).expect("a small number") + 1,
        partner: number(&partner),
        offer: number(&offer.id),
        page: number(&offer.landing_page),
    }
}

/// Random traffic of thirty sources, of which each has good times and bad ones.
fn traffic(from: i64, to: i64) -> Vec<Came> {
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(28);
    let mut came = Vec::new();
    for source in 0..30 {
        let mut chance = 0.0;
        for hour in from..to {
            if hour % 6 == 0 {
                chance = [0.02, 0.06, 0.1, 0.3][dice.random_range(0..4)];
            }
            let clicks = dice.random_range(0..(3 + i64::try_from(source).expect("small") / 2));
            let bought = (0..clicks).filter(|_| dice.random_bool(chance)).count();
            let conversions = (0..bought).map(|_| dice.random_range(0..4)).collect();
            came.push(Came { hour, source, clicks, conversions });
        }
    }
    came
}

/// Rows of roll-ups: (hour, basis, source, clicks, conversions).
type Row = (i64, i64, usize, i64, i64);

async fn count(server: &Server, place: &Place, rows: &[Row]) {
    let mut sums: BTreeMap<(i64, i64, usize), (i64, i64)> = BTreeMap::new();
    for (hour, basis, source, clicks, conversions) in rows {
        let sum = sums.entry((*hour, *basis, *source)).or_default();
        *sum = (sum.0 + clicks, sum.1 + conversions);
    }
    let rows: Vec<_> = sums.into_iter().collect();
    for some in rows.chunks(500) {
        let values: Vec<String> = some
            .iter()
            .map(|((hour, basis, source), (clicks, conversions))| {
                let Place { network, partner, offer, page } = place;
                let (payout, revenue) = (conversions * PAYOUT, conversions * REVENUE);
                format!(
                    "({network}, 9, {hour}, {partner}, {offer}, 0, 0, {page}, {basis}, 'source-{source}', 0, {clicks}, 0, \
                     0, {conversions}, 0, 0, 0, 0, 0, {payout}, {revenue}, 0, 0, 0, 0, 0)"
                )
            })
            .collect();
        if values.is_empty() {
            return;
        }
        let sql = format!(
            "INSERT INTO rollup_hours (network_id, dimension, hour, partner_id, offer_id, smart_link_id, campaign_id, \
             landing_page_id, basis, value, impressions, unique_clicks, duplicate_clicks, invalid_clicks, approved, \
             pending, rejected, view_through, events, fraud, payout, revenue, sale_amount, pending_payout, \
             pending_revenue, delta_seconds, untimed) VALUES {} ON CONFLICT (network_id, dimension, hour, partner_id, \
             offer_id, smart_link_id, campaign_id, landing_page_id, basis, value) DO UPDATE SET approved = \
             rollup_hours.approved + excluded.approved, payout = rollup_hours.payout + excluded.payout, revenue = \
             rollup_hours.revenue + excluded.revenue",
            values.join(", ")
        );
        server.rows.execute(&sql).await;
    }
}

/// What comes in an hour of what the sources sent, without those that are kept out: their clicks, and the conversions
/// of earlier ones.
fn rows_of(came: &[Came], hour: i64, kept_out: &BTreeSet<(i64, usize)>) -> Vec<Row> {
    let mut rows: BTreeMap<(i64, i64, usize), (i64, i64)> = BTreeMap::new();
    for one in came.iter().filter(|one| !kept_out.contains(&(one.hour, one.source))) {
        if one.hour == hour && one.clicks > 0 {
            rows.entry((hour, 0, one.source)).or_default().0 += one.clicks;
        }
        for later in one.conversions.iter().filter(|later| one.hour + **later == hour) {
            rows.entry((one.hour + later, 1, one.source)).or_default().1 += 1;
            rows.entry((one.hour, 2, one.source)).or_default().1 += 1;
        }
    }
    rows.into_iter()
        .map(|((hour, basis, source), (clicks, bought))| (hour, basis, source, clicks, bought))
        .collect()
}

fn moment(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).expect("a moment")
}

/// How often each thing happened on each day, by moments in milliseconds.
async fn by_day(server: &Server, days: &mut Days, place: usize, query: &str) {
    for at in server.rows.texts(query).await {
        let day = DayNumber::of_millis(at.parse().expect("a moment"));
        days.entry(day).or_default()[place] += 1;
    }
}

async fn the_thirty_days_are_those_of_the_rule_really_run(database: Database) {
    let plan = Server::plan(database).networks(&["Acme", "Globex"]).option("--roles", "web,tracking");
    let server = plan.start().await;
    let (whole, run_in) = (place(&server, 0).await, place(&server, 1).await);
    let store = server.rows.store().await;
    let rule = |offer: i64| -> SmartSwitchRule {
        serde_json::from_value(json!({
            "name": "Rule", "offer_ids": [offer.to_string()], "variable": "sub4", "run_every_hours": 3,
            "lookback_hours": 12, "action_delay_minutes": 120,
            "thresholds": [{"data_point": "total_clicks", "value": "40"}],
            "kpis": [{"metric": "cvr", "operator": "less_than", "value": "4"}],
        }))
        .expect("a rule")
    };
    let to = now_millis() / HOUR;
    let from = to - DAYS * 24;
    let came = traffic(from - BEFORE, to);
    let all: Vec<Row> =
        (from - BEFORE..to + 4).flat_map(|hour| rows_of(&came, hour, &BTreeSet::new())).collect();
    count(&server, &whole, &all).await;

    let document = Document { body: rule(run_in.offer), code: String::new() };
    store.of(NetworkId(run_in.network)).create(&Actor::system("Ann"), document).await.expect("it is saved");
    server.rows.execute("UPDATE smart_switch_rules SET created_at = 0").await;
    let mut kept_out = BTreeSet::new();
    for hour in from - BEFORE..to {
        let now = hour * HOUR + 20_000;
        if hour >= from {
            settle_due(&store, now).await.expect("it is looked");
            schedule_runs(&store, now, &mut BTreeMap::new()).await.expect("it is looked");
            for (run, _) in SMART_SWITCH_RUNS.due(&store, now, 10).await.expect("it is asked") {
                let claimed =
                    SMART_SWITCH_RUNS.claim(&store, run).await.expect("it is asked").expect("nobody's");
                run_rule(&store, &claimed, now).await.expect("it runs");
            }
        }
        let scope = store.of(NetworkId(run_in.network));
        let found = variables(scope, &VariableFilter::default(), None, 100).await.expect("they are read");
        for blocked in found.iter().filter(|found| found.state.met().is_some()) {
            let source = blocked.source.value.trim_start_matches("source-").parse().expect("a number");
            kept_out.insert((hour, source));
        }
        count(&server, &run_in, &rows_of(&came, hour, &kept_out)).await;
    }

    let replayed =
        replay_rule(&store, NetworkId(whole.network), &rule(whole.offer), moment(to * HOUR), &mut ()).await;
    let replayed = replayed.expect("it is replayed").expect("nobody ends it").replayed;
    let mut really = Days::new();
    by_day(&server, &mut really, 0, "SELECT CAST(scheduled_at AS TEXT) FROM smart_switch_runs").await;
    let changes = |state: &str| {
        format!("SELECT CAST(at AS TEXT) FROM actionable_variable_changes WHERE state = '{state}'")
    };
    for (place, state) in [(1, "pending"), (2, "blocked"), (3, "recovered")] {
        by_day(&server, &mut really, place, &changes(state)).await;
    }
    let told =
        replayed.days.iter().map(|(day, did)| (*day, [did.runs, did.found, did.acted_on, did.recovered]));
    assert_eq!(told.collect::<Days>(), really);
    let sums = |place: usize| really.values().map(|day| day[place]).sum::<i64>();
    assert!(sums(2) >= 3 && sums(3) >= 1, "the traffic has both: {really:?}");

    // What would have been kept out is what did not come: clicks, and all that would have come of them.
    let out = came.iter().filter(|one| kept_out.contains(&(one.hour, one.source)));
    let (clicks, bought) = out.fold((0, 0), |(clicks, bought), one| {
        (clicks + one.clicks, bought + i64::try_from(one.conversions.len()).expect("small"))
    });
    let kept: Measures = replayed.days.values().map(|day| day.kept_out).sum();
    assert_eq!((kept.unique, kept.approved), (clicks, bought));
    assert_eq!((kept.payout.0, kept.revenue.0), (bought * PAYOUT, bought * REVENUE));
}

#[test]
fn on_sqlite() {
    run(the_thirty_days_are_those_of_the_rule_really_run(Database::Sqlite));
}

#[test]
fn on_postgres() {
    run(the_thirty_days_are_those_of_the_rule_really_run(Database::Postgres));
}

//! Random questions to reports over random traffic, each held against a count over the same rows: listed
//! and crossed dimensions, filters of several values, comparisons, in zones where the clock jumps and in
//! those that stand half or three quarters of an hour off.

use crate::support::{
    api::{Api, id_of},
    database::Database,
    past::{Past, PastClick, Seen},
    run,
    server::Server,
};
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use domain::tracking::Device;
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus, seq::IndexedRandom};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How many questions each zone is asked on each database.
const QUESTIONS: usize = 60;
/// Days with traffic: a week apart, the later ones around the end of daylight saving in Europe.
const WEEKS: [&str; 2] = ["2026-10-17", "2026-10-24"];
const DAYS: i64 = 4;
/// The sums that are compared.
const METRICS: [&str; 15] = [
    "impressions",
    "gross_clicks",
    "unique_clicks",
    "duplicate_clicks",
    "invalid_clicks",
    "cv",
    "pending",
    "rejected",
    "view_through",
    "events",
    "payout",
    "revenue",
    "pending_payout",
    "pending_revenue",
    "sale_amount",
];
const CUTS: [&str; 22] = [
    "offer",
    "advertiser",
    "partner",
    "smart_link",
    "campaign",
    "campaign_page",
    "rotator_option",
    "smart_switch_rule",
    "landing_page",
    "day",
    "hour",
    "country",
    "device",
    "os",
    "browser",
    "source_id",
    "domain",
    "row",
    "sub1",
    "sub2",
    "code",
    "event",
];

macro_rules! zones {
    ($($name:ident: $zone:literal;)+) => {$(
        mod $name {
            use crate::support::{database::Database, run};

            #[test]
            fn on_sqlite() {
                run(super::every_answer_is_a_count_over_the_rows(Database::Sqlite, $zone));
            }

            #[test]
            fn on_postgres() {
                run(super::every_answer_is_a_count_over_the_rows(Database::Postgres, $zone));
            }
        }
    )+};
}

zones! {
    every_report_is_a_count_where_the_clock_jumps: "Europe/Berlin";
    every_report_is_a_count_half_an_hour_off: "Asia/Kolkata";
    every_report_is_a_count_three_quarters_off: "Asia/Kathmandu";
}

/// One row of the model, with what it adds to each sum; amounts in millionths.
#[derive(Clone, Debug, Default)]
struct Row {
    at: i64,
    click_at: i64,
    is_conversion: bool,
    values: BTreeMap<&'static str, String>,
    sums: BTreeMap<&'static str, i64>,
}

type Sums = BTreeMap<&'static str, i64>;
type Groups = BTreeMap<Vec<String>, Sums>;

/// Hours of the zone's clock since 1970.
fn hour_of(zone: Tz, millis: i64) -> i64 {
    let at = DateTime::from_timestamp_millis(millis).expect("a moment");
    zone.from_utc_datetime(&at.naive_utc()).naive_local().and_utc().timestamp().div_euclid(3_600)
}

fn clock(hour: i64) -> NaiveDateTime {
    DateTime::from_timestamp(hour * 3_600, 0).expect("a moment").naive_utc()
}

struct World {
    zone: Tz,
    api: Api,
    rows: Vec<Row>,
    offers: Vec<String>,
    partners: Vec<String>,
}

/// One question, and what of it the model needs.
#[derive(Debug)]
struct Asked {
    query: String,
    cuts: Vec<&'static str>,
    filters: BTreeMap<&'static str, BTreeSet<String>>,
    by_click: bool,
    /// Hours of the clock.
    from: i64,
    to: i64,
    /// How many hours earlier the comparison is.
    shift: Option<i64>,
}

impl Asked {
    fn is_crossed(&self) -> bool {
        let all: BTreeSet<&str> = self.cuts.iter().chain(self.filters.keys()).copied().collect();
        let base =
            ["offer", "advertiser", "partner", "smart_link", "campaign", "landing_page", "day", "hour"];
        all.iter().filter(|name| !base.contains(name)).count() > 1
    }
}

async fn every_answer_is_a_count_over_the_rows(database: Database, zone: &str) {
    let mut server = Server::plan(database).zone(zone).start().await;
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(zone.len() as u64 * 7 + 1);
    let world = world(&mut server, zone.parse().expect("a zone"), &mut dice).await;
    assert_eq!(
        server.rows.number("select count(*) from clicks").await,
        world.sum("gross_clicks"),
        "the model holds what is stored"
    );
    let (mut crossed, mut told) = (0, 0);
    for _ in 0..QUESTIONS {
        let asked = world.question(&mut dice);
        crossed += usize::from(asked.is_crossed());
        told += usize::from(world.check(&asked).await);
    }
    assert!(crossed >= 15 && told >= 40, "{crossed} crossed, {told} with figures: the dice are dull");
    plain_sql_says_the_same(&server, &world).await;
}

/// The same by statements that anybody would write.
async fn plain_sql_says_the_same(server: &Server, world: &World) {
    let query = "reports?group_by=country,os,sub1&from=2026-10-01&to=2026-11-10&metrics=gross_clicks,cv";
    let report = world.api.get(query).await;
    let mut seen = 0;
    for item in report["items"].as_array().expect("items") {
        let text = |name: &str| item["group"][name].as_str().unwrap_or_default().to_owned();
        let wanted = format!(
            "country = '{}' and os = '{}' and sub1 = '{}'",
            text("country"),
            text("os"),
            text("sub1")
        );
        let clicks = server.rows.number(&format!("select count(*) from clicks where {wanted}")).await;
        let paid = format!(
            "select count(*) from conversions where {wanted} and status = 'approved' and event_id = 0 and view_through = 0"
        );
        assert_eq!(item["metrics"]["gross_clicks"], json!(clicks), "{item}");
        assert_eq!(item["metrics"]["cv"], json!(server.rows.number(&paid).await), "{item}");
        assert_eq!(item["metrics"].as_object().map(serde_json::Map::len), Some(2), "only what was chosen");
        seen += clicks;
    }
    assert_eq!(seen, world.sum("gross_clicks"));
}

async fn world(server: &mut Server, zone: Tz, dice: &mut Xoshiro256PlusPlus) -> World {
    let api = server.api.clone();
    let advertisers = [api.create_advertiser("Advertiser").await, api.create_advertiser("Another").await];
    // Two offers of the first, one of the second.
    let of = |place: usize| &advertisers[place / 2];
    let (mut offers, mut pages, mut partners) = (Vec::new(), Vec::new(), Vec::new());
    for place in 0..3 {
        let offer = api.create_offer(of(place), json!({ "view_through": true })).await;
        api.create_event(&offer.id, "sale", "0.50", "0.75").await;
        pages.push(offer.landing_page.clone());
        offers.push(offer.id);
        partners.push(api.create_partner("Partner").await);
    }
    server.stop().await;
    let past = Past::open(server, 1).await;
    let mut world = World { zone, api, rows: Vec::new(), offers, partners };
    let (mut clicks, mut views): (BTreeMap<String, Row>, BTreeMap<String, Row>) = Default::default();
    for number in 0..500 {
        let at = moment(dice);
        let place = dice.random_range(0..3_usize);
        let partner = world.partners[dice.random_range(0..3_usize)].clone();
        let seen = seen(dice);
        let (offer, page) = (world.offers[place].clone(), pages[place].clone());
        if number % 6 == 0 {
            let seen_id = past.impression(at, id(&partner), id(&offer), &seen, 2_000).await;
            let mut row = row(at, (&offer, &of(place).id), &partner, "", &seen);
            row.sums = Sums::from([("impressions", 1), ("revenue", 2_000)]);
            world.rows.push(row.clone());
            if number % 4 == 0 {
                view(&past, dice, (at, &seen_id), &of(place).token).await;
                views.insert(format!("view-{seen_id}"), row);
            }
            continue;
        }
        let verdict = [0, 0, 0, 0, 1, 2, 2][dice.random_range(0..7_usize)];
        let code = if verdict == 2 { [9, 28, 200][dice.random_range(0..3_usize)] } else { 0 };
        let rule = if code == 28 { ["51", "52"][dice.random_range(0..2_usize)] } else { "" };
        let seen = Seen { rule, ..seen };
        let payout = if verdict == 0 { 10_000 } else { 0 };
        let click = PastClick {
            at,
            partner: id(&partner),
            offer: id(&offer),
            landing_page: id(&page),
            verdict,
            code,
            seen: seen.clone(),
            payout,
            revenue: payout * 2,
        };
        let click_id = past.click(&click).await;
        let mut row = row(at, (&offer, &of(place).id), &partner, &page, &seen);
        row.values.insert("code", if code == 0 { String::new() } else { code.to_string() });
        let kind = ["unique_clicks", "duplicate_clicks", "invalid_clicks"][usize::from(verdict)];
        row.sums = Sums::from([("gross_clicks", 1), (kind, 1), ("payout", payout), ("revenue", payout * 2)]);
        world.rows.push(row.clone());
        if verdict < 2 && number % 3 != 0 {
            postbacks(&past, dice, (at, &click_id), &of(place).token).await;
        }
        clicks.insert(click_id, row);
    }
    past.close().await;
    server.restart().await;
    server.wait_drained().await;
    let made = world.api.list("conversions?limit=1000&from=2026-10-01").await;
    assert!(made.len() > 100, "only {} conversions", made.len());
    world.rows.extend(made.iter().map(|made| match made["view_through"].as_bool() {
        Some(true) => conversion(made, &views[made["txn_id"].as_str().expect("an order")]),
        _ => conversion(made, &clicks[made["click_id"].as_str().expect("a click")]),
    }));
    assert!(world.sum("view_through") > 0, "some were credited to a view");
    world
}

/// A conversion of somebody who saw the offer within a day, and never clicked.
async fn view(past: &Past, dice: &mut Xoshiro256PlusPlus, (at, seen): (i64, &str), token: &str) {
    let status = ["approved", "approved", "pending", "rejected"][dice.random_range(0..4_usize)];
    let later = at + dice.random_range(60_000..20 * 3_600_000);
    let call = format!(
        "transaction_id={seen}&txn_id=view-{seen}&verification_token={token}&status={status}&amount=12.50"
    );
    past.postback(later, &call).await;
}

/// A base conversion of some status, and now and then a sale, up to three days after the click.
async fn postbacks(past: &Past, dice: &mut Xoshiro256PlusPlus, (at, click): (i64, &str), token: &str) {
    let status = ["approved", "approved", "pending", "rejected"][dice.random_range(0..4_usize)];
    let later = at + dice.random_range(60_000..3 * 86_400_000);
    let call = format!("transaction_id={click}&verification_token={token}&status={status}&amount=12.50");
    past.postback(later, &call).await;
    if dice.random_bool(0.4) {
        past.postback(later + 60_000, &format!("{call}&event=sale")).await;
    }
}

fn moment(dice: &mut Xoshiro256PlusPlus) -> i64 {
    let week: NaiveDate = WEEKS[dice.random_range(0..2_usize)].parse().expect("a date");
    let start = week.and_hms_opt(0, 0, 0).expect("midnight").and_utc().timestamp_millis();
    // The hours around the jump come often.
    match dice.random_bool(0.2) {
        true => start + 86_400_000 - 3_600_000 + dice.random_range(0..4 * 3_600_000),
        false => start + dice.random_range(0..DAYS * 86_400_000),
    }
}

fn seen(dice: &mut Xoshiro256PlusPlus) -> Seen {
    let devices = [Device::Unknown, Device::Mobile, Device::Mobile, Device::Desktop];
    let number = dice.random_range(0..5_usize);
    let mut one = |from: &[&'static str]| *from.choose(dice).expect("not empty");
    Seen {
        country: one(&["DE", "DE", "US", "FR", ""]),
        os: one(&["ios", "android", "windows", ""]),
        browser: one(&["chrome", "safari", ""]),
        source: one(&["s1", "s2", "s,3", ""]),
        domain: one(&["go.a.example", "b.example", ""]),
        smart_link: [(0, ""), (1, "7"), (1, "8"), (2, "7"), (2, "")][number],
        campaign: [(5, "31", "41"), (0, "", ""), (5, "", "42"), (6, "31", ""), (0, "", "")][number],
        rule: "",
        subs: vec![one(&["a", "b", "c d", ""]), one(&["x", "y", ""])],
        device: devices[dice.random_range(0..4_usize)],
    }
}

fn id(text: &str) -> i64 {
    text.parse().expect("an id")
}

/// A click's row; an impression has no page, and no row of a Smart Link.
fn row(at: i64, (offer, advertiser): (&str, &str), partner: &str, page: &str, seen: &Seen) -> Row {
    let (link, of_link) = seen.smart_link;
    let (campaign, shown, option) = seen.campaign;
    let of_click = |value: &str| if page.is_empty() { String::new() } else { value.to_owned() };
    let values = BTreeMap::from([
        ("campaign", if campaign == 0 { String::new() } else { campaign.to_string() }),
        ("campaign_page", of_click(shown)),
        ("rotator_option", of_click(option)),
        ("smart_switch_rule", of_click(seen.rule)),
        ("smart_link", if link == 0 { String::new() } else { link.to_string() }),
        ("row", if page.is_empty() { String::new() } else { of_link.to_owned() }),
        ("offer", offer.to_owned()),
        ("advertiser", advertiser.to_owned()),
        ("partner", partner.to_owned()),
        ("landing_page", page.to_owned()),
        ("country", seen.country.to_owned()),
        ("device", seen.device.name().to_owned()),
        ("os", seen.os.to_owned()),
        ("browser", seen.browser.to_owned()),
        ("source_id", seen.source.to_owned()),
        ("domain", seen.domain.to_owned()),
        ("sub1", seen.subs[0].to_owned()),
        ("sub2", seen.subs[1].to_owned()),
        ("code", String::new()),
        ("event", String::new()),
    ]);
    Row { at, click_at: at, values, ..Row::default() }
}

/// A conversion as the log shows it, with the visitor of its click or impression.
fn conversion(made: &Value, click: &Row) -> Row {
    let at: DateTime<Utc> = made["at"].as_str().expect("a moment").parse().expect("RFC 3339");
    let mut row = Row { at: at.timestamp_millis(), is_conversion: true, ..click.clone() };
    row.values.insert("code", String::new());
    row.values.insert("smart_switch_rule", String::new());
    row.values.insert("event", made["event"].as_str().unwrap_or_default().to_owned());
    let is_base = made["event"].is_null();
    // A view is told apart from what came of clicks; only its money joins the others'.
    let is_view = made["view_through"] == true;
    let (payout, revenue) = (micros(&made["payout"]), micros(&made["revenue"]));
    row.sums = match (made["status"].as_str().expect("a status"), is_base) {
        ("approved", true) if is_view => {
            Sums::from([("view_through", 1), ("payout", payout), ("revenue", revenue)])
        }
        ("approved", true) => Sums::from([
            ("cv", 1),
            ("payout", payout),
            ("revenue", revenue),
            ("sale_amount", micros(&made["amount"])),
        ]),
        ("approved", false) => Sums::from([("events", 1), ("payout", payout), ("revenue", revenue)]),
        ("pending", _) => Sums::from([
            ("pending", i64::from(is_base && !is_view)),
            ("pending_payout", payout),
            ("pending_revenue", revenue),
        ]),
        ("rejected", true) if !is_view => Sums::from([("rejected", 1)]),
        _ => Sums::new(),
    };
    row
}

fn micros(value: &Value) -> i64 {
    let text = value.as_str().unwrap_or("0");
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    sign * format!("{whole}{part:0<6}").parse::<i64>().expect("an amount")
}

impl World {
    fn sum(&self, metric: &str) -> i64 {
        self.rows.iter().filter_map(|row| row.sums.get(metric)).sum()
    }

    fn question(&self, dice: &mut Xoshiro256PlusPlus) -> Asked {
        let mut cuts: Vec<&'static str> = Vec::new();
        for _ in 0..dice.random_range(1..=3) {
            let cut = CUTS[dice.random_range(0..CUTS.len())];
            if !cuts.contains(&cut) {
                cuts.push(cut);
            }
        }
        let mut filters: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
        for _ in 0..dice.random_range(0..3) {
            let name = CUTS[dice.random_range(0..CUTS.len())];
            let row = &self.rows[dice.random_range(0..self.rows.len())];
            if let Some(value) = row.values.get(name).filter(|value| !value.is_empty()) {
                filters.entry(name).or_default().insert(value.clone());
            }
        }
        let by_click = dice.random_bool(0.4);
        let mut query = format!("group_by={}&metrics={}", cuts.join(","), METRICS.join(","));
        for (name, value) in
            filters.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)))
        {
            let name = if ["offer", "advertiser", "partner", "smart_link", "campaign", "landing_page"]
                .contains(name)
            {
                format!("{name}_id")
            } else {
                (*name).to_owned()
            };
            query += &format!("&{name}={}", value.replace(' ', "%20").replace(',', "%2C"));
        }
        if by_click {
            query += "&time=click";
        }
        let mut asked = Asked { query, cuts, filters, by_click, from: 0, to: 0, shift: None };
        self.over_time(&mut asked, dice);
        if !asked.is_crossed() && dice.random_bool(0.5) {
            let hours = asked.to - asked.from;
            let (word, shift) =
                if dice.random_bool(0.5) { ("week", 168) } else { ("previous", (hours + 23) / 24 * 24) };
            asked.query += &format!("&compare={word}");
            asked.shift = Some(shift);
        }
        asked
    }

    /// Whole days, or full hours of the zone's clock.
    fn over_time(&self, asked: &mut Asked, dice: &mut Xoshiro256PlusPlus) {
        let week: NaiveDate = WEEKS[dice.random_range(0..2_usize)].parse().expect("a date");
        if dice.random_bool(0.6) {
            let from = week + Duration::days(dice.random_range(-1..3));
            let to = from + Duration::days(dice.random_range(1..5));
            asked.query += &format!("&from={from}&to={to}");
            let first = |date: NaiveDate| (date - NaiveDate::default()).num_days() * 24;
            (asked.from, asked.to) = (first(from), first(to));
            return;
        }
        let start = week.and_hms_opt(0, 0, 0).expect("midnight").and_utc();
        let from = self.full_hour(start + Duration::minutes(dice.random_range(0..3 * 1_440)));
        let to = self.full_hour(from + Duration::minutes(dice.random_range(121..2_000)));
        let shown = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        asked.query += &format!("&from={}&to={}", shown(from), shown(to));
        asked.from = hour_of(self.zone, from.timestamp_millis());
        asked.to = hour_of(self.zone, to.timestamp_millis() - 1) + 1;
    }

    /// The last moment up to this one at which an hour of the zone's clock begins.
    fn full_hour(&self, mut at: DateTime<Utc>) -> DateTime<Utc> {
        while hour_of(self.zone, at.timestamp_millis()) == hour_of(self.zone, at.timestamp_millis() - 1) {
            at -= Duration::minutes(1);
        }
        at
    }

    /// Fails the test unless the answer is the count; whether there was anything to count.
    async fn check(&self, asked: &Asked) -> bool {
        let report = self.api.get(&format!("reports?{}", asked.query)).await;
        let expected = self.counted(asked, 0);
        let mut shown: Groups = BTreeMap::new();
        for item in report["items"].as_array().expect("items") {
            let key: Vec<String> = asked.cuts.iter().map(|cut| key_of(item, cut)).collect();
            assert!(
                shown.insert(key, sums_of(&item["metrics"])).is_none(),
                "{} twice in {report}",
                item["group"]
            );
        }
        shown.retain(|_, sums| !sums.is_empty());
        assert_eq!(shown, expected, "{} in {}", asked.query, self.zone);
        assert_eq!(sums_of(&report["totals"]), total(&expected), "{}", asked.query);
        if let Some(shift) = asked.shift {
            self.check_before(asked, shift, &report);
        }
        !expected.is_empty()
    }

    fn check_before(&self, asked: &Asked, shift: i64, report: &Value) {
        let before = self.counted(asked, shift);
        assert_eq!(sums_of(&report["compared"]["totals"]), total(&before), "{}", asked.query);
        let moment = |side: &str| {
            let text = report["compared"][side].as_str().expect("a moment");
            chrono::DateTime::parse_from_rfc3339(text).expect("in RFC 3339")
        };
        assert!(moment("from") < moment("to"), "{}", asked.query);
        let mut shown: Groups = BTreeMap::new();
        for item in report["items"].as_array().expect("items") {
            let key: Vec<String> = asked.cuts.iter().map(|cut| key_of(item, cut)).collect();
            shown.insert(key, sums_of(&item["before"]));
        }
        shown.retain(|_, sums| !sums.is_empty());
        assert_eq!(shown, before, "{} before, in {}", asked.query, self.zone);
    }

    /// The groups of the stretch that lies `shift` hours earlier, under the names of the later one.
    fn counted(&self, asked: &Asked, shift: i64) -> Groups {
        let mut groups: Groups = BTreeMap::new();
        for row in &self.rows {
            let at = if row.is_conversion && asked.by_click { row.click_at } else { row.at };
            let hour = hour_of(self.zone, at) + shift;
            let is_wanted = asked.filters.iter().all(|(name, values)| values.contains(&row.values[name]));
            if hour < asked.from || hour >= asked.to || !is_wanted {
                continue;
            }
            let value = |cut: &&'static str| match *cut {
                "day" => clock(hour).format("%Y-%m-%d").to_string(),
                "hour" => clock(hour).format("%Y-%m-%dT%H:00").to_string(),
                name => row.values[name].clone(),
            };
            let sums = groups.entry(asked.cuts.iter().map(value).collect()).or_default();
            for (metric, amount) in row.sums.iter().filter(|(_, amount)| **amount != 0) {
                *sums.entry(metric).or_default() += amount;
            }
        }
        groups.retain(|_, sums| !sums.is_empty());
        groups
    }
}

fn key_of(item: &Value, cut: &str) -> String {
    let name = match cut {
        "offer" => "offer_id",
        "advertiser" => "advertiser_id",
        "partner" => "partner_id",
        "smart_link" => "smart_link_id",
        "campaign" => "campaign_id",
        "landing_page" => "landing_page_id",
        other => other,
    };
    match &item["group"][name] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn sums_of(metrics: &Value) -> Sums {
    let sum = |name: &&'static str| {
        let value = &metrics[*name];
        (*name, value.as_i64().unwrap_or_else(|| micros(value)))
    };
    METRICS.iter().map(sum).filter(|(_, sum)| *sum != 0).collect()
}

fn total(groups: &Groups) -> Sums {
    let mut total = Sums::new();
    for (metric, amount) in groups.values().flatten() {
        *total.entry(metric).or_default() += amount;
    }
    total.retain(|_, sum| *sum != 0);
    total
}

#[test]
fn a_crossed_report_that_reads_too_much_is_refused_by_the_api_at_its_field() {
    run(async {
        let server = Server::start(Database::Sqlite).await;
        let api = server.api.clone();
        let advertiser = api.create_advertiser("Advertiser").await;
        assert!(!id_of(&json!({ "id": advertiser.id })).is_empty());
        // What the roll-ups say there is; nobody counts rows to find out.
        let sums = "insert into rollup_totals select 1, 0, 20748, 0, '', 0, 4000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0";
        server.rows.execute(sums).await;
        let query = "reports?group_by=country,os&from=2026-10-01&to=2026-11-01";
        let answer = api.call(reqwest::Method::GET, query, Value::Null).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert_eq!(answer.json["errors"][0]["field"], "group_by");
        assert!(answer.text.contains("4,000,000"), "{}", answer.text);
    });
}

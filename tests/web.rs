//! The kernel of pages: how figures and moments are written, files with their hashes, frames without
//! anything inline, and contrasts that everyone can read.

use actix_web::{
    App,
    http::header::{self, HeaderMap, HeaderName},
    test as client,
};
use askama::Template;
use chrono::{DateTime, Duration, Utc};
use domain::shared::{Calendar, Currency, Micros, Problems};
use switchyard::web::{
    assets,
    format::{self, Better, Change, Grain},
    icon::Icon,
    page::{ErrorPage, NavItem, Theme, VisitorPage, VisitorReason},
    parts::{error_at, field_id, field_words},
    signal::Signal,
};

fn usd() -> Currency {
    Currency::default()
}

fn value(headers: &HeaderMap, name: HeaderName) -> String {
    headers.get(&name).map_or_else(String::new, |value| value.to_str().expect("ASCII").to_owned())
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

#[test]
fn figures_have_separators_units_and_a_dash_for_no_value() {
    assert_eq!(format::count(58_214), "58,214");
    assert_eq!(format::count(-1_234_567_i64), "−1,234,567");
    assert_eq!(format::count(u64::MAX), "18,446,744,073,709,551,615");
    assert_eq!(format::percent(format::ratio(402, 18_204)), "2.21 %");
    assert_eq!(format::percent(format::ratio(1, 0)), "–");
    assert_eq!(format::percent(Some(0.3149)), "31.5 %");
    assert_eq!(format::percent(Some(1.0)), "100 %");
    assert_eq!(format::decimal(-0.001, 2), "0.00");
    assert_eq!(format::decimal(f64::NAN, 2), "–");
}

#[test]
fn narrow_places_get_short_numbers() {
    for (number, text) in [
        (0.0, "0"),
        (0.05, "0.05"),
        (2.5, "2.5"),
        (950.0, "950"),
        (999.9, "1k"),
        (6_000.0, "6k"),
        (1_500.0, "1.5k"),
        (-2e6, "−2M"),
    ] {
        assert_eq!(format::short(number), text);
    }
}

#[test]
fn money_has_its_currency_and_a_small_amount_never_reads_as_nothing() {
    assert_eq!(format::money(Micros(9_871_400_000), usd()), "$ 9,871.40");
    assert_eq!(format::money(Micros(-4_500_000), usd()), "−$ 4.50");
    assert_eq!(format::money(Micros(12_000_000), "EUR".parse().expect("a code")), "EUR 12.00");
    assert_eq!(format::money(Micros(500), usd()), "$ 0.0005");
    assert_eq!(format::money(Micros(0), usd()), "$ 0.00");
    assert_eq!(format::exact_money(Micros(12_500), usd()), "$ 0.0125");
    assert_eq!(format::exact_money(Micros(1_500_000), usd()), "$ 1.50");
}

#[test]
fn a_change_knows_whether_it_is_welcome() {
    let change = |now, before, better| {
        Change::relative(now, before, better).map(|change| (change.text, change.signal))
    };
    assert_eq!(change(108.1, 100.0, Better::More), Some(("+8.1 %".to_owned(), Signal::Good)));
    assert_eq!(change(90.0, 100.0, Better::More), Some(("−10.0 %".to_owned(), Signal::Bad)));
    assert_eq!(change(90.0, 100.0, Better::Less), Some(("−10.0 %".to_owned(), Signal::Good)));
    assert_eq!(change(100.0, 100.0, Better::More), Some(("0.0 %".to_owned(), Signal::Note)));
    assert_eq!(change(5.0, 0.0, Better::More), None);
    assert_eq!(Change::points(None, Some(0.1), Better::More), None);
}

#[test]
fn moments_are_in_the_network_s_zone_with_utc_on_hover() {
    let kathmandu = Calendar::new(chrono_tz::Tz::Asia__Kathmandu);
    let moment = at("2026-11-21T20:05:09.250Z");
    assert_eq!(format::moment(moment, kathmandu), "22 Nov 2026 01:50:09");
    assert_eq!(format::zone_label(kathmandu, moment), "UTC+5:45");
    assert_eq!(format::zone_label(Calendar::new(chrono_tz::Tz::America__Sao_Paulo), moment), "UTC−3");
    let html = format::moment_html(moment, kathmandu).to_string();
    assert!(
        html.contains(r#"datetime="2026-11-21T20:05:09.250Z" title="21 Nov 2026 20:05:09.250 UTC""#),
        "{html}"
    );
}

#[test]
fn distances_in_time_are_told_by_their_largest_unit() {
    let now = at("2026-11-21T12:00:00Z");
    for (seconds, text) in [
        (0, "just now"),
        (5, "5 s ago"),
        (190, "3 min ago"),
        (-2_460, "in 41 min"),
        (7_300, "2 h ago"),
        (90_000, "1 day ago"),
        (864_000, "10 days ago"),
    ] {
        assert_eq!(format::ago(now - Duration::seconds(seconds), now), text);
    }
    assert_eq!(format::duration(Duration::seconds(4_800)), "1 h 20 min");
    assert_eq!(format::duration(Duration::milliseconds(42)), "42 ms");
}

#[test]
fn what_is_left_is_told_with_the_exact_time_beside_it() {
    let now = at("2026-11-21T12:00:00Z");
    let left = |seconds, grain| format::until(now + Duration::seconds(seconds), now, grain);
    assert_eq!(left(2_467, Grain::Coarse), "in 41 min");
    assert_eq!(left(2_467, Grain::Fine), "in 41 min 7 s");
    assert_eq!([left(0, Grain::Coarse), left(-90, Grain::Fine)], ["any moment", "any moment"]);
    let calendar = Calendar::new(chrono_tz::Tz::Asia__Kathmandu);
    let html = format::until_html(now + Duration::seconds(60), now, calendar, Grain::Coarse).to_string();
    for said in [r#"data-left="60""#, "21 Nov 2026 17:46:00 · 12:01:00 UTC", ">in 1 min<"] {
        assert!(html.contains(said), "{said}: {html}");
    }
}

#[test]
fn a_field_s_path_becomes_an_id_and_words() {
    assert_eq!(field_id("caps[0].daily_limit"), "field-caps-0-daily-limit");
    assert_eq!(field_words("caps[0].daily_limit"), "Caps 1 daily limit");
    assert_eq!(field_words("rows[1].offer_id"), "Rows 2 offer");
    let mut problems = Problems::default();
    problems.push("name", "must not be empty");
    problems.push("name", "is taken");
    assert_eq!((error_at(&problems, "name"), error_at(&problems, "email")), ("must not be empty", ""));
}

#[test]
fn the_navigation_marks_the_page_and_what_lies_under_it() {
    let is_current = |href: &str, path| NavItem::new("x", href, Icon::Home).at(path).current;
    assert!(
        is_current("/offers", "/offers") && is_current("/offers", "/offers/7/caps") && is_current("/", "/")
    );
    assert!(!is_current("/", "/offers") && !is_current("/offers", "/offers-archive"));
}

#[test]
fn frames_have_nothing_inline_and_the_visitor_s_page_loads_nothing() {
    let error = ErrorPage::of(404, Theme::Dark).render().expect("renders");
    assert!(
        error.contains(r#"data-theme="dark""#)
            && error.contains("There is no such page")
            && error.contains(r#"href="/""#)
    );
    for reason in
        [VisitorReason::Unknown, VisitorReason::Ended, VisitorReason::Refused, VisitorReason::TooMany]
    {
        let page = VisitorPage { reason }.render().expect("renders");
        assert!(page.contains(r#"<meta name="robots" content="noindex">"#));
        for outside in ["src=", "href=", "url(", "Switchyard", "style"] {
            assert!(!page.contains(outside), "{outside} in {page}");
        }
    }
    assert!(!error.contains(" style=") && !error.contains("<style") && !error.contains(" on"), "{error}");
}

#[actix_web::test]
async fn a_file_named_with_its_hash_is_kept_for_a_year_and_one_without_is_asked_for_again() {
    let app = client::init_service(App::new().configure(assets::configure)).await;
    for (path, kind) in [
        ("css/tokens.css", "text/css; charset=utf-8"),
        ("js/app.js", "text/javascript; charset=utf-8"),
        ("img/favicon.svg", "image/svg+xml"),
    ] {
        let answer =
            client::call_service(&app, client::TestRequest::get().uri(&assets::url(path)).to_request()).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(value(answer.headers(), header::CONTENT_TYPE), kind);
        assert_eq!(value(answer.headers(), header::CACHE_CONTROL), "public, max-age=31536000, immutable");
        let tag = value(answer.headers(), header::ETAG);
        let again = client::TestRequest::get()
            .uri(&format!("/static/{path}"))
            .insert_header((header::IF_NONE_MATCH, tag));
        let again = client::call_service(&app, again.to_request()).await;
        assert_eq!(again.status(), 304);
        assert_eq!(value(again.headers(), header::CACHE_CONTROL), "no-cache");
    }
}

#[actix_web::test]
async fn nothing_outside_the_static_folder_is_served() {
    let app = client::init_service(App::new().configure(assets::configure)).await;
    for path in [
        "/static/nothing.css",
        "/static/../Cargo.toml",
        "/static/%2e%2e/Cargo.toml",
        "/static/",
        "/static//etc/passwd",
    ] {
        let answer = client::call_service(&app, client::TestRequest::get().uri(path).to_request()).await;
        assert_eq!(answer.status(), 404, "{path}");
    }
}

/// The pairs of tokens that stand on each other, and the contrast that WCAG 2.2 AA asks of them.
const PAIRS: [(&str, &[&str], f64); 14] = [
    ("ink", &["ground", "card", "sunken", "good-soft", "warn-soft", "bad-soft"], 4.5),
    ("muted", &["ground", "card", "sunken", "accent-soft"], 4.5),
    ("accent", &["ground", "card", "sunken", "accent-soft"], 4.5),
    ("accent-strong", &["ground", "card"], 4.5),
    ("on-accent", &["accent", "accent-strong"], 4.5),
    ("good", &["ground", "card", "sunken"], 4.5),
    ("warn", &["ground", "card", "sunken"], 4.5),
    ("bad", &["ground", "card", "sunken", "bad-soft"], 4.5),
    ("good", &["good-soft"], 3.0),
    ("warn", &["warn-soft"], 3.0),
    ("edge", &["ground", "card"], 3.0),
    ("series-1", &["card"], 3.0),
    ("series-2", &["card"], 3.0),
    ("ground", &["ink"], 4.5),
];

/// A token's colours in the light and the dark theme.
fn token(css: &str, name: &str) -> [[u8; 3]; 2] {
    let declared =
        css.split(&format!("--{name}: light-dark(")).nth(1).unwrap_or_else(|| panic!("no token {name}"));
    let mut colours = declared.split([',', ')']).map(|text| text.trim().trim_start_matches('#'));
    std::array::from_fn(|_| {
        let digits = colours.next().expect("two colours");
        std::array::from_fn(|place| {
            u8::from_str_radix(&digits[place * 2..place * 2 + 2], 16).expect("six digits")
        })
    })
}

fn luminance(colour: [u8; 3]) -> f64 {
    let linear = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_colour_can_be_read_on_what_it_stands_on_in_both_themes() {
    let css = include_str!("../static/css/tokens.css");
    let mut faults = Vec::new();
    for (front, backs, least) in PAIRS {
        for back in backs {
            for (theme, (front_colour, back_colour)) in
                ["light", "dark"].iter().zip(token(css, front).into_iter().zip(token(css, back)))
            {
                let found = contrast(front_colour, back_colour);
                if found < least {
                    faults.push(format!("{front} on {back}, {theme}: {found:.2}, at least {least}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

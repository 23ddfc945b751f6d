//! What an offer's documents may hold.

use super::{LandingPage, Offer, OfferEvent};
use crate::{accounts::PartnerOffer, shared::Problems};
use serde_json::{Value, json};

fn offer(more: &Value) -> Problems {
    let mut document = json!({"name": "O", "advertiser_id": "1"});
    document.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    serde_json::from_value::<Offer>(document).expect("an offer").problems()
}

/// Whether something is wrong at `field`, in words that hold `words`.
fn names(problems: &Problems, field: &str, words: &str) -> bool {
    problems.0.iter().any(|problem| problem.field == field && problem.message.contains(words))
}

fn cap(period: &str, measure: &str, limit: &str) -> Value {
    json!({"period": period, "measure": measure, "limit": limit})
}

#[test]
fn sound_offers_pass() {
    for more in [
        json!({}),
        json!({"payout": {"type": "cpa_cps", "amount": "1.5", "percent": "100"}, "max_conversion_seconds": 1}),
        json!({"caps": [cap("daily", "clicks", "1000"), cap("weekly", "clicks", "1000"), cap("daily", "payout", "0.5"), cap("global", "clicks", "1000000000")]}),
        json!({"fail_traffic": {"rows": [
            {"destination": {"offer": "2"}, "codes": [2, 9, 200]},
            {"destination": {"url": "https://a.example/{sub1}"}, "weight": 0},
        ]}}),
        json!({"deep_links": {"allowed": true, "hosts": ["shop.example", "*.shop.example"]}}),
    ] {
        assert_eq!(offer(&more), Problems::default(), "{more}");
    }
}

#[test]
fn each_bound_is_named_at_its_field() {
    let long = "x".repeat(201);
    let caps: Vec<Value> = (0..101).map(|_| cap("daily", "clicks", "1")).collect();
    let rows: Vec<Value> = (0..101).map(|_| json!({"destination": {"offer": "2"}})).collect();
    let hosts: Vec<String> = (0..101).map(|number| format!("h{number}.example")).collect();
    let row = |more: Value| json!({"fail_traffic": {"rows": [more]}});
    for (more, field, words) in [
        (json!({"name": " "}), "name", "empty"),
        (json!({"name": long}), "name", "at most 200"),
        (json!({"payout": {"amount": "-1"}}), "payout.amount", "negative"),
        (json!({"revenue": {"percent": "100.1"}}), "revenue.percent", "0 to 100"),
        (
            json!({"targeting": [{"field": "country", "values": ["Germany"]}]}),
            "targeting[0].values[0]",
            "two letters",
        ),
        (json!({"caps": caps}), "caps", "at most 100"),
        (json!({"caps": [cap("daily", "clicks", "0")]}), "caps[0].limit", "pause"),
        (json!({"caps": [cap("daily", "conversions", "1.5")]}), "caps[0].limit", "whole"),
        (
            json!({"caps": [cap("daily", "clicks", "1"), cap("daily", "clicks", "2")]}),
            "caps[1]",
            "second time",
        ),
        (json!({"fail_traffic": {"rows": rows}}), "fail_traffic.rows", "at most 100"),
        (row(json!({"destination": {"url": "https://{sub1}/"}})), "fail_traffic.rows[0].destination", "host"),
        (row(json!({"destination": {"campaign": "2"}})), "fail_traffic.rows[0].destination", "campaigns"),
        (
            row(json!({"destination": {"offer": "2"}, "weight": 1_000_001})),
            "fail_traffic.rows[0].weight",
            "1000000",
        ),
        (row(json!({"destination": {"offer": "2"}, "codes": [203]})), "fail_traffic.rows[0].codes[0]", "203"),
        (
            row(
                json!({"destination": {"offer": "2"}, "targeting": [{"field": "offer_cap", "values": ["x"]}]}),
            ),
            "fail_traffic.rows[0].targeting[0].field",
            "flows",
        ),
        (json!({"duplicate_filter": {"hours": 721}}), "duplicate_filter.hours", "720"),
        (json!({"max_conversion_seconds": 0}), "max_conversion_seconds", "from 1"),
        (
            json!({"min_conversion_seconds": 11, "max_conversion_seconds": 10}),
            "min_conversion_seconds",
            "ever",
        ),
        (json!({"deep_links": {"allowed": true}}), "deep_links.hosts", "list"),
        (json!({"deep_links": {"hosts": hosts}}), "deep_links.hosts", "at most 100"),
        (json!({"deep_links": {"hosts": ["https://a.example"]}}), "deep_links.hosts[0]", "host"),
        (json!({"deep_links": {"hosts": ["*"]}}), "deep_links.hosts[0]", "host"),
    ] {
        let problems = offer(&more);
        assert!(names(&problems, field, words), "{more} gave {problems:?}");
    }
}

#[test]
fn pages_events_and_terms_have_bounds_too() {
    let page = |more: Value| serde_json::from_value::<LandingPage>(more).expect("a page").problems();
    assert_eq!(page(json!({"url": "https://a.example/?c={clickid}"})), Problems::default());
    assert!(names(
        &page(json!({"url": format!("https://a.example/{}", "x".repeat(2_048))})),
        "url",
        "at most 2048"
    ));
    assert!(names(&page(json!({"url": "javascript:x"})), "url", "http"));
    let event = |more: Value| serde_json::from_value::<OfferEvent>(more).expect("an event").problems();
    assert_eq!(event(json!({"name": "first_deposit.2-a"})), Problems::default());
    for (more, field) in [
        (json!({"name": ""}), "name"),
        (json!({"name": "Deposit"}), "name"),
        (json!({"name": "base"}), "name"),
        (json!({"name": "x".repeat(65)}), "name"),
        (json!({"name": "x", "payout": {"type": "cpc"}}), "payout.type"),
        (json!({"name": "x", "revenue": {"type": "rpm"}}), "revenue.type"),
    ] {
        assert!(names(&event(more.clone()), field, ""), "{more}");
    }
    let terms = |own: Value, caps: Value| {
        let document = json!({"partner_id": "1", "offer_id": "1", "event_payouts": own, "caps": caps});
        serde_json::from_value::<PartnerOffer>(document).expect("terms").problems()
    };
    let own = json!({"event_id": "5", "payout": {"amount": "1"}});
    assert_eq!(terms(json!([own]), json!([])), Problems::default());
    assert!(names(&terms(json!([own, own]), json!([])), "event_payouts[1].event_id", "second"));
    assert!(names(&terms(json!([]), json!([cap("daily", "clicks", "0")])), "caps[0].limit", "more than 0"));
}

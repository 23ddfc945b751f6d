//! Smart Links: which row takes a click, the catch-all's two exceptions, and what becomes of the rest.

use super::{Known, PARTNER, network, now, path, visit};
use crate::{
    shared::{LandingPageId, OfferId, RowId, SmartLinkId},
    tracking::{
        Answer, Code, Configuration, Decision, Destination, Dice, Explained, FlawedObject, OfferIndex,
        PlaceTold, Plan, RowVerdict, SmartLinkIndex, SmartLinkTold, Target, Verdict, Visit, decide, explain,
    },
};
use serde_json::{Value, json};

const DRAWS: u64 = 4_000;

/// A network with these offers and one Smart Link over them.
fn with_link(offers: &[Value], link: Value) -> Configuration {
    let mut configuration = network(offers);
    let mut document = json!({"name": "Link"});
    let fields = link.as_object().expect("an object").clone();
    document.as_object_mut().expect("an object").extend(fields);
    let document = serde_json::from_value(document).expect("a Smart Link");
    configuration.smart_links = vec![(SmartLinkId(5), "s".to_owned(), document)];
    configuration
}

fn plan(offers: &[Value], link: Value) -> Plan {
    Plan::compile(with_link(offers, link)).0
}

/// A row over an offer, numbered 100 and on by its offer.
fn row(offer: i64, more: Value) -> Value {
    let mut row = json!({"id": (100 + offer).to_string(), "offer_id": offer.to_string()});
    row.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    row
}

fn follow(plan: &Plan, visit: &Visit<'_>, facts: &Known, seed: u64) -> Decision {
    decide(plan, Some(PARTNER), Target::SmartLink(SmartLinkIndex(0)), visit, facts, now(), Dice(seed))
}

fn click(plan: &Plan, facts: &Known) -> Decision {
    follow(plan, &visit(), facts, 42)
}

fn closed() -> Value {
    json!({"targeting": [{"field": "country", "values": ["US"]}]})
}

fn is(field: &str, value: &str) -> Value {
    json!({"targeting": [{"field": field, "values": [value]}]})
}

#[test]
fn by_priority_the_first_row_whose_offer_takes_the_click_has_it() {
    let rows =
        json!([row(1, json!({})), row(2, is("os", "android")), row(3, is("os", "ios")), row(4, json!({}))]);
    let offers = [closed(), json!({}), json!({}), json!({})];
    let decision = click(&plan(&offers, json!({"rows": rows})), &Known::default());
    assert_eq!(path(&decision), vec![(3, None)]);
    let hop = &decision.hops[0];
    assert_eq!((hop.smart_link, hop.row, hop.branch), (Some(SmartLinkId(5)), Some(RowId(103)), Some(2)));
    assert_eq!((hop.verdict, hop.reserves, hop.propensity), (Verdict::Valid, true, 1.0));
}

#[test]
fn a_row_is_skipped_for_whatever_keeps_its_offer_from_the_click() {
    let rows = json!([row(1, json!({})), row(2, json!({}))]);
    let block = json!({"converted_filter": {"action": "block"}});
    let cases = [
        (json!({"status": "paused"}), Known::default()),
        (json!({"status": "deleted"}), Known::default()),
        (json!({"end_date": "2020-01-01T00:00:00Z"}), Known::default()),
        (json!({"visibility": "private"}), Known::default()),
        (closed(), Known::default()),
        (json!({}), Known { capped: vec![0], ..Known::default() }),
        (block, Known { converted: vec![(0, 3)], ..Known::default() }),
    ];
    for (first, facts) in cases {
        let plan = plan(&[first.clone(), json!({})], json!({"rows": rows}));
        assert_eq!(path(&click(&plan, &facts)), vec![(2, None)], "{first}");
    }
}

#[test]
fn by_weight_rows_are_drawn_among_those_that_would_take_the_click() {
    let rows = json!([
        row(1, json!({"weight": 70})),
        row(2, json!({"weight": 30})),
        row(3, json!({"weight": 0})),
        row(4, json!({"weight": 900})),
    ]);
    let plan =
        plan(&[json!({}), json!({}), json!({}), closed()], json!({"mechanism": "weight", "rows": rows}));
    let mut hits = [0_u64; 5];
    for seed in 0..DRAWS {
        let decision = follow(&plan, &visit(), &Known::default(), seed);
        let hop = &decision.hops[0];
        let offer = hop.offer.expect("an offer").0;
        hits[usize::try_from(offer).expect("small")] += 1;
        assert!((hop.propensity - if offer == 1 { 0.7 } else { 0.3 }).abs() < 1e-6, "{hop:?}");
    }
    assert_eq!((hits[3], hits[4]), (0, 0));
    assert!((2_700..2_900).contains(&hits[1]), "{hits:?}");
}

#[test]
fn rows_that_weigh_nothing_take_nothing() {
    let rows = json!([row(1, json!({"weight": 0})), row(2, json!({"weight": 0}))]);
    let link = json!({"mechanism": "weight", "rows": rows, "catch_all_id": "3"});
    let decision = click(&plan(&[json!({}), json!({}), json!({})], link), &Known::default());
    assert_eq!(path(&decision), vec![(3, None)]);
}

#[test]
fn the_same_offer_stands_in_several_rows_with_other_landing_pages() {
    let rows = json!([
        {"id": "1", "offer_id": "1", "landing_page_id": "11"},
        {"id": "2", "offer_id": "1", "landing_page_id": "12", "weight": 3},
        {"id": "3", "offer_id": "1", "landing_page_id": "99"},
    ]);
    let mut configuration = with_link(&[json!({})], json!({"mechanism": "weight", "rows": rows}));
    for id in [11, 12] {
        let page = json!({"url": format!("https://page{id}.example/")});
        let page = serde_json::from_value(page).expect("a page");
        configuration.landing_pages.push((LandingPageId(id), OfferId(1), page));
    }
    let (plan, flaws) = Plan::compile(configuration);
    assert_eq!(flaws.iter().map(|flaw| flaw.field.as_str()).collect::<Vec<_>>(), ["rows[2]"]);
    let asks = Visit { landing_page: Some(LandingPageId(11)), ..visit() };
    let mut hits = [0; 13];
    for seed in 0..DRAWS {
        let page = follow(&plan, &asks, &Known::default(), seed).hops[0].landing_page.expect("a page");
        hits[usize::try_from(page.0).expect("small")] += 1;
    }
    assert_eq!(hits[11] + hits[12], DRAWS as usize, "the row says the page, not the link: {hits:?}");
    assert!((2_900..3_100).contains(&hits[12]), "{hits:?}");
}

#[test]
fn the_catch_all_takes_what_no_row_takes_of_unapproved_partners_too() {
    let link = json!({"rows": [row(1, json!({}))], "catch_all_id": "2"});
    let decision = click(&plan(&[closed(), json!({"visibility": "private"})], link), &Known::default());
    assert_eq!(path(&decision), vec![(2, None)]);
    assert_eq!((decision.hops[0].row, decision.hops[0].smart_link), (None, Some(SmartLinkId(5))));
}

#[test]
fn the_catch_alls_fail_offer_works_for_unapproved_partners_too() {
    let mut capped = json!({"visibility": "require_approval"});
    capped["fail_traffic"] = json!({"rows": [{"destination": {"offer": "3"}, "codes": [2]}]});
    let link = json!({"rows": [row(1, json!({}))], "catch_all_id": "2"});
    let offers = [closed(), capped, json!({"visibility": "private"})];
    let facts = Known { capped: vec![1], ..Known::default() };
    let decision = click(&plan(&offers, link), &facts);
    assert_eq!(path(&decision), vec![(2, Some(2)), (3, None)]);
    assert!(decision.hops.iter().all(|hop| hop.smart_link == Some(SmartLinkId(5))));
}

#[test]
fn where_the_catch_alls_fail_offer_refuses_too_the_click_ends_with_20() {
    let mut capped = json!({});
    capped["fail_traffic"] = json!({"rows": [{"destination": {"offer": "3"}}]});
    let link = json!({"rows": [row(1, json!({}))], "catch_all_id": "2"});
    let facts = Known { capped: vec![1], ..Known::default() };
    let decision = click(&plan(&[closed(), capped, closed()], link), &facts);
    assert_eq!(path(&decision), vec![(2, Some(2)), (3, Some(9)), (0, Some(20))]);
    assert_eq!(decision.answer, Answer::Page(Code::NoMatchingOffer));
}

#[test]
fn no_other_fail_traffic_applies_inside() {
    let mut first = closed();
    first["fail_traffic"] = json!({"rows": [{"destination": {"offer": "3"}}]});
    let forwarding = json!({"forwarding": [{"destination": {"offer": "3"}}]});
    let link = json!({"rows": [row(1, json!({})), row(2, json!({}))]});
    let decision = click(&plan(&[first, forwarding, json!({})], link), &Known::default());
    assert_eq!(path(&decision), vec![(2, None)], "nor does forwarding");
}

#[test]
fn nothing_fits_is_a_clean_page_with_code_20_or_the_networks_fallback() {
    for link in [json!({}), json!({"rows": [row(1, json!({}))]}), json!({"catch_all_id": "1"})] {
        let mut configuration = with_link(&[closed()], link.clone());
        let without = click(&Plan::compile(configuration.clone()).0, &Known::default());
        assert_eq!(path(&without), vec![(0, Some(20))], "{link}");
        assert_eq!(without.answer, Answer::Page(Code::NoMatchingOffer));
        assert_eq!(without.hops[0].smart_link, Some(SmartLinkId(5)));
        configuration.fallback_url = Some("https://else.example/?l={smart_link_id}&s={sub1}".to_owned());
        let plan = Plan::compile(configuration).0;
        let sent = click(&plan, &Known::default());
        assert!(matches!(sent.answer, Answer::Redirect { to: Destination::Fallback, .. }));
        let mut visitor = visit();
        visitor.subs[0] = "a b";
        let url = sent.url(&plan, &visitor, crate::shared::ClickId(0));
        assert_eq!(url.as_deref(), Some("https://else.example/?l=5&s=a%20b"));
    }
}

#[test]
fn a_filtered_duplicate_ends_and_tries_no_other_row() {
    for action in ["block", "fail_traffic"] {
        let filtered = json!({"duplicate_filter": {"action": action}});
        let link = json!({"rows": [row(1, json!({})), row(2, json!({}))], "catch_all_id": "2"});
        let plan = plan(&[filtered, json!({})], link);
        let facts = Known { seen: vec![(0, 3)], ..Known::default() };
        let decision = click(&plan, &facts);
        assert_eq!(path(&decision), vec![(1, Some(21))], "{action}");
        assert_eq!(decision.answer, Answer::Page(Code::DuplicateClick));
        assert_eq!(decision.hops[0].row, Some(RowId(101)));
    }
    let passing = plan(&[json!({})], json!({"rows": [row(1, json!({}))]}));
    let facts = Known { seen: vec![(0, 3)], ..Known::default() };
    assert_eq!(click(&passing, &facts).hops[0].verdict, Verdict::Duplicate);
}

#[test]
fn a_link_that_is_not_active_takes_nothing() {
    for status in ["paused", "deleted"] {
        let link = json!({"status": status, "rows": [row(1, json!({}))]});
        let decision = click(&plan(&[json!({})], link), &Known::default());
        assert_eq!(
            (path(&decision), decision.answer),
            (vec![(0, Some(202))], Answer::Page(Code::OfferNotActive))
        );
    }
}

#[test]
fn an_offers_fail_traffic_may_lead_into_a_smart_link_and_no_loop_runs_on() {
    let mut first = closed();
    first["fail_traffic"] = json!({"rows": [{"destination": {"smart_link": "5"}, "paid": false}]});
    let link = json!({"rows": [row(1, json!({})), row(2, json!({}))], "catch_all_id": "1"});
    let start = |plan: &Plan| {
        decide(plan, Some(PARTNER), Target::Offer(OfferIndex(0)), &visit(), &Known::default(), now(), Dice(1))
    };
    let decision = start(&plan(&[first.clone(), json!({})], link.clone()));
    assert_eq!(path(&decision), vec![(1, Some(9)), (2, None)]);
    assert_eq!((decision.hops[1].paid, decision.hops[1].branch), (false, Some(1)));
    let (looped, flaws) = Plan::compile(with_link(&[first, closed()], link));
    assert!(flaws.iter().any(|flaw| flaw.message.contains("loop")), "{flaws:?}");
    let decision = start(&looped);
    assert_eq!(path(&decision), vec![(1, Some(9)), (0, Some(20))]);
    assert_eq!(decision.answer, Answer::Page(Code::NoMatchingOffer));
}

#[test]
fn a_partner_leaves_rows_out_or_narrows_them_where_the_link_allows_it() {
    let rules = json!({"smart_link_id": "5", "partner_id": PARTNER, "rows": [
        {"row_id": "101", "left_out": true},
        {"row_id": "102", "targeting": [{"field": "os", "values": ["android"]}]},
        {"row_id": "999", "left_out": true},
    ]});
    let rows = json!([row(1, json!({})), row(2, json!({})), row(3, json!({}))]);
    for (allowed, taken) in [(true, 3), (false, 1)] {
        let link = json!({"rows": rows, "partner_rules": allowed});
        let mut configuration = with_link(&[json!({}), json!({}), json!({})], link);
        configuration.partner_rules = vec![serde_json::from_value(rules.clone()).expect("rules")];
        let decision = click(&Plan::compile(configuration.clone()).0, &Known::default());
        assert_eq!(path(&decision), vec![(taken, None)], "{allowed}");
        let android = Visit { os: "android", ..visit() };
        let decision = follow(&Plan::compile(configuration).0, &android, &Known::default(), 1);
        assert_eq!(path(&decision), vec![(if allowed { 2 } else { 1 }, None)], "{allowed}");
    }
}

#[test]
fn rows_that_can_never_take_a_click_are_told() {
    let cap = json!({"caps": [{"period": "daily", "measure": "clicks", "limit": "5"}]});
    let offers = [
        json!({}),
        is("os", "iOS"),
        json!({"status": "paused"}),
        cap,
        closed(),
        json!({"visibility": "require_approval"}),
        json!({"duplicate_filter": {"action": "fail_traffic"}}),
    ];
    let us = json!({"targeting": [{"field": "country", "values": ["US"]}]});
    let cases = [
        (json!([row(2, is("os", "android"))]), json!({}), vec!["rows[0]"]),
        (json!([row(2, is("os", "ios")), row(1, is("os", "android"))]), json!({}), vec![]),
        (json!([row(5, is("country", "FR"))]), json!({}), vec!["rows[0]"]),
        (json!([row(5, is("city", "Lyon"))]), json!({}), vec![]),
        (json!([row(1, json!({})), row(2, json!({}))]), json!({}), vec!["rows[1]"]),
        (json!([row(1, json!({})), row(2, json!({}))]), json!({"mechanism": "weight"}), vec![]),
        (json!([row(4, json!({})), row(2, json!({}))]), json!({}), vec![]),
        (json!([row(1, json!({})), row(2, json!({}))]), json!({"partner_rules": true}), vec![]),
        (json!([row(6, json!({})), row(2, json!({}))]), json!({}), vec![]),
        (json!([row(1, us.clone()), row(2, us.clone())]), json!({}), vec!["rows[1]"]),
        (json!([row(7, json!({})), row(2, json!({}))]), json!({}), vec![]),
        (json!([row(3, json!({}))]), json!({}), vec!["rows[0]"]),
        (json!([row(1, json!({}))]), json!({"catch_all_id": "3"}), vec!["catch_all_id"]),
        (json!([row(1, json!({"weight": 0}))]), json!({"mechanism": "weight"}), vec!["rows"]),
        (json!([row(1, json!({"weight": 0}))]), json!({}), vec![]),
        (json!([row(1, json!({})), row(1, us.clone())]), json!({}), vec!["rows[1]"]),
        (json!([row(1, us.clone()), row(1, us.clone())]), json!({}), vec!["rows[1]"]),
        (json!([row(1, us.clone()), row(1, json!({}))]), json!({}), vec![]),
        (json!([row(1, json!({})), row(1, us)]), json!({"mechanism": "weight"}), vec![]),
        (json!([row(4, json!({}))]), json!({}), vec!["catch_all_id"]),
        (json!([row(4, json!({}))]), json!({"catch_all_id": "1"}), vec![]),
        (json!([row(4, json!({})), row(1, json!({}))]), json!({}), vec![]),
    ];
    for (rows, mut link, fields) in cases {
        link["rows"] = rows;
        let (_, flaws) = Plan::compile(with_link(&offers, link.clone()));
        let of_link = flaws.iter().filter(|flaw| matches!(flaw.object, FlawedObject::SmartLink(_)));
        assert_eq!(of_link.map(|flaw| flaw.field.as_str()).collect::<Vec<_>>(), fields, "{link}");
    }
}

#[test]
fn a_link_wants_the_cookie_where_one_of_its_offers_does() {
    let cookie = json!({"duplicate_filter": {"session": "cookie"}});
    let target = Target::SmartLink(SmartLinkIndex(0));
    let row = json!({"rows": [row(2, json!({}))]});
    assert!(plan(&[json!({}), cookie.clone()], row).wants_cookie(target));
    assert!(plan(&[json!({}), cookie.clone()], json!({"catch_all_id": "2"})).wants_cookie(target));
    assert!(!plan(&[json!({}), cookie], json!({"catch_all_id": "1"})).wants_cookie(target));
}

#[test]
fn an_explanation_names_what_keeps_each_row_and_agrees_with_the_decision() {
    let rows = json!([
        row(1, is("os", "android")),
        row(2, json!({})),
        row(3, json!({})),
        row(4, json!({"weight": 0})),
        row(9, json!({})),
        row(5, json!({"weight": 3})),
        row(6, json!({})),
        row(7, json!({})),
    ]);
    let offers =
        [json!({}), closed(), json!({}), json!({}), json!({}), json!({}), json!({"visibility": "private"})];
    let rules =
        json!({"smart_link_id": "5", "partner_id": PARTNER, "rows": [{"row_id": "103", "left_out": true}]});
    let link = json!({"mechanism": "weight", "rows": rows, "partner_rules": true, "catch_all_id": "2"});
    let mut configuration = with_link(&offers, link);
    configuration.partner_rules = vec![serde_json::from_value(rules).expect("rules")];
    let plan = Plan::compile(configuration).0;
    let mut hits = [0_u32; 8];
    for seed in 0..DRAWS {
        let facts = Known::default();
        let explained = explained(&plan, &facts, seed);
        let told = link_told(&explained);
        let verdicts: Vec<RowVerdict> = told.rows.iter().map(|row| row.verdict).collect();
        assert_eq!(
            verdicts,
            vec![
                RowVerdict::Targeting(Code::Os),
                RowVerdict::Offer(Code::Country),
                RowVerdict::LeftOut,
                RowVerdict::WeighsNothing,
                RowVerdict::LeadsNowhere,
                RowVerdict::Takes,
                RowVerdict::Takes,
                RowVerdict::Offer(Code::PartnerNotApproved),
            ]
        );
        assert_eq!(told.catch_all, Some(RowVerdict::Offer(Code::Country)));
        let drawn = usize::from(explained.decision.hops[0].branch.expect("a row"));
        assert_eq!(told.rows[drawn].propensity, explained.decision.hops[0].propensity);
        hits[drawn] += 1;
    }
    assert!((2_900..3_100).contains(&hits[5]) && hits[5] + hits[6] == DRAWS as u32, "{hits:?}");
}

#[test]
fn a_paused_link_has_no_rows_to_explain() {
    let plan = plan(&[json!({})], json!({"status": "paused", "rows": [row(1, json!({}))]}));
    assert_eq!(link_told(&explained(&plan, &Known::default(), 1)).rows, Vec::new());
    let link = Target::SmartLink(SmartLinkIndex(7));
    let none = explain(&plan, Some(PARTNER), link, &visit(), &Known::default(), now(), Dice(1));
    assert_eq!(none.places, Vec::new());
}

fn explained(plan: &Plan, facts: &Known, seed: u64) -> Explained {
    let link = Target::SmartLink(SmartLinkIndex(0));
    explain(plan, Some(PARTNER), link, &visit(), facts, now(), Dice(seed))
}

fn link_told(explained: &Explained) -> &SmartLinkTold {
    match &explained.places[..] {
        [PlaceTold::SmartLink(told)] => told,
        other => panic!("not one Smart Link: {other:?}"),
    }
}

#[test]
fn the_three_systems_example_sends_each_to_its_offer() {
    // The example of the source document: an offer an operating system, three creatives each by weight.
    let offers: Vec<Value> = ["ios", "android", "windows"].iter().map(|os| is("os", os)).collect();
    let mut rows = Vec::new();
    for offer in 1..=3 {
        for creative in 0..3 {
            let page = offer * 100 + creative;
            rows.push(json!({"id": page.to_string(), "offer_id": offer.to_string(), "landing_page_id": page.to_string()}));
        }
    }
    let mut configuration = with_link(&offers, json!({"mechanism": "weight", "rows": rows}));
    for offer in 1..=3 {
        for creative in 0..3 {
            let page = serde_json::from_value(json!({"url": "https://creative.example/"})).expect("a page");
            configuration.landing_pages.push((LandingPageId(offer * 100 + creative), OfferId(offer), page));
        }
    }
    let plan = Plan::compile(configuration).0;
    for (os, offer) in [("ios", 1), ("android", 2), ("windows", 3)] {
        let visitor = Visit { os, ..visit() };
        let mut hits = [0_u64; 3];
        for seed in 0..DRAWS {
            let hop = follow(&plan, &visitor, &Known::default(), seed).hops[0].clone();
            assert_eq!(hop.offer, Some(OfferId(offer)));
            hits[usize::try_from(hop.landing_page.expect("a page").0 % 100).expect("small")] += 1;
        }
        assert!(hits.iter().all(|hit| (1_230..1_440).contains(hit)), "{os}: {hits:?}");
    }
}

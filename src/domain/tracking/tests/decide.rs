//! One offer's judgement: the order of the checks, filters, landing pages, deep links, money.

use super::{Known, PARTNER, click, network, now, path, plan, visit};
use crate::{
    accounts::PartnerOffer,
    shared::{LandingPageId, Micros, MonitorId, OfferId, Status},
    tracking::{
        Answer, Code, Destination, Dice, Facts, NoFacts, Noting, OfferIndex, Plan, ShareIndex, Target,
        Verdict, Visit, decide,
    },
};
use serde_json::{Value, json};

fn terms(more: &Value) -> PartnerOffer {
    let mut document = json!({"partner_id": "7", "offer_id": "1"});
    document.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    serde_json::from_value(document).expect("terms")
}

/// The plan of one offer and the partner's terms for it.
fn with_terms(offer: &Value, more: &Value) -> Plan {
    let mut configuration = network(std::slice::from_ref(offer));
    configuration.partner_offers.push(terms(more));
    Plan::compile(configuration).0
}

#[test]
fn only_offers_and_shares_with_caps_are_asked_for_room() {
    let cap = json!([{"period": "daily", "measure": "clicks", "limit": "5"}]);
    let mut configuration = network(&[json!({}), json!({}), json!({"caps": cap})]);
    configuration.partner_offers.push(terms(&json!({"offer_id": "2", "caps": cap})));
    let plan = Plan::compile(configuration).0;
    let full = Known { capped: vec![0, 1, 2], ..Known::default() };
    let noting = Noting::new(&plan, &full);
    assert!(!noting.capped(OfferIndex(0), None));
    assert!(noting.capped(OfferIndex(1), Some(ShareIndex(0))), "the share has a cap");
    assert!(noting.capped(OfferIndex(2), None));
    assert_eq!(noting.into_noted().capped, [OfferId(2), OfferId(3)]);
}

#[test]
fn a_plain_click_is_valid_counted_and_remembered() {
    let decision = click(&plan(&[json!({})]), &visit(), &Known::default());
    let hop = &decision.hops[0];
    assert_eq!((hop.verdict, hop.code, hop.reserves, hop.remember), (Verdict::Valid, None, true, Some(3)));
    assert_eq!(
        (hop.offer, hop.landing_page, hop.option),
        (Some(OfferId(1)), Some(LandingPageId(10)), Some(0))
    );
    assert_eq!((hop.propensity, hop.paid, hop.partner), (1.0, true, Some(PARTNER)));
    let to = Destination::LandingPage { offer: OfferIndex(0), option: 0 };
    assert!(matches!(decision.answer, Answer::Redirect { to: found, .. } if found == to));
}

/// Mends one thing that a click fails on.
type Mend = fn(&mut crate::tracking::Configuration, &mut Known);

#[test]
fn the_first_failing_check_of_the_listed_order_is_the_code() {
    // Everything fails at first; each step mends the check before.
    let everything = json!({
        "status": "paused", "end_date": "2026-01-01T00:00:00Z", "visibility": "private",
        "converted_filter": {"action": "block"}, "duplicate_filter": {"action": "block"},
        "targeting": [{"field": "country", "values": ["US"]}], "monitor_id": "3",
    });
    let (seen, converted) = (vec![(0, 3)], vec![(0, 3)]);
    let facts = Known { capped: vec![0], seen, converted, down: vec![MonitorId(3)], ..Known::default() };
    let mut configuration = network(&[everything]);
    configuration.suspended = true;
    configuration.partners[0].2.status = Status::Paused;
    let control = json!({"name": "C", "field": "ip", "values": ["0.0.0.0/0", "::/0"]});
    let control = serde_json::from_value(control).expect("a traffic control");
    configuration.traffic_controls.push((crate::shared::TrafficControlId(1), control));
    let block = json!({"name": "B", "variable": "sub1", "operator": "contains", "values": ["b"]});
    let block = serde_json::from_value(block).expect("a source block");
    configuration.source_blocks.push((crate::shared::SourceBlockId(1), block));
    let mut visit = visit();
    visit.subs[0] = "abc";
    let mut facts_now = facts;
    let steps: [(u16, Mend); 12] = [
        (204, |_, _| {}),
        (203, |c, _| c.suspended = false),
        (202, |c, _| c.partners[0].2.status = Status::Active),
        (1, |c, _| c.offers[0].2.status = crate::offers::OfferStatus::Active),
        (201, |c, _| c.offers[0].2.end_date = None),
        (24, |c, _| c.offers[0].2.visibility = crate::offers::Visibility::Public),
        (14, |c, _| c.traffic_controls.clear()),
        (27, |c, _| c.source_blocks.clear()),
        (21, |_, f| f.converted.clear()),
        (9, |_, f| f.seen.clear()),
        (2, |c, _| c.offers[0].2.targeting.clear()),
        (206, |_, f| f.capped.clear()),
    ];
    for (code, mend) in steps {
        mend(&mut configuration, &mut facts_now);
        let (plan, _) = Plan::compile(configuration.clone());
        let decision = click(&plan, &visit, &facts_now);
        assert_eq!(path(&decision), vec![(1, Some(code))]);
        let hop = &decision.hops[0];
        assert_eq!((hop.verdict, hop.reserves, hop.remember), (Verdict::Invalid, false, None), "{code}");
        assert_eq!(decision.answer, Answer::Page(Code::of_number(code).expect("a code")));
    }
}

#[test]
fn a_site_that_is_down_sends_clicks_to_the_fail_traffic_and_another_monitor_does_not() {
    let leads_on = json!({
        "monitor_id": "3", "fail_traffic": {"rows": [{"destination": {"offer": "2"}, "codes": [206]}]},
    });
    let plan = plan(&[leads_on, json!({})]);
    let down = |monitor| Known { down: vec![MonitorId(monitor)], ..Known::default() };
    assert_eq!(path(&click(&plan, &visit(), &down(3))), vec![(1, Some(206)), (2, None)]);
    assert_eq!(path(&click(&plan, &visit(), &down(4))), vec![(1, None)]);
    assert_eq!(path(&click(&plan, &visit(), &Known::default())), vec![(1, None)]);
}

#[test]
fn an_unknown_partner_or_offer_is_an_unknown_link() {
    let plan = plan(&[json!({})]);
    let first = Target::Offer(OfferIndex(0));
    for (partner, target) in
        [(None, first), (Some(PARTNER), Target::Unknown), (Some(PARTNER), Target::Offer(OfferIndex(9)))]
    {
        let decision = decide(&plan, partner, target, &visit(), &NoFacts, now(), Dice(1));
        assert_eq!(decision.answer, Answer::Page(Code::UnknownLink));
        assert_eq!((decision.hops.len(), decision.hops[0].partner), (1, partner));
    }
}

#[test]
fn a_partner_needs_approval_where_the_offer_says_so_and_may_be_blocked_anywhere() {
    for (visibility, state, allowed) in [
        ("public", "none", true),
        ("public", "pending", true),
        ("public", "blocked", false),
        ("public", "rejected", false),
        ("require_approval", "none", false),
        ("require_approval", "pending", false),
        ("require_approval", "approved", true),
        ("private", "none", false),
        ("private", "approved", true),
        ("private", "rejected", false),
    ] {
        let plan = with_terms(&json!({"visibility": visibility}), &json!({"state": state}));
        let decision = click(&plan, &visit(), &Known::default());
        let code = if allowed { None } else { Some(201) };
        assert_eq!(path(&decision), vec![(1, code)], "{visibility} {state}");
        assert!(decision.hops[0].share.is_some());
    }
}

#[test]
fn a_bot_is_routed_like_a_visitor_and_never_counted() {
    let bot = Visit { is_bot: true, ..visit() };
    let cpc = json!({"payout": {"type": "cpc", "amount": "1"}, "revenue": {"type": "rpc", "amount": "2"}});
    let decision = click(&plan(std::slice::from_ref(&cpc)), &bot, &Known::default());
    let hop = &decision.hops[0];
    assert!(matches!(decision.answer, Answer::Redirect { .. }));
    assert_eq!((hop.verdict, hop.code), (Verdict::Invalid, Some(Code::Bot)));
    assert_eq!(
        (hop.payout, hop.revenue, hop.reserves, hop.remember),
        (Micros::ZERO, Micros::ZERO, false, None)
    );
    let elsewhere = json!({"targeting": [{"field": "country", "values": ["US"]}]});
    assert_eq!(path(&click(&plan(&[elsewhere]), &bot, &Known::default())), vec![(1, Some(9))]);
    let blocking = json!({"block_bots": true, "fail_traffic": {"rows": [{"destination": {"url": "https://a.example"}}]}});
    assert_eq!(click(&plan(&[blocking]), &bot, &Known::default()).answer, Answer::Page(Code::Bot));
}

#[test]
fn a_duplicate_passes_without_money_unless_the_offer_filters() {
    let seen = Known { seen: vec![(0, 3)], ..Known::default() };
    let offer = |action: &str| {
        json!({"payout": {"type": "cpc", "amount": "1"}, "duplicate_filter": {"action": action},
            "fail_traffic": {"rows": [{"destination": {"url": "https://a.example"}}]}})
    };
    let decision = click(&plan(&[offer("off")]), &visit(), &seen);
    let hop = &decision.hops[0];
    assert_eq!((hop.verdict, hop.code), (Verdict::Duplicate, Some(Code::DuplicateClick)));
    assert_eq!((hop.payout, hop.reserves, hop.remember), (Micros::ZERO, true, None));
    assert!(matches!(decision.answer, Answer::Redirect { to: Destination::LandingPage { .. }, .. }));
    let blocked = click(&plan(&[offer("block")]), &visit(), &seen);
    assert_eq!(blocked.answer, Answer::Page(Code::DuplicateClick));
    let sent_on = click(&plan(&[offer("fail_traffic")]), &visit(), &seen);
    assert!(matches!(sent_on.answer, Answer::Redirect { to: Destination::FailUrl { row: 0, .. }, .. }));
}

#[test]
fn a_visitor_who_has_converted_passes_as_valid_unless_the_offer_filters() {
    let converted = Known { converted: vec![(0, 3)], ..Known::default() };
    let offer = |action: &str| json!({"converted_filter": {"action": action}});
    assert_eq!(path(&click(&plan(&[offer("off")]), &visit(), &converted)), vec![(1, None)]);
    for action in ["block", "fail_traffic"] {
        assert_eq!(path(&click(&plan(&[offer(action)]), &visit(), &converted)), vec![(1, Some(27))]);
    }
}

#[test]
fn the_session_kind_chooses_the_key() {
    for (session, key) in [("cookie", 1), ("ip", 2), ("ip_user_agent", 3)] {
        let plan = plan(&[json!({"duplicate_filter": {"session": session}})]);
        let seen = |key| Known { seen: vec![(0, key)], ..Known::default() };
        assert_eq!(click(&plan, &visit(), &seen(key)).hops[0].verdict, Verdict::Duplicate, "{session}");
        assert_eq!(click(&plan, &visit(), &seen(9)).hops[0].remember, Some(key), "{session}");
    }
}

#[test]
fn pages_are_drawn_by_weight_unless_the_link_asks_for_one() {
    let mut configuration = network(&[json!({})]);
    let page = |more: Value| serde_json::from_value(more).expect("a page");
    let (off, two) = (
        json!({"url": "https://b.example", "active": false}),
        json!({"url": "https://c.example", "weight": 3}),
    );
    configuration.landing_pages.push((LandingPageId(11), OfferId(1), page(off)));
    configuration.landing_pages.push((LandingPageId(12), OfferId(1), page(two)));
    configuration.landing_pages.push((
        LandingPageId(13),
        OfferId(1),
        page(json!({"url": "https://d.example", "weight": 0})),
    ));
    let (plan, _) = Plan::compile(configuration);
    let drawn = |seed, asked| {
        let visitor = Visit { landing_page: asked, ..visit() };
        let hop =
            decide(&plan, Some(PARTNER), Target::Offer(OfferIndex(0)), &visitor, &NoFacts, now(), Dice(seed))
                .hops[0]
                .clone();
        (hop.landing_page.map_or(0, |page| page.0), hop.propensity)
    };
    let mut hits = std::collections::BTreeMap::new();
    (0..4_000).for_each(|seed| *hits.entry(drawn(seed, None).0).or_insert(0) += 1);
    assert_eq!(hits.keys().copied().collect::<Vec<_>>(), vec![10, 12]);
    assert!((900..1_100).contains(&hits[&10]), "{hits:?}");
    assert!((0..50).all(|seed| matches!(drawn(seed, None), (10, 0.25) | (12, 0.75))));
    assert!((0..50).all(|seed| drawn(seed, Some(LandingPageId(13))) == (13, 1.0)));
    assert!(
        (0..50).all(|seed| drawn(seed, Some(LandingPageId(11))).0 != 11),
        "an inactive page is not shown"
    );
    assert!(
        (0..50).all(|seed| drawn(seed, Some(LandingPageId(99))).0 != 99),
        "another offer's page is not shown"
    );
}

#[test]
fn an_offer_without_an_active_page_takes_nobody() {
    let mut configuration = network(&[json!({})]);
    configuration.landing_pages.clear();
    let (plan, flaws) = Plan::compile(configuration);
    assert_eq!(path(&click(&plan, &visit(), &Known::default())), vec![(1, Some(202))]);
    assert_eq!(flaws.len(), 1);
}

#[test]
fn a_deep_link_is_followed_only_to_a_listed_host() {
    let plan = plan(&[json!({"deep_links": {"allowed": true, "hosts": ["shop.example", "*.Sub.example"]}})]);
    let off = super::plan(&[json!({"deep_links": {"allowed": false, "hosts": ["shop.example"]}})]);
    for (url, followed) in [
        ("https://shop.example/a?b=1", true),
        ("HTTP://SHOP.example:8080/", true),
        ("https://x.y.sub.example", true),
        ("https://sub.example/", false),
        ("https://evilsub.example/", false),
        ("https://shop.example.evil.example/", false),
        ("https://shop.example@evil.example/", false),
        ("https://user@shop.example/", false),
        ("https://evil.example\\@shop.example/", false),
        ("ftp://shop.example/", false),
        ("javascript://shop.example/%0aalert(1)", false),
        ("//shop.example/", false),
        ("shop.example", false),
        ("https://éééé.example/", false),
    ] {
        let visitor = Visit { deep_link: url, ..visit() };
        let decision = click(&plan, &visitor, &Known::default());
        let deep = matches!(decision.answer, Answer::Redirect { to: Destination::DeepLink { .. }, .. });
        assert_eq!(deep, followed, "{url}");
        assert_eq!(decision.hops[0].landing_page.is_none(), followed, "{url}");
        let decision = click(&off, &visitor, &Known::default());
        assert!(matches!(decision.answer, Answer::Redirect { to: Destination::LandingPage { .. }, .. }));
    }
}

#[test]
fn a_valid_click_earns_what_the_terms_say() {
    let cpc = json!({"type": "cpc", "amount": "0.10"});
    let rpc = json!({"type": "rpc", "amount": "0.30"});
    let share = json!({"type": "revenue_share", "percent": "50"});
    for (offer, own, payout, revenue) in [
        (json!({"payout": cpc, "revenue": rpc}), json!({}), 100_000, 300_000),
        (
            json!({"payout": cpc, "revenue": rpc}),
            json!({"payout": {"type": "cpc", "amount": "0.2"}}),
            200_000,
            300_000,
        ),
        (json!({"payout": share, "revenue": rpc}), json!({}), 150_000, 300_000),
        (json!({"payout": {"type": "cpa", "amount": "5"}}), json!({}), 0, 0),
        (
            json!({"payout": {"type": "cpm", "amount": "5"}, "revenue": {"type": "rpm", "amount": "5"}}),
            json!({}),
            0,
            0,
        ),
    ] {
        let decision = click(&with_terms(&offer, &own), &visit(), &Known::default());
        assert_eq!(
            (decision.hops[0].payout, decision.hops[0].revenue),
            (Micros(payout), Micros(revenue)),
            "{offer}"
        );
    }
}

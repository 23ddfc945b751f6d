//! Destinations with their macros filled in.

use super::{Known, PARTNER, click, network, visit};
use crate::{
    offers::unknown_macros,
    shared::{AdvertiserId, ClickId, ClickIdParts, NetworkId, NodeId, OfferId},
    tracking::{MacroValues, Plan, Template, Visit},
};
use serde_json::json;

fn id() -> ClickId {
    ClickId::new(ClickIdParts { millis: 1_795_000_000_123, node: NodeId(1), network: NetworkId(1), tail: 5 })
}

fn values<'a>(visit: &'a Visit<'a>) -> MacroValues<'a> {
    MacroValues {
        click: id(),
        timestamp: 1_795_000_000,
        visit,
        offer: Some(OfferId(3)),
        offer_name: "Süße & more",
        partner: Some(PARTNER),
        advertiser: Some(AdvertiserId(4)),
        smart_link: None,
    }
}

fn expanded(template: &str, visit: &Visit<'_>) -> String {
    let mut out = String::new();
    Template::parse(template).expand(&values(visit), &mut out);
    out
}

#[test]
fn every_macro_is_filled_in_any_case() {
    let mut visitor = visit();
    visitor.subs[0] = "a b&c";
    visitor.subs[13] = "14";
    let id = id().to_string();
    for (name, value) in [
        ("clickid", id.as_str()),
        ("ClickID", &id),
        ("transaction_id", &id),
        ("ref_id", &id),
        ("externalid", ""),
        ("country", "DE"),
        ("GEO", "DE"),
        ("city", "M%C3%BCnchen"),
        ("region", "Bavaria"),
        ("isp", "Example%20Telecom"),
        ("language", "de"),
        ("device", "mobile"),
        ("os", "ios"),
        ("browser", "safari"),
        ("ip", "192.0.2.44"),
        ("ua", "Mozilla%2F5.0%20%28iPhone%29"),
        ("uagent", "Mozilla%2F5.0%20%28iPhone%29"),
        ("referer", "https%3A%2F%2Fblog.example%2Fpost%3Fa%3D1"),
        ("sub1", "a%20b%26c"),
        ("SUB14", "14"),
        ("source_id", "SRC-9"),
        ("timestamp", "1795000000"),
        ("offer_id", "3"),
        ("offer_name", "S%C3%BC%C3%9Fe%20%26%20more"),
        ("partner_id", "7"),
        ("advertiser_id", "4"),
        ("smart_link_id", ""),
    ] {
        assert_eq!(
            expanded(&format!("https://a.example/?x={{{name}}}"), &visitor),
            format!("https://a.example/?x={value}"),
            "{name}"
        );
    }
    let named = Visit { ref_id: "EXT 1", ..visit() };
    assert_eq!(
        expanded("https://a.example/{ref_id}/{externalid}", &named),
        "https://a.example/EXT%201/EXT%201"
    );
}

#[test]
fn the_printed_example_works_as_printed() {
    let mut visitor = visit();
    visitor.subs[0] = "x";
    let expected = format!("https://offer.com/?cid={}&geo=DE&s1=x", id());
    assert_eq!(expanded("https://offer.com/?cid={clickid}&geo={country}&s1={sub1}", &visitor), expected);
}

#[test]
fn what_is_no_macro_stays_as_typed_and_is_flagged() {
    for (template, unknown) in [
        ("https://a.example/?x={clikid}", vec!["{clikid}"]),
        ("https://a.example/?x={sub15}&y={sub0}&z={sub01}", vec!["{sub15}", "{sub0}", "{sub01}"]),
        ("https://a.example/?x={", vec![]),
        ("https://a.example/?x={}&y={ os }", vec![]),
        ("https://a.example/?x={{os}", vec![]),
    ] {
        assert_eq!(unknown_macros(template), unknown, "{template}");
        for text in unknown {
            assert!(expanded(template, &visit()).contains(text), "{template}");
        }
    }
    assert!(!Template::parse("https://{os}.example/{os}").is_sound());
    assert_eq!(unknown_macros("https://{os}.example/{os}"), ["{os}", "{os}"]);
    assert_eq!(expanded("https://{os}.example/{os}", &visit()), "https://{os}.example/{os}");
}

#[test]
fn more_parameters_go_into_the_query_and_before_the_fragment() {
    let mut visitor = Visit { other: &[("utm", "a&b"), ("é", "")], ..visit() };
    visitor.subs[14] = "fifteen";
    visitor.subs[29] = "30#";
    for (url, expected) in [
        ("https://a.example", "https://a.example?sub15=fifteen&sub30=30%23&utm=a%26b&%C3%A9="),
        ("https://a.example/p?x=1", "https://a.example/p?x=1&sub15=fifteen&sub30=30%23&utm=a%26b&%C3%A9="),
        (
            "https://a.example/p?#f?{os}",
            "https://a.example/p?sub15=fifteen&sub30=30%23&utm=a%26b&%C3%A9=#f?ios",
        ),
        (
            "https://a.example/p?x=1&#f",
            "https://a.example/p?x=1&sub15=fifteen&sub30=30%23&utm=a%26b&%C3%A9=#f",
        ),
    ] {
        let mut configuration = network(&[json!({"forward_query": true})]);
        configuration.landing_pages[0].2.url = url.to_owned();
        let (plan, _) = Plan::compile(configuration);
        let decision = click(&plan, &visitor, &Known::default());
        assert_eq!(decision.url(&plan, &visitor, id()).as_deref(), Some(expected));
    }
    let (plan, _) = Plan::compile(network(&[json!({})]));
    let url = click(&plan, &visitor, &Known::default()).url(&plan, &visitor, id()).expect("a URL");
    assert!(url.contains("sub15=fifteen") && !url.contains("utm"), "{url}");
}

#[test]
fn a_deep_link_and_a_fail_url_are_filled_in_too() {
    let deep = network(&[json!({"deep_links": {"allowed": true, "hosts": ["shop.example"]}})]);
    let (plan, _) = Plan::compile(deep);
    let visitor = Visit { deep_link: "https://SHOP.example/ä?cid={clickid}", ..visit() };
    let url = click(&plan, &visitor, &Known::default()).url(&plan, &visitor, id());
    assert_eq!(url, Some(format!("https://shop.example/%C3%A4?cid={}", id())));
    let rows = json!([{"destination": {"url": "https://else.example/{offer_id}"}}]);
    let failing = json!({"status": "paused", "fail_traffic": {"rows": rows}});
    let (plan, _) = Plan::compile(network(&[failing]));
    let url = click(&plan, &visit(), &Known::default()).url(&plan, &visit(), id());
    assert_eq!(url.as_deref(), Some("https://else.example/1"));
}

#[test]
fn typed_text_is_made_fit_for_a_header() {
    assert_eq!(
        expanded("https://münchen.example/a b?ü=\"<{os}>", &visit()),
        "https://xn--mnchen-3ya.example/a%20b?%C3%BC=%22%3Cios%3E"
    );
}

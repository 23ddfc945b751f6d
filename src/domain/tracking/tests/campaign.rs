//! Campaigns: which rule wins, what is drawn, rotators, and what becomes of whom nothing takes.

use super::{Known, PARTNER, network, now, path, visit};
use crate::{
    shared::{CampaignId, CapPeriod, MonitorId, OfferId, RowId},
    tracking::{
        Answer, CampaignIndex, Code, Configuration, Decision, Destination, Dice, FlawedObject, OfferIndex,
        PlaceTold, Plan, RuleVerdict, Target, Verdict, Visit, decide, explain,
    },
};
use proptest::prelude::{prop_assert_eq, proptest};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const DRAWS: u64 = 4_000;

/// A network with these offers and one campaign over them.
fn with_campaign(offers: &[Value], campaign: Value) -> Configuration {
    let mut configuration = network(offers);
    let mut document = json!({"name": "Campaign"});
    let fields = campaign.as_object().expect("an object").clone();
    document.as_object_mut().expect("an object").extend(fields);
    let document = serde_json::from_value(document).expect("a campaign");
    configuration.campaigns = vec![(CampaignId(5), "s".to_owned(), document)];
    configuration
}

fn plan(offers: &[Value], campaign: Value) -> Plan {
    Plan::compile(with_campaign(offers, campaign)).0
}

fn follow(plan: &Plan, visit: &Visit<'_>, facts: &Known, seed: u64) -> Decision {
    decide(plan, Some(PARTNER), Target::Campaign(CampaignIndex(0)), visit, facts, now(), Dice(seed))
}

fn click(plan: &Plan, facts: &Known) -> Decision {
    follow(plan, &visit(), facts, 42)
}

fn to(offer: i64) -> Value {
    json!({"offers": [{"offer_id": offer.to_string()}]})
}

fn is(field: &str, value: &str) -> Value {
    json!({"field": field, "values": [value]})
}

fn rule(id: i64, conditions: Value, to: Value) -> Value {
    json!({"id": id.to_string(), "conditions": conditions, "to": to})
}

fn closed() -> Value {
    json!({"targeting": [{"field": "country", "values": ["US"]}]})
}

#[test]
fn a_rule_with_more_conditions_wins_over_a_broader_one_wherever_it_stands() {
    let rules = json!([
        rule(1, json!([is("country", "DE")]), to(1)),
        rule(2, json!([is("country", "de"), is("os", "IOS")]), to(2)),
        rule(3, json!([is("country", "DE"), is("os", "ios")]), to(3)),
        rule(4, json!([is("country", "DE"), is("os", "android"), is("device", "mobile")]), to(3)),
    ]);
    let flow = plan(&[json!({}), json!({}), json!({})], json!({"rules": rules, "defaults": to(1)}));
    let decision = click(&flow, &Known::default());
    assert_eq!(path(&decision), vec![(2, None)], "the tie is settled by the order on the page");
    let hop = &decision.hops[0];
    assert_eq!((hop.campaign, hop.row, hop.branch), (Some(CampaignId(5)), Some(RowId(2)), Some(1)));
    assert_eq!((hop.smart_link, hop.verdict, hop.propensity), (None, Verdict::Valid, 1.0));
}

#[test]
fn every_condition_of_a_rule_has_to_hold_whatever_others_say_of_the_same_field() {
    let rules = json!([
        rule(1, json!([is("country", "US"), is("country", "DE")]), to(1)),
        rule(
            2,
            json!([
                {"field": "sub1", "op": "starts_with", "values": ["one"]},
                {"field": "sub1", "op": "ends_with", "values": ["nothing"]},
            ]),
            to(1)
        ),
        rule(
            3,
            json!([
                {"field": "country", "values": ["DE", "AT"]},
                {"field": "country", "op": "is_not", "values": ["AT"]},
            ]),
            to(2)
        ),
    ]);
    let flow = plan(&[json!({}), json!({})], json!({"rules": rules}));
    let mut visit = visit();
    visit.subs[0] = "one, two";
    assert_eq!(path(&follow(&flow, &visit, &Known::default(), 1)), vec![(2, None)]);
}

#[test]
fn whom_no_rule_wins_takes_the_defaults_and_so_does_whom_the_winning_rule_can_not_take() {
    let rules = json!([rule(1, json!([is("country", "US")]), to(1))]);
    let flow = plan(&[json!({}), json!({})], json!({"rules": rules, "defaults": to(2)}));
    let decision = click(&flow, &Known::default());
    assert_eq!((path(&decision), decision.hops[0].row), (vec![(2, None)], None));

    let rules = json!([rule(1, json!([is("country", "DE")]), to(1))]);
    let flow = plan(&[json!({}), json!({})], json!({"rules": rules, "defaults": to(2)}));
    let capped = Known { capped: vec![0], ..Known::default() };
    assert_eq!(path(&click(&flow, &capped)), vec![(2, None)], "an offer that is full overflows");
    assert_eq!(path(&click(&flow, &Known::default())), vec![(1, None)]);
}

#[test]
fn a_split_masks_offers_that_do_not_take_the_click_and_follows_the_weights_of_the_others() {
    let offers = [json!({}), json!({}), closed(), json!({})];
    let defaults = json!({"offers": [
        {"offer_id": "1", "weight": 70}, {"offer_id": "2", "weight": 30}, {"offer_id": "3", "weight": 500},
        {"offer_id": "4", "weight": 0},
    ]});
    let flow = plan(&offers, json!({"defaults": defaults}));
    let mut hits: BTreeMap<i64, u64> = BTreeMap::new();
    for seed in 0..DRAWS {
        let decision = follow(&flow, &visit(), &Known::default(), seed);
        let hop = &decision.hops[0];
        let offer = hop.offer.expect("an offer").0;
        let expected = if offer == 1 { 0.7 } else { 0.3 };
        assert!((hop.propensity - expected).abs() < 1e-6, "{hop:?}");
        *hits.entry(offer).or_default() += 1;
    }
    let share = hits[&1] as f64 / DRAWS as f64;
    assert!((0.67..0.73).contains(&share) && hits.len() == 2, "{hits:?}");
}

#[test]
fn landing_page_and_offer_are_drawn_one_without_the_other() {
    let page =
        |id: &str| json!({"id": id, "name": id, "url": format!("https://page{id}.example/?c={{clickid}}")});
    let flow = plan(
        &[json!({}), json!({})],
        json!({
            "landing_pages": [page("11"), page("12")],
            "defaults": {
                "landing_pages": [{"landing_page_id": "11", "weight": 1}, {"landing_page_id": "12", "weight": 3}],
                "offers": [{"offer_id": "1"}, {"offer_id": "2"}],
            },
        }),
    );
    let mut hits: BTreeMap<(i64, i64), u64> = BTreeMap::new();
    for seed in 0..DRAWS {
        let decision = follow(&flow, &visit(), &Known::default(), seed);
        let hop = &decision.hops[0];
        let (shown, offer) = (hop.campaign_page.expect("a page").0, hop.offer.expect("an offer").0);
        let place = if shown == 11 { 0 } else { 1 };
        let Answer::Redirect { to, .. } = &decision.answer else { panic!("{decision:?}") };
        assert_eq!(*to, Destination::CampaignPage { campaign: CampaignIndex(0), page: place });
        let onward = Destination::LandingPage { offer: OfferIndex(offer as u32 - 1), option: 0 };
        assert_eq!(decision.onward, Some(onward), "the offer is chosen with the click");
        *hits.entry((shown, offer)).or_default() += 1;
    }
    for ((shown, _), count) in &hits {
        let expected = if *shown == 11 { 0.125 } else { 0.375 };
        assert!((*count as f64 / DRAWS as f64 - expected).abs() < 0.03, "{hits:?}");
    }
}

#[test]
fn a_page_is_shown_by_its_url_with_its_macros_and_leads_on_to_the_offers() {
    let flow = plan(
        &[json!({})],
        json!({
            "landing_pages": [{"id": "11", "name": "Quiz", "url": "https://quiz.example/{country}?c={clickid}&o={offer_id}"}],
            "defaults": {"landing_pages": [{"landing_page_id": "11"}], "offers": [{"offer_id": "1"}]},
        }),
    );
    let decision = click(&flow, &Known::default());
    let id = crate::shared::ClickId(7);
    let url = decision.url(&flow, &visit(), id).expect("a URL");
    assert!(url.starts_with(&format!("https://quiz.example/DE?c={id}&o=1")), "{url}");
    let onward = decision.onward_url(&flow, &visit(), id).expect("a URL");
    assert!(onward.starts_with("https://") && !onward.contains("quiz"), "{onward}");
}

#[test]
fn bots_have_a_branch_where_a_rule_gives_them_one() {
    let rules = json!([rule(1, json!([is("is_bot", "true")]), to(2))]);
    let flow = plan(&[json!({}), json!({})], json!({"rules": rules, "defaults": to(1)}));
    let mut bot = visit();
    bot.is_bot = true;
    let decision = follow(&flow, &bot, &Known::default(), 1);
    assert_eq!(path(&decision), vec![(2, Some(Code::Bot.number()))]);
    assert!(matches!(decision.answer, Answer::Redirect { .. }), "a bot is routed like a visitor");
    assert_eq!(path(&click(&flow, &Known::default())), vec![(1, None)]);
}

#[test]
fn conditions_on_caps_follow_the_count_and_let_the_click_through_where_it_is_unknown() {
    let cap = |op: &str, value: &str| json!([{"field": "offer_cap", "op": op, "values": [value], "of": {"offer": "1", "period": "day"}}]);
    let counted = |count| Known { conversions: vec![(0, CapPeriod::Daily, count)], ..Known::default() };
    let flow = |conditions| {
        plan(&[json!({}), json!({})], json!({"rules": [rule(1, conditions, to(1))], "defaults": to(2)}))
    };
    let below = flow(cap("at_most", "99"));
    assert_eq!(path(&click(&below, &counted(99))), vec![(1, None)]);
    assert_eq!(path(&click(&below, &counted(100))), vec![(2, None)]);
    assert_eq!(path(&click(&below, &Known::default())), vec![(1, None)], "no count: the click goes through");
    let above = flow(cap("at_least", "100"));
    assert_eq!(path(&click(&above, &counted(100))), vec![(1, None)]);
    assert_eq!(path(&click(&above, &Known::default())), vec![(2, None)], "no count: the offer is not full");
    let open = flow(json!([{"field": "offer_cap", "values": ["open"], "of": {"offer": "2"}}]));
    let full = Known { capped: vec![1], ..Known::default() };
    assert_eq!(path(&click(&open, &Known::default())), vec![(1, None)]);
    assert_eq!(path(&click(&open, &full)).last(), Some(&(0, Some(20))));
}

#[test]
fn a_site_that_is_not_known_to_be_down_is_up() {
    let rules = |status: &str| {
        json!([rule(1, json!([{"field": "site_status", "values": [status], "of": {"monitor": "3"}}]), to(1))])
    };
    let down = Known { down: vec![MonitorId(3)], ..Known::default() };
    for (status, facts, offer) in
        [("up", &Known::default(), 1), ("up", &down, 2), ("down", &down, 1), ("down", &Known::default(), 2)]
    {
        let flow = plan(&[json!({}), json!({})], json!({"rules": rules(status), "defaults": to(2)}));
        assert_eq!(path(&click(&flow, facts)), vec![(offer, None)], "{status}");
    }
}

fn rotator(more: Value) -> Value {
    let mut rotator = json!({"id": "20", "name": "R", "options": [
        {"id": "21", "offer_id": "1"}, {"id": "22", "offer_id": "2"}, {"id": "23", "offer_id": "3"},
    ]});
    rotator.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    json!({"rotators": [rotator], "defaults": {"rotator_id": "20"}})
}

fn shares(flow: &Plan, facts: &Known) -> BTreeMap<i64, f64> {
    let mut hits: BTreeMap<i64, f64> = BTreeMap::new();
    for seed in 0..DRAWS {
        let decision = follow(flow, &visit(), facts, seed);
        let option = decision.hops[0].rotator_option.expect("an option").0;
        *hits.entry(option).or_default() += 1.0 / DRAWS as f64;
    }
    hits
}

#[test]
fn a_rotator_serves_by_the_weights_of_its_last_refresh_and_alike_without() {
    let offers = [json!({}), json!({}), json!({})];
    let flow = plan(&offers, rotator(json!({})));
    let alike = shares(&flow, &Known::default());
    assert!(alike.values().all(|share| (share - 1.0 / 3.0).abs() < 0.03), "{alike:?}");
    let weights = vec![(RowId(21), 900), (RowId(22), 100), (RowId(23), 0)];
    let facts = Known { rotations: vec![(RowId(20), weights)], ..Known::default() };
    let learnt = shares(&flow, &facts);
    assert!((learnt[&21] - 0.9).abs() < 0.03 && !learnt.contains_key(&23), "{learnt:?}");
    let full = Known { capped: vec![0], ..facts };
    let masked = shares(&flow, &full);
    assert_eq!(masked.keys().copied().collect::<Vec<_>>(), [22], "what can't take the click is masked");
}

#[test]
fn a_cold_start_serves_who_has_the_fewest_views_until_all_have_enough() {
    let flow = plan(&[json!({}), json!({}), json!({})], rotator(json!({"min_impressions": 10})));
    let weights = vec![(RowId(21), 1_000)];
    let of = |views: [u64; 3]| Known {
        rotations: vec![(RowId(20), weights.clone())],
        views: vec![(RowId(21), views[0]), (RowId(22), views[1]), (RowId(23), views[2])],
        ..Known::default()
    };
    assert_eq!(shares(&flow, &of([10, 9, 10])).keys().copied().collect::<Vec<_>>(), [22]);
    assert_eq!(shares(&flow, &of([3, 3, 3])).keys().copied().collect::<Vec<_>>(), [21]);
    assert_eq!(shares(&flow, &of([10, 10, 10])).keys().copied().collect::<Vec<_>>(), [21]);
}

#[test]
fn an_exploration_floor_draws_any_option_and_is_in_the_propensity() {
    let flow = plan(&[json!({}), json!({}), json!({})], rotator(json!({"exploration": "30"})));
    let facts = Known { rotations: vec![(RowId(20), vec![(RowId(21), 1_000)])], ..Known::default() };
    let explored = shares(&flow, &facts);
    assert!((explored[&21] - 0.8).abs() < 0.03 && (explored[&23] - 0.1).abs() < 0.02, "{explored:?}");
    for seed in 0..200 {
        let hop = follow(&flow, &visit(), &facts, seed).hops[0].clone();
        let expected = if hop.rotator_option == Some(RowId(21)) { 0.8 } else { 0.1 };
        assert!((hop.propensity - expected).abs() < 1e-5, "{hop:?}");
    }
}

#[test]
fn inside_a_campaign_no_offer_forwards_and_no_fail_traffic_is_followed() {
    let astray = json!({
        "forwarding": [{"destination": {"offer": "2"}}],
        "fail_traffic": {"rows": [{"destination": {"offer": "2"}}]},
        "targeting": [{"field": "country", "values": ["US"]}],
    });
    let flow = plan(&[astray, json!({})], json!({"defaults": to(1)}));
    let decision = click(&flow, &Known::default());
    assert_eq!(path(&decision), vec![(0, Some(20))]);
    assert_eq!(decision.answer, Answer::Page(Code::NoMatchingOffer));
}

#[test]
fn nothing_fits_leads_to_the_networks_fallback() {
    let mut configuration = with_campaign(&[closed()], json!({"defaults": to(1)}));
    configuration.fallback_url = Some("https://fallback.example/".to_owned());
    let decision = click(&Plan::compile(configuration).0, &Known::default());
    assert!(matches!(decision.answer, Answer::Redirect { to: Destination::Fallback, .. }), "{decision:?}");
    assert_eq!(
        (decision.hops[0].campaign, decision.hops[0].code),
        (Some(CampaignId(5)), Some(Code::NoMatchingOffer))
    );
}

#[test]
fn a_campaign_that_is_not_active_takes_nothing() {
    for status in ["paused", "deleted"] {
        let flow = plan(&[json!({})], json!({"status": status, "defaults": to(1)}));
        let decision = click(&flow, &Known::default());
        assert_eq!(path(&decision), vec![(0, Some(202))], "{status}");
        assert_eq!(decision.hops[0].campaign, Some(CampaignId(5)));
    }
}

fn with(field: &str, operator: &str, value: &str) -> Value {
    json!({"field": field, "op": operator, "values": [value]})
}

#[test]
fn what_can_not_work_is_told_at_its_place() {
    let offers = [
        json!({}),
        json!({"status": "paused"}),
        json!({"caps": [{"period": "daily", "measure": "clicks", "limit": "5"}]}),
        json!({"targeting": [is("country", "US")]}),
        json!({"targeting": [with("country", "is_not", "DE")]}),
    ];
    let reached = |offer: i64| json!([{"field": "offer_cap", "values": ["reached"], "of": {"offer": offer.to_string()}}]);
    let de = || json!([is("country", "DE")]);
    let cases = [
        (
            json!({"rules": [rule(1, json!([is("country", "US"), is("country", "DE")]), to(1))]}),
            "rules[0].conditions",
            "never hold",
        ),
        (json!({"rules": [rule(1, de(), to(1)), rule(2, de(), to(1))]}), "rules[1]", "never reached"),
        (
            json!({"rules": [rule(1, json!([is("os", "ios")]), to(1)), rule(2, de(), to(3))]}),
            "rules[1]",
            "as many conditions",
        ),
        (
            json!({"rules": [rule(1, json!([with("os_version", "at_least", "12"), with("os_version", "at_most", "10.5")]), to(1))]}),
            "rules[0].conditions",
            "never hold",
        ),
        (
            json!({"rules": [rule(1, json!([with("sub1", "starts_with", "ab"), with("sub1", "starts_with", "b")]), to(1))]}),
            "rules[0].conditions",
            "never hold",
        ),
        (
            json!({"rules": [rule(1, json!([{"field": "sub1", "op": "is_empty"}, with("sub1", "contains", "b")]), to(1))]}),
            "rules[0].conditions",
            "never hold",
        ),
        (json!({"rules": [rule(1, de(), to(5))]}), "rules[0].to.offers[0]", "other values of `country`"),
        (json!({"rules": [rule(1, de(), to(2))]}), "rules[0].to.offers[0]", "paused"),
        (json!({"rules": [rule(1, de(), json!({}))]}), "rules[0].to", "defaults"),
        (
            json!({"rules": [rule(1, json!([{"field": "offer_cap", "values": ["open"], "of": {"offer": "99"}}]), to(1))]}),
            "rules[0].conditions[0]",
            "never holds",
        ),
        (json!({"rules": [rule(1, reached(1), to(1))]}), "rules[0].conditions[0]", "itself has none"),
        (json!({"rules": [rule(1, de(), to(4))]}), "rules[0].to.offers[0]", "other values of `country`"),
        (
            json!({
                "rotators": [{"id": "9", "name": "x", "options": [{"offer_id": "4"}]}],
                "rules": [rule(1, de(), json!({"rotator_id": "9"}))],
            }),
            "rules[0].to.rotator_id",
            "no option that takes",
        ),
        (json!({"defaults": {"offers": [{"offer_id": "1", "weight": 0}]}}), "defaults", "weigh 0"),
        (json!({"defaults": to(3)}), "defaults", "cap"),
        (
            json!({"landing_pages": [{"id": "9", "name": "x", "url": "https://x.example/{nope}"}]}),
            "landing_pages[0].url",
            "{nope}",
        ),
        (json!({"rotators": [{"id": "9", "name": "x"}]}), "rotators[0]", "no option"),
        (json!({}), "defaults", "no visitor"),
    ];
    for (document, field, words) in cases {
        let (_, flaws) = Plan::compile(with_campaign(&offers, document.clone()));
        let found = flaws.iter().any(|flaw| {
            flaw.object == FlawedObject::Campaign(CampaignId(5))
                && flaw.field == field
                && flaw.message.contains(words)
        });
        assert!(found, "{document}: {flaws:?}");
    }
    let rotators = json!([{"id": "9", "name": "x", "options": [{"offer_id": "1"}, {"offer_id": "4"}]}]);
    for rules in [
        json!([rule(1, de(), json!({"rotator_id": "9"}))]),
        json!([rule(1, json!([is("country", "DE"), is("os", "ios")]), to(1)), rule(2, de(), to(1))]),
        json!([rule(1, reached(3), to(1))]),
        json!([rule(1, json!([is("os", "ios")]), to(1)), rule(2, de(), to(1))]),
        json!([rule(
            1,
            json!([with("os_version", "at_least", "10"), with("os_version", "at_most", "10.5")]),
            to(1)
        )]),
        json!([rule(1, json!([is("country", "US")]), to(5))]),
        json!([rule(1, json!([is("country", "US")]), to(4))]),
    ] {
        let (_, flaws) = Plan::compile(with_campaign(
            &offers,
            json!({"rules": rules, "rotators": rotators, "defaults": to(1)}),
        ));
        let of_campaign = flaws.iter().filter(|flaw| matches!(flaw.object, FlawedObject::Campaign(_)));
        assert_eq!(of_campaign.collect::<Vec<_>>(), Vec::<&_>::new());
    }
}

#[test]
fn an_explanation_names_the_first_condition_that_fails_and_what_each_offer_says() {
    let rules = json!([
        rule(1, json!([is("country", "DE")]), to(1)),
        rule(2, json!([is("os", "ios"), is("country", "US"), is("device", "tv")]), to(1)),
        rule(
            3,
            json!([is("os", "ios"), {"field": "site_status", "values": ["down"], "of": {"monitor": "1"}}]),
            to(1)
        ),
        rule(
            4,
            json!([is("os", "ios"), is("country", "DE")]),
            json!({"offers": [
                {"offer_id": "1"}, {"offer_id": "2"}, {"offer_id": "3", "weight": 3}, {"offer_id": "3", "weight": 0},
            ]})
        ),
    ]);
    let flow = plan(&[json!({}), closed(), json!({})], json!({"rules": rules, "defaults": to(2)}));
    let campaign = Target::Campaign(CampaignIndex(0));
    let explained = explain(&flow, Some(PARTNER), campaign, &visit(), &Known::default(), now(), Dice(1));
    let [PlaceTold::Campaign(said)] = &explained.places[..] else { panic!("{:?}", explained.places) };
    let told: Vec<_> = said.rules.iter().map(|rule| (rule.place, rule.verdict)).collect();
    let fails = RuleVerdict::Fails;
    assert_eq!(told, vec![(1, fails(1)), (2, fails(1)), (3, RuleVerdict::Wins), (0, RuleVerdict::Later)]);
    let ways: Vec<_> = said.ways.iter().map(|way| (way.offer.0, way.refused, way.propensity)).collect();
    assert_eq!(ways[..3], [(1, None, 0.25), (2, Some(Code::Country), 0.0), (3, None, 0.75)]);
    assert_eq!(said.defaults.len(), 1);
    assert_eq!(explained.decision, follow(&flow, &visit(), &Known::default(), 1));
}

proptest! {
    /// The indexed rules answer as one that asks each condition of each rule by itself.
    #[test]
    fn the_winner_is_the_first_of_the_most_specific_rules_that_hold(
        rules in proptest::collection::vec(
            proptest::collection::vec((0_usize..5, proptest::bool::ANY, 0_usize..3), 0..5), 1..140),
    ) {
        const FIELDS: [&str; 5] = ["country", "os", "sub1", "device", "is_bot"];
        const VALUES: [[&str; 3]; 5] = [
            ["DE", "US", "FR"], ["ios", "android", "windows"], ["one", "two", "three"],
            ["mobile", "desktop", "tablet"], ["true", "false", "true"],
        ];
        let mut visit = visit();
        visit.subs[0] = "One";
        let has = |field: usize, value: &str| match field {
            0 => value == visit.country,
            1 => value == visit.os,
            2 => value == "one",
            3 => value == visit.device.name(),
            _ => value == if visit.is_bot { "true" } else { "false" },
        };
        let document: Vec<Value> = rules.iter().enumerate().map(|(at, conditions)| {
            let conditions: Vec<Value> = conditions.iter().map(|(field, is, value)| {
                json!({"field": FIELDS[*field], "op": if *is { "is" } else { "is_not" }, "values": [VALUES[*field][*value]]})
            }).collect();
            rule(at as i64 + 1, conditions.into(), to(1))
        }).collect();
        let expected = (0..rules.len())
            .filter(|at| rules[*at].iter().all(|(field, is, value)| has(*field, VALUES[*field][*value]) == *is))
            .max_by_key(|at| (rules[*at].len(), std::cmp::Reverse(*at)));
        let flow = plan(&[json!({})], json!({"rules": document, "defaults": to(1)}));
        let decision = follow(&flow, &visit, &Known::default(), 1);
        prop_assert_eq!(decision.hops[0].row, expected.map(|at| RowId(at as i64 + 1)));
        prop_assert_eq!(decision.hops[0].offer, Some(OfferId(1)));
    }
}

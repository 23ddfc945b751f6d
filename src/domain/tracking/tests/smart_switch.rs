//! SmartSwitch (code 28): what clicks of sources meet that rules have found (DOMAIN.md, sections 2, 5 and 8).

use super::{Known, PARTNER, RULE, click, network, now, path, visit};
use crate::{
    links::Campaign,
    shared::{CampaignId, RowId, SmartLinkId, TrafficControlId},
    smartswitch::{SwitchAction, Variable},
    tracking::{
        Answer, CampaignIndex, Code, Configuration, Decision, Destination, Dice, NotedFacts, Noting,
        OfferIndex, Plan, Repeated, RowVerdict, SmartLinkIndex, Target, Visit, decide, explain,
        impression_earnings,
    },
};
use SwitchAction::{Block, FailTraffic};
use serde_json::{Value, json};

fn bad() -> Visit<'static> {
    let mut visit = visit();
    visit.subs[3] = "bad";
    visit
}

/// The source that [`bad`] brings is kept out at these offers.
fn keeping_out(offers: &[(i64, SwitchAction)]) -> Known {
    let keep = |known: Known, (offer, action): &(i64, SwitchAction)| {
        known.keeping_out(*offer, Variable::Sub4, "bad", *action)
    };
    offers.iter().fold(Known::default(), keep)
}

fn plan(offers: &[Value]) -> Plan {
    Plan::compile(network(offers)).0
}

/// Fail traffic to another offer.
fn fails_to(offer: &str) -> Value {
    json!({"rows": [{"destination": {"offer": offer}}]})
}

fn follow(configuration: Configuration, target: Target, facts: &Known) -> Decision {
    let (plan, _) = Plan::compile(configuration);
    decide(&plan, Some(PARTNER), target, &bad(), facts, now(), Dice(42))
}

fn over_link(offers: &[Value], link: Value, facts: &Known) -> Decision {
    let mut configuration = network(offers);
    let mut document = json!({"name": "Link"});
    document.as_object_mut().expect("an object").extend(link.as_object().expect("an object").clone());
    let document = serde_json::from_value(document).expect("a Smart Link");
    configuration.smart_links = vec![(SmartLinkId(5), "s".to_owned(), document)];
    follow(configuration, Target::SmartLink(SmartLinkIndex(0)), facts)
}

fn over_campaign(offers: &[Value], campaign: &Value, facts: &Known) -> Decision {
    let mut configuration = network(offers);
    let mut campaign: Campaign = serde_json::from_value(campaign.clone()).expect("a campaign");
    let mut next = 2;
    campaign.number(|| {
        next += 1;
        next
    });
    configuration.campaigns = vec![(CampaignId(1), "c".to_owned(), campaign)];
    follow(configuration, Target::Campaign(CampaignIndex(0)), facts)
}

#[test]
fn a_blocked_source_sees_nothing_and_tries_nothing_else() {
    let plan = plan(&[json!({"fail_traffic": fails_to("2")}), json!({})]);
    let decision = click(&plan, &bad(), &keeping_out(&[(1, Block)]));
    assert_eq!(path(&decision), vec![(1, Some(28))]);
    assert_eq!(decision.answer, Answer::Blank);
    let hop = &decision.hops[0];
    assert_eq!((hop.smart_switch_rule, hop.reserves, hop.remember), (Some(RULE), false, None));
    assert_eq!(path(&click(&plan, &visit(), &keeping_out(&[(1, Block)]))), vec![(1, None)]);
    let bot = Visit { is_bot: true, ..bad() };
    assert_eq!(path(&click(&plan, &bot, &keeping_out(&[(1, Block)]))), vec![(1, Some(28))]);
}

#[test]
fn a_failing_source_goes_on_by_the_fail_traffic_that_is_for_it() {
    let facts = keeping_out(&[(1, FailTraffic)]);
    for (codes, expected) in [
        (json!([]), vec![(1, Some(28)), (2, None)]),
        (json!([28]), vec![(1, Some(28)), (2, None)]),
        (json!([9, 2]), vec![(1, Some(28))]),
    ] {
        let rows = json!([{"destination": {"offer": "2"}, "codes": codes}]);
        let decision = click(&plan(&[json!({"fail_traffic": {"rows": rows}}), json!({})]), &bad(), &facts);
        assert_eq!(path(&decision), expected, "{codes}");
        assert_eq!(decision.hops[0].smart_switch_rule, Some(RULE));
        assert_eq!(decision.hops.last().expect("a hop").smart_switch_rule.is_none(), expected.len() == 2);
    }
}

#[test]
fn a_failing_source_without_a_way_on_sees_nothing() {
    let decision = click(&plan(&[json!({})]), &bad(), &keeping_out(&[(1, FailTraffic)]));
    assert_eq!((path(&decision), decision.answer), (vec![(1, Some(28))], Answer::Blank));
    let closed = json!({"targeting": [{"field": "country", "values": ["US"]}]});
    let plan = plan(&[json!({"fail_traffic": fails_to("2")}), closed]);
    let decision = click(&plan, &bad(), &keeping_out(&[(1, FailTraffic)]));
    assert_eq!((path(&decision), decision.answer), (vec![(1, Some(28)), (2, Some(9))], Answer::Blank));
}

#[test]
fn what_comes_by_fail_traffic_or_forwarding_is_blocked_where_it_comes_to() {
    let closed =
        json!({"targeting": [{"field": "country", "values": ["US"]}], "fail_traffic": fails_to("2")});
    let facts = keeping_out(&[(1, Block), (2, Block)]);
    let decision = click(&plan(&[closed.clone(), json!({})]), &bad(), &keeping_out(&[(2, Block)]));
    assert_eq!((path(&decision), decision.answer), (vec![(1, Some(9)), (2, Some(28))], Answer::Blank));
    let forwards = json!({"forwarding": [{"destination": {"offer": "2"}}]});
    let decision = click(&plan(&[forwards, json!({})]), &bad(), &facts);
    assert_eq!((path(&decision), decision.answer), (vec![(1, Some(29)), (2, Some(28))], Answer::Blank));
    // Fail traffic ends at the place where the click came in, as with any other refusal.
    let decision = click(&plan(&[closed, json!({})]), &bad(), &keeping_out(&[(2, FailTraffic)]));
    assert_eq!(decision.answer, Answer::Page(Code::Country));
}

#[test]
fn it_stands_behind_source_blocks_and_before_converted_duplicates_targeting_and_caps() {
    let fails = |kind: &str| json!({kind: {"action": "block"}});
    let key = visit().session.ip_user_agent;
    for action in [Block, FailTraffic] {
        for (offer, facts) in [
            (fails("converted_filter"), Known { converted: vec![(0, key)], ..Known::default() }),
            (fails("duplicate_filter"), Known { seen: vec![(0, key)], ..Known::default() }),
            (json!({"targeting": [{"field": "country", "values": ["US"]}]}), Known::default()),
            (json!({}), Known { capped: vec![0], ..Known::default() }),
        ] {
            let without = click(&plan(std::slice::from_ref(&offer)), &bad(), &facts);
            assert!(path(&without)[0].1.is_some_and(|code| code != 28), "{offer}");
            let with = facts.keeping_out(1, Variable::Sub4, "bad", action);
            assert_eq!(
                path(&click(&plan(std::slice::from_ref(&offer)), &bad(), &with))[0].1,
                Some(28),
                "{offer}"
            );
        }
        let facts = keeping_out(&[(1, action)]);
        let private = plan(&[json!({"visibility": "private"})]);
        assert_eq!(path(&click(&private, &bad(), &facts))[0].1, Some(201));
        let mut controlled = network(&[json!({})]);
        let list = json!({"name": "L", "field": "sub4", "values": ["bad"]});
        let list = serde_json::from_value(list).expect("a traffic control");
        controlled.traffic_controls.push((TrafficControlId(1), list));
        assert_eq!(path(&follow(controlled, Target::Offer(OfferIndex(0)), &facts))[0].1, Some(24));
        let mut blocked = network(&[json!({})]);
        let block = json!({"name": "B", "variable": "sub4", "values": ["bad"]});
        let block = serde_json::from_value(block).expect("a source block");
        blocked.source_blocks.push((crate::shared::SourceBlockId(1), block));
        assert_eq!(path(&follow(blocked, Target::Offer(OfferIndex(0)), &facts))[0].1, Some(14));
    }
}

#[test]
fn a_row_that_fails_is_skipped_and_a_drawn_one_that_is_blocked_ends_the_click() {
    let rows = json!([{"id": "101", "offer_id": "1"}, {"id": "102", "offer_id": "2"}]);
    let offers = [json!({}), json!({})];
    for mechanism in ["priority", "weight"] {
        let link = json!({"mechanism": mechanism, "rows": rows});
        let skipped = over_link(&offers, link.clone(), &keeping_out(&[(1, FailTraffic)]));
        assert_eq!(path(&skipped), vec![(2, None)], "{mechanism}");
        let both = over_link(&offers, link, &keeping_out(&[(1, Block), (2, Block)]));
        assert_eq!((both.hops.len(), &both.answer), (1, &Answer::Blank), "{mechanism}");
        let hop = &both.hops[0];
        assert_eq!((hop.code, hop.smart_switch_rule), (Some(Code::SmartSwitch), Some(RULE)));
        assert!(hop.row.is_some() && hop.smart_link == Some(SmartLinkId(5)));
    }
    // A row that would not take the click anyway is not drawn for being blocked.
    let closed = json!({"targeting": [{"field": "country", "values": ["US"]}]});
    let link = json!({"rows": rows});
    let decision = over_link(&[closed, json!({})], link, &keeping_out(&[(1, Block)]));
    assert_eq!(path(&decision), vec![(2, None)]);
}

#[test]
fn blocked_rows_are_drawn_by_their_weights_like_any_others() {
    let rows =
        json!([{"id": "101", "offer_id": "1", "weight": 70}, {"id": "102", "offer_id": "2", "weight": 30}]);
    let mut configuration = network(&[json!({}), json!({})]);
    let link = serde_json::from_value(json!({"name": "L", "mechanism": "weight", "rows": rows}));
    configuration.smart_links = vec![(SmartLinkId(5), "s".to_owned(), link.expect("a Smart Link"))];
    let (plan, _) = Plan::compile(configuration);
    let facts = keeping_out(&[(1, Block)]);
    let target = Target::SmartLink(SmartLinkIndex(0));
    let blank = |seed: &u64| {
        let decision = decide(&plan, Some(PARTNER), target, &bad(), &facts, now(), Dice(*seed));
        decision.answer == Answer::Blank
    };
    let blank = (0..4_000).filter(blank).count();
    assert!((2_700..2_900).contains(&blank), "{blank}");
}

#[test]
fn a_catch_all_that_is_blocked_ends_blank_and_one_that_fails_does_as_with_any_refusal() {
    let rows = json!([{"id": "101", "offer_id": "1"}]);
    let link = json!({"rows": rows, "catch_all_id": "2"});
    let closed = json!({"targeting": [{"field": "country", "values": ["US"]}]});
    let of = |catch_all: Value, facts: &Known| {
        over_link(&[closed.clone(), catch_all, json!({})], link.clone(), facts)
    };
    let blocked = of(json!({"fail_traffic": fails_to("3")}), &keeping_out(&[(2, Block)]));
    assert_eq!((path(&blocked), blocked.answer), (vec![(2, Some(28))], Answer::Blank));
    let fails = of(json!({"fail_traffic": fails_to("3")}), &keeping_out(&[(2, FailTraffic)]));
    assert_eq!(path(&fails), vec![(2, Some(28)), (3, None)]);
    let nowhere = of(json!({}), &keeping_out(&[(2, FailTraffic)]));
    assert_eq!((path(&nowhere), nowhere.answer), (vec![(0, Some(20))], Answer::Page(Code::NoMatchingOffer)));
    let both = keeping_out(&[(2, FailTraffic), (3, Block)]);
    let at_fail_offer = of(json!({"fail_traffic": fails_to("3")}), &both);
    assert_eq!(path(&at_fail_offer), vec![(2, Some(28)), (3, Some(28))]);
    assert_eq!(at_fail_offer.answer, Answer::Blank);
}

#[test]
fn a_campaign_passes_over_what_fails_and_ends_at_what_it_chose_and_is_blocked() {
    let to = |offer: &str| json!({"offers": [{"offer_id": offer}]});
    let rule = json!({"conditions": [{"field": "os", "values": ["ios"]}], "to": to("1")});
    let campaign = json!({"name": "C", "rules": [rule], "defaults": to("2")});
    let offers = [json!({}), json!({})];
    let fails = over_campaign(&offers, &campaign, &keeping_out(&[(1, FailTraffic)]));
    assert_eq!((path(&fails), fails.hops[0].row), (vec![(2, None)], None), "the defaults take it");
    let blocked = over_campaign(&offers, &campaign, &keeping_out(&[(1, Block)]));
    assert_eq!((path(&blocked), &blocked.answer), (vec![(1, Some(28))], &Answer::Blank));
    assert_eq!((blocked.hops[0].row.is_some(), blocked.hops[0].smart_switch_rule), (true, Some(RULE)));
    let nothing = over_campaign(&offers, &campaign, &keeping_out(&[(1, FailTraffic), (2, FailTraffic)]));
    assert_eq!(path(&nothing), vec![(0, Some(20))]);
    let rotator = json!({"id": "2", "name": "R", "options": [{"offer_id": "1"}, {"offer_id": "2"}]});
    let rotates = json!({"name": "C", "rotators": [rotator], "defaults": {"rotator_id": "2"}});
    let fails = over_campaign(&offers, &rotates, &keeping_out(&[(1, FailTraffic)]));
    assert_eq!(path(&fails), vec![(2, None)]);
    let blocked = over_campaign(&offers, &rotates, &keeping_out(&[(1, Block), (2, Block)]));
    assert_eq!((blocked.hops[0].rotator_option, blocked.answer), (None::<RowId>, Answer::Blank));
}

#[test]
fn what_was_met_is_noted_and_decides_the_click_again() {
    let plan = plan(&[json!({"fail_traffic": fails_to("2")}), json!({})]);
    let facts = keeping_out(&[(1, FailTraffic), (2, Block)]);
    let target = Target::Offer(OfferIndex(0));
    let noting = Noting::new(&plan, &facts);
    let decision = decide(&plan, Some(PARTNER), target, &bad(), &noting, now(), Dice(42));
    assert_eq!(path(&decision), vec![(1, Some(28)), (2, Some(28))]);
    let kept = noting.into_noted().to_json();
    let met = |offer: &str, action: &str| json!({"offer_id": offer, "action": action, "rule_id": "77", "variable": "sub4"});
    let expected = json!({"met": [met("1", "fail_traffic"), met("2", "block")]});
    assert_eq!(serde_json::from_str::<Value>(&kept).expect("JSON"), expected);
    let noted = NotedFacts::of_json(&kept);
    let repeated = Repeated { plan: &plan, noted: &noted };
    let again = decide(&plan, Some(PARTNER), target, &bad(), &repeated, now(), Dice(42));
    assert_eq!(again, decision);
    assert_eq!(noted.without_rules(), NotedFacts::default());
}

#[test]
fn a_row_that_is_skipped_says_so_and_a_blocked_one_takes_the_click() {
    let rows = json!([{"id": "101", "offer_id": "1"}, {"id": "102", "offer_id": "2"}]);
    let mut configuration = network(&[json!({}), json!({})]);
    let link = serde_json::from_value(json!({"name": "L", "rows": rows})).expect("a Smart Link");
    configuration.smart_links = vec![(SmartLinkId(5), "s".to_owned(), link)];
    let (plan, _) = Plan::compile(configuration);
    let facts = keeping_out(&[(1, FailTraffic), (2, Block)]);
    let target = Target::SmartLink(SmartLinkIndex(0));
    let told = explain(&plan, Some(PARTNER), target, &bad(), &facts, now(), Dice(42));
    let Some(crate::tracking::PlaceTold::SmartLink(said)) = told.places.first() else { panic!("{told:?}") };
    let verdicts: Vec<RowVerdict> = said.rows.iter().map(|row| row.verdict).collect();
    assert_eq!(verdicts, [RowVerdict::Offer(Code::SmartSwitch), RowVerdict::Takes]);
    assert_eq!(told.decision.answer, Answer::Blank);
}

#[test]
fn impressions_of_a_blocked_source_earn_as_any_others() {
    let offer = json!({"payout": {"type": "cpm", "amount": "5"}, "revenue": {"type": "rpm", "amount": "9"}});
    let plan = plan(&[offer]);
    let earned = |facts: &Known| impression_earnings(&plan, PARTNER, OfferIndex(0), facts, now());
    assert_eq!(earned(&keeping_out(&[(1, Block)])), earned(&Known::default()));
    assert!(earned(&Known::default()).0.0 > 0);
}

#[test]
fn fail_traffic_may_lead_to_a_url() {
    let rows = json!([{"destination": {"url": "https://else.example/"}}]);
    let decision =
        click(&plan(&[json!({"fail_traffic": {"rows": rows}})]), &bad(), &keeping_out(&[(1, FailTraffic)]));
    let Answer::Redirect { to, .. } = decision.answer else { panic!("a redirect") };
    assert_eq!(to, Destination::FailUrl { offer: OfferIndex(0), row: 0 });
}

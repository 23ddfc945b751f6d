//! Where a click goes on that an offer does not take.

use super::{Known, PARTNER, click, network, now, path, plan, visit};
use crate::{
    shared::Micros,
    tracking::{Answer, Code, Destination, Dice, NoFacts, OfferIndex, Plan, Target, Verdict, decide},
};
use serde_json::{Value, json};

/// An offer for the United States, so that the visitor from Germany fails with code 9.
fn closed(rows: &Value) -> Value {
    json!({"targeting": [{"field": "country", "values": ["US"]}], "fail_traffic": {"rows": rows}})
}

fn to(offer: i64) -> Value {
    json!({"destination": {"offer": offer.to_string()}})
}

#[test]
fn a_failing_click_becomes_a_click_of_the_destination() {
    let cpc = json!({"payout": {"type": "cpc", "amount": "1"}});
    let decision = click(&plan(&[closed(&json!([to(2)])), cpc]), &visit(), &Known::default());
    assert_eq!(path(&decision), vec![(1, Some(9)), (2, None)]);
    let (first, last) = (&decision.hops[0], &decision.hops[1]);
    assert_eq!((first.verdict, first.branch, first.reserves), (Verdict::Invalid, None, false));
    assert_eq!((last.verdict, last.branch, last.reserves), (Verdict::Valid, Some(0), true));
    assert_eq!((last.payout, last.paid), (Micros(1_000_000), true));
}

#[test]
fn an_unpaid_row_pays_nothing_there_and_further_on() {
    let unpaid = json!([{"destination": {"offer": "2"}, "paid": false}]);
    let cpc = json!({"payout": {"type": "cpc", "amount": "1"}, "revenue": {"type": "rpc", "amount": "2"}});
    let plan = plan(&[closed(&unpaid), closed(&json!([to(3)])), cpc]);
    let decision = click(&plan, &visit(), &Known::default());
    let paid: Vec<bool> = decision.hops.iter().map(|hop| hop.paid).collect();
    assert_eq!(paid, vec![true, false, false]);
    assert_eq!((decision.hops[2].payout, decision.hops[2].revenue), (Micros::ZERO, Micros(2_000_000)));
}

#[test]
fn by_priority_the_first_row_that_fits_takes_the_click() {
    let rows = json!([
        {"destination": {"offer": "2"}, "codes": [2, 21]},
        {"destination": {"offer": "2"}, "targeting": [{"field": "os", "values": ["windows"]}]},
        {"destination": {"smart_link": "5"}},
        {"destination": {"offer": "99"}},
        {"destination": {"offer": "3"}, "codes": [9], "targeting": [{"field": "os", "values": ["ios"]}]},
        {"destination": {"offer": "2"}},
    ]);
    let decision = click(&plan(&[closed(&rows), json!({}), json!({})]), &visit(), &Known::default());
    assert_eq!(path(&decision), vec![(1, Some(9)), (3, None)]);
    assert_eq!(decision.hops[1].branch, Some(4));
}

#[test]
fn by_weight_the_fitting_rows_are_drawn_by_their_weights() {
    let rows = json!([
        {"destination": {"offer": "2"}, "weight": 1},
        {"destination": {"offer": "3"}, "weight": 3},
        {"destination": {"offer": "4"}, "weight": 100, "codes": [2]},
    ]);
    let mut first = closed(&rows);
    first["fail_traffic"]["mechanism"] = json!("weight");
    let plan = plan(&[first, json!({}), json!({}), json!({})]);
    let mut hits = [0; 5];
    for seed in 0..4_000 {
        let decision =
            decide(&plan, Some(PARTNER), Target::Offer(OfferIndex(0)), &visit(), &NoFacts, now(), Dice(seed));
        hits[path(&decision)[1].0 as usize] += 1;
    }
    assert_eq!(hits[4], 0);
    assert!((900..1_100).contains(&hits[2]), "{hits:?}");
}

#[test]
fn a_url_ends_the_walk_at_the_failing_offer() {
    let rows = json!([{"destination": {"url": "https://else.example/{sub1}"}}]);
    let decision = click(&plan(&[closed(&rows)]), &visit(), &Known::default());
    assert_eq!(path(&decision), vec![(1, Some(9))]);
    let to = Destination::FailUrl { offer: OfferIndex(0), row: 0 };
    assert!(matches!(decision.answer, Answer::Redirect { to: found, .. } if found == to));
}

#[test]
fn where_nothing_takes_the_click_the_page_says_why_it_failed_at_first() {
    let ended = json!({"end_date": "2026-01-01T00:00:00Z"});
    let decision = click(&plan(&[closed(&json!([to(2)])), ended]), &visit(), &Known::default());
    assert_eq!(path(&decision), vec![(1, Some(9)), (2, Some(1))]);
    assert_eq!(decision.answer, Answer::Page(Code::Country));
}

#[test]
fn a_walk_ends_after_five_hops_and_never_visits_an_offer_twice() {
    let chain: Vec<Value> = (2..=9).map(|next| closed(&json!([to(next)]))).collect();
    let decision = click(&plan(&chain), &visit(), &Known::default());
    assert_eq!(decision.hops.len(), 5);
    let circle = [closed(&json!([to(2)])), closed(&json!([to(1), to(2), to(3)])), json!({})];
    let (compiled, flaws) = Plan::compile(network(&circle));
    assert_eq!(
        path(&click(&compiled, &visit(), &Known::default())),
        vec![(1, Some(9)), (2, Some(9)), (3, None)]
    );
    assert!(flaws.iter().any(|flaw| flaw.message.contains("loop")), "{flaws:?}");
    let mut last = closed(&json!([to(1), {"destination": {"url": "https://end.example"}}]));
    last["name"] = json!("last");
    let to_the_end = [
        closed(&json!([to(2)])),
        closed(&json!([to(3)])),
        closed(&json!([to(4)])),
        closed(&json!([to(5)])),
        last,
    ];
    let decision = click(&plan(&to_the_end), &visit(), &Known::default());
    assert!(matches!(
        decision.answer,
        Answer::Redirect { to: Destination::FailUrl { offer: OfferIndex(4), row: 1 }, .. }
    ));
}

#[test]
fn who_is_refused_as_a_partner_gets_no_fail_traffic() {
    let mut private = closed(&json!([to(2)]));
    private["visibility"] = json!("private");
    assert_eq!(
        click(&plan(&[private, json!({})]), &visit(), &Known::default()).answer,
        Answer::Page(Code::PartnerNotApproved)
    );
    let mut deleted = closed(&json!([to(2)]));
    deleted["status"] = json!("deleted");
    assert_eq!(
        click(&plan(&[deleted, json!({})]), &visit(), &Known::default()).answer,
        Answer::Page(Code::OfferNotActive)
    );
    let mut paused = closed(&json!([to(2)]));
    paused["status"] = json!("paused");
    assert_eq!(
        path(&click(&plan(&[paused, json!({})]), &visit(), &Known::default())),
        vec![(1, Some(202)), (2, None)]
    );
}

#[test]
fn masking_an_offer_changes_nothing_before_it() {
    let rows = json!([{"destination": {"offer": "2"}}, {"destination": {"offer": "3"}}]);
    let mut first = closed(&rows);
    first["fail_traffic"]["mechanism"] = json!("weight");
    let way_on = json!({"fail_traffic": {"rows": [to(4)]}});
    let plan = plan(&[first, way_on.clone(), way_on, json!({})]);
    for seed in 0..200 {
        let decided = |facts: &Known| {
            decide(&plan, Some(PARTNER), Target::Offer(OfferIndex(0)), &visit(), facts, now(), Dice(seed))
        };
        let taken = decided(&Known::default()).hops[1].index.expect("an offer").0;
        let masked = decided(&Known { capped: vec![taken], ..Known::default() });
        assert_eq!(path(&masked), vec![(1, Some(9)), (i64::from(taken) + 1, Some(2)), (4, None)]);
    }
}

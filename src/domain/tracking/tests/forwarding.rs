//! Forwarding: where a click goes before its offer judges it.

use super::{Known, PARTNER, click, network, path, plan, visit};
use crate::{
    shared::{ClickId, Micros},
    tracking::{Answer, Code, Destination, Plan, Verdict},
};
use serde_json::{Value, json};

fn forwarding(rows: &Value) -> Value {
    json!({"forwarding": rows})
}

fn to(offer: i64) -> Value {
    json!({"destination": {"offer": offer.to_string()}})
}

#[test]
fn a_forwarded_click_is_stored_with_29_and_again_at_its_destination() {
    let cpc = json!({"payout": {"type": "cpc", "amount": "1"}});
    for status in ["active", "paused"] {
        let mut first = forwarding(&json!([to(2)]));
        first["status"] = json!(status);
        first["end_date"] = json!("2020-01-01T00:00:00Z");
        let decision = click(&plan(&[first, cpc.clone()]), &visit(), &Known::default());
        assert_eq!(path(&decision), vec![(1, Some(29)), (2, None)], "before anything is judged: {status}");
        let (first, last) = (&decision.hops[0], &decision.hops[1]);
        assert_eq!((first.verdict, first.reserves, first.payout), (Verdict::Invalid, false, Micros::ZERO));
        assert_eq!((last.branch, last.paid, last.payout), (Some(0), true, Micros(1_000_000)));
    }
    let mut deleted = forwarding(&json!([to(2)]));
    deleted["status"] = json!("deleted");
    assert_eq!(path(&click(&plan(&[deleted, cpc]), &visit(), &Known::default())), vec![(1, Some(202))]);
}

#[test]
fn the_first_row_that_fits_partner_and_visitor_forwards() {
    let rows = json!([
        {"destination": {"offer": "2"}, "partners": ["99"]},
        {"destination": {"offer": "2"}, "targeting": [{"field": "os", "values": ["android"]}]},
        {"destination": {"offer": "77"}},
        {"destination": {"url": "https://else.example/{sub1}?c={clickid}"}, "partners": [PARTNER], "paid": false},
        {"destination": {"offer": "2"}},
    ]);
    let plan = plan(&[forwarding(&rows), json!({})]);
    let decision = click(&plan, &visit(), &Known::default());
    assert_eq!(path(&decision), vec![(1, Some(29))]);
    assert!(matches!(decision.answer, Answer::Redirect { to: Destination::ForwardUrl { row: 3, .. }, .. }));
    let url = decision.url(&plan, &visit(), ClickId(1)).expect("a URL");
    assert!(url.starts_with("https://else.example/?c=0000"), "{url}");
}

#[test]
fn what_no_row_forwards_is_judged_as_ever() {
    let rows = json!([{"destination": {"offer": "2"}, "partners": ["99"]}]);
    assert_eq!(
        path(&click(&plan(&[forwarding(&rows), json!({})]), &visit(), &Known::default())),
        vec![(1, None)]
    );
}

#[test]
fn a_refusal_behind_a_forwarding_names_itself_and_unpaid_stays_unpaid() {
    let closed = json!({
        "targeting": [{"field": "country", "values": ["US"]}],
        "fail_traffic": {"rows": [{"destination": {"offer": "3"}, "codes": [9], "targeting": [{"field": "os", "values": ["android"]}]}]},
    });
    let rows = json!([{"destination": {"offer": "2"}, "paid": false}]);
    let plan = plan(&[forwarding(&rows), closed, json!({})]);
    let decision = click(&plan, &visit(), &Known::default());
    assert_eq!(
        (path(&decision), decision.answer),
        (vec![(1, Some(29)), (2, Some(9))], Answer::Page(Code::Country))
    );
    let android = crate::tracking::Visit { os: "android", ..visit() };
    let decision = click(&plan, &android, &Known::default());
    assert_eq!(path(&decision), vec![(1, Some(29)), (2, Some(9)), (3, None)]);
    assert!(!decision.hops[2].paid);
}

#[test]
fn who_may_not_send_clicks_is_not_forwarded() {
    let mut configuration = network(&[forwarding(&json!([to(2)])), json!({})]);
    configuration.partners[0].2.status = crate::shared::Status::Paused;
    let decision = click(&Plan::compile(configuration).0, &visit(), &Known::default());
    assert_eq!(path(&decision), vec![(1, Some(203))]);
}

#[test]
fn a_circle_is_found_and_ends() {
    let itself = click(&plan(&[forwarding(&json!([to(1), to(2)])), json!({})]), &visit(), &Known::default());
    assert_eq!(path(&itself), vec![(1, Some(29)), (2, None)], "a row that leads back is passed over");
    let offers = [forwarding(&json!([to(2)])), forwarding(&json!([to(1)]))];
    let (plan, flaws) = Plan::compile(network(&offers));
    assert!(flaws.iter().any(|flaw| flaw.message.contains("loop")), "{flaws:?}");
    assert_eq!(path(&click(&plan, &visit(), &Known::default())), vec![(1, Some(29)), (2, None)]);
}

//! What becomes of calls, as tables.

use super::{
    Call, Change, ClickFacts, ConversionCode, ConversionStatus, Credit, Earned, Existing, Identity,
    Judgement, Stored, Terms, by_hand, judge,
};
use crate::{
    shared::{ClickId, ClickIdParts, EventId, Micros, NetworkId, NodeId, OfferId, PartnerId},
    tracking::{Configuration, Plan, Verdict},
};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

fn now() -> DateTime<Utc> {
    "2026-11-16T12:00:00Z".parse().expect("a moment")
}

fn id() -> ClickId {
    ClickId::new(ClickIdParts { millis: 1_795_000_000_123, node: NodeId(1), network: NetworkId(1), tail: 5 })
}

/// A click of an hour ago.
fn click() -> ClickFacts {
    ClickFacts {
        credit: Credit::Click,
        id: id(),
        at: now() - Duration::hours(1),
        offer: Some(OfferId(1)),
        partner: Some(PartnerId(7)),
        verdict: Verdict::Valid,
        is_bot: false,
        paid: true,
    }
}

/// A network whose one offer says `more`, with an event `deposit` and another advertiser.
fn plan(more: &Value, own: &Value) -> Plan {
    let mut offer =
        json!({"name": "O", "advertiser_id": "1", "payout": {"amount": "2"}, "revenue": {"amount": "3"}});
    offer.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    let mut terms = json!({"partner_id": "7", "offer_id": "1"});
    terms.as_object_mut().expect("an object").extend(own.as_object().expect("an object").clone());
    let configuration: Configuration = serde_json::from_value(json!({
        "network": "1", "currency": "EUR", "zone": "UTC", "suspended": false, "version": 1,
        "partners": [["7", "p", {"name": "P"}]],
        "advertisers": [
            ["1", {"name": "A", "verification_token": "right", "ip_list": ["192.0.2.0/24", "::1"]}],
            ["2", {"name": "B", "verification_token": "others"}],
        ],
        "offers": [["1", "o", offer]],
        "landing_pages": [],
        "events": [["5", "1", {"name": "deposit", "payout": {"type": "cps", "percent": "10"},
            "revenue": {"type": "rps", "percent": "20"}}]],
        "partner_offers": [terms],
    }))
    .expect("a configuration");
    Plan::compile(configuration).0
}

/// A call with the right token from a listed address, and these parameters.
fn call(more: &[(&str, &str)]) -> Call {
    let id = id().to_string();
    let pairs: Vec<(&str, &str)> =
        more.iter().copied().chain([("cid", id.as_str()), ("token", "right")]).collect();
    Call::parse(&pairs, "192.0.2.9".parse().expect("an address")).expect("a call")
}

fn judged(
    offer: &Value,
    call: &Call,
    click: &ClickFacts,
    existing: Option<Existing>,
    over_cap: bool,
) -> Judgement {
    let plan = plan(offer, &json!({}));
    let terms = Terms::of(&plan, Some(click)).expect("terms");
    match terms.check_caller(call) {
        Ok(()) => judge(call, click, &terms, existing.as_ref(), over_cap, now()),
        Err(code) => Judgement::Refuse(code),
    }
}

fn standing(judgement: Judgement) -> (ConversionStatus, Option<u16>) {
    match judgement {
        Judgement::Store(Stored { status, code, .. }) => (status, code.map(ConversionCode::number)),
        other => panic!("not stored: {other:?}"),
    }
}

use ConversionStatus::{Approved, Pending, Rejected};

#[test]
fn a_call_without_click_or_offer_has_no_terms() {
    let plan = plan(&json!({}), &json!({}));
    assert_eq!(Terms::of(&plan, None).err(), Some(ConversionCode::ClickNotFound));
    for offer in [None, Some(OfferId(99))] {
        let stray = ClickFacts { offer, ..click() };
        assert_eq!(Terms::of(&plan, Some(&stray)).err(), Some(ConversionCode::OfferMismatch));
    }
}

#[test]
fn only_the_offers_advertiser_may_call() {
    let from = |address: &str, token: &str| {
        let mut call = call(&[]);
        call.from = address.parse().expect("an address");
        call.token = token.to_owned();
        judged(&json!({}), &call, &click(), None, false)
    };
    for (address, token, code) in [
        ("192.0.2.1", "right", None),
        ("::ffff:192.0.2.1", "right", None),
        ("::1", "right", None),
        ("198.51.100.1", "right", Some(3)),
        ("198.51.100.1", "wrong", Some(3)),
        ("192.0.2.1", "wrong", Some(21)),
        ("192.0.2.1", "right ", Some(21)),
        ("192.0.2.1", "", Some(21)),
        ("192.0.2.1", "others", Some(14)),
    ] {
        let refused = match from(address, token) {
            Judgement::Refuse(code) => Some(code.number()),
            Judgement::Store(_) => None,
            Judgement::Update(change) => panic!("{change:?}"),
        };
        assert_eq!(refused, code, "{address} {token}");
    }
}

#[test]
fn rules_reject_in_their_order_and_the_call_names_the_status_otherwise() {
    let old = |seconds| ClickFacts { at: now() - Duration::seconds(seconds), ..click() };
    let none: &[(&str, &str)] = &[];
    for (offer, pairs, click, over_cap, expected) in [
        (json!({}), none, click(), false, (Approved, None)),
        (json!({}), &[("status", "pending")], click(), false, (Pending, None)),
        (json!({}), &[("status", "rejected")], click(), true, (Rejected, None)),
        (json!({"status": "paused"}), none, click(), false, (Rejected, Some(18))),
        (json!({"end_date": "2026-11-16T12:00:00Z"}), none, click(), false, (Rejected, Some(19))),
        (json!({"end_date": "2026-11-16T12:00:01Z"}), none, click(), false, (Approved, None)),
        (json!({"min_conversion_seconds": 61}), none, old(60), false, (Rejected, Some(20))),
        (json!({"min_conversion_seconds": 60}), none, old(60), false, (Approved, None)),
        (json!({"max_conversion_seconds": 60}), none, old(61), false, (Rejected, Some(5))),
        (json!({}), none, old(90 * 86_400), false, (Approved, None)),
        (json!({}), none, old(90 * 86_400 + 1), false, (Rejected, Some(5))),
        (json!({"max_conversion_seconds": 60}), &[("event", "deposit")], old(61), false, (Approved, None)),
        (json!({"min_conversion_seconds": 60}), &[("event", "deposit")], old(1), false, (Approved, None)),
        (json!({}), &[("fraud_flag", "1")], click(), true, (Rejected, Some(22))),
        (json!({}), none, click(), true, (Rejected, Some(4))),
        (json!({"over_cap": "hold"}), none, click(), true, (Pending, Some(4))),
        (json!({"over_cap": "pay"}), none, click(), true, (Approved, None)),
        (json!({}), none, ClickFacts { verdict: Verdict::Duplicate, ..click() }, false, (Approved, None)),
        (json!({}), none, ClickFacts { verdict: Verdict::Invalid, ..click() }, false, (Rejected, Some(209))),
        (
            json!({}),
            none,
            ClickFacts { verdict: Verdict::Invalid, is_bot: true, ..click() },
            false,
            (Rejected, Some(200)),
        ),
    ] {
        assert_eq!(
            standing(judged(&offer, &call(pairs), &click, None, over_cap)),
            expected,
            "{offer} {pairs:?} {click:?}"
        );
    }
}

#[test]
fn an_unknown_event_is_refused_and_names_ignore_case() {
    let refused = judged(&json!({}), &call(&[("event", "nonsense")]), &click(), None, false);
    assert_eq!(refused, Judgement::Refuse(ConversionCode::UnknownEvent));
    let stored = judged(&json!({}), &call(&[("event", "DePosit")]), &click(), None, false);
    assert!(matches!(stored, Judgement::Store(Stored { event: Some(EventId(5)), .. })), "{stored:?}");
}

#[test]
fn a_conversion_is_known_again_by_its_order_else_by_its_click() {
    let plan = plan(&json!({}), &json!({}));
    let terms = Terms::of(&plan, Some(&click())).expect("terms");
    let identity = |pairs: &[(&str, &str)]| Identity::of(&call(pairs), &terms).expect("a known event");
    let of = |event, key: String| Some(Identity { offer: OfferId(1), event, key });
    assert_eq!(identity(&[]), of(None, format!("c:{}", id())));
    assert_eq!(identity(&[("event", "base")]), identity(&[]));
    assert_eq!(identity(&[("order_id", "A1")]), of(None, "t:A1".to_owned()));
    assert_eq!(identity(&[("event", "deposit"), ("txn_id", "A1")]), of(Some(EventId(5)), "t:A1".to_owned()));
    assert_eq!(identity(&[("event", "deposit")]), None);
    // An order that is called like a click is still another identity.
    assert_ne!(identity(&[("txn_id", &id().to_string())]), identity(&[]));
}

#[test]
fn a_repeat_changes_the_status_only_where_nobody_and_no_rule_decided_it() {
    let stored = |status, code, by_hand| Existing { status, code, by_hand };
    let cap = Some(ConversionCode::OverCap);
    let change = |status| Judgement::Update(Change { status, code: None });
    let duplicate = Judgement::Refuse(ConversionCode::Duplicate);
    for (existing, pairs, expected) in [
        (stored(Approved, None, false), &[] as &[(&str, &str)], duplicate),
        (stored(Approved, None, false), &[("status", "approved")], duplicate),
        (stored(Pending, None, false), &[("status", "approved")], change(Approved)),
        (stored(Approved, None, false), &[("status", "rejected")], change(Rejected)),
        (stored(Rejected, None, false), &[("status", "approved")], change(Approved)),
        (stored(Rejected, cap, false), &[("status", "approved")], duplicate),
        (stored(Pending, cap, false), &[("status", "approved")], duplicate),
        (stored(Approved, None, true), &[("status", "rejected")], duplicate),
        (stored(Approved, None, true), &[("fraud_flag", "1")], duplicate),
        (
            stored(Approved, None, false),
            &[("fraud_flag", "1")],
            Judgement::Update(Change { status: Rejected, code: Some(ConversionCode::FraudFlag) }),
        ),
    ] {
        assert_eq!(
            judged(&json!({}), &call(pairs), &click(), Some(existing), false),
            expected,
            "{existing:?} {pairs:?}"
        );
    }
}

#[test]
fn a_repeat_that_approves_takes_its_place_under_the_caps() {
    let cap = Some(ConversionCode::OverCap);
    let change = |status, code| Judgement::Update(Change { status, code });
    for (action, from, status, expected) in [
        ("reject", Pending, "approved", change(Rejected, cap)),
        ("reject", Rejected, "approved", change(Rejected, cap)),
        ("hold", Pending, "approved", change(Pending, cap)),
        ("pay", Pending, "approved", change(Approved, None)),
        // What leaves the cap, or has its place already, is not over it.
        ("reject", Approved, "pending", change(Pending, None)),
        ("reject", Pending, "rejected", change(Rejected, None)),
        ("reject", Approved, "approved", Judgement::Refuse(ConversionCode::Duplicate)),
    ] {
        let existing = Existing { status: from, code: None, by_hand: false };
        let call = call(&[("status", status)]);
        let judgement = judged(&json!({"over_cap": action}), &call, &click(), Some(existing), true);
        assert_eq!(judgement, expected, "{action} {from:?} {status}");
    }
}

#[test]
fn a_person_decides_anything_and_a_rejection_says_so() {
    let rejected = Existing { status: Rejected, code: Some(ConversionCode::OverCap), by_hand: false };
    assert_eq!(by_hand(&rejected, Approved), Some(Change { status: Approved, code: None }));
    assert_eq!(by_hand(&rejected, Rejected), None);
    let approved = Existing { status: Approved, code: None, by_hand: true };
    let change = Change { status: Rejected, code: Some(ConversionCode::ByHand) };
    assert_eq!(by_hand(&approved, Rejected), Some(change));
}

#[test]
fn both_sides_earn_what_their_terms_say() {
    let sale: &[(&str, &str)] = &[("amount", "50")];
    let cps = json!({"type": "cps", "percent": "10"});
    let both = json!({"payout": {"type": "cpa_cps", "amount": "1", "percent": "10"}, "revenue": {"type": "rpa_rps", "amount": "2", "percent": "20"}});
    let open = json!({"allow_payout_override": true, "allow_revenue_override": true});
    let share = json!({"payout": {"type": "revenue_share", "percent": "60"}, "allow_revenue_override": true});
    let of_clicks =
        json!({"payout": {"type": "cpc", "amount": "1"}, "revenue": {"type": "rpm", "amount": "1"}});
    let given: &[(&str, &str)] = &[("payout", "7"), ("revenue", "9")];
    let deposit: &[(&str, &str)] = &[("event", "deposit"), ("amount", "50")];
    let own = |more: Value| json!({"payout": {"amount": "4"}, "event_payouts": [{"event_id": "5", "payout": more}]});
    for (offer, terms, pairs, paid, payout, revenue) in [
        (json!({}), json!({}), sale, true, "2", "3"),
        (json!({}), json!({}), sale, false, "0", "3"),
        (
            json!({"payout": cps, "revenue": {"type": "rps", "percent": "20"}}),
            json!({}),
            sale,
            true,
            "5",
            "10",
        ),
        (json!({"payout": cps}), json!({}), &[], true, "0", "3"),
        (both, json!({}), sale, true, "6", "12"),
        (of_clicks, json!({}), sale, true, "0", "0"),
        (share.clone(), json!({}), sale, true, "1.8", "3"),
        (share, json!({}), given, true, "5.4", "9"),
        (json!({}), json!({}), given, true, "2", "3"),
        (open.clone(), json!({}), given, true, "7", "9"),
        (open, json!({}), given, false, "0", "9"),
        (json!({}), json!({}), deposit, true, "5", "10"),
        (json!({}), own(json!({"amount": "6"})), sale, true, "4", "3"),
        (json!({}), own(json!({"amount": "6"})), deposit, true, "6", "10"),
    ] {
        let plan = plan(&offer, &terms);
        let click = ClickFacts { paid, ..click() };
        let found = Terms::of(&plan, Some(&click)).expect("terms");
        let Judgement::Store(stored) = judge(&call(pairs), &click, &found, None, false, now()) else {
            panic!("not stored: {offer}");
        };
        let amount = |text: &str| text.parse::<Micros>().expect("an amount");
        let expected = Earned { payout: amount(payout), revenue: amount(revenue) };
        assert_eq!(stored.earned, expected, "{offer} {terms} {pairs:?} {paid}");
    }
}

#[test]
fn a_rejected_conversion_keeps_its_amounts_and_a_bots_has_none() {
    let earned = |judgement| match judgement {
        Judgement::Store(stored) => (stored.earned.payout, stored.earned.revenue),
        other => panic!("not stored: {other:?}"),
    };
    let over = judged(&json!({}), &call(&[]), &click(), None, true);
    assert_eq!(earned(over), (Micros(2_000_000), Micros(3_000_000)));
    let bot = ClickFacts { is_bot: true, verdict: Verdict::Invalid, ..click() };
    assert_eq!(earned(judged(&json!({}), &call(&[]), &bot, None, false)), (Micros::ZERO, Micros::ZERO));
}

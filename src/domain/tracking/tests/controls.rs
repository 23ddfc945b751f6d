//! Source blocks (code 14) and traffic controls (code 24): DOMAIN.md, sections 2 and 4.

use super::{Known, PARTNER, click, network, now, path, visit};
use crate::{
    shared::{Field, OfferId, PartnerId, SourceBlockId, TrafficControlId},
    tracking::{Answer, Code, Configuration, Control, Flaw, FlawedObject, Plan, Visit},
};
use serde_json::{Value, json};

/// One offer whose fail traffic leads to a second one.
fn offers() -> [Value; 2] {
    let row = json!({"destination": {"offer": "2"}});
    [json!({"fail_traffic": {"rows": [row]}}), json!({})]
}

fn configured(blocks: &[Value], controls: &[Value]) -> Configuration {
    let mut configuration = network(&offers());
    let of = |document: &Value| {
        let mut named = json!({"name": "It"});
        named.as_object_mut().expect("an object").extend(document.as_object().expect("an object").clone());
        named
    };
    for (id, block) in (1..).zip(blocks) {
        let block = serde_json::from_value(of(block)).expect("a source block");
        configuration.source_blocks.push((SourceBlockId(id), block));
    }
    for (id, control) in (1..).zip(controls) {
        let control = serde_json::from_value(of(control)).expect("a traffic control");
        configuration.traffic_controls.push((TrafficControlId(id), control));
    }
    configuration
}

fn plan(blocks: &[Value], controls: &[Value]) -> Plan {
    let (plan, flaws) = Plan::compile(configured(blocks, controls));
    assert_eq!(flaws, Vec::<Flaw>::new());
    plan
}

/// With what code the first offer refuses a visitor, and what says that it does.
fn refused(plan: &Plan, visit: &Visit<'_>) -> (Option<u16>, Option<Control>) {
    let decision = click(plan, visit, &Known::default());
    let (_, code) = path(&decision)[0];
    (code, plan.control_of(PARTNER, OfferId(1), visit, now()))
}

fn source(id: i64) -> Control {
    Control::Source(SourceBlockId(id), "It".to_owned())
}

fn black(id: i64) -> Control {
    Control::Black(TrafficControlId(id), "It".to_owned())
}

fn with_sub4(value: &str) -> Visit<'_> {
    let mut visit = visit();
    visit.subs[3] = value;
    visit
}

#[test]
fn a_source_is_blocked_exactly_by_its_beginning_its_end_or_a_part() {
    for (operator, hits, misses) in [
        ("is", ["bad", "BAD"], ["bad1", ""]),
        ("starts_with", ["bad", "Badge"], ["abad", ""]),
        ("ends_with", ["bad", "notBad"], ["bad1", ""]),
        ("contains", ["bad", "aBADb"], ["ba", ""]),
    ] {
        let plan =
            plan(&[json!({"variable": "sub4", "operator": operator, "values": ["worse", "Bad"]})], &[]);
        for value in hits {
            let by = Some(source(1));
            assert_eq!(refused(&plan, &with_sub4(value)), (Some(14), by), "{operator} {value}");
        }
        for value in misses {
            assert_eq!(refused(&plan, &with_sub4(value)), (None, None), "{operator} {value}");
        }
    }
}

#[test]
fn a_block_is_about_its_partner_at_its_offer_and_its_variable() {
    for (about, is_blocked) in [
        (json!({}), true),
        (json!({"partner_id": PARTNER}), true),
        (json!({"partner_id": PARTNER, "offer_id": "1"}), true),
        (json!({"offer_id": "1"}), true),
        (json!({"offer_id": "2"}), false),
        (json!({"partner_id": PartnerId(99)}), false),
        (json!({"variable": "sub3"}), false),
        (json!({"variable": "source_id"}), false),
        (json!({"status": "paused"}), false),
        (json!({"status": "deleted"}), false),
    ] {
        let mut block = json!({"variable": "sub4", "values": ["bad"]});
        block.as_object_mut().expect("an object").extend(about.as_object().expect("an object").clone());
        let (code, by) = refused(&plan(&[block], &[]), &with_sub4("bad"));
        assert_eq!((code == Some(14), by.is_some()), (is_blocked, is_blocked), "{about}");
    }
}

#[test]
fn several_blocks_are_all_asked_and_the_first_that_refuses_is_told() {
    let blocks = [
        json!({"variable": "sub4", "values": ["one"]}),
        json!({"variable": "sub4", "operator": "starts_with", "values": ["tw"]}),
        json!({"variable": "source_id", "values": ["site"]}),
        json!({"variable": "sub4", "values": ["two"], "partner_id": PARTNER}),
    ];
    let plan = plan(&blocks, &[]);
    let by = |id| (Some(14), Some(source(id)));
    assert_eq!(refused(&plan, &with_sub4("one")), by(1));
    assert_eq!(refused(&plan, &with_sub4("two")), by(2));
    assert_eq!(refused(&plan, &Visit { source_id: "SITE", ..visit() }), by(3));
    assert_eq!(refused(&plan, &with_sub4("three")), (None, None));
}

#[test]
fn what_is_blocked_goes_on_by_the_offers_fail_traffic() {
    let plan_of =
        |offer: Value| plan(&[json!({"variable": "sub4", "values": ["bad"], "offer_id": offer})], &[]);
    let decision = click(&plan_of(json!("1")), &with_sub4("bad"), &Known::default());
    assert_eq!(path(&decision), vec![(1, Some(14)), (2, None)]);
    let everywhere = click(&plan_of(json!(null)), &with_sub4("bad"), &Known::default());
    assert_eq!(path(&everywhere), vec![(1, Some(14)), (2, Some(14))]);
    assert_eq!(everywhere.answer, Answer::Page(Code::SourceBlock));
}

#[test]
fn a_black_list_refuses_whom_it_names_by_any_of_its_fields() {
    let mut sub = visit();
    sub.subs[29] = "pop-under";
    for (control, hit, miss) in [
        (json!({"field": "source_id", "values": ["s1"]}), Visit { source_id: "S1", ..visit() }, visit()),
        (json!({"field": "sub30", "operator": "starts_with", "values": ["pop"]}), sub, visit()),
        (
            json!({"field": "referrer", "operator": "contains", "values": ["spam.example"]}),
            Visit { referrer: "https://Spam.Example/page", ..visit() },
            Visit { referrer: "https://fine.example/", ..visit() },
        ),
        (
            json!({"field": "ip", "values": ["203.0.113.0/24", "2001:db8::/32"]}),
            Visit { ip: "203.0.113.9".parse().expect("an address"), ..visit() },
            Visit { ip: "203.0.114.9".parse().expect("an address"), ..visit() },
        ),
        (
            json!({"field": "isp", "values": ["Hosting Inc"]}),
            Visit { isp: "hosting inc", ..visit() },
            Visit { isp: "Home Cable", ..visit() },
        ),
        (
            json!({"field": "user_agent", "operator": "contains", "values": ["HeadlessChrome"]}),
            Visit { user_agent: "Mozilla/5.0 headlesschrome/120", ..visit() },
            Visit { user_agent: "Mozilla/5.0 Chrome/120", ..visit() },
        ),
        (
            json!({"field": "country", "values": ["kp", "IR"]}),
            Visit { country: "IR", ..visit() },
            Visit { country: "DE", ..visit() },
        ),
    ] {
        let refusing = plan(&[], std::slice::from_ref(&control));
        let by = Some(black(1));
        assert_eq!(refused(&refusing, &hit), (Some(24), by), "{control}");
        assert_eq!(refused(&refusing, &miss), (None, None), "{control}");
        let mut white = control.clone();
        white["list"] = json!("white");
        let field: Field = control["field"].as_str().expect("a field").parse().expect("a field");
        let white = plan(&[], &[white]);
        assert_eq!(refused(&white, &hit), (None, None), "{control}");
        assert_eq!(refused(&white, &miss), (Some(24), Some(Control::White(field))), "{control}");
    }
}

#[test]
fn white_lists_of_a_field_add_up_and_those_of_others_have_to_let_in_too() {
    let controls = [
        json!({"list": "white", "field": "country", "values": ["DE"]}),
        json!({"list": "white", "field": "country", "values": ["AT"]}),
        json!({"list": "white", "field": "source_id", "operator": "starts_with", "values": ["ok-"]}),
        json!({"field": "source_id", "values": ["ok-but-bad"]}),
    ];
    let plan = plan(&[], &controls);
    let of = |country, source_id| refused(&plan, &Visit { country, source_id, ..visit() }).1;
    assert_eq!(of("DE", "ok-1"), None);
    assert_eq!(of("AT", "ok-1"), None);
    assert_eq!(of("FR", "ok-1"), Some(Control::White(Field::Country)));
    assert_eq!(of("", "ok-1"), Some(Control::White(Field::Country)), "what is unknown is on no list");
    assert_eq!(of("DE", "other"), Some(Control::White(Field::SourceId)));
    assert_eq!(of("DE", "ok-but-bad"), Some(black(4)));
}

#[test]
fn what_can_never_match_is_a_flaw_and_stops_nobody() {
    let (plan, flaws) = Plan::compile(configured(
        &[json!({"variable": "sub4", "values": []})],
        &[json!({"field": "ip", "values": ["nonsense"]})],
    ));
    let objects: Vec<_> = flaws.iter().map(|flaw| flaw.object).collect();
    let expected =
        [FlawedObject::TrafficControl(TrafficControlId(1)), FlawedObject::SourceBlock(SourceBlockId(1))];
    assert_eq!(objects, expected);
    assert_eq!(refused(&plan, &visit()), (None, None));
}

#[test]
fn problems_are_named_at_their_field() {
    let block = |more: Value| {
        let mut document = json!({"name": "B", "variable": "sub4", "values": ["x"]});
        document.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        serde_json::from_value::<crate::smartswitch::SourceBlock>(document).expect("a block").problems()
    };
    let control = |more: Value| {
        let mut document = json!({"name": "C", "field": "ip", "values": ["10.0.0.0/8"]});
        document.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        serde_json::from_value::<crate::smartswitch::TrafficControl>(document).expect("a control").problems()
    };
    assert!(block(json!({})).0.is_empty());
    assert!(control(json!({})).0.is_empty());
    for (problems, field) in [
        (block(json!({"name": ""})), "name"),
        (block(json!({"values": []})), "values"),
        (block(json!({"values": [""]})), "values[0]"),
        (block(json!({"values": ["x".repeat(1_000)]})), "values[0]"),
        (block(json!({"values": ["a\u{0}b"]})), "values[0]"),
        (block(json!({"values": vec!["x"; 10_001]})), "values"),
        (block(json!({"operator": "contains", "values": vec!["x"; 101]})), "values"),
        (block(json!({"note": "x".repeat(1_001)})), "note"),
        (control(json!({"field": "os"})), "field"),
        (control(json!({"values": ["10.0.0.0/40"]})), "values[0]"),
        (control(json!({"operator": "contains"})), "operator"),
        (control(json!({"field": "country", "values": ["Germany"]})), "values[0]"),
    ] {
        assert!(problems.0.iter().any(|problem| problem.field == field), "{field}: {problems:?}");
    }
}

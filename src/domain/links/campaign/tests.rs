//! What may stand in a campaign's document.

use super::Campaign;
use crate::shared::RowId;
use serde_json::{Value, json};

fn campaign(more: Value) -> Campaign {
    let mut document = json!({"name": "Campaign"});
    let fields = more.as_object().expect("an object").clone();
    document.as_object_mut().expect("an object").extend(fields);
    serde_json::from_value(document).expect("a campaign")
}

fn of_conditions(condition: Value) -> Value {
    json!({"rules": [{"conditions": [condition]}]})
}

#[test]
fn what_is_wrong_is_named_at_its_field() {
    let page = |id: &str| json!({"id": id, "name": "Page", "url": "https://page.example/"});
    let cases = [
        (json!({"name": " "}), "name"),
        (json!({"labels": ["a", "A"]}), "labels[1]"),
        (json!({"landing_pages": [{"name": "x", "url": "page.example"}]}), "landing_pages[0].url"),
        (json!({"landing_pages": [page("4")], "rules": [{"id": "4"}]}), "landing_pages[0].id"),
        (json!({"rules": [{"id": "-4"}]}), "rules[0].id"),
        (json!({"defaults": {"rotator_id": "9"}}), "defaults.rotator_id"),
        (
            json!({"defaults": {"landing_pages": [{"landing_page_id": "9"}]}}),
            "defaults.landing_pages[0].landing_page_id",
        ),
        (
            json!({"rules": [{"to": {"offers": [{"offer_id": "1", "weight": 1_000_001}]}}]}),
            "rules[0].to.offers[0].weight",
        ),
        (json!({"rotators": [{"name": "", "options": []}]}), "rotators[0].name"),
        (json!({"rotators": [{"name": "R", "exploration": "51"}]}), "rotators[0].exploration"),
        (json!({"rotators": [{"name": "R", "window_hours": 0}]}), "rotators[0].window_hours"),
        (
            json!({"rotators": [{"name": "R", "options": [{"offer_id": "1", "landing_page_id": "8"}]}]}),
            "rotators[0].options[0].landing_page_id",
        ),
        (
            of_conditions(json!({"field": "country", "values": ["Germany"]})),
            "rules[0].conditions[0].values[0]",
        ),
        (of_conditions(json!({"field": "offer_cap", "values": ["open"]})), "rules[0].conditions[0].of.offer"),
        (
            of_conditions(json!({"field": "offer_cap", "values": ["full"], "of": {"offer": "1"}})),
            "rules[0].conditions[0].values[0]",
        ),
        (
            of_conditions(
                json!({"field": "offer_cap", "op": "at_most", "values": ["5"], "of": {"offer": "1"}}),
            ),
            "rules[0].conditions[0].of.period",
        ),
        (
            of_conditions(json!({"field": "site_status", "values": ["down"]})),
            "rules[0].conditions[0].of.monitor",
        ),
        (
            of_conditions(
                json!({"field": "site_status", "op": "contains", "values": ["down"], "of": {"monitor": "1"}}),
            ),
            "rules[0].conditions[0].op",
        ),
    ];
    for (more, field) in cases {
        let problems = campaign(more.clone()).problems();
        assert!(problems.0.iter().any(|problem| problem.field == field), "{more}: {problems:?}");
    }
}

#[test]
fn a_whole_flow_may_be_saved() {
    let whole = campaign(json!({
        "landing_pages": [{"id": "1", "name": "Quiz", "url": "https://quiz.example/?c={clickid}"}],
        "rotators": [{"id": "2", "name": "Best", "goal": "cr", "min_impressions": 100, "exploration": "5",
            "window_hours": 168, "options": [{"offer_id": "1", "landing_page_id": "1"}, {"offer_id": "2"}]}],
        "rules": [
            {"name": "Bots", "conditions": [{"field": "is_bot", "values": ["true"]}], "to": {"offers": [{"offer_id": "3"}]}},
            {"conditions": [
                {"field": "offer_cap", "op": "at_most", "values": ["99"], "of": {"offer": "1", "period": "day"}},
                {"field": "site_status", "op": "is_not", "values": ["down"], "of": {"monitor": "1"}},
                {"field": "schedule", "values": ["mon-fri 09:00-17:00"], "of": {"zone": "Asia/Kolkata"}},
            ], "to": {"landing_pages": [{"landing_page_id": "1", "weight": 0}], "offers": [{"offer_id": "1"}]}},
        ],
        "defaults": {"rotator_id": "2"},
    }));
    assert_eq!(whole.problems().0, vec![]);
}

#[test]
fn what_has_no_id_gets_one_that_nothing_else_has() {
    let mut flow = campaign(json!({
        "rules": [{}, {"id": "7"}],
        "landing_pages": [{"name": "Page", "url": "https://page.example/"}],
        "rotators": [{"name": "R", "options": [{"offer_id": "1"}]}],
    }));
    let mut numbers = [0, 7, 5, 5, 9, 11, 12].into_iter();
    flow.number(|| numbers.next().expect("enough numbers"));
    assert_eq!(flow.ids().collect::<Vec<_>>(), [5, 7, 9, 11, 12].map(RowId));
}

#[test]
fn a_copy_has_ids_of_its_own_and_names_its_parts_by_them() {
    let mut flow = campaign(json!({
        "landing_pages": [{"id": "1", "name": "Quiz", "url": "https://quiz.example/"}],
        "rotators": [{"id": "2", "name": "R", "options": [{"id": "3", "offer_id": "1", "landing_page_id": "1"}]}],
        "rules": [{"id": "4", "to": {"rotator_id": "2"}}],
        "defaults": {"landing_pages": [{"landing_page_id": "1"}]},
    }));
    let mut next = 0;
    flow.number_anew(|| {
        next += 1;
        next
    });
    assert_eq!(flow.problems().0, vec![]);
    assert!(flow.ids().all(|id| id.0 > 4), "{flow:?}");
    assert_eq!(flow.rules[0].to.rotator_id, Some(flow.rotators[0].id));
    assert_eq!(flow.defaults.landing_pages[0].landing_page_id, flow.landing_pages[0].id);
    assert_eq!(flow.rotators[0].options[0].landing_page_id, Some(flow.landing_pages[0].id));
}

#[test]
fn rules_with_more_conditions_are_asked_first_and_ties_as_they_stand() {
    let condition = json!({"field": "country", "values": ["FR"]});
    let flow = campaign(json!({"rules": [
        {}, {"conditions": [condition]}, {"conditions": [condition, condition]}, {"conditions": [condition]},
    ]}));
    assert_eq!(flow.asked_order(), vec![2, 1, 3, 0]);
}

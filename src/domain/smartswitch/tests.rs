//! Rules are judged as seed 003 and DOMAIN.md, section 8, say.

use super::{
    Approval, Connection, ConversionFact, EventKind, Figures, Judgement, SmartSwitchRule, breach_probability,
};
use crate::shared::{Measures, Metric, Micros, PartnerId};
use chrono::{DateTime, Utc};
use proptest::{collection::vec, prelude::*};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::sync::Arc;

/// The rule of seed 003, with something else where `more` says so.
fn rule(more: &Value) -> SmartSwitchRule {
    read(more).expect("a rule")
}

fn read(more: &Value) -> Result<SmartSwitchRule, serde_json::Error> {
    let mut document = json!({
        "name": "Sub4 under 0.05 %",
        "entity_type": "advertisers",
        "advertiser_ids": ["1"],
        "variable": "sub4",
        "thresholds": [{"data_point": "total_clicks", "bound": "minimum", "value": "5001"}],
        "kpis": [{"metric": "cvr", "operator": "less_than", "value": "0.05"}],
    });
    document.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    serde_json::from_value(document)
}

fn judged(rule: &SmartSwitchRule, measures: Measures, conversions: &[ConversionFact]) -> Judgement {
    let figures = Figures { measures, conversions };
    let judgement = rule.judge(&figures);
    assert_eq!(judgement.is_hit(), rule.hits(&figures), "both ways of judging agree");
    judgement
}

fn clicks(unique: i64, duplicate: i64, approved: i64) -> Measures {
    Measures { unique, duplicate, approved, ..Measures::default() }
}

/// A KPI of the rule alone, reached by anything.
fn one_kpi(field: &str, kpi: &Value) -> SmartSwitchRule {
    rule(&json!({
        "thresholds": [{"data_point": "total_clicks", "value": "0"}],
        "kpis": [],
        field: [kpi],
    }))
}

fn value(rule: &SmartSwitchRule, measures: Measures, conversions: &[ConversionFact]) -> Option<String> {
    judged(rule, measures, conversions).kpis[0].value.map(|value| value.normalize().to_string())
}

#[test]
fn the_sources_own_example_is_hit_from_5001_clicks_on_and_below_the_rate() {
    let example = rule(&json!({}));
    assert!(example.problems().0.is_empty());
    for (measures, is_hit) in [
        (clicks(5_001, 0, 0), true),
        (clicks(5_000, 0, 0), false),
        (clicks(2_501, 2_500, 2), true),
        // 3 of 5,001 are 0.06 %.
        (clicks(5_001, 0, 3), false),
        // 5 of 10,000 are 0.05 %, which is not below it.
        (clicks(10_000, 0, 5), false),
        (clicks(10_001, 0, 5), true),
        // Refused clicks are none of the clicks.
        (Measures { invalid: 9_000, ..clicks(5_000, 0, 0) }, false),
    ] {
        assert_eq!(judged(&example, measures, &[]).is_hit(), is_hit, "{measures:?}");
    }
}

#[test]
fn thresholds_are_joined_by_or_and_kpis_by_and() {
    let both = rule(&json!({
        "thresholds": [
            {"data_point": "total_clicks", "value": "1000"},
            {"data_point": "revenue", "value": "50"},
        ],
        "kpis": [
            {"metric": "cvr", "operator": "less_than", "value": "10"},
            {"metric": "invalid_rate", "operator": "greater_than", "value": "20"},
        ],
    }));
    let bad = Measures { invalid: 500, ..clicks(1_000, 0, 1) };
    assert_eq!(judged(&both, bad, &[]).threshold, Some(0));
    assert!(judged(&both, bad, &[]).is_hit());
    let by_revenue =
        Measures { unique: 100, invalid: 90, revenue: Micros(50_000_000), ..Measures::default() };
    assert_eq!(judged(&both, by_revenue, &[]).threshold, Some(1));
    assert!(judged(&both, by_revenue, &[]).is_hit());
    let neither = Measures { revenue: Micros(49_999_999), ..by_revenue };
    assert!(!judged(&both, neither, &[]).is_hit());
    assert!(judged(&both, neither, &[]).is_breached(), "only no threshold is reached");
    let one_kpi_holds = Measures { invalid: 250, ..clicks(1_000, 0, 1) };
    assert!(!judged(&both, one_kpi_holds, &[]).is_hit());
}

#[test]
fn a_bound_is_reached_by_its_value() {
    for (bound, value, reached) in
        [("minimum", "10", true), ("minimum", "11", false), ("maximum", "10", true), ("maximum", "9", false)]
    {
        for (data_point, measures) in [
            ("total_clicks", clicks(6, 4, 0)),
            ("impressions", Measures { impressions: 10, ..Measures::default() }),
            ("events", Measures { events: 10, ..Measures::default() }),
            ("conversions", Measures { approved: 10, pending: 4, view_through: 3, ..Measures::default() }),
            (
                "all_conversions",
                Measures { approved: 5, pending: 3, rejected: 2, view_through: 9, ..Measures::default() },
            ),
            ("payout", Measures { payout: Micros(10_000_000), ..Measures::default() }),
            ("revenue", Measures { revenue: Micros(10_000_000), ..Measures::default() }),
        ] {
            let rule =
                rule(&json!({"thresholds": [{"data_point": data_point, "bound": bound, "value": value}]}));
            let found = judged(&rule, measures, &[]).threshold.is_some();
            assert_eq!(found, reached, "{data_point} {bound} {value}");
        }
    }
}

#[test]
fn operators_leave_the_value_out_and_a_range_takes_its_ends_in() {
    for (operator, to, hit) in [
        ("less_than", None, [true, false, false]),
        ("greater_than", None, [false, false, true]),
        ("range", Some("10"), [false, true, false]),
    ] {
        let mut kpi = json!({"metric": "cv", "operator": operator, "value": "10"});
        if let Some(to) = to {
            kpi["to"] = json!(to);
        }
        let rule = one_kpi("kpis", &kpi);
        let found = [9, 10, 11].map(|approved| judged(&rule, clicks(100, 0, approved), &[]).is_hit());
        assert_eq!(found, hit, "{operator}");
    }
}

#[test]
fn no_value_never_fires_a_kpi() {
    for metric in Metric::ALL {
        for (operator, value, to) in [
            ("less_than", "1000000", None),
            ("greater_than", "-1000000", None),
            ("range", "-1000000", Some("1000000")),
        ] {
            let value = if metric.unit() == crate::shared::Unit::Count { "0" } else { value };
            let mut kpi = json!({"metric": metric.name(), "operator": operator, "value": value});
            if let Some(to) = to {
                kpi["to"] = json!(to);
            }
            let rule = one_kpi("kpis", &kpi);
            let nothing = Measures::default();
            if metric.value(&nothing).is_none() {
                assert!(!judged(&rule, nothing, &[]).is_hit(), "{metric:?} {operator}");
            }
        }
    }
}

fn facts() -> Vec<ConversionFact> {
    let base = ConversionFact {
        payout: Micros(1_000_000),
        revenue: Micros(2_000_000),
        amount: Micros(20_000_000),
        delta_seconds: Some(60),
        connection: Connection::Mobile,
        address: Some(1),
        has_device_id: Some(true),
        ..ConversionFact::default()
    };
    let named = |name: &str| Some(Arc::from(name));
    vec![
        base.clone(),
        ConversionFact {
            connection: Connection::Wifi,
            empty: [true, false, false, false, false, false],
            ..base.clone()
        },
        ConversionFact {
            connection: Connection::Other,
            address: Some(2),
            has_device_id: Some(false),
            ..base.clone()
        },
        ConversionFact {
            connection: Connection::Unknown,
            address: None,
            has_device_id: None,
            empty: [false, true, true, true, true, true],
            ..base.clone()
        },
        ConversionFact { approval: Approval::Pending, ..base.clone() },
        ConversionFact { approval: Approval::Rejected, is_fraud: true, ..base.clone() },
        ConversionFact { is_view_through: true, ..base.clone() },
        ConversionFact {
            event: named("Deposit"),
            revenue: Micros(5_000_000),
            delta_seconds: Some(120),
            ..base.clone()
        },
        ConversionFact {
            event: named("Deposit"),
            approval: Approval::Rejected,
            is_fraud: true,
            ..base.clone()
        },
        ConversionFact { event: named("Sign-up"), address: Some(9), ..base },
    ]
}

/// What the facts sum to as base conversions and events.
fn sums() -> Measures {
    Measures {
        events: 2,
        pending: 1,
        rejected: 1,
        view_through: 1,
        fraud: 1,
        payout: Micros(7_000_000),
        revenue: Micros(16_000_000),
        impressions: 1_000,
        invalid: 100,
        ..clicks(90, 10, 4)
    }
}

#[test]
fn a_kpi_on_events_counts_them_in_place_of_base_conversions() {
    for (event, name, metric, expected) in [
        ("base", "", "cvr", Some("4")),
        ("base", "", "evr", Some("50")),
        ("base", "", "cpa", Some("1.75")),
        ("base", "", "margin", Some("56.25")),
        ("any", "", "cvr", Some("2")),
        ("any", "", "cv", Some("2")),
        ("any", "", "events", Some("2")),
        ("any", "", "all_conversions", Some("3")),
        ("any", "", "evr", Some("50")),
        ("any", "", "revenue", Some("7")),
        ("any", "", "rpc", Some("0.07")),
        ("any", "", "fraud_level", Some("33.3")),
        ("any", "", "delta", Some("90")),
        ("any", "", "ctr", Some("10")),
        ("named", "Deposit", "cvr", Some("1")),
        ("named", "Deposit", "evr", Some("25")),
        ("named", "Deposit", "rpa", Some("5")),
        ("named", "Deposit", "fraud_level", Some("50")),
        ("named", "Deposit", "average_sale_value", Some("20")),
        ("named", "Refund", "cvr", Some("0")),
        ("named", "Refund", "rpa", None),
    ] {
        let mut kpi = json!({"event": event, "metric": metric, "value": "1"});
        if !name.is_empty() {
            kpi["event_name"] = json!(name);
        }
        let rule = one_kpi("kpis", &kpi);
        assert!(rule.problems().0.is_empty(), "{:?}", rule.problems());
        let found = value(&rule, sums(), &facts());
        let is_as_expected = match (&found, expected) {
            (Some(found), Some(expected)) => found.starts_with(expected),
            (found, expected) => found.is_none() && expected.is_none(),
        };
        assert!(is_as_expected, "{event} {name} {metric}: {found:?}, expected {expected:?}");
    }
}

#[test]
fn an_event_after_an_impression_counts_like_any_other() {
    let fact = |approval| ConversionFact {
        event: Some(Arc::from("Sign-up")),
        is_view_through: true,
        approval,
        ..ConversionFact::default()
    };
    let facts = [fact(Approval::Approved), fact(Approval::Approved), fact(Approval::Pending)];
    let figures = Figures { measures: clicks(100, 0, 0), conversions: &facts };
    let value = |metric| figures.value(metric, EventKind::Any, "").map(|value| value.normalize().to_string());
    assert_eq!(value(Metric::Cvr).as_deref(), Some("2"));
    assert_eq!(value(Metric::AllConversions).as_deref(), Some("3"));
}

#[test]
fn the_ten_advanced_kpis_count_approved_conversions_of_clicks() {
    for (metric, expected) in [
        // Of three whose connection is known.
        ("mobile_traffic", "33.3"),
        ("wifi_traffic", "33.3"),
        // Two of three whose address is known share it.
        ("duplicate_ips", "66.6"),
        ("empty_source_id", "25"),
        ("empty_sub1", "25"),
        ("empty_sub2", "25"),
        ("empty_sub3", "25"),
        ("empty_sub4", "25"),
        ("empty_sub5", "25"),
        ("without_device_ids", "33.3"),
    ] {
        let rule =
            one_kpi("advanced_kpis", &json!({"metric": metric, "operator": "greater_than", "value": "20"}));
        assert!(rule.reads_conversions());
        let found = value(&rule, sums(), &facts()).expect("a value");
        assert!(found.starts_with(expected), "{metric}: {found}");
        assert!(judged(&rule, sums(), &facts()).is_hit());
        assert!(!judged(&rule, sums(), &[]).is_hit(), "no conversions are no value");
        let of_deposits = json!({"event": "named", "event_name": "Deposit", "metric": metric, "value": "50"});
        let rule = one_kpi("advanced_kpis", &of_deposits);
        let is_mobile = if metric == "mobile_traffic" { "100" } else { "0" };
        assert_eq!(value(&rule, sums(), &facts()).as_deref(), Some(is_mobile), "{metric}");
    }
}

#[test]
fn a_small_sample_is_not_sure() {
    let sure = json!({"metric": "cvr", "operator": "less_than", "value": "5", "only_when_sure": true});
    let sure = one_kpi("kpis", &sure);
    assert!(!judged(&sure, clicks(20, 0, 0), &[]).is_hit(), "0 of 20 may well be 5 %");
    assert!(judged(&sure, clicks(200, 0, 0), &[]).is_hit(), "0 of 200 is less");
    let found = judged(&sure, clicks(200, 0, 4), &[]);
    assert_eq!(found.kpis[0].value.map(|value| value.normalize()), Some(Decimal::TWO));
    assert!(found.kpis[0].probability.is_some_and(|probability| probability > 0.95 && probability < 1.0));
    assert!(!judged(&sure, Measures::default(), &[]).is_hit());
    // What is no share of counts is sure as it is, and the form says so.
    let money = one_kpi("kpis", &json!({"metric": "epc", "value": "1", "only_when_sure": true}));
    assert_eq!(money.problems().0[0].field, "kpis[0].only_when_sure");
}

#[test]
fn the_credible_bound_is_that_of_jeffreys_prior() {
    let breach = |text: &str| {
        let kpi = json!({"metric": "cvr", "operator": "less_than", "value": text});
        one_kpi("kpis", &kpi).kpis[0].breach()
    };
    // The 95 % interval of Jeffreys' prior for 1 of 10 ends at 0.3813, with 97.5 % below.
    let below = breach_probability(&breach("38.13"), 1, 10).expect("a probability");
    assert!((below - 0.975).abs() < 0.001, "{below}");
    assert_eq!(breach_probability(&breach("5"), 0, 0), None);
    let above_one = breach_probability(&breach("300"), 200, 100).expect("a probability");
    assert!(above_one > 0.99, "200 of 100 are a rate of 2: {above_one}");
}

#[test]
fn a_rule_leaves_alone_what_it_excludes() {
    let excluding = rule(&json!({"exclusions": [
        {"partner_id": "7", "value": "good"}, {"partner_id": "8"}, {"value": "test"},
    ]}));
    for (partner, value, is_excluded) in [
        (7, "good", true),
        (7, "Good", false),
        (8, "anything", true),
        (9, "test", true),
        (9, "other", false),
        (9, "", true),
    ] {
        assert_eq!(excluding.excludes(PartnerId(partner), value), is_excluded, "{partner} {value}");
    }
    assert!(!rule(&json!({"judge_empty": true})).excludes(PartnerId(9), ""));
}

#[test]
fn a_rule_is_in_force_between_its_dates_while_it_is_active() {
    let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a moment");
    let dated = rule(&json!({"start_date": "2026-11-01T00:00:00Z", "end_date": "2026-12-01T00:00:00Z"}));
    assert!(!dated.is_in_force(at("2026-10-31T23:59:59Z")));
    assert!(dated.is_in_force(at("2026-11-01T00:00:00Z")));
    assert!(!dated.is_in_force(at("2026-12-01T00:00:00Z")));
    let paused = rule(&json!({"status": "paused"}));
    assert!(!paused.is_in_force(at("2026-11-01T00:00:00Z")));
}

#[test]
fn what_is_wrong_is_named_at_its_field() {
    let too_many: Vec<Value> = (0..21).map(|_| json!({"data_point": "revenue", "value": "1"})).collect();
    for (more, field) in [
        (json!({"name": ""}), "name"),
        (json!({"advertiser_ids": []}), "advertiser_ids"),
        (json!({"offer_ids": ["1"]}), "offer_ids"),
        (json!({"entity_type": "offers"}), "offer_ids"),
        (json!({"start_date": "2026-12-01T00:00:00Z", "end_date": "2026-12-01T00:00:00Z"}), "end_date"),
        (json!({"thresholds": []}), "thresholds"),
        (json!({"thresholds": too_many}), "thresholds"),
        (json!({"thresholds": [{"data_point": "total_clicks", "value": "1.5"}]}), "thresholds[0].value"),
        (json!({"thresholds": [{"data_point": "impressions", "value": "-1"}]}), "thresholds[0].value"),
        (json!({"kpis": []}), "kpis"),
        (json!({"kpis": [{"metric": "cvr", "operator": "range", "value": "1"}]}), "kpis[0].to"),
        (json!({"kpis": [{"metric": "cvr", "operator": "range", "value": "2", "to": "1"}]}), "kpis[0].to"),
        (json!({"kpis": [{"metric": "cvr", "value": "2", "to": "3"}]}), "kpis[0].to"),
        (json!({"kpis": [{"metric": "cvr", "event": "named", "value": "2"}]}), "kpis[0].event_name"),
        (json!({"kpis": [{"metric": "cvr", "event_name": "x", "value": "2"}]}), "kpis[0].event_name"),
        (json!({"exclusions": [{}]}), "exclusions[0]"),
        (json!({"exclusions": [{"value": "x".repeat(501)}]}), "exclusions[0].value"),
    ] {
        let problems = rule(&more).problems();
        assert!(problems.0.iter().any(|problem| problem.field == field), "{more}: {problems:?}");
    }
    for unread in [
        json!({"run_every_hours": 2}),
        json!({"lookback_hours": 36}),
        json!({"action_delay_minutes": 43_201}),
        json!({"block_hours": 0}),
        json!({"variable": "sub6"}),
        json!({"action": "pause"}),
        json!({"kpis": [{"metric": "luck", "value": "1"}]}),
        json!({"thresholds": [{"data_point": "cvr", "value": "1"}]}),
    ] {
        assert!(read(&unread).is_err(), "{unread}");
    }
}

#[test]
fn a_document_reads_as_it_is_written() {
    let full = rule(&json!({
        "entity_type": "offers", "advertiser_ids": [], "offer_ids": ["3"], "variable": "source_id",
        "action": "fail_traffic", "run_every_hours": 1, "lookback_hours": 168, "action_delay_minutes": 90,
        "kpis": [{"event": "named", "event_name": "Deposit", "metric": "evr", "operator": "range", "value": "1",
                  "to": "2", "only_when_sure": true}],
        "advanced_kpis": [{"metric": "duplicate_ips", "operator": "greater_than", "value": "12.5"}],
        "exclusions": [{"partner_id": "5", "value": "x"}], "block_hours": 72, "judge_empty": true, "recover": false,
    }));
    assert!(full.problems().0.is_empty(), "{:?}", full.problems());
    let written = serde_json::to_value(&full).expect("it writes");
    assert_eq!(serde_json::from_value::<SmartSwitchRule>(written).expect("it reads"), full);
}

proptest! {
    /// More of what breaches never lifts a breach: fewer conversions are a lower rate.
    #[test]
    fn fewer_conversions_never_save_a_source_from_a_lower_bound(
        unique in 1_i64..20_000, approved in 0_i64..200, fewer in 0_i64..200, hundredths in 1_i64..500,
    ) {
        let value = Decimal::new(hundredths, 2).to_string();
        let rule = one_kpi("kpis", &json!({"metric": "cvr", "operator": "less_than", "value": value}));
        let hit = |approved: i64| judged(&rule, clicks(unique, 0, approved), &[]).is_hit();
        prop_assert!(!hit(approved) || hit((approved - fewer).max(0)));
    }

    /// Whatever is sure is also so by the point.
    #[test]
    fn what_is_sure_is_a_breach_without_that_too(
        unique in 0_i64..5_000, approved in 0_i64..100, hundredths in 1_i64..1_000, is_above in any::<bool>(),
    ) {
        let operator = if is_above { "greater_than" } else { "less_than" };
        let kpi = json!({"metric": "cvr", "operator": operator, "value": Decimal::new(hundredths, 2).to_string()});
        let plain = one_kpi("kpis", &kpi);
        let mut kpi = kpi;
        kpi["only_when_sure"] = json!(true);
        let sure = one_kpi("kpis", &kpi);
        let measures = clicks(unique, 0, approved);
        prop_assert!(!judged(&sure, measures, &[]).is_hit() || judged(&plain, measures, &[]).is_hit());
    }

    /// All events are those of every name together, and bases are none of them.
    #[test]
    fn any_event_is_all_names_together(names in vec(0_usize..3, 0..30)) {
        let all = [None, Some("a"), Some("b")];
        let facts: Vec<ConversionFact> = names
            .iter()
            .map(|name| ConversionFact { event: all[*name].map(Arc::from), ..ConversionFact::default() })
            .collect();
        let figures = Figures { measures: clicks(100, 0, 0), conversions: &facts };
        let of = |kind, name| figures.value(Metric::Cv, kind, name).expect("a count");
        prop_assert_eq!(of(EventKind::Any, ""), of(EventKind::Named, "a") + of(EventKind::Named, "b"));
    }
}

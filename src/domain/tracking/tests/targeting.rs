//! Who is let in: DOMAIN.md, section 4, as tables.

use super::{now, visit};
use crate::{
    shared::Condition,
    tracking::{
        Device, Visit,
        matching::{Branches, Signals, Targeting},
    },
};

fn check(conditions: &str, visit: &Visit<'_>) -> Option<u16> {
    let conditions: Vec<Condition> = serde_json::from_str(conditions).expect("conditions");
    let (targeting, _) = Targeting::compile(&conditions);
    let signals = Signals::new(visit, now());
    let code = targeting.check(&signals).err().map(super::super::Code::number);
    let branches = Branches::compile(vec![targeting]);
    assert_eq!(
        branches.letting_in(&signals).count() == 1,
        code.is_none(),
        "the index decides the same: {conditions:?}"
    );
    code
}

fn troubles(conditions: &str) -> Vec<String> {
    let conditions: Vec<Condition> = serde_json::from_str(conditions).expect("conditions");
    Targeting::compile(&conditions).1.into_iter().map(|(_, message)| message).collect()
}

#[test]
fn each_kind_lets_in_what_matches_and_names_its_code_otherwise() {
    let mut visitor = visit();
    visitor.subs[1] = "250";
    for (inside, outside, code) in [
        (r#"{"field":"country","values":["de","fr"]}"#, r#"{"field":"country","values":["US"]}"#, 9),
        (r#"{"field":"region","values":["BAVARIA"]}"#, r#"{"field":"region","values":["Hesse"]}"#, 10),
        (r#"{"field":"city","values":["MÜNCHEN"]}"#, r#"{"field":"city","values":["Munchen"]}"#, 11),
        (r#"{"field":"language","values":["DE"]}"#, r#"{"field":"language","values":["en"]}"#, 8),
        (r#"{"field":"device","values":["Mobile"]}"#, r#"{"field":"device","values":["desktop"]}"#, 5),
        (r#"{"field":"os","values":["iOS"]}"#, r#"{"field":"os","values":["android"]}"#, 4),
        (
            r#"{"field":"os_version","op":"at_least","values":["9.3"]}"#,
            r#"{"field":"os_version","op":"at_most","values":["17.5"]}"#,
            7,
        ),
        (
            r#"{"field":"browser","values":["Safari"]}"#,
            r#"{"field":"browser","op":"is_not","values":["SAFARI"]}"#,
            6,
        ),
        (
            r#"{"field":"isp","op":"contains","values":["TELE"]}"#,
            r#"{"field":"isp","op":"starts_with","values":["tele"]}"#,
            16,
        ),
        (r#"{"field":"connection","values":["wifi"]}"#, r#"{"field":"connection","values":["mobile"]}"#, 18),
        (
            r#"{"field":"carrier","op":"ends_with","values":["MOBILE"]}"#,
            r#"{"field":"carrier","op":"ends_with","values":["x"]}"#,
            19,
        ),
        (
            r#"{"field":"ip","values":["10.0.0.0/8","192.0.2.0/24"]}"#,
            r#"{"field":"ip","op":"is_not","values":["192.0.2.40-192.0.2.50"]}"#,
            13,
        ),
        (r#"{"field":"proxy","values":["false"]}"#, r#"{"field":"proxy","values":["true"]}"#, 23),
        (r#"{"field":"is_bot","values":["false"]}"#, r#"{"field":"is_bot","values":["true"]}"#, 200),
        (
            r#"{"field":"source_id","op":"matches","values":["^src-[0-9]$"]}"#,
            r#"{"field":"source_id","op":"matches","values":["^src$"]}"#,
            208,
        ),
        (
            r#"{"field":"sub2","op":"at_least","values":["99.5"]}"#,
            r#"{"field":"sub2","op":"at_most","values":["99.5"]}"#,
            208,
        ),
        (r#"{"field":"sub1","op":"is_empty"}"#, r#"{"field":"sub2","op":"is_empty"}"#, 208),
        (
            r#"{"field":"schedule","values":["mon 12:00-13:00"]}"#,
            r#"{"field":"schedule","op":"is_not","values":["mon-fri"]}"#,
            17,
        ),
        (
            r#"{"field":"schedule","values":["mon 17:30-17:31"],"of":{"zone":"Asia/Kolkata"}}"#,
            r#"{"field":"schedule","values":["mon 12:00-13:00"],"of":{"zone":"Asia/Kolkata"}}"#,
            17,
        ),
    ] {
        assert_eq!(check(&format!("[{inside}]"), &visitor), None, "{inside}");
        assert_eq!(check(&format!("[{outside}]"), &visitor), Some(code), "{outside}");
    }
}

#[test]
fn the_first_failing_kind_names_the_code_in_the_listed_order() {
    let kinds = [
        (r#"{"field":"country","values":["US"]}"#, 9),
        (r#"{"field":"language","values":["en"]}"#, 8),
        (r#"{"field":"os","values":["windows"]}"#, 4),
        (r#"{"field":"os_version","op":"at_least","values":["99"]}"#, 7),
        (r#"{"field":"device","values":["tv"]}"#, 5),
        (r#"{"field":"browser","values":["edge"]}"#, 6),
        (r#"{"field":"isp","values":["x"]}"#, 16),
        (r#"{"field":"connection","values":["cable"]}"#, 18),
        (r#"{"field":"carrier","values":["x"]}"#, 19),
        (r#"{"field":"ip","values":["::1"]}"#, 13),
        (r#"{"field":"proxy","values":["true"]}"#, 23),
        (r#"{"field":"schedule","values":["sun"]}"#, 17),
        (r#"{"field":"is_bot","values":["true"]}"#, 200),
        (r#"{"field":"source_id","values":["x"]}"#, 208),
    ];
    for first in 0..kinds.len() {
        // Written last to first, so that the order cannot come from the list.
        let written: Vec<&str> = kinds[first..].iter().rev().map(|(json, _)| *json).collect();
        assert_eq!(check(&format!("[{}]", written.join(",")), &visit()), Some(kinds[first].1), "{written:?}");
    }
}

#[test]
fn the_most_specific_place_that_matches_decides() {
    let exclude_us_but_new_york = r#"[
        {"field":"country","op":"is_not","values":["US"]}, {"field":"city","values":["New York City"]}]"#;
    let germany_without_munich = r#"[
        {"field":"country","values":["DE"]}, {"field":"city","op":"is_not","values":["münchen"]}]"#;
    let hesse_or_france = r#"[{"field":"region","values":["Hesse"]}, {"field":"country","values":["FR"]}]"#;
    for (conditions, country, region, city, code) in [
        (exclude_us_but_new_york, "US", "New York", "new york city", None),
        (exclude_us_but_new_york, "US", "Texas", "Austin", Some(9)),
        (exclude_us_but_new_york, "FR", "", "Paris", Some(11)),
        (germany_without_munich, "DE", "Bavaria", "Nürnberg", None),
        (germany_without_munich, "DE", "Bavaria", "MÜNCHEN", Some(11)),
        (germany_without_munich, "DE", "", "", None),
        (germany_without_munich, "FR", "", "", Some(9)),
        (hesse_or_france, "DE", "hesse", "", None),
        (hesse_or_france, "FR", "", "", None),
        (hesse_or_france, "DE", "Bavaria", "", Some(10)),
    ] {
        let visitor = Visit { country, region, city, ..visit() };
        assert_eq!(check(conditions, &visitor), code, "{conditions} for {country} {region} {city}");
    }
}

#[test]
fn what_is_unknown_fails_an_include_and_passes_an_exclude() {
    let nobody = Visit {
        country: "",
        region: "",
        city: "",
        language: "",
        device: Device::Unknown,
        os: "",
        os_version: "",
        browser: "",
        isp: "",
        connection: "",
        carrier: "",
        proxy: None,
        source_id: "",
        ..visit()
    };
    for (field, value, code) in [
        ("country", "DE", 9),
        ("region", "x", 10),
        ("city", "x", 11),
        ("language", "de", 8),
        ("device", "tv", 5),
        ("os", "ios", 4),
        ("os_version", "17", 7),
        ("browser", "x", 6),
        ("isp", "x", 16),
        ("connection", "wifi", 18),
        ("carrier", "x", 19),
        ("proxy", "false", 23),
        ("source_id", "x", 208),
        ("sub30", "x", 208),
    ] {
        let written = |op: &str| format!(r#"[{{"field":"{field}","op":"{op}","values":["{value}"]}}]"#);
        assert_eq!(check(&written("is"), &nobody), Some(code), "{field}");
        assert_eq!(check(&written("is_not"), &nobody), None, "{field}");
    }
    for op in ["matches", "contains", "at_least", "at_most"] {
        let conditions = format!(r#"[{{"field":"sub1","op":"{op}","values":["0"]}}]"#);
        assert_eq!(check(&conditions, &nobody), Some(208), "{op}");
    }
    assert_eq!(check(r#"[{"field":"sub1","op":"matches","values":["^$"]}]"#, &nobody), Some(208));
}

#[test]
fn within_a_kind_any_include_suffices_and_both_bounds_make_a_range() {
    let ios = |version| Visit { os_version: version, ..visit() };
    let range = r#"[{"field":"os_version","op":"at_least","values":["14.5"]},
        {"field":"os_version","op":"at_most","values":["16"]}]"#;
    for (version, code) in
        [("14.4.9", Some(7)), ("14.5", None), ("16.0", None), ("16.0.1", Some(7)), ("x", Some(7))]
    {
        assert_eq!(check(range, &ios(version)), code, "{version}");
    }
    let either = r#"[{"field":"os","values":["android"]}, {"field":"os","op":"starts_with","values":["i"]}]"#;
    assert_eq!(check(either, &visit()), None);
    let empty_or_named = r#"[{"field":"sub1","op":"is_empty"}, {"field":"sub1","values":["a"]}]"#;
    let mut named = visit();
    for (sub, code) in [("", None), ("A", None), ("b", Some(208))] {
        named.subs[0] = sub;
        assert_eq!(check(empty_or_named, &named), code, "{sub}");
    }
}

#[test]
fn addresses_of_both_families_are_told_apart() {
    let everything_v6 = r#"[{"field":"ip","values":["::/0"]}]"#;
    assert_eq!(check(everything_v6, &visit()), Some(13));
    let mapped = Visit { ip: "::ffff:192.0.2.44".parse().expect("an address"), ..visit() };
    assert_eq!(check(r#"[{"field":"ip","values":["192.0.2.44"]}]"#, &mapped), None);
    let overlapping =
        r#"[{"field":"ip","values":["192.0.2.0/24","192.0.2.1","192.0.0.0-192.0.2.3","192.0.2.200"]}]"#;
    assert_eq!(check(overlapping, &visit()), None);
}

#[test]
fn a_broken_condition_matches_nothing_and_is_reported() {
    for (conditions, code) in [
        (r#"[{"field":"sub1","op":"matches","values":["("]}]"#, Some(208)),
        (r#"[{"field":"ip","values":["nonsense"]}]"#, Some(13)),
        (r#"[{"field":"ip","op":"is_not","values":["nonsense"]}]"#, None),
        (r#"[{"field":"ip","op":"contains","values":["192"]}]"#, Some(13)),
        (r#"[{"field":"schedule","values":["whenever"]}]"#, Some(17)),
        (r#"[{"field":"schedule","values":["*"],"of":{"zone":"Mars"}}]"#, Some(17)),
        (r#"[{"field":"os_version","op":"at_least","values":["new"]}]"#, Some(7)),
        (r#"[{"field":"proxy","values":["maybe"]}]"#, Some(23)),
        (r#"[{"field":"offer_cap","op":"is_empty"}]"#, Some(2)),
        (r#"[{"field":"country","values":[]}]"#, Some(9)),
    ] {
        assert_eq!(check(conditions, &visit()), code, "{conditions}");
        assert!(!troubles(conditions).is_empty(), "{conditions}");
    }
}

#[test]
fn conditions_that_let_nobody_in_are_reported_and_others_are_not() {
    for dead in [
        r#"[{"field":"os","values":["ios"]},{"field":"os","op":"is_not","values":["IOS"]}]"#,
        r#"[{"field":"country","values":["de"]},{"field":"country","op":"is_not","values":["DE","FR"]}]"#,
        r#"[{"field":"os_version","op":"at_least","values":["15"]},{"field":"os_version","op":"at_most","values":["14"]}]"#,
        r#"[{"field":"ip","values":["10.1.0.0/16"]},{"field":"ip","op":"is_not","values":["10.0.0.0/8"]}]"#,
        r#"[{"field":"proxy","values":["true"]},{"field":"proxy","op":"is_not","values":["true"]}]"#,
        r#"[{"field":"schedule","values":["mon 09:00-10:00"]},{"field":"schedule","op":"is_not","values":["mon"]}]"#,
    ] {
        assert!(!troubles(dead).is_empty(), "{dead}");
    }
    for alive in [
        r#"[{"field":"country","op":"is_not","values":["US"]},{"field":"city","values":["New York City"]}]"#,
        r#"[{"field":"os","values":["ios","android"]},{"field":"os","op":"is_not","values":["ios"]}]"#,
        r#"[{"field":"ip","values":["10.0.0.0/8"]},{"field":"ip","op":"is_not","values":["10.1.0.0/16"]}]"#,
        r#"[{"field":"schedule","values":["*"]},{"field":"schedule","op":"is_not","values":["mon"]}]"#,
        r#"[]"#,
    ] {
        assert_eq!(troubles(alive), Vec::<String>::new(), "{alive}");
    }
}

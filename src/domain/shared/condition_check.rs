//! What may stand in a list of conditions: bounds, operators that suit the field, values of its form.

use super::{AddressRange, Condition, Field, Operator, Problems, Version, WeekWindow, pattern};
use chrono_tz::Tz;

/// Most conditions in one list.
pub const MOST_CONDITIONS: usize = 100;
/// Most values of one condition.
pub const MOST_VALUES: usize = 1_000;
/// Most characters of one value.
pub const LONGEST_VALUE: usize = 256;
/// Most regular expressions in one list, as each takes memory of its own.
pub const MOST_PATTERNS: usize = 50;

/// All that is wrong with the conditions at `path`, such as `targeting`.
#[must_use]
pub fn conditions_problems(path: &str, conditions: &[Condition]) -> Problems {
    problems_of(path, conditions, |problems, path, condition| {
        problems.push(
            format!("{path}.field"),
            format!("`{}` is for the flows of campaigns, not for targeting", condition.field),
        );
    })
}

/// Adds a problem where there are more conditions than may stand in one list.
pub fn check_condition_count(problems: &mut Problems, path: &str, count: usize) {
    let message = format!("has {count} conditions; at most {MOST_CONDITIONS} are allowed");
    problems.check(count <= MOST_CONDITIONS, path, message);
}

/// The same of a flow's conditions; `live` judges those on offers' caps and on sites.
#[must_use]
pub(crate) fn problems_of(
    path: &str,
    conditions: &[Condition],
    live: impl Fn(&mut Problems, &str, &Condition),
) -> Problems {
    let mut problems = Problems::default();
    check_condition_count(&mut problems, path, conditions.len());
    let of_patterns = conditions.iter().filter(|condition| condition.operator == Operator::Matches);
    let patterns: usize = of_patterns.map(|condition| condition.values.len()).sum();
    problems.check(
        patterns <= MOST_PATTERNS,
        path,
        format!("has {patterns} regular expressions; at most {MOST_PATTERNS} are allowed, join them with |"),
    );
    if problems.0.is_empty() {
        for (index, condition) in conditions.iter().enumerate() {
            let path = format!("{path}[{index}]");
            match condition.field {
                Field::OfferCap | Field::SiteStatus => live(&mut problems, &path, condition),
                Field::Referrer | Field::UserAgent => {
                    let message = format!("`{}` is for traffic controls alone", condition.field);
                    problems.push(format!("{path}.field"), message);
                }
                _ => check(&mut problems, &path, condition),
            }
        }
    }
    problems
}

fn check(problems: &mut Problems, path: &str, condition: &Condition) {
    let (field, operator) = (condition.field, condition.operator);
    if !operator.suits(field) {
        problems.push(format!("{path}.op"), unsuitable(field));
        return;
    }
    check_zone(problems, path, condition);
    check_count(problems, path, condition);
    for (place, value) in condition.values.iter().enumerate().take(MOST_VALUES) {
        if let Some(message) = value_problem(field, operator, value) {
            problems.push(format!("{path}.values[{place}]"), message);
        }
    }
}

fn unsuitable(field: Field) -> String {
    match field {
        Field::Ip | Field::Proxy | Field::IsBot | Field::Schedule => {
            format!("`{field}` takes only `is` and `is_not`")
        }
        Field::Country
        | Field::Region
        | Field::City
        | Field::Language
        | Field::Device
        | Field::Os
        | Field::OsVersion
        | Field::Browser
        | Field::Isp
        | Field::Connection
        | Field::Carrier
        | Field::SourceId
        | Field::Sub(_)
        | Field::OfferCap
        | Field::SiteStatus
        | Field::Referrer
        | Field::UserAgent => format!(
            "`{field}` is no number; only os_version, source_id and sub1 to sub30 take `at_least` and `at_most`"
        ),
    }
}

fn check_zone(problems: &mut Problems, path: &str, condition: &Condition) {
    let Some(of) = &condition.of else { return };
    let zone_path = format!("{path}.of.zone");
    if let Some(zone) = &of.zone {
        problems.check(condition.field == Field::Schedule, &zone_path, "is only for `schedule`");
        problems.check(zone.parse::<Tz>().is_ok(), &zone_path, "must be a time zone such as Europe/Berlin");
    }
    let plain = of.offer.is_none() && of.period.is_none() && of.monitor.is_none();
    problems.check(plain, &format!("{path}.of"), "offer, period and monitor are for the flows of campaigns");
}

fn check_count(problems: &mut Problems, path: &str, condition: &Condition) {
    let (path, count) = (format!("{path}.values"), condition.values.len());
    match condition.operator {
        Operator::IsEmpty => problems.check(count == 0, &path, "must be left out with `is_empty`"),
        Operator::AtLeast | Operator::AtMost => problems.check(count == 1, &path, "must be one number"),
        Operator::Is
        | Operator::IsNot
        | Operator::Contains
        | Operator::StartsWith
        | Operator::EndsWith
        | Operator::Matches => {
            problems.check(count > 0, &path, "must name at least one value");
            problems.check(
                count <= MOST_VALUES,
                &path,
                format!("has {count} values; at most {MOST_VALUES} are allowed"),
            );
        }
    }
}

/// What is wrong with one value of a condition; none where nothing is.
pub(crate) fn value_problem(field: Field, operator: Operator, value: &str) -> Option<String> {
    if value.trim().is_empty() {
        return Some("must not be empty; for unknown values there is `is_empty`".to_owned());
    }
    if value.chars().count() > LONGEST_VALUE {
        return Some(format!("has more than {LONGEST_VALUE} characters"));
    }
    match operator {
        Operator::Is | Operator::IsNot => form_problem(field, value),
        Operator::Matches => pattern(value).err(),
        Operator::AtLeast | Operator::AtMost => number_problem(field, value),
        Operator::Contains | Operator::StartsWith | Operator::EndsWith | Operator::IsEmpty => None,
    }
}

fn number_problem(field: Field, value: &str) -> Option<String> {
    if field == Field::OsVersion {
        return Version::exactly(value)
            .is_none()
            .then(|| "must be a version such as 14 or 14.5.1".to_owned());
    }
    let number = value.trim().parse::<f64>().is_ok_and(f64::is_finite);
    (!number).then(|| "must be a number".to_owned())
}

/// What is wrong with the form of a value that is compared as a whole.
fn form_problem(field: Field, value: &str) -> Option<String> {
    let one_of = |names: &[&str]| {
        let known = names.iter().any(|name| name.eq_ignore_ascii_case(value.trim()));
        (!known).then(|| format!("must be one of {}", names.join(", ")))
    };
    let letters = |least: usize, most: usize| {
        let value = value.trim();
        (least..=most).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_alphabetic())
    };
    match field {
        Field::Country => {
            (!letters(2, 2)).then(|| "must be a country code of two letters, such as DE".to_owned())
        }
        Field::Language => (!letters(2, 3)).then(|| "must be a language code such as de".to_owned()),
        Field::Device => one_of(&["desktop", "mobile", "tablet", "tv", "console", "bot"]),
        Field::Connection => one_of(&["mobile", "wifi", "cable"]),
        Field::Proxy | Field::IsBot => one_of(&["true", "false"]),
        Field::Ip => value.parse::<AddressRange>().err().map(|error| error.to_string()),
        Field::Schedule => value.parse::<WeekWindow>().err().map(|error| error.to_string()),
        Field::Region
        | Field::City
        | Field::Os
        | Field::OsVersion
        | Field::Browser
        | Field::Isp
        | Field::Carrier
        | Field::SourceId
        | Field::Sub(_)
        | Field::OfferCap
        | Field::SiteStatus
        | Field::Referrer
        | Field::UserAgent => None,
    }
}

#[cfg(test)]
mod tests {
    use super::conditions_problems;
    use crate::shared::Condition;

    fn messages(json: &str) -> Vec<String> {
        let conditions: Vec<Condition> = serde_json::from_str(json).expect("conditions");
        let problems = conditions_problems("targeting", &conditions);
        problems.0.into_iter().map(|problem| format!("{}: {}", problem.field, problem.message)).collect()
    }

    #[test]
    fn sound_conditions_pass() {
        for json in [
            r#"[{"field":"country","values":["de","AT"]},{"field":"os","op":"is_not","values":["windows"]}]"#,
            r#"[{"field":"ip","values":["10.0.0.0/8","1.1.1.1-1.1.1.9","::1"]}]"#,
            r#"[{"field":"schedule","values":["mon-fri 09:00-17:00"],"of":{"zone":"Asia/Kolkata"}}]"#,
            r#"[{"field":"os_version","op":"at_least","values":["14.5"]},{"field":"sub30","op":"is_empty"}]"#,
            r#"[{"field":"sub1","op":"matches","values":["^a+$"]},{"field":"proxy","values":["false"]}]"#,
        ] {
            assert_eq!(messages(json), Vec::<String>::new(), "{json}");
        }
    }

    #[test]
    fn each_broken_condition_names_its_place_and_the_way_on() {
        for (json, place, words) in [
            (r#"[{"field":"country","values":["Germany"]}]"#, "targeting[0].values[0]", "two letters"),
            (r#"[{"field":"country","values":[]}]"#, "targeting[0].values", "at least one"),
            (r#"[{"field":"ip","values":["10.0.0"]}]"#, "targeting[0].values[0]", "CIDR"),
            (r#"[{"field":"ip","op":"contains","values":["10"]}]"#, "targeting[0].op", "only `is`"),
            (r#"[{"field":"city","op":"at_least","values":["10"]}]"#, "targeting[0].op", "no number"),
            (
                r#"[{"field":"sub1","op":"matches","values":["("]}]"#,
                "targeting[0].values[0]",
                "regular expression",
            ),
            (
                r#"[{"field":"schedule","values":["*"],"of":{"zone":"Mars"}}]"#,
                "targeting[0].of.zone",
                "time zone",
            ),
            (r#"[{"field":"offer_cap","values":["open"]}]"#, "targeting[0].field", "flows"),
            (
                r#"[{"field":"os_version","op":"at_most","values":["9","10"]}]"#,
                "targeting[0].values",
                "one number",
            ),
            (r#"[{"field":"sub1","values":[" "]}]"#, "targeting[0].values[0]", "is_empty"),
        ] {
            let found = messages(json);
            assert!(found.iter().any(|m| m.starts_with(place) && m.contains(words)), "{json} gave {found:?}");
        }
    }

    #[test]
    fn lists_and_values_have_bounds() {
        let many = vec![r#"{"field":"os","values":["x"]}"#; 101].join(",");
        assert!(messages(&format!("[{many}]"))[0].contains("at most 100"));
        let values = vec![r#""x""#; 1_001].join(",");
        assert!(messages(&format!(r#"[{{"field":"os","values":[{values}]}}]"#))[0].contains("at most 1000"));
        let long = "x".repeat(257);
        assert!(messages(&format!(r#"[{{"field":"os","values":["{long}"]}}]"#))[0].contains("256"));
        let patterns = vec![r#""x""#; 51].join(",");
        assert!(
            messages(&format!(r#"[{{"field":"os","op":"matches","values":[{patterns}]}}]"#))[0]
                .contains("50")
        );
    }
}

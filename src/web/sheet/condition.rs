//! Conditions as text: the values of one, separated as people type them, and whole conditions a line
//! each, such as `country is US, CA`.

use serde_json::{Map, Value, json};

/// The values in a text. Commas separate them, but not where a value may hold one: regular
/// expressions and windows of the week stand a line each (windows also behind `;`).
pub fn values(field: &str, operator: &str, text: &str) -> Vec<String> {
    let separators: &[char] = match (field, operator) {
        (_, "matches") => &['\n'],
        ("schedule", _) => &['\n', ';'],
        (_, _) => &['\n', ';', ','],
    };
    text.split(separators).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

/// The values as a text that reads back as them.
pub fn join(field: &str, operator: &str, values: &[&str]) -> String {
    let separator = match (field, operator) {
        (_, "matches") => "\n",
        ("schedule", _) => "; ",
        (_, _) => ", ",
    };
    values.join(separator)
}

/// The condition of a line: field, operator, values, and for `schedule` behind an `@` the zone.
pub fn of_line(line: &str) -> Value {
    let mut words = line.trim().splitn(3, char::is_whitespace);
    let field = words.next().unwrap_or_default().to_lowercase();
    let operator = words.next().unwrap_or("is").to_lowercase();
    let rest = words.next().unwrap_or_default();
    let (rest, zone) = match rest.rsplit_once('@') {
        Some((rest, zone)) if field == "schedule" => (rest, Some(zone.trim())),
        Some(_) | None => (rest, None),
    };
    let mut condition = Map::new();
    condition.insert("values".to_owned(), json!(values(&field, &operator, rest)));
    condition.insert("field".to_owned(), field.into());
    condition.insert("op".to_owned(), operator.into());
    if let Some(zone) = zone {
        condition.insert("of".to_owned(), json!({ "zone": zone }));
    }
    Value::Object(condition)
}

/// A condition as a line.
pub fn to_line(condition: &Value) -> String {
    let text = |name: &str| condition.get(name).and_then(Value::as_str).unwrap_or_default();
    let listed = condition.get("values").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let listed: Vec<&str> = listed.iter().filter_map(Value::as_str).collect();
    let line = format!("{} {} {}", text("field"), text("op"), join(text("field"), text("op"), &listed));
    match condition.pointer("/of/zone").and_then(Value::as_str) {
        Some(zone) => format!("{line} @ {zone}"),
        None => line.trim_end().to_owned(),
    }
}

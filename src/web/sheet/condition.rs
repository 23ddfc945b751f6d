//! Conditions as text: the values of one, separated as people type them, and whole conditions a line
//! each, such as `country is US, CA`.

use domain::shared::Condition;
use serde_json::{Map, Value, json};

/// What a value stands in that holds a separator itself.
const QUOTE: char = '"';

/// The values in a text. Commas separate them, but not where a value may hold one: regular
/// expressions and windows of the week stand a line each (windows also behind `;`).
pub fn values(field: &str, operator: &str, text: &str) -> Vec<String> {
    let separators: &[char] = match (field, operator) {
        (_, "matches") => &['\n'],
        ("schedule", _) => &['\n', ';'],
        (_, _) => &['\n', ';', ','],
    };
    let mut values = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        // Expressions and windows hold no comma that would separate them, and may begin with a mark.
        let in_quotes = separators.contains(&',').then(|| quoted(rest.trim_start())).flatten();
        let (value, behind) = match in_quotes {
            Some((value, behind)) => (value, after(behind, separators)),
            None => {
                let end = rest.find(separators).unwrap_or(rest.len());
                (rest[..end].trim().to_owned(), after(&rest[end..], separators))
            }
        };
        if !value.is_empty() {
            values.push(value);
        }
        rest = behind;
    }
    values
}

/// A value in quotation marks at the beginning of a text, and what stands behind it; two marks within it
/// are one. None where the text begins with no such value.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text.strip_prefix(QUOTE)?;
    loop {
        let end = rest.find(QUOTE)?;
        value.push_str(&rest[..end]);
        rest = &rest[end + QUOTE.len_utf8()..];
        match rest.strip_prefix(QUOTE) {
            Some(behind) => {
                value.push(QUOTE);
                rest = behind;
            }
            None => return Some((value, rest)),
        }
    }
}

/// What stands behind the next separator.
fn after<'a>(text: &'a str, separators: &[char]) -> &'a str {
    text.find(separators).map_or("", |at| &text[at + 1..])
}

/// A value as it reads back: in quotation marks where it holds a separator, or blanks at its ends.
fn written(value: &str) -> String {
    let is_plain = value.trim() == value && !value.contains([',', ';', QUOTE]);
    if is_plain { value.to_owned() } else { format!("{QUOTE}{}{QUOTE}", value.replace(QUOTE, "\"\"")) }
}

/// The values as a text that reads back as them.
pub fn join(field: &str, operator: &str, values: &[&str]) -> String {
    match (field, operator) {
        (_, "matches") => values.join("\n"),
        ("schedule", _) => values.join("; "),
        (_, _) => values.iter().map(|value| written(value)).collect::<Vec<_>>().join(", "),
    }
}

/// The condition of a line: field, operator, values, and behind an `@` what some fields need beside: for
/// `schedule` the zone, for `offer_cap` the offer and the period (`@ offer 42 day`), for `site_status` the
/// monitor (`@ monitor 3`).
pub fn of_line(line: &str) -> Value {
    let mut words = line.trim().splitn(3, char::is_whitespace);
    let field = words.next().unwrap_or_default().to_lowercase();
    let operator = words.next().unwrap_or("is").to_lowercase();
    let rest = words.next().unwrap_or_default();
    let needs_more = ["schedule", "offer_cap", "site_status"].contains(&field.as_str());
    let (rest, of) = match rest.rsplit_once('@') {
        Some((rest, of)) if needs_more => (rest, Some(of_words(&field, of.trim()))),
        Some(_) | None => (rest, None),
    };
    let mut condition = Map::new();
    condition.insert("values".to_owned(), json!(values(&field, &operator, rest)));
    condition.insert("field".to_owned(), field.into());
    condition.insert("op".to_owned(), operator.into());
    if let Some(of) = of {
        condition.insert("of".to_owned(), of);
    }
    Value::Object(condition)
}

/// What stands behind the `@`. Words that are none of these are kept for what judges the document to refuse.
fn of_words(field: &str, text: &str) -> Value {
    if field == "schedule" {
        return json!({ "zone": text });
    }
    let mut of = Map::new();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        match (word.to_lowercase().as_str(), words.clone().next()) {
            (name @ ("offer" | "monitor"), Some(id)) => {
                of.insert(name.to_owned(), id.into());
                words.next();
            }
            (period, _) => {
                of.insert("period".to_owned(), period.into());
            }
        }
    }
    Value::Object(of)
}

/// A condition of a document as the line that people type.
#[must_use]
pub fn condition_line(condition: &Condition) -> String {
    serde_json::to_value(condition).map(|condition| to_line(&condition)).unwrap_or_default()
}

/// A condition as a line.
pub fn to_line(condition: &Value) -> String {
    let text = |name: &str| condition.get(name).and_then(Value::as_str).unwrap_or_default();
    let listed = condition.get("values").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let listed: Vec<&str> = listed.iter().filter_map(Value::as_str).collect();
    let line = format!("{} {} {}", text("field"), text("op"), join(text("field"), text("op"), &listed));
    let of = |name: &str| condition.pointer(&format!("/of/{name}")).and_then(Value::as_str);
    let named = |name: &str| of(name).map(|id| format!("{name} {id}"));
    let more: Vec<String> =
        [of("zone").map(str::to_owned), named("offer"), of("period").map(str::to_owned), named("monitor")]
            .into_iter()
            .flatten()
            .collect();
    if more.is_empty() { line.trim_end().to_owned() } else { format!("{line} @ {}", more.join(" ")) }
}

#[cfg(test)]
mod tests {
    use super::{join, of_line, to_line, values};

    #[test]
    fn a_line_reads_back_with_what_it_asks_beside_the_visitor() {
        for line in [
            "country is US, CA",
            "schedule is mon-fri 09:00-17:00 @ Asia/Kolkata",
            "offer_cap at_most 99 @ offer 42 day",
            "offer_cap is open @ offer 42",
            "site_status is_not down @ monitor 3",
            "sub1 is a@b",
        ] {
            assert_eq!(to_line(&of_line(line)), line);
        }
    }

    #[test]
    fn values_read_back_as_they_are() {
        let all = ["a, b", "Comcast Cable, LLC", "plain", " lead", "say \"hi\"", "a;b", "é"];
        assert_eq!(values("sub1", "is", &join("sub1", "is", &all)), all);
        assert_eq!(values("sub1", "is", "DE, AT;CH\nUS"), ["DE", "AT", "CH", "US"]);
        assert_eq!(
            values("sub1", "is", " , \"open, b"),
            ["\"open", "b"],
            "a mark that is not closed is typed"
        );
        let patterns = ["^a,b$", "\"x\"y"];
        assert_eq!(values("sub1", "matches", &join("sub1", "matches", &patterns)), patterns);
        let windows = ["mon-fri 09:00-17:00", "sat,sun 10:00-12:00"];
        assert_eq!(values("schedule", "is", &join("schedule", "is", &windows)), windows);
    }
}

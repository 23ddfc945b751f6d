//! Two documents compared, field by field.

use serde_json::Value;
use std::collections::BTreeMap;
use store::identity::AuditEntry;

/// A field that differs, by its path: `caps[0].limit`.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Difference {
    pub path: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// What an act changed.
pub(super) fn of(entry: &AuditEntry) -> Vec<Difference> {
    let read =
        |text: &Option<String>| text.as_ref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    between(read(&entry.before).as_ref(), read(&entry.after).as_ref())
}

fn between(before: Option<&Value>, after: Option<&Value>) -> Vec<Difference> {
    let mut fields: BTreeMap<String, [Option<Value>; 2]> = BTreeMap::new();
    for (side, document) in [before, after].into_iter().enumerate() {
        let mut leaf = |path: &str, value: &Value| {
            fields.entry(path.to_owned()).or_default()[side] = Some(value.clone());
        };
        if let Some(document) = document {
            leaves("", document, &mut leaf);
        }
    }
    let differs = |(_, [before, after]): &(String, [Option<Value>; 2])| before != after;
    let changed = fields.into_iter().filter(differs);
    changed.map(|(path, [before, after])| Difference { path, before, after }).collect()
}

/// Every value that holds no others, with its path; a list of plain values is one. Nothing is none.
fn leaves(path: &str, value: &Value, leaf: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                leaves(&path, value, leaf);
            }
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for (place, item) in items.iter().enumerate() {
                leaves(&format!("{path}[{place}]"), item, leaf);
            }
        }
        Value::Array(items) if items.is_empty() => {}
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) => leaf(path, value),
    }
}

//! The API's description for people: a page of our own, made from the same document.

use super::{Answer, answer, examples::name_of, openapi, page::Theme, routes::Public, theme};
use actix_web::{HttpRequest, http::Method};
use askama::Template;
use serde_json::Value;
use std::collections::BTreeMap;

/// Where the page is.
pub const PATH: &str = "/api/docs";

/// The document, and the page that reads it out.
pub fn public_routes() -> Vec<Public> {
    vec![
        Public::new(Method::GET, "/api/v1/openapi.json", openapi::show),
        Public::new(Method::GET, PATH, show),
    ]
}

#[derive(Template)]
#[template(path = "shared/api.html")]
struct Docs {
    theme: Theme,
    introduction: String,
    groups: Vec<Group>,
    schemas: Vec<SchemaRow>,
}

struct Group {
    name: String,
    calls: Vec<Call>,
}

struct Call {
    method: String,
    path: String,
    summary: String,
    need: String,
    takes: Option<String>,
    gives: String,
    parameters: Vec<FieldRow>,
    /// The call as a command line.
    command: String,
    /// What comes back; empty where nothing does.
    answer: String,
}

struct SchemaRow {
    name: String,
    description: String,
    fields: Vec<FieldRow>,
}

struct FieldRow {
    name: String,
    /// What it holds.
    kind: String,
    /// Whether it must be sent, is only shown, or neither.
    note: &'static str,
    description: String,
}

async fn show(request: HttpRequest) -> Answer {
    let document = openapi::document();
    answer::page(&Docs {
        theme: theme::of(&request),
        introduction: text(&document["info"], "description").replace('`', ""),
        groups: groups(document),
        schemas: schemas(document),
    })
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn groups(document: &Value) -> Vec<Group> {
    let mut groups: BTreeMap<String, Vec<Call>> = BTreeMap::new();
    for (path, methods) in entries(&document["paths"]) {
        for (method, operation) in entries(methods) {
            let name = operation["tags"][0].as_str().unwrap_or_default();
            groups.entry(name.to_owned()).or_default().push(call(method, path, operation));
        }
    }
    groups.into_iter().map(|(name, calls)| Group { name, calls }).collect()
}

fn call(method: &str, path: &str, operation: &Value) -> Call {
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    let good = entries(&operation["responses"]).find(|(status, _)| status.starts_with('2'));
    let gives = good.map_or_else(String::new, |(status, response)| {
        format!("{status} {}", kind_of(&response["content"]["application/json"]["schema"]))
    });
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    Call {
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(operation, "summary"),
        need: text(operation, "description"),
        takes: (!body.is_null()).then(|| kind_of(body)),
        gives: gives.trim().to_owned(),
        parameters: parameters.filter(|parameter| parameter["in"] == "query").map(parameter).collect(),
        command: command(method, path, operation),
        answer: good.map_or_else(String::new, |(_, answer)| {
            pretty(&answer["content"]["application/json"]["example"])
        }),
    }
}

/// The call with its examples, for a shell.
fn command(method: &str, path: &str, operation: &Value) -> String {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let in_path = parameters.filter(|parameter| parameter["in"] == "path");
    let path = in_path.fold(path.to_owned(), |path, parameter| {
        path.replace(&format!("{{{}}}", text(parameter, "name")), &text(parameter, "example"))
    });
    let mut command = format!(
        "curl -X {} \"$SWITCHYARD{path}\" \\\n  -H \"Authorization: Bearer $KEY\"",
        method.to_uppercase()
    );
    let content = &operation["requestBody"]["content"];
    if content["text/csv"].is_object() {
        command += " \\\n  -F kind=new -F file=@november.csv";
    } else if content.is_object() {
        let body = pretty(&content["application/json"]["example"]).replace('\'', "'\\''");
        command += &format!(" \\\n  -H \"Content-Type: application/json\" \\\n  -d '{body}'");
    }
    command
}

fn pretty(example: &Value) -> String {
    if example.is_null() {
        return String::new();
    }
    serde_json::to_string_pretty(example).expect("JSON is written as JSON")
}

fn parameter(parameter: &Value) -> FieldRow {
    let (name, description) = (text(parameter, "name"), text(parameter, "description"));
    FieldRow { name, kind: String::new(), note: "", description }
}

fn schemas(document: &Value) -> Vec<SchemaRow> {
    let rows = entries(&document["components"]["schemas"]).map(|(name, schema)| SchemaRow {
        name: name.clone(),
        description: text(schema, "description"),
        fields: entries(&schema["properties"]).map(|(name, field)| field_row(schema, name, field)).collect(),
    });
    rows.filter(|row| !row.fields.is_empty()).collect()
}

fn field_row(schema: &Value, name: &str, field: &Value) -> FieldRow {
    let required =
        schema["required"].as_array().is_some_and(|required| required.iter().any(|one| one == name));
    let note = match (required, field["readOnly"] == true) {
        (_, true) => "only shown",
        (true, false) => "required",
        (false, false) => "",
    };
    FieldRow { name: name.to_owned(), kind: kind_of(field), note, description: text(field, "description") }
}

/// What a schema holds, in a few words.
fn kind_of(schema: &Value) -> String {
    if let Some(name) = name_of(schema) {
        return if schema["oneOf"].is_array() { format!("{name} or null") } else { name.to_owned() };
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<_> = words.iter().filter_map(Value::as_str).collect();
        return words.join(" | ");
    }
    if schema["properties"]["items"].is_object() {
        return format!("list of {}", kind_of(&schema["properties"]["items"]["items"]));
    }
    match (&schema["type"], schema["format"].as_str()) {
        (_, Some(format)) => format.to_owned(),
        (Value::String(kind), None) if kind == "array" => format!("list of {}", kind_of(&schema["items"])),
        (Value::String(kind), None) => kind.clone(),
        (Value::Array(kinds), None) => {
            kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or ")
        }
        (_, None) => String::new(),
    }
}

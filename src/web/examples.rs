//! Examples of the API: what is sent is written down here, one body a schema, and tried against a server
//! by the tests; what comes back is put together from it and from the fields that are only shown.

use serde_json::{Map, Value, json};

/// How deep schemas may lie in each other before an example ends.
const DEEPEST: usize = 6;

/// Gives every body, answer and parameter of the document an example.
pub fn complete(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    let Some(paths) = document["paths"].as_object_mut() else { return };
    let calls = paths.iter_mut().flat_map(|(path, methods)| {
        let methods = methods.as_object_mut().into_iter().flatten();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    });
    for (path, method, operation) in calls {
        if method == "patch" {
            loosen(operation, &schemas);
        }
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default();
            if let Some(example) = of_parameter(path, name) {
                parameter["example"] = example;
            }
        }
        if let Some(content) = operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut) {
            for (kind, body) in content {
                body["example"] = match kind.as_str() {
                    "text/csv" => json!(FILE),
                    "multipart/form-data" => json!({ "kind": "new", "file": FILE }),
                    _ => sent(&schemas, &body["schema"], method == "patch"),
                };
            }
        }
        let refusal = refusal(operation);
        let answers = operation.get_mut("responses").and_then(Value::as_object_mut);
        for answer in answers.into_iter().flat_map(Map::values_mut) {
            let content = answer.get_mut("content").and_then(Value::as_object_mut);
            for (kind, body) in content.into_iter().flatten() {
                body["example"] = match kind.as_str() {
                    "application/problem+json" => refusal.clone(),
                    _ => shown(&schemas, &body["schema"], DEEPEST),
                };
            }
        }
    }
}

/// How a call says no: to a field of its body, to a filter, or to an id that is nobody's.
fn refusal(operation: &Value) -> Value {
    let body = operation.pointer("/requestBody/content/application~1json/example");
    let has = |name: &str| body.is_some_and(|body| !body[name].is_null());
    let parameters = operation["parameters"].as_array();
    let is_list = parameters.is_some_and(|all| all.iter().any(|one| one["name"] == "limit"));
    let wrong = match () {
        () if has("payout") => Some(("payout.amount", "must be a decimal number of at most 6 decimals")),
        () if has("name") => Some(("name", "must not be empty: give it letters that can be seen")),
        () if body.is_some() => Some(("colour", "is not a field here")),
        () if is_list => Some(("limit", "must be a whole number from 1 to 1000")),
        () => None,
    };
    let (status, title, detail) = match wrong {
        Some(_) => (422, "Unprocessable Entity", "1 value is wrong"),
        None => (404, "Not Found", "there is no such thing in this network"),
    };
    let errors: Vec<Value> =
        wrong.iter().map(|(field, message)| json!({ "field": field, "message": message })).collect();
    json!({
        "type": "about:blank", "title": title, "status": status, "detail": detail, "errors": errors,
        "request_id": "5f0c1a6e9d2b4c7f8a3e1d0b6c9f2e4a",
    })
}

const FILE: &str = "click_id,txn_id,amount\n0196f3a2b4c58001800000000000002a,order-1042,49.90\n";

/// A merge patch names what it changes: nothing of it is required.
fn loosen(operation: &mut Value, schemas: &Value) {
    let Some(schema) = operation.pointer_mut("/requestBody/content/application~1json/schema") else { return };
    let Some(name) = name_of(schema) else { return };
    let mut whole = schemas[name].clone();
    if let Some(fields) = whole.as_object_mut() {
        fields.remove("required");
        fields.insert("title".to_owned(), json!(format!("Change of {name}")));
    }
    *schema = whole;
}

/// The schema that is named, where one is; it may be this one or null.
pub(super) fn name_of(schema: &Value) -> Option<&str> {
    let named = schema["oneOf"].as_array().and_then(|several| several.first()).unwrap_or(schema);
    named["$ref"].as_str()?.rsplit('/').next()
}

/// The body of a call.
fn sent(schemas: &Value, schema: &Value, is_change: bool) -> Value {
    let title = schema["title"].as_str().and_then(|title| title.strip_prefix("Change of "));
    let name = name_of(schema).or(title).unwrap_or_default();
    if is_change && let Some(change) = change(name) {
        return change;
    }
    body(name).unwrap_or_else(|| shown(schemas, schema, DEEPEST))
}

/// What is sent to make one of a schema, or to say how it shall be.
fn body(name: &str) -> Option<Value> {
    Some(match name {
        "Advertiser" => json!({ "name": "Northwind", "ip_list": ["203.0.113.0/24"], "require_token": true }),
        "Partner" => json!({ "name": "Clickhouse Media" }),
        "NewOffer" => json!({
            "name": "Aurora VPN", "advertiser_id": "7", "url": "https://aurora.example/start?cid={clickid}",
            "payout": { "type": "cpa", "amount": "12.50" }, "revenue": { "type": "rpa", "amount": "18.00" },
            "targeting": [{ "field": "country", "op": "is", "values": ["DE", "AT", "CH"] }],
            "caps": [{ "period": "daily", "measure": "conversions", "limit": "500" }],
        }),
        "LandingPage" => {
            json!({ "name": "Summer", "url": "https://aurora.example/summer?cid={clickid}", "weight": 3 })
        }
        "Event" => json!({
            "name": "deposit", "payout": { "type": "cpa", "amount": "5.00" },
            "revenue": { "type": "rpa", "amount": "8.00" },
        }),
        "Coupon" => json!({ "code": "SUMMER15", "partner_id": "12" }),
        "PartnerOffer" => json!({
            "offer_id": "42", "state": "approved", "payout": { "type": "cpa", "amount": "14.00" },
            "caps": [{ "period": "monthly", "measure": "payout", "limit": "5000" }],
        }),
        "SmartLink" => json!({
            "name": "VPN, all systems", "mechanism": "kpi", "catch_all_id": "57", "labels": ["vpn"],
            "kpi": { "metric": "profit", "threshold": 500, "every_hours": 12, "lookback_hours": 48, "memory": true },
            "rows": [
                { "offer_id": "42", "weight": 70, "targeting": [{ "field": "os", "op": "is", "values": ["ios"] }] },
                { "offer_id": "42", "landing_page_id": "91", "weight": 30 },
            ],
        }),
        "Campaign" => json!({
            "name": "Sweepstakes, all countries", "labels": ["sweeps"],
            "landing_pages": [{ "name": "Quiz", "url": "https://pages.acme.example/quiz?c={clickid}" }],
            "rotators": [{
                "name": "Best of two", "goal": "epc", "options": [{ "offer_id": "42" }, { "offer_id": "57" }],
            }],
            "rules": [{
                "name": "France, mobile",
                "conditions": [
                    { "field": "country", "op": "is", "values": ["FR"] },
                    { "field": "device", "op": "is", "values": ["mobile"] },
                ],
                "to": { "offers": [{ "offer_id": "42", "weight": 70 }, { "offer_id": "57", "weight": 30 }] },
            }],
            "defaults": { "offers": [{ "offer_id": "57" }] },
        }),
        "Monitor" => json!({
            "name": "Aurora's shop", "url": "https://aurora.example/health", "every_minutes": 5,
            "expected": ["200", "301-302"], "contains": "in stock",
        }),
        "SmartSwitchRule" => json!({
            "name": "sub4 without sales", "offer_ids": ["42"], "variable": "sub4", "action": "block",
            "run_every_hours": 1, "lookback_hours": 24, "action_delay_minutes": 60,
            "thresholds": [{ "data_point": "total_clicks", "value": "5001" }],
            "kpis": [{ "metric": "cvr", "operator": "less_than", "value": "0.05" }],
            "exclusions": [{ "partner_id": "12", "value": "site-8761" }],
        }),
        "SourceBlock" => json!({
            "name": "Bad placements of Clickfield", "partner_id": "12", "offer_id": "42", "variable": "sub4",
            "operator": "starts_with", "values": ["pop-", "under-"], "note": "No sales in three weeks",
        }),
        "TrafficControl" => json!({
            "name": "Hosting networks", "list": "black", "field": "ip", "values": ["203.0.113.0/24"],
        }),
        "EvaluationAsked" => json!({ "rule_id": "1047" }),
        "ActionableVariableIds" => json!({ "ids": ["1041", "1042"] }),
        "PartnerRules" => {
            json!({ "partner_id": "12", "rows": [{ "row_id": "1204458310", "left_out": true }] })
        }
        "Domain" => json!({ "host": "track.acme.example" }),
        "NewUser" => json!({ "email": "ann@acme.example", "name": "Ann Example", "role": "manager" }),
        "RoleChange" => json!({
            "name": "Night shift", "rights": { "clicks": "read", "reports": "read", "offers": "full" },
        }),
        "NewApiKey" => {
            json!({ "name": "Nightly export", "role": "analyst", "expires_at": "2027-11-21T00:00:00Z" })
        }
        "ConversionDecision" => json!({ "status": "approved", "filter": "offer_id=42&status=pending" }),
        "NewReportRun" => json!({ "query": "group_by=country,device&range=7d" }),
        "ConversionStatus" => json!({ "status": "rejected" }),
        "Condition" => json!({ "field": "country", "op": "is", "values": ["DE", "AT", "CH"] }),
        "Cap" => json!({ "period": "daily", "measure": "conversions", "limit": "500" }),
        "Payout" => json!({ "type": "cpa", "amount": "12.50" }),
        "Revenue" => json!({ "type": "rpa", "amount": "18.00" }),
        _ => return None,
    })
}

/// The schema of the body that makes what another one shows.
fn made_of(name: &str) -> &str {
    match name {
        "Offer" => "NewOffer",
        "User" => "NewUser",
        "Role" => "RoleChange",
        "ApiKey" | "MadeApiKey" => "NewApiKey",
        other => other,
    }
}

/// What is sent to change one of a schema.
fn change(name: &str) -> Option<Value> {
    Some(match name {
        "Advertiser" | "Partner" => json!({ "status": "paused" }),
        "Offer" => json!({ "payout": { "type": "cpa", "amount": "13.00" } }),
        "Network" => json!({ "name": "Acme Performance" }),
        "LandingPage" => json!({ "weight": 1 }),
        "Coupon" => json!({ "partner_id": "12" }),
        "Event" => json!({ "payout": { "amount": "6.00" } }),
        "PartnerOffer" => json!({ "state": "blocked" }),
        "SmartLink" => json!({ "mechanism": "priority" }),
        "Campaign" => json!({ "status": "paused" }),
        "Monitor" => json!({ "timeout_seconds": 5 }),
        "SmartSwitchRule" => json!({ "action_delay_minutes": 120 }),
        "SourceBlock" => json!({ "values": ["pop-", "under-", "toolbar"] }),
        "TrafficControl" => json!({ "status": "paused" }),
        "PartnerRules" => json!({ "rows": [] }),
        "Domain" => json!({ "is_default": true }),
        "RoleChange" => json!({ "rights": { "offers": "read" } }),
        "UserChange" => json!({ "name": "Ann Example-Miller" }),
        _ => return None,
    })
}

/// What a schema looks like when it is shown.
fn shown(schemas: &Value, schema: &Value, depth: usize) -> Value {
    if let Some(name) = name_of(schema) {
        let mut example = shown(schemas, &schemas[name], depth.saturating_sub(1));
        for (field, value) in body(made_of(name)).iter().filter_map(Value::as_object).flatten() {
            let is_shown = !schemas[name]["properties"][field].is_null();
            if let Some(place) = example.get_mut(field).filter(|_| is_shown) {
                *place = value.clone();
            }
        }
        return example;
    }
    let Some(fields) = schema["properties"].as_object().filter(|_| depth > 0) else {
        return value(schemas, "", schema, depth);
    };
    let seen = fields.iter().filter(|(_, field)| field["writeOnly"] != true);
    Value::Object(seen.map(|(name, field)| (name.clone(), value(schemas, name, field, depth - 1))).collect())
}

/// What a field holds.
fn value(schemas: &Value, name: &str, schema: &Value, depth: usize) -> Value {
    if name_of(schema).is_some() || schema["properties"].is_object() {
        return if depth == 0 { json!({}) } else { shown(schemas, schema, depth) };
    }
    if let Some(words) = schema["enum"].as_array() {
        return words.first().cloned().unwrap_or_default();
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    match kinds.first().copied().unwrap_or_default() {
        "array" if depth == 0 => json!([]),
        "array" => json!([value(schemas, name.trim_end_matches('s'), &schema["items"], depth)]),
        "boolean" => json!(false),
        "integer" if name == "code" && kinds.contains(&"null") => Value::Null,
        "integer" => json!(3),
        "number" => json!(0.0421),
        "string" => text(name, schema, kinds.contains(&"null")),
        _ => Value::Null,
    }
}

fn text(name: &str, schema: &Value, may_be_null: bool) -> Value {
    let format = schema["format"].as_str().unwrap_or_default();
    let is_number = schema["pattern"] == "^[0-9]+$";
    let known = match name {
        _ if format == "date-time" && may_be_null => return Value::Null,
        _ if format == "date-time" => "2026-11-21T14:05:00.000Z",
        _ if format == "decimal" => "12.50",
        "id" | "click_id" | "conversion_id" | "parent" if !is_number => "0196f3a2b4c58001800000000000002a",
        _ if is_number => "42",
        "name" => "Aurora VPN",
        "email" => "ann@acme.example",
        "ip" => "203.0.113.7",
        "country" => "DE",
        "device" => "mobile",
        "os" => "ios",
        "browser" => "safari",
        "language" => "de",
        "currency" => "USD",
        "zone" => "Europe/Berlin",
        "role" => "manager",
        "event" => "deposit",
        "txn_id" => "order-1042",
        "source_id" => "site-8761",
        "domain" => "go.acme.example",
        "url" | "destination" => "https://aurora.example/start?cid=0196f3a2b4c58001800000000000002a",
        "impression_url" => "https://go.acme.example/i/c0ffee?source_id=site-8761",
        "user_agent" => "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)",
        _ if may_be_null => return Value::Null,
        _ => "as it stands",
    };
    json!(known)
}

/// A parameter of a path, a query or a header.
fn of_parameter(path: &str, name: &str) -> Option<Value> {
    let text = match name {
        "limit" => return Some(json!(50)),
        "desc" => return Some(json!(true)),
        "sort" if path.contains("/reports") => "profit",
        "sort" => "name",
        "status" if path.ends_with("/conversions") => "approved",
        "code" if path.ends_with("/clicks") => "9",
        "kind" if path.ends_with("/users") => "employee",
        "kind" if path.ends_with("/search") => "offer",
        "name" if !path.ends_with("/uploads") => "Aurora VPN",
        "click_id" | "conversion_id" | "parent" => "0196f3a2b4c58001800000000000002a",
        "Idempotency-Key" => "9f1c1c1e-6f0b-4d53-9c39-0f2f3d7f2b11",
        "cursor" => "1041",
        "group_by" => "offer,country",
        "from" => "2026-11-01",
        "to" => "2026-12-01",
        "country" => "DE",
        "device" => "mobile",
        "os" => "ios",
        "browser" => "safari",
        "status" => "active",
        "search" | "q" => "aurora",
        "host" => "go.acme.example",
        "email" => "ann@acme.example",
        "ip" => "203.0.113.7",
        "source_id" => "site-8761",
        "domain" => "go.acme.example",
        "kind" => "new",
        "name" => "november.csv",
        name if name.ends_with("_id") => "42",
        _ => return None,
    };
    Some(json!(text))
}

//! The preview of a rule that is being filled in: what can be read of it so far, in plain words.

use super::words::{Around, NAMED, Words, words};
use crate::web::{
    Access, Answer, Failure, Form, Route, answer,
    markup::Markup,
    objects::{Object, pages::Paged},
};
use askama::Template;
use domain::{
    shared::Calendar,
    smartswitch::{EntityType, SmartSwitchRule},
};
use serde_json::{Map, Value, json};
use store::offers::{Named, Names};

/// A rule in words, as a part of a page.
#[derive(Template)]
#[template(path = "smartswitch/rule_words.html")]
struct WordsPart {
    words: Words,
}

/// The route that the form asks while it is filled in.
#[must_use]
pub fn routes() -> Vec<Route> {
    let path = format!("{}/preview", SmartSwitchRule::LIST);
    vec![Route::post(path, SmartSwitchRule::SECTION, preview)]
}

async fn preview(access: Access, form: Form) -> Answer {
    let rule = draft(&access, &SmartSwitchRule::SHEET.tidy(&form))?;
    answer::page(&WordsPart { words: told(&access, &rule).await? })
}

/// A rule in words, for a page.
///
/// # Errors
/// What the database said.
pub async fn shown(access: &Access, rule: &SmartSwitchRule) -> Result<Markup, Failure> {
    let part = WordsPart { words: told(access, rule).await? };
    Ok(Markup::trusted(part.render().map_err(|error| Failure::Broken(error.to_string()))?))
}

async fn told(access: &Access, rule: &SmartSwitchRule) -> Result<Words, Failure> {
    let names = Names::read(access.scope(), named(rule)).await?;
    Ok(words(rule, &around(access, rule, &names)))
}

/// The objects whose names a rule's words hold.
pub fn named(rule: &SmartSwitchRule) -> Vec<(Named, i64)> {
    match rule.entity_type {
        EntityType::Offers => {
            rule.offer_ids.iter().take(NAMED).map(|offer| (Named::Offer, offer.0)).collect()
        }
        EntityType::Advertisers => {
            rule.advertiser_ids.iter().take(NAMED).map(|one| (Named::Advertiser, one.0)).collect()
        }
    }
}

/// What a rule's document does not say of its words.
pub fn around<'a>(access: &Access, rule: &SmartSwitchRule, names: &'a Names) -> Around<'a> {
    let network = &access.entrant().network;
    let known = named(rule).into_iter().map(|(kind, id)| names.of(kind, id));
    Around {
        names: known.filter(|name| !name.is_empty()).collect(),
        currency: network.currency,
        calendar: Calendar::new(network.zone),
    }
}

/// The rule that a form holds, whole.
///
/// # Errors
/// What is wrong with it, at the fields of the form.
pub fn asked(access: &Access, form: &Form) -> Result<SmartSwitchRule, Failure> {
    let (sheet, zone) = (SmartSwitchRule::SHEET, access.entrant().network.zone);
    let rule: SmartSwitchRule = sheet.document(&SmartSwitchRule::meant(form), zone)?;
    rule.problems().into_result(rule).map_err(Failure::from)
}

/// The rule that a tidy form holds, as far as it can be read: what does not fit yet is left out.
///
/// # Errors
/// [`Failure::Broken`] where not even an empty rule can be read.
pub fn draft(access: &Access, form: &Form) -> Result<SmartSwitchRule, Failure> {
    let zone = access.entrant().network.zone;
    let (document, _) = SmartSwitchRule::SHEET.read(&SmartSwitchRule::meant(form), zone);
    let mut fitting = empty();
    for (field, value) in document {
        match value {
            Value::Array(rows) => {
                let rows: Vec<Value> = rows.into_iter().filter(|row| fits(&field, &json!([row]))).collect();
                fitting.insert(field, rows.into());
            }
            value if fits(&field, &value) => drop(fitting.insert(field, value)),
            _ => {}
        }
    }
    serde_json::from_value(Value::Object(fitting)).map_err(|error| Failure::Broken(error.to_string()))
}

/// What every rule has.
fn empty() -> Map<String, Value> {
    Map::from_iter([("name".to_owned(), json!("")), ("thresholds".to_owned(), json!([]))])
}

/// Whether a rule may hold this.
fn fits(field: &str, value: &Value) -> bool {
    let mut rule = empty();
    rule.insert(field.to_owned(), value.clone());
    serde_json::from_value::<SmartSwitchRule>(Value::Object(rule)).is_ok()
}

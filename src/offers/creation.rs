//! A new offer with its landing pages and events, all or nothing.

use crate::web::{Access, Failure, json, objects::acts};
use domain::{
    offers::{LandingPage, Offer, OfferEvent},
    shared::{FieldError, Problems},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use store::{offers::NewOffer, shared::Stored};

/// Most landing pages or events that come along with a new offer.
const MOST: usize = 100;

/// Makes an offer with its parts.
///
/// # Errors
/// [`Failure::Invalid`] or [`Failure::Conflict`] at the fields that are wrong, of offer and parts alike.
pub async fn create(
    access: &Access,
    offer: Offer,
    pages: Vec<LandingPage>,
    events: Vec<OfferEvent>,
) -> Result<Stored<Offer>, Failure> {
    let (scope, actor) = (access.scope(), access.actor());
    acts::create_with(access, 0, offer, |document| {
        let new = NewOffer { document, pages: pages.clone(), events: events.clone() };
        store::offers::create_offer(scope, &actor, new)
    })
    .await
}

/// Reads an offer whose `landing_pages`, `events` and `url` are its parts, and makes it.
///
/// # Errors
/// As [`create`].
pub async fn create_from(access: &Access, mut fields: Map<String, Value>) -> Result<Stored<Offer>, Failure> {
    let mut problems = Problems::default();
    let url = fields.remove("url").map(|url| json!({ "url": url }));
    let pages = elements(&mut problems, "landing_pages", fields.remove("landing_pages"));
    let events = elements(&mut problems, "events", fields.remove("events"));
    let pages: Vec<LandingPage> = parts(&mut problems, "landing_pages", pages, LandingPage::problems);
    let events: Vec<OfferEvent> = parts(&mut problems, "events", events, OfferEvent::problems);
    check_names(&mut problems, &events);
    let shorthand =
        url.map(|url| json::document::<LandingPage>(url.as_object().cloned().unwrap_or_default()));
    let shorthand = sound(&mut problems, shorthand, LandingPage::problems);
    let mut wrong = Problems::default();
    let offer = sound(&mut wrong, Some(json::document(fields)), Offer::problems);
    wrong.0.extend(problems.0);
    let offer = wrong.into_result(offer)?.expect("a document that does not read is wrong");
    create(access, offer, shorthand.into_iter().chain(pages).collect(), events).await
}

/// A document that reads; what is wrong with it is noted.
fn sound<T>(
    problems: &mut Problems,
    read: Option<Result<T, Problems>>,
    check: impl Fn(&T) -> Problems,
) -> Option<T> {
    let read = read?;
    problems.0.extend(read.as_ref().map_or_else(Clone::clone, check).0);
    read.ok()
}

fn elements(problems: &mut Problems, field: &str, value: Option<Value>) -> Vec<Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(elements)) if elements.len() <= MOST => elements,
        Some(Value::Array(elements)) => {
            problems.push(field, format!("has {} entries; at most {MOST} are allowed", elements.len()));
            Vec::new()
        }
        Some(_) => {
            problems.push(field, "must be a list");
            Vec::new()
        }
    }
}

/// The parts that read; what is wrong with the others, each at its place in the list.
fn parts<T: DeserializeOwned>(
    problems: &mut Problems,
    field: &str,
    elements: Vec<Value>,
    check: impl Fn(&T) -> Problems,
) -> Vec<T> {
    let mut parts = Vec::with_capacity(elements.len());
    for (index, element) in elements.into_iter().enumerate() {
        let read = match element {
            Value::Object(fields) => json::document::<T>(fields),
            _ => Err(Problems(vec![FieldError {
                field: String::new(),
                message: "must be an object".to_owned(),
            }])),
        };
        let wrong = read.as_ref().map_or_else(Clone::clone, &check);
        let place = |inner: &str| match inner {
            "" => format!("{field}[{index}]"),
            inner => format!("{field}[{index}].{inner}"),
        };
        problems.0.extend(
            wrong
                .0
                .into_iter()
                .map(|error| FieldError { field: place(&error.field), message: error.message }),
        );
        parts.extend(read.ok());
    }
    parts
}

fn check_names(problems: &mut Problems, events: &[OfferEvent]) {
    for (index, event) in events.iter().enumerate() {
        let twice = events[..index].iter().any(|other| other.name == event.name);
        problems.check(!twice, &format!("events[{index}].name"), "names an event a second time");
    }
}

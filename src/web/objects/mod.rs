//! Managed objects. A kind says what its document is, what may be wrong with it, and what must hold
//! around it; [`acts`] does what is done to all kinds, once, and the [`calls`] of the API and the
//! [`pages`] of the console ask for it.

pub mod acts;
pub mod bulk;
pub mod calls;
pub mod copies;
pub mod list;
pub mod pages;

use super::{Access, Failure, Listing, answer, plan_view::FlawedObject, sorting};
use actix_web::HttpRequest;
use domain::{
    identity::{Level, Section},
    shared::Problems,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use std::future::{Future, ready};
use store::shared::{Filter, Managed, Stored};

/// What a list's filter is compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compared {
    Text,
    Id,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// A kind of managed object, as it is shown and written.
pub trait Object: Managed + 'static {
    /// The document that people write.
    type Input: Serialize + DeserializeOwned;
    const SECTION: Section;
    /// What one is called, and the schema's name.
    const SCHEMA: &'static str;
    /// Where the list is, such as `/api/v1/offers`.
    const COLLECTION: &'static str;
    /// The name of the id in the path, such as `offer_id`.
    const ID: &'static str;
    /// The name of the id of what it belongs to, where it belongs to something.
    const PARENT: Option<&'static str> = None;
    /// Whether it holds money, and so shows the network's currency.
    const MONEY: bool = false;
    /// Whether it has a status, of which `deleted` hides it from lists.
    const STATUS: bool = false;
    /// Fields of the document that only those see who may change it.
    const SECRETS: &'static [&'static str] = &[];
    /// The columns that a list can be filtered by.
    const FILTERS: &'static [(&'static str, Compared)];

    /// What the flaws of a plan call one, for kinds whose rules may never work.
    const FLAWED: Option<fn(i64) -> FlawedObject> = None;

    /// The document to be changed.
    fn input(&self) -> Self::Input;

    /// The object of a document, under its parent (0 where it has none).
    fn of_input(input: Self::Input, parent: i64) -> Self;

    /// What it belongs to.
    fn parent(&self) -> Option<i64> {
        None
    }

    /// What is wrong with it.
    fn problems(&self) -> Problems;

    /// The object as a removal leaves it; none where the row goes.
    fn removed(self) -> Option<Self> {
        None
    }

    /// Fills what is made for a new object, such as a secret.
    fn complete(&mut self) {}

    /// Whether the parent is there.
    fn find_parent(_access: &Access, _parent: i64) -> impl Future<Output = Result<(), Failure>> {
        ready(Ok(()))
    }

    /// What must hold beyond the document; `id` is that of a saved object.
    fn check(&self, _access: &Access, _id: Option<i64>) -> impl Future<Output = Result<(), Failure>> {
        ready(Ok(()))
    }

    /// What follows a save.
    fn saved(_access: &Access, _stored: &Stored<Self>) -> impl Future<Output = Result<(), Failure>> {
        ready(Ok(()))
    }

    /// Whether nothing needs it any more.
    fn check_removal(_access: &Access, _stored: &Stored<Self>) -> impl Future<Output = Result<(), Failure>> {
        ready(Ok(()))
    }
}

/// What lists of kinds with a name are sorted by: the word of the address, and the column.
const SORTS: [(&str, &str); 4] =
    [("name", "search_name"), ("status", "status"), ("created_at", "id"), ("updated_at", "updated_at")];

/// Every field that the address of a kind's list may hold: its filters, a part of the name, the order.
fn known<T: Object>() -> Vec<&'static str> {
    let searched = ["search"].into_iter().chain(sorting::FIELDS).filter(|_| T::SEARCHED);
    T::FILTERS.iter().map(|(name, _)| *name).chain(searched).collect()
}

/// The rows that the address of a list asks for.
///
/// # Errors
/// What is wrong with a filter.
fn filter_of<T: Object>(listing: &Listing) -> Result<Filter, Failure> {
    let mut filter = Filter { name: listing.text("search").map(str::to_owned), ..Filter::default() };
    for (name, compared) in T::FILTERS {
        match compared {
            Compared::Text => filter.exact.extend(listing.text(name).map(|text| (*name, text.into()))),
            Compared::Id => {
                filter.exact.extend(listing.parsed::<i64>(name, "an id")?.map(|id| (*name, id.into())));
            }
            Compared::Word(words) => {
                filter.exact.extend(listing.word(name, words)?.map(|word| (*name, word.into())));
            }
        }
    }
    filter.hide_deleted = T::STATUS && listing.text("status").is_none();
    filter.sort = sorting::read(listing, &SORTS)?;
    Ok(filter)
}

/// An id of the path. What is no number names nothing.
///
/// # Errors
/// [`Failure::NotFound`].
pub fn path_id(request: &HttpRequest, name: &str) -> Result<i64, Failure> {
    request.match_info().get(name).and_then(|id| id.parse().ok()).ok_or(Failure::NotFound)
}

/// The parent that the path names, which must be there; 0 for kinds without one.
async fn parent_of<T: Object>(access: &Access, request: &HttpRequest) -> Result<i64, Failure> {
    let Some(name) = T::PARENT else { return Ok(0) };
    let parent = path_id(request, name)?;
    T::find_parent(access, parent).await?;
    Ok(parent)
}

/// The object that the path names, under the parent that it names.
async fn found<T: Object>(access: &Access, request: &HttpRequest) -> Result<Stored<T>, Failure> {
    let stored = access.scope().get::<T>(path_id(request, T::ID)?).await?;
    let Some(name) = T::PARENT else { return Ok(stored) };
    if stored.body.parent() != Some(path_id(request, name)?) {
        return Err(Failure::NotFound);
    }
    Ok(stored)
}

fn fields_of<T: Object>(body: &T) -> Result<Map<String, Value>, Failure> {
    match serde_json::to_value(body.input()) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) | Err(_) => Err(Failure::Broken(format!("{} is no object", T::OBJECT))),
    }
}

/// An object as the API shows it.
///
/// # Errors
/// It can't be written as JSON.
pub fn show<T: Object>(access: &Access, stored: &Stored<T>) -> Result<Value, Failure> {
    let mut fields = Map::new();
    fields.insert("id".to_owned(), json!(stored.id.to_string()));
    if T::CODED {
        fields.insert("code".to_owned(), json!(stored.code));
    }
    if let (Some(name), Some(parent)) = (T::PARENT, stored.body.parent()) {
        fields.insert(name.to_owned(), json!(parent.to_string()));
    }
    fields.extend(fields_of(&stored.body)?);
    if !access.may(T::SECTION, Level::Full) {
        T::SECRETS.iter().for_each(|name| drop(fields.remove(*name)));
    }
    if T::MONEY {
        fields.insert("currency".to_owned(), json!(access.entrant().network.currency));
    }
    fields.insert("version".to_owned(), json!(stored.version));
    fields.insert("created_at".to_owned(), json!(answer::moment(stored.created_at)?));
    fields.insert("updated_at".to_owned(), json!(answer::moment(stored.updated_at)?));
    Ok(Value::Object(fields))
}

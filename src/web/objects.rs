//! Managed objects in the API: one list, one look, one way to create, change and remove for all kinds.
//! A kind says what its document is, what may be wrong with it, and what must hold around it.

use super::{
    Access, Answer, Failure, Listing, Route, answer,
    describe::{About, Gives, Parameter},
    json,
};
use actix_web::HttpRequest;
use domain::{identity::Section, links::LinkCode, shared::Problems};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use std::future::{Future, ready};
use store::{
    Error,
    shared::{Document, Filter, Managed, Stored},
};

/// How often a code that is taken is drawn anew: at a billion codes in use two draws in a row fail
/// once in a million times.
const DRAWS: u32 = 5;
/// How often a change is laid over what somebody else has just saved.
const TRIES: u32 = 5;

/// What a list's filter is compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compared {
    Text,
    Id,
}

/// A kind of managed object, as the API shows it.
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
    /// The columns that a list can be filtered by.
    const FILTERS: &'static [(&'static str, Compared)];

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

/// The routes of a kind that is listed, looked at, created and changed.
#[must_use]
pub fn routes<T: Object>() -> Vec<Route> {
    let name = T::SCHEMA;
    vec![
        list_route::<T>(),
        Route::post(T::COLLECTION, T::SECTION, create::<T>)
            .about(About::new(format!("Create: {name}"), Gives::New(name)).takes(name)),
        Route::get(item_path::<T>(), T::SECTION, look::<T>)
            .about(About::new(format!("Look at: {name}"), Gives::One(name))),
        Route::patch(item_path::<T>(), T::SECTION, change::<T>)
            .about(About::new(format!("Change what is named: {name}"), Gives::One(name)).takes(name)),
    ]
}

/// The route that removes one.
#[must_use]
pub fn removal_route<T: Object>() -> Route {
    let about = About::new(format!("Remove: {}", T::SCHEMA), Gives::Nothing);
    Route::delete(item_path::<T>(), T::SECTION, remove::<T>).about(about)
}

fn list_route<T: Object>() -> Route {
    let mut parameters: Vec<Parameter> =
        T::FILTERS.iter().map(|(name, _)| (*name, "Only those with exactly this.")).collect();
    if has_name::<T>() {
        parameters.push(("search", "Only those whose name holds this."));
    }
    let about = About::new(format!("List: {}", T::SCHEMA), Gives::List(T::SCHEMA)).with(&parameters);
    Route::get(T::COLLECTION, T::SECTION, list::<T>).about(about)
}

fn has_name<T: Object>() -> bool {
    T::FILTERS.iter().any(|(name, _)| *name == "name")
}

fn item_path<T: Object>() -> String {
    format!("{}/{{{}}}", T::COLLECTION, T::ID)
}

/// An id of the path. What is no number names nothing.
///
/// # Errors
/// [`Failure::NotFound`].
pub fn path_id(request: &HttpRequest, name: &str) -> Result<i64, Failure> {
    request.match_info().get(name).and_then(|id| id.parse().ok()).ok_or(Failure::NotFound)
}

/// The parent that the path names, which must be there; 0 for kinds without one.
async fn parent_id<T: Object>(access: &Access, request: &HttpRequest) -> Result<i64, Failure> {
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

/// A stretch of the list.
async fn list<T: Object>(access: Access, request: HttpRequest) -> Answer {
    let parent = parent_id::<T>(&access, &request).await?;
    let mut known: Vec<&str> = T::FILTERS.iter().map(|(name, _)| *name).collect();
    if has_name::<T>() {
        known.push("search");
    }
    let listing = Listing::read(request.query_string(), &known)?;
    let mut filter = Filter { name: listing.text("search").map(str::to_owned), ..Filter::default() };
    for (name, compared) in T::FILTERS {
        match compared {
            Compared::Text => filter.exact.extend(listing.text(name).map(|text| (*name, text.into()))),
            Compared::Id => {
                filter.exact.extend(listing.parsed::<i64>(name, "an id")?.map(|id| (*name, id.into())));
            }
        }
    }
    if let Some(column) = T::PARENT {
        filter.exact.push((column, parent.into()));
    }
    filter.hide_deleted = T::STATUS && listing.text("status").is_none();
    let rows = access.scope().list::<T>(&filter, listing.page()?).await?;
    listing.answer(rows, |row| row.id, |row| show(&access, &row))
}

/// One object.
async fn look<T: Object>(access: Access, request: HttpRequest) -> Answer {
    Ok(answer::json(&show(&access, &found::<T>(&access, &request).await?)?))
}

/// A new object.
async fn create<T: Object>(access: Access, request: HttpRequest, body: json::Object) -> Answer {
    let parent = parent_id::<T>(&access, &request).await?;
    let stored = create_from::<T>(&access, parent, body.0).await?;
    Ok(answer::created(&format!("{}/{}", request.path(), stored.id), &show(&access, &stored)?))
}

/// Reads, checks and stores a new object; pages do the same as the API by it.
///
/// # Errors
/// [`Failure::Invalid`] or [`Failure::Conflict`] at the fields that are wrong.
pub async fn create_from<T: Object>(
    access: &Access,
    parent: i64,
    fields: Map<String, Value>,
) -> Result<Stored<T>, Failure> {
    let body = checked::<T>(access, parent, fields).await?;
    let (scope, actor) = (access.scope(), access.actor());
    let create = |code| scope.create(&actor, Document { body: body.clone(), code });
    let stored = coded::<T, _, _>(create).await?;
    T::saved(access, &stored).await?;
    Ok(stored)
}

/// A new object, read and checked but not stored.
///
/// # Errors
/// As [`create_from`].
pub async fn checked<T: Object>(
    access: &Access,
    parent: i64,
    fields: Map<String, Value>,
) -> Result<T, Failure> {
    let mut body = T::of_input(json::document(fields)?, parent);
    body.complete();
    body.problems().into_result(())?;
    body.check(access, None).await?;
    Ok(body)
}

/// Stores something under a fresh code, and again under another where that is taken.
///
/// # Errors
/// What storing it says.
pub async fn coded<T: Object, S, F>(store: impl Fn(String) -> F) -> Result<S, Failure>
where
    F: Future<Output = Result<S, Error>>,
{
    let mut draws = 1;
    loop {
        let code = if T::CODED { LinkCode::of_bits(rand::random()).to_string() } else { String::new() };
        match store(code).await {
            Err(Error::Conflict { field, .. }) if field == "code" && T::CODED && draws < DRAWS => draws += 1,
            other => return other.map_err(Failure::from),
        }
    }
}

/// What a PATCH changes.
async fn change<T: Object>(access: Access, request: HttpRequest, body: json::Object) -> Answer {
    let stored = found::<T>(&access, &request).await?;
    Ok(answer::json(&show(&access, &change_by(&access, stored, body.0).await?)?))
}

/// Lays a merge patch over an object, checks and stores it; pages do the same as the API by it. A
/// `version` among the fields is the one that the change was thought for.
///
/// # Errors
/// [`Failure::Invalid`] or [`Failure::Conflict`] at the fields that are wrong.
pub async fn change_by<T: Object>(
    access: &Access,
    stored: Stored<T>,
    mut patch: Map<String, Value>,
) -> Result<Stored<T>, Failure> {
    let wanted = patch.remove("version").map(|version| version_of(&version)).transpose()?;
    let mut stored = stored;
    for _ in 1..TRIES {
        match lay_over(access, &stored, &patch, wanted).await {
            Err(Failure::Conflict(error)) if error.field == "version" && wanted.is_none() => {
                stored = access.scope().get(stored.id).await?;
            }
            other => return other,
        }
    }
    lay_over(access, &stored, &patch, wanted).await
}

fn version_of(value: &Value) -> Result<i64, Failure> {
    let number = value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    number.ok_or_else(|| Failure::field("version", "must be the `version` that was shown"))
}

async fn lay_over<T: Object>(
    access: &Access,
    stored: &Stored<T>,
    patch: &Map<String, Value>,
    wanted: Option<i64>,
) -> Result<Stored<T>, Failure> {
    let mut fields = fields_of(&stored.body)?;
    json::merge(&mut fields, patch.clone());
    let body = T::of_input(json::document(fields)?, stored.body.parent().unwrap_or(0));
    body.problems().into_result(())?;
    body.check(access, Some(stored.id)).await?;
    let expected = Some(wanted.unwrap_or(stored.version));
    let stored = access.scope().update(&access.actor(), stored.id, expected, body).await?;
    T::saved(access, &stored).await?;
    Ok(stored)
}

/// Removes one.
async fn remove<T: Object>(access: Access, request: HttpRequest) -> Answer {
    let stored = found::<T>(&access, &request).await?;
    T::check_removal(&access, &stored).await?;
    let (id, actor) = (stored.id, access.actor());
    match stored.body.removed() {
        Some(body) => {
            access.scope().update(&actor, id, None, body).await?;
        }
        None => access.scope().delete::<T>(&actor, id).await?,
    }
    Ok(answer::no_content())
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
    if T::MONEY {
        fields.insert("currency".to_owned(), json!(access.entrant().network.currency));
    }
    fields.insert("version".to_owned(), json!(stored.version));
    fields.insert("created_at".to_owned(), json!(answer::moment(stored.created_at)?));
    fields.insert("updated_at".to_owned(), json!(answer::moment(stored.updated_at)?));
    Ok(Value::Object(fields))
}

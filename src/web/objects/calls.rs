//! The calls of the API to managed objects: one list, one look, one way to create, change and remove.

use super::{Object, acts, filter_of, found, known, parent_of, show};
use crate::web::{
    Access, Answer, Failure, Listing, Route, answer,
    describe::{About, Gives, Parameter},
    json,
    plan_view::flaws_of,
};
use actix_web::HttpRequest;
use serde_json::{Value, json};
use store::shared::Stored;

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

/// The route that lists a kind.
#[must_use]
pub fn list_route<T: Object>() -> Route {
    let mut parameters: Vec<Parameter> =
        T::FILTERS.iter().map(|(name, _)| (*name, "Only those with exactly this.")).collect();
    if T::SEARCHED {
        parameters.extend([
            ("search", "Only those whose name holds this."),
            ("sort", "By `name`, `status`, `created_at` or `updated_at`; else the newest first."),
            ("desc", "`true` turns the order round."),
        ]);
    }
    let about = About::new(format!("List: {}", T::SCHEMA), Gives::List(T::SCHEMA)).with(&parameters);
    Route::get(T::COLLECTION, T::SECTION, list::<T>).about(about)
}

fn item_path<T: Object>() -> String {
    format!("{}/{{{}}}", T::COLLECTION, T::ID)
}

/// A stretch of the list.
async fn list<T: Object>(access: Access, request: HttpRequest) -> Answer {
    let parent = parent_of::<T>(&access, &request).await?;
    let listing = Listing::read(request.query_string(), &known::<T>())?;
    let mut filter = filter_of::<T>(&listing)?;
    if let Some(column) = T::PARENT {
        filter.exact.push((column, parent.into()));
    }
    let rows = access.scope().list::<T>(&filter, listing.page()?).await?;
    listing.answer(rows, |row| row.id, |row| show(&access, &row))
}

/// One object.
async fn look<T: Object>(access: Access, request: HttpRequest) -> Answer {
    Ok(answer::json(&with_flaws(&access, &found::<T>(&access, &request).await?).await?))
}

/// A new object.
async fn create<T: Object>(access: Access, request: HttpRequest, body: json::Object) -> Answer {
    let parent = parent_of::<T>(&access, &request).await?;
    let stored = acts::create::<T>(&access, parent, json::document(body.0)?).await?;
    Ok(answer::created(&format!("{}/{}", request.path(), stored.id), &with_flaws(&access, &stored).await?))
}

/// What a PATCH changes.
async fn change<T: Object>(access: Access, request: HttpRequest, body: json::Object) -> Answer {
    let stored = found::<T>(&access, &request).await?;
    Ok(answer::json(&with_flaws(&access, &acts::change(&access, stored, body.0).await?).await?))
}

/// Removes one.
async fn remove<T: Object>(access: Access, request: HttpRequest) -> Answer {
    acts::remove(&access, found::<T>(&access, &request).await?).await?;
    Ok(answer::no_content())
}

/// One object with what in it can't work, for kinds that can have such flaws. Lists don't tell: the whole
/// network is compiled for it.
async fn with_flaws<T: Object>(access: &Access, stored: &Stored<T>) -> Result<Value, Failure> {
    let mut shown = show(access, stored)?;
    if let Some(flawed) = T::FLAWED {
        shown["flaws"] = json!(flaws_of(access, flawed(stored.id)).await?);
    }
    Ok(shown)
}

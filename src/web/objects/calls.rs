//! The calls of the API to managed objects: one list, one look, one way to create, change and remove.

use super::{Object, acts, filter_of, found, known, parent_of, show};
use crate::web::{
    Access, Answer, Listing, Route, answer,
    describe::{About, Gives, Parameter},
    json,
};
use actix_web::HttpRequest;

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
    Ok(answer::json(&show(&access, &found::<T>(&access, &request).await?)?))
}

/// A new object.
async fn create<T: Object>(access: Access, request: HttpRequest, body: json::Object) -> Answer {
    let parent = parent_of::<T>(&access, &request).await?;
    let stored = acts::create::<T>(&access, parent, json::document(body.0)?).await?;
    Ok(answer::created(&format!("{}/{}", request.path(), stored.id), &show(&access, &stored)?))
}

/// What a PATCH changes.
async fn change<T: Object>(access: Access, request: HttpRequest, body: json::Object) -> Answer {
    let stored = found::<T>(&access, &request).await?;
    Ok(answer::json(&show(&access, &acts::change(&access, stored, body.0).await?)?))
}

/// Removes one.
async fn remove<T: Object>(access: Access, request: HttpRequest) -> Answer {
    acts::remove(&access, found::<T>(&access, &request).await?).await?;
    Ok(answer::no_content())
}

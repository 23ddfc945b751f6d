//! A new object like another: the same document, paused, with a code and a history of its own. A button of its
//! page, and a call of the API.

use super::{acts, pages::Paged, path_id, show};
use crate::web::{
    Access, Answer, Failure, Route, answer,
    describe::{About, Gives},
    flash,
    signal::Signal,
};
use actix_web::HttpRequest;
use store::shared::Stored;

/// The longest name, in characters.
const LONGEST_NAME: usize = 200;

/// A kind of which a copy is its document alone, under a name of its own and paused.
pub trait Copied: Paged {
    /// What comes with it, as in "with its flow".
    const WITH: &'static str;
    /// What to do before the copy is activated.
    const BEFORE: &'static str;

    /// The document of the copy.
    fn copied(self) -> Self::Input;

    /// What people call it.
    fn name(&self) -> &str;
}

/// What a copy of something of this name is called.
#[must_use]
pub fn name_of_copy(name: &str) -> String {
    format!("Copy of {name}").chars().take(LONGEST_NAME).collect()
}

/// The button of the page, and the call of the API.
#[must_use]
pub fn routes<T: Copied>() -> Vec<Route> {
    let about = format!("Copy: {}, with {}; the copy is paused", T::SCHEMA, T::WITH);
    let about = About::new(about, Gives::New(T::SCHEMA));
    vec![
        Route::post(format!("{}/{{{}}}/copy", T::LIST, T::ID), T::SECTION, of_page::<T>),
        Route::post(format!("{}/{{{}}}/copy", T::COLLECTION, T::ID), T::SECTION, of_call::<T>).about(about),
    ]
}

async fn made<T: Copied>(access: &Access, request: &HttpRequest) -> Result<Stored<T>, Failure> {
    let other = access.scope().get::<T>(path_id(request, T::ID)?).await?.body;
    acts::create(access, 0, other.copied()).await
}

async fn of_page<T: Copied>(access: Access, request: HttpRequest) -> Answer {
    let made = match made::<T>(&access, &request).await {
        Err(Failure::Conflict(error)) => {
            let text = format!("Not copied: it {}.", error.message);
            let page = format!("{}/{}", T::LIST, path_id(&request, T::ID)?);
            return Ok(flash::see_other(&page, Signal::Bad, &text));
        }
        other => other?,
    };
    let text = format!("{} is made, and paused. {}, then activate it.", made.body.name(), T::BEFORE);
    Ok(flash::see_other(&format!("{}/{}", T::LIST, made.id), Signal::Good, &text))
}

async fn of_call<T: Copied>(access: Access, request: HttpRequest) -> Answer {
    let made = made::<T>(&access, &request).await?;
    Ok(answer::created(&format!("{}/{}", T::COLLECTION, made.id), &show(&access, &made)?))
}

//! The console's form of a managed object, for all kinds: a new one, one to change, its end. What was
//! typed stays where it does not fit, with what is wrong at its field.

use super::{Object, acts, fields_of, found, parent_of};
use crate::web::{Access, Answer, Failure, Form, Route, answer, flash, sheet::Sheet, signal::Signal};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use domain::shared::Problems;
use serde_json::Value;
use std::future::{Future, ready};
use store::shared::Stored;

/// A kind of managed object with a form of its own.
pub trait Paged: Object {
    /// The fields of the form, in the words of the document.
    const SHEET: Sheet;
    /// Where its list is, such as `/offers` or `/offers/{offer_id}/events`.
    const LIST: &'static str;
    /// Where the form of a new one is: on a page of its own, or beneath the list.
    const BLANK: &'static str;
    /// What the form of a new one holds at first.
    const USUAL: &'static [(&'static str, &'static str)] = &[];
    /// What is said when one was removed.
    const REMOVED: &'static str = "";

    /// The page that shows the form.
    type Page: Template;

    /// Makes the page.
    fn page(
        access: &Access,
        request: &HttpRequest,
        view: View<Self>,
    ) -> impl Future<Output = Result<Self::Page, Failure>>;

    /// What was typed, with what the form does not show as it was.
    fn keep(&self, typed: Self::Input) -> Self::Input {
        typed
    }

    /// The form without what does not count as it is filled, such as the end of a range where none is asked for.
    fn meant(form: &Form) -> Form {
        form.clone()
    }

    /// What a save would lose that nobody may expect, in words: it is asked about first.
    fn loss(
        _access: &Access,
        _before: &Stored<Self>,
        _after: &Self,
    ) -> impl Future<Output = Result<Option<String>, Failure>> {
        ready(Ok(None))
    }

    /// What is said of a new one.
    fn made(stored: &Stored<Self>) -> String;

    /// Where a new one leads.
    fn next(stored: &Stored<Self>) -> String {
        home(stored)
    }
}

/// What a form is shown with.
pub struct View<T> {
    /// What it belongs to; 0 where it belongs to nothing.
    pub parent: i64,
    /// None for a new one.
    pub stored: Option<Stored<T>>,
    pub form: Form,
    pub problems: Problems,
    /// What a save would lose, where that is asked about.
    pub loss: Option<String>,
}

impl<T> View<T> {
    /// With nothing wrong and nothing to be lost.
    fn new(parent: i64, stored: Option<Stored<T>>, form: Form) -> Self {
        Self { parent, stored, form, problems: Problems::default(), loss: None }
    }
}

/// The field by which a form says that what would be lost may be.
pub const AGREED: &str = "agreed";

/// The pages of a kind: the form of a new one, and that of one to change.
#[must_use]
pub fn routes<T: Paged>() -> Vec<Route> {
    let mut routes = new_routes::<T>();
    routes.push(Route::get(item_path::<T>(), T::SECTION, look::<T>));
    routes.push(Route::post(item_path::<T>(), T::SECTION, save::<T>));
    routes
}

/// The form of a new one alone, for kinds that don't change.
#[must_use]
pub fn new_routes<T: Paged>() -> Vec<Route> {
    let page = if T::BLANK == T::LIST { Route::get } else { Route::blank };
    vec![page(T::BLANK, T::SECTION, blank::<T>), Route::post(T::BLANK, T::SECTION, create::<T>)]
}

/// The button that removes one.
#[must_use]
pub fn removal_route<T: Paged>() -> Route {
    Route::post(format!("{}/remove", item_path::<T>()), T::SECTION, remove::<T>)
}

fn item_path<T: Paged>() -> String {
    format!("{}/{{{}}}", T::LIST, T::ID)
}

fn list_path<T: Paged>(parent: i64) -> String {
    match T::PARENT {
        Some(name) => T::LIST.replace(&format!("{{{name}}}"), &parent.to_string()),
        None => T::LIST.to_owned(),
    }
}

/// Where one is at home: its own page, or the list that its form stands beneath.
fn home<T: Paged>(stored: &Stored<T>) -> String {
    let list = list_path::<T>(stored.body.parent().unwrap_or(0));
    if T::BLANK == T::LIST { list } else { format!("{list}/{}", stored.id) }
}

async fn blank<T: Paged>(access: Access, request: HttpRequest) -> Answer {
    let parent = parent_of::<T>(&access, &request).await?;
    let view = View::new(parent, None, Form::holding(T::USUAL));
    answer::page(&T::page(&access, &request, view).await?)
}

async fn create<T: Paged>(access: Access, request: HttpRequest, form: Form) -> Answer {
    let parent = parent_of::<T>(&access, &request).await?;
    posted::<T>(&access, &request, parent, None, &form).await
}

async fn look<T: Paged>(access: Access, request: HttpRequest) -> Answer {
    let stored = found::<T>(&access, &request).await?;
    let document = Value::Object(fields_of(&stored.body)?);
    let form = T::SHEET.show(&document, access.entrant().network.zone);
    let parent = stored.body.parent().unwrap_or(0);
    let view = View::new(parent, Some(stored), form);
    answer::page(&T::page(&access, &request, view).await?)
}

async fn save<T: Paged>(access: Access, request: HttpRequest, form: Form) -> Answer {
    let stored = found::<T>(&access, &request).await?;
    let parent = stored.body.parent().unwrap_or(0);
    posted(&access, &request, parent, Some(stored), &form).await
}

/// The fields by whose buttons a form is shown again and not saved: with more rows, with its rows in another
/// order, and as it is.
const SHOWN_AGAIN: [&str; 3] = ["add", "move", "show"];

/// Does what a form asks for, or shows it again: where it does not fit, and where it asks for that.
async fn posted<T: Paged>(
    access: &Access,
    request: &HttpRequest,
    parent: i64,
    stored: Option<Stored<T>>,
    form: &Form,
) -> Answer {
    let form = T::SHEET.tidy(form);
    let form = T::SHEET.moved(&form, form.get("move"));
    if SHOWN_AGAIN.iter().any(|button| !form.get(button).is_empty()) {
        let view = View::new(parent, stored, form);
        return answer::page(&T::page(access, request, view).await?);
    }
    if let Some(loss) = loss_of(access, stored.as_ref(), &form).await? {
        let view = View { loss: Some(loss), ..View::new(parent, stored, form) };
        return answer::page(&T::page(access, request, view).await?);
    }
    match done(access, parent, stored.as_ref(), &form).await {
        Ok(answer) => Ok(answer),
        Err(failure) => {
            let again = async |problems| {
                let problems = T::SHEET.placed(problems);
                T::page(access, request, View { problems, ..View::new(parent, stored, form) }).await
            };
            answer::again(failure, again).await
        }
    }
}

/// What a form would lose that it has not agreed to; nothing where it does not fit anyway.
async fn loss_of<T: Paged>(
    access: &Access,
    before: Option<&Stored<T>>,
    form: &Form,
) -> Result<Option<String>, Failure> {
    let Some(before) = before.filter(|_| !form.is_ticked(AGREED)) else { return Ok(None) };
    let Ok(typed) = T::SHEET.document::<T::Input>(&T::meant(form), access.entrant().network.zone) else {
        return Ok(None);
    };
    let after = T::of_input(before.body.keep(typed), before.body.parent().unwrap_or(0));
    T::loss(access, before, &after).await
}

async fn done<T: Paged>(
    access: &Access,
    parent: i64,
    before: Option<&Stored<T>>,
    form: &Form,
) -> Result<HttpResponse, Failure> {
    let typed = T::SHEET.document::<T::Input>(&T::meant(form), access.entrant().network.zone)?;
    let Some(before) = before else {
        let made = acts::create::<T>(access, parent, typed).await?;
        return Ok(flash::see_other(&T::next(&made), Signal::Good, &T::made(&made)));
    };
    let saved = acts::save(access, before, form.version(), before.body.keep(typed)).await?;
    Ok(flash::see_other(&home(&saved), Signal::Good, "Saved."))
}

async fn remove<T: Paged>(access: Access, request: HttpRequest) -> Answer {
    let stored = found::<T>(&access, &request).await?;
    let list = list_path::<T>(stored.body.parent().unwrap_or(0));
    match acts::remove(&access, stored).await {
        Ok(()) => Ok(flash::see_other(&list, Signal::Good, T::REMOVED)),
        Err(Failure::Conflict(error)) => {
            Ok(flash::see_other(&list, Signal::Bad, &format!("Not removed: it {}.", error.message)))
        }
        Err(other) => Err(other),
    }
}

//! What is done to managed objects: read, check, store, and what follows. One function an act; pages
//! and the API differ in how they come by the input and how they tell the outcome.

use super::{Object, fields_of};
use crate::web::{Access, Failure, json};
use domain::links::LinkCode;
use serde_json::{Map, Value};
use std::future::Future;
use store::{
    Error,
    shared::{Document, Stored},
};

/// How often a code that is taken is drawn anew: at a billion codes in use two draws in a row fail
/// once in a million times.
const DRAWS: u32 = 5;
/// How often a change is laid over what somebody else has just saved. Of rivals one wins each round, so
/// this is how many may save one object at once.
const TRIES: u32 = 100;

/// Makes an object under its parent (0 where it has none).
///
/// # Errors
/// [`Failure::Invalid`] or [`Failure::Conflict`] at the fields that are wrong.
pub async fn create<T: Object>(access: &Access, parent: i64, input: T::Input) -> Result<Stored<T>, Failure> {
    let (scope, actor) = (access.scope(), access.actor());
    create_with(access, parent, input, |document| scope.create(&actor, document)).await
}

/// Makes an object that comes with more than its document: `store` stores all of it, and is asked
/// again where the code was taken.
///
/// # Errors
/// As [`create`].
pub async fn create_with<T: Object, F>(
    access: &Access,
    parent: i64,
    input: T::Input,
    store: impl Fn(Document<T>) -> F,
) -> Result<Stored<T>, Failure>
where
    F: Future<Output = Result<Stored<T>, Error>>,
{
    let mut body = T::of_input(input, parent);
    body.complete();
    body.problems().into_result(())?;
    body.check(access, None).await?;
    let mut draws = 1;
    let stored = loop {
        let code = if T::CODED { LinkCode::of_bits(rand::random()).to_string() } else { String::new() };
        match store(Document { body: body.clone(), code }).await {
            Err(Error::Conflict { field, .. }) if field == "code" && T::CODED && draws < DRAWS => draws += 1,
            other => break other?,
        }
    };
    T::saved(access, &stored).await?;
    Ok(stored)
}

/// Replaces an object's document; `expected` is the version that the change was thought for.
///
/// # Errors
/// As [`create`]; [`Failure::Conflict`] at `version` where somebody else has saved since `expected`.
pub async fn save<T: Object>(
    access: &Access,
    before: &Stored<T>,
    expected: Option<i64>,
    input: T::Input,
) -> Result<Stored<T>, Failure> {
    let body = T::of_input(input, before.body.parent().unwrap_or(0));
    body.problems().into_result(())?;
    body.check(access, Some(before.id)).await?;
    let stored = access.scope().update(&access.actor(), before.id, expected, body).await?;
    T::saved(access, &stored).await?;
    Ok(stored)
}

/// Lays a merge patch over an object's document. A `version` among the fields is the one that the
/// change was thought for; without it the patch is laid over whatever was saved in between.
///
/// # Errors
/// As [`save`].
pub async fn change<T: Object>(
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
    save(access, stored, Some(wanted.unwrap_or(stored.version)), json::document(fields)?).await
}

/// Removes an object: its row, or what it can still do.
///
/// # Errors
/// [`Failure::Conflict`] where something needs it.
pub async fn remove<T: Object>(access: &Access, stored: Stored<T>) -> Result<(), Failure> {
    T::check_removal(access, &stored).await?;
    let (id, actor) = (stored.id, access.actor());
    if stored.body.removed().is_none() {
        return Ok(access.scope().delete::<T>(&actor, id).await?);
    }
    // Of what is stored by then: what was read before may have been changed meanwhile.
    let removed = |body: T| body.clone().removed().unwrap_or(body);
    access.scope().rewrite(&actor, id, None, removed).await?;
    Ok(())
}

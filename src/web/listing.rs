//! Lists: a limit, a cursor and filters in, items and the next cursor out, newest first.

use super::{Failure, Form, answer};
use actix_web::HttpResponse;
use domain::shared::{ClickId, Problems};
use serde_json::{Value, json};
use std::{fmt::Display, str::FromStr};
use store::shared::Page;

/// The most items of one answer.
pub const MOST: u64 = 1_000;
/// The items of an answer that asks for no number.
const USUAL: u64 = 100;
/// What every list takes beside its filters.
const OWN: [&str; 2] = ["limit", "cursor"];
/// The longest value of a filter, in characters.
pub const LONGEST: usize = 500;

/// What is asked of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listing {
    /// How many items are wanted, 1 to 1,000.
    pub limit: u64,
    /// Where the last answer ended; lists by id read it with [`Self::page`].
    pub cursor: Option<String>,
    filters: Form,
}

impl Listing {
    /// Reads an address's query; `known` are the list's filters.
    ///
    /// # Errors
    /// A limit out of range or a filter that the list does not know.
    pub fn read(query: &str, known: &[&str]) -> Result<Self, Failure> {
        let filters = Form::read(query.as_bytes());
        let mut problems = Problems::default();
        for (name, value) in filters.fields() {
            let is_known = OWN.contains(&name.as_str()) || known.contains(&name.as_str());
            let all = known.iter().chain(&OWN).copied().collect::<Vec<_>>().join(", ");
            problems.check(is_known, name, format!("is no filter of this list; known: {all}"));
            problems.text(name, value, false, LONGEST);
        }
        let limit = match filters.get("limit") {
            "" => Some(USUAL),
            text => text.parse().ok().filter(|limit| (1..=MOST).contains(limit)),
        };
        problems.check(limit.is_some(), "limit", format!("must be a whole number from 1 to {MOST}"));
        problems.into_result(())?;
        let cursor = Some(filters.get("cursor")).filter(|text| !text.is_empty()).map(str::to_owned);
        Ok(Self { limit: limit.unwrap_or(USUAL), cursor, filters })
    }

    /// A filter's value; none where it was not given.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        Some(self.filters.get(name)).filter(|value| !value.is_empty())
    }

    /// A filter's value as something else.
    ///
    /// # Errors
    /// What was given is not that.
    pub fn parsed<T: FromStr>(&self, name: &str, what: &str) -> Result<Option<T>, Failure> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Failure::field(name, format!("must be {what}")))
    }

    /// A filter's value that is one of these words.
    ///
    /// # Errors
    /// It is none of them; they are named.
    pub fn word(&self, name: &str, words: &[&str]) -> Result<Option<&str>, Failure> {
        match self.text(name) {
            Some(text) if !words.contains(&text) => {
                Err(Failure::field(name, format!("must be one of {}", words.join(", "))))
            }
            known => Ok(known),
        }
    }

    /// The stretch to read of a list by id: one more than is wanted, to see whether there is a next.
    ///
    /// # Errors
    /// The cursor is none of ours.
    pub fn page(&self) -> Result<Page, Failure> {
        let before = match &self.cursor {
            None => None,
            Some(cursor) => {
                let wrong = |_| Failure::field("cursor", "must be the `next` of the answer before");
                Some(cursor.parse().map_err(wrong)?)
            }
        };
        Ok(Page { before, limit: self.limit + 1 })
    }

    /// Where to go on in a log, whose ids are those of clicks.
    ///
    /// # Errors
    /// The cursor is none of ours.
    pub fn before(&self) -> Result<Option<ClickId>, Failure> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let wrong = |_| Failure::field("cursor", "must be the `next` of the answer before");
        cursor.parse().map(Some).map_err(wrong)
    }

    /// The answer of a list by id, from the rows that [`Self::page`] asked for.
    ///
    /// # Errors
    /// A row can't be shown.
    pub fn answer<T, I: Display>(
        &self,
        rows: Vec<T>,
        id: impl Fn(&T) -> I,
        show: impl Fn(T) -> Result<Value, Failure>,
    ) -> Result<HttpResponse, Failure> {
        self.answer_until(None, rows, id, show)
    }

    /// The same of a log, where rows were looked through until the one of an id.
    ///
    /// # Errors
    /// A row can't be shown.
    pub fn answer_until<T, I: Display>(
        &self,
        rest: Option<ClickId>,
        rows: Vec<T>,
        id: impl Fn(&T) -> I,
        show: impl Fn(T) -> Result<Value, Failure>,
    ) -> Result<HttpResponse, Failure> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let has_next = rows.len() > limit;
        let last = if has_next { rows.get(limit - 1).map(|row| id(row).to_string()) } else { None };
        let next = last.or(rest.map(|id| id.to_string()));
        let items: Vec<Value> = rows.into_iter().take(limit).map(show).collect::<Result<_, _>>()?;
        Ok(answer::json(&json!({ "items": items, "next": next })))
    }
}

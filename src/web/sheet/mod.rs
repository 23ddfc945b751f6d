//! A form as a document and back. A sheet lists the fields of a form by their paths in the document,
//! so that pages send the same JSON as the API's callers do, are judged by the same rules, and find
//! what is wrong at the field that was typed.

mod condition;
mod kind;

use super::{Failure, Form, json};
use chrono_tz::Tz;
use domain::shared::{FieldError, Problems};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::ops::Range;

pub use condition::condition_line;
pub use kind::{Kind, SMART_LINK_PREFIX, at_wall};

/// Most rows that are read of a form; the documents take fewer and say so.
const MOST_ROWS: usize = 200;

/// One field of a form.
#[derive(Clone, Copy, Debug)]
pub struct Entry(pub &'static str, pub Kind);

/// The entries of several parts, which are `N` together; for entries that more than one form has.
#[must_use]
pub const fn joined<const N: usize>(parts: &[&[Entry]]) -> [Entry; N] {
    let mut all = [Entry("", Kind::Text); N];
    let (mut filled, mut part) = (0, 0);
    while part < parts.len() {
        let mut place = 0;
        while place < parts[part].len() {
            all[filled] = parts[part][place];
            filled += 1;
            place += 1;
        }
        part += 1;
    }
    assert!(filled == N, "the parts have another number of entries");
    all
}

/// A list of like rows in a form. A row whose fields in `keys` are all empty is not there.
#[derive(Clone, Copy, Debug)]
pub struct Rows {
    pub name: &'static str,
    pub keys: &'static [&'static str],
    pub entries: &'static [Entry],
    /// Lists within each row. A row with a part that is there is there too.
    pub parts: &'static [Rows],
}

/// The fields of a form.
#[derive(Clone, Copy, Debug)]
pub struct Sheet {
    pub entries: &'static [Entry],
    pub rows: &'static [Rows],
}

impl Sheet {
    /// The form that shows a document.
    #[must_use]
    pub fn show(&self, document: &Value, zone: Tz) -> Form {
        let mut fields = Vec::new();
        for Entry(name, kind) in self.entries {
            kind.show(&mut fields, name, at(document, name), zone);
        }
        self.rows.iter().for_each(|rows| rows.show(&mut fields, rows.name, document, zone));
        Form::of(fields)
    }

    /// The form without its empty rows, those that are left numbered from 0.
    #[must_use]
    pub fn tidy(&self, form: &Form) -> Form {
        let mut fields = Vec::new();
        let is_of_rows = |name: &str| self.rows.iter().any(|rows| index_of(rows.name, name).is_some());
        fields.extend(form.fields().iter().filter(|(name, _)| !is_of_rows(name)).cloned());
        self.rows.iter().for_each(|rows| rows.tidy(&mut fields, form, rows.name, rows.name));
        Form::of(fields)
    }

    /// The form with a row moved by one place or taken out, as a button says: `rows[2] up`, `rows[2] down` or
    /// `rows[2] out`. As it was where there is no such row, or no place to move to.
    #[must_use]
    pub fn moved(&self, form: &Form, button: &str) -> Form {
        let Some((row, way)) = button.split_once(' ') else { return form.clone() };
        let found = self.rows.iter().find_map(|rows| {
            let place =
                row.strip_prefix(rows.name)?.strip_prefix('[')?.strip_suffix(']')?.parse::<usize>().ok()?;
            Some((rows.name, place))
        });
        let Some((rows, from)) = found else { return form.clone() };
        if way == "out" {
            let is_of_it = |name: &str| index_of(rows, name).is_some_and(|(index, _)| index == from);
            let left = form.fields().iter().filter(|(name, _)| !is_of_it(name)).cloned();
            return self.tidy(&Form::of(left.collect()));
        }
        let to = if way == "up" { from.checked_sub(1) } else { from.checked_add(1) };
        let end = self.places(form, rows, 0).end;
        let Some(to) = to.filter(|to| *to < end && from < end) else { return form.clone() };
        let renamed = |name: &String| match index_of(rows, name) {
            Some((index, rest)) if index == from => path(rows, to, rest),
            Some((index, rest)) if index == to => path(rows, from, rest),
            Some(_) | None => name.clone(),
        };
        Form::of(form.fields().iter().map(|(name, value)| (renamed(name), value.clone())).collect())
    }

    /// The document that a tidy form holds, and what in it can't be read.
    #[must_use]
    pub fn read(&self, form: &Form, zone: Tz) -> (Map<String, Value>, Problems) {
        let (mut document, mut problems) = (Map::new(), Problems::default());
        for Entry(name, kind) in self.entries {
            if let Some(value) = kind.read(&mut problems, form, name, zone) {
                put(&mut document, name, value);
            }
        }
        for rows in self.rows {
            let list = rows.read(&mut problems, form, rows.name, zone);
            put(&mut document, rows.name, list);
        }
        (document, problems)
    }

    /// The document of a tidy form.
    ///
    /// # Errors
    /// [`Failure::Invalid`] with what can't be read.
    pub fn document<T: DeserializeOwned>(&self, form: &Form, zone: Tz) -> Result<T, Failure> {
        let (document, problems) = self.read(form, zone);
        problems.into_result(())?;
        Ok(json::document(document)?)
    }

    /// The problems, each at the field of the form that it is about. Several of one field that holds conditions
    /// are told as one, each with the condition that it is about.
    #[must_use]
    pub fn placed(&self, problems: Problems) -> Problems {
        let mut placed = Problems::default();
        for FieldError { field: whole, message } in problems.0 {
            let field = self.place(&whole);
            let message = match self.kind_of(&field) {
                Some(Kind::Conditions) => of_condition(&whole[field.len()..], message),
                Some(_) | None => message,
            };
            let told = placed.0.iter_mut().find(|told| told.field == field);
            match told.filter(|_| self.kind_of(&field) == Some(Kind::Conditions)) {
                Some(told) => {
                    told.message.push_str("; ");
                    told.message.push_str(&message);
                }
                None => placed.push(field, message),
            }
        }
        placed
    }

    /// The field that holds a path: `targeting[0].values` for `targeting[0].values[2]`.
    fn place(&self, whole: &str) -> String {
        let mut shorter = whole;
        loop {
            if self.has(shorter) {
                return shorter.to_owned();
            }
            match shorter.rfind(['.', '[']) {
                Some(end) => shorter = &shorter[..end],
                None => return self.within(whole).unwrap_or_else(|| whole.to_owned()),
            }
        }
    }

    /// The first field of a part of the document: `payout.type` for `payout`.
    fn within(&self, part: &str) -> Option<String> {
        let is_within = |name: &&str| name.strip_prefix(part).is_some_and(|rest| rest.starts_with('.'));
        self.entries.iter().map(|Entry(name, _)| *name).find(is_within).map(str::to_owned)
    }

    /// The places of a list's rows in a form, with some to spare. `rows` is the list's path, such as `caps` or
    /// `rules[2].to.offers`.
    #[must_use]
    pub fn places(&self, form: &Form, rows: &str, spare: usize) -> Range<usize> {
        0..count(form, rows) + spare
    }

    /// Whether it has a field of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.kind_of(name).is_some()
    }

    /// What the field of this name holds; none where there is no such field.
    fn kind_of(&self, name: &str) -> Option<Kind> {
        let of_rows = |rows: &Rows| rows.kind_of(rows.name, name);
        kind_in(self.entries, name).or_else(|| self.rows.iter().find_map(of_rows))
    }
}

impl Rows {
    /// Adds the fields that show the rows in a document, or in a row of one; `at_path` is the list's path.
    fn show(&self, fields: &mut Vec<(String, String)>, at_path: &str, document: &Value, zone: Tz) {
        let stored = at(document, self.name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for (index, row) in stored.iter().enumerate() {
            for Entry(name, kind) in self.entries {
                kind.show(fields, &path(at_path, index, name), at(row, name), zone);
            }
            for part in self.parts {
                part.show(fields, &path(at_path, index, part.name), row, zone);
            }
        }
    }

    /// Adds the fields of the rows that are there, numbered from 0 under the path `to`.
    fn tidy(&self, fields: &mut Vec<(String, String)>, form: &Form, from: &str, to: &str) {
        let filled = (0..count(form, from)).filter(|index| self.is_filled(form, from, *index));
        for (place, index) in filled.enumerate() {
            let row = format!("{from}[{index}].");
            let is_of_part = |rest: &str| self.parts.iter().any(|part| index_of(part.name, rest).is_some());
            for (name, value) in form.fields() {
                if let Some(rest) = name.strip_prefix(&row).filter(|rest| !is_of_part(rest)) {
                    fields.push((path(to, place, rest), value.clone()));
                }
            }
            for part in self.parts {
                part.tidy(fields, form, &path(from, index, part.name), &path(to, place, part.name));
            }
        }
    }

    /// The rows of a tidy form.
    fn read(&self, problems: &mut Problems, form: &Form, at_path: &str, zone: Tz) -> Value {
        let rows = (0..count(form, at_path)).map(|index| {
            let mut row = Map::new();
            for Entry(name, kind) in self.entries {
                if let Some(value) = kind.read(problems, form, &path(at_path, index, name), zone) {
                    put(&mut row, name, value);
                }
            }
            for part in self.parts {
                let list = part.read(problems, form, &path(at_path, index, part.name), zone);
                put(&mut row, part.name, list);
            }
            Value::Object(row)
        });
        Value::Array(rows.collect())
    }

    /// What a field of the rows at a path holds; none where it is none of them.
    fn kind_of(&self, at_path: &str, name: &str) -> Option<Kind> {
        let (index, rest) = index_of(at_path, name)?;
        let of_part = |part: &Self| part.kind_of(&path(at_path, index, part.name), name);
        kind_in(self.entries, rest).or_else(|| self.parts.iter().find_map(of_part))
    }

    fn is_filled(&self, form: &Form, at_path: &str, index: usize) -> bool {
        let has_part = |part: &Self| {
            let list = path(at_path, index, part.name);
            (0..count(form, &list)).any(|place| part.is_filled(form, &list, place))
        };
        self.keys.iter().any(|key| !form.get(&path(at_path, index, key)).is_empty())
            || self.parts.iter().any(has_part)
    }
}

/// A message with the condition that it is about, from what stands behind the path of their field:
/// `[1].values[0]` is the second one, its first value.
fn of_condition(behind: &str, message: String) -> String {
    let Some((index, part)) = behind.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
        return message;
    };
    let place = |index: &str| index.parse().map_or(0, |index: usize| index + 1);
    let value = part.strip_prefix(".values[").and_then(|rest| rest.strip_suffix(']')).map(place);
    let value = value.map(|value| format!(", value {value}")).unwrap_or_default();
    format!("condition {}{value}: {message}", place(index))
}

fn kind_in(entries: &[Entry], name: &str) -> Option<Kind> {
    entries.iter().find(|Entry(entry, _)| *entry == name).map(|Entry(_, kind)| *kind)
}

/// How many rows a form has of a list, empty ones included.
fn count(form: &Form, rows: &str) -> usize {
    let indexes = form.fields().iter().filter_map(|(name, _)| index_of(rows, name));
    indexes.map(|(index, _)| index + 1).max().unwrap_or(0)
}

fn path(rows: &str, index: usize, name: &str) -> String {
    format!("{rows}[{index}].{name}")
}

/// The row and the field in it of a name such as `caps[0].limit`.
fn index_of<'a>(rows: &str, name: &'a str) -> Option<(usize, &'a str)> {
    let (index, rest) = name.strip_prefix(rows)?.strip_prefix('[')?.split_once("].")?;
    index.parse().ok().filter(|index| *index < MOST_ROWS).map(|index| (index, rest))
}

fn at<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(document, |value, name| value.get(name)).filter(|value| !value.is_null())
}

fn put(document: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            document.insert(path.to_owned(), value);
        }
        Some((name, rest)) => {
            let inner = document.entry(name).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

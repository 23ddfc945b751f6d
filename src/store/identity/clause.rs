//! The conditions of a list that is read by hand-written SQL, with their parameters.

use crate::shared::{Page, SortBy, folded, pattern};
use domain::shared::NetworkId;
use sea_orm::Value;

/// Conditions that must all hold, and what they are compared with.
#[derive(Debug)]
pub struct Clause {
    sql: String,
    values: Vec<Value>,
}

impl Clause {
    /// The first condition, such as `network_id =`.
    pub fn new(condition: &str, value: impl Into<Value>) -> Self {
        Self { sql: format!(" WHERE {condition} $1"), values: vec![value.into()] }
    }

    /// One more condition, where there is a value for it.
    pub fn and<T: Into<Value>>(mut self, condition: &str, value: Option<T>) -> Self {
        if let Some(value) = value {
            self.values.push(value.into());
            self.sql.push_str(&format!(" AND {condition} ${}", self.values.len()));
        }
        self
    }

    /// One more condition: a text, whose letters are folded already, holds a part.
    pub fn holding(mut self, text: &str, part: Option<&str>) -> Self {
        if let Some(part) = part {
            let (pattern, escape) = pattern(&folded(part));
            self.values.push(pattern.into());
            self.sql.push_str(&format!(" AND {text} LIKE ${} ESCAPE '{escape}'", self.values.len()));
        }
        self
    }

    /// As [`Self::stretch`] of a table, in an order.
    pub fn stretch_by(
        self,
        (head, table): (&str, &str),
        and: &str,
        page: Page,
        (network, sort): (NetworkId, Option<SortBy>),
    ) -> (String, Vec<Value>) {
        let Some(sort) = sort else { return self.stretch(head, and, page) };
        let behind = page.before.map(|last| format!(" AND {}", sort.behind(network, table, and, last)));
        let (column, order) = (sort.column, sort.order());
        let behind = behind.unwrap_or_default();
        let tail = format!("{and}{behind} ORDER BY {column} {order}, id {order} LIMIT {}", page.limit);
        self.statement(head, &tail)
    }

    /// The statement of a stretch of the rows, newest first, and its parameters. `and` is a further condition
    /// with its own `AND`, or empty.
    pub fn stretch(self, head: &str, and: &str, page: Page) -> (String, Vec<Value>) {
        let tail = format!("{and} ORDER BY id DESC LIMIT {}", page.limit);
        self.and("id <", page.before).statement(head, &tail)
    }

    /// The whole statement and its parameters.
    pub fn statement(self, head: &str, tail: &str) -> (String, Vec<Value>) {
        (format!("{head}{}{tail}", self.sql), self.values)
    }
}

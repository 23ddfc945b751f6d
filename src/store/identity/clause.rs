//! The conditions of a list that is read by hand-written SQL, with their parameters.

use crate::shared::Page;
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

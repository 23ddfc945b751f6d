//! What can go wrong in the store: four kinds, each with one answer further out.

use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such row in this network. Answered with 404.
    #[error("not found")]
    Missing,
    /// A value that must be unique, or still fit, does not; the field is named. Answered with 409.
    #[error("{field}: {message}")]
    Conflict { field: String, message: String },
    /// The database did not answer in time. Answered with 503.
    #[error("the database did not answer in time")]
    Timeout,
    /// Anything else that the database or the disk said. Answered with 500 and logged.
    #[error("{0}")]
    Broken(String),
}

impl Error {
    /// A conflict at `field`.
    pub fn conflict(field: &str, message: impl Into<String>) -> Self {
        Self::Conflict { field: field.to_owned(), message: message.into() }
    }

    /// Whether it is the connection that failed, so that the same may work later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Timeout => true,
            Self::Missing | Self::Conflict { .. } | Self::Broken(_) => false,
        }
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(what)) => {
                return Self::conflict(unique_field(&what), "is taken already");
            }
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => return Self::Missing,
            Some(_) | None => {}
        }
        match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::Timeout,
            DbErr::Query(RuntimeErr::SqlxError(inner)) | DbErr::Exec(RuntimeErr::SqlxError(inner)) => {
                of_sqlx(inner)
            }
            _ => Self::Broken(error.to_string()),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        of_sqlx(&error)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Broken(format!("a stored document does not read: {error}"))
    }
}

fn of_sqlx(error: &sqlx::Error) -> Error {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => Error::Timeout,
        sqlx::Error::RowNotFound => Error::Missing,
        // 57P01..57P03: the server is going down or coming up.
        sqlx::Error::Database(inner) if inner.code().is_some_and(|code| code.starts_with("57P")) => {
            Error::Timeout
        }
        other => Error::Broken(other.to_string()),
    }
}

/// The column that a message such as `UNIQUE constraint failed: users.email` or
/// `… "users_email_key"` is about.
fn unique_field(message: &str) -> &str {
    ["email", "host", "code", "name", "partner_id"]
        .into_iter()
        .find(|field| message.contains(field))
        .unwrap_or("id")
}

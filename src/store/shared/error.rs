//! What can go wrong in the store: five kinds, each with one answer further out.

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
    /// These values can't be stored or read back, whenever it is tried. Answered with 500 and logged.
    #[error("{0}")]
    Refused(String),
    /// The database did not answer in time, or can't do it at the moment. Answered with 503.
    #[error("the database does not answer, or can't at the moment")]
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

    /// Whether it is about what was to be written, so that the same fails whenever it is tried. Of what is
    /// merely broken nobody knows: that waits for somebody who mends it.
    #[must_use]
    pub fn is_for_good(&self) -> bool {
        match self {
            Self::Missing | Self::Conflict { .. } | Self::Refused(_) => true,
            Self::Timeout | Self::Broken(_) => false,
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
        Self::Refused(format!("a stored document does not read: {error}"))
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
        sqlx::Error::Database(inner) => of_code(&inner.code().unwrap_or_default(), error),
        sqlx::Error::Encode(_) | sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => {
            Error::Refused(error.to_string())
        }
        other => Error::Broken(other.to_string()),
    }
}

/// By what the database calls it: five characters on PostgreSQL, a number of at most four digits on SQLite.
fn of_code(code: &str, error: &sqlx::Error) -> Error {
    let (passes, is_refused) = match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => of_sqlite(number),
        Ok(_) | Err(_) => of_postgres(code),
    };
    if passes {
        tracing::debug!(%error, code, "the database can't at the moment");
        return Error::Timeout;
    }
    if is_refused { Error::Refused(error.to_string()) } else { Error::Broken(error.to_string()) }
}

/// Whether it passes, and whether the values are refused. The low byte is the primary code.
fn of_sqlite(code: u32) -> (bool, bool) {
    match code & 0xff {
        // BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL.
        5..=10 | 13..=15 => (true, false),
        // TOOBIG, CONSTRAINT, MISMATCH.
        18..=20 => (false, true),
        _ => (false, false),
    }
}

/// The same by the class of a SQLSTATE (the PostgreSQL manual's appendix A).
fn of_postgres(code: &str) -> (bool, bool) {
    // A standby, or a database that was set to read only: somebody sets it back.
    if code == "25006" {
        return (true, false);
    }
    match code.get(..2).unwrap_or_default() {
        // Connection, rollback (deadlock, serialisation), resources, state, operator, system.
        "08" | "40" | "53" | "55" | "57" | "58" => (true, false),
        // Cardinality, data, integrity, limits of the program.
        "21" | "22" | "23" | "54" => (false, true),
        _ => (false, false),
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

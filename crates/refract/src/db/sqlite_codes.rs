//! Errors of SQLite, classified by extended result code.

use sea_orm::sqlx;

use crate::query::sql::FAILED_CHECK;

use super::{DbError, DbErrorKind, Origin, ServerMessage};

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        let sqlx::Error::Database(found) = &error else {
            return match error {
                sqlx::Error::PoolTimedOut
                | sqlx::Error::Io(_)
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed => Self::caused_by(DbErrorKind::Unavailable, error),
                // Other errors may quote the value that they failed to decode.
                _ => Self::caused_by(
                    DbErrorKind::Unexpected,
                    "the driver could not read an answer",
                ),
            };
        };
        let code = found.code().map(|code| code.into_owned());
        let number = code.as_deref().and_then(|code| code.parse().ok());
        let message = found.message();
        let kind = kind_of_sqlite_code(number.unwrap_or_default(), message);
        let is_raised = number == Some(CONSTRAINT_TRIGGER) && kind == DbErrorKind::CheckViolation;
        // SQLite names the columns of a constraint only in its message: "UNIQUE constraint failed:
        // User.email, User.name". A trigger's message names none.
        let named = message
            .split_once("constraint failed: ")
            .map(|(_, names)| names)
            .filter(|_| !is_raised);
        let columns = named.into_iter().flat_map(|names| names.split(", "));
        let is_check = kind == DbErrorKind::CheckViolation;
        Self {
            kind,
            code: match kind {
                // The SQLSTATE of PL/pgSQL's `RAISE`.
                DbErrorKind::CheckViolation if is_raised => Some(RAISED.to_owned()),
                DbErrorKind::Busy => None,
                _ => code,
            },
            constraint: named.filter(|_| is_check).map(Box::from),
            table: named
                .filter(|_| !is_check)
                .and_then(|names| names.split_once('.'))
                .map(|(table, _)| table.to_owned()),
            columns: columns
                .filter_map(|name| name.rsplit_once('.'))
                .map(|(_, column)| column.to_owned())
                .collect(),
            origin: Origin::Statement,
            server_message: is_raised.then(|| {
                Box::new(ServerMessage {
                    message: message.to_owned(),
                    detail: None,
                    hint: None,
                })
            }),
            unsent: false,
            source: None,
        }
    }
}

impl DbError {
    /// Whether SQLite reports that its file was replaced or is damaged. Its connection cannot be
    /// used then.
    pub(super) fn breaks_sqlite_connection(&self) -> bool {
        let primary = self.sqlite_code().map(|code| code & 0xff);
        // READONLY, IOERR, CORRUPT, CANTOPEN, NOTADB.
        matches!(primary, Some(8 | 10 | 11 | 14 | 26))
    }

    /// Whether another file has taken the place of SQLite's. Nothing was written.
    pub(super) fn is_of_moved_file(&self) -> bool {
        self.sqlite_code() == Some(READONLY_DBMOVED)
    }

    fn sqlite_code(&self) -> Option<u32> {
        // SQLSTATEs have five characters, and may have only digits.
        let code = self.code.as_deref().filter(|code| code.len() < 5)?;
        code.parse().ok()
    }
}

/// The code of errors that triggers raise. Foreign keys with `RESTRICT` also use it, with a fixed
/// message, because SQLite implements them as triggers (`fkActionTrigger` in its `fkey.c`).
const CONSTRAINT_TRIGGER: u32 = 1811;

const READONLY_DBMOVED: u32 = 1032;

/// The SQLSTATE of errors that triggers raise.
pub const RAISED: &str = "P0001";

/// Result codes: <https://sqlite.org/rescode.html>. Where one code has several meanings, SQLite's
/// own message decides.
fn kind_of_sqlite_code(code: u32, message: &str) -> DbErrorKind {
    match code {
        1 => kind_of_sqlite_error(message),
        2067 | 1555 | 2579 => DbErrorKind::UniqueViolation,
        787 => DbErrorKind::ForeignKeyViolation,
        CONSTRAINT_TRIGGER if message == "FOREIGN KEY constraint failed" => {
            DbErrorKind::ForeignKeyViolation
        }
        CONSTRAINT_TRIGGER => DbErrorKind::CheckViolation,
        1299 => DbErrorKind::NotNullViolation,
        275 => DbErrorKind::CheckViolation,
        3091 => DbErrorKind::InvalidValue,
        // It is tried again on a connection to the new file.
        READONLY_DBMOVED => DbErrorKind::StalePlan,
        _ => match code & 0xff {
            3 | 23 => DbErrorKind::InsufficientPrivilege,
            // Rolled back because of another statement on the connection.
            4 => DbErrorKind::SerializationFailure,
            5 | 6 => DbErrorKind::Busy,
            8 => DbErrorKind::ReadOnlyTransaction,
            9 => DbErrorKind::Timeout,
            7 | 10 | 11 | 13 | 14 | 26 => DbErrorKind::Unavailable,
            17 => DbErrorKind::StalePlan,
            18 | 20 | 25 => DbErrorKind::InvalidValue,
            _ => DbErrorKind::Unexpected,
        },
    }
}

/// SQLite's code 1 is the code of every error that has no other.
fn kind_of_sqlite_error(message: &str) -> DbErrorKind {
    const MISSING: [&str; 3] = ["no such table", "no such column", "has no column named"];
    const NOT_WRITABLE: [&str; 2] = ["because it is a view", "generated column"];
    // Limits of SQLite, and values that one of its functions refuses.
    const VALUES: [&str; 10] = [
        "too many SQL variables",
        "Expression tree is too large",
        "pattern too complex",
        "too many terms in compound SELECT",
        "parser stack overflow",
        "tables in a join",
        "string or blob too big",
        "malformed JSON",
        "JSON path",
        "integer overflow",
    ];
    let says = |words: &[&str]| words.iter().any(|words| message.contains(words));
    if message.contains(&FAILED_CHECK[1..]) {
        DbErrorKind::PolicyViolation
    } else if says(&MISSING) {
        DbErrorKind::SchemaMismatch
    } else if says(&NOT_WRITABLE) {
        DbErrorKind::NotWritable
    } else if says(&VALUES) {
        DbErrorKind::InvalidValue
    } else {
        DbErrorKind::Unexpected
    }
}

//! What the database said no with, by its own codes: SQLSTATE for PostgreSQL, extended result
//! codes for SQLite. The text of an error decides nothing and is shown to nobody: it may hold rows.

use std::fmt;

use sea_orm::sqlx;
use tokio_postgres::error::Severity;

/// A failure of the database.
///
/// `Display` and `source()` reach the log and Sentry: codes and names of the schema only.
#[derive(Debug)]
pub struct DbError {
    pub kind: DbErrorKind,
    /// SQLSTATE, or SQLite's extended result code.
    pub code: Option<String>,
    /// The broken constraint's name (PostgreSQL).
    pub constraint: Option<Box<str>>,
    /// The table the constraint is on.
    pub table: Option<String>,
    /// The columns concerned, where the database says.
    pub columns: Vec<String>,
    /// Where it arose, as far as the database says.
    pub arose: Arose,
    /// What the server said, for a front that shows it to the client.
    pub server_message: Option<Box<ServerMessage>>,
    /// The statement was never sent: the connection was not there, or broke before.
    unsent: bool,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Where in a statement an error arose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Arose {
    /// In the statement, or the database does not say.
    #[default]
    Statement,
    /// While the text of a parameter was read: the caller's value is at fault.
    Parameter,
    /// In a function or trigger of the app's own.
    Function,
}

/// The words of PostgreSQL, or of a trigger of SQLite's. They may quote rows, so that nothing logs them.
pub struct ServerMessage {
    pub message: String,
    pub detail: Option<String>,
    pub hint: Option<String>,
}

impl fmt::Debug for ServerMessage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("ServerMessage")
    }
}

/// What is known of a statement that failed. Whatever is to be done again asks this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The database has refused or undone it, or it was never sent.
    NothingHappened,
    /// It may have happened. It must not be sent again.
    Unknown,
}

/// What kind of failure it is, whichever database it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DbErrorKind {
    UniqueViolation,
    ForeignKeyViolation,
    NotNullViolation,
    CheckViolation,
    ExclusionViolation,
    /// A value that its type's input function refuses, or that is too long or out of range.
    InvalidValue,
    /// An expression of the database's own fails, such as a division by zero in a view, a default or
    /// a generated column: no statement of ours divides by what it is given.
    ExpressionFailed,
    /// A sequence has no more numbers.
    SequenceExhausted,
    /// Something that the database does not do, such as `RETURNING` on a table whose rules do
    /// something instead.
    NotSupported,
    /// A comparison or an order that the column's type does not have.
    NoOperator,
    /// A write that the row's own definition refuses: generated columns, views. Of a materialized
    /// view, that it has not been filled yet.
    NotWritable,
    SerializationFailure,
    /// Cancelled, or not answered in time.
    Timeout,
    InsufficientPrivilege,
    ReadOnlyTransaction,
    /// No connection, or the server is starting, stopping or full.
    Unavailable,
    /// More statements wait already than may.
    Overloaded,
    /// Another writer has had SQLite's file for longer than could be waited for. Nothing has happened.
    Busy,
    /// The connection broke before the answer.
    Interrupted,
    /// The connection broke, or nobody could wait any longer, after a write was sent: it may have
    /// happened or not.
    OutcomeUnknown,
    /// A prepared statement that the server no longer has, or whose columns have changed.
    StalePlan,
    /// A table, column or type that the database does not know, or not as the catalog has it.
    SchemaMismatch,
    /// Anything else: a bug here, or drift.
    Unexpected,
}

impl DbError {
    /// A fault that comes from Refract itself.
    pub fn of(kind: DbErrorKind) -> Self {
        Self {
            kind,
            code: None,
            constraint: None,
            table: None,
            columns: Vec::new(),
            arose: Arose::Statement,
            server_message: None,
            unsent: false,
            source: None,
        }
    }

    /// No connection could be had. Whatever the server said about that names hosts, roles and
    /// databases, and is about no statement: only its code is kept, for the log.
    pub(super) fn of_connecting(error: tokio_postgres::Error) -> Self {
        let code = error.code().map(|code| code.code().to_owned());
        let source = code.is_none().then(|| error.into());
        Self {
            code,
            source,
            unsent: true,
            ..Self::of(DbErrorKind::Unavailable)
        }
    }

    /// The same with its cause.
    pub fn caused_by(
        kind: DbErrorKind,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::of(kind)
        }
    }

    /// The same fault with another cause.
    pub fn because(self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..self
        }
    }

    /// The same fault, seen as another kind by whoever knows what was going on.
    pub fn with_kind(self, kind: DbErrorKind) -> Self {
        Self { kind, ..self }
    }

    /// The same fault, met in a transaction that was begun for reading: there the server refuses what
    /// the read has called and would write. Elsewhere it says that it takes no writes at all.
    pub(super) fn while_reading(self) -> Self {
        match self.kind {
            DbErrorKind::ReadOnlyTransaction => self.with_kind(DbErrorKind::InsufficientPrivilege),
            _ => self,
        }
    }

    /// Whether a transaction was undone because of others at the same time, or because a statement
    /// was not there as it was: it may do better when begun anew.
    pub fn lost_race(&self) -> bool {
        matches!(
            self.kind,
            DbErrorKind::SerializationFailure | DbErrorKind::StalePlan
        )
    }

    /// The same fault, met before the statement was sent: a connection that broke by then took
    /// nothing with it.
    pub(super) fn before_sending(self) -> Self {
        let kind = match self.kind {
            DbErrorKind::Interrupted => DbErrorKind::Unavailable,
            kind => kind,
        };
        Self {
            kind,
            unsent: true,
            ..self
        }
    }

    /// Whether the statement was never sent.
    pub(super) fn is_unsent(&self) -> bool {
        self.unsent
    }

    /// Whether the server is there and takes no more connections.
    pub(super) fn is_full(&self) -> bool {
        self.unsent
            && self
                .code
                .as_deref()
                .is_some_and(|code| code.starts_with("53"))
    }

    /// What is known of the statement that failed.
    pub fn outcome(&self) -> Outcome {
        if self.unsent {
            return Outcome::NothingHappened;
        }
        match (self.kind, &self.code) {
            (DbErrorKind::Interrupted | DbErrorKind::OutcomeUnknown, _) => Outcome::Unknown,
            // Nobody waited for the answer, or it could not be read.
            (
                DbErrorKind::Timeout | DbErrorKind::Unexpected | DbErrorKind::SchemaMismatch,
                None,
            ) => Outcome::Unknown,
            _ => Outcome::NothingHappened,
        }
    }

    /// Whether the server itself has refused the statement, so that nothing has happened and
    /// another one may do better. A server that is too busy or too slow refuses nothing.
    pub fn is_refusal(&self) -> bool {
        self.is_answer()
            && self.outcome() == Outcome::NothingHappened
            && !matches!(self.kind, DbErrorKind::Timeout | DbErrorKind::Overloaded)
    }

    /// Whether the server has answered, though with a refusal.
    pub fn is_answer(&self) -> bool {
        self.code.is_some()
            && self.kind != DbErrorKind::OutcomeUnknown
            && !self.is_connection_lost()
    }

    /// Whether it says something about the connection or the server and nothing about the
    /// statement: a read may do better on another connection, or a moment later.
    pub(super) fn is_passing(&self) -> bool {
        self.is_connection_lost() || self.kind == DbErrorKind::SerializationFailure
    }

    /// Whether the statement never reached the database or its connection is gone.
    pub fn is_connection_lost(&self) -> bool {
        matches!(
            self.kind,
            DbErrorKind::Unavailable | DbErrorKind::Interrupted
        )
    }
}

impl From<tokio_postgres::Error> for DbError {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(found) = error.as_db_error() else {
            let kind = if error.is_closed()
                || std::error::Error::source(&error)
                    .is_some_and(|source| source.is::<std::io::Error>())
            {
                DbErrorKind::Interrupted
            } else {
                DbErrorKind::Unexpected
            };
            // Without a `DbError` the text is the driver's own: no rows, no SQL.
            return Self::caused_by(kind, error);
        };
        let code = found.code().code();
        let arose = found.where_().map_or(Arose::Statement, arose);
        // Older servers send severities in their own language only.
        let is_error = found
            .parsed_severity()
            .is_none_or(|severity| severity == Severity::Error);
        Self {
            kind: match (class_of_sqlstate(code), arose) {
                _ if !is_error || tells_no_outcome(code) => DbErrorKind::Interrupted,
                (DbErrorKind::Unexpected, _) if found.routine() == Some(RAISE) => {
                    DbErrorKind::CheckViolation
                }
                (DbErrorKind::SchemaMismatch, _) if found.routine() == Some(CONDITION) => {
                    DbErrorKind::NoOperator
                }
                (DbErrorKind::Unexpected, _) if is_of_a_reader(found) => DbErrorKind::InvalidValue,
                (DbErrorKind::NotSupported, _) if is_stale_plan(found) => DbErrorKind::StalePlan,
                // What fails in a trigger's own code is its way of saying no.
                (DbErrorKind::InvalidValue | DbErrorKind::ExpressionFailed, Arose::Function) => {
                    DbErrorKind::CheckViolation
                }
                (kind, _) => kind,
            },
            arose,
            code: Some(code.to_owned()),
            constraint: found.constraint().map(Box::from),
            table: found.table().map(str::to_owned),
            columns: found.column().map(str::to_owned).into_iter().collect(),
            server_message: Some(Box::new(ServerMessage {
                message: found.message().to_owned(),
                detail: found.detail().map(str::to_owned),
                hint: found.hint().map(str::to_owned),
            })),
            unsent: false,
            source: None,
        }
    }
}

/// An error in the text of a value, or in SQL: which of them, only whoever prepares it can know.
pub(super) const SYNTAX_ERROR: &str = "42601";

/// PostgreSQL's function for PL/pgSQL's `RAISE`, which may give an error any code.
const RAISE: &str = "exec_stmt_raise";

/// Codes that say that a connection is gone, not what became of the statement: poolers answer with
/// class 08 for a server that they have lost, CockroachDB with 40003 for a commit.
fn tells_no_outcome(code: &str) -> bool {
    code.starts_with("08") || code == "40003"
}

/// Codes with which a session of PostgreSQL ends itself between two statements, or in the middle of
/// one that it has undone: an administrator or a standby ends it, it was idle for too long, it takes
/// no more sessions.
pub(super) fn ends_session(code: &str) -> bool {
    matches!(
        code,
        "57P01" | "57P03" | "57P04" | "57P05" | "25P03" | "25P04" | "40001" | "40P01" | "53300"
    )
}

/// Whether a statement was refused because it was prepared before the schema changed, and not for
/// what it asks: both have the same SQLSTATE.
fn is_stale_plan(error: &tokio_postgres::error::DbError) -> bool {
    // CockroachDB has other routines, and no other languages.
    error.routine() == Some("RevalidateCachedQuery")
        || error.message() == "cached plan must not change result type"
}

/// Reads the context of an error, innermost line first. Its words are of the server's language; what
/// they cite is not: `unnamed portal parameter $1`, `PL/pgSQL function f() line 1 at RAISE`.
fn arose(context: &str) -> Arose {
    let outermost = context.lines().last().unwrap_or_default();
    let mut cited = outermost.split('$').skip(1);
    let cites_parameter = !outermost.contains('"')
        && cited.any(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    if cites_parameter {
        Arose::Parameter
    } else if context.contains("PL/") {
        Arose::Function
    } else {
        Arose::Statement
    }
}

/// PostgreSQL's function that wants a condition to be true or false: `&&` of two `tsquery` is a third,
/// `<<` of bits are bits.
const CONDITION: &str = "coerce_to_boolean";

/// Whether what reads the text of a value has called its complaint an "internal error": `to_tsquery`
/// does of 100 `!` ("tsquery stack too small"), PostGIS of what is no geometry, the reader of a
/// statement of a cast to `unknown`.
fn is_of_a_reader(found: &tokio_postgres::error::DbError) -> bool {
    const READERS: [&str; 4] = [
        "tsquery.c",
        "tsvector.c",
        "tsvector_parser.c",
        "lwgeom_pg.c",
    ];
    found.code().code() == "XX000"
        && found
            .file()
            .is_some_and(|file| READERS.contains(&file) || file.starts_with("parse_"))
}

/// PostgreSQL documentation, appendix A.
pub(super) fn class_of_sqlstate(code: &str) -> DbErrorKind {
    match code {
        // 21000: one statement was to merge two rows into one, their keys being two spellings of it.
        "23505" | "21000" => DbErrorKind::UniqueViolation,
        "23503" | "23001" => DbErrorKind::ForeignKeyViolation,
        "23502" => DbErrorKind::NotNullViolation,
        "23514" | "44000" | "23000" => DbErrorKind::CheckViolation,
        "23P01" => DbErrorKind::ExclusionViolation,
        // None, or several that a text might be meant for.
        "42883" | "42725" | "42846" => DbErrorKind::NoOperator,
        // Some input functions call it a syntax error: those of `tsvector`, `tsquery`, `jsonpath`.
        SYNTAX_ERROR => DbErrorKind::InvalidValue,
        "428C9" | "55000" => DbErrorKind::NotWritable,
        "40001" | "40P01" => DbErrorKind::SerializationFailure,
        "57014" | "25P03" | "55P03" => DbErrorKind::Timeout,
        "42501" => DbErrorKind::InsufficientPrivilege,
        "25006" => DbErrorKind::ReadOnlyTransaction,
        // Undefined schema, table, column, type; another type; no key to tell conflicts by.
        "3F000" | "42P01" | "42703" | "42704" | "42804" | "42P10" => DbErrorKind::SchemaMismatch,
        "0A000" => DbErrorKind::NotSupported,
        "26000" => DbErrorKind::StalePlan,
        "2200H" => DbErrorKind::SequenceExhausted,
        "22012" => DbErrorKind::ExpressionFailed,
        "57P01" | "57P02" | "57P03" | "57P04" | "57P05" => DbErrorKind::Unavailable,
        _ => match &code[..code.len().min(2)] {
            "08" | "53" | "28" | "3D" => DbErrorKind::Unavailable,
            // 54: a limit that a value exceeds, such as the size of an entry of an index.
            "22" | "54" => DbErrorKind::InvalidValue,
            // What triggers and functions raise, in PL/pgSQL and in other languages.
            "P0" | "09" | "27" | "2F" | "38" | "39" => DbErrorKind::CheckViolation,
            "58" => DbErrorKind::Unavailable,
            _ => DbErrorKind::Unexpected,
        },
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        let sqlx::Error::Database(found) = &error else {
            return match error {
                sqlx::Error::PoolTimedOut
                | sqlx::Error::Io(_)
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed => Self::caused_by(DbErrorKind::Unavailable, error),
                // Others may quote what they failed to decode.
                _ => Self::caused_by(
                    DbErrorKind::Unexpected,
                    "the driver could not read an answer",
                ),
            };
        };
        let code = found.code().map(|code| code.into_owned());
        let number = code.as_deref().and_then(|code| code.parse().ok());
        let message = found.message();
        let kind = class_of_sqlite_code(number.unwrap_or_default(), message);
        let is_raised = number == Some(CONSTRAINT_TRIGGER) && kind == DbErrorKind::CheckViolation;
        // SQLite names the columns of a constraint in its message only:
        // "UNIQUE constraint failed: User.email, User.name". What a trigger says is no name.
        let named = message
            .split_once("constraint failed: ")
            .map(|(_, names)| names)
            .filter(|_| !is_raised);
        let columns = named.into_iter().flat_map(|names| names.split(", "));
        let is_check = kind == DbErrorKind::CheckViolation;
        Self {
            kind,
            code: match kind {
                // As PostgreSQL codes what PL/pgSQL raises.
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
            arose: Arose::Statement,
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
    /// Whether SQLite says that its file is not what it was: a connection to it is good for nothing.
    pub(super) fn breaks_sqlite_connection(&self) -> bool {
        let primary = self.sqlite_code().map(|code| code & 0xff);
        // READONLY, IOERR, CORRUPT, CANTOPEN, NOTADB.
        matches!(primary, Some(8 | 10 | 11 | 14 | 26))
    }

    /// Whether another file has taken the place of SQLite's; nothing was written.
    pub(super) fn is_of_moved_file(&self) -> bool {
        self.sqlite_code() == Some(READONLY_DBMOVED)
    }

    fn sqlite_code(&self) -> Option<u32> {
        // SQLSTATEs have five characters, of which some are digits only.
        let code = self.code.as_deref().filter(|code| code.len() < 5)?;
        code.parse().ok()
    }
}

/// What triggers raise, and foreign keys that act at once (`RESTRICT`), which SQLite makes triggers
/// of with a message of its own (its `fkey.c`, `fkActionTrigger`).
const CONSTRAINT_TRIGGER: u32 = 1811;

const READONLY_DBMOVED: u32 = 1032;

/// The SQLSTATE of what a trigger raises.
pub const RAISED: &str = "P0001";

/// <https://sqlite.org/rescode.html>. Only where one code stands for several things the words tell
/// them apart, which are SQLite's own there.
fn class_of_sqlite_code(code: u32, message: &str) -> DbErrorKind {
    match code {
        1 => class_of_sqlite_error(message),
        2067 | 1555 | 2579 => DbErrorKind::UniqueViolation,
        787 => DbErrorKind::ForeignKeyViolation,
        CONSTRAINT_TRIGGER if message == "FOREIGN KEY constraint failed" => {
            DbErrorKind::ForeignKeyViolation
        }
        CONSTRAINT_TRIGGER => DbErrorKind::CheckViolation,
        1299 => DbErrorKind::NotNullViolation,
        275 => DbErrorKind::CheckViolation,
        3091 => DbErrorKind::InvalidValue,
        // To be done again on a connection to the file that is there now.
        READONLY_DBMOVED => DbErrorKind::StalePlan,
        _ => match code & 0xff {
            3 | 23 => DbErrorKind::InsufficientPrivilege,
            // Undone because of another statement on the connection.
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

/// SQLite's code 1 is that of anything without a code of its own.
fn class_of_sqlite_error(message: &str) -> DbErrorKind {
    const MISSING: [&str; 3] = ["no such table", "no such column", "has no column named"];
    const NOT_WRITABLE: [&str; 2] = ["because it is a view", "generated column"];
    // Limits of SQLite's, and values that one of its functions refuses.
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
    if says(&MISSING) {
        DbErrorKind::SchemaMismatch
    } else if says(&NOT_WRITABLE) {
        DbErrorKind::NotWritable
    } else if says(&VALUES) {
        DbErrorKind::InvalidValue
    } else {
        DbErrorKind::Unexpected
    }
}

impl fmt::Display for DbError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", self.kind)?;
        if let Some(code) = &self.code {
            write!(out, ", code {code}")?;
        }
        if let Some(constraint) = &self.constraint {
            write!(out, ", constraint {constraint}")?;
        }
        if let Some(table) = &self.table {
            write!(out, ", table {table}")?;
        }
        Ok(())
    }
}

impl std::error::Error for DbError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::{Arose, arose};

    #[test]
    fn a_context_tells_where_an_error_arose_in_any_language() {
        for (context, expected) in [
            ("unnamed portal parameter $1", Arose::Parameter),
            ("Parameter $12 von unbenanntem Portal", Arose::Parameter),
            (
                "JSON data, line 1: {\"a\":...\nunnamed portal parameter $3",
                Arose::Parameter,
            ),
            (
                "PL/pgSQL function read_code() line 2 at PERFORM",
                Arose::Function,
            ),
            (
                "SQL statement \"SELECT $1::integer\"\nPL/pgSQL-Funktion f() Zeile 1 bei PERFORM",
                Arose::Function,
            ),
            ("SQL function \"f\" statement 1", Arose::Statement),
            ("", Arose::Statement),
        ] {
            assert_eq!(arose(context), expected, "{context}");
        }
    }
}

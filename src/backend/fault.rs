//! What the database said no with, by its own codes: SQLSTATE for PostgreSQL, extended result
//! codes for SQLite. The text of an error decides nothing and is shown to nobody: it may hold rows.

use std::fmt;

use sea_orm::sqlx;

/// A failure of the database.
///
/// `Display` and `source()` reach the log and Sentry: codes and names of the schema only.
#[derive(Debug)]
pub struct Fault {
    pub class: Class,
    /// SQLSTATE, or SQLite's extended result code.
    pub code: Option<String>,
    /// The broken constraint's name (PostgreSQL).
    pub constraint: Option<Box<str>>,
    /// The table the constraint is on.
    pub table: Option<String>,
    /// The columns concerned, where the database says.
    pub columns: Vec<String>,
    /// What the server said, for a front that shows it to the client.
    pub told: Option<Box<Told>>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// PostgreSQL's own words. They may quote rows, so that nothing logs them.
pub struct Told {
    pub message: String,
    pub detail: Option<String>,
    pub hint: Option<String>,
}

impl fmt::Debug for Told {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Told")
    }
}

/// What kind of failure it is, whichever database it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    UniqueViolation,
    ForeignKeyViolation,
    NotNullViolation,
    CheckViolation,
    ExclusionViolation,
    /// A value that its type's input function refuses, or that is too long or out of range.
    InvalidValue,
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

impl Fault {
    /// A fault that comes from Refract itself.
    pub fn of(class: Class) -> Self {
        Self {
            class,
            code: None,
            constraint: None,
            table: None,
            columns: Vec::new(),
            told: None,
            source: None,
        }
    }

    /// The same with its cause.
    pub fn caused_by(
        class: Class,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::of(class)
        }
    }

    /// The same fault, seen as another class by whoever knows what was going on.
    pub fn with_class(self, class: Class) -> Self {
        Self { class, ..self }
    }

    /// Whether a transaction was undone because of others at the same time, or because a statement
    /// was not there as it was: it may do better when begun anew.
    pub fn lost_race(&self) -> bool {
        matches!(self.class, Class::SerializationFailure | Class::StalePlan)
    }

    /// Whether the server has answered, though with a refusal.
    pub fn is_answer(&self) -> bool {
        self.code.is_some() && !self.is_connection_lost()
    }

    /// Whether the statement never reached the database or its connection is gone.
    pub fn is_connection_lost(&self) -> bool {
        matches!(self.class, Class::Unavailable | Class::Interrupted)
    }
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(found) = error.as_db_error() else {
            let class = if error.is_closed()
                || std::error::Error::source(&error)
                    .is_some_and(|source| source.is::<std::io::Error>())
            {
                Class::Interrupted
            } else {
                Class::Unexpected
            };
            // Without a `DbError` the text is the driver's own: no rows, no SQL.
            return Self::caused_by(class, error);
        };
        let code = found.code().code();
        Self {
            class: match class_of_sqlstate(code) {
                Class::Unexpected if found.routine() == Some(RAISE) => Class::CheckViolation,
                Class::SchemaMismatch if found.routine() == Some(CONDITION) => Class::NoOperator,
                Class::Unexpected if is_of_a_reader(found) => Class::InvalidValue,
                class => class,
            },
            code: Some(code.to_owned()),
            constraint: found.constraint().map(Box::from),
            table: found.table().map(str::to_owned),
            columns: found.column().map(str::to_owned).into_iter().collect(),
            told: Some(Box::new(Told {
                message: found.message().to_owned(),
                detail: found.detail().map(str::to_owned),
                hint: found.hint().map(str::to_owned),
            })),
            source: None,
        }
    }
}

/// An error in the text of a value, or in SQL: which of them, only whoever prepares it can know.
pub(super) const SYNTAX_ERROR: &str = "42601";

/// PostgreSQL's function for PL/pgSQL's `RAISE`, which may give an error any code.
const RAISE: &str = "exec_stmt_raise";

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
fn class_of_sqlstate(code: &str) -> Class {
    match code {
        // 21000: one statement was to merge two rows into one, their keys being two spellings of it.
        "23505" | "21000" => Class::UniqueViolation,
        "23503" | "23001" => Class::ForeignKeyViolation,
        "23502" => Class::NotNullViolation,
        "23514" | "44000" | "23000" => Class::CheckViolation,
        "23P01" => Class::ExclusionViolation,
        // None, or several that a text might be meant for.
        "42883" | "42725" | "42846" => Class::NoOperator,
        // Some input functions call it a syntax error: those of `tsvector`, `tsquery`, `jsonpath`.
        SYNTAX_ERROR => Class::InvalidValue,
        "428C9" | "55000" => Class::NotWritable,
        "40001" | "40P01" => Class::SerializationFailure,
        "57014" | "25P03" | "55P03" => Class::Timeout,
        "42501" => Class::InsufficientPrivilege,
        "25006" => Class::ReadOnlyTransaction,
        // Undefined schema, table, column, type; another type; no key to tell conflicts by.
        "3F000" | "42P01" | "42703" | "42704" | "42804" | "42P10" => Class::SchemaMismatch,
        "0A000" | "26000" => Class::StalePlan,
        "57P01" | "57P02" | "57P03" | "57P04" | "57P05" => Class::Unavailable,
        _ => match &code[..code.len().min(2)] {
            "08" | "53" | "28" | "3D" => Class::Unavailable,
            // 54: a limit that a value exceeds, such as the size of an entry of an index.
            "22" | "54" => Class::InvalidValue,
            // What triggers and functions raise, in PL/pgSQL and in other languages.
            "P0" | "09" | "27" | "2F" | "38" | "39" => Class::CheckViolation,
            "58" => Class::Unavailable,
            _ => Class::Unexpected,
        },
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        let sqlx::Error::Database(found) = &error else {
            return match error {
                sqlx::Error::PoolTimedOut
                | sqlx::Error::Io(_)
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed => Self::caused_by(Class::Unavailable, error),
                // Others may quote what they failed to decode.
                _ => Self::caused_by(Class::Unexpected, "the driver could not read an answer"),
            };
        };
        let code = found.code().map(|code| code.into_owned());
        // SQLite names the columns of a constraint in its message only:
        // "UNIQUE constraint failed: User.email, User.name".
        let named = found
            .message()
            .split_once("constraint failed: ")
            .map(|(_, names)| names);
        let columns = named.into_iter().flat_map(|names| names.split(", "));
        let class = code
            .as_deref()
            .map_or(Class::Unexpected, class_of_sqlite_code);
        let is_check = class == Class::CheckViolation;
        Self {
            class,
            code,
            constraint: named.filter(|_| is_check).map(Box::from),
            table: named
                .filter(|_| !is_check)
                .and_then(|names| names.split_once('.'))
                .map(|(table, _)| table.to_owned()),
            columns: columns
                .filter_map(|name| name.rsplit_once('.'))
                .map(|(_, column)| column.to_owned())
                .collect(),
            told: None,
            source: None,
        }
    }
}

/// <https://sqlite.org/rescode.html>.
fn class_of_sqlite_code(code: &str) -> Class {
    let Ok(code) = code.parse::<u32>() else {
        return Class::Unexpected;
    };
    match code {
        2067 | 1555 | 2579 => Class::UniqueViolation,
        787 | 1811 => Class::ForeignKeyViolation,
        1299 => Class::NotNullViolation,
        275 => Class::CheckViolation,
        3091 => Class::InvalidValue,
        _ => match code & 0xff {
            5 | 6 => Class::Unavailable,
            8 => Class::ReadOnlyTransaction,
            9 => Class::Timeout,
            10 | 11 | 13 | 14 => Class::Unavailable,
            18 | 20 | 25 => Class::InvalidValue,
            _ => Class::Unexpected,
        },
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", self.class)?;
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

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

//! Errors of PostgreSQL, classified by SQLSTATE.

use tokio_postgres::error::Severity;

use crate::query::sql::FAILED_CHECK;

use super::{DbError, DbErrorKind, Origin, ServerMessage};

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
            // Without a `DbError`, the text is the driver's own, which has neither rows nor SQL.
            return Self::caused_by(kind, error);
        };
        let code = found.code().code();
        let origin = found.where_().map_or(Origin::Statement, origin_of);
        // Older servers send the severity only in their own language.
        let is_error = found
            .parsed_severity()
            .is_none_or(|severity| severity == Severity::Error);
        Self {
            kind: match (kind_of_sqlstate(code), origin) {
                _ if !is_error || tells_no_outcome(code) => DbErrorKind::Interrupted,
                (DbErrorKind::Unexpected, _) if found.routine() == Some(RAISE) => {
                    DbErrorKind::CheckViolation
                }
                (DbErrorKind::SchemaMismatch, _) if found.routine() == Some(CONDITION) => {
                    DbErrorKind::NoOperator
                }
                (DbErrorKind::Unexpected, _) if is_of_a_reader(found) => DbErrorKind::InvalidValue,
                (DbErrorKind::NotSupported, _) if is_stale_plan(found) => DbErrorKind::StalePlan,
                // An error in a trigger's code counts as the trigger's refusal.
                (DbErrorKind::InvalidValue, Origin::Statement)
                    if found.message().contains(FAILED_CHECK) =>
                {
                    DbErrorKind::PolicyViolation
                }
                (DbErrorKind::InvalidValue | DbErrorKind::ExpressionFailed, Origin::Function) => {
                    DbErrorKind::CheckViolation
                }
                (kind, _) => kind,
            },
            origin,
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

/// A syntax error in the text of a value, or in SQL. Only the code that prepares a statement can
/// tell which.
pub(super) const SYNTAX_ERROR: &str = "42601";

/// PostgreSQL's routine for PL/pgSQL's `RAISE`, which can use any code.
const RAISE: &str = "exec_stmt_raise";

/// Codes of a lost connection, which do not tell the outcome of the statement. Poolers use class 08
/// for a server that they have lost, and CockroachDB uses 40003 for a commit.
fn tells_no_outcome(code: &str) -> bool {
    code.starts_with("08") || code == "40003"
}

/// Codes with which PostgreSQL ends a session between two statements, or in a statement that it has
/// rolled back: terminated by an administrator or a standby, idle for too long, too many sessions.
pub(super) fn ends_session(code: &str) -> bool {
    matches!(
        code,
        "57P01" | "57P03" | "57P04" | "57P05" | "25P03" | "25P04" | "40001" | "40P01" | "53300"
    )
}

/// Whether a statement was refused because the schema has changed since it was prepared. Statements
/// that PostgreSQL does not support have the same SQLSTATE.
fn is_stale_plan(error: &tokio_postgres::error::DbError) -> bool {
    // CockroachDB has other routines, and only English messages.
    error.routine() == Some("RevalidateCachedQuery")
        || error.message() == "cached plan must not change result type"
}

/// Reads the context of an error, whose innermost line comes first. Its text is in the server's
/// language, and its quotations are not: `unnamed portal parameter $1`, `PL/pgSQL function f() line
/// 1 at RAISE`.
fn origin_of(context: &str) -> Origin {
    let outermost = context.lines().last().unwrap_or_default();
    let mut cited = outermost.split('$').skip(1);
    let cites_parameter = !outermost.contains('"')
        && cited.any(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    if cites_parameter {
        Origin::Parameter
    } else if context.contains("PL/") {
        Origin::Function
    } else {
        Origin::Statement
    }
}

/// PostgreSQL's routine that requires a boolean condition. `&&` of two `tsquery` is a `tsquery`,
/// and `<<` of bits gives bits.
const CONDITION: &str = "coerce_to_boolean";

/// Whether an input function has reported an invalid value as an internal error. `to_tsquery` does
/// for 100 `!` ("tsquery stack too small"), PostGIS for an invalid geometry, and PostgreSQL's
/// parser for a cast to `unknown`.
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
pub(super) fn kind_of_sqlstate(code: &str) -> DbErrorKind {
    match code {
        // 21000: one statement would merge two rows into the same row. Their keys are two spellings
        // of one value.
        "23505" | "21000" => DbErrorKind::UniqueViolation,
        "23503" | "23001" => DbErrorKind::ForeignKeyViolation,
        "23502" => DbErrorKind::NotNullViolation,
        "23514" | "44000" | "23000" => DbErrorKind::CheckViolation,
        "23P01" => DbErrorKind::ExclusionViolation,
        // No operator, or several that would fit.
        "42883" | "42725" | "42846" => DbErrorKind::NoOperator,
        // The input functions of `tsvector`, `tsquery` and `jsonpath` report a syntax error.
        SYNTAX_ERROR => DbErrorKind::InvalidValue,
        "428C9" | "55000" => DbErrorKind::NotWritable,
        "40001" | "40P01" => DbErrorKind::SerializationFailure,
        "57014" | "25P03" | "55P03" => DbErrorKind::Timeout,
        "42501" => DbErrorKind::InsufficientPrivilege,
        "25006" => DbErrorKind::ReadOnlyTransaction,
        // An undefined schema, table, column or type; another type; no key for `ON CONFLICT`.
        "3F000" | "42P01" | "42703" | "42704" | "42804" | "42P10" => DbErrorKind::SchemaMismatch,
        "0A000" => DbErrorKind::NotSupported,
        "26000" => DbErrorKind::StalePlan,
        "2200H" => DbErrorKind::SequenceExhausted,
        "22012" => DbErrorKind::ExpressionFailed,
        "57P01" | "57P02" | "57P03" | "57P04" | "57P05" => DbErrorKind::Unavailable,
        _ => match &code[..code.len().min(2)] {
            "08" | "53" | "28" | "3D" => DbErrorKind::Unavailable,
            // 54: a value exceeds a limit, such as the size of an index entry.
            "22" | "54" => DbErrorKind::InvalidValue,
            // Errors that triggers and functions raise, in PL/pgSQL and other languages.
            "P0" | "09" | "27" | "2F" | "38" | "39" => DbErrorKind::CheckViolation,
            "58" => DbErrorKind::Unavailable,
            _ => DbErrorKind::Unexpected,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Origin, origin_of};

    #[test]
    fn a_context_tells_where_an_error_arose_in_any_language() {
        for (context, expected) in [
            ("unnamed portal parameter $1", Origin::Parameter),
            ("Parameter $12 von unbenanntem Portal", Origin::Parameter),
            (
                "JSON data, line 1: {\"a\":...\nunnamed portal parameter $3",
                Origin::Parameter,
            ),
            (
                "PL/pgSQL function read_code() line 2 at PERFORM",
                Origin::Function,
            ),
            (
                "SQL statement \"SELECT $1::integer\"\nPL/pgSQL-Funktion f() Zeile 1 bei PERFORM",
                Origin::Function,
            ),
            ("SQL function \"f\" statement 1", Origin::Statement),
            ("", Origin::Statement),
        ] {
            assert_eq!(origin_of(context), expected, "{context}");
        }
    }
}

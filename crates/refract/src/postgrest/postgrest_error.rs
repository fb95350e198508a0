//! PostgREST's errors (<https://docs.postgrest.org/en/stable/references/errors.html>).

use serde_json::Value;

use super::respond::error_response;
use crate::{db::DbError, error::Error, executor::Retryable, query::parse::UnreadableParameter};

/// Why a request does not get the answer that it asks for.
#[derive(Debug)]
pub enum Failure {
    /// The request is refused.
    Refused(Box<PostgrestError>),
    /// Refract or the database failed.
    Failed(Error),
}

impl From<PostgrestError> for Failure {
    fn from(error: PostgrestError) -> Self {
        Self::Refused(Box::new(error))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        match error_response::from_db_error(error) {
            Ok(error) => error.into(),
            Err(error) => error.into(),
        }
    }
}

impl Retryable for Failure {
    fn lost_race(&self) -> bool {
        match self {
            Self::Refused(_) => false,
            Self::Failed(error) => error.lost_race(),
        }
    }
}

/// A status, and the four members of the body.
#[derive(Debug, Clone, PartialEq)]
pub struct PostgrestError {
    pub status: u16,
    /// `PGRSTnnn`, or a SQLSTATE.
    pub code: String,
    pub message: String,
    /// Boxed to keep results small.
    pub details: Box<Value>,
    pub hint: Option<String>,
    /// The objects that the message is about, if the message is the database's own.
    pub about: Option<Box<DbObjects>>,
}

/// The objects in the database that an error is about.
#[derive(Debug, Clone, PartialEq)]
pub struct DbObjects {
    pub table: Option<String>,
    pub constraint: Option<String>,
    pub columns: Vec<String>,
}

impl PostgrestError {
    /// Whether it is the database's refusal of a statement that a catalog older than the schema explains.
    pub fn may_be_of_old_catalog(&self) -> bool {
        const CODES: [&str; 9] = [
            "42P01", "42703", "42704", "42883", "42804", "42P10", "3F000", "428C9", "0A000",
        ];
        self.about.is_some() && CODES.contains(&self.code.as_str())
    }

    pub fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            details: Box::default(),
            hint: None,
            about: None,
        }
    }

    pub fn details(mut self, details: impl Into<Value>) -> Self {
        *self.details = details.into();
        self
    }

    pub fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }

    /// PostgreSQL's error for an unknown column of a table with this alias.
    pub fn no_column(alias: &str, name: &str) -> Self {
        let message = format!("column {alias}.{name} does not exist");
        Self::new(400, "42703", message)
    }

    /// PostgreSQL's error for an unknown column in `ON CONFLICT`.
    pub fn no_conflict_column(name: &str) -> Self {
        Self::new(400, "42703", format!("column \"{name}\" does not exist"))
    }

    /// A parameter that does not follow the grammar. The message is PostgREST's; the details are the
    /// reason that our own parser gives.
    pub fn unreadable(found: UnreadableParameter) -> Self {
        let UnreadableParameter {
            kind,
            value,
            line,
            column,
            error,
        } = found;
        let reason = match error {
            Error::InvalidParameter { reason, .. } => reason,
            Error::UnknownOperator { .. } => error.to_string(),
            other => return Self::syntax(&other),
        };
        let message =
            format!("\"failed to parse {kind} ({value})\" (line {line}, column {column})");
        Self::new(400, "PGRST100", message).details(reason)
    }

    /// The same for a parameter of which only the name is known.
    pub fn syntax(error: &Error) -> Self {
        match error {
            Error::InvalidParameter { parameter, reason } => {
                let message = format!("\"failed to parse {parameter}\" (line 1, column 1)");
                Self::new(400, "PGRST100", message).details(reason.as_str())
            }
            other => Self::new(other.kind().status.as_u16(), "PGRST100", other.to_string()),
        }
    }
}

//! Errors as PostgREST words them (<https://docs.postgrest.org/en/stable/references/errors.html>).

use serde_json::Value;

use crate::{error::Error, query::parse::UnreadableParameter};

/// What is wrong with a request: a status, and the four members of the body.
#[derive(Debug, Clone, PartialEq)]
pub struct PostgrestError {
    pub status: u16,
    /// `PGRSTnnn`, or a SQLSTATE.
    pub code: String,
    pub message: String,
    /// In a box: errors should be small.
    pub details: Box<Value>,
    pub hint: Option<String>,
    /// What of the schema the database's words are about, where they are its own.
    pub about: Option<Box<About>>,
}

/// What of the schema the database's words are about.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    pub table: Option<String>,
    pub constraint: Option<String>,
    pub columns: Vec<String>,
}

impl PostgrestError {
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

    /// What PostgreSQL says of a column that is not there.
    pub fn no_column(alias: &str, name: &str) -> Self {
        Self::new(
            400,
            "42703",
            format!("column {alias}.{name} does not exist"),
        )
    }

    /// The same of one that conflicts are to be told by.
    pub fn no_target(name: &str) -> Self {
        Self::new(400, "42703", format!("column \"{name}\" does not exist"))
    }

    /// A parameter that does not follow the grammar. The message is PostgREST's; the details are our
    /// own parser's reason.
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

    /// The same of a part that is known by its name only.
    pub fn syntax(error: &Error) -> Self {
        match error {
            Error::InvalidParameter { parameter, reason } => Self::new(
                400,
                "PGRST100",
                format!("\"failed to parse {parameter}\" (line 1, column 1)"),
            )
            .details(reason.as_str()),
            other => Self::new(other.kind().status.as_u16(), "PGRST100", other.to_string()),
        }
    }
}

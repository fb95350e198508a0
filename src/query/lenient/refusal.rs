//! Errors as PostgREST words them (<https://docs.postgrest.org/en/stable/references/errors.html>).

use serde_json::Value;

use crate::error::Error;

/// What is wrong with a request: a status, and the four members of the body.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    pub status: u16,
    /// `PGRSTnnn`, or a SQLSTATE.
    pub code: String,
    pub message: String,
    /// In a box: errors should be small.
    pub details: Box<Value>,
    pub hint: Option<String>,
}

impl Refusal {
    pub fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            details: Box::default(),
            hint: None,
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

    /// A query string that is not of the grammar.
    pub fn syntax(error: &Error) -> Self {
        let (status, message) = match error {
            Error::InvalidParameter { parameter, reason } => (
                400,
                format!("\"failed to parse {parameter}\" (line 1, column 1): it {reason}"),
            ),
            Error::UnknownOperator { name, .. } => (
                400,
                format!("\"failed to parse filter ({name})\" (line 1, column 1)"),
            ),
            other => (other.kind().status.as_u16(), other.to_string()),
        };
        Self::new(status, "PGRST100", message).details("the query string is not of the grammar")
    }
}

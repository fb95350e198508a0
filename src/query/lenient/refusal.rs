//! Errors as PostgREST words them (<https://docs.postgrest.org/en/stable/references/errors.html>).

use serde_json::Value;

use crate::{error::Error, query::parse::Unreadable};

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

    /// A parameter that is not of the grammar.
    pub fn unreadable(found: &Unreadable) -> Self {
        let Unreadable { what, value, error } = found;
        let details = match error {
            Error::UnknownOperator { .. } => no_operator(value),
            Error::InvalidParameter { reason, .. } if *what == "filter" => {
                if reason.starts_with("has no operator") {
                    no_operator(value)
                } else {
                    reason.clone()
                }
            }
            Error::InvalidParameter { .. } if value.is_empty() => {
                "unexpected end of input expecting field name (* or [a..z0..9_$])".to_owned()
            }
            Error::InvalidParameter { reason, .. } => reason.clone(),
            other => {
                let status = other.kind().status.as_u16();
                return Self::new(status, "PGRST100", other.to_string());
            }
        };
        let message = format!("\"failed to parse {what} ({value})\" (line 1, column 1)");
        Self::new(400, "PGRST100", message).details(details)
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

/// What a filter should begin with.
fn no_operator(value: &str) -> String {
    let found = match value.chars().next() {
        Some(first) => format!("\"{first}\""),
        None => "end of input".to_owned(),
    };
    format!("unexpected {found} expecting \"not\" or operator (eq, gt, ...)")
}

//! Errors as PostgREST words them (<https://docs.postgrest.org/en/stable/references/errors.html>).

use serde_json::Value;

use super::wording::{self, Complaint, Grammar};
use crate::{error::Error, query::parse::Unreadable, settings::Compat};

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

    /// A parameter that is not of the grammar: PostgREST's words for what it would refuse, else ours.
    pub fn unreadable(found: &Unreadable, compat: Compat) -> Self {
        let Unreadable {
            what, value, error, ..
        } = found;
        let reason = match error {
            Error::InvalidParameter { reason, .. } => reason.clone(),
            Error::UnknownOperator { .. } => String::new(),
            other => {
                let status = other.kind().status.as_u16();
                return Self::new(status, "PGRST100", other.to_string());
            }
        };
        let words = |what: &str, text: &str, complaint: Option<Complaint>| {
            let complaint = complaint.unwrap_or(Complaint {
                line: 1,
                column: 1,
                details: reason.clone(),
            });
            let Complaint { line, column, .. } = complaint;
            let message =
                format!("\"failed to parse {what} ({text})\" (line {line}, column {column})");
            Self::new(400, "PGRST100", message).details(complaint.details)
        };
        // The name comes first.
        let path = match *what {
            "filter" | "order" => wording::complaint(Grammar::Path, &found.name, compat),
            _ => None,
        };
        if path.is_some() {
            return words("tree path", &found.name, path);
        }
        let complaint = match *what {
            "filter" => wording::complaint(Grammar::Filter, value, compat),
            "order" => wording::complaint(Grammar::Order, value, compat),
            "select parameter" => wording::complaint(Grammar::Select, value, compat),
            "columns parameter" | "on_conflict parameter" => {
                wording::complaint(Grammar::Columns, value, compat)
            }
            "logic tree" => wording::complaint(Grammar::Tree, &tree(&found.name, value), compat),
            _ => None,
        };
        words(what, value, complaint)
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

/// A tree with the operator that its parameter is called by.
fn tree(name: &str, value: &str) -> String {
    let mut path = name.rsplit('.');
    let operator = path.next().unwrap_or_default();
    let not = if path.any(|part| part == "not") {
        "not."
    } else {
        ""
    };
    format!("{not}{operator}{value}")
}

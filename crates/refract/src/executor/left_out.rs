//! Rows that the database does not write, without an error: a trigger returns NULL, SQLite's
//! `RAISE(IGNORE)`, or a rule does something instead.

use crate::{
    catalog::Resource,
    db::{DbError, DbErrorKind},
    error::{Error, Problem, Violation},
};

const CODE: &str = "row_not_written";

/// The error of a row that was not written. `field` is where the row is in the body, if known.
pub fn left_out(resource: &Resource, field: Option<String>) -> Error {
    let field = field.filter(|field| !field.is_empty());
    Error::Conflict {
        problem: Box::new(Violation {
            code: CODE,
            title: "Row not written",
            sentence: format!(
                "A trigger or a rule of the database has left this {} out, or put it elsewhere.",
                resource.name
            ),
            problems: field.map(problem).into_iter().collect(),
        }),
        source: Box::new(DbError::of(DbErrorKind::CheckViolation)),
        soft_deleted: None,
    }
}

fn problem(field: String) -> Problem {
    Problem {
        field,
        code: "left_out",
        message: "was left out by a trigger or rule of the database".to_owned(),
    }
}

/// The same error of a row at `path` in the body: `author.create`. The path becomes a prefix of the
/// fields, or the field of a row that was left out.
pub(super) fn under(mut error: Error, path: &str) -> Error {
    if path.is_empty() {
        return error;
    }
    if let Error::Conflict { problem: found, .. } = &mut error
        && found.code == CODE
        && found.problems.is_empty()
    {
        found.problems.push(problem(path.to_owned()));
        return error;
    }
    error.under(&format!("{path}."))
}

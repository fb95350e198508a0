//! Rows that the database does not write, without an error: a trigger returns NULL, SQLite's
//! `RAISE(IGNORE)`, or a rule does something instead.

use crate::{
    catalog::Resource,
    db::{DbError, DbErrorKind},
    error::{Error, FieldPath, Problem, Violation},
};

const CODE: &str = "row_not_written";

/// The error of a row that was not written. `field` is where the row is in the body, if known.
pub fn left_out(resource: &Resource, field: Option<FieldPath>) -> Error {
    let field = field.filter(|field| !field.is_root());
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

fn problem(field: FieldPath) -> Problem {
    Problem::new(
        field,
        "left_out",
        "was left out by a trigger or rule of the database",
    )
}

/// The same error of a row at `path` in the body: `author.create`. The path is put before the fields,
/// or becomes the field of a row that was left out.
pub(super) fn under(mut error: Error, path: &FieldPath) -> Error {
    if path.is_root() {
        return error;
    }
    if let Error::Conflict { problem: found, .. } = &mut error
        && found.code == CODE
        && found.problems.is_empty()
    {
        found.problems.push(problem(path.clone()));
        return error;
    }
    error.under(path)
}

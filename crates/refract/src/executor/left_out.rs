//! Rows that the database leaves out without an error: triggers that return NULL, SQLite's
//! `RAISE(IGNORE)`, rules.

use std::collections::HashSet;

use super::Session;
use crate::{
    catalog::Resource,
    codec::{Value, key_segment, value},
    db::{DbError, DbErrorKind, Rows},
    db_error,
    error::{Error, Problem, Violation},
    query::{
        plan::{Conflict, Filter, Insert, Upsert, Visibility},
        sql::Statements,
    },
};

const CODE: &str = "row_not_written";

/// The error of a row that was not written. `field` is where it stands in the body, if anywhere.
pub fn left_out(resource: &Resource, field: Option<String>) -> Error {
    let problems = field
        .filter(|field| !field.is_empty())
        .map(|field| Problem {
            field,
            code: "left_out",
            message: "was left out by a trigger or rule of the database".to_owned(),
        });
    Error::Conflict {
        problem: Box::new(Violation {
            code: CODE,
            title: "Row not written",
            sentence: format!(
                "A trigger or a rule of the database has left this {} out, or put it elsewhere.",
                resource.name
            ),
            problems: problems.into_iter().collect(),
        }),
        source: Box::new(DbError::of(DbErrorKind::CheckViolation)),
        marked: None,
    }
}

/// The same error of a row that stands at `path` in the body, as [`Error::under`] has it of fields.
pub(super) fn under(error: Error, path: &str) -> Error {
    match error {
        Error::Conflict {
            mut problem,
            source,
            marked,
        } if problem.code == CODE && problem.problems.is_empty() && !path.is_empty() => {
            problem.problems.push(Problem {
                field: path.trim_end_matches('.').to_owned(),
                code: "left_out",
                message: "was left out by a trigger or rule of the database".to_owned(),
            });
            Error::Conflict {
                problem,
                source,
                marked,
            }
        }
        error => error.under(path),
    }
}

/// The error of two rows of one body that are the same row for the database.
pub(super) fn same_row(plan: &Insert, place: Option<usize>, source: DbError) -> Error {
    let resource = &plan.into;
    let target = match &plan.conflict {
        Conflict::Refuse => &[][..],
        Conflict::Merge { target, .. } | Conflict::Ignore { target } => target,
    };
    let columns = target.iter().map(|&column| &resource.columns[column]);
    let fields = columns.filter(|column| !column.is_hidden());
    let prefix = place.map(|place| format!("{place}.")).unwrap_or_default();
    let problem = |column: &crate::catalog::Column| Problem {
        field: format!("{prefix}{}", column.field),
        code: "duplicate",
        message: "is, as the database compares it, that of another row of the body".to_owned(),
    };
    Error::Conflict {
        problem: Box::new(Violation {
            code: "unique_violation",
            title: "Already exists",
            sentence: format!(
                "Two rows of the body are the same {} for the database.",
                resource.name
            ),
            problems: fields.map(problem).collect(),
        }),
        source: Box::new(source),
        marked: None,
    }
}

/// Refuses a body of which two rows were written to the same one: by one key, or the second has
/// given it another key.
///
/// # Errors
/// See [`same_row`]; the database's own.
pub(super) async fn refuse_same_rows(
    session: &mut Session<'_, '_>,
    statements: &Statements,
    upsert: &Upsert,
    answers: &[Rows],
    places: &[Option<(usize, usize)>],
) -> Result<(), Error> {
    /// Keys of one look.
    const AT_ONCE: usize = 200;
    // A statement merges into no row twice.
    let Some((_, plan)) = upsert.parts.first().filter(|_| answers.len() > 1) else {
        return Ok(());
    };
    if !matches!(plan.conflict, Conflict::Merge { .. }) {
        return Ok(());
    }
    let resource = &plan.into;
    let at = |column: &usize| plan.returning.iter().position(|one| one == column);
    let at = resource.key.iter().map(at).collect::<Option<Vec<usize>>>();
    let Some(at) = at.filter(|at| !at.is_empty()) else {
        return Ok(());
    };
    let types = || {
        let columns = resource.key.iter();
        columns.map(|&column| &resource.columns[column].data_type)
    };
    let mut seen = HashSet::with_capacity(places.len());
    let mut keys: Vec<Vec<Value>> = Vec::with_capacity(places.len());
    for (place, found) in places.iter().enumerate() {
        let Some((answer, row)) = *found else {
            continue;
        };
        let cells = || at.iter().map(|&at| answers[answer].cell(row, at));
        let texts = types().zip(cells());
        let texts = texts.map(|(data_type, cell)| key_segment(data_type, cell));
        if !seen.insert(texts.collect::<Vec<_>>()) {
            let twice = DbError::of(DbErrorKind::UniqueViolation);
            return Err(same_row(plan, Some(place), twice));
        }
        let values = types().zip(cells());
        keys.push(
            values
                .map(|(data_type, cell)| value(data_type, cell))
                .collect(),
        );
    }
    let mut there = 0;
    for keys in keys.chunks(AT_ONCE) {
        let filter = Filter {
            groups: vec![Filter::of_keys(&resource.key, keys)],
            ..Filter::default()
        };
        let filter = Visibility::every_row().filter(resource, filter);
        let count = statements.count(resource, &filter, AT_ONCE as u64);
        let rows = session.read(&count).await;
        let rows = rows.map_err(|fault| db_error::to_api_error(resource, fault))?;
        there += rows.number(0, 0).unsigned_abs();
    }
    if there < keys.len() as u64 {
        return Err(same_row(
            plan,
            None,
            DbError::of(DbErrorKind::UniqueViolation),
        ));
    }
    Ok(())
}

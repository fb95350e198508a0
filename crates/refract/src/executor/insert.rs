//! Inserts, and upserts in several statements.

use super::{
    Session,
    left_out::left_out,
    same_row::{WRITTEN_TWICE, WrittenKeys, refuse_same_rows, same_row},
    soft_deleted_conflict::explain_insert,
    stored_keys,
};
use crate::{
    db::{DbError, DbErrorKind, Rows},
    error::{Error, FieldPath, SoftDeleted},
    query::{
        plan::{Conflict, Insert, Upsert},
        sql::Statements,
    },
};

/// The effect of the insert of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Created,
    /// An existing row took its values.
    Updated,
    /// An existing row stayed as it is.
    Ignored,
}

/// Whether one statement executes the plan.
pub fn is_one_statement(statements: &Statements, plan: &Insert) -> bool {
    // If the statement writes some of several rows only, the others must be rolled back.
    plan.rows.len() <= 1 && returns_outcomes(statements, plan) && statements.inserts(plan) < 2
}

/// Inserts the rows of a plan. Returns their answers in order, and the outcome of each row: the
/// outcomes that are not [`Outcome::Ignored`] have a row of the answers each.
///
/// # Errors
/// The database's error as the API's; rows that a trigger or a rule has left out.
pub async fn insert(
    session: &mut Session<'_, '_>,
    statements: &Statements,
    plan: &Insert,
) -> Result<(Vec<Rows>, Vec<Outcome>), Error> {
    let (answers, outcomes) = insert_what_may(session, statements, plan).await?;
    let answered: usize = answers.iter().map(Rows::len).sum();
    if answered >= plan.rows.len() || matches!(plan.conflict, Conflict::Ignore { .. }) {
        return Ok((answers, outcomes));
    }
    if answers.len() < plan.rows.len() && plan.rows.len() > 1 {
        // Only a statement for each row tells which of them: the next try uses these.
        statements.insert_row_by_row(&plan.into);
        return Err(explain_insert(plan, DbError::of(DbErrorKind::StalePlan)));
    }
    let position = answers.iter().position(Rows::is_empty);
    let position = position.filter(|_| plan.rows.len() > 1);
    Err(left_out(
        &plan.into,
        position.map(|position| FieldPath::root().index(position)),
    ))
}

/// The same as [`insert`], but as in PostgREST rows that triggers leave out are only missing from
/// the answers.
///
/// # Errors
/// The database's error as the API's.
pub async fn insert_what_may(
    session: &mut Session<'_, '_>,
    statements: &Statements,
    plan: &Insert,
) -> Result<(Vec<Rows>, Vec<Outcome>), Error> {
    let respelled = match stored_keys::respell(session, statements, plan).await {
        Ok(respelled) => respelled,
        Err(error) => return Err(explain_insert(plan, error)),
    };
    let plan = respelled.as_ref().unwrap_or(plan);
    let inserted = if returns_outcomes(statements, plan) {
        insert_at_once(session, statements, plan).await
    } else {
        insert_or_merge(session, statements, plan).await
    };
    let (answers, outcomes) = match inserted {
        Ok(inserted) => inserted,
        Err(error) if statements.tells_new(plan) && lacks_system_columns(&error) => {
            // The statement has done nothing: the next try does without these columns.
            statements.forgo_system_columns(&plan.into);
            let error = error.with_kind(DbErrorKind::StalePlan);
            return Err(explain_insert(plan, error));
        }
        Err(error) if error.code.as_deref() == Some(WRITTEN_TWICE) => {
            return Err(same_row(plan, None, error));
        }
        Err(error) => return Err(explain_insert(plan, error)),
    };
    let answered: usize = answers.iter().map(Rows::len).sum();
    if keeps_soft_deleted(plan) && answered < plan.rows.len() {
        return Err(explain_ignored(plan));
    }
    Ok((answers, outcomes))
}

/// Whether the plan merges into existing rows, unless they are soft-deleted or hidden.
fn keeps_soft_deleted(plan: &Insert) -> bool {
    match &plan.conflict {
        Conflict::Merge { mergeable, .. } => !mergeable.is_empty(),
        Conflict::Refuse | Conflict::Ignore { .. } => false,
    }
}

/// Whether the database says that it has no `xmax`, or cannot return it. CockroachDB has no such
/// column, and Citus has none for distributed tables.
fn lacks_system_columns(error: &DbError) -> bool {
    error.is_refusal() && matches!(error.code.as_deref(), Some("42703" | "0A000"))
}

/// The error of rows that were unexpectedly ignored. The rows with their keys are soft-deleted; if
/// [`super::look_for_soft_deleted`] finds no such row, a trigger has left them out.
pub(super) fn explain_ignored(plan: &Insert) -> Error {
    let may_be_hidden = match &plan.conflict {
        Conflict::Merge { mergeable, .. } => !mergeable.policies.is_empty(),
        Conflict::Refuse | Conflict::Ignore { .. } => false,
    };
    if may_be_hidden || plan.into.soft_delete.is_some() {
        return explain_insert(plan, unique_violation(plan, plan.conflict.target()));
    }
    left_out(&plan.into, None)
}

/// Whether the row with the key of an ignored row may be soft-deleted.
pub fn may_be_soft_deleted(plan: &Insert) -> SoftDeleted {
    match explain_ignored(plan) {
        Error::Conflict {
            soft_deleted: Some(keys),
            ..
        } => SoftDeleted::Perhaps(keys),
        _ => SoftDeleted::No,
    }
}

/// The database's error if it neither merged nor ignored.
pub(super) fn unique_violation(plan: &Insert, target: &[usize]) -> DbError {
    let columns = target.iter();
    let names = columns.map(|&column| plan.into.columns[column].name.clone());
    let mut error = DbError::of(DbErrorKind::UniqueViolation);
    error.table = Some(plan.into.table.clone());
    error.columns = names.collect();
    error
}

/// Whether the answers of the plan's statements tell the outcome of each row.
fn returns_outcomes(statements: &Statements, plan: &Insert) -> bool {
    match plan.conflict {
        Conflict::Refuse | Conflict::Ignore { .. } => true,
        Conflict::Merge { .. } => statements.tells_new(plan),
    }
}

async fn insert_at_once(
    session: &mut Session<'_, '_>,
    statements: &Statements,
    plan: &Insert,
) -> Result<(Vec<Rows>, Vec<Outcome>), DbError> {
    let answers = session.write_each(&statements.insert(plan)).await?;
    let mut outcomes = Vec::with_capacity(plan.rows.len());
    for rows in &answers {
        match &plan.conflict {
            Conflict::Refuse => outcomes.extend((0..rows.len()).map(|_| Outcome::Created)),
            Conflict::Merge { .. } => outcomes.extend((0..rows.len()).map(|row| {
                if rows.flag(row, plan.returning.len().max(1)) {
                    Outcome::Created
                } else {
                    Outcome::Updated
                }
            })),
            // Each row has a statement.
            Conflict::Ignore { .. } => outcomes.push(if rows.is_empty() {
                Outcome::Ignored
            } else {
                Outcome::Created
            }),
        }
    }
    Ok((answers, outcomes))
}

/// Merges on a database whose answers do not tell new rows from changed ones: an insert that ignores
/// an existing row, and then, if it has inserted nothing, one that merges.
async fn insert_or_merge(
    session: &mut Session<'_, '_>,
    statements: &Statements,
    plan: &Insert,
) -> Result<(Vec<Rows>, Vec<Outcome>), DbError> {
    let Conflict::Merge { target, .. } = &plan.conflict else {
        return Ok((Vec::new(), Vec::new()));
    };
    let ignoring = Insert {
        conflict: Conflict::Ignore {
            target: target.clone(),
        },
        ..plan.clone()
    };
    let mut written = WrittenKeys::of(plan).filter(|_| plan.rows.len() > 1);
    let (mut answers, mut outcomes) = (Vec::new(), Vec::new());
    let pairs = statements.insert(&ignoring).into_iter();
    for (ignoring, merging) in pairs.zip(statements.insert(plan)) {
        let mut rows = session.write(&ignoring).await?;
        let mut outcome = Outcome::Created;
        if rows.is_empty() {
            if let Some(written) = &written {
                written
                    .refuse_again(session, statements, plan, target, outcomes.len())
                    .await?;
            }
            rows = session.write(&merging).await?;
            outcome = if rows.is_empty() {
                Outcome::Ignored
            } else {
                Outcome::Updated
            };
        }
        if let Some(written) = &mut written {
            written.add_all(&rows);
        }
        answers.push(rows);
        outcomes.push(outcome);
    }
    Ok((answers, outcomes))
}

/// The effect of an [`upsert`].
pub struct Upserted {
    pub answers: Vec<Rows>,
    /// For each row of the body, which of `answers` it is in, and which row of that answer it is.
    pub places: Vec<Option<(usize, usize)>>,
    /// For each row of the body.
    pub outcomes: Vec<Outcome>,
}

/// Inserts rows, or merges them into existing rows.
///
/// # Errors
/// As [`insert`]; two rows of the body that are one row for the database.
pub async fn upsert(
    session: &mut Session<'_, '_>,
    statements: &Statements,
    plan: &Upsert,
) -> Result<Upserted, Error> {
    let mut upserted = Upserted {
        answers: Vec::new(),
        places: vec![None; plan.rows],
        outcomes: vec![Outcome::Ignored; plan.rows],
    };
    for (positions, part) in &plan.parts {
        let inserted = insert(session, statements, part).await;
        let (answers, outcomes) = inserted.map_err(|error| in_body(error, positions))?;
        let first = upserted.answers.len();
        let mut places = answers.iter().enumerate().flat_map(|(answer, rows)| {
            let answer = first + answer;
            (0..rows.len()).map(move |row| (answer, row))
        });
        for (&position, outcome) in positions.iter().zip(outcomes) {
            upserted.outcomes[position] = outcome;
            if outcome != Outcome::Ignored {
                upserted.places[position] = places.next();
            }
        }
        upserted.answers.extend(answers);
    }
    let (answers, places) = (&upserted.answers, &upserted.places);
    refuse_same_rows(session, statements, plan, answers, places).await?;
    Ok(upserted)
}

/// An error that names a row by its position in a part → the error with the position in the body.
fn in_body(mut error: Error, positions: &[usize]) -> Error {
    if let Error::Conflict { problem, .. } = &mut error {
        for problem in &mut problem.problems {
            let position = problem.field.as_str().parse().ok();
            if let Some(position) = position.and_then(|at: usize| positions.get(at)) {
                problem.field = FieldPath::root().index(*position);
            }
        }
    }
    error
}

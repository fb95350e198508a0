//! New rows, and rows that may be there already.

use std::collections::HashSet;

use super::{
    Session,
    left_out::{left_out, refuse_same_rows, same_row},
    soft_deleted_conflict::explain_insert,
    stored_keys,
};
use crate::{
    codec::{Cell, write_cell},
    db::{DbError, DbErrorKind, Rows},
    error::{Error, Marked},
    query::{
        plan::{Conflict, Insert, Upsert},
        sql::Statements,
    },
    settings::BigIntFormat,
};

/// What became of a row that was to be inserted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Created,
    /// A row was in its way and took its values.
    Updated,
    /// A row was in its way and stayed as it is.
    Ignored,
}

/// Whether one statement does it.
pub fn is_one_statement(statements: &Statements, plan: &Insert) -> bool {
    // A row that is left out, or finds a marked one in its way, is missed afterwards, when others are
    // written.
    let may_miss = plan.rows.len() > 1;
    !may_miss && tells_outcomes(statements, plan) && statements.inserts(plan) < 2
}

/// Whether it leaves rows in its way as they are because they are marked as deleted.
fn spares_marked(plan: &Insert) -> bool {
    match &plan.conflict {
        Conflict::Merge { mergeable, .. } => !mergeable.is_empty(),
        Conflict::Refuse | Conflict::Ignore { .. } => false,
    }
}

/// Inserts the rows of a plan. Gives their answers in order, with what became of each row: the
/// outcomes that are not [`Outcome::Ignored`] have a row of the answers each.
///
/// # Errors
/// What the database says, in the words of the API; rows that it has left out.
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
        // Which of them, only a statement for each can tell.
        statements.insert_row_by_row(&plan.into);
        return Err(explain_insert(plan, DbError::of(DbErrorKind::StalePlan)));
    }
    let place = answers.iter().position(Rows::is_empty);
    let place = place.filter(|_| plan.rows.len() > 1);
    let place = place.map(|place| place.to_string());
    Err(left_out(&plan.into, place))
}

/// The same, of which rows that triggers leave out are missing, as they are in PostgREST.
///
/// # Errors
/// What the database says, in the words of the API.
pub async fn insert_what_may(
    session: &mut Session<'_, '_>,
    statements: &Statements,
    plan: &Insert,
) -> Result<(Vec<Rows>, Vec<Outcome>), Error> {
    let spelled = match stored_keys::spelled(session, statements, plan).await {
        Ok(spelled) => spelled,
        Err(fault) => return Err(explain_insert(plan, fault)),
    };
    let plan = spelled.as_ref().unwrap_or(plan);
    let inserted = if tells_outcomes(statements, plan) {
        insert_or_tell(session, statements, plan).await
    } else {
        insert_or_merge(session, statements, plan).await
    };
    let (answers, outcomes) = match inserted {
        Ok(inserted) => inserted,
        Err(fault) if statements.tells_new(plan) && lacks_system_columns(&fault) => {
            // Nothing has happened: it is done again without them.
            statements.forgo_system_columns(&plan.into);
            return Err(explain_insert(
                plan,
                fault.with_kind(DbErrorKind::StalePlan),
            ));
        }
        Err(fault) if fault.code.as_deref() == Some(WRITTEN_TWICE) => {
            return Err(same_row(plan, None, fault));
        }
        Err(fault) => return Err(explain_insert(plan, fault)),
    };
    let answered: usize = answers.iter().map(Rows::len).sum();
    if spares_marked(plan) && answered < plan.rows.len() {
        return Err(explain_ignored(plan));
    }
    Ok((answers, outcomes))
}

/// Whether a database says that it has no `xmax`, or none to return: CockroachDB knows no such
/// column, Citus none of distributed tables.
fn lacks_system_columns(fault: &DbError) -> bool {
    fault.is_refusal() && matches!(fault.code.as_deref(), Some("42703" | "0A000"))
}

/// The error of rows that were left as they are, where they should not have been: others are in
/// their way, which are marked as deleted, unless [`super::look_for_marked`] finds none.
pub(super) fn explain_ignored(plan: &Insert) -> Error {
    match plan.into.soft_delete {
        Some(_) => explain_insert(plan, in_the_way(plan)),
        None => left_out(&plan.into, None),
    }
}

/// Whether a row that was left as it is may be one that is marked as deleted.
pub fn may_be_marked(plan: &Insert) -> Marked {
    match explain_ignored(plan) {
        Error::Conflict {
            marked: Some(select),
            ..
        } => Marked::Perhaps(select),
        _ => Marked::No,
    }
}

/// What the database would say if it neither merged nor ignored.
fn in_the_way(plan: &Insert) -> DbError {
    let target = match &plan.conflict {
        Conflict::Refuse => &[][..],
        Conflict::Merge { target, .. } | Conflict::Ignore { target } => target,
    };
    in_the_way_of(plan, target)
}

fn in_the_way_of(plan: &Insert, target: &[usize]) -> DbError {
    let names = target
        .iter()
        .map(|&column| plan.into.columns[column].name.clone());
    let mut fault = DbError::of(DbErrorKind::UniqueViolation);
    fault.table = Some(plan.into.table.clone());
    fault.columns = names.collect();
    fault
}

async fn insert_or_tell(
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
            // A statement per row.
            Conflict::Ignore { .. } => outcomes.push(if rows.is_empty() {
                Outcome::Ignored
            } else {
                Outcome::Created
            }),
        }
    }
    Ok((answers, outcomes))
}

/// Inserts rows or merges them into those in their way; gives an answer and an outcome per row of
/// the body, in its order.
///
/// # Errors
/// As [`insert`].
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
    refuse_same_rows(
        session,
        statements,
        plan,
        &upserted.answers,
        &upserted.places,
    )
    .await?;
    Ok(upserted)
}

/// An error that names a row by its place in a part, as one that names it by that in the body.
fn in_body(mut error: Error, positions: &[usize]) -> Error {
    if let Error::Conflict { problem, .. } = &mut error {
        for problem in &mut problem.problems {
            let place = problem.field.parse().ok();
            if let Some(position) = place.and_then(|place: usize| positions.get(place)) {
                problem.field = position.to_string();
            }
        }
    }
    error
}

/// What an [`upsert`] has done.
pub struct Upserted {
    pub answers: Vec<Rows>,
    /// For each row of the body, where its answer is: which of `answers`, which row of it.
    pub places: Vec<Option<(usize, usize)>>,
    /// What became of each row of the body.
    pub outcomes: Vec<Outcome>,
}

fn tells_outcomes(statements: &Statements, plan: &Insert) -> bool {
    match plan.conflict {
        Conflict::Refuse | Conflict::Ignore { .. } => true,
        Conflict::Merge { .. } => statements.tells_new(plan),
    }
}

/// Where an upsert does not tell what it did: an insert that ignores, and only where nothing came of
/// it the one that merges.
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
    let mut written = Written::of(plan, target);
    let (mut answers, mut outcomes) = (Vec::new(), Vec::new());
    let pairs = statements.insert(&ignoring).into_iter();
    for (ignoring, merging) in pairs.zip(statements.insert(plan)) {
        let mut rows = session.write(&ignoring).await?;
        let mut outcome = Outcome::Created;
        if rows.is_empty() {
            if let Some(written) = &mut written {
                written
                    .refuse_again(session, statements, outcomes.len())
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
            written.note(&rows);
        }
        answers.push(rows);
        outcomes.push(outcome);
    }
    Ok((answers, outcomes))
}

/// The rows that an upsert of several has written so far. PostgreSQL's one statement refuses to
/// change a row a second time (21000), where two spellings are one key to the database; so does this.
struct Written<'plan> {
    plan: &'plan Insert,
    target: &'plan [usize],
    /// Where the key's columns are in an answer.
    places: Vec<usize>,
    keys: HashSet<Vec<u8>>,
}

impl<'plan> Written<'plan> {
    /// `None` where nothing can be written twice, or no key tells rows apart.
    fn of(plan: &'plan Insert, target: &'plan [usize]) -> Option<Self> {
        let place = |column: &usize| plan.returning.iter().position(|one| one == column);
        let places: Vec<_> = plan.into.key.iter().map(place).collect::<Option<_>>()?;
        (plan.rows.len() > 1 && !places.is_empty()).then_some(Self {
            plan,
            target,
            places,
            keys: HashSet::new(),
        })
    }

    fn note(&mut self, rows: &Rows) {
        for row in 0..rows.len() {
            let key = self.key(self.places.iter().map(|&at| rows.cell(row, at)));
            self.keys.insert(key);
        }
    }

    /// Refuses the row of the plan at `position` where the row in its way was written before.
    async fn refuse_again(
        &self,
        session: &mut Session<'_, '_>,
        statements: &Statements,
        position: usize,
    ) -> Result<(), DbError> {
        let key = &self.plan.into.key;
        let Some(in_the_way) = stored_keys::with(self.plan, position, self.target, key) else {
            // A default is the database's to know.
            return Ok(());
        };
        let rows = session.read(&statements.select(&in_the_way)).await?;
        for row in 0..rows.len() {
            let cells = (0..self.places.len()).map(|at| rows.cell(row, at));
            if self.keys.contains(&self.key(cells)) {
                let mut fault = in_the_way_of(self.plan, self.target);
                fault.code = Some(WRITTEN_TWICE.to_owned());
                return Err(fault);
            }
        }
        Ok(())
    }

    fn key<'row>(&self, cells: impl Iterator<Item = Cell<'row>>) -> Vec<u8> {
        let mut key = Vec::new();
        for (cell, &column) in cells.zip(&self.plan.into.key) {
            let data_type = &self.plan.into.columns[column].data_type;
            write_cell(data_type, BigIntFormat::String, cell, &mut key);
            key.push(b',');
        }
        key
    }
}

/// PostgreSQL's code for a statement that was to change a row a second time.
pub const WRITTEN_TWICE: &str = "21000";

//! Rows of one body that are one row for the database. PostgreSQL refuses to change a row twice in
//! one statement (SQLSTATE 21000). Upserts of several statements refuse it here.

use std::collections::HashSet;

use super::{Session, insert::unique_violation, stored_keys};
use crate::{
    catalog::{Column, Resource, Type},
    codec::{Cell, Value, key_segment, value},
    db::{DbError, DbErrorKind, Rows},
    db_error,
    error::{Error, FieldPath, Problem, Violation},
    query::{
        plan::{Conflict, Filter, Insert, Upsert, Visibility},
        sql::Statements,
    },
};

/// PostgreSQL's code of a statement that would change a row a second time.
pub const WRITTEN_TWICE: &str = "21000";

/// The primary keys of rows that were written.
pub(super) struct WrittenKeys<'plan> {
    resource: &'plan Resource,
    /// The positions of the key's columns in an answer.
    positions: Vec<usize>,
    seen: HashSet<Vec<String>>,
}

impl<'plan> WrittenKeys<'plan> {
    /// `None` if the plan does not return the key of its rows.
    pub(super) fn of(plan: &'plan Insert) -> Option<Self> {
        let resource = &*plan.into;
        let position = |column: &usize| plan.returning.iter().position(|one| one == column);
        let positions: Vec<usize> = resource.key.iter().map(position).collect::<Option<_>>()?;
        (!positions.is_empty()).then(|| Self {
            resource,
            positions,
            seen: HashSet::new(),
        })
    }

    fn types(&self) -> impl Iterator<Item = &'plan Type> + use<'plan> {
        let resource = self.resource;
        let key = resource.key.iter();
        key.map(|&column| &resource.columns[column].data_type)
    }

    fn key<'row>(&self, cells: impl Iterator<Item = Cell<'row>>) -> Vec<String> {
        let cells = self.types().zip(cells);
        cells
            .map(|(data_type, cell)| key_segment(data_type, cell))
            .collect()
    }

    fn cells<'row>(&self, rows: &'row Rows, row: usize) -> impl Iterator<Item = Cell<'row>> {
        self.positions.iter().map(move |&at| rows.cell(row, at))
    }

    /// Adds the key of a row. False if the row was written before.
    fn add(&mut self, rows: &Rows, row: usize) -> bool {
        let key = self.key(self.cells(rows, row));
        self.seen.insert(key)
    }

    pub(super) fn add_all(&mut self, rows: &Rows) {
        for row in 0..rows.len() {
            self.add(rows, row);
        }
    }

    /// Refuses to merge the row of the plan at `position` into a row that was written before.
    ///
    /// # Errors
    /// An error with the code [`WRITTEN_TWICE`]; the database's error.
    pub(super) async fn refuse_again(
        &self,
        session: &mut Session<'_, '_>,
        statements: &Statements,
        plan: &Insert,
        target: &[usize],
        position: usize,
    ) -> Result<(), DbError> {
        let key = &self.resource.key;
        let Some(existing) = stored_keys::with_key(plan, position, target, key) else {
            // The key has a default, which only the database knows.
            return Ok(());
        };
        let rows = session.read(&statements.read(&existing)).await?;
        for row in 0..rows.len() {
            let cells = (0..key.len()).map(|at| rows.cell(row, at));
            if self.seen.contains(&self.key(cells)) {
                let mut error = unique_violation(plan, target);
                error.code = Some(WRITTEN_TWICE.to_owned());
                return Err(error);
            }
        }
        Ok(())
    }
}

/// The error of two rows of one body that are one row for the database. `position` is the second
/// row's, if known.
pub(super) fn same_row(plan: &Insert, position: Option<usize>, source: DbError) -> Error {
    let resource = &plan.into;
    let columns = plan.conflict.target().iter();
    let fields = columns.map(|&column| &resource.columns[column]);
    let fields = fields.filter(|column| !column.is_hidden());
    let row = position.map(|position| FieldPath::root().index(position));
    let row = row.unwrap_or_default();
    let problem = |column: &Column| {
        Problem::new(
            row.child(&column.field),
            "duplicate",
            "is, as the database compares it, that of another row of the body",
        )
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
        soft_deleted: None,
    }
}

/// Refuses an upsert of several statements that has written a row twice. The second write may also
/// have changed the row's key: then fewer rows exist than were written.
///
/// # Errors
/// See [`same_row`]; the database's error.
pub(super) async fn refuse_same_rows(
    session: &mut Session<'_, '_>,
    statements: &Statements,
    upsert: &Upsert,
    answers: &[Rows],
    places: &[Option<(usize, usize)>],
) -> Result<(), Error> {
    /// Keys of one count.
    const KEYS_AT_ONCE: usize = 200;
    // One statement writes no row twice.
    let Some((_, plan)) = upsert.parts.first().filter(|_| answers.len() > 1) else {
        return Ok(());
    };
    if !matches!(plan.conflict, Conflict::Merge { .. }) {
        return Ok(());
    }
    let Some(mut written) = WrittenKeys::of(plan) else {
        return Ok(());
    };
    let twice = || DbError::of(DbErrorKind::UniqueViolation);
    let mut keys: Vec<Vec<Value>> = Vec::with_capacity(places.len());
    for (position, place) in places.iter().enumerate() {
        let Some((answer, row)) = *place else {
            continue;
        };
        let rows = &answers[answer];
        if !written.add(rows, row) {
            return Err(same_row(plan, Some(position), twice()));
        }
        let cells = written.types().zip(written.cells(rows, row));
        keys.push(
            cells
                .map(|(data_type, cell)| value(data_type, cell))
                .collect(),
        );
    }
    let resource = &plan.into;
    let mut existing = 0;
    for keys in keys.chunks(KEYS_AT_ONCE) {
        let filter = Filter {
            groups: vec![Filter::of_keys(&resource.key, keys)],
            ..Filter::default()
        };
        let filter = Visibility::every_row().filter(resource, filter);
        let count = statements.count(resource, &filter, KEYS_AT_ONCE as u64);
        let rows = session.read(&count).await;
        let rows = rows.map_err(|error| db_error::to_api_error(resource, error))?;
        existing += rows.number(0, 0).unsigned_abs();
    }
    if existing < keys.len() as u64 {
        return Err(same_row(plan, None, twice()));
    }
    Ok(())
}

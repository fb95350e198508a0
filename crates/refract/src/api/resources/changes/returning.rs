//! Rows that were written → JSON of the fields that the answer shows.

use std::collections::HashMap;

use super::{Operation, operation::Part};
use crate::{
    api::resources::{get_requests::ensure_all_in_service, read_json, row_json},
    catalog::Resource,
    codec::{self, Cell, key_segment, write_cell},
    db::Rows,
    db_error,
    error::Error,
    executor::{Session, WrittenRow},
    query::plan::{ReadPlan, Shown},
};

/// Rows of one statement that reads what `select` asks for beyond the written columns.
const ROWS_AT_ONCE: usize = 500;

/// A row as a write returned it.
#[derive(Clone, Copy)]
pub(super) struct ReturnedRow<'rows> {
    /// The columns that it returned, with those of the key.
    pub(super) columns: &'rows [usize],
    pub(super) rows: &'rows Rows,
    pub(super) row: usize,
}

impl<'rows> ReturnedRow<'rows> {
    pub(super) fn of(row: &'rows WrittenRow) -> Self {
        Self {
            columns: &row.columns,
            rows: &row.rows,
            row: row.row,
        }
    }

    /// The first row of an answer.
    pub(super) fn first(columns: &'rows [usize], rows: &'rows Rows) -> Self {
        Self {
            columns,
            rows,
            row: 0,
        }
    }

    /// Every row of an answer.
    pub(super) fn all(
        columns: &'rows [usize],
        rows: &'rows Rows,
    ) -> impl Iterator<Item = Self> + Clone {
        (0..rows.len()).map(move |row| Self { columns, rows, row })
    }

    fn cell(&self, place: usize, column: usize) -> Cell<'rows> {
        // Mostly the columns are in the order in which they are shown.
        let at = if self.columns.get(place) == Some(&column) {
            Some(place)
        } else {
            self.columns.iter().position(|&one| one == column)
        };
        at.map_or(Cell::Null, |at| self.rows.cell(self.row, at))
    }
}

/// Writes rows of the answer.
pub(super) enum Writer<'operation> {
    Columns(&'operation [usize]),
    Read {
        query: &'operation ReadPlan,
        answers: Vec<Rows>,
        /// By the row's key: which of the answers, and which row of it.
        places: HashMap<String, (usize, usize)>,
    },
}

impl Operation<'_> {
    /// Reads what the answer shows of these rows, unless the write has returned it.
    ///
    /// # Errors
    /// The database's error.
    pub(super) async fn writer(
        &self,
        session: &mut Session<'_, '_>,
        found: impl Iterator<Item = ReturnedRow<'_>>,
    ) -> Result<Writer<'_>, Error> {
        let query = match &self.shown {
            Shown::Columns(columns) => return Ok(Writer::Columns(columns)),
            Shown::Read(query) => query,
        };
        ensure_all_in_service(self.served, &query.root)?;
        let resource = self.resource();
        let keys: Vec<_> = found.map(|found| key_values(resource, found)).collect();
        let (mut answers, mut places) = (Vec::new(), HashMap::with_capacity(keys.len()));
        for keys in keys.chunks(ROWS_AT_ONCE) {
            let query = query.of_keys(keys);
            let statement = self.served.app.statements.read(&query);
            let rows = session.read(&statement).await;
            let searches = query.root.searches();
            let rows = rows.map_err(|error| db_error::of_read(resource, error, searches))?;
            let first = query.root.outputs.len();
            for row in 0..rows.len() {
                let cells = (first..).map(|at| rows.cell(row, at));
                places.insert(key(resource, cells), (answers.len(), row));
            }
            answers.push(rows);
        }
        Ok(Writer::Read {
            query,
            answers,
            places,
        })
    }

    /// Writes the shown fields of a row.
    ///
    /// # Errors
    /// [`Error::TooManyRows`] of an embedded relation.
    pub(super) fn show(
        &self,
        writer: &Writer<'_>,
        found: ReturnedRow<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let (resource, big_int) = (self.resource(), self.served.big_int());
        match writer {
            Writer::Columns(columns) => self.columns(columns, found, out),
            Writer::Read {
                query,
                answers,
                places,
            } => {
                let cells = resource.key.iter().map(|&column| found.cell(0, column));
                match places.get(&key(resource, cells)) {
                    Some(&(answer, row)) => {
                        out.extend(read_json::row(query, &answers[answer], row, big_int)?);
                    }
                    // `!inner` leaves it out.
                    None => out.extend_from_slice(b"null"),
                }
            }
        }
        Ok(())
    }

    /// One row, or one field of it, by itself.
    pub(super) async fn one(
        &self,
        session: &mut Session<'_, '_>,
        found: ReturnedRow<'_>,
        part: Part,
    ) -> Result<Vec<u8>, Error> {
        let mut out = Vec::with_capacity(256);
        match part {
            Part::Row => {
                let writer = self.writer(session, [found].into_iter()).await?;
                self.show(&writer, found, &mut out)?;
            }
            Part::Field => self.field(found, &mut out),
        }
        Ok(out)
    }

    /// Rows as an array.
    pub(super) async fn array<'rows>(
        &self,
        session: &mut Session<'_, '_>,
        found: impl Iterator<Item = ReturnedRow<'rows>> + Clone,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let writer = self.writer(session, found.clone()).await?;
        out.push(b'[');
        for (place, found) in found.enumerate() {
            if place > 0 {
                out.push(b',');
            }
            self.show(&writer, found, out)?;
        }
        out.push(b']');
        Ok(())
    }

    /// Columns of a row as an object.
    pub(super) fn columns(&self, columns: &[usize], found: ReturnedRow<'_>, out: &mut Vec<u8>) {
        let cells = columns.iter().enumerate();
        let cells = cells.map(|(place, &column)| (column, found.cell(place, column)));
        row_json::write_cells(self.resource(), cells, self.served.big_int(), out);
    }

    /// The value of the only column.
    pub(super) fn field(&self, found: ReturnedRow<'_>, out: &mut Vec<u8>) {
        for (place, &column) in found.columns.iter().enumerate() {
            let data_type = &self.resource().columns[column].data_type;
            let cell = found.cell(place, column);
            write_cell(data_type, self.served.big_int(), cell, out);
        }
    }
}

fn key_values(resource: &Resource, found: ReturnedRow<'_>) -> Vec<codec::Value> {
    let key = resource.key.iter();
    key.map(|&column| codec::value(&resource.columns[column].data_type, found.cell(0, column)))
        .collect()
}

/// A key as text.
fn key<'cell>(resource: &Resource, cells: impl Iterator<Item = Cell<'cell>>) -> String {
    let types = resource.key.iter();
    let parts = types.zip(cells).map(|(&column, cell)| {
        let data_type = &resource.columns[column].data_type;
        key_segment(data_type, cell)
    });
    parts.collect::<Vec<_>>().join(",")
}

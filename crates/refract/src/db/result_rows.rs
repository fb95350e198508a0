//! Rows as the database sent them.

use std::sync::Arc;

use sea_orm::sqlx::{
    Decode, Row, Sqlite, TypeInfo, ValueRef,
    sqlite::{SqliteRow, SqliteValueRef},
};
use tokio_postgres::types::{FromSql, Type};

use crate::codec::{Cell, SqliteCell};

/// Bytes of an ordinary row's JSON. SQLite does not report the size of its rows.
const SQLITE_ROW: usize = 256;

/// Bytes of memory of an empty cell.
const SQLITE_CELL: usize = 64;

/// The rows of one answer, not decoded yet.
pub struct Rows(Inner);

enum Inner {
    Postgres(Vec<tokio_postgres::Row>),
    /// One row of a statement that answers several requests.
    Shared(Arc<Vec<tokio_postgres::Row>>, usize),
    Sqlite(Vec<SqliteRow>),
}

impl Rows {
    /// No rows.
    pub fn none() -> Self {
        Self(Inner::Postgres(Vec::new()))
    }

    pub(super) fn postgres(rows: Vec<tokio_postgres::Row>) -> Self {
        Self(Inner::Postgres(rows))
    }

    pub(super) fn shared(rows: Arc<Vec<tokio_postgres::Row>>, row: usize) -> Self {
        Self(Inner::Shared(rows, row))
    }

    pub(super) fn sqlite(rows: Vec<SqliteRow>) -> Self {
        Self(Inner::Sqlite(rows))
    }

    pub fn len(&self) -> usize {
        match &self.0 {
            Inner::Postgres(rows) => rows.len(),
            Inner::Shared(..) => 1,
            Inner::Sqlite(rows) => rows.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The approximate size of their JSON: values in the database's format have about the same
    /// size.
    pub fn json_size(&self) -> usize {
        match &self.0 {
            Inner::Postgres(rows) => rows.iter().map(json_size).sum(),
            Inner::Shared(rows, one) => rows.get(*one).map_or(0, json_size),
            Inner::Sqlite(rows) => rows.len() * SQLITE_ROW,
        }
    }

    /// The approximate bytes of the rows in memory.
    pub(super) fn bytes(&self) -> usize {
        match &self.0 {
            Inner::Postgres(rows) => rows.iter().map(tokio_postgres::Row::raw_size_bytes).sum(),
            Inner::Shared(rows, one) => rows.get(*one).map_or(0, |row| row.raw_size_bytes()),
            Inner::Sqlite(rows) => rows.iter().map(sqlite_bytes).sum(),
        }
    }

    /// Appends the rows of a later chunk of the same answer.
    pub(super) fn append(&mut self, later: Self) {
        match (&mut self.0, later.0) {
            (Inner::Postgres(rows), Inner::Postgres(later)) => rows.extend(later),
            (Inner::Sqlite(rows), Inner::Sqlite(later)) => rows.extend(later),
            // There are no rows so far.
            (rows, later) => *rows = later,
        }
    }

    /// The cell at `column` of `row`. A cell that the statement did not return is null.
    pub fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        match &self.0 {
            Inner::Postgres(rows) => postgres_cell(rows.get(row), column),
            Inner::Shared(rows, one) => postgres_cell(rows.get(*one + row), column),
            Inner::Sqlite(rows) => rows
                .get(row)
                .and_then(|row| row.try_get_raw(column).ok())
                .and_then(sqlite_cell)
                .map_or(Cell::Null, Cell::Sqlite),
        }
    }

    /// The text at `column` of `row`. `None` is NULL, or a cell of another type.
    pub fn text(&self, row: usize, column: usize) -> Option<&str> {
        match self.cell(row, column) {
            Cell::Postgres(bytes) => std::str::from_utf8(bytes).ok(),
            Cell::Sqlite(SqliteCell::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The 64-bit integer at `column` of `row`. 0 where the cell is no integer.
    pub fn number(&self, row: usize, column: usize) -> i64 {
        match self.cell(row, column) {
            Cell::Postgres(bytes) => bytes.try_into().map_or(0, i64::from_be_bytes),
            Cell::Sqlite(SqliteCell::Integer(number)) => number,
            Cell::Sqlite(_) | Cell::Null => 0,
        }
    }

    /// The boolean that PostgreSQL's upsert returns after the plan's columns.
    pub fn flag(&self, row: usize, column: usize) -> bool {
        matches!(self.cell(row, column), Cell::Postgres([1, ..]))
    }
}

/// JSON has a name before each value, where PostgreSQL has its length and composite values have a
/// type.
fn json_size(row: &tokio_postgres::Row) -> usize {
    row.raw_size_bytes() * 3 / 2
}

/// Bytes of a SQLite row in memory. Each of its values is a copy.
pub(super) fn sqlite_bytes(row: &SqliteRow) -> usize {
    let cells = (0..row.len()).map(|column| {
        let value = row.try_get_raw(column).ok();
        let cell = value.and_then(sqlite_cell);
        SQLITE_CELL
            + match cell {
                Some(SqliteCell::Text(text)) => text.len(),
                Some(SqliteCell::Blob(bytes)) => bytes.len(),
                Some(SqliteCell::Integer(_) | SqliteCell::Real(_)) | None => 0,
            }
    });
    cells.sum()
}

fn postgres_cell(row: Option<&tokio_postgres::Row>, column: usize) -> Cell<'_> {
    row.and_then(|row| cell_bytes(row, column))
        .map_or(Cell::Null, Cell::Postgres)
}

/// The bytes of a cell; `None` is NULL.
pub(super) fn cell_bytes(row: &tokio_postgres::Row, column: usize) -> Option<&[u8]> {
    let cell = row.try_get::<_, Option<Raw<'_>>>(column).ok().flatten();
    cell.map(|raw| raw.0)
}

/// A cell's bytes in PostgreSQL's binary format, whatever its type.
struct Raw<'row>(&'row [u8]);

impl<'row> FromSql<'row> for Raw<'row> {
    fn from_sql(
        _: &Type,
        bytes: &'row [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(bytes))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

fn sqlite_cell(value: SqliteValueRef<'_>) -> Option<SqliteCell<'_>> {
    if value.is_null() {
        return None;
    }
    // The type of the value, not of the column: SQLite stores what it is given.
    let kind = value.type_info().name().to_owned();
    match kind.as_str() {
        "INTEGER" => <i64 as Decode<Sqlite>>::decode(value)
            .ok()
            .map(SqliteCell::Integer),
        "REAL" => <f64 as Decode<Sqlite>>::decode(value)
            .ok()
            .map(SqliteCell::Real),
        "BLOB" => <&[u8] as Decode<Sqlite>>::decode(value)
            .ok()
            .map(SqliteCell::Blob),
        _ => <&str as Decode<Sqlite>>::decode(value)
            .ok()
            .map(SqliteCell::Text),
    }
}

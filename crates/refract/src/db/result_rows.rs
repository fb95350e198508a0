//! Rows as the database sent them.

use std::sync::Arc;

use sea_orm::sqlx::{
    Decode, Row, Sqlite, TypeInfo, ValueRef,
    sqlite::{SqliteRow, SqliteValueRef},
};
use tokio_postgres::types::{FromSql, Type};

use crate::codec::{Cell, SqliteCell};

/// Bytes of an ordinary row's JSON: SQLite does not say how long its rows are.
const SQLITE_ROW: usize = 256;

/// Bytes of a cell that holds nothing.
const SQLITE_CELL: usize = 64;

/// Rows of one answer, undecoded.
pub struct Rows(Inner);

enum Inner {
    Postgres(Vec<tokio_postgres::Row>),
    /// One of the rows that a statement has for several requests.
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

    /// About as many bytes as their JSON has: values in the database's format weigh much the same.
    pub fn weight(&self) -> usize {
        match &self.0 {
            Inner::Postgres(rows) => rows.iter().map(weight).sum(),
            Inner::Shared(rows, one) => rows.get(*one).map_or(0, weight),
            Inner::Sqlite(rows) => rows.len() * SQLITE_ROW,
        }
    }

    /// Bytes that the rows hold in memory, about.
    pub(super) fn bytes(&self) -> usize {
        match &self.0 {
            Inner::Postgres(rows) => rows.iter().map(tokio_postgres::Row::raw_size_bytes).sum(),
            Inner::Shared(rows, one) => rows.get(*one).map_or(0, |row| row.raw_size_bytes()),
            Inner::Sqlite(rows) => rows.iter().map(sqlite_bytes).sum(),
        }
    }

    /// Takes in the rows of a later part of the same answer.
    pub(super) fn append(&mut self, later: Self) {
        match (&mut self.0, later.0) {
            (Inner::Postgres(rows), Inner::Postgres(later)) => rows.extend(later),
            (Inner::Sqlite(rows), Inner::Sqlite(later)) => rows.extend(later),
            // Of nothing so far.
            (rows, later) => *rows = later,
        }
    }

    /// The cell at `column` of `row`. A cell that the statement did not ask for is null.
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

    /// The text at `column` of `row`, where it is one; `None` is NULL.
    pub fn text(&self, row: usize, column: usize) -> Option<&str> {
        match self.cell(row, column) {
            Cell::Postgres(bytes) => std::str::from_utf8(bytes).ok(),
            Cell::Sqlite(SqliteCell::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A 64-bit integer; 0 where the cell is none.
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

/// With a name before each value, where PostgreSQL has its length, and records their types.
fn weight(row: &tokio_postgres::Row) -> usize {
    row.raw_size_bytes() * 3 / 2
}

/// Bytes that a row of SQLite's holds: each of its values is a copy.
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
    row.and_then(|row| raw(row, column))
        .map_or(Cell::Null, Cell::Postgres)
}

/// The bytes of a cell; `None` is NULL.
pub(super) fn raw(row: &tokio_postgres::Row, column: usize) -> Option<&[u8]> {
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

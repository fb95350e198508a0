//! Rows within a cell: embedded relations.
//!
//! PostgreSQL sends records and arrays of them in binary (`record_send`, `array_send`), so that
//! their fields are cells like any other. SQLite has no such values: there a row is a JSON array,
//! whose strings are SQL literals as `quote()` spells them.

use serde_json::value::RawValue;

use super::{Cell, SqliteCell};

/// Passes every row of a list to `take`. Other cells have no rows.
pub fn each_row<'row>(list: &Cell<'row>, mut take: impl FnMut(Cell<'row>)) {
    match list {
        Cell::Postgres(bytes) => _ = postgres_rows(bytes, take),
        Cell::Sqlite(SqliteCell::Text(text)) => {
            let rows = serde_json::from_str::<Vec<&'row RawValue>>(text);
            for row in rows.unwrap_or_default() {
                take(Cell::Sqlite(SqliteCell::Text(row.get())));
            }
        }
        Cell::Null | Cell::Sqlite(_) => {}
    }
}

/// Passes every field of a row to `take`, in order.
pub fn each_field(row: &Cell<'_>, mut take: impl FnMut(Cell<'_>)) {
    match row {
        Cell::Postgres(bytes) => _ = postgres_fields(bytes, take),
        Cell::Sqlite(SqliteCell::Text(text)) => {
            let fields = serde_json::from_str::<Vec<&RawValue>>(text);
            for field in fields.unwrap_or_default() {
                sqlite_field(field.get(), &mut take);
            }
        }
        Cell::Null | Cell::Sqlite(_) => {}
    }
}

/// One dimension, or none where there are no rows.
fn postgres_rows<'row>(bytes: &'row [u8], mut take: impl FnMut(Cell<'row>)) -> Option<()> {
    let mut reader = Reader(bytes);
    let dimensions = reader.int()?;
    let (_has_nulls, _type) = (reader.int()?, reader.int()?);
    if dimensions == 0 {
        return Some(());
    }
    let (length, _lower_bound) = (reader.int()?, reader.int()?);
    for _ in 0..length {
        take(reader.cell()?);
    }
    Some(())
}

/// A count, then type, length and bytes of each field.
fn postgres_fields(bytes: &[u8], mut take: impl FnMut(Cell<'_>)) -> Option<()> {
    let mut reader = Reader(bytes);
    for _ in 0..reader.int()? {
        let _type = reader.int()?;
        take(reader.cell()?);
    }
    Some(())
}

fn sqlite_field(json: &str, take: &mut dyn FnMut(Cell<'_>)) {
    if json.starts_with('[') {
        return take(Cell::Sqlite(SqliteCell::Text(json)));
    }
    let Ok(literal) = serde_json::from_str::<String>(json) else {
        return take(Cell::Null);
    };
    if let Some(text) = inside(&literal, "'") {
        take(Cell::Sqlite(SqliteCell::Text(&text.replace("''", "'"))));
    } else if let Some(digits) = inside(&literal, "X'") {
        take(Cell::Sqlite(SqliteCell::Blob(&bytes(digits))));
    } else if let Ok(number) = literal.parse() {
        take(Cell::Sqlite(SqliteCell::Integer(number)));
    } else if let Ok(number) = literal.parse() {
        take(Cell::Sqlite(SqliteCell::Real(number)));
    } else {
        take(Cell::Null);
    }
}

fn inside<'text>(literal: &'text str, opening: &str) -> Option<&'text str> {
    literal.strip_prefix(opening)?.strip_suffix('\'')
}

fn bytes(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks_exact(2);
    let byte = |pair: &[u8]| {
        let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or(0) as u8;
        digit(pair[0]) << 4 | digit(pair[1])
    };
    pairs.map(byte).collect()
}

/// Reads PostgreSQL's binary formats.
pub(super) struct Reader<'bytes>(pub &'bytes [u8]);

impl<'bytes> Reader<'bytes> {
    pub(super) fn take(&mut self, size: usize) -> Option<&'bytes [u8]> {
        let (taken, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn int(&mut self) -> Option<i32> {
        self.take(4)?.try_into().ok().map(i32::from_be_bytes)
    }

    /// A length and as many bytes; -1 is NULL.
    fn cell(&mut self) -> Option<Cell<'bytes>> {
        match self.int()? {
            -1 => Some(Cell::Null),
            size => self.take(usize::try_from(size).ok()?).map(Cell::Postgres),
        }
    }
}

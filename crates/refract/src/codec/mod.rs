//! Converts between database values and JSON, in one place for each type.
//!
//! In: JSON or the text of a URL, with a column's [`Type`], becomes a [`Value`] or a
//! [`ValueError`]. Out: a cell from the database becomes JSON, which cannot fail. `postgres_cell`
//! and `sqlite_cell` have the differences between the databases. `temporal`, `decimal` and
//! `json_bytes` have the common spellings.

mod bind;
mod decimal;
mod json_bytes;
mod moment_reader;
mod parse_number;
mod parse_value;
mod postgres_cell;
mod postgres_spelling;
mod record_cells;
mod sqlite_cell;
mod stored_moment;
mod temporal;
mod url;

pub use bind::{SqliteParameter, postgres_text, sqlite_parameter};
pub use decimal::compare as compare_decimals;
pub use json_bytes::write_string;
pub use parse_value::{parse_json, parse_text};
pub use postgres_cell::is_sent_as;
pub use postgres_spelling::api_spelling;
pub use record_cells::{each_field, each_row};
pub use stored_moment::{COLLATIONS, collation, days_around};
pub use temporal::{Micros, iso_utc};
pub use url::{key_segment, percent_encoded};

use crate::{catalog::Type, settings::BigIntFormat};

/// A value to write or compare, checked against its column's type.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// Text, and all types with a canonical text form: numeric, uuid, enum label, date, time, JSON,
    /// and types that are only known by their text form.
    Text(String),
    /// Microseconds since 1970-01-01 UTC.
    Timestamp(Micros),
    Bytes(Vec<u8>),
    Array(Vec<Value>),
}

/// Why a value does not fit its column's type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    /// Stable, snake_case.
    pub code: &'static str,
    /// A sentence without its subject: "must be …".
    pub message: String,
}

/// A cell as the database sent it.
#[derive(Clone, Copy)]
pub enum Cell<'row> {
    Null,
    /// PostgreSQL's binary format.
    Postgres(&'row [u8]),
    Sqlite(SqliteCell<'row>),
}

impl Cell<'_> {
    /// Whether it is the boolean `true`.
    pub fn is_true(&self) -> bool {
        matches!(
            self,
            Self::Postgres([1, ..]) | Self::Sqlite(SqliteCell::Integer(1))
        )
    }

    /// Its value as a 64-bit integer.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Postgres(bytes) => Some(i64::from_be_bytes((*bytes).try_into().ok()?)),
            Self::Sqlite(SqliteCell::Integer(number)) => Some(*number),
            Self::Null | Self::Sqlite(_) => None,
        }
    }
}

/// A value by SQLite's storage classes.
#[derive(Clone, Copy)]
pub enum SqliteCell<'row> {
    Integer(i64),
    Real(f64),
    Text(&'row str),
    Blob(&'row [u8]),
}

/// Whether the database takes two values for equal, however they are spelled.
pub fn same(data_type: &Type, left: &Value, right: &Value) -> bool {
    match (data_type, left, right) {
        (Type::Numeric { .. }, Value::Text(left), Value::Text(right)) => {
            compare_decimals(left, right).is_eq()
        }
        (Type::Json { .. }, Value::Text(left), Value::Text(right)) => {
            let document = |text| serde_json::from_str::<serde_json::Value>(text).ok();
            document(left) == document(right)
        }
        _ => stored_moment::same(data_type, left, right).unwrap_or(left == right),
    }
}

/// How values are spelled in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// As Prisma Client spells them.
    Api(BigIntFormat),
    /// As PostgreSQL's JSON functions spell them. PostgreSQL's own cells are JSON already.
    Postgres,
}

/// Appends the JSON of a cell to `out`.
pub fn write_cell(data_type: &Type, big_int: BigIntFormat, cell: Cell<'_>, out: &mut Vec<u8>) {
    write_spelled(data_type, Spelling::Api(big_int), cell, out);
}

/// Appends the JSON of a cell to `out`.
pub fn write_spelled(data_type: &Type, spelling: Spelling, cell: Cell<'_>, out: &mut Vec<u8>) {
    match (cell, spelling) {
        (Cell::Null, _) => out.extend_from_slice(b"null"),
        (Cell::Postgres(bytes), Spelling::Api(big_int)) => {
            postgres_cell::write(data_type, big_int, bytes, out);
        }
        (Cell::Postgres(bytes), Spelling::Postgres) => {
            postgres_cell::write(data_type, BigIntFormat::Number, bytes, out);
        }
        (Cell::Sqlite(value), Spelling::Api(big_int)) => {
            sqlite_cell::write(data_type, big_int, &value, out);
        }
        (Cell::Sqlite(value), Spelling::Postgres) => {
            postgres_spelling::write(data_type, &value, out)
        }
    }
}

/// A cell as a value of another statement.
pub fn value(data_type: &Type, cell: Cell<'_>) -> Value {
    // As it is stored: SQLite's foreign keys distinguish the forms of a timestamp.
    if let (Cell::Sqlite(cell), Some(_)) = (&cell, collation(data_type)) {
        match cell {
            SqliteCell::Text(text) => return Value::Text((*text).to_owned()),
            SqliteCell::Integer(number) => return Value::Int(*number),
            SqliteCell::Real(number) => return Value::Float(*number),
            SqliteCell::Blob(_) => {}
        }
    }
    let mut json = Vec::new();
    write_cell(data_type, BigIntFormat::Number, cell, &mut json);
    let text = String::from_utf8_lossy(&json);
    match serde_json::from_str::<&serde_json::value::RawValue>(&text) {
        // Every value that can be read can be written, except of types that are read-only.
        Ok(raw) => parse_json(data_type, raw).unwrap_or(Value::Null),
        Err(_) => Value::Null,
    }
}

impl ValueError {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    fn wrong_type(expected: &str) -> Self {
        Self::new("invalid_type", format!("must be {expected}"))
    }
}

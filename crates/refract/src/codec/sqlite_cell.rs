//! Writes cells of SQLite as JSON.
//!
//! A SQLite column may hold any storage class, whatever its declared type. Each type reads all
//! forms that Prisma (native engine and adapters) and SQLite's own functions write.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::value::RawValue;

use super::{SqliteCell, decimal, json_bytes, stored_moment, temporal};
use crate::{catalog::Type, settings::BigIntFormat};

/// Appends the JSON of a cell.
pub(super) fn write(
    data_type: &Type,
    big_int: BigIntFormat,
    cell: &SqliteCell<'_>,
    out: &mut Vec<u8>,
) {
    if stored_moment::collation(data_type).is_some()
        && let Some(text) = text_of(cell)
    {
        let printed = printed(data_type, &text);
        return json_bytes::write_string(printed.as_deref().unwrap_or(&text), out);
    }
    match (data_type, cell) {
        (Type::Bool, SqliteCell::Integer(number)) => {
            out.extend_from_slice(if *number == 0 { b"false" } else { b"true" });
        }
        (Type::Int8, SqliteCell::Integer(number)) => {
            json_bytes::write_big_int(*number, big_int, out)
        }
        // The sandbox keeps it as text.
        (Type::Oid, SqliteCell::Text(text)) if text.parse::<u32>().is_ok() => {
            out.extend_from_slice(text.as_bytes());
        }
        (Type::Float4 | Type::Float8, SqliteCell::Integer(number)) => {
            json_bytes::write_integer(*number, out);
        }
        (Type::Numeric { .. }, SqliteCell::Integer(number)) => {
            json_bytes::write_string(&number.to_string(), out);
        }
        (Type::Numeric { .. }, SqliteCell::Real(number)) => {
            json_bytes::write_string(&decimal::to_json_text(&number.to_string()), out);
        }
        (Type::Numeric { .. }, SqliteCell::Text(text)) => {
            json_bytes::write_string(&decimal::to_json_text(text), out);
        }
        (Type::Json { .. }, SqliteCell::Text(text)) => json_bytes::write_document(text, out),
        (Type::Bytes, SqliteCell::Blob(bytes)) => {
            json_bytes::write_string(&STANDARD.encode(bytes), out)
        }
        (Type::Enum(of), SqliteCell::Text(label)) => {
            json_bytes::write_string(of.name_of(label), out)
        }
        (Type::Array(item), SqliteCell::Text(text)) => write_array(item, big_int, text, out),
        // The remaining values are of a class that the column's type does not use. They are written
        // as they are.
        (_, SqliteCell::Integer(number)) => json_bytes::write_integer(*number, out),
        (_, SqliteCell::Real(number)) => json_bytes::write_float(*number, out),
        (_, SqliteCell::Text(text)) => json_bytes::write_string(text, out),
        (_, SqliteCell::Blob(bytes)) => match std::str::from_utf8(bytes) {
            Ok(text) => write(data_type, big_int, &SqliteCell::Text(text), out),
            Err(_) => json_bytes::write_string(&STANDARD.encode(bytes), out),
        },
    }
}

/// The spelling of a timestamp, date or time. `None` where the stored text is none.
fn printed(data_type: &Type, stored: &str) -> Option<String> {
    match data_type {
        Type::Date => stored_moment::stored_day(stored).map(temporal::date),
        Type::Time => stored_moment::stored_time(stored).map(temporal::time),
        _ => stored_moment::stored_moment(stored).map(temporal::timestamp),
    }
}

/// The text that `CAST(… AS TEXT)` gives. `None` for bytes.
fn text_of<'cell>(cell: &SqliteCell<'cell>) -> Option<Cow<'cell, str>> {
    match cell {
        SqliteCell::Text(text) => Some(Cow::Borrowed(text)),
        SqliteCell::Integer(number) => Some(Cow::Owned(number.to_string())),
        SqliteCell::Real(number) => Some(Cow::Owned(number.to_string())),
        SqliteCell::Blob(_) => None,
    }
}

/// An array as `bind` stores it: JSON, integers in quotes.
fn write_array(item: &Type, big_int: BigIntFormat, text: &str, out: &mut Vec<u8>) {
    let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(text) else {
        return json_bytes::write_string(text, out);
    };
    json_bytes::write_array(items.into_iter(), out, |stored, out| {
        let raw = stored.get();
        if raw == "null" || matches!(item, Type::Json { .. }) && !raw.starts_with('"') {
            return out.extend_from_slice(raw.as_bytes());
        }
        match serde_json::from_str::<String>(raw) {
            Ok(text) => write_stored_text(item, big_int, &text, out),
            Err(_) => out.extend_from_slice(raw.as_bytes()),
        }
    });
}

fn write_stored_text(item: &Type, big_int: BigIntFormat, text: &str, out: &mut Vec<u8>) {
    let integer = || text.parse().ok();
    match (item, integer()) {
        (Type::Int2 | Type::Int4 | Type::Int8, Some(number)) => {
            write(item, big_int, &SqliteCell::Integer(number), out);
        }
        // Already base64.
        (Type::Bytes, _) => json_bytes::write_string(text, out),
        _ => write(item, big_int, &SqliteCell::Text(text), out),
    }
}

//! [`Value`] → what a statement binds, and what a URL carries.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reflect::snapshot::Database;
use sea_orm::sea_query;

use super::{Cell, Value, json, temporal, write_cell};
use crate::{catalog::Type, settings::BigIntFormat};

/// The bound form of a value.
///
/// PostgreSQL takes every parameter in text format and reads it with the input function of the
/// type it inferred, so that enums, domains, numerics and JSON need nothing of their own. SQLite
/// takes its storage classes, in the forms that Prisma's SQLite adapter writes.
pub fn bind(database: Database, value: &Value) -> sea_query::Value {
    match database {
        Database::Postgres => sea_query::Value::String(postgres_text(value).map(Cow::into_owned)),
        Database::Sqlite => sqlite_value(value),
    }
}

/// The text that PostgreSQL reads a value from; `None` is NULL.
pub fn postgres_text(value: &Value) -> Option<Cow<'_, str>> {
    Some(Cow::Owned(match value {
        Value::Null => return None,
        Value::Text(text) => return Some(Cow::Borrowed(text)),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) if number.is_nan() => "NaN".to_owned(),
        Value::Float(number) if number.is_infinite() => {
            if *number > 0.0 {
                "Infinity".to_owned()
            } else {
                "-Infinity".to_owned()
            }
        }
        Value::Float(number) => number.to_string(),
        Value::Timestamp(micros) => temporal::postgres_timestamp(*micros),
        Value::Bytes(bytes) => format!("\\x{}", hex(bytes)),
        Value::Array(items) => {
            let mut literal = String::with_capacity(items.len() * 32 + 2);
            write_array_literal(items, &mut literal);
            literal
        }
    }))
}

/// An array literal (PostgreSQL documentation, 8.15.2). Items are always quoted, so that NULL,
/// blanks, commas and braces are themselves.
fn write_array_literal(items: &[Value], out: &mut String) {
    out.push('{');
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        match item {
            Value::Null => out.push_str("NULL"),
            Value::Array(items) => write_array_literal(items, out),
            _ => write_array_item(&postgres_text(item).unwrap_or_default(), out),
        }
    }
    out.push('}');
}

fn write_array_item(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '"']) {
        out.push_str(&rest[..at]);
        out.push('\\');
        out.push_str(&rest[at..=at]);
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

fn sqlite_value(value: &Value) -> sea_query::Value {
    match value {
        Value::Null => sea_query::Value::String(None),
        Value::Bool(flag) => sea_query::Value::BigInt(Some(i64::from(*flag))),
        Value::Int(number) => sea_query::Value::BigInt(Some(*number)),
        // SQLite turns NaN into NULL; as text it survives.
        Value::Float(number) if number.is_nan() => sea_query::Value::from("NaN"),
        Value::Float(number) => sea_query::Value::Double(Some(*number)),
        Value::Text(text) => sea_query::Value::from(text.as_str()),
        Value::Timestamp(micros) => sea_query::Value::from(temporal::iso_utc(*micros)),
        Value::Bytes(bytes) => sea_query::Value::Bytes(Some(bytes.clone())),
        Value::Array(_) => {
            let mut out = Vec::new();
            write_stored(value, &mut out);
            sea_query::Value::from(String::from_utf8(out).expect("JSON is UTF-8"))
        }
    }
}

/// The JSON that stands for an array in the sandbox; `sqlite::write` reads it back.
fn write_stored(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(flag) => out.extend_from_slice(flag.to_string().as_bytes()),
        // In quotes: a JSON number would lose digits in other readers.
        Value::Int(number) => json::write_string(&number.to_string(), out),
        Value::Float(number) => json::write_float(*number, out),
        Value::Text(text) => json::write_string(text, out),
        Value::Timestamp(micros) => json::write_string(&temporal::iso_utc(*micros), out),
        Value::Bytes(bytes) => json::write_string(&STANDARD.encode(bytes), out),
        Value::Array(items) => json::write_array(items.iter(), out, write_stored),
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| {
            [
                DIGITS[usize::from(byte >> 4)],
                DIGITS[usize::from(byte & 15)],
            ]
        })
        .map(char::from)
        .collect()
}

/// What a URL segment leaves as it is: RFC 3986's unreserved characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A cell as part of a key in a URL; commas are encoded, since they separate the parts.
pub fn key_segment(data_type: &Type, cell: Cell<'_>) -> String {
    let mut out = Vec::new();
    write_cell(data_type, BigIntFormat::Number, cell, &mut out);
    let text = String::from_utf8_lossy(&out);
    let bare = match data_type {
        // JSON is itself in a URL: never empty, never a step, and quotes make it a string.
        Type::Json { .. } | Type::Array(_) => text.into_owned(),
        _ => guarded(serde_json::from_str(&text).unwrap_or_else(|_| text.into_owned())),
    };
    utf8_percent_encode(&bare, SEGMENT).to_string()
}

/// No path has a segment of nothing, and any client takes `.` and `..` for steps, encoded or not
/// (WHATWG URL standard, 4.4): these stand in quotes, and so does what is in quotes of its own.
fn guarded(bare: String) -> String {
    let in_quotes = bare.len() > 1 && bare.starts_with('"') && bare.ends_with('"');
    match bare.as_str() {
        "" | "." | ".." => format!("\"{bare}\""),
        _ if in_quotes => format!("\"{bare}\""),
        _ => bare,
    }
}

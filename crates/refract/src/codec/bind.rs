//! Values as statements bind them.
//!
//! PostgreSQL gets every parameter in text format and reads it with the input function of the type
//! that it inferred. So enums, domains, numerics and JSON need no special handling. SQLite gets its
//! storage classes, in the forms that Prisma's SQLite adapter writes.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{Value, json_bytes, temporal};

/// The text format of a value for PostgreSQL. `None` is NULL.
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
/// blanks, commas and braces keep their meaning.
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

/// A parameter by SQLite's storage classes.
#[derive(Debug, Clone, PartialEq)]
pub enum SqliteParameter {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

/// The parameter that SQLite stores as a value.
pub fn sqlite_parameter(value: &Value) -> SqliteParameter {
    match value {
        Value::Null => SqliteParameter::Null,
        Value::Bool(flag) => SqliteParameter::Integer(i64::from(*flag)),
        Value::Int(number) => SqliteParameter::Integer(*number),
        // SQLite turns NaN into NULL; as text it survives.
        Value::Float(number) if number.is_nan() => SqliteParameter::Text("NaN".to_owned()),
        Value::Float(number) => SqliteParameter::Real(*number),
        Value::Text(text) => SqliteParameter::Text(text.clone()),
        Value::Timestamp(micros) => SqliteParameter::Text(temporal::iso_utc(*micros)),
        Value::Bytes(bytes) => SqliteParameter::Blob(bytes.clone()),
        Value::Array(_) => {
            let mut out = Vec::new();
            write_stored(value, &mut out);
            SqliteParameter::Text(String::from_utf8(out).expect("JSON is UTF-8"))
        }
    }
}

/// The JSON that stores an array in the sandbox. `sqlite_cell::write` reads it.
fn write_stored(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(flag) => out.extend_from_slice(flag.to_string().as_bytes()),
        // In quotes, since other parsers would round a JSON number.
        Value::Int(number) => json_bytes::write_string(&number.to_string(), out),
        Value::Float(number) => json_bytes::write_float(*number, out),
        Value::Text(text) => json_bytes::write_string(text, out),
        Value::Timestamp(micros) => json_bytes::write_string(&temporal::iso_utc(*micros), out),
        Value::Bytes(bytes) => json_bytes::write_string(&STANDARD.encode(bytes), out),
        Value::Array(items) => json_bytes::write_array(items.iter(), out, write_stored),
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

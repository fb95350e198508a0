//! SQLite's storage classes → JSON bytes, spelled as PostgreSQL's JSON functions spell the same
//! values: all numbers as numbers, moments without more digits than they need, bytes in hex.

use serde_json::value::RawValue;

use super::{SqliteCell, json, sqlite};
use crate::{catalog::Type, settings::BigIntFormat};

/// Appends the JSON of a cell.
pub(super) fn write(data_type: &Type, cell: &SqliteCell<'_>, out: &mut Vec<u8>) {
    match (data_type, cell) {
        (Type::Numeric { .. }, _) => number(&api(data_type, cell), out),
        (Type::Timestamp, _) => text(&api(data_type, cell), out, |moment| {
            shortest(moment.trim_end_matches('Z'))
        }),
        (Type::TimestampTz, _) => text(&api(data_type, cell), out, |moment| {
            format!("{}+00:00", shortest(moment.trim_end_matches('Z')))
        }),
        (Type::Time, _) => text(&api(data_type, cell), out, shortest),
        (Type::Bytes, SqliteCell::Blob(bytes)) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            json::write_string(&format!("\\x{digits}"), out);
        }
        (Type::Enum(_), SqliteCell::Text(label)) => json::write_string(label, out),
        (Type::Array(item), SqliteCell::Text(stored)) => array(item, stored, out),
        _ => sqlite::write(data_type, BigIntFormat::Number, cell, out),
    }
}

fn api(data_type: &Type, cell: &SqliteCell<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    sqlite::write(data_type, BigIntFormat::Number, cell, &mut out);
    out
}

/// A decimal in quotes without them; what is no number stays as it is.
fn number(quoted: &[u8], out: &mut Vec<u8>) {
    let inside = serde_json::from_slice::<String>(quoted).unwrap_or_default();
    match serde_json::from_str::<serde_json::Number>(&inside) {
        Ok(_) => out.extend_from_slice(inside.as_bytes()),
        Err(_) => out.extend_from_slice(quoted),
    }
}

fn text(quoted: &[u8], out: &mut Vec<u8>, spell: impl FnOnce(&str) -> String) {
    match serde_json::from_slice::<String>(quoted) {
        Ok(inside) => json::write_string(&spell(&inside), out),
        Err(_) => out.extend_from_slice(quoted),
    }
}

/// A moment or a time of day without the zeros that end its fraction.
fn shortest(moment: &str) -> String {
    match moment.split_once('.') {
        None => moment.to_owned(),
        Some((seconds, fraction)) => match fraction.trim_end_matches('0') {
            "" => seconds.to_owned(),
            digits => format!("{seconds}.{digits}"),
        },
    }
}

/// An array as `bind` stores it: JSON, integers in quotes.
fn array(item: &Type, stored: &str, out: &mut Vec<u8>) {
    let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(stored) else {
        return json::write_string(stored, out);
    };
    json::write_array(
        items.into_iter(),
        out,
        |raw, out| match serde_json::from_str::<String>(raw.get()) {
            Ok(text) => match (item, text.parse()) {
                (Type::Int2 | Type::Int4 | Type::Int8, Ok(integer)) => {
                    write(item, &SqliteCell::Integer(integer), out);
                }
                _ => write(item, &SqliteCell::Text(&text), out),
            },
            Err(_) => out.extend_from_slice(raw.get().as_bytes()),
        },
    );
}

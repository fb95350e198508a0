//! PostgreSQL's spelling of values that SQLite stores: JSON as PostgreSQL's functions write it
//! (numbers as numbers, timestamps with the digits they need, bytes in hex), and texts as its input
//! functions read them.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::value::RawValue;

use super::{SqliteCell, json_bytes, sqlite_cell, stored_moment, temporal};
use crate::{catalog::Type, settings::BigIntFormat};

/// The API's spelling of a text that PostgreSQL accepts
/// (<https://www.postgresql.org/docs/current/datatype-boolean.html>, `datatype-datetime.html`,
/// `datatype-binary.html`). Other texts stay unchanged.
pub fn api_spelling<'text>(data_type: &Type, text: &'text str) -> Cow<'text, str> {
    let spelled = match data_type {
        Type::Bool => boolean(text).map(str::to_owned),
        Type::Timestamp | Type::TimestampTz => iso_moment(text.trim()),
        Type::Bytes => text.strip_prefix("\\x").and_then(hex),
        Type::Enum(of) => Some(of.name_of(text).to_owned()),
        Type::Text { .. } | Type::Json { .. } | Type::Array(_) | Type::Other { .. } => None,
        _ => return Cow::Borrowed(text.trim()),
    };
    spelled.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// PostgreSQL accepts unambiguous prefixes of the words.
fn boolean(text: &str) -> Option<&'static str> {
    let text = text.trim().to_ascii_lowercase();
    let begins = |words: &[&str]| {
        words
            .iter()
            .any(|word| word.starts_with(&text) && !text.is_empty())
    };
    match text.as_str() {
        "o" => None,
        "on" | "1" => Some("true"),
        "of" | "off" | "0" => Some("false"),
        _ if begins(&["true", "yes"]) => Some("true"),
        _ if begins(&["false", "no"]) => Some("false"),
        _ => None,
    }
}

/// A date, or a timestamp with or without its zone, which is UTC.
fn iso_moment(text: &str) -> Option<String> {
    stored_moment::written_moment(text).map(temporal::timestamp)
}

fn hex(digits: &str) -> Option<String> {
    let pairs = digits.as_bytes().chunks(2);
    let bytes = pairs.map(|pair| {
        // Rust's parser would accept a sign.
        let is_byte = pair.len() == 2 && pair.iter().all(u8::is_ascii_hexdigit);
        let pair = std::str::from_utf8(pair).ok().filter(|_| is_byte)?;
        u8::from_str_radix(pair, 16).ok()
    });
    bytes
        .collect::<Option<Vec<_>>>()
        .map(|bytes| STANDARD.encode(bytes))
}

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
            json_bytes::write_string(&format!("\\x{digits}"), out);
        }
        (Type::Enum(_), SqliteCell::Text(label)) => json_bytes::write_string(label, out),
        (Type::Array(item), SqliteCell::Text(stored)) => array(item, stored, out),
        _ => sqlite_cell::write(data_type, BigIntFormat::Number, cell, out),
    }
}

fn api(data_type: &Type, cell: &SqliteCell<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    sqlite_cell::write(data_type, BigIntFormat::Number, cell, &mut out);
    out
}

/// Removes the quotes of a decimal. NaN stays as it is.
fn number(quoted: &[u8], out: &mut Vec<u8>) {
    let inside = serde_json::from_slice::<String>(quoted).unwrap_or_default();
    match serde_json::from_str::<serde_json::Number>(&inside) {
        Ok(_) => out.extend_from_slice(inside.as_bytes()),
        Err(_) => out.extend_from_slice(quoted),
    }
}

fn text(quoted: &[u8], out: &mut Vec<u8>, spell: impl FnOnce(&str) -> String) {
    match serde_json::from_slice::<String>(quoted) {
        Ok(inside) => json_bytes::write_string(&spell(&inside), out),
        Err(_) => out.extend_from_slice(quoted),
    }
}

/// A timestamp or time without trailing zeros in its fraction.
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
        return json_bytes::write_string(stored, out);
    };
    json_bytes::write_array(
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_postgresql_reads_them() {
        let spelled = |data_type: &Type, text: &str| api_spelling(data_type, text).into_owned();
        for (text, expected) in [
            ("t", "true"),
            (" YES ", "true"),
            ("on", "true"),
            ("1", "true"),
            ("fal", "false"),
            ("off", "false"),
            ("n", "false"),
            ("o", "o"),
            ("", ""),
            ("yess", "yess"),
        ] {
            assert_eq!(spelled(&Type::Bool, text), expected, "{text}");
        }
        for (text, expected) in [
            ("2020-02-29", "2020-02-29T00:00:00.000Z"),
            ("2020-02-29 12:00:01.5", "2020-02-29T12:00:01.500Z"),
            ("2020-02-29T12:00:01+02:00", "2020-02-29T10:00:01.000Z"),
            ("infinity", "infinity"),
            ("2020-02-30", "2020-02-30"),
        ] {
            assert_eq!(spelled(&Type::Timestamp, text), expected, "{text}");
        }
        assert_eq!(spelled(&Type::Bytes, "\\x00ff"), "AP8=");
        for wrong in ["\\x0", "\\x+1", "\\xé"] {
            assert_eq!(spelled(&Type::Bytes, wrong), wrong);
        }
        assert_eq!(spelled(&Type::Int4, " 7 "), "7");
        assert_eq!(spelled(&Type::Text { max_length: None }, " 7 "), " 7 ");
    }
}

//! Writes JSON into a byte buffer.

use super::decimal;
use crate::settings::BigIntFormat;

/// Appends `text` as a JSON string.
pub fn write_string(text: &str, out: &mut Vec<u8>) {
    serde_json::to_writer(out, text)
        .expect("a string always serialises, and a Vec takes all bytes");
}

/// Appends ASCII that needs no escapes, in quotes.
pub(super) fn write_plain(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    out.push(b'"');
    write(out);
    out.push(b'"');
}

pub(super) fn write_integer(number: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Appends a 64-bit integer, in quotes where the setting `BIGINT` says so.
pub(super) fn write_big_int(number: i64, big_int: BigIntFormat, out: &mut Vec<u8>) {
    match big_int {
        BigIntFormat::String => write_plain(out, |out| write_integer(number, out)),
        BigIntFormat::Number => write_integer(number, out),
    }
}

/// Appends a double as JavaScript prints it. NaN and infinities become strings.
pub(super) fn write_float(number: f64, out: &mut Vec<u8>) {
    if number.is_nan() {
        out.extend_from_slice(b"\"NaN\"");
    } else if number.is_infinite() {
        out.extend_from_slice(if number > 0.0 {
            b"\"Infinity\""
        } else {
            b"\"-Infinity\""
        });
    } else {
        write_finite(
            &serde_json::to_string(&number).unwrap_or_else(|_| number.to_string()),
            out,
        );
    }
}

/// Appends a single with the shortest digits that distinguish it from other singles.
pub(super) fn write_single(number: f32, out: &mut Vec<u8>) {
    if number.is_finite() {
        write_finite(
            &serde_json::to_string(&number).unwrap_or_else(|_| number.to_string()),
            out,
        );
    } else {
        write_float(f64::from(number), out);
    }
}

/// Spells a number as JavaScript does (ECMA-262, 6.1.6.1.20), which begins with exponents later than
/// serde_json, and has a negative zero that `JSON.stringify` prints as 0.
fn write_finite(text: &str, out: &mut Vec<u8>) {
    let text = text.strip_suffix(".0").unwrap_or(text);
    if text.contains('e') {
        // decimal.js has the same thresholds.
        out.extend_from_slice(decimal::to_json_text(text).as_bytes());
    } else {
        out.extend_from_slice(if text == "-0" { b"0" } else { text.as_bytes() });
    }
}

/// Appends a JSON document from the database. SQLite may hold an invalid document, which is
/// appended as a string, so that the response stays valid.
pub(super) fn write_document(text: &str, out: &mut Vec<u8>) {
    match serde_json::from_str::<&serde_json::value::RawValue>(text) {
        Ok(_) => out.extend_from_slice(text.trim().as_bytes()),
        Err(_) => write_string(text, out),
    }
}

/// Appends an array, item by item.
pub(super) fn write_array<T>(
    items: impl Iterator<Item = T>,
    out: &mut Vec<u8>,
    mut write_item: impl FnMut(T, &mut Vec<u8>),
) {
    out.push(b'[');
    for (position, item) in items.enumerate() {
        if position > 0 {
            out.push(b',');
        }
        write_item(item, out);
    }
    out.push(b']');
}

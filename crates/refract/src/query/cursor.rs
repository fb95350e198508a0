//! Cursors: the end of a page, as an opaque text.
//!
//! A cursor holds the values that the last row has in the order of the list, and a fingerprint of
//! the resource and of the order, so that a cursor of another list is refused. A cursor grants
//! nothing that a filter does not grant: its values are checked and bound as those of a filter.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::value::RawValue;

use crate::{
    catalog::Type,
    codec::{Cell, SqliteCell, Value, parse_json, write_cell},
    settings::BigIntFormat,
};

/// The order of a list, in 64 bits (FNV-1a). It is the same in every process and in every release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(u64);

impl Fingerprint {
    pub fn of(resource: &str) -> Self {
        Self(0xcbf2_9ce4_8422_2325).with(resource)
    }

    /// The same with another part of the order.
    pub fn with(self, part: &str) -> Self {
        let bytes = part.bytes().chain([0xff]);
        Self(bytes.fold(self.0, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    /// The same with a direction.
    pub fn directed(self, descending: bool, nulls_first: Option<bool>) -> Self {
        // PostgreSQL's default.
        let nulls_first = nulls_first.unwrap_or(descending);
        let parts = [["asc", "asc nf"], ["desc nl", "desc"]];
        self.with(parts[usize::from(descending)][usize::from(nulls_first)])
    }
}

/// The cursor after a row with these values.
pub fn encode<'row>(
    fingerprint: Fingerprint,
    values: impl Iterator<Item = (&'row Type, Cell<'row>)>,
) -> String {
    let mut encoder = Encoder::new(fingerprint);
    for (data_type, cell) in values {
        encoder.push(data_type, cell);
    }
    encoder.finish()
}

/// A cursor in the making.
#[derive(Debug)]
pub struct Encoder {
    json: Vec<u8>,
}

impl Encoder {
    pub fn new(fingerprint: Fingerprint) -> Self {
        Self {
            json: format!("[\"{:x}\"", fingerprint.0).into_bytes(),
        }
    }

    /// Adds the next value of the order.
    pub fn push(&mut self, data_type: &Type, cell: Cell<'_>) {
        self.json.push(b',');
        match cell {
            // As it is stored: SQLite compares the stored value, not its meaning.
            Cell::Sqlite(cell) => write_stored(&cell, &mut self.json),
            cell => {
                let data_type = spelled(data_type);
                write_cell(&data_type, BigIntFormat::String, cell, &mut self.json);
            }
        }
    }

    pub fn finish(mut self) -> String {
        self.json.push(b']');
        URL_SAFE_NO_PAD.encode(self.json)
    }
}

/// The values of a cursor. `None` if it is not a cursor of this list.
pub fn decode(
    text: &str,
    fingerprint: Fingerprint,
    types: &[&Type],
    is_stored: bool,
) -> Option<Vec<Value>> {
    let json = URL_SAFE_NO_PAD.decode(text).ok()?;
    let parts: Vec<&RawValue> = serde_json::from_slice(&json).ok()?;
    let (first, values) = parts.split_first()?;
    let first: String = serde_json::from_str(first.get()).ok()?;
    if first != format!("{:x}", fingerprint.0) || values.len() != types.len() {
        return None;
    }
    let value = |(raw, data_type): (&&RawValue, &&Type)| {
        if is_stored {
            return stored(raw.get());
        }
        held(data_type, raw)
    };
    values.iter().zip(types).map(value).collect()
}

/// The version that stands before the text of a `jsonb` in PostgreSQL's binary format.
const VERSION: char = '\u{1}';

/// The type that a value is written as. JSON is written as a text, since its null is a value, unlike
/// the NULL of the database.
fn spelled(data_type: &Type) -> Cow<'_, Type> {
    match data_type {
        Type::Json { .. } => Cow::Owned(Type::Text { max_length: None }),
        Type::Array(item) => match spelled(item) {
            Cow::Owned(item) => Cow::Owned(Type::Array(Box::new(item))),
            Cow::Borrowed(_) => Cow::Borrowed(data_type),
        },
        _ => Cow::Borrowed(data_type),
    }
}

/// A value that was in a row. A row may hold values that are refused in a request: texts that are too
/// long, and lists that hold nulls or lists.
fn held(data_type: &Type, raw: &RawValue) -> Option<Value> {
    match data_type {
        _ if raw.get() == "null" => Some(Value::Null),
        Type::Text { .. } => parse_json(&Type::Text { max_length: None }, raw).ok(),
        Type::Json { .. } => {
            let document: String = serde_json::from_str(raw.get()).ok()?;
            Some(Value::Text(document.trim_start_matches(VERSION).to_owned()))
        }
        Type::Array(item) => {
            let items: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
            let items = items.into_iter().map(|raw| match raw.get() {
                list if list.starts_with('[') => held(data_type, raw),
                _ => held(item, raw),
            });
            items.collect::<Option<_>>().map(Value::Array)
        }
        _ => parse_json(data_type, raw).ok(),
    }
}

fn write_stored(cell: &SqliteCell<'_>, out: &mut Vec<u8>) {
    let value = match cell {
        SqliteCell::Integer(number) => serde_json::json!(number),
        SqliteCell::Real(number) => serde_json::json!({ "real": number.to_string() }),
        SqliteCell::Text(text) => serde_json::json!(text),
        SqliteCell::Blob(bytes) => serde_json::json!({ "blob": URL_SAFE_NO_PAD.encode(bytes) }),
    };
    out.extend_from_slice(value.to_string().as_bytes());
}

fn stored(json: &str) -> Option<Value> {
    let value: serde_json::Value = serde_json::from_str(json).ok()?;
    match &value {
        serde_json::Value::Null => Some(Value::Null),
        serde_json::Value::Number(number) => number.as_i64().map(Value::Int),
        serde_json::Value::String(text) => Some(Value::Text(text.clone())),
        serde_json::Value::Object(object) => {
            let text = |name| object.get(name).and_then(serde_json::Value::as_str);
            let real = text("real").and_then(|text| text.parse().ok().map(Value::Float));
            let blob = || URL_SAFE_NO_PAD.decode(text("blob")?).ok().map(Value::Bytes);
            real.or_else(blob)
        }
        _ => None,
    }
}

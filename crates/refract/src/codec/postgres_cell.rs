//! Writes cells in PostgreSQL's binary format as JSON.
//!
//! The formats are those of the `*_send` functions in PostgreSQL's source. `db` refuses columns of
//! other types than the catalog's ([`is_sent_as`]). A cell of an unexpected length still becomes
//! null.

use std::str;

use base64::{Engine, engine::general_purpose::STANDARD};
use tokio_postgres::types::{Kind, Type as Wire};

use super::{decimal, json_bytes, record_cells::Reader, temporal};
use crate::{catalog::Type, settings::BigIntFormat};

/// Days from 1970-01-01, Unix's epoch, to 2000-01-01, PostgreSQL's.
const EPOCH_DAYS: i64 = 10_957;

/// Whether the server sends values of a type as [`write()`] reads them. It sends domains as their
/// base types; types without a codec are asked for as text.
pub fn is_sent_as(data_type: &Type, wire: &Wire) -> bool {
    match data_type {
        Type::Bool => *wire == Wire::BOOL,
        Type::Int2 => *wire == Wire::INT2,
        Type::Int4 => *wire == Wire::INT4,
        Type::Int8 => *wire == Wire::INT8,
        Type::Oid => *wire == Wire::OID,
        Type::Float4 => *wire == Wire::FLOAT4,
        Type::Float8 => *wire == Wire::FLOAT8,
        Type::Numeric { .. } => *wire == Wire::NUMERIC,
        Type::Text { .. } | Type::Other { .. } | Type::Enum(_) => {
            [Wire::TEXT, Wire::VARCHAR, Wire::BPCHAR, Wire::NAME].contains(wire)
        }
        Type::Uuid => *wire == Wire::UUID,
        Type::Timestamp => *wire == Wire::TIMESTAMP,
        Type::TimestampTz => *wire == Wire::TIMESTAMPTZ,
        Type::Date => *wire == Wire::DATE,
        Type::Time => *wire == Wire::TIME,
        Type::Json { comparable: false } => *wire == Wire::JSON,
        Type::Json { comparable: true } => *wire == Wire::JSONB,
        Type::Bytes => *wire == Wire::BYTEA,
        Type::Array(item) => {
            matches!(wire.kind(), Kind::Array(sent) if is_sent_as(item, sent))
        }
    }
}

/// Appends the JSON of a binary cell.
pub(super) fn write(data_type: &Type, big_int: BigIntFormat, bytes: &[u8], out: &mut Vec<u8>) {
    if write_known(data_type, big_int, bytes, out).is_none() {
        out.extend_from_slice(b"null");
    }
}

fn write_known(
    data_type: &Type,
    big_int: BigIntFormat,
    bytes: &[u8],
    out: &mut Vec<u8>,
) -> Option<()> {
    match data_type {
        Type::Bool => out.extend_from_slice(if *bytes.first()? == 0 {
            b"false"
        } else {
            b"true"
        }),
        Type::Int2 => {
            json_bytes::write_integer(i16::from_be_bytes(bytes.try_into().ok()?).into(), out)
        }
        Type::Int4 => {
            json_bytes::write_integer(i32::from_be_bytes(bytes.try_into().ok()?).into(), out)
        }
        Type::Int8 => {
            json_bytes::write_big_int(i64::from_be_bytes(bytes.try_into().ok()?), big_int, out);
        }
        Type::Oid => {
            json_bytes::write_integer(u32::from_be_bytes(bytes.try_into().ok()?).into(), out)
        }
        Type::Float4 => json_bytes::write_single(f32::from_be_bytes(bytes.try_into().ok()?), out),
        Type::Float8 => json_bytes::write_float(f64::from_be_bytes(bytes.try_into().ok()?), out),
        Type::Numeric { .. } => write_numeric(bytes, out)?,
        Type::Text { .. } | Type::Other { .. } => {
            json_bytes::write_string(str::from_utf8(bytes).ok()?, out);
        }
        Type::Enum(of) => json_bytes::write_string(of.name_of(str::from_utf8(bytes).ok()?), out),
        Type::Uuid => {
            let id = uuid::Uuid::from_slice(bytes).ok()?;
            let text = &mut [0; 36];
            let text = id.hyphenated().encode_lower(text).as_bytes();
            json_bytes::write_plain(out, |out| out.extend_from_slice(text));
        }
        Type::Timestamp | Type::TimestampTz => match i64::from_be_bytes(bytes.try_into().ok()?) {
            i64::MAX => out.extend_from_slice(b"\"infinity\""),
            i64::MIN => out.extend_from_slice(b"\"-infinity\""),
            micros => json_bytes::write_plain(out, |out| {
                temporal::write_timestamp(EPOCH_DAYS, micros, out);
            }),
        },
        Type::Date => match i32::from_be_bytes(bytes.try_into().ok()?) {
            i32::MAX => out.extend_from_slice(b"\"infinity\""),
            i32::MIN => out.extend_from_slice(b"\"-infinity\""),
            days => json_bytes::write_plain(out, |out| {
                temporal::write_date(i64::from(days) + EPOCH_DAYS, out);
            }),
        },
        Type::Time => {
            let micros = i64::from_be_bytes(bytes.try_into().ok()?);
            json_bytes::write_plain(out, |out| temporal::write_time(micros, out));
        }
        // jsonb's binary form is a version byte and the text.
        Type::Json { comparable } => {
            let text = if *comparable {
                bytes.strip_prefix(&[1])?
            } else {
                bytes
            };
            out.extend_from_slice(text.trim_ascii());
        }
        Type::Bytes => json_bytes::write_string(&STANDARD.encode(bytes), out),
        Type::Array(item) => write_array(item, big_int, bytes, out)?,
    }
    Some(())
}

/// `numeric_send`: count of base-10000 digits, weight of the first, sign, scale, digits.
fn write_numeric(bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
    const NEGATIVE: u16 = 0x4000;
    let mut fields = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    let (count, weight, sign, _scale) = (
        fields.next()?,
        fields.next()? as i16,
        fields.next()?,
        fields.next()?,
    );
    let special = match sign {
        0 | NEGATIVE => None,
        0xD000 => Some("Infinity"),
        0xF000 => Some("-Infinity"),
        _ => Some("NaN"),
    };
    if let Some(name) = special {
        json_bytes::write_string(name, out);
        return Some(());
    }
    let mut digits = Vec::with_capacity(usize::from(count) * 4);
    for group in fields.take(usize::from(count)) {
        let digit = |unit: u16| b'0' + (group / unit % 10) as u8;
        digits.extend([digit(1000), digit(100), digit(10), digit(1)]);
    }
    // The point stands after `weight + 1` groups.
    let point = (i64::from(weight) + 1) * 4;
    json_bytes::write_plain(out, |out| {
        decimal::write_json(sign == NEGATIVE, digits, point, out);
    });
    Some(())
}

/// `array_send`: dimensions, null flag, element type, (length, lower bound) per dimension, then
/// each element with its length.
fn write_array(item: &Type, big_int: BigIntFormat, bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let mut reader = Reader(bytes);
    let dimensions = reader.int()?;
    let (_has_nulls, _element_type) = (reader.int()?, reader.int()?);
    let mut lengths = Vec::new();
    for _ in 0..dimensions {
        lengths.push(reader.int()?);
        let _lower_bound = reader.int()?;
    }
    if lengths.is_empty() {
        out.extend_from_slice(b"[]");
        return Some(());
    }
    write_dimension(&lengths, item, big_int, &mut reader, out)
}

fn write_dimension(
    lengths: &[i32],
    item: &Type,
    big_int: BigIntFormat,
    reader: &mut Reader<'_>,
    out: &mut Vec<u8>,
) -> Option<()> {
    out.push(b'[');
    let (length, inner) = lengths.split_first()?;
    for position in 0..*length {
        if position > 0 {
            out.push(b',');
        }
        if inner.is_empty() {
            match reader.int()? {
                -1 => out.extend_from_slice(b"null"),
                size => write(
                    item,
                    big_int,
                    reader.take(usize::try_from(size).ok()?)?,
                    out,
                ),
            }
        } else {
            write_dimension(inner, item, big_int, reader, out)?;
        }
    }
    out.push(b']');
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(data_type: &Type, bytes: &[u8]) -> String {
        let mut out = Vec::new();
        write(data_type, BigIntFormat::String, bytes, &mut out);
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    #[test]
    fn numerics_come_out_of_base_10000() {
        let cell = |weight: i16, sign: u16, digits: &[u16]| {
            let mut bytes = Vec::new();
            bytes.extend((digits.len() as u16).to_be_bytes());
            bytes.extend(weight.to_be_bytes());
            bytes.extend(sign.to_be_bytes());
            bytes.extend(0u16.to_be_bytes());
            digits
                .iter()
                .for_each(|digit| bytes.extend(digit.to_be_bytes()));
            written(
                &Type::Numeric {
                    precision: None,
                    scale: None,
                },
                &bytes,
            )
        };
        assert_eq!(cell(0, 0, &[12, 3400]), "\"12.34\"");
        assert_eq!(cell(-1, 0x4000, &[5]), "\"-0.0005\"");
        assert_eq!(cell(1, 0, &[1]), "\"10000\"");
        assert_eq!(cell(0, 0, &[]), "\"0\"");
        assert_eq!(cell(0, 0xC000, &[]), "\"NaN\"");
    }

    #[test]
    fn the_last_and_the_first_timestamp_are_printed() {
        let cell = |micros: i64| written(&Type::Timestamp, &micros.to_be_bytes());
        assert_eq!(
            cell(9_223_371_331_199_999_999),
            "\"+294276-12-31T23:59:59.999999Z\""
        );
        assert_eq!(
            cell(-211_813_488_000_000_000),
            "\"-004713-11-24T00:00:00.000Z\""
        );
        assert_eq!(cell(i64::MAX), "\"infinity\"");
    }

    #[test]
    fn a_cell_of_another_type_prints_as_null() {
        assert_eq!(written(&Type::Int4, b"surprise"), "null");
        assert_eq!(written(&Type::Array(Box::new(Type::Int4)), b"x"), "null");
    }
}

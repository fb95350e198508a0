//! JSON and URL text → [`Value`], or the reason why not.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::value::RawValue;

use super::{
    Value, ValueError,
    parse_number::{float, integer, numeric},
    temporal,
};
use crate::catalog::{Enum, Type};

/// Reads the JSON of one field.
///
/// `null` is SQL NULL for every type, `json` included; whether the column takes it is the
/// planner's business.
///
/// # Errors
/// The reason, without the field's name.
pub fn parse_json(data_type: &Type, json: &RawValue) -> Result<Value, ValueError> {
    let raw = json.get();
    if raw == "null" {
        return Ok(Value::Null);
    }
    let token = match raw.as_bytes()[0] {
        b'"' => Token::String(
            serde_json::from_str::<String>(raw)
                .map_err(|_| ValueError::new("invalid_unicode", "holds half a surrogate pair"))?,
        ),
        b'-' | b'0'..=b'9' => Token::Number(raw),
        b't' => Token::Bool(true),
        b'f' => Token::Bool(false),
        _ => Token::Composite,
    };
    match (data_type, token) {
        (Type::Json { .. }, _) => document(raw),
        (Type::Array(item), Token::Composite) if raw.starts_with('[') => array(item, raw),
        (Type::Bool, Token::Bool(flag)) => Ok(Value::Bool(flag)),
        (
            Type::Int2
            | Type::Int4
            | Type::Int8
            | Type::Oid
            | Type::Float4
            | Type::Float8
            | Type::Numeric { .. },
            Token::Number(text),
        ) => scalar(data_type, text),
        (Type::Int8 | Type::Numeric { .. }, Token::String(text)) => scalar(data_type, &text),
        (Type::Float4 | Type::Float8, Token::String(text))
            if matches!(text.as_str(), "NaN" | "Infinity" | "-Infinity") =>
        {
            scalar(data_type, &text)
        }
        (
            Type::Text { .. }
            | Type::Uuid
            | Type::Enum(_)
            | Type::Timestamp
            | Type::TimestampTz
            | Type::Date
            | Type::Time
            | Type::Bytes
            | Type::Other { .. },
            Token::String(text),
        ) => scalar(data_type, &text),
        _ => Err(ValueError::wrong_type(&expectation(data_type))),
    }
}

/// Reads the text of a URL: a filter's operand or part of a key.
///
/// # Errors
/// The reason, without the field's name.
pub fn parse_text(data_type: &Type, text: &str) -> Result<Value, ValueError> {
    match data_type {
        Type::Bool => match text {
            "true" | "t" => Ok(Value::Bool(true)),
            "false" | "f" => Ok(Value::Bool(false)),
            _ => Err(ValueError::wrong_type("true or false")),
        },
        Type::Json { .. } => match serde_json::from_str::<&RawValue>(text) {
            Ok(json) => document(json.get()),
            Err(_) => Err(ValueError::wrong_type("JSON")),
        },
        Type::Array(item) => match serde_json::from_str::<&RawValue>(text) {
            Ok(json) if json.get().starts_with('[') => array(item, json.get()),
            _ => Err(ValueError::wrong_type("a JSON array")),
        },
        // A `+` that was not percent-encoded has become a blank.
        Type::Timestamp | Type::TimestampTz if text.contains(' ') && text.contains('T') => {
            scalar(data_type, &text.replace(' ', "+"))
        }
        _ => scalar(data_type, text),
    }
}

/// A JSON value by its first byte.
enum Token<'raw> {
    String(String),
    Number(&'raw str),
    Bool(bool),
    /// An object or an array.
    Composite,
}

/// Reads everything that is one text.
fn scalar(data_type: &Type, text: &str) -> Result<Value, ValueError> {
    match data_type {
        Type::Int2 => integer(text, i16::MIN.into(), i16::MAX.into()),
        Type::Int4 => integer(text, i32::MIN.into(), i32::MAX.into()),
        Type::Int8 => integer(text, i64::MIN, i64::MAX),
        Type::Oid => integer(text, 0, u32::MAX.into()),
        Type::Float4 => float(text, |number| (number as f32).is_finite(), &f32::MAX),
        Type::Float8 => float(text, f64::is_finite, &f64::MAX),
        Type::Numeric { precision, scale } => numeric(text, *precision, *scale),
        Type::Text { max_length } => characters(text, *max_length),
        Type::Uuid => uuid::Uuid::try_parse(text)
            .map(|id| Value::Text(id.hyphenated().to_string()))
            .map_err(|_| ValueError::wrong_type("a UUID")),
        Type::Enum(of) => label(of, text),
        Type::Timestamp | Type::TimestampTz | Type::Date if temporal::is_infinity(text) => {
            Ok(Value::Text(text.to_owned()))
        }
        Type::Timestamp | Type::TimestampTz => temporal::parse_timestamp(text)
            .map(Value::Timestamp)
            .ok_or_else(|| ValueError::wrong_type(&expectation(data_type))),
        Type::Date => temporal::parse_date(text)
            .map(Value::Text)
            .ok_or_else(|| ValueError::wrong_type(&expectation(data_type))),
        Type::Time => temporal::parse_time(text)
            .map(Value::Text)
            .ok_or_else(|| ValueError::wrong_type(&expectation(data_type))),
        Type::Bytes => base64(text),
        Type::Other {
            writable: true,
            name,
        } => characters(without_day(name, text), None),
        Type::Other {
            name,
            writable: false,
        } => Err(ValueError::new(
            "read_only",
            format!("cannot be written: its type is {name}"),
        )),
        Type::Bool | Type::Json { .. } | Type::Array(_) => {
            Err(ValueError::wrong_type(&expectation(data_type)))
        }
    }
}

/// Of `timetz`, the time of an RFC 3339 timestamp, which Prisma takes for one.
fn without_day<'text>(type_name: &str, text: &'text str) -> &'text str {
    let is_timetz = type_name.starts_with("time") && type_name.ends_with("with time zone");
    match text.split_once(['T', 't']) {
        Some((_, time)) if is_timetz && temporal::parse_timestamp(text).is_some() => time,
        _ => text,
    }
}

fn characters(text: &str, max_length: Option<u32>) -> Result<Value, ValueError> {
    if text.contains('\0') {
        return Err(ValueError::new(
            "invalid_character",
            "must not hold a NUL character",
        ));
    }
    if let Some(max_length) = max_length
        && text.chars().nth(max_length as usize).is_some()
    {
        return Err(ValueError::new(
            "too_long",
            format!("has more than {max_length} characters"),
        ));
    }
    Ok(Value::Text(text.to_owned()))
}

fn label(of: &Enum, text: &str) -> Result<Value, ValueError> {
    match of.label_of(text) {
        Some(label) => Ok(Value::Text(label.to_owned())),
        None => {
            let names: Vec<_> = of.values.iter().map(|value| value.name.as_str()).collect();
            Err(ValueError::new(
                "invalid_enum_value",
                format!("must be one of {}", names.join(", ")),
            ))
        }
    }
}

fn base64(text: &str) -> Result<Value, ValueError> {
    const LENIENT: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let standard = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
    let url_safe = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);
    standard
        .decode(text)
        .or_else(|_| url_safe.decode(text))
        .map(Value::Bytes)
        .map_err(|_| ValueError::wrong_type("base64"))
}

fn document(raw: &str) -> Result<Value, ValueError> {
    // PostgreSQL's jsonb cannot hold NUL, json columns cannot read it back as text.
    if has_nul_escape(raw) {
        return Err(ValueError::new(
            "invalid_character",
            "must not hold a NUL character",
        ));
    }
    // Parsing finds what a raw value lets through: half surrogate pairs, numbers too deep.
    serde_json::from_str::<serde_json::Value>(raw)
        .map_err(|_| ValueError::new("invalid_json", "is not JSON that the database can hold"))?;
    Ok(Value::Text(raw.to_owned()))
}

/// Whether the JSON text holds `\u0000` as an escape, not as an escaped backslash before `u0000`.
fn has_nul_escape(raw: &str) -> bool {
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        if rest[at + 1..].starts_with("u0000") {
            return true;
        }
        // Skip the backslash and what it escapes.
        let escaped = rest[at + 1..].chars().next().map_or(0, char::len_utf8);
        rest = &rest[at + 1 + escaped..];
    }
    false
}

fn array(item: &Type, raw: &str) -> Result<Value, ValueError> {
    let items: Vec<&RawValue> =
        serde_json::from_str(raw).map_err(|_| ValueError::wrong_type("an array"))?;
    items
        .into_iter()
        .enumerate()
        .map(|(position, json)| match parse_json(item, json) {
            // Prisma has no lists with nulls in them, and could not read one back.
            Ok(Value::Null) => Err(ValueError::new(
                "invalid_item",
                format!("item {position} must not be null"),
            )),
            Ok(value) => Ok(value),
            Err(refusal) => Err(ValueError::new(
                refusal.code,
                format!("item {position} {}", refusal.message),
            )),
        })
        .collect::<Result<_, _>>()
        .map(Value::Array)
}

/// "a number", for the sentence "must be a number".
fn expectation(data_type: &Type) -> String {
    match data_type {
        Type::Bool => "true or false".into(),
        Type::Int2 | Type::Int4 | Type::Oid => "an integer".into(),
        Type::Int8 => "an integer, or a string of digits".into(),
        Type::Float4 | Type::Float8 => r#"a number, "NaN", "Infinity" or "-Infinity""#.into(),
        Type::Numeric { .. } => "a decimal number, or a string of one".into(),
        Type::Text { .. } => "a string".into(),
        Type::Uuid => "a UUID".into(),
        Type::Enum(of) => format!("a value of {}", of.model),
        Type::Timestamp | Type::TimestampTz => {
            "an RFC 3339 timestamp with an offset (2024-01-31T12:00:00Z) or a date".into()
        }
        Type::Date => "a date (2024-01-31)".into(),
        Type::Time => "a time (12:00:00)".into(),
        Type::Json { .. } => "JSON".into(),
        Type::Bytes => "a string of base64".into(),
        Type::Array(item) => format!("an array, each item {}", expectation(item)),
        Type::Other { name, .. } => format!("a string that PostgreSQL reads as {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(data_type: &Type, text: &str) -> Result<Value, &'static str> {
        let raw: &RawValue = serde_json::from_str(text).expect("the test's JSON is well formed");
        parse_json(data_type, raw).map_err(|refusal| refusal.code)
    }

    #[test]
    fn integers_keep_to_their_range() {
        assert_eq!(json(&Type::Int2, "32767"), Ok(Value::Int(32767)));
        assert_eq!(json(&Type::Int2, "32768"), Err("out_of_range"));
        assert_eq!(json(&Type::Int4, "1.0"), Ok(Value::Int(1)));
        assert_eq!(json(&Type::Int4, "1.5"), Err("invalid_type"));
        assert_eq!(json(&Type::Int4, "\"1\""), Err("invalid_type"));
        assert_eq!(
            json(&Type::Int8, "\"9223372036854775807\""),
            Ok(Value::Int(i64::MAX))
        );
        assert_eq!(
            json(&Type::Int8, "9223372036854775808"),
            Err("out_of_range")
        );
    }

    #[test]
    fn floats_take_the_names_that_json_has_no_numbers_for() {
        assert_eq!(
            json(&Type::Float8, "\"Infinity\""),
            Ok(Value::Float(f64::INFINITY))
        );
        assert_eq!(json(&Type::Float8, "\"inf\""), Err("invalid_type"));
        assert_eq!(json(&Type::Float8, "1e999"), Err("out_of_range"));
        assert_eq!(json(&Type::Float4, "1e39"), Err("out_of_range"));
    }

    #[test]
    fn nul_is_refused_wherever_it_hides() {
        let text = Type::Text { max_length: None };
        let document = Type::Json { comparable: true };
        assert_eq!(json(&text, r#""a\u0000b""#), Err("invalid_character"));
        assert_eq!(
            json(&document, r#"{"a":["\u0000"]}"#),
            Err("invalid_character")
        );
        assert!(json(&document, r#"{"a":["\\u0000"]}"#).is_ok());
        assert_eq!(json(&document, r#"{"a":"\ud800"}"#), Err("invalid_json"));
    }

    #[test]
    fn lengths_count_characters_not_bytes() {
        let three = Type::Text {
            max_length: Some(3),
        };
        assert_eq!(json(&three, r#""äöü""#), Ok(Value::Text("äöü".into())));
        assert_eq!(json(&three, r#""äöüß""#), Err("too_long"));
    }

    #[test]
    fn arrays_say_which_item_is_wrong() {
        let numbers = Type::Array(Box::new(Type::Int4));
        assert_eq!(
            json(&numbers, "[1, 2]"),
            Ok(Value::Array(vec![Value::Int(1), Value::Int(2)]))
        );
        let raw: &RawValue = serde_json::from_str(r#"[1, "x"]"#).expect("well formed");
        let refusal = parse_json(&numbers, raw).expect_err("a string is not an integer");
        assert_eq!(refusal.message, "item 1 must be an integer");
        assert_eq!(json(&numbers, "[null]"), Err("invalid_item"));
    }
}

//! The types of columns → schemas of their values.

use serde_json::{Value, json};

use super::{
    patterns::{self, whole},
    schemas::{Direction, reference},
};
use crate::{
    catalog::Type,
    settings::{BigIntFormat, Settings},
};

/// The schema of a type. docs/query-language.md has the same table.
pub(super) fn of_type(data_type: &Type, direction: Direction, settings: &Settings) -> Value {
    match data_type {
        Type::Bool => json!({ "type": "boolean" }),
        Type::Int2 | Type::Int4 | Type::Oid => integer(data_type),
        Type::Int8 => match (direction, settings.api.big_int) {
            (Direction::Out, BigIntFormat::String) => {
                json!({ "type": "string", "format": "int64", "pattern": "^-?[0-9]+$" })
            }
            (Direction::Out, BigIntFormat::Number) => {
                json!({ "type": "integer", "format": "int64" })
            }
            (Direction::In, _) => json!({ "oneOf": [
                { "type": "string", "format": "int64", "pattern": whole(&patterns::of(data_type)) },
                { "type": "integer", "format": "int64" },
            ] }),
        },
        Type::Float4 | Type::Float8 => {
            let number = json!({ "type": "number", "format": "double" });
            json!({ "oneOf": [
                number,
                { "type": "string", "enum": ["NaN", "Infinity", "-Infinity"] },
            ] })
        }
        Type::Numeric { precision, scale } => match direction {
            Direction::Out => json!({ "type": "string", "format": "decimal" }),
            Direction::In => json!({ "oneOf": [
                {
                    "type": "string", "format": "decimal",
                    "pattern": whole(&patterns::of(data_type)),
                },
                number(*precision, *scale),
            ] }),
        },
        Type::Text { max_length } if direction == Direction::In => text_without_nul(*max_length),
        Type::Text { max_length } => text(*max_length),
        Type::Uuid => json!({ "type": "string", "format": "uuid" }),
        Type::Enum(of) => reference(&of.model),
        Type::Timestamp | Type::TimestampTz => json!({ "type": "string", "format": "date-time" }),
        Type::Date => json!({ "type": "string", "format": "date" }),
        // JSON Schema's `time` has an offset, and a time of day has none.
        Type::Time => {
            let pattern = match direction {
                Direction::In => patterns::of(data_type),
                Direction::Out => patterns::time_of_day(),
            };
            json!({ "type": "string", "pattern": whole(&pattern) })
        }
        Type::Json { .. } => json!({}),
        Type::Bytes => json!({ "type": "string", "format": "byte" }),
        Type::Array(item) => {
            json!({ "type": "array", "items": of_type(item, direction, settings) })
        }
        Type::Other { name, .. } => {
            json!({ "type": "string", "description": format!("The text form of {name}.") })
        }
    }
}

/// The schema of an integer type that is a number in JSON.
pub(super) fn integer(data_type: &Type) -> Value {
    match data_type {
        Type::Int2 => {
            json!({ "type": "integer", "format": "int32", "minimum": i16::MIN, "maximum": i16::MAX })
        }
        Type::Oid => {
            json!({ "type": "integer", "format": "int64", "minimum": 0, "maximum": u32::MAX })
        }
        _ => json!({ "type": "integer", "format": "int32" }),
    }
}

fn text(max_length: Option<u32>) -> Value {
    let mut schema = json!({ "type": "string" });
    if let Some(max_length) = max_length {
        schema["maxLength"] = max_length.into();
    }
    schema
}

/// The schema of a text in a request.
pub(super) fn text_without_nul(max_length: Option<u32>) -> Value {
    let mut schema = text(max_length);
    schema["pattern"] = no_nul();
    schema
}

/// The schema of JSON in a column that is not nullable. A schema without a type would allow null.
pub(super) fn any_but_null() -> Value {
    json!({ "anyOf": [
        { "type": "object", "additionalProperties": true },
        { "type": "array", "items": {} },
        { "type": "string" },
        { "type": "number" },
        { "type": "boolean" },
    ] })
}

/// The pattern of a text without NUL.
pub(super) fn no_nul() -> Value {
    format!("^{}$", patterns::TEXT).into()
}

/// The schema of a JSON number that a decimal of this precision and scale can hold.
fn number(precision: Option<u32>, scale: Option<i32>) -> Value {
    let scale = scale.unwrap_or(0);
    let digits = precision.map(|precision| i64::from(precision) - i64::from(scale));
    match digits.and_then(|digits| u16::try_from(digits).ok()) {
        Some(digits) if i32::from(digits) <= f64::MAX_10_EXP => {
            // Digits beyond the scale are rounded, perhaps up to a number with too many digits.
            let beyond = 10_f64.powi(digits.into()) - 0.5 * 10_f64.powi(-scale);
            json!({
                "type": "number",
                "minimum": -beyond, "exclusiveMinimum": true,
                "maximum": beyond, "exclusiveMaximum": true,
            })
        }
        _ => json!({ "type": "number" }),
    }
}

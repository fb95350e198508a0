//! The limits that check constraints set to a column, in its schema.

use std::cmp::Ordering;

use reflect::check_limits::{self, Allows, Limit};
use serde_json::{Value, json};

use crate::catalog::{Column, Resource, Type};

/// The limits that the resource's check constraints set.
pub(super) fn checks(resource: &Resource) -> Vec<Limit> {
    let checks = resource.checks.iter();
    checks
        .flat_map(|check| check_limits::limits(&check.expression))
        .collect()
}

/// The schema of a column's values, within the limits that checks set.
pub(super) fn within(mut schema: Value, column: &Column, limits: &[Limit]) -> Value {
    for limit in limits.iter().filter(|limit| limit.column == column.name) {
        let allows = match column.data_type {
            Type::Int2 | Type::Int4 | Type::Int8 => &inclusive(&limit.allows),
            _ => &limit.allows,
        };
        match (&column.data_type, allows) {
            (Type::Text { .. }, Allows::OneOf(texts)) => {
                let mut values: Vec<Value> = texts.iter().map(|text| json!(text)).collect();
                // In OpenAPI 3.0, `nullable` does not add null to an `enum`.
                values.extend(column.nullable.then_some(Value::Null));
                schema["enum"] = Value::Array(values);
            }
            (Type::Text { .. }, Allows::LongerThan(length)) => {
                schema["minLength"] = json!(length);
            }
            (Type::Int2 | Type::Int4, allows) => bound(&mut schema, allows),
            (Type::Int8 | Type::Float4 | Type::Float8 | Type::Numeric { .. }, allows) => {
                let Some(ways) = schema.get_mut("oneOf").and_then(Value::as_array_mut) else {
                    continue;
                };
                for way in ways.iter_mut() {
                    if way["type"] == "string" {
                        in_text(way, allows);
                    } else {
                        bound(way, allows);
                    }
                }
                // An empty `enum` allows no text.
                ways.retain(|way| way["enum"] != json!([]));
            }
            _ => {}
        }
    }
    schema
}

/// The same limit, inclusive. Only whole numbers have a next one.
fn inclusive(allows: &Allows) -> Allows {
    match allows {
        Allows::Above(beyond) => Allows::AtLeast(beyond.saturating_add(1)),
        Allows::Below(beyond) => Allows::AtMost(beyond.saturating_sub(1)),
        other => other.clone(),
    }
}

fn bound(schema: &mut Value, allows: &Allows) {
    let (keyword, exclusive, number) = match allows {
        Allows::AtLeast(number) | Allows::Above(number) => ("minimum", "exclusiveMinimum", number),
        Allows::AtMost(number) | Allows::Below(number) => ("maximum", "exclusiveMaximum", number),
        Allows::OneOf(_) | Allows::LongerThan(_) => return,
    };
    let beyond = matches!(allows, Allows::Above(_) | Allows::Below(_));
    // The type and other checks set limits, too. The tightest one counts.
    let tighter = schema[keyword].as_f64().map_or(Ordering::Greater, |known| {
        let number = *number as f64;
        let order = number.total_cmp(&known);
        if keyword == "minimum" {
            order
        } else {
            order.reverse()
        }
    });
    match tighter {
        Ordering::Greater => {
            schema[keyword] = json!(number);
            schema[exclusive] = json!(beyond);
        }
        Ordering::Equal if beyond => schema[exclusive] = json!(true),
        Ordering::Equal | Ordering::Less => {}
    }
}

/// Limits numbers that are texts, as far as a pattern can do it: by their sign, and by `NaN` and
/// the infinities. PostgreSQL sorts `NaN` after all numbers.
fn in_text(schema: &mut Value, allows: &Allows) {
    let (lost, is_positive): (&[&str], bool) = match allows {
        Allows::AtLeast(least) => (&["-Infinity"], *least >= 0),
        Allows::Above(beyond) => (&["-Infinity"], *beyond >= 0),
        Allows::AtMost(_) | Allows::Below(_) => (&["NaN", "Infinity"], false),
        Allows::OneOf(_) | Allows::LongerThan(_) => return,
    };
    if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        words.retain(|word| !lost.iter().any(|lost| word == lost));
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        let mut pattern = pattern.to_owned();
        if lost.contains(&"NaN") {
            pattern = pattern.replace("|NaN", "");
        }
        if is_positive {
            // The first pattern is that of decimals, the second that of whole numbers. Both then
            // refuse `-0`, too, which the check would allow.
            let least = format!("|{}", i64::MIN);
            if let Some(unsigned) = pattern.strip_prefix("^([+-]?") {
                pattern = format!("^([+]?{unsigned}");
            } else if let Some(unsigned) = pattern.strip_prefix("^(-?") {
                pattern = format!("^({unsigned}").replace(&least, "");
            }
        }
        schema["pattern"] = pattern.into();
    }
}

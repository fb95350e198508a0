//! Component schemas: `Page`, `PageCreate`, `PageUpdate`, `PageUpdateMany`, `PageReplace`, `PageList`, enums, `Problem`.

use reflect::checks::{self, Allows, Limit};
use serde_json::{Map, Value, json};

use super::{
    links::{self, Row},
    patterns::{self, whole},
};
use crate::{
    catalog::{Catalog, Column, Enum, Resource, Type},
    settings::{BigIntFormat, Settings},
};

/// The component schemas of a resource.
pub(super) fn of(
    catalog: &Catalog,
    resource: &Resource,
    settings: &Settings,
) -> Vec<(String, Value)> {
    let name = &resource.name;
    let mut all = vec![
        (name.clone(), row(resource, settings)),
        (format!("{name}List"), list(name)),
    ];
    if resource.writable() && !settings.api.read_only {
        all.push((
            format!("{name}Create"),
            create(catalog, resource, settings, &[]),
        ));
        if let [_, linked] = new_rows(catalog, resource).as_slice() {
            let given = links::given(catalog, resource);
            let linked_schema = create(catalog, resource, settings, &given);
            all.push((linked.clone(), linked_schema));
        }
        all.push((format!("{name}Update"), update(catalog, resource, settings)));
        if !resource.relations.is_empty() {
            let properties = input(resource, settings);
            all.push((
                of_many(resource),
                closed(object(None, properties, Vec::new())),
            ));
        }
        if !resource.key.is_empty() && resource.replaceable() {
            all.push((format!("{name}Replace"), replace(resource, settings)));
        }
    }
    all
}

/// The component of a change of many rows, which writes no related ones.
pub(super) fn of_many(resource: &Resource) -> String {
    let many = if resource.relations.is_empty() {
        ""
    } else {
        "Many"
    };
    format!("{}Update{many}", resource.name)
}

fn row(resource: &Resource, settings: &Settings) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for position in resource.visible() {
        let column = &resource.columns[position];
        properties.insert(
            column.field.clone(),
            property(column, Direction::Out, settings),
        );
        required.push(Value::from(column.field.as_str()));
    }
    object(resource.comment.as_deref(), properties, required)
}

/// Names of the components that a new row may be of: `CommentCreate`, which asks for the keys of the
/// rows that it refers to, and `CommentCreateLinked`, which does not: relations may give them.
pub(super) fn new_rows(catalog: &Catalog, resource: &Resource) -> Vec<String> {
    let name = &resource.name;
    let mut names = vec![format!("{name}Create")];
    let is_asked_for = |&position: &usize| {
        let column = &resource.columns[position];
        column.writable() && column.required()
    };
    if links::given(catalog, resource).iter().any(is_asked_for) {
        names.push(format!("{name}CreateLinked"));
    }
    names
}

/// A new row, of which somebody else gives some columns.
fn create(catalog: &Catalog, resource: &Resource, settings: &Settings, given: &[usize]) -> Value {
    let mut properties = input(resource, settings);
    properties.extend(links::properties(catalog, resource, Row::New));
    let columns = resource.columns.iter().enumerate();
    let required = columns
        .filter(|(position, column)| {
            column.writable() && column.required() && !given.contains(position)
        })
        .map(|(_, column)| Value::from(column.field.as_str()));
    closed(object(None, properties, required.collect()))
}

fn update(catalog: &Catalog, resource: &Resource, settings: &Settings) -> Value {
    let mut properties = input(resource, settings);
    properties.extend(links::properties(catalog, resource, Row::There));
    closed(object(None, properties, Vec::new()))
}

/// A row in the place of another, whose key the path gives: the body may repeat it, and need not.
fn replace(resource: &Resource, settings: &Settings) -> Value {
    let mut properties = input(resource, settings);
    let mut required = Vec::new();
    for (position, column) in resource.columns.iter().enumerate() {
        if resource.key.contains(&position) {
            if let Some(property) = properties.get_mut(&column.field) {
                mark(property, "readOnly", true.into());
            }
        } else if column.writable() && column.required() {
            required.push(Value::from(column.field.as_str()));
        }
    }
    closed(object(None, properties, required))
}

/// The fields that a caller may give.
fn input(resource: &Resource, settings: &Settings) -> Map<String, Value> {
    let limits = limits(resource);
    let columns = resource.columns.iter().filter(|column| column.writable());
    columns
        .map(|column| (column.field.clone(), asked(column, &limits, settings)))
        .collect()
}

fn list(name: &str) -> Value {
    json!({
        "type": "object",
        "required": ["data", "nextCursor", "total"],
        "properties": {
            "data": { "type": "array", "items": reference(name) },
            "nextCursor": { "type": "string", "nullable": true },
            "total": { "type": "integer", "format": "int64", "nullable": true },
        },
    })
}

pub(super) fn object(
    description: Option<&str>,
    properties: Map<String, Value>,
    required: Vec<Value>,
) -> Value {
    let mut schema = json!({ "type": "object", "properties": properties });
    if let Some(description) = description {
        schema["description"] = description.into();
    }
    // OpenAPI 3.0 wants at least one name in `required`.
    if !required.is_empty() {
        schema["required"] = Value::Array(required);
    }
    schema
}

pub(super) fn closed(mut schema: Value) -> Value {
    schema["additionalProperties"] = Value::Bool(false);
    schema
}

/// Whether a schema describes answers or requests.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Direction {
    In,
    Out,
}

pub(super) fn property(column: &Column, direction: Direction, settings: &Settings) -> Value {
    let mut schema = match (&column.data_type, direction) {
        (Type::Json { .. }, Direction::In) if !column.nullable => any_but_null(),
        (data_type, _) => of_type(data_type, direction, settings),
    };
    // Prisma's lists are never null.
    if column.nullable && !(column.list && direction == Direction::Out) {
        mark(&mut schema, "nullable", true.into());
    }
    if direction == Direction::Out && !column.writable() {
        mark(&mut schema, "readOnly", true.into());
    }
    if let Some(comment) = &column.comment {
        mark(&mut schema, "description", comment.as_str().into());
    }
    schema
}

/// Says something more of a property.
fn mark(schema: &mut Value, keyword: &str, value: Value) {
    if schema.get("$ref").is_some() {
        // Beside a `$ref`, OpenAPI 3.0 ignores everything.
        *schema = json!({ "allOf": [schema.take()] });
    }
    schema[keyword] = value;
}

/// JSON where a column takes no null. A schema without a type takes null as well.
pub(super) fn any_but_null() -> Value {
    json!({ "anyOf": [
        { "type": "object", "additionalProperties": true },
        { "type": "array", "items": {} },
        { "type": "string" },
        { "type": "number" },
        { "type": "boolean" },
    ] })
}

/// What the resource's checks say of its columns.
fn limits(resource: &Resource) -> Vec<Limit> {
    let checks = resource.checks.iter();
    checks
        .flat_map(|check| checks::limits(&check.expression))
        .collect()
}

/// A property of a request, within the limits that checks set.
fn asked(column: &Column, limits: &[Limit], settings: &Settings) -> Value {
    let mut schema = property(column, Direction::In, settings);
    for limit in limits.iter().filter(|limit| limit.column == column.name) {
        match (&column.data_type, &limit.allows) {
            (Type::Text { .. }, Allows::OneOf(texts)) => {
                let mut values: Vec<Value> = texts.iter().map(|text| json!(text)).collect();
                // In OpenAPI 3.0 `nullable` adds nothing to an `enum`.
                values.extend(column.nullable.then_some(Value::Null));
                schema["enum"] = Value::Array(values);
            }
            (Type::Text { .. }, Allows::LongerThan(length)) => {
                schema["minLength"] = json!(length);
            }
            (Type::Int2 | Type::Int4, Allows::AtLeast(least)) => {
                schema["minimum"] = json!(least);
            }
            (Type::Int2 | Type::Int4, Allows::AtMost(most)) => {
                schema["maximum"] = json!(most);
            }
            _ => {}
        }
    }
    schema
}

/// The table of JSON types of README.md, in OpenAPI's words.
fn of_type(data_type: &Type, direction: Direction, settings: &Settings) -> Value {
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
        // JSON Schema's `time` has an offset, which a time of day without a day cannot have.
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

/// An integer type that JSON has numbers for.
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

/// A text that a caller gives.
pub(super) fn text_without_nul(max_length: Option<u32>) -> Value {
    let mut schema = text(max_length);
    schema["pattern"] = no_nul();
    schema
}

/// Leaves out that texts hold no NUL, which goes without saying where a person reads: for patterns
/// pages make up examples of random characters.
pub(super) fn leave_out_nul(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("pattern") == Some(&no_nul()) {
                members.remove("pattern");
            }
            members.values_mut().for_each(leave_out_nul);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out_nul),
        _ => {}
    }
}

fn no_nul() -> Value {
    format!("^{}$", patterns::TEXT).into()
}

/// A number that a decimal of a precision and scale has digits for.
fn number(precision: Option<u32>, scale: Option<i32>) -> Value {
    let digits = precision.map(|precision| i64::from(precision) - i64::from(scale.unwrap_or(0)));
    match digits.and_then(|digits| 10_u64.checked_pow(digits.try_into().ok()?)) {
        Some(beyond) => json!({
            "type": "number",
            "minimum": -(beyond as f64), "exclusiveMinimum": true,
            "maximum": beyond as f64, "exclusiveMaximum": true,
        }),
        None => json!({ "type": "number" }),
    }
}

pub(super) fn enumeration(found: &Enum) -> Value {
    let names: Vec<&str> = found
        .values
        .iter()
        .map(|value| value.name.as_str())
        .collect();
    let mut schema = json!({ "type": "string", "enum": names });
    let values = found.values.iter().filter_map(|value| {
        let comment = value.comment.as_ref()?;
        Some(format!("- `{}`: {comment}", value.name))
    });
    let values: Vec<String> = values.collect();
    let description: Vec<String> = (found.comment.iter().cloned())
        .chain((!values.is_empty()).then(|| values.join("\n")))
        .collect();
    if !description.is_empty() {
        schema["description"] = description.join("\n\n").into();
    }
    schema
}

/// The body of every error.
pub(super) fn problem() -> Value {
    json!({
        "type": "object",
        "description": "An error, as RFC 9457 describes it.",
        "required": ["type", "title", "status", "detail", "instance", "code", "requestId", "timestamp"],
        "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer", "format": "int32" },
            "detail": { "type": "string" },
            "instance": { "type": "string" },
            "code": { "type": "string", "description": "Stable; branch on it." },
            "requestId": { "type": "string" },
            "timestamp": { "type": "string", "format": "date-time" },
            "errors": { "type": "array", "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": { "type": "string" },
                    "code": { "type": "string" },
                    "message": { "type": "string" },
                },
            } },
        },
    })
}

pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

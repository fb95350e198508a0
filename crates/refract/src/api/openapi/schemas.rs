//! Component schemas: `Page`, `PageUpdateMany`, `PageReplace`, `PageList`, enums, `Problem`.

use serde_json::{Map, Value, json};

use super::{
    Form,
    checked::{checks, within},
    row_schemas, terse_bodies,
    types::{any_but_null, of_type},
};
use crate::{
    catalog::{Catalog, Column, Enum, Resource, Type},
    settings::Settings,
};

/// The component schemas of a resource.
pub(super) fn of(
    catalog: &Catalog,
    resource: &Resource,
    settings: &Settings,
    form: Form,
) -> Vec<(String, Value)> {
    let name = &resource.name;
    let mut all = vec![
        (name.clone(), row(resource, settings)),
        (resource.component("List"), list(name, form)),
    ];
    if resource.writable() && !settings.api.read_only {
        if form == Form::Terse {
            all.extend(terse_bodies::of(catalog, resource, settings));
            return all;
        }
        all.extend(row_schemas::schemas(catalog, resource, settings));
        if !resource.relations.is_empty() {
            let properties = input(resource, settings);
            all.push((
                of_many(resource),
                closed(object(None, properties, Vec::new())),
            ));
        }
        if !resource.key.is_empty() && resource.replaceable() {
            all.push((resource.component("Replace"), replace(resource, settings)));
        }
    }
    all
}

/// The component of a change of many rows. It has no relations.
pub(super) fn of_many(resource: &Resource) -> String {
    let many = if resource.relations.is_empty() {
        ""
    } else {
        "Many"
    };
    resource.component(&format!("Update{many}"))
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

/// The component of a replaced row. The path has the key, and the body may repeat it.
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

/// The fields that a request may have.
pub(super) fn input(resource: &Resource, settings: &Settings) -> Map<String, Value> {
    let limits = checks(resource);
    let columns = resource.columns.iter().filter(|column| column.writable());
    columns
        .map(|column| {
            let schema = property(column, Direction::In, settings);
            let schema = match column.is_hidden() {
                // The schema does not show the checks of a hidden column.
                true => schema,
                false => within(schema, column, &limits),
            };
            (column.field.clone(), schema)
        })
        .collect()
}

fn list(name: &str, form: Form) -> Value {
    let rows = json!({ "type": "array", "items": reference(name) });
    if form == Form::Terse {
        let data = Map::from_iter([("data".to_owned(), rows)]);
        return terse_bodies::made_of(vec![reference(PLACE)], data, vec!["data".into()]);
    }
    json!({
        "type": "object",
        "required": ["data", "nextCursor", "total"],
        "properties": {
            "data": rows,
            "nextCursor": { "type": "string", "nullable": true },
            "total": { "type": "integer", "format": "int64", "nullable": true },
        },
    })
}

/// The component of what a large document says of every list, beside its rows.
pub(super) const PLACE: &str = "Refract.Place";

/// Where a page is among the rows.
pub(super) fn place() -> Value {
    json!({
        "type": "object",
        "required": ["nextCursor", "total"],
        "properties": {
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
    // OpenAPI 3.0 requires at least one name in `required`.
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
    // In Prisma, lists are never null.
    if column.nullable && !(column.list && direction == Direction::Out) {
        mark(&mut schema, "nullable", true.into());
    }
    if direction == Direction::Out && !column.writable() {
        mark(&mut schema, "readOnly", true.into());
    }
    if let Some(comment) = column.comment.as_ref().filter(|_| !column.is_hidden()) {
        mark(&mut schema, "description", comment.as_str().into());
    }
    schema
}

/// Adds a keyword to the schema of a property.
fn mark(schema: &mut Value, keyword: &str, value: Value) {
    if schema.get("$ref").is_some() {
        // OpenAPI 3.0 ignores everything beside a `$ref`.
        *schema = json!({ "allOf": [schema.take()] });
    }
    schema[keyword] = value;
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

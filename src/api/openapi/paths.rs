//! Paths and operations of a resource.

use std::collections::HashSet;

use heck::{ToLowerCamelCase, ToUpperCamelCase};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::schemas::reference;
use crate::{
    api::PREFIX,
    catalog::{Catalog, Relation, Resource},
    settings::Settings,
};

/// The path items of a resource: its list, and its rows where they have an address.
pub(super) fn of(
    catalog: &Catalog,
    resource: &Resource,
    settings: &Settings,
) -> Map<String, Value> {
    let mut paths = Map::new();
    let writable = resource.writable() && !settings.api.read_only;
    let mut collection = json!({ "get": list(resource, settings) });
    if writable {
        collection["post"] = create(resource);
        collection["patch"] = change_many(resource, "update");
        collection["delete"] = change_many(resource, "delete");
    }
    paths.insert(format!("{PREFIX}/{}", resource.path), collection);
    if !resource.key.is_empty() {
        let mut row = json!({ "parameters": [key(resource)], "get": get(resource) });
        if writable {
            row["put"] = replace(resource);
            row["patch"] = update(resource);
            row["delete"] = delete(resource);
        }
        paths.insert(format!("{PREFIX}/{}/{{key}}", resource.path), row);
        for relation in &resource.relations {
            let path = format!(
                "{PREFIX}/{}/{{key}}/{}",
                resource.path,
                encoded(&relation.name)
            );
            let target = catalog.target(relation);
            paths.insert(path, related(resource, relation, target, settings));
        }
    }
    paths
}

/// Numbers operation ids that are the same: `listUserPosts` may be the posts of a user, and the
/// model `UserPosts`. What is related to a row gives way.
pub(super) fn tell_apart(paths: &mut Map<String, Value>) {
    let mut taken = HashSet::new();
    for of_relations in [false, true] {
        for (path, item) in paths.iter_mut() {
            if path.contains("/{key}/") != of_relations {
                continue;
            }
            let operations = item.as_object_mut().into_iter().flat_map(Map::values_mut);
            for operation in operations {
                let Some(id) = operation["operationId"].as_str().map(str::to_owned) else {
                    continue;
                };
                let mut free = id.clone();
                for number in 2.. {
                    if taken.insert(free.clone()) {
                        break;
                    }
                    free = format!("{id}{number}");
                }
                operation["operationId"] = free.into();
            }
        }
    }
}

/// Adds the headers that choose among database schemas, where there is a choice.
pub(super) fn choose_schema(paths: &mut Map<String, Value>, schemas: &[&str]) {
    let Some(default) = schemas.first() else {
        return;
    };
    for item in paths.values_mut() {
        let mut parameters = match item["parameters"].take() {
            Value::Array(parameters) => parameters,
            _ => Vec::new(),
        };
        for (name, what) in [("Accept-Profile", "read"), ("Content-Profile", "write")] {
            parameters.push(json!({
                "name": name, "in": "header",
                "description": format!("Database schema to {what}."),
                "schema": { "type": "string", "enum": schemas, "default": default },
            }));
        }
        item["parameters"] = Value::Array(parameters);
    }
}

/// A relation's name as a segment of a path.
fn encoded(name: &str) -> String {
    // RFC 3986's unreserved characters stay as they are.
    const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    utf8_percent_encode(name, SEGMENT).to_string()
}

/// Error responses that operations share.
pub(super) fn shared_responses() -> Value {
    let problem = |description: &str| {
        json!({
            "description": description,
            "content": { "application/problem+json": { "schema": reference("Problem") } },
        })
    };
    json!({
        "BadRequest": problem("The request cannot be understood."),
        "Unauthorized": problem("The key is missing or wrong."),
        "NotFound": problem("There is no such row."),
        "Conflict": problem("A unique key or a foreign key forbids it."),
        "TooLarge": problem("The body is too large."),
        "UnsupportedMediaType": problem("The body is not JSON."),
        "Invalid": problem("A value is not valid; `errors` names the fields."),
        "Unavailable": problem("The database is not reachable; try again after `Retry-After`."),
    })
}

fn list(resource: &Resource, settings: &Settings) -> Value {
    let mut operation = operation(resource, "list", &format!("List rows of {}", resource.name));
    operation["parameters"] = Value::Array(list_parameters(resource, settings));
    answer(
        &mut operation,
        "200",
        "Rows.",
        reference(&format!("{}List", resource.name)),
    );
    errors(&mut operation, &["400", "422"]);
    operation
}

/// The path item of the rows that are related to one row.
fn related(
    resource: &Resource,
    relation: &Relation,
    target: &Resource,
    settings: &Settings,
) -> Value {
    let mut operation = operation(
        resource,
        "list",
        &format!("List `{}` of one {}", relation.name, resource.name),
    );
    let name = format!("list {} {}", resource.name, relation.name);
    operation["operationId"] = name.to_lower_camel_case().into();
    operation["parameters"] = Value::Array(list_parameters(target, settings));
    answer(
        &mut operation,
        "200",
        "Rows.",
        reference(&format!("{}List", target.name)),
    );
    errors(&mut operation, &["400", "404", "422"]);
    json!({ "parameters": [key(resource)], "get": operation })
}

fn list_parameters(resource: &Resource, settings: &Settings) -> Vec<Value> {
    let limits = &settings.api.limits;
    let (page_size, max_page_size) = (limits.page_size, limits.max_page_size);
    let text = || json!({ "type": "string" });
    let mut parameters = vec![
        parameter("select", &select_description(resource), text()),
        parameter(
            "order",
            "Fields to order by: `field[.asc|.desc][.nullsfirst|.nullslast]`, separated by commas; \
             `relation(field)` of an embedded row.",
            text(),
        ),
        parameter(
            "limit",
            "Rows at most.",
            json!({ "type": "integer", "minimum": 0, "maximum": max_page_size, "default": page_size }),
        ),
        parameter(
            "offset",
            "Rows to skip.",
            json!({ "type": "integer", "minimum": 0 }),
        ),
        parameter(
            "cursor",
            "`nextCursor` of the page before, in the same order.",
            text(),
        ),
        parameter(
            "count",
            "Counts the rows of all pages into `total`.",
            json!({ "type": "string", "enum": ["exact", "planned", "estimated"] }),
        ),
        parameter(
            "and",
            "Conditions of which all must hold: `(field.operator.value,or(…),not.and(…))`.",
            text(),
        ),
        parameter(
            "or",
            "Conditions of which one must hold: `(field.operator.value,and(…),not.or(…))`.",
            text(),
        ),
    ];
    for position in resource.visible() {
        let column = &resource.columns[position];
        let is_parameter = crate::query::parse::PARAMETERS.contains(&column.field.as_str());
        if column.data_type.comparable() && !is_parameter {
            parameters.push(parameter(
                &column.field,
                "A filter: `[not.]operator.value` with eq, neq, gt, gte, lt, lte, like, ilike, in, \
                 is, isdistinct and what the type has beside them.",
                json!({ "type": "string" }),
            ));
        }
    }
    parameters
}

fn select_description(resource: &Resource) -> String {
    let mut description = "Fields of the answer, separated by commas: `field`, `alias:field`, \
                           `field::type`, `json->>key`, `field.sum()`, `relation(fields)`."
        .to_owned();
    let relations: Vec<_> = resource
        .relations
        .iter()
        .map(|relation| format!("`{}`", relation.name))
        .collect();
    if !relations.is_empty() {
        description.push_str(&format!(" Relations: {}.", relations.join(", ")));
    }
    description
}

fn get(resource: &Resource) -> Value {
    let mut operation = operation(resource, "get", &format!("Read one {}", resource.name));
    operation["parameters"] = json!([parameter(
        "select",
        &select_description(resource),
        json!({ "type": "string" })
    )]);
    answer(&mut operation, "200", "The row.", reference(&resource.name));
    errors(&mut operation, &["400", "404", "422"]);
    operation
}

fn create(resource: &Resource) -> Value {
    let one_or_many = |name: &str| {
        let one = reference(name);
        json!({ "oneOf": [one, { "type": "array", "items": one }] })
    };
    let mut operation = operation(
        resource,
        "create",
        &format!(
            "Create one {}, or many of them all or nothing",
            resource.name
        ),
    );
    operation["parameters"] = json!([parameter(
        "onConflict",
        "Fields of a unique key, separated by commas: rows that are there already take the new values, or stay \
         with `Prefer: resolution=ignore-duplicates`. An array then answers `{\"data\": […], \"outcomes\": […]}`.",
        json!({ "type": "string" }),
    )]);
    body(
        &mut operation,
        one_or_many(&format!("{}Create", resource.name)),
    );
    answer(
        &mut operation,
        "201",
        "The row or rows as they are now.",
        one_or_many(&resource.name),
    );
    if !resource.key.is_empty() {
        location(&mut operation);
    }
    errors(&mut operation, &["400", "409", "413", "415", "422"]);
    operation
}

/// `POST /api/v1/batch`.
pub(super) fn batch() -> Value {
    let item = json!({
        "type": "object",
        "required": ["method", "path"],
        "additionalProperties": false,
        "properties": {
            "as": { "type": "string", "description": "What later operations call its answer; its place unless given." },
            "method": { "type": "string", "enum": ["GET", "POST", "PUT", "PATCH", "DELETE"] },
            "path": { "type": "string", "description": "`/authors/{author.id}`: what is in braces comes from an earlier answer." },
            "body": { "description": "As for the method and path; `{\"$ref\": \"author.id\"}` comes from an earlier answer." },
            "headers": { "type": "object", "additionalProperties": { "type": "string" } },
        },
    });
    let isolation =
        json!({ "type": "string", "enum": ["read-committed", "repeatable-read", "serializable"] });
    let result = json!({
        "type": "object",
        "required": ["status"],
        "properties": {
            "status": { "type": "integer", "format": "int32" },
            "location": { "type": "string" },
            "etag": { "type": "string" },
            "body": {},
        },
    });
    let mut operation = json!({
        "operationId": "batch",
        "summary": "Several operations in one transaction, all or nothing",
        "tags": [super::SERVICE],
        "responses": {},
    });
    let request = json!({
        "type": "object",
        "required": ["operations"],
        "additionalProperties": false,
        "properties": { "isolation": isolation, "operations": { "type": "array", "items": item } },
    });
    body(&mut operation, request);
    let answered = json!({
        "type": "object",
        "required": ["results"],
        "properties": { "results": { "type": "array", "items": result } },
    });
    answer(
        &mut operation,
        "200",
        "What each operation answered.",
        answered,
    );
    errors(&mut operation, &["400", "404", "409", "413", "415", "422"]);
    json!({ "post": operation })
}

/// `If-Match` and `If-None-Match`.
fn conditions() -> Value {
    let header = |name: &str, description: &str| json!({ "name": name, "in": "header", "description": description, "schema": { "type": "string" } });
    json!([
        header(
            "If-Match",
            "Only if the row has one of these tags, or is there at all (`*`); else 412."
        ),
        header(
            "If-None-Match",
            "Only if it has none of these tags, or is not there (`*`); else 412."
        ),
    ])
}

/// A change of all rows that a filter finds.
fn change_many(resource: &Resource, verb: &str) -> Value {
    let summary = format!(
        "{} all rows of {} that a filter finds",
        verb.to_upper_camel_case(),
        resource.name
    );
    let mut operation = operation(resource, &format!("{verb}Many"), &summary);
    operation["description"] =
        "Filters are those of the list; one is needed. `Prefer: max-affected=n` bounds the rows, \
        `Prefer: return=representation` answers them."
            .into();
    if verb == "update" {
        body(
            &mut operation,
            reference(&format!("{}Update", resource.name)),
        );
    }
    let rows = json!({ "type": "array", "items": reference(&resource.name) });
    let count = json!({ "type": "integer", "format": "int64" });
    let answered = json!({
        "type": "object",
        "required": ["count"],
        "properties": { "count": count, "data": rows },
    });
    answer(&mut operation, "200", "How many rows there were.", answered);
    errors(&mut operation, &["400", "409", "422"]);
    operation
}

fn replace(resource: &Resource) -> Value {
    let summary = format!("Replace one {}, or create it with this key", resource.name);
    let mut operation = operation(resource, "replace", &summary);
    operation["parameters"] = conditions();
    // The key comes from the path; the body may repeat it.
    body(
        &mut operation,
        reference(&format!("{}Update", resource.name)),
    );
    answer(
        &mut operation,
        "200",
        "The row as it is now.",
        reference(&resource.name),
    );
    answer(
        &mut operation,
        "201",
        "The row as it was created.",
        reference(&resource.name),
    );
    location(&mut operation);
    errors(&mut operation, &["400", "409", "413", "415", "422"]);
    operation
}

fn update(resource: &Resource) -> Value {
    let mut operation = operation(
        resource,
        "update",
        &format!("Change fields of one {}", resource.name),
    );
    body(
        &mut operation,
        reference(&format!("{}Update", resource.name)),
    );
    answer(
        &mut operation,
        "200",
        "The row as it is now.",
        reference(&resource.name),
    );
    errors(&mut operation, &["400", "404", "409", "413", "415", "422"]);
    operation
}

fn delete(resource: &Resource) -> Value {
    let mut operation = operation(resource, "delete", &format!("Delete one {}", resource.name));
    operation["parameters"] = conditions();
    operation["responses"]["204"] = json!({ "description": "It is gone." });
    errors(&mut operation, &["400", "404", "409", "422"]);
    operation
}

fn operation(resource: &Resource, verb: &str, summary: &str) -> Value {
    // Generated clients make method names of these: `listPage`, `createPage`.
    let id = format!("{verb}{}", resource.name.to_upper_camel_case()).to_lower_camel_case();
    json!({ "operationId": id, "summary": summary, "tags": [resource.name], "responses": {} })
}

fn key(resource: &Resource) -> Value {
    let fields: Vec<_> = resource
        .key
        .iter()
        .map(|&column| resource.columns[column].field.as_str())
        .collect();
    let description = match fields.as_slice() {
        [one] => format!("`{one}`, percent-encoded."),
        many => format!(
            "{}, each percent-encoded, separated by commas.",
            many.join(", ")
        ),
    };
    json!({
        "name": "key", "in": "path", "required": true, "description": description,
        "schema": { "type": "string", "minLength": 1 },
    })
}

fn parameter(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

fn body(operation: &mut Value, schema: Value) {
    operation["requestBody"] =
        json!({ "required": true, "content": { "application/json": { "schema": schema } } });
}

fn answer(operation: &mut Value, status: &str, description: &str, schema: Value) {
    operation["responses"][status] = json!({
        "description": description,
        "content": { "application/json": { "schema": schema } },
    });
}

fn location(operation: &mut Value) {
    operation["responses"]["201"]["headers"] = json!({
        "Location": { "description": "Path of the new row.", "schema": { "type": "string" } },
    });
}

fn errors(operation: &mut Value, statuses: &[&str]) {
    for status in statuses.iter().chain(&["401", "503"]) {
        let name = match *status {
            "400" => "BadRequest",
            "401" => "Unauthorized",
            "404" => "NotFound",
            "409" => "Conflict",
            "413" => "TooLarge",
            "415" => "UnsupportedMediaType",
            "422" => "Invalid",
            _ => "Unavailable",
        };
        operation["responses"][*status] =
            json!({ "$ref": format!("#/components/responses/{name}") });
    }
}

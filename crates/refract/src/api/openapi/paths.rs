//! The paths and operations of a resource.

use std::collections::HashSet;

use heck::{ToLowerCamelCase, ToUpperCamelCase};
use serde_json::{Map, Value, json};

use super::{
    Form, documents, keys,
    parameters::{conditions, deleted, of_list, select},
    schemas::reference,
    writes,
};
use crate::{
    api::PREFIX,
    catalog::{Catalog, Relation, Resource, Type},
    codec::percent_encoded,
    http::media::{CSV, LINES},
    settings::Settings,
};

/// The path items of a resource: its list and, if it has a key, its rows.
pub(super) fn of(
    catalog: &Catalog,
    resource: &Resource,
    settings: &Settings,
    form: Form,
) -> Map<String, Value> {
    let mut paths = Map::new();
    let writable = resource.writable() && !settings.api.read_only;
    // Those of the role whose document it is.
    let rights = resource.rights;
    let mut collection = json!({});
    if rights.read {
        collection["get"] = list(resource, settings, form);
    }
    if writable && rights.create {
        collection["post"] = writes::create(resource, form);
    }
    if writable && rights.update {
        collection["patch"] = writes::change_many(resource, "update", form);
    }
    if writable && rights.delete {
        collection["delete"] = writes::change_many(resource, "delete", form);
    }
    paths.insert(format!("{PREFIX}/{}", resource.path), collection);
    if !resource.key.is_empty() && rights.read {
        let mut row =
            json!({ "parameters": keys::parameters(resource), "get": get(resource, form) });
        if writable {
            if resource.replaceable() && rights.create && rights.update {
                row["put"] = writes::replace(resource, form);
            }
            if rights.update {
                row["patch"] = writes::update(resource, form);
            }
            if rights.delete {
                row["delete"] = writes::delete(resource, form);
            }
        }
        let path_of_row = keys::path_of_row(resource);
        paths.insert(path_of_row.clone(), row);
        for position in resource.visible() {
            let column = &resource.columns[position];
            if matches!(column.data_type, Type::Json { .. }) {
                let field = percent_encoded(&column.field);
                let writable = writable && rights.update && column.writable();
                let item = documents::field(resource, column, writable);
                paths.insert(format!("{path_of_row}/{field}"), item);
            }
        }
        for relation in &resource.relations {
            let path = format!("{path_of_row}/{}", percent_encoded(&relation.name));
            let target = catalog.target(relation);
            paths.insert(path, related(resource, relation, (target, form), settings));
        }
    }
    paths
}

/// Numbers operation ids that are equal. `listUserPosts` may be the posts of a user and the list of
/// a model `UserPosts`. The operation on related rows gets the number.
pub(super) fn tell_apart(paths: &mut Map<String, Value>) {
    let mut taken = HashSet::new();
    for of_relations in [false, true] {
        for (path, item) in paths.iter_mut() {
            if keys::is_beyond_row(path) != of_relations {
                continue;
            }
            let operations = item.as_object_mut().into_iter().flat_map(Map::values_mut);
            for operation in operations {
                let id = operation.get("operationId").and_then(Value::as_str);
                let Some(id) = id.map(str::to_owned) else {
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

/// Adds the headers that choose a database schema, if there are several.
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

/// Adds the error of a database that lacks a feature. `select`, `and`, `or` and the operations of a
/// batch may need one.
pub(super) fn may_lack(paths: &mut Map<String, Value>) {
    for (path, item) in paths {
        let operations = item.as_object_mut().into_iter().flat_map(Map::values_mut);
        for operation in operations {
            let mut parameters = operation["parameters"].as_array().into_iter().flatten();
            if path.ends_with("/batch") || parameters.any(|one| one["name"] == "select") {
                add_error(operation, "501");
            }
        }
    }
}

/// The error responses that operations share.
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
        "MethodNotAllowed": problem("An operation has a method that its path does not have."),
        "Conflict": problem("A unique key or a foreign key forbids it, or others were faster."),
        "PreconditionFailed": problem("The row is not as `If-Match` or `If-None-Match` asks."),
        "TooLarge": problem("The body is too large."),
        "QueryTooLong": problem("The query string is too long."),
        "UnsupportedMediaType": problem("The body is not JSON."),
        "Invalid": problem("A value is not valid; `errors` names the fields."),
        "NotImplemented": problem("The database lacks what is asked for."),
        "TimedOut": problem("The database has not answered in time."),
        "Unavailable": problem("The database is not reachable; try again after `Retry-After`."),
        "Problem": problem("The request was refused or failed."),
    })
}

fn list(resource: &Resource, settings: &Settings, form: Form) -> Value {
    let mut operation = operation(resource, "list", &format!("List rows of {}", resource.name));
    let mut parameters = of_list(resource, settings, form);
    parameters.extend(deleted(resource));
    operation["parameters"] = parameters.into();
    answer(
        &mut operation,
        "200",
        "Rows.",
        reference(&resource.component("List")),
    );
    if form == Form::Full {
        tables(&mut operation);
    }
    errors(&mut operation, &["400", "414", "422"]);
    operation
}

/// The path item of the related rows of one row.
fn related(
    resource: &Resource,
    relation: &Relation,
    (target, form): (&Resource, Form),
    settings: &Settings,
) -> Value {
    let mut operation = operation(
        resource,
        "list",
        &format!("List `{}` of one {}", relation.name, resource.name),
    );
    let name = format!("list {} {}", resource.name, relation.name);
    operation["operationId"] = name.to_lower_camel_case().into();
    operation["parameters"] = match form {
        // There is one row at most to filter, and to be on a page.
        Form::Terse if relation.is_to_one() => vec![select(target, form)].into(),
        Form::Full | Form::Terse => of_list(target, settings, form).into(),
    };
    answer(
        &mut operation,
        "200",
        "Rows.",
        reference(&target.component("List")),
    );
    if form == Form::Full {
        tables(&mut operation);
    }
    errors(&mut operation, &["400", "404", "414", "422"]);
    json!({ "parameters": keys::parameters(resource), "get": operation })
}

fn get(resource: &Resource, form: Form) -> Value {
    let mut operation = operation(resource, "get", &format!("Read one {}", resource.name));
    let mut parameters = vec![select(resource, form)];
    parameters.extend(deleted(resource));
    parameters.extend(conditions("the row is sent", "304"));
    operation["parameters"] = parameters.into();
    answer(&mut operation, "200", "The row.", reference(&resource.name));
    etag(&mut operation, "200");
    not_modified(&mut operation);
    errors(&mut operation, &["400", "404", "412", "422"]);
    operation
}

/// Adds the `ETag` of a row to an answer.
pub(super) fn etag(operation: &mut Value, status: &str) {
    operation["responses"][status]["headers"]["ETag"] = json!({
        "description": "Tells the row as it is from how it was and will be.",
        "schema": { "type": "string" },
    });
}

pub(super) fn not_modified(operation: &mut Value) {
    operation["responses"]["304"] = json!({ "description": "The caller has it as it is." });
}

pub(super) fn operation(resource: &Resource, verb: &str, summary: &str) -> Value {
    // Client generators make method names of these: `listPage`, `createPage`.
    let id = format!("{verb}{}", resource.name.to_upper_camel_case()).to_lower_camel_case();
    json!({ "operationId": id, "summary": summary, "tags": [resource.name], "responses": {} })
}

pub(super) fn body(operation: &mut Value, schema: Value) {
    operation["requestBody"] =
        json!({ "required": true, "content": { "application/json": { "schema": schema } } });
}

pub(super) fn answer(operation: &mut Value, status: &str, description: &str, schema: Value) {
    operation["responses"][status] = json!({
        "description": description,
        "content": { "application/json": { "schema": schema } },
    });
}

/// Documents the other media types of a list, in its description. As contents beside JSON, they
/// would change the type of rows in generated clients to a list or a text.
fn tables(operation: &mut Value) {
    let answer = &mut operation["responses"]["200"];
    answer["description"] =
        format!("Rows. With `Accept: {CSV}` or `{LINES}` the rows alone, as a text.").into();
    answer["headers"] = json!({
        "Link": {
            "description": "Of CSV and lines of JSON: the next page, as `rel=\"next\"`.",
            "schema": { "type": "string" },
        },
        "X-Total-Count": {
            "description": "Of CSV and lines of JSON: rows of all pages, where `count` asks for it.",
            "schema": { "type": "integer" },
        },
    });
}

pub(super) fn location(operation: &mut Value) {
    operation["responses"]["201"]["headers"]["Location"] =
        json!({ "description": "Path of the new row.", "schema": { "type": "string" } });
}

pub(super) fn errors(operation: &mut Value, statuses: &[&str]) {
    for status in statuses.iter().chain(&["401", "503", "504"]) {
        add_error(operation, status);
    }
}

/// Documents the errors of endpoints written by hand. These return a [`crate::Error`], which may
/// have any status.
pub(super) fn may_fail(path_item: &mut Value) {
    for operation in path_item.as_object_mut().into_iter().flatten() {
        let (_, operation) = operation;
        if operation["responses"].is_object() && operation["responses"]["default"].is_null() {
            operation["responses"]["default"] = json!({ "$ref": "#/components/responses/Problem" });
        }
    }
}

fn add_error(operation: &mut Value, status: &str) {
    let name = match status {
        "400" => "BadRequest",
        "401" => "Unauthorized",
        "404" => "NotFound",
        "405" => "MethodNotAllowed",
        "409" => "Conflict",
        "412" => "PreconditionFailed",
        "413" => "TooLarge",
        "414" => "QueryTooLong",
        "415" => "UnsupportedMediaType",
        "422" => "Invalid",
        "501" => "NotImplemented",
        "504" => "TimedOut",
        _ => "Unavailable",
    };
    operation["responses"][status] = json!({ "$ref": format!("#/components/responses/{name}") });
}

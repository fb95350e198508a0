//! Operations that are not about the rows of one resource: JSON fields by themselves, and batches.

use heck::ToLowerCamelCase;
use serde_json::{Value, json};

use super::{
    keys,
    parameters::{conditions, deleted, tags},
    paths::{answer, body, errors, etag, not_modified, operation},
    types::any_but_null,
    writes::prefer,
};
use crate::catalog::{Column, Resource};

/// The path item of one JSON field of a row.
pub(super) fn field(resource: &Resource, column: &Column, writable: bool) -> Value {
    let any = || match column.nullable {
        true => json!({ "nullable": true }),
        false => any_but_null(),
    };
    let verb = |verb: &str, summary: String| {
        let mut operation = operation(resource, verb, &summary);
        let id = format!("{verb} {} {}", resource.name, column.field);
        operation["operationId"] = id.to_lower_camel_case().into();
        let what = if verb == "get" {
            "it is sent"
        } else {
            "it is written"
        };
        let otherwise = if verb == "get" { "304" } else { "412" };
        let mut parameters: Vec<Value> = deleted(resource).into_iter().collect();
        parameters.extend(conditions(what, otherwise));
        operation["parameters"] = parameters.into();
        answer(&mut operation, "200", "The document as it is now.", any());
        etag(&mut operation, "200");
        operation
    };
    let of = format!("`{}` of one {}", column.field, resource.name);
    let mut get = verb("get", format!("Read {of}"));
    not_modified(&mut get);
    errors(&mut get, &["400", "404", "412", "422"]);
    let mut item = json!({ "parameters": keys::parameters(resource), "get": get });
    if writable {
        let statuses = ["400", "404", "409", "412", "413", "415", "422"];
        let mut put = verb("put", format!("Replace {of}"));
        body(&mut put, any());
        errors(&mut put, &statuses);
        let mut patch = verb("patch", format!("Merge into {of} (RFC 7396)"));
        patch["requestBody"] = json!({
            "required": true,
            "content": { "application/merge-patch+json": { "schema": any() } },
        });
        errors(&mut patch, &statuses);
        item["put"] = put;
        item["patch"] = patch;
    }
    item
}

/// `POST /api/v1/batch`.
pub(super) fn batch() -> Value {
    let headers = json!({
        "Content-Type": {
            "type": "string",
            "enum": ["application/json", "application/merge-patch+json"],
            "description": "The second with PATCH only.",
        },
        "If-Match": tags(),
        "If-None-Match": tags(),
        "Prefer": { "type": "string", "pattern": "^[ -~]*$" },
    });
    let item = json!({
        "type": "object",
        "required": ["method", "path"],
        "additionalProperties": false,
        "properties": {
            "as": { "type": "string", "nullable": true, "description": "What later operations call its answer; its place unless given." },
            "method": { "type": "string", "enum": ["GET", "POST", "PUT", "PATCH", "DELETE"] },
            "path": { "type": "string", "description": "`/authors/{author.id}`: what is in braces comes from an earlier answer." },
            "body": { "description": "As for the method and path; `{\"$ref\": \"author.id\"}` comes from an earlier answer." },
            "headers": {
                "type": "object",
                "additionalProperties": false,
                "properties": headers,
            },
        },
    });
    let isolation = json!({ "type": "string", "nullable": true, "enum": ["read-committed", "repeatable-read", "serializable", null] });
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
        "parameters": [prefer("Of all operations together")],
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
    let statuses = ["400", "404", "405", "409", "412", "413", "415", "422"];
    errors(&mut operation, &statuses);
    json!({ "post": operation })
}

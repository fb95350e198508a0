//! Operations that write rows of a resource.

use heck::ToUpperCamelCase;
use serde_json::{Value, json};

use super::{
    Form,
    parameters::{conditions, conditions_on, deleted, parameter, select, unique_keys},
    paths::{answer, body, errors, etag, location, operation},
    row_schemas::{self, Place},
    schemas::{of_many, reference},
};
use crate::catalog::Resource;

const MERGE_PATCH: &str = "application/merge-patch+json";

/// The header `Prefer` with the preferences of an operation.
pub(super) fn prefer(what: &str) -> Value {
    json!({
        "name": "Prefer", "in": "header",
        "description": format!("{what}, separated by commas; `tx=rollback` (where ALLOW_DRY_RUN is set) only tries."),
        "schema": { "type": "string" },
    })
}

const RETURN: &str = "`return=minimal`, `return=representation`";

pub(super) fn create(resource: &Resource, form: Form) -> Value {
    let name = &resource.name;
    let summary = format!("Create one {name}, or many of them all or nothing");
    let mut operation = operation(resource, "create", &summary);
    let keys = unique_keys(resource);
    let mut parameters = vec![select(resource, form)];
    if !keys.is_empty() {
        parameters.push(parameter(
            "onConflict",
            "A unique key: rows that are there already take the new values, or stay with \
             `Prefer: resolution=ignore-duplicates`. Related rows cannot go along.",
            json!({ "type": "string", "enum": keys }),
        ));
    }
    parameters.push(prefer(&format!(
        "{RETURN}, `resolution=merge-duplicates`, `resolution=ignore-duplicates`"
    )));
    operation["parameters"] = parameters.into();
    let new = reference(&row_schemas::new(resource, &Place::Own));
    let many = json!({ "type": "array", "items": new });
    body(&mut operation, json!({ "oneOf": [new, many] }));
    let one = reference(name);
    let mut upserted = upserted(resource);
    if form == Form::Terse {
        upserted["properties"]["outcomes"] = reference(OUTCOMES);
    }
    let many = json!({ "type": "array", "items": one });
    let mut created = json!({ "oneOf": [one, many, upserted] });
    let mut merged = json!({ "oneOf": [{ "allOf": [one], "nullable": true }, upserted] });
    if form == Form::Terse {
        // One answer for both. A program that reads either of them reads the same.
        created["oneOf"][0] = merged["oneOf"][0].take();
        merged = created.clone();
    }
    answer(
        &mut operation,
        "201",
        "The row or rows as they are now; of an array with `onConflict`, with what became of each.",
        created,
    );
    answer(
        &mut operation,
        "200",
        "The same with `onConflict`, where no row is a new one; `null` of one that was ignored.",
        merged,
    );
    if !resource.key.is_empty() {
        location(&mut operation);
    }
    etag(&mut operation, "201");
    if form == Form::Terse {
        operation["responses"]["200"]["headers"] = operation["responses"]["201"]["headers"].clone();
    }
    errors(&mut operation, &["400", "409", "413", "415", "422"]);
    operation
}

/// The answer to an array with `onConflict`.
fn upserted(resource: &Resource) -> Value {
    let one = reference(&resource.name);
    json!({
        "type": "object",
        "required": ["data", "outcomes"],
        "properties": {
            "data": { "type": "array", "items": { "allOf": [one], "nullable": true } },
            "outcomes": outcomes(),
        },
    })
}

/// The component of `outcomes` in a large document.
pub(super) const OUTCOMES: &str = "Refract.Outcomes";

pub(super) fn outcomes() -> Value {
    json!({
        "type": "array",
        "items": { "type": "string", "enum": ["created", "updated", "ignored"] },
    })
}

/// A change of all rows that a filter matches.
pub(super) fn change_many(resource: &Resource, verb: &str, form: Form) -> Value {
    let summary = format!(
        "{} all rows of {} that a filter finds",
        verb.to_upper_camel_case(),
        resource.name
    );
    let mut operation = operation(resource, &format!("{verb}Many"), &summary);
    operation["description"] = "One filter at least is needed.".into();
    let mut parameters = vec![select(resource, form)];
    parameters.extend(conditions_on(resource, form));
    parameters.extend(deleted(resource));
    parameters.extend((verb == "delete").then(|| hard(resource)).flatten());
    parameters.push(prefer(&format!(
        "`max-affected=n` bounds the rows, {RETURN} answers them"
    )));
    operation["parameters"] = parameters.into();
    if verb == "update" {
        changes(&mut operation, &of_many(resource));
    }
    let rows = json!({ "type": "array", "items": reference(&resource.name) });
    let count = json!({ "type": "integer", "format": "int64" });
    let answered = json!({
        "type": "object",
        "required": ["count"],
        "properties": { "count": count, "data": rows },
    });
    answer(&mut operation, "200", "How many rows there were.", answered);
    let statuses = match verb {
        "update" => &["400", "409", "413", "414", "415", "422"][..],
        _ => &["400", "409", "414", "422"][..],
    };
    errors(&mut operation, statuses);
    operation
}

pub(super) fn replace(resource: &Resource, form: Form) -> Value {
    let summary = format!("Replace one {}, or create it with this key", resource.name);
    let mut operation = operation(resource, "replace", &summary);
    operation["parameters"] = on_one(resource, Vec::new(), form);
    // The path has the key, and the body may repeat it.
    body(&mut operation, reference(&resource.component("Replace")));
    for (status, description) in [
        ("200", "The row as it is now."),
        ("201", "The row as it was created."),
    ] {
        answer(
            &mut operation,
            status,
            description,
            reference(&resource.name),
        );
        etag(&mut operation, status);
    }
    if form == Form::Full {
        location(&mut operation);
    }
    errors(&mut operation, &["400", "409", "412", "413", "415", "422"]);
    operation
}

pub(super) fn update(resource: &Resource, form: Form) -> Value {
    let summary = format!("Change fields of one {}", resource.name);
    let mut operation = operation(resource, "update", &summary);
    operation["parameters"] = on_one(resource, deleted(resource).into_iter().collect(), form);
    changes(&mut operation, &resource.component("Update"));
    answer(
        &mut operation,
        "200",
        "The row as it is now.",
        reference(&resource.name),
    );
    etag(&mut operation, "200");
    let statuses = ["400", "404", "409", "412", "413", "415", "422"];
    errors(&mut operation, &statuses);
    operation
}

pub(super) fn delete(resource: &Resource, form: Form) -> Value {
    let mut operation = operation(resource, "delete", &format!("Delete one {}", resource.name));
    operation["parameters"] = on_one(resource, hard(resource).into_iter().collect(), form);
    operation["responses"]["204"] = json!({ "description": "It is gone." });
    answer(
        &mut operation,
        "200",
        "The row as it was, with `Prefer: return=representation`.",
        reference(&resource.name),
    );
    if form == Form::Terse {
        // Headers of an answer may be missing. With it, the answer is the same as that of a read.
        etag(&mut operation, "200");
    }
    errors(&mut operation, &["400", "404", "409", "412", "422"]);
    operation
}

/// The parameters of a write of one row.
fn on_one(resource: &Resource, others: Vec<Value>, form: Form) -> Value {
    let mut parameters = vec![select(resource, form)];
    parameters.extend(others);
    parameters.push(prefer(RETURN));
    parameters.extend(conditions("it is written", "412"));
    parameters.into()
}

fn hard(resource: &Resource) -> Option<Value> {
    let soft = resource.soft_delete.filter(|soft| soft.hard)?;
    let description = format!(
        "Deletes for good what would only be marked in `{}`.",
        resource.columns[soft.column].field
    );
    let schema = json!({ "type": "boolean", "default": false });
    Some(parameter("hard", &description, schema))
}

/// The body of a change. It has either media type.
fn changes(operation: &mut Value, schema: &str) {
    let schema = reference(schema);
    body(operation, schema.clone());
    operation["requestBody"]["content"][MERGE_PATCH] = json!({ "schema": schema });
    operation["requestBody"]["description"] =
        "As a merge patch, JSON fields are merged (RFC 7396) instead of replaced.".into();
}

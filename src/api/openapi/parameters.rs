//! Parameters of operations: in the path, the query, the headers.

use serde_json::{Value, json};

use super::schemas::reference;
use crate::{
    catalog::{Resource, Type},
    query::{operators::Operator, parse::PARAMETERS},
    settings::Settings,
};

/// `If-Match` and `If-None-Match` (RFC 9110, section 13.1).
const TAGS: &str = r#"^(\*|(W/)?"[^"]*"( *, *(W/)?"[^"]*")*)$"#;

fn text() -> Value {
    json!({ "type": "string", "minLength": 1 })
}

/// The component that all filters refer to; no model has a name with a dot.
pub(super) const FILTER: &str = "Refract.Filter";

/// How every filter begins: `eq.`, `not.in.`, `like(any).`, `fts(english).`
pub(super) fn filter_schema() -> Value {
    let names: Vec<&str> = Operator::names().collect();
    json!({
        "type": "string",
        "description": "`[not.]operator.value` with eq, neq, gt, gte, lt, lte, like, ilike, in, is, \
                        isdistinct and what the type has beside them.",
        "pattern": format!(r"^(not\.)?({})(\([^)]*\))?\.", names.join("|")),
    })
}

/// Parameters of a list.
pub(super) fn of_list(resource: &Resource, settings: &Settings) -> Vec<Value> {
    let limits = &settings.api.limits;
    let (page_size, max_page_size) = (limits.page_size, limits.max_page_size);
    let mut parameters = vec![
        select(resource),
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
    ];
    parameters.extend(filters(resource));
    parameters
}

/// Conditions that rows are chosen by.
pub(super) fn filters(resource: &Resource) -> Vec<Value> {
    let tree = || json!({ "type": "string", "pattern": r"^\(.+\)$" });
    let mut parameters = vec![
        parameter(
            "and",
            "Conditions of which all must hold: `(field.operator.value,or(…),not.and(…))`.",
            tree(),
        ),
        parameter(
            "or",
            "Conditions of which one must hold: `(field.operator.value,and(…),not.or(…))`.",
            tree(),
        ),
    ];
    for position in resource.visible() {
        let column = &resource.columns[position];
        let is_parameter = PARAMETERS.contains(&column.field.as_str());
        if column.data_type.comparable() && !is_parameter {
            let description = "A filter: `eq.value`, `gte.value`, `in.(a,b)`, `is.null` …";
            parameters.push(parameter(&column.field, description, reference(FILTER)));
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

/// What an answer shows of rows.
pub(super) fn select(resource: &Resource) -> Value {
    parameter("select", &select_description(resource), text())
}

/// Whether rows that are marked as deleted are meant, where there are such.
pub(super) fn deleted(resource: &Resource) -> Option<Value> {
    resource.soft_delete.map(|_| {
        parameter(
            "deleted",
            "Whether rows that are marked as deleted are meant, too or only.",
            json!({ "type": "string", "enum": ["exclude", "include", "only"], "default": "exclude" }),
        )
    })
}

/// `If-Match` and `If-None-Match`. `otherwise` is the status where the second does not hold.
pub(super) fn conditions(what: &str, otherwise: &str) -> [Value; 2] {
    let header = |name: &str, description: String| {
        json!({
            "name": name, "in": "header", "description": description,
            "schema": { "type": "string", "pattern": TAGS },
        })
    };
    [
        header(
            "If-Match",
            format!(
                "Only if there is a row that has one of these tags, or any (`*`), {what}; else 412."
            ),
        ),
        header(
            "If-None-Match",
            format!(
                "Only if there is no row that has one of these tags, or any (`*`), {what}; else {otherwise}."
            ),
        ),
    ]
}

/// The key of a row, as a segment of the path.
pub(super) fn key(resource: &Resource) -> Value {
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
    let schema = match resource.key.as_slice() {
        [one] => match &resource.columns[*one].data_type {
            Type::Int2 | Type::Int4 => json!({ "type": "integer", "format": "int32" }),
            Type::Int8 => json!({ "type": "string", "pattern": "^-?[0-9]{1,19}$" }),
            Type::Uuid => json!({ "type": "string", "format": "uuid" }),
            _ => text(),
        },
        // Nothing between commas is an empty text, which a key may be.
        many => {
            json!({ "type": "string", "pattern": format!("^[^,]*(,[^,]*){{{}}}$", many.len() - 1) })
        }
    };
    json!({
        "name": "key", "in": "path", "required": true, "description": description,
        "schema": schema,
    })
}

pub(super) fn parameter(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

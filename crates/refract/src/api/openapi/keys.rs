//! The keys of rows in paths: `{key}`, or a parameter for each part of the key.

use serde_json::{Value, json};

use super::{
    patterns::{self, whole},
    schemas::reference,
    types::{integer, text_without_nul},
};
use crate::{
    api::PREFIX,
    catalog::{Column, Resource, Type},
};

/// The path of one row: `/api/v1/users/{key}`, `/api/v1/memberships/{userId},{teamId}`.
pub(super) fn path_of_row(resource: &Resource) -> String {
    let parts = names(resource).map(|name| format!("{{{name}}}"));
    let key = parts.collect::<Vec<_>>().join(",");
    format!("{PREFIX}/{}/{key}", resource.path)
}

/// Whether a path leads from a row to one of its JSON fields or to its related rows.
pub(super) fn is_beyond_row(path: &str) -> bool {
    path.contains("}/")
}

/// The parameters that [`path_of_row`] has.
pub(super) fn parameters(resource: &Resource) -> Value {
    let columns = columns(resource).zip(names(resource));
    let parameters = columns.map(|(column, name)| {
        json!({
            "name": name, "in": "path", "required": true,
            "description": format!("`{}`, percent-encoded.", column.field),
            "schema": part(&column.data_type),
        })
    });
    parameters.collect()
}

fn columns(resource: &Resource) -> impl Iterator<Item = &Column> {
    let key = resource.key.iter();
    key.map(|&column| &resource.columns[column])
}

/// The names of the parts of a key. They are the fields' names if every one fits into a template.
fn names(resource: &Resource) -> impl Iterator<Item = String> {
    let is_one = resource.key.len() == 1;
    let are_words = columns(resource).all(|column| is_word(&column.field));
    columns(resource).enumerate().map(move |(at, column)| {
        if is_one {
            return "key".to_owned();
        }
        match are_words {
            true => column.field.clone(),
            false => format!("key{}", at + 1),
        }
    })
}

/// Whether client generators of all languages keep a name as it is.
pub(super) fn is_word(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn part(data_type: &Type) -> Value {
    match data_type {
        Type::Bool => json!({ "type": "boolean" }),
        Type::Int2 | Type::Int4 | Type::Oid => integer(data_type),
        Type::Uuid => json!({ "type": "string", "format": "uuid" }),
        Type::Enum(of) => reference(&of.model),
        Type::Date => json!({ "type": "string", "format": "date" }),
        Type::Timestamp | Type::TimestampTz => json!({ "type": "string", "format": "date-time" }),
        Type::Text { .. } | Type::Other { .. } => {
            let mut schema = match data_type {
                Type::Text { max_length } => text_without_nul(*max_length),
                _ => text_without_nul(None),
            };
            // A path has no empty segments. An empty part is written as two double quotes.
            schema["minLength"] = 1.into();
            schema
        }
        other => json!({ "type": "string", "pattern": whole(&patterns::of(other)) }),
    }
}

//! Many rows of an insert as one parameter: a JSON array from which PostgreSQL makes rows.
//!
//! There is one text for any number of rows, so that it is prepared once, and the number of
//! parameters is no limit. PostgreSQL reads each value in the type of the table's column.

use serde_json::value::RawValue;

use reflect::snapshot::Database;

use super::mutation_sql::given;
use crate::{
    catalog::{Column, Type},
    codec::{Value, postgres_text, write_string},
    query::plan::{Conflict, Insert},
};

/// Whether an insert can be written in this way. JSON has no word for a column's default, so that
/// either all rows or no row may leave the column to its default.
pub(super) fn fits(database: Database, plan: &Insert, tells_new: bool) -> bool {
    let has_one_form = |at: usize| {
        let column = &plan.into.columns[plan.columns[at]];
        let absent_is_null = column.default.is_none() && column.identity.is_none();
        absent_is_null || plan.rows.iter().all(|row| row[at].is_some())
    };
    let given = given(plan, &plan.rows);
    // PostgreSQL makes a NULL of each column that is not given, which a domain might refuse.
    let takes_null = |(position, column): (usize, &Column)| {
        column.nullable
            || is_built_in(column)
            || given.iter().any(|&at| plan.columns[at] == position)
    };
    let is_money = |at: &usize| plan.into.columns[plan.columns[*at]].is_money();
    database == Database::Postgres
        && !given.is_empty()
        && !given.iter().any(is_money)
        && !matches!(plan.conflict, Conflict::Ignore { .. })
        && (plan.conflict == Conflict::Refuse || tells_new)
        && given.iter().all(|&at| has_one_form(at))
        && plan.into.columns.iter().enumerate().all(takes_null)
}

/// Whether the type of a column is one of PostgreSQL's own, and not a domain.
fn is_built_in(column: &Column) -> bool {
    let name = column.database_type.as_str();
    match &column.data_type {
        Type::Bool => name == "boolean",
        Type::Int2 => name == "smallint",
        Type::Int4 => name == "integer",
        Type::Int8 => name == "bigint",
        Type::Oid => name == "oid",
        Type::Float4 => name == "real",
        Type::Float8 => name == "double precision",
        Type::Numeric { .. } => name.starts_with("numeric"),
        Type::Text { .. } => name == "text" || name.starts_with("character"),
        Type::Uuid => name == "uuid",
        Type::Timestamp | Type::TimestampTz => name.starts_with("timestamp"),
        Type::Date => name == "date",
        Type::Time => name.starts_with("time"),
        Type::Json { .. } => matches!(name, "json" | "jsonb"),
        Type::Bytes => name == "bytea",
        Type::Array(_) => name.ends_with("[]"),
        Type::Enum(_) | Type::Other { .. } => false,
    }
}

/// The value of the parameter.
pub(super) fn value(plan: &Insert) -> Value {
    let given = given(plan, &plan.rows);
    let names: Vec<Vec<u8>> = given
        .iter()
        .map(|&at| {
            let mut name = Vec::new();
            write_string(&plan.into.columns[plan.columns[at]].name, &mut name);
            name
        })
        .collect();
    let mut out = Vec::with_capacity(plan.rows.len() * given.len() * 32);
    out.push(b'[');
    for (position, row) in plan.rows.iter().enumerate() {
        out.extend_from_slice(if position > 0 { b",{" } else { b"{" });
        for (place, &at) in given.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            out.extend_from_slice(&names[place]);
            out.push(b':');
            let data_type = &plan.into.columns[plan.columns[at]].data_type;
            write(
                data_type,
                row[at].as_ref().unwrap_or(&Value::Null),
                &mut out,
            );
        }
        out.push(b'}');
    }
    out.push(b']');
    Value::Text(String::from_utf8(out).expect("JSON is UTF-8"))
}

/// Every value but a document is written as a string, for the input function of its type.
fn write(data_type: &Type, value: &Value, out: &mut Vec<u8>) {
    match (data_type, value, postgres_text(value)) {
        (_, _, None) => out.extend_from_slice(b"null"),
        (_, Value::Bool(_) | Value::Int(_), Some(text)) => out.extend_from_slice(text.as_bytes()),
        (Type::Json { .. }, Value::Text(document), _) => {
            match serde_json::from_str::<&RawValue>(document) {
                Ok(document) => out.extend_from_slice(document.get().as_bytes()),
                Err(_) => write_string(document, out),
            }
        }
        (_, _, Some(text)) => write_string(&text, out),
    }
}

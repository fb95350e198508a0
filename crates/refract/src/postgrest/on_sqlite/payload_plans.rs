//! The rows of a body → plans of writes.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    catalog::{Column, Resource},
    codec::{Value, api_spelling, parse_json, parse_text},
    postgrest::{
        postgrest_error::PostgrestError,
        request::{
            payload::{Payload, Row},
            write_request::OnConflict,
        },
    },
    query::{
        fill,
        plan::{self, Assign, Conflict, Filter, Insert, Visibility, insert, policy::Action},
    },
};

/// The most keys of several columns in one statement, which has a condition for each.
const MAX_COMPOSITE_KEYS: usize = 200;

/// The plan of new rows, with the values that Prisma Client would fill in. With `defaults`, columns
/// that a row leaves out get the database's defaults; otherwise they are NULL.
///
/// # Errors
/// 22P02 for a value that is not of its column's type, and the errors of [`conflict`].
pub fn rows(
    visibility: Visibility<'_>,
    resource: &Arc<Resource>,
    payload: &Payload,
    on_conflict: &OnConflict,
    defaults: bool,
) -> Result<Insert, PostgrestError> {
    let now = fill::now();
    let rows = payload.rows.iter().map(|row| {
        let mut values = given(resource, row, &payload.columns, !defaults, false)?;
        for (position, column) in resource.columns.iter().enumerate() {
            if !values.contains_key(&position)
                && let Some(value) = fill::on_create(column, now)
            {
                values.insert(position, value);
            }
        }
        Ok(values)
    });
    let rows: Vec<_> = rows.collect::<Result<_, PostgrestError>>()?;
    let conflict = conflict(visibility, resource, payload, on_conflict)?;
    Ok(insert(visibility, resource, rows, conflict))
}

/// The assignments of an update.
///
/// # Errors
/// As [`rows`].
pub fn assignments(
    resource: &Resource,
    payload: &Payload,
) -> Result<Vec<(usize, Assign)>, PostgrestError> {
    let Some(row) = payload.rows.first() else {
        return Ok(Vec::new());
    };
    let values = given(resource, row, &payload.columns, true, true)?.into_iter();
    Ok(values
        .map(|(column, value)| (column, Assign::To(value)))
        .collect())
}

/// The behaviour of a row that conflicts with an existing one.
///
/// # Errors
/// 42P10 where the columns are not a key.
pub fn conflict(
    visibility: Visibility<'_>,
    resource: &Resource,
    payload: &Payload,
    on_conflict: &OnConflict,
) -> Result<Conflict, PostgrestError> {
    if matches!(on_conflict, OnConflict::Fail) {
        return Ok(Conflict::Refuse);
    }
    let position = |name: &String| {
        let missing = || PostgrestError::no_conflict_column(name);
        resource.named(name).ok_or_else(missing)
    };
    let target = on_conflict.target().iter().map(position);
    let target: Vec<usize> = target.collect::<Result<_, _>>()?;
    let is_key = |key: Vec<usize>| {
        key.len() == target.len() && key.iter().all(|column| target.contains(column))
    };
    if !resource.readable_keys().any(is_key) {
        return Err(PostgrestError::new(
            400,
            "42P10",
            "there is no unique or exclusion constraint matching the ON CONFLICT specification",
        ));
    }
    if matches!(on_conflict, OnConflict::Ignore(_)) {
        return Ok(Conflict::Ignore { target });
    }
    let columns = resource.columns.iter().enumerate();
    let is_set = |column: &Column| column.set_by_upsert() || payload.sets(&column.name);
    let mut set: Vec<usize> = columns
        .filter(|(_, column)| is_set(column))
        .map(|(position, _)| position)
        .collect();
    let renewed = plan::renewed(resource, &set, fill::now());
    if set.is_empty() {
        set.clone_from(&target);
    }
    Ok(Conflict::Merge {
        target,
        set,
        renewed,
        mergeable: visibility.filter_for(Action::Update, resource, Filter::default()),
    })
}

/// Filters for the rows with these keys, as few as SQLite's limits allow.
pub fn by_keys(resource: &Resource, keys: &[Vec<Value>]) -> Vec<Filter> {
    let columns = &resource.key;
    if columns.len() == 1 {
        return vec![Filter::of_keys(columns, keys)];
    }
    let chunks = keys.chunks(MAX_COMPOSITE_KEYS);
    chunks.map(|keys| Filter::of_keys(columns, keys)).collect()
}

/// The values that a row gives to columns. A column that it leaves out is NULL with `or_null`.
fn given(
    resource: &Resource,
    row: &Row,
    columns: &[String],
    or_null: bool,
    is_change: bool,
) -> Result<BTreeMap<usize, Value>, PostgrestError> {
    let mut values = BTreeMap::new();
    for (position, column) in resource.columns.iter().enumerate() {
        if !columns.contains(&column.name) {
            continue;
        }
        if column.generated {
            return Err(computed(column, is_change));
        }
        match row.get(&column.name) {
            Some(json) => _ = values.insert(position, value(column, json)?),
            None if or_null => _ = values.insert(position, Value::Null),
            None => {}
        }
    }
    Ok(values)
}

/// The error of a value for a column that the database computes.
fn computed(column: &Column, is_change: bool) -> PostgrestError {
    let name = &column.name;
    let message = if is_change {
        format!("column \"{name}\" can only be updated to DEFAULT")
    } else {
        format!("cannot insert a non-DEFAULT value into column \"{name}\"")
    };
    let mut refusal = PostgrestError::new(400, "428C9", message);
    *refusal.details = format!("Column \"{name}\" is a generated column.").into();
    refusal
}

/// A value from JSON. A JSON text can be a value of any type.
fn value(column: &Column, json: &str) -> Result<Value, PostgrestError> {
    let of_type = &column.data_type;
    let invalid = || {
        let shown: String = json.trim_matches('"').chars().take(100).collect();
        let name = &column.database_type;
        let message = format!("invalid input syntax for type {name}: \"{shown}\"");
        PostgrestError::new(400, "22P02", message)
    };
    let raw = serde_json::from_str::<&serde_json::value::RawValue>(json).map_err(|_| invalid())?;
    parse_json(of_type, raw).or_else(|_| {
        let text = match serde_json::from_str::<serde_json::Value>(json) {
            Ok(serde_json::Value::String(text)) => text,
            Ok(scalar @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_))) => {
                scalar.to_string()
            }
            _ => return Err(invalid()),
        };
        parse_text(of_type, &api_spelling(of_type, &text)).map_err(|_| invalid())
    })
}

//! What the policies of the caller's role say of a write: whether it may be, and the values that new
//! rows get.

use super::{
    payload::Payload,
    write_request::{OnConflict, Verb},
};
use crate::{
    catalog::{Column, Resource},
    codec::{Value, parse_json, same},
    postgrest::{emit, postgrest_error::PostgrestError},
    query::plan::policy::{Access, Action},
};

/// Checks that the caller's role may write these columns of a table.
///
/// # Errors
/// 42501.
pub fn check(
    access: Option<&Access>,
    resource: &Resource,
    verb: Verb,
    on_conflict: &OnConflict,
    payload: Option<&mut Payload>,
) -> Result<(), PostgrestError> {
    let Some(access) = access else { return Ok(()) };
    let actions: &[Action] = match (verb, on_conflict) {
        (Verb::Insert, OnConflict::Merge(_)) | (Verb::Put, _) => &[Action::Create, Action::Update],
        (Verb::Insert, _) => &[Action::Create],
        (Verb::Update, _) => &[Action::Update],
        (Verb::Delete, _) => &[Action::Delete],
    };
    let table = &resource.table;
    if !actions
        .iter()
        .all(|&action| access.allows(resource, action))
    {
        let message = format!("permission denied for table {table}");
        return Err(PostgrestError::new(403, "42501", message));
    }
    let Some(payload) = payload else {
        return Ok(());
    };
    let presets = access.presets(resource);
    for column in &resource.columns {
        let is_preset = presets
            .iter()
            .any(|(at, _)| resource.columns[*at].name == column.name);
        if column.locked && !is_preset && payload.columns.contains(&column.name) {
            return Err(refused(resource, column));
        }
    }
    for (at, value) in presets {
        preset(
            resource,
            &resource.columns[at],
            value.as_ref(),
            verb,
            payload,
        )?;
    }
    Ok(())
}

fn preset(
    resource: &Resource,
    column: &Column,
    value: Option<&Value>,
    verb: Verb,
    payload: &mut Payload,
) -> Result<(), PostgrestError> {
    let is_given = payload.columns.contains(&column.name);
    if verb == Verb::Update && !is_given {
        return Ok(());
    }
    let Some(value) = value else {
        // The claim is missing.
        return Err(refused(resource, column));
    };
    for row in &mut payload.rows {
        match row.get(&column.name).filter(|_| is_given) {
            Some(json) if is_value(column, json, value) => {}
            Some(_) => return Err(refused(resource, column)),
            None if verb == Verb::Update => return Err(refused(resource, column)),
            None => _ = row.insert(column.name.clone(), emit::json(column, value)),
        }
    }
    if !is_given {
        payload.columns.push(column.name.clone());
        payload.filled.push(column.name.clone());
    }
    Ok(())
}

fn is_value(column: &Column, json: &str, value: &Value) -> bool {
    let raw = serde_json::from_str::<&serde_json::value::RawValue>(json);
    let given = raw
        .ok()
        .and_then(|raw| parse_json(&column.data_type, raw).ok());
    given.is_some_and(|given| same(&column.data_type, &given, value))
}

fn refused(resource: &Resource, column: &Column) -> PostgrestError {
    let (table, column) = (&resource.table, &column.name);
    let message = format!("permission denied for column {column} of table {table}");
    PostgrestError::new(403, "42501", message)
}

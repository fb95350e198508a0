//! Create, replace, update, delete.

use std::{collections::BTreeMap, sync::Arc};

use super::{Condition, Delete, Insert, Update, key};
use crate::{
    catalog::{Resource, nearest},
    codec::{Micros, Value, parse_json, same},
    error::{Error, Problem},
    query::{
        body::{Object, Rows},
        fill,
    },
};

/// The plan that creates one row, or many of them all or nothing.
///
/// # Errors
/// [`Error::Invalid`] with every problem of every row; [`Error::ReadOnly`] for views.
pub fn create(resource: &Arc<Resource>, rows: &Rows<'_>) -> Result<Insert, Error> {
    refuse_views(resource)?;
    let now = fill::now();
    let mut problems = Vec::new();
    let filled: Vec<BTreeMap<usize, Value>> = match rows {
        Rows::One(object) => vec![complete(resource, object, "", now, &mut problems)],
        Rows::Many(objects) => objects
            .iter()
            .enumerate()
            .map(|(row, object)| complete(resource, object, &format!("{row}."), now, &mut problems))
            .collect(),
    };
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let columns: Vec<usize> = (0..resource.columns.len())
        .filter(|column| filled.iter().any(|row| row.contains_key(column)))
        .collect();
    let rows = filled
        .into_iter()
        .map(|mut row| columns.iter().map(|column| row.remove(column)).collect())
        .collect();
    Ok(Insert {
        into: resource.clone(),
        columns,
        rows,
        replace: None,
        returning: resource.visible().collect(),
    })
}

/// The plan that replaces the row with this key, or creates it. Fields that the body leaves out
/// take their defaults, as in a new row.
///
/// # Errors
/// As [`create`]; also where the body names another key than the path.
pub fn replace(
    resource: &Arc<Resource>,
    key: Vec<Condition>,
    object: &Object<'_>,
) -> Result<Insert, Error> {
    refuse_views(resource)?;
    let mut problems = Vec::new();
    if let Some(&column) = resource
        .key
        .iter()
        .find(|&&column| !resource.columns[column].writable())
    {
        return Err(Error::Invalid(vec![Problem {
            field: resource.columns[column].field.clone(),
            code: "read_only",
            message: "is given by the database, so that no row can be put in its place".to_owned(),
        }]));
    }
    let mut row = given(resource, object, "", &mut problems);
    for (column, value) in key::values(&key) {
        if let Some(body_value) = row.insert(column, value.clone())
            && !same(&resource.columns[column].data_type, &body_value, value)
        {
            problems.push(Problem {
                field: resource.columns[column].field.clone(),
                code: "key_mismatch",
                message: "differs from the key in the path".to_owned(),
            });
        }
    }
    fill_in(resource, &mut row, fill::now());
    require(resource, &row, "", &mut problems);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    // Every column that can be written takes part, so that what the body leaves out goes back to
    // its default.
    let columns: Vec<usize> = (0..resource.columns.len())
        .filter(|&column| resource.columns[column].writable() || row.contains_key(&column))
        .collect();
    let values = columns
        .iter()
        .map(|&column| {
            let without_default = resource.columns[column].default.is_none()
                && resource.columns[column].identity.is_none();
            row.remove(&column)
                .or(without_default.then_some(Value::Null))
        })
        .collect();
    Ok(Insert {
        into: resource.clone(),
        columns,
        rows: vec![values],
        replace: Some(key),
        returning: resource.visible().collect(),
    })
}

/// The plan that changes the fields present; `None` where nothing is to be changed.
///
/// # Errors
/// [`Error::Invalid`] with every problem; [`Error::ReadOnly`] for views.
pub fn update(
    resource: &Arc<Resource>,
    key: Vec<Condition>,
    object: &Object<'_>,
) -> Result<Option<Update>, Error> {
    refuse_views(resource)?;
    let mut problems = Vec::new();
    let mut row = given(resource, object, "", &mut problems);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    // As in Prisma, a change of nothing does not move `@updatedAt`.
    if row.is_empty() {
        return Ok(None);
    }
    let now = fill::now();
    for (position, column) in resource.columns.iter().enumerate() {
        if let Some(value) = fill::on_update(column, now) {
            row.entry(position).or_insert(value);
        }
    }
    Ok(Some(Update {
        table: resource.clone(),
        set: row.into_iter().collect(),
        filter: key.into(),
        returning: resource.visible().collect(),
    }))
}

/// The plan that deletes the row with this key.
///
/// # Errors
/// [`Error::ReadOnly`] for views.
pub fn delete(resource: &Arc<Resource>, key: Vec<Condition>) -> Result<Delete, Error> {
    refuse_views(resource)?;
    Ok(Delete {
        from: resource.clone(),
        filter: key.into(),
    })
}

fn refuse_views(resource: &Resource) -> Result<(), Error> {
    if resource.writable() {
        return Ok(());
    }
    Err(Error::ReadOnly {
        resource: resource.name.clone(),
        reason: "it is a view.",
    })
}

/// The values of a new row: those given, then those that Prisma Client would fill in.
fn complete(
    resource: &Resource,
    object: &Object<'_>,
    prefix: &str,
    now: Micros,
    problems: &mut Vec<Problem>,
) -> BTreeMap<usize, Value> {
    let mut row = given(resource, object, prefix, problems);
    fill_in(resource, &mut row, now);
    require(resource, &row, prefix, problems);
    row
}

fn fill_in(resource: &Resource, row: &mut BTreeMap<usize, Value>, now: Micros) {
    for (position, column) in resource.columns.iter().enumerate() {
        if !row.contains_key(&position)
            && let Some(value) = fill::on_create(column, now)
        {
            row.insert(position, value);
        }
    }
}

fn require(
    resource: &Resource,
    row: &BTreeMap<usize, Value>,
    prefix: &str,
    problems: &mut Vec<Problem>,
) {
    for (position, column) in resource.columns.iter().enumerate() {
        let field = format!("{prefix}{}", column.field);
        // A field that was given and refused has its problem already.
        if column.required()
            && !row.contains_key(&position)
            && !problems.iter().any(|problem| problem.field == field)
        {
            problems.push(Problem {
                field,
                code: "required",
                message: "is required".to_owned(),
            });
        }
    }
}

/// The values that the body gives, checked.
fn given(
    resource: &Resource,
    object: &Object<'_>,
    prefix: &str,
    problems: &mut Vec<Problem>,
) -> BTreeMap<usize, Value> {
    let mut row = BTreeMap::new();
    for (name, json) in object {
        let mut refuse = |code, message: String| {
            problems.push(Problem {
                field: format!("{prefix}{name}"),
                code,
                message,
            });
        };
        let Some(position) = resource.position(name) else {
            let hint = nearest(name, resource.fields())
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            refuse(
                "unknown_field",
                format!("is not a field of {}{hint}", resource.name),
            );
            continue;
        };
        let column = &resource.columns[position];
        if !column.writable() {
            refuse(
                "read_only",
                "is set by the database and cannot be written".to_owned(),
            );
            continue;
        }
        match parse_json(&column.data_type, json) {
            Ok(Value::Null) if !column.nullable => {
                refuse("not_null", "must not be null".to_owned());
            }
            Ok(value) => {
                row.insert(position, value);
            }
            Err(refusal) => refuse(refusal.code, refusal.message),
        }
    }
    row
}

//! The fields of a body → checked values of columns, with those that Prisma Client fills in.

use std::collections::BTreeMap;

use crate::{
    catalog::{Resource, nearest},
    codec::{Micros, Value, parse_json, same},
    error::{FORBIDDEN, FieldPath, Problem, has_enough},
    query::{body::Object, fill, plan::Visibility},
};

/// Values by the positions of their columns.
pub(super) type Row = BTreeMap<usize, Value>;

/// The values of a new row: those of the body and those that Prisma Client fills in.
pub(super) fn complete(
    visibility: Visibility<'_>,
    resource: &Resource,
    object: &Object<'_>,
    path: &FieldPath,
    now: Micros,
    problems: &mut Vec<Problem>,
) -> Row {
    let mut row = given(visibility, resource, object, path, problems);
    preset(visibility, resource, &mut row, path, problems);
    fill_in(resource, &mut row, now);
    require(resource, &row, path, problems);
    row
}

/// Adds the values that the policies of the caller's role give a new row.
pub(super) fn preset(
    visibility: Visibility<'_>,
    resource: &Resource,
    row: &mut Row,
    path: &FieldPath,
    problems: &mut Vec<Problem>,
) {
    let Some(access) = visibility.access() else {
        return;
    };
    for (column, value) in access.presets(resource) {
        match value {
            Some(value) => _ = row.entry(column).or_insert(value),
            None if row.contains_key(&column) => {}
            None => {
                let field = path.child(&resource.columns[column].field);
                let message = "takes its value from a claim that the caller does not have";
                problems.push(Problem::new(field, FORBIDDEN, message));
            }
        }
    }
}

/// Adds the values that Prisma Client fills in on create.
pub(super) fn fill_in(resource: &Resource, row: &mut Row, now: Micros) {
    for (position, column) in resource.columns.iter().enumerate() {
        if !row.contains_key(&position)
            && let Some(value) = fill::on_create(column, now)
        {
            row.insert(position, value);
        }
    }
}

/// Reports the required fields that a new row does not have.
pub(super) fn require(
    resource: &Resource,
    row: &Row,
    path: &FieldPath,
    problems: &mut Vec<Problem>,
) {
    for (position, column) in resource.columns.iter().enumerate() {
        if has_enough(problems) {
            return;
        }
        if !column.required() || row.contains_key(&position) {
            continue;
        }
        let field = path.child(&column.field);
        // A field that the body gives and that was refused has a problem already.
        if !problems.iter().any(|problem| problem.field == field) {
            problems.push(Problem::new(field, "required", "is required"));
        }
    }
}

/// The values of a body.
pub(super) fn given(
    visibility: Visibility<'_>,
    resource: &Resource,
    object: &Object<'_>,
    path: &FieldPath,
    problems: &mut Vec<Problem>,
) -> Row {
    let mut row = Row::new();
    let presets = match visibility.access() {
        Some(access) => access.presets(resource),
        None => Vec::new(),
    };
    for (name, json) in object {
        if has_enough(problems) {
            break;
        }
        let mut refuse = |code, message: String| {
            problems.push(Problem::new(path.child(name), code, message));
        };
        let Some(position) = resource.position(name) else {
            if resource.relation(name).is_some() {
                refuse(
                    "unknown_field",
                    "is a relation: neither upserts nor replacements nor changes of many rows \
                     write related ones"
                        .to_owned(),
                );
                continue;
            }
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
        if !column.settable() {
            refuse(
                "read_only",
                "is set by the database and cannot be written".to_owned(),
            );
            continue;
        }
        let is_preset = presets.iter().any(|(preset, _)| *preset == position);
        if column.locked && !is_preset {
            refuse(FORBIDDEN, "is not for this role to write".to_owned());
            continue;
        }
        match parse_json(&column.data_type, json) {
            Ok(Value::Null) if !column.nullable => {
                refuse("not_null", "must not be null".to_owned());
            }
            Ok(value) if column.is_money() && holds_nan(&value) => {
                refuse("invalid_type", "must be a number".to_owned());
            }
            Ok(value) => {
                let preset = presets.iter().find(|(preset, _)| *preset == position);
                let is_other = |preset: &Option<Value>| match preset {
                    Some(preset) => !same(&column.data_type, preset, &value),
                    None => true,
                };
                if preset.is_some_and(|(_, preset)| is_other(preset)) {
                    refuse(
                        FORBIDDEN,
                        "has a value that is not this role's to choose".to_owned(),
                    );
                } else {
                    row.insert(position, value);
                }
            }
            Err(refusal) => refuse(refusal.code, refusal.message),
        }
    }
    row
}

/// Whether a decimal, or one of an array, is NaN, which `numeric` has and `money` has not.
fn holds_nan(value: &Value) -> bool {
    match value {
        Value::Text(text) => text == "NaN",
        Value::Array(items) => items.iter().any(holds_nan),
        _ => false,
    }
}

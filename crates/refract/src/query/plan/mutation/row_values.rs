//! The fields of a body → checked values of columns, with those that Prisma Client fills in.

use std::collections::BTreeMap;

use crate::{
    catalog::{Resource, nearest},
    codec::{Micros, Value, parse_json},
    error::{FieldPath, Problem, has_enough},
    query::{body::Object, fill},
};

/// Values by the positions of their columns.
pub(super) type Row = BTreeMap<usize, Value>;

/// The values of a new row: those of the body and those that Prisma Client fills in.
pub(super) fn complete(
    resource: &Resource,
    object: &Object<'_>,
    path: &FieldPath,
    now: Micros,
    problems: &mut Vec<Problem>,
) -> Row {
    let mut row = given(resource, object, path, problems);
    fill_in(resource, &mut row, now);
    require(resource, &row, path, problems);
    row
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
    resource: &Resource,
    object: &Object<'_>,
    path: &FieldPath,
    problems: &mut Vec<Problem>,
) -> Row {
    let mut row = Row::new();
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
            Ok(value) if column.is_money() && holds_nan(&value) => {
                refuse("invalid_type", "must be a number".to_owned());
            }
            Ok(value) => {
                row.insert(position, value);
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

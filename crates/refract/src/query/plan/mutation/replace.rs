//! `PUT`: the plan that replaces a row.

use std::sync::Arc;

use super::{
    Conflict, Insert, refuse_views,
    row_values::{fill_in, given, preset, require},
    upsert::renewed,
};
use crate::{
    catalog::Resource,
    codec::{Value, same},
    error::{Error, FieldPath, Problem},
    query::{
        body::Object,
        fill,
        plan::{Condition, Filter, Visibility, path_key, policy::Action},
    },
};

/// The plan that replaces the row of this key, or creates it. Fields that the body does not have
/// take their defaults, as in a new row.
///
/// # Errors
/// As [`super::create()`]; also if the body has another key than the path.
pub fn replace(
    visibility: Visibility<'_>,
    resource: &Arc<Resource>,
    key: &[Condition],
    object: &Object<'_>,
) -> Result<Insert, Error> {
    refuse_views(resource)?;
    visibility.ensure(Action::Create, resource)?;
    visibility.ensure(Action::Update, resource)?;
    let root = FieldPath::root();
    let mut problems = Vec::new();
    let mut row = given(visibility, resource, object, &root, &mut problems);
    for (column, value) in path_key::values(key) {
        if let Some(body_value) = row.insert(column, value.clone())
            && !same(&resource.columns[column].data_type, &body_value, value)
        {
            problems.push(Problem::new(
                resource.columns[column].field.clone(),
                "key_mismatch",
                "differs from the key in the path",
            ));
        }
    }
    preset(visibility, resource, &mut row, &root, &mut problems);
    let now = fill::now();
    let given: Vec<usize> = row.keys().copied().collect();
    fill_in(resource, &mut row, now);
    require(resource, &row, &root, &mut problems);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let renewed = renewed(resource, &given, now);
    // The update sets every writable column, so that one without a value takes its default. What the role
    // may not write takes its default in a new row, and stays in one that is there.
    let columns: Vec<usize> = (0..resource.columns.len())
        .filter(|&column| resource.columns[column].writable() || row.contains_key(&column))
        .collect();
    let is_set = |column: &usize| {
        let column = &resource.columns[*column];
        !column.locked || column.set_by_upsert()
    };
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
        conflict: Conflict::Merge {
            target: resource.key.clone(),
            set: columns
                .iter()
                .copied()
                .filter(is_set)
                .filter(|column| !renewed.iter().any(|(renewed, _)| renewed == column))
                .collect(),
            renewed,
            // A soft-deleted row comes back: the update sets its mark, too.
            mergeable: visibility.with_deleted().filter_for(
                Action::Update,
                resource,
                Filter::default(),
            ),
        },
        columns,
        rows: vec![values],
        returning: resource.visible().collect(),
        check: visibility.check(resource),
    })
}

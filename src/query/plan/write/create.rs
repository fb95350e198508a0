//! `POST`: new rows.

use std::{collections::BTreeMap, sync::Arc};

use super::{Conflict, Insert, refuse_views, values::complete};
use crate::{
    catalog::Resource,
    codec::Value,
    error::{Error, has_enough},
    query::{body::Object, fill},
};

/// The plan that creates rows all or nothing. `prefixes` say where each is in the body.
///
/// # Errors
/// [`Error::Invalid`] with the problems of all rows; [`Error::ReadOnly`] for views.
pub fn create<'row, 'body: 'row>(
    resource: &Arc<Resource>,
    rows: impl Iterator<Item = (String, &'row Object<'body>)>,
) -> Result<Insert, Error> {
    refuse_views(resource)?;
    let now = fill::now();
    let mut problems = Vec::new();
    let mut filled = Vec::new();
    for (prefix, object) in rows {
        filled.push(complete(resource, object, &prefix, now, &mut problems));
        if has_enough(&problems) {
            break;
        }
    }
    if problems.is_empty() {
        Ok(insert(resource, filled, Conflict::Refuse))
    } else {
        Err(Error::Invalid(problems))
    }
}

/// Rows that may have different columns; those of one that are left out take their defaults.
pub fn insert(
    resource: &Arc<Resource>,
    rows: Vec<BTreeMap<usize, Value>>,
    conflict: Conflict,
) -> Insert {
    let columns: Vec<usize> = (0..resource.columns.len())
        .filter(|column| rows.iter().any(|row| row.contains_key(column)))
        .collect();
    let rows = rows
        .into_iter()
        .map(|mut row| columns.iter().map(|column| row.remove(column)).collect())
        .collect();
    Insert {
        into: resource.clone(),
        columns,
        rows,
        conflict,
        returning: resource.visible().collect(),
    }
}

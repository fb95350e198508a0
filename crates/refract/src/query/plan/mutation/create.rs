//! `POST`: new rows.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Conflict, Insert, refuse_views, row_values::complete};
use crate::{
    catalog::Resource,
    codec::Value,
    error::{Error, Problem, has_enough},
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
        refuse_gaps(&filled)?;
        Ok(insert(resource, filled, Conflict::Refuse))
    } else {
        Err(Error::Invalid(problems))
    }
}

/// Values that rows may have at most for each one that they were given, where there are many.
const VALUES_PER_GIVEN: usize = 8;
/// Rows of so many values are made whatever was given.
const FEW_VALUES: usize = 500_000;

/// Refuses rows of which few name many columns: every other row has a default in each of them, so
/// that a small body would become very many values.
fn refuse_gaps(rows: &[BTreeMap<usize, Value>]) -> Result<(), Error> {
    let given: usize = rows.iter().map(BTreeMap::len).sum();
    if given.max(rows.len()) < FEW_VALUES / MOST_COLUMNS {
        return Ok(());
    }
    let columns: BTreeSet<usize> = rows.iter().flat_map(BTreeMap::keys).copied().collect();
    let values = rows.len().saturating_mul(columns.len());
    if values <= FEW_VALUES || values / VALUES_PER_GIVEN <= given {
        return Ok(());
    }
    Err(Error::Invalid(vec![Problem {
        field: "body".to_owned(),
        code: "too_many",
        message: "has too many rows that leave out the fields of others: send rows of different \
                  fields apart"
            .to_owned(),
    }]))
}

/// No table has more columns.
const MOST_COLUMNS: usize = 1600;

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

//! `POST`: plans of new rows.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Conflict, Insert, refuse_views, row_values::complete};
use crate::{
    catalog::Resource,
    codec::Value,
    error::{Error, FieldPath, has_enough},
    query::{
        body::Object,
        fill,
        plan::{Visibility, policy::Action},
    },
};

/// The plan that creates all rows or none. Each row has its path in the body.
///
/// # Errors
/// [`Error::Invalid`] with the problems of all rows; [`Error::ReadOnly`] for views;
/// [`Error::NotPermitted`].
pub fn create<'row, 'body: 'row>(
    visibility: Visibility<'_>,
    resource: &Arc<Resource>,
    rows: impl Iterator<Item = (FieldPath, &'row Object<'body>)>,
) -> Result<Insert, Error> {
    refuse_views(resource)?;
    visibility.ensure(Action::Create, resource)?;
    let now = fill::now();
    let mut problems = Vec::new();
    let mut filled = Vec::new();
    for (path, object) in rows {
        filled.push(complete(
            visibility,
            resource,
            object,
            &path,
            now,
            &mut problems,
        ));
        if has_enough(&problems) {
            break;
        }
    }
    if problems.is_empty() {
        refuse_gaps(&filled)?;
        Ok(insert(visibility, resource, filled, Conflict::Refuse))
    } else {
        Err(Error::Invalid(problems))
    }
}

/// Most values of an insert for each value of the body, if there are many.
const VALUES_PER_GIVEN: usize = 8;
/// An insert of fewer values is always allowed.
const FEW_VALUES: usize = 500_000;

/// Refuses rows whose fields differ too much. The insert has each column that some row names, and a
/// default for it in every other row: a small body could become very many values.
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
    Err(Error::invalid(
        "body",
        "too_many",
        "has too many rows that leave out the fields of others: send rows of different \
                  fields apart",
    ))
}

/// No table of PostgreSQL has more columns.
const MOST_COLUMNS: usize = 1600;

/// An insert of rows that may give different columns. A column that a row does not give takes its
/// default.
pub fn insert(
    visibility: Visibility<'_>,
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
        check: visibility.check(resource),
    }
}

//! `POST` with `onConflict`: plans that insert rows, or change the existing rows with their keys.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use super::{
    Conflict, Insert,
    create::insert,
    refuse_views,
    row_values::{Row, fill_in, given, preset, require},
};
use crate::{
    catalog::{ClientDefault, Resource},
    codec::{Micros, Value, postgres_text},
    error::{Error, FieldPath, Problem, has_enough},
    query::{
        body::Object,
        fill,
        plan::{Filter, Visibility, policy::Action},
    },
};

/// What happens to a new row whose key another row has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// The other row takes its values.
    Merge,
    /// It is left out.
    Ignore,
}

/// Inserts that merge into existing rows, or ignore them.
#[derive(Debug)]
pub struct Upsert {
    pub into: Arc<Resource>,
    /// Inserts of rows that give the same columns, each with the positions of its rows in the body.
    pub parts: Vec<(Vec<usize>, Insert)>,
    /// The number of rows of the body.
    pub rows: usize,
}

/// The columns that the rows of a part give, and what tells parts of the same columns apart.
type PartKey = (Vec<usize>, usize);

/// The plan that inserts rows. If a row with the same values of `target` exists, it merges or
/// ignores.
///
/// Only new rows take the values that Prisma Client fills in, except `@updatedAt` and `onUpdate`.
///
/// # Errors
/// As [`super::create()`]; also if `target` is no key of the resource, or if two rows have the same key.
pub fn upsert<'row, 'body: 'row>(
    visibility: Visibility<'_>,
    resource: &Arc<Resource>,
    rows: impl Iterator<Item = (FieldPath, &'row Object<'body>)>,
    target: Option<&[String]>,
    resolution: Resolution,
) -> Result<Upsert, Error> {
    refuse_views(resource)?;
    visibility.ensure(Action::Create, resource)?;
    if resolution == Resolution::Merge {
        visibility.ensure(Action::Update, resource)?;
    }
    let target = key(resource, target)?;
    let now = fill::now();
    let mut problems = Vec::new();
    let mut seen = HashSet::new();
    // An insert sets the same columns of all its rows, so rows with other columns need another. So does
    // a row of which a merge makes values that no other row shall have.
    let makes_values = resource.columns.iter().any(|column| {
        let made = column.on_update.as_ref();
        !column.set_by_upsert()
            && made.is_some_and(|made| {
                !matches!(made, ClientDefault::Now | ClientDefault::Literal { .. })
            })
    });
    let mut parts: BTreeMap<PartKey, (Vec<usize>, Vec<Row>)> = BTreeMap::new();
    let mut count = 0;
    for (position, (path, object)) in rows.enumerate() {
        count += 1;
        let mut row = given(visibility, resource, object, &path, &mut problems);
        let mut set: Vec<usize> = row.keys().copied().collect();
        for (column, definition) in resource.columns.iter().enumerate() {
            if definition.set_by_upsert() && !row.contains_key(&column) {
                set.push(column);
            }
        }
        if let Some(values) = values_of(&row, &target)
            && !seen.insert(values)
        {
            problems.push(Problem::new(
                path.child(&resource.columns[target[0]].field),
                "duplicate",
                "is the key of a row before it",
            ));
        }
        preset(visibility, resource, &mut row, &path, &mut problems);
        fill_in(resource, &mut row, now);
        require(resource, &row, &path, &mut problems);
        let alone = if makes_values { position } else { 0 };
        let (positions, rows) = parts.entry((set, alone)).or_default();
        positions.push(position);
        rows.push(row);
        if has_enough(&problems) {
            break;
        }
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let mergeable = || visibility.filter_for(Action::Update, resource, Filter::default());
    let parts = parts.into_iter().map(|((set, _), (positions, rows))| {
        let target = target.clone();
        let renewed = renewed(resource, &set, now);
        let conflict = match resolution {
            // Without other columns the key is set to itself, so that the statement returns the row.
            Resolution::Merge if set.is_empty() => Conflict::Merge {
                set: target.clone(),
                target,
                renewed,
                mergeable: mergeable(),
            },
            Resolution::Merge => Conflict::Merge {
                target,
                set,
                renewed,
                mergeable: mergeable(),
            },
            Resolution::Ignore => Conflict::Ignore { target },
        };
        (positions, insert(visibility, resource, rows, conflict))
    });
    Ok(Upsert {
        into: resource.clone(),
        parts: parts.collect(),
        rows: count,
    })
}

/// The values that only the row that exists takes, beside those of `set`.
pub fn renewed(resource: &Resource, set: &[usize], now: Micros) -> Vec<(usize, Value)> {
    let columns = resource.columns.iter().enumerate();
    columns
        .filter(|(position, _)| !set.contains(position))
        .filter_map(|(position, column)| Some((position, fill::on_merge(column, now)?)))
        .collect()
}

const DEFERRABLE: &str = "the key is deferrable, and the database tells no conflicts by such a key";

/// The columns of the key that decides about conflicts: the primary key if none is named.
fn key(resource: &Resource, target: Option<&[String]>) -> Result<Vec<usize>, Error> {
    let refuse = |reason: String| Error::InvalidParameter {
        parameter: "onConflict".to_owned(),
        reason,
    };
    let Some(names) = target else {
        return if resource.key.is_empty() {
            Err(refuse(format!("{} has no key", resource.name)))
        } else if resource.is_deferrable(&resource.key) {
            Err(refuse(DEFERRABLE.to_owned()))
        } else {
            Ok(resource.key.clone())
        };
    };
    let mut columns = Vec::with_capacity(names.len());
    for name in names {
        columns.push(super::super::read_plan::readable(resource, name)?);
    }
    let named: HashSet<usize> = columns.iter().copied().collect();
    let is_key = resource
        .readable_keys()
        .any(|key| key.len() == columns.len() && key.iter().all(|column| named.contains(column)));
    if is_key && resource.is_deferrable(&columns) {
        Err(refuse(format!("`{}`: {DEFERRABLE}", names.join(","))))
    } else if is_key {
        Ok(columns)
    } else {
        Err(refuse(format!(
            "`{}` is not a unique key of {}, but {}",
            names.join(","),
            resource.name,
            resource.named_arbiters().join(", ")
        )))
    }
}

/// The values of a key, if the row has all of them. NULL conflicts with no value.
fn values_of(row: &Row, key: &[usize]) -> Option<Vec<String>> {
    let value = |column: &usize| match row.get(column)? {
        Value::Null => None,
        value => Some(postgres_text(value)?.into_owned()),
    };
    key.iter().map(value).collect()
}

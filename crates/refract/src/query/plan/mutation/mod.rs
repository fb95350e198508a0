//! Plans that change rows: create, replace, upsert, update, delete.

mod create;
mod nested_writes;
mod replace;
mod row_values;
mod update;
mod upsert;

pub use create::{create, insert};
pub use nested_writes::{
    Cte, CteInsert, KeyRef, NestedOp, NestedWrite, Parent, PlannedOp, Reference, RelationKind,
    RelationWrite, RowWrite, Rule, WhereUnique, allowed, create_nested, is_nested, nulled_columns,
    owns_key, references, update_nested,
};
pub use replace::replace;
pub use update::{Documents, changing, field, set_field, update};
pub use upsert::{Resolution, Upsert, renewed, upsert};

use std::sync::Arc;

use self::update::with_updated_at;
use super::{Filter, Visibility, VisibleFilter, policy::Action, soft_deletion};
use crate::{catalog::Resource, codec::Value, error::Error};

/// `INSERT`.
#[derive(Debug, Clone)]
pub struct Insert {
    pub into: Arc<Resource>,
    pub columns: Vec<usize>,
    /// A value for each of `columns`; `None` is the column's default.
    pub rows: Vec<Vec<Option<Value>>>,
    pub conflict: Conflict,
    pub returning: Vec<usize>,
    /// What the rows must satisfy then. The statement fails otherwise.
    pub check: Option<Arc<RowCheck>>,
}

/// What rows must satisfy after they are written.
#[derive(Debug, Clone, PartialEq)]
pub struct RowCheck {
    /// New rows: all of these.
    pub create: Vec<Arc<Filter>>,
    /// Changed rows: all of these.
    pub update: Vec<Arc<Filter>>,
}

impl Insert {
    /// The values that a row gives these columns. `None` if one of them takes its default.
    pub fn values(&self, row: usize, columns: &[usize]) -> Option<Vec<Value>> {
        let value = |column: &usize| {
            let at = self.columns.iter().position(|one| one == column)?;
            self.rows.get(row)?[at].clone()
        };
        columns.iter().map(value).collect()
    }
}

/// The effect of an insert if a row with the same key exists.
#[derive(Debug, Clone, PartialEq)]
pub enum Conflict {
    /// The insert fails.
    Refuse,
    /// The existing row takes the new values of `set`, and those of `renewed`; its other columns stay.
    Merge {
        target: Vec<usize>,
        set: Vec<usize>,
        /// Values that the existing row takes and the new one does not.
        renewed: Vec<(usize, Value)>,
        /// The rows that take them. If another row has the key, the new row is not inserted.
        mergeable: VisibleFilter,
    },
    /// The existing row stays, and the new one is not inserted. Without a target, any key counts.
    Ignore { target: Vec<usize> },
}

impl Conflict {
    /// The columns of the key that an existing row must have in common.
    pub fn target(&self) -> &[usize] {
        match self {
            Self::Refuse => &[],
            Self::Merge { target, .. } | Self::Ignore { target } => target,
        }
    }
}

/// `UPDATE`.
#[derive(Debug, Clone)]
pub struct Update {
    pub table: Arc<Resource>,
    pub set: Vec<(usize, Assign)>,
    pub filter: VisibleFilter,
    pub returning: Vec<usize>,
    /// What the rows must satisfy then. The statement fails otherwise.
    pub check: Option<Arc<RowCheck>>,
}

/// The new value of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Assign {
    To(Value),
    /// A merge patch of the present value (RFC 7396). Always an object.
    Merge(serde_json::Map<String, serde_json::Value>),
}

/// `DELETE`.
#[derive(Debug, Clone)]
pub struct Delete {
    pub from: Arc<Resource>,
    pub filter: VisibleFilter,
    pub returning: Vec<usize>,
}

/// The plan that deletes the rows of a filter.
///
/// # Errors
/// [`Error::ReadOnly`] for views; [`Error::NotPermitted`].
pub fn delete(
    visibility: Visibility<'_>,
    resource: &Arc<Resource>,
    asked: Filter,
) -> Result<Delete, Error> {
    refuse_views(resource)?;
    visibility.ensure(Action::Delete, resource)?;
    Ok(Delete {
        from: resource.clone(),
        filter: visibility.filter_for(Action::Delete, resource, asked),
        returning: Vec::new(),
    })
}

/// The plan that marks the rows of a filter as deleted. `None` if the resource has no such mark.
///
/// # Errors
/// [`Error::NotPermitted`].
pub fn soft_delete(
    visibility: Visibility<'_>,
    resource: &Arc<Resource>,
    asked: Filter,
) -> Result<Option<Update>, Error> {
    let Some(mark) = soft_deletion(resource) else {
        return Ok(None);
    };
    visibility.ensure(Action::Delete, resource)?;
    Ok(Some(Update {
        table: resource.clone(),
        set: with_updated_at(resource, vec![mark]),
        filter: visibility.filter_for(Action::Delete, resource, asked),
        returning: resource.visible().collect(),
        // The mark is not a value of the caller's.
        check: None,
    }))
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

//! Plans that change rows: create, replace, upsert, update, delete.

mod create;
mod delete;
mod nested_writes;
mod replace;
mod row_values;
mod update;
mod upsert;

pub use create::{create, insert};
pub use delete::delete;
pub use nested_writes::{
    Cte, CteInsert, Deed, KeyRef, NestedWrite, RelationWrite, RowWrite, WhereUnique, create_nested,
    given_up, is_nested, is_owned, may_be_alone, references, update_nested,
};
pub use replace::replace;
pub use update::{Documents, changing, field, set_field, update};
pub use upsert::{Upsert, upsert};

use std::sync::Arc;

use super::VisibleFilter;
use crate::{catalog::Resource, codec::Value, error::Error};

/// `INSERT`.
#[derive(Debug, Clone)]
pub struct Insert {
    pub into: Arc<Resource>,
    pub columns: Vec<usize>,
    /// A value per column; `None` is the column's default.
    pub rows: Vec<Vec<Option<Value>>>,
    pub conflict: Conflict,
    pub returning: Vec<usize>,
}

/// What an insert does where a row of the same key is in its way.
#[derive(Debug, Clone, PartialEq)]
pub enum Conflict {
    /// It fails.
    Refuse,
    /// The row in the way takes the new values of `set`; the other columns stay.
    Merge {
        target: Vec<usize>,
        set: Vec<usize>,
        /// The rows that take them. Another row in the way stays, and the new row is left out.
        mergeable: VisibleFilter,
    },
    /// The row in the way stays, the new one is left out. Without a target, by whichever key.
    Ignore { target: Vec<usize> },
}

/// `UPDATE`.
#[derive(Debug, Clone)]
pub struct Update {
    pub table: Arc<Resource>,
    pub set: Vec<(usize, Assign)>,
    pub filter: VisibleFilter,
    pub returning: Vec<usize>,
}

/// What a column of an update takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Assign {
    To(Value),
    /// What the column holds, changed as RFC 7396 says. Always an object.
    Merge(serde_json::Map<String, serde_json::Value>),
}

/// `DELETE`.
#[derive(Debug, Clone)]
pub struct Delete {
    pub from: Arc<Resource>,
    pub filter: VisibleFilter,
    pub returning: Vec<usize>,
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

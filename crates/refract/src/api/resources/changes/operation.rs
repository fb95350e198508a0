//! One write, from a request of its own or from a batch: what is asked → what is to be done.

use std::sync::Arc;

use poem::http::Method;

use super::{plan_bulk, plan_single};
use crate::{
    api::resources::Served,
    catalog::Resource,
    error::Error,
    http::etag::Conditions,
    query::{
        parse::DeletedParameters,
        plan::{
            self, Delete, Documents, Filter, Insert, NestedWrite, Select, Shown, Update, Upsert,
            Visibility, VisibleFilter,
        },
        prefer::Preferences,
    },
};

/// What is asked.
pub(in crate::api) struct Call<'call> {
    pub(in crate::api) method: &'call Method,
    pub(in crate::api) target: Target<'call>,
    /// The query string.
    pub(in crate::api) query: &'call str,
    pub(in crate::api) preferences: &'call Preferences,
    pub(in crate::api) conditions: Conditions,
    pub(in crate::api) body: &'call [u8],
    pub(in crate::api) documents: Documents,
}

/// What a path leads to; keys and names as they stand in it.
#[derive(Clone, Copy)]
pub(in crate::api) enum Target<'path> {
    Rows,
    Row(&'path str),
    /// One JSON field of a row.
    Field(&'path str, &'path str),
}

/// What is to be done. It can no longer be wrong, only fail in the database.
pub(in crate::api) struct Operation<'app> {
    pub(super) served: &'app Served,
    pub(super) guard: Option<Guard>,
    pub(super) action: Action,
    /// What the answer shows of rows.
    pub(super) shown: Shown,
    /// Which related rows may be seen.
    pub(super) visibility: Visibility,
}

/// A look at a row before it is changed.
pub(super) struct Guard {
    pub(super) select: Select,
    /// What the conditions are about: the row, or one field of it.
    pub(super) part: Part,
    pub(super) conditions: Conditions,
}

/// What of a row an answer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Row,
    /// The only column.
    Field,
}

pub(super) enum Action {
    Create {
        insert: Insert,
        many: bool,
    },
    Upsert {
        upsert: Upsert,
        many: bool,
    },
    /// With whether there must be no such row yet.
    Replace {
        insert: Insert,
        new_only: bool,
    },
    Update {
        update: Update,
        part: Part,
    },
    /// An update of nothing.
    Look {
        select: Select,
        part: Part,
    },
    /// A change of one row, so that it is gone.
    Delete {
        change: Change,
        answers: bool,
    },
    /// New rows with what hangs on them.
    CreateNested {
        trees: Vec<NestedWrite>,
        many: bool,
    },
    /// A change of a row and of what hangs on it.
    UpdateNested {
        tree: NestedWrite,
        key: VisibleFilter,
    },
    /// A change of every row that a filter finds. `None` changes nothing.
    Many {
        change: Option<Change>,
        /// Rows that it may touch.
        at_most: u64,
        /// Whether the rows are answered.
        answers: bool,
    },
}

pub(super) enum Change {
    Update(Update),
    Delete(Delete),
}

impl Change {
    /// Which rows it is about.
    pub(super) fn filter(&self) -> &VisibleFilter {
        match self {
            Self::Update(update) => &update.filter,
            Self::Delete(delete) => &delete.filter,
        }
    }
}

impl Target<'_> {
    /// Whether the path that leads here is wrong by itself: the key in it, or the filter behind it.
    pub(in crate::api) fn is_wrong(self, served: &Served, method: &Method, query: &str) -> bool {
        match self {
            Self::Row(key) | Self::Field(key, _) => served.key(key).is_err(),
            Self::Rows if *method == Method::POST => false,
            Self::Rows => served
                .deleted(query)
                .and_then(|asked| plan_bulk::filter(served, asked.deleted, &asked.rest))
                .is_err(),
        }
    }
}

impl<'app> Operation<'app> {
    /// # Errors
    /// Everything that can be known to be wrong without the database.
    pub(in crate::api) fn plan(served: &'app Served, call: Call<'_>) -> Result<Self, Error> {
        if *call.method != Method::GET {
            served.refuse_if_read_only()?;
        }
        let asked = served.deleted(call.query)?;
        let call = Call {
            query: &asked.rest,
            ..call
        };
        let (action, shown) = match call.target {
            target if *call.method == Method::GET => {
                plan_single::look(served, &call, &asked, target)?
            }
            Target::Rows if *call.method == Method::POST => plan_bulk::create(served, &call)?,
            Target::Rows if *call.method == Method::PUT => {
                return Err(Error::MethodNotAllowed {
                    method: call.method.to_string(),
                    allowed: "GET, HEAD, POST, PATCH, DELETE",
                });
            }
            Target::Rows => plan_bulk::rows(served, &call, &asked)?,
            Target::Row(key) => plan_single::row(served, &call, &asked, key)?,
            Target::Field(key, name) => plan_single::field(served, &call, &asked, key, name)?,
        };
        let guard = plan_single::guard(served, &asked, call)?;
        Ok(Self {
            served,
            guard,
            action,
            shown,
            visibility: Visibility::of(asked.deleted).related(),
        })
    }

    pub(super) fn resource(&self) -> &'app Arc<Resource> {
        &self.served.resource
    }
}

/// Columns that a write returns, so that what is shown of its rows can be: the key also addresses
/// them.
pub(super) fn returning(resource: &Resource, shown: &Shown) -> Vec<usize> {
    let mut columns = match shown {
        Shown::Columns(columns) => columns.clone(),
        Shown::Query(_) => Vec::new(),
    };
    for &column in &resource.key {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns
}

/// A delete, or the update that marks the rows in its stead.
///
/// # Errors
/// [`Error::InvalidParameter`] where related rows of what is gone are to be shown.
pub(super) fn delete(
    resource: &Arc<Resource>,
    filter: Filter,
    asked: &DeletedParameters<'_>,
    answers: Option<&Shown>,
) -> Result<Change, Error> {
    let returning = answers.map(|shown| returning(resource, shown));
    let mark = plan::soft_deletion(resource).filter(|_| !asked.hard);
    let Some(mark) = mark else {
        if let Some(Shown::Query(_)) = answers {
            return Err(Error::InvalidParameter {
                parameter: "select".to_owned(),
                reason: "asks for more than columns of rows that are gone then".to_owned(),
            });
        }
        // Soft-deleted rows are deleted for good, too.
        let filter = Visibility::of(asked.deleted)
            .with_deleted()
            .filter(resource, filter);
        let delete = plan::delete(resource, filter)?;
        return Ok(Change::Delete(Delete {
            returning: returning.unwrap_or_default(),
            ..delete
        }));
    };
    let filter = Visibility::of(asked.deleted).filter(resource, filter);
    let marking = plan::changing(resource, filter, vec![mark]);
    let update = marking.ok_or_else(|| Error::internal("a mark is a change"))?;
    Ok(Change::Update(Update {
        returning: returning.unwrap_or_default(),
        ..update
    }))
}

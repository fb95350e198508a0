//! A write request → the operation that it asks for.

use std::sync::Arc;

use poem::http::Method;

use super::{plan_bulk, plan_single};
use crate::{
    api::resources::Served,
    catalog::Resource,
    error::Error,
    http::etag::Conditions,
    prefer::Preferences,
    query::{
        parse::DeletedParameters,
        plan::{
            self, Delete, Documents, Filter, Insert, NestedWrite, ReadPlan, Shown, Update, Upsert,
            Visibility, VisibleFilter,
        },
    },
};

/// A write request, which may be an operation of a batch.
pub(in crate::api) struct WriteRequest<'request> {
    pub(in crate::api) method: &'request Method,
    pub(in crate::api) target: Target<'request>,
    /// The query string.
    pub(in crate::api) query: &'request str,
    pub(in crate::api) preferences: &'request Preferences,
    pub(in crate::api) conditions: Conditions,
    pub(in crate::api) body: &'request [u8],
    pub(in crate::api) documents: Documents,
}

/// The target of a path, with the key and the field's name as they are in the path.
#[derive(Clone, Copy)]
pub(in crate::api) enum Target<'path> {
    Rows,
    Row(&'path str),
    /// One JSON field of a row.
    Field(&'path str, &'path str),
}

/// A valid operation. It can only fail in the database.
pub(in crate::api) struct Operation<'app> {
    pub(super) served: Served<'app>,
    pub(super) guard: Option<Guard>,
    pub(super) action: Action,
    /// The part of rows that the answer shows.
    pub(super) shown: Shown,
    /// Which related rows may be seen and changed.
    pub(super) visibility: Visibility<'app>,
}

/// A read of the row before it changes, for the conditions of the request.
pub(super) struct Guard {
    pub(super) read: ReadPlan,
    /// The conditions are about the row, or about one field of it.
    pub(super) part: Part,
    pub(super) conditions: Conditions,
}

/// The part of a row that an answer shows.
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
    Replace {
        insert: Insert,
        /// Whether the row must not exist yet.
        new_only: bool,
    },
    Update {
        update: Update,
        part: Part,
    },
    /// An update without new values.
    Read {
        read: ReadPlan,
        part: Part,
    },
    /// Deletes one row, or marks it as deleted.
    Delete {
        change: Change,
        answers: bool,
    },
    /// New rows with their related rows.
    CreateNested {
        writes: Vec<NestedWrite>,
        many: bool,
    },
    /// A change of a row and of its related rows.
    UpdateNested {
        write: NestedWrite,
        key: VisibleFilter,
    },
    /// A change of every row of a filter.
    Bulk {
        /// `None` without new values.
        change: Option<Change>,
        /// Most rows that may change.
        at_most: u64,
        /// Whether the answer has the rows.
        answers: bool,
    },
}

pub(super) enum Change {
    Update(Update),
    Delete(Delete),
}

impl Change {
    /// The filter of the rows that change.
    pub(super) fn filter(&self) -> &VisibleFilter {
        match self {
            Self::Update(update) => &update.filter,
            Self::Delete(delete) => &delete.filter,
        }
    }
}

impl Target<'_> {
    /// Whether the path itself is wrong: its key, or its filter.
    pub(in crate::api) fn is_wrong(self, served: Served<'_>, method: &Method, query: &str) -> bool {
        match self {
            Self::Row(key) | Self::Field(key, _) => served.key(key).is_err(),
            Self::Rows if *method == Method::POST => false,
            Self::Rows => served
                .deleted(method, query)
                .and_then(|asked| plan_bulk::filter(served, asked.deleted, &asked.rest))
                .is_err(),
        }
    }
}

impl<'app> Operation<'app> {
    /// # Errors
    /// Everything that is wrong with the request, as far as it shows without the database.
    pub(in crate::api) fn plan(
        served: Served<'app>,
        request: WriteRequest<'_>,
    ) -> Result<Self, Error> {
        if *request.method != Method::GET {
            served.refuse_if_read_only()?;
        }
        let asked = served.deleted(request.method, request.query)?;
        let request = WriteRequest {
            query: &asked.rest,
            ..request
        };
        let (action, shown) = match request.target {
            target if *request.method == Method::GET => {
                plan_single::read(served, &request, &asked, target)?
            }
            Target::Rows if *request.method == Method::POST => plan_bulk::create(served, &request)?,
            Target::Rows if *request.method == Method::PUT => {
                return Err(Error::MethodNotAllowed {
                    method: request.method.to_string(),
                    allowed: "GET, HEAD, POST, PATCH, DELETE",
                });
            }
            Target::Rows => plan_bulk::rows(served, &request, &asked)?,
            Target::Row(key) => plan_single::row(served, &request, &asked, key)?,
            Target::Field(key, name) => plan_single::field(served, &request, &asked, key, name)?,
        };
        let guard = plan_single::guard(served, &asked, request)?;
        Ok(Self {
            served,
            guard,
            action,
            shown,
            visibility: served.visibility(asked.deleted).related(),
        })
    }

    pub(super) fn resource(&self) -> &'app Arc<Resource> {
        &self.served.service.resource
    }
}

/// The columns that a write returns: the shown ones and those of the key.
pub(super) fn returning(resource: &Resource, shown: &Shown) -> Vec<usize> {
    let mut columns = match shown {
        Shown::Columns(columns) => columns.clone(),
        Shown::Read(_) => Vec::new(),
    };
    for &column in &resource.key {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns
}

/// A delete, or the update that marks the rows as deleted.
///
/// # Errors
/// [`Error::InvalidParameter`] if the answer of a delete is to show related rows.
pub(super) fn delete(
    served: Served<'_>,
    filter: Filter,
    asked: &DeletedParameters<'_>,
    answers: Option<&Shown>,
) -> Result<Change, Error> {
    let resource = &served.resource;
    let visibility = served.visibility(asked.deleted);
    let returning = answers.map(|shown| returning(resource, shown));
    let returning = returning.unwrap_or_default();
    if !asked.hard
        && let Some(update) = plan::soft_delete(visibility, resource, filter.clone())?
    {
        return Ok(Change::Update(Update {
            returning,
            ..update
        }));
    }
    if let Some(Shown::Read(_)) = answers {
        return Err(Error::InvalidParameter {
            parameter: "select".to_owned(),
            reason: "asks for more than columns of rows that are gone then".to_owned(),
        });
    }
    let delete = plan::delete(visibility, resource, filter)?;
    Ok(Change::Delete(Delete {
        returning,
        ..delete
    }))
}

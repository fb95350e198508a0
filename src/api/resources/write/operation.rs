//! One write, from a request of its own or from a batch: what is asked → what is to be done.

use std::sync::Arc;

use poem::http::Method;

use crate::{
    api::{etag::Conditions, resources::Served},
    catalog::Resource,
    error::Error,
    query::{
        body::{self, Rows},
        parse::{self, DeletedParameters},
        plan::{self, Conflict, Delete, Documents, Filter, Insert, Select, Tree, Update, Upsert},
        prefer::{Preferences, Resolution, Return},
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
    CreateTrees {
        trees: Vec<Tree>,
        many: bool,
    },
    /// A change of a row and of what hangs on it.
    UpdateTree {
        tree: Tree,
        key: Filter,
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
        let action = match call.target {
            target if *call.method == Method::GET => look(served, &call, &asked, target)?,
            Target::Rows if *call.method == Method::POST => create(served, &call)?,
            Target::Rows if *call.method == Method::PUT => {
                return Err(Error::MethodNotAllowed {
                    method: call.method.to_string(),
                    allowed: "GET, HEAD, POST, PATCH, DELETE",
                });
            }
            Target::Rows => rows(served, &call, &asked)?,
            Target::Row(key) => row(served, &call, &asked, key)?,
            Target::Field(key, name) => field(served, &call, &asked, key, name)?,
        };
        let guard = guard(served, &asked, call)?;
        Ok(Self {
            served,
            guard,
            action,
        })
    }

    pub(super) fn resource(&self) -> &'app Arc<Resource> {
        &self.served.resource
    }
}

fn create(served: &Served, call: &Call<'_>) -> Result<Action, Error> {
    let parameters = parse::write(call.query)?;
    served.refuse_parameters(&parameters.rest)?;
    let given = body::rows(call.body)?;
    let many = matches!(given, Rows::Many(_));
    let rows = given.rows();
    let resource = &served.resource;
    let resolution = call.preferences.resolution;
    if parameters.on_conflict.is_some() || resolution.is_some() {
        let target = parameters.on_conflict.as_deref();
        let resolution = resolution.unwrap_or(Resolution::Merge);
        let upsert = plan::upsert(resource, rows, target, resolution)?;
        return Ok(Action::Upsert { upsert, many });
    }
    if given
        .rows()
        .any(|(_, object)| plan::is_nested(resource, object))
    {
        let trees = plan::create_trees(&served.catalog, resource, rows)?;
        return Ok(Action::CreateTrees { trees, many });
    }
    let mut insert = plan::create(resource, rows)?;
    if many && call.preferences.return_ == Some(Return::Minimal) {
        insert.returning.clear();
    }
    Ok(Action::Create { insert, many })
}

/// A change of many rows.
fn rows(served: &Served, call: &Call<'_>, asked: &DeletedParameters<'_>) -> Result<Action, Error> {
    let resource = &served.resource;
    let filter = plan::filter(served.context(), resource, call.query)?;
    if filter.is_empty() {
        return Err(Error::FilterRequired);
    }
    let answers = call.preferences.return_ == Some(Return::Representation);
    let returning: Vec<usize> = if answers {
        resource.visible().collect()
    } else {
        Vec::new()
    };
    let change = if *call.method == Method::DELETE {
        Some(delete(resource, filter, asked, returning)?)
    } else {
        let object = body::object(call.body)?;
        let filter = filter.scoped(resource, asked.deleted);
        let update = plan::update(resource, filter, &object, call.documents)?;
        update.map(|update| {
            Change::Update(Update {
                returning,
                ..update
            })
        })
    };
    let bound = served.app.settings.api.max_affected_rows;
    Ok(Action::Many {
        change,
        at_most: call
            .preferences
            .max_affected
            .map_or(bound, |asked| asked.min(bound)),
        answers,
    })
}

fn row(
    served: &Served,
    call: &Call<'_>,
    asked: &DeletedParameters<'_>,
    key: &str,
) -> Result<Action, Error> {
    served.refuse_parameters(call.query)?;
    let resource = &served.resource;
    let segment = key;
    let key = served.key(segment)?;
    Ok(match *call.method {
        Method::PUT => {
            let mut insert = plan::replace(resource, &key, &body::object(call.body)?)?;
            let new_only = call.conditions.wants_none();
            if new_only {
                insert.conflict = Conflict::Ignore {
                    target: resource.key.clone(),
                };
            }
            Action::Replace { insert, new_only }
        }
        Method::PATCH => {
            let object = body::object(call.body)?;
            if plan::is_nested(resource, &object) {
                let tree = plan::update_tree(&served.catalog, resource, &object, call.documents)?;
                let key = Filter::from(key).scoped(resource, asked.deleted);
                return Ok(Action::UpdateTree { tree, key });
            }
            let part = Part::Row;
            let filter = Filter::from(key).scoped(resource, asked.deleted);
            match plan::update(resource, filter.clone(), &object, call.documents)? {
                Some(update) => Action::Update { update, part },
                None => Action::Look {
                    select: one(served, asked, segment)?,
                    part,
                },
            }
        }
        Method::DELETE => {
            let answers = call.preferences.return_ == Some(Return::Representation);
            let returning = if answers {
                resource.visible().collect()
            } else {
                Vec::new()
            };
            let change = delete(resource, key.into(), asked, returning)?;
            Action::Delete { change, answers }
        }
        _ => {
            return Err(Error::MethodNotAllowed {
                method: call.method.to_string(),
                allowed: "GET, HEAD, PUT, PATCH, DELETE",
            });
        }
    })
}

fn field(
    served: &Served,
    call: &Call<'_>,
    asked: &DeletedParameters<'_>,
    key: &str,
    name: &str,
) -> Result<Action, Error> {
    if !matches!(*call.method, Method::PUT | Method::PATCH) {
        return Err(Error::MethodNotAllowed {
            method: call.method.to_string(),
            allowed: "GET, HEAD, PUT, PATCH",
        });
    }
    served.refuse_parameters(call.query)?;
    let resource = &served.resource;
    let column = plan::field(resource, name)?;
    let filter = Filter::from(served.key(key)?).scoped(resource, asked.deleted);
    let document = body::document(call.body)?;
    let update = plan::set_field(resource, filter, column, document, call.documents)?;
    let part = Part::Field;
    Ok(match update {
        Some(update) => Action::Update {
            update: Update {
                returning: vec![column],
                ..update
            },
            part,
        },
        None => Action::Look {
            select: only(served, asked, key, column)?,
            part,
        },
    })
}

/// A read of one row, for those that come after it.
fn look(
    served: &Served,
    call: &Call<'_>,
    asked: &DeletedParameters<'_>,
    target: Target<'_>,
) -> Result<Action, Error> {
    let resource = &served.resource;
    match target {
        Target::Rows => Err(Error::MethodNotAllowed {
            method: "GET".to_owned(),
            allowed: "POST, PATCH, DELETE",
        }),
        Target::Row(key) => {
            served.refuse_parameters(call.query)?;
            Ok(Action::Look {
                select: one(served, asked, key)?,
                part: Part::Row,
            })
        }
        Target::Field(key, name) => {
            served.refuse_parameters(call.query)?;
            let column = plan::field(resource, name)?;
            Ok(Action::Look {
                select: only(served, asked, key, column)?,
                part: Part::Field,
            })
        }
    }
}

/// What has to be looked at before, where the call sets conditions.
fn guard(
    served: &Served,
    asked: &DeletedParameters<'_>,
    call: Call<'_>,
) -> Result<Option<Guard>, Error> {
    let resource = &served.resource;
    if call.conditions.is_none() {
        return Ok(None);
    }
    let (select, part) = match call.target {
        Target::Rows => {
            return Err(Error::BadRequest {
                reason: "If-Match and If-None-Match are about one row".to_owned(),
            });
        }
        Target::Row(_) if *call.method == Method::PUT && call.conditions.wants_none() => {
            // The insert itself sees to it.
            return Ok(None);
        }
        Target::Row(key) => (one(served, asked, key)?, Part::Row),
        Target::Field(key, name) => {
            let column = plan::field(resource, name)?;
            (only(served, asked, key, column)?, Part::Field)
        }
    };
    Ok(Some(Guard {
        select,
        part,
        conditions: call.conditions,
    }))
}

/// The read of a row.
fn one(served: &Served, asked: &DeletedParameters<'_>, key: &str) -> Result<Select, Error> {
    let resource = &served.resource;
    let mut select = plan::one(resource, served.key(key)?, None)?;
    select.filter = select.filter.scoped(resource, asked.deleted);
    Ok(select)
}

/// The read of one column of a row.
pub(in crate::api::resources) fn only(
    served: &Served,
    asked: &DeletedParameters<'_>,
    key: &str,
    column: usize,
) -> Result<Select, Error> {
    let select = one(served, asked, key)?;
    Ok(Select {
        columns: vec![column],
        ..select
    })
}

/// A delete, or the update that marks the rows in its stead.
fn delete(
    resource: &Arc<Resource>,
    filter: Filter,
    asked: &DeletedParameters<'_>,
    returning: Vec<usize>,
) -> Result<Change, Error> {
    let mark = plan::mark(resource).filter(|_| !asked.hard);
    let Some(mark) = mark else {
        // For good, marked or not, unless the request says which.
        let delete = plan::delete(resource, filter)?;
        return Ok(Change::Delete(Delete {
            returning,
            ..delete
        }));
    };
    let marking = plan::changing(resource, filter.scoped(resource, asked.deleted), vec![mark]);
    let update = marking.ok_or_else(|| Error::internal("a mark is a change"))?;
    Ok(Change::Update(Update {
        returning,
        ..update
    }))
}

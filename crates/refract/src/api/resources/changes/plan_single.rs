//! The operations on one row, or on one JSON field of it.

use poem::http::Method;

use super::operation::{Action, Guard, Part, Target, WriteRequest, delete, returning};
use crate::{
    api::resources::Served,
    error::Error,
    prefer::Return,
    query::{
        body,
        parse::{self, DeletedParameters},
        plan::{self, Conflict, Deleted, ReadPlan, Shown, Update, policy},
    },
};

pub(super) fn row(
    served: Served<'_>,
    request: &WriteRequest<'_>,
    asked: &DeletedParameters<'_>,
    key: &str,
) -> Result<(Action, Shown), Error> {
    let resource = &served.resource;
    if *request.method == Method::PUT && !resource.replaceable() {
        return Err(not_allowed(served, request));
    }
    let query = served.asked_to_show(request.query)?;
    let context = served.context(asked.deleted);
    let show = |query, anew| plan::shown(context, resource, query, anew);
    let segment = key;
    let key = served.key(segment)?;
    match *request.method {
        Method::PUT => {
            if asked.deleted == Deleted::Only {
                return Err(Error::InvalidParameter {
                    parameter: "deleted".to_owned(),
                    reason: "PUT replaces a row whether it is marked as deleted or not".to_owned(),
                });
            }
            let shown = show(query, false)?;
            let mut insert = plan::replace(
                context.visibility,
                resource,
                &key,
                &body::object(request.body)?,
            )?;
            insert.returning = returning(resource, &shown);
            let new_only = request.conditions.wants_none();
            if new_only {
                insert.conflict = Conflict::Ignore {
                    target: resource.key.clone(),
                };
            }
            Ok((Action::Replace { insert, new_only }, shown))
        }
        Method::PATCH => {
            let object = body::object(request.body)?;
            let visibility = context.visibility;
            if plan::is_nested(resource, &object) {
                let (catalog, documents) = (context.catalog, request.documents);
                let write = plan::update_nested(visibility, catalog, resource, &object, documents)?;
                let filter = visibility.filter_for(policy::Action::Update, resource, key.into());
                let shown = show(query, write.comes_back_to(resource))?;
                return Ok((Action::UpdateNested { write, key: filter }, shown));
            }
            let shown = show(query, false)?;
            let part = Part::Row;
            let documents = request.documents;
            let update = plan::update(visibility, resource, key.into(), &object, documents)?;
            let action = match update {
                Some(update) => Action::Update {
                    update: Update {
                        returning: returning(resource, &shown),
                        ..update
                    },
                    part,
                },
                None => Action::Read {
                    read: by_key(served, asked, segment, returning(resource, &shown))?,
                    part,
                },
            };
            Ok((action, shown))
        }
        Method::DELETE => {
            let shown = plan::shown_of_deleted(context, resource, query)?;
            let answers = request.preferences.return_ == Some(Return::Representation);
            let change = delete(served, key.into(), asked, answers.then_some(&shown))?;
            Ok((Action::Delete { change, answers }, shown))
        }
        _ => Err(not_allowed(served, request)),
    }
}

fn not_allowed(served: Served<'_>, request: &WriteRequest<'_>) -> Error {
    Error::MethodNotAllowed {
        method: request.method.to_string(),
        allowed: served.methods_of_rows(),
    }
}

pub(super) fn field(
    served: Served<'_>,
    request: &WriteRequest<'_>,
    asked: &DeletedParameters<'_>,
    key: &str,
    name: &str,
) -> Result<(Action, Shown), Error> {
    if !matches!(*request.method, Method::PUT | Method::PATCH) {
        return Err(Error::MethodNotAllowed {
            method: request.method.to_string(),
            allowed: "GET, HEAD, PUT, PATCH",
        });
    }
    refuse_select(served, request.query)?;
    let resource = &served.resource;
    let column = plan::field(resource, name)?;
    let visibility = served.visibility(asked.deleted);
    let filter = served.key(key)?.into();
    let document = body::document(request.body)?;
    let documents = request.documents;
    let update = plan::set_field(visibility, resource, filter, column, document, documents)?;
    let part = Part::Field;
    let action = match update {
        Some(update) => Action::Update {
            update: Update {
                returning: vec![column],
                ..update
            },
            part,
        },
        None => Action::Read {
            read: by_key(served, asked, key, [column])?,
            part,
        },
    };
    Ok((action, Shown::Columns(vec![column])))
}

/// A read in a batch, to which later operations may refer.
pub(super) fn read(
    served: Served<'_>,
    request: &WriteRequest<'_>,
    asked: &DeletedParameters<'_>,
    target: Target<'_>,
) -> Result<(Action, Shown), Error> {
    let resource = &served.resource;
    match target {
        Target::Rows => Err(Error::MethodNotAllowed {
            method: "GET".to_owned(),
            allowed: "POST, PATCH, DELETE",
        }),
        Target::Row(key) => {
            let query = served.asked_to_show(request.query)?;
            let shown = plan::shown(served.context(asked.deleted), resource, query, false)?;
            let action = Action::Read {
                read: by_key(served, asked, key, returning(resource, &shown))?,
                part: Part::Row,
            };
            Ok((action, shown))
        }
        Target::Field(key, name) => {
            refuse_select(served, request.query)?;
            let column = plan::field(resource, name)?;
            let action = Action::Read {
                read: by_key(served, asked, key, [column])?,
                part: Part::Field,
            };
            Ok((action, Shown::Columns(vec![column])))
        }
    }
}

/// The read that the request's conditions need.
pub(super) fn guard(
    served: Served<'_>,
    asked: &DeletedParameters<'_>,
    request: WriteRequest<'_>,
) -> Result<Option<Guard>, Error> {
    let resource = &served.resource;
    if request.conditions.is_none() {
        return Ok(None);
    }
    let (read, part) = match request.target {
        Target::Rows => {
            return Err(Error::BadRequest {
                reason: "If-Match and If-None-Match are about one row".to_owned(),
            });
        }
        Target::Row(_) if *request.method == Method::PUT && request.conditions.wants_none() => {
            // The insert itself checks this condition.
            return Ok(None);
        }
        Target::Row(key) => (by_key(served, asked, key, resource.visible())?, Part::Row),
        Target::Field(key, name) => {
            let column = plan::field(resource, name)?;
            (by_key(served, asked, key, [column])?, Part::Field)
        }
    };
    Ok(Some(Guard {
        read,
        part,
        conditions: request.conditions,
    }))
}

/// The read of columns of a row.
pub(in crate::api::resources) fn by_key(
    served: Served<'_>,
    asked: &DeletedParameters<'_>,
    key: &str,
    columns: impl IntoIterator<Item = usize>,
) -> Result<ReadPlan, Error> {
    let visibility = served.visibility(asked.deleted);
    let filter = visibility.filter(&served.resource, served.key(key)?.into());
    Ok(ReadPlan::of(&served.resource, columns, filter))
}

/// The answer of a field is the field: there is nothing to select.
fn refuse_select(served: Served<'_>, query: &str) -> Result<(), Error> {
    let what = format!("a field of {}", served.resource.name);
    match parse::single(query, served.limits(), &what)?.select {
        None => Ok(()),
        Some(_) => Err(Error::UnknownParameter {
            name: "select".to_owned(),
            resource: what,
            suggestion: None,
        }),
    }
}

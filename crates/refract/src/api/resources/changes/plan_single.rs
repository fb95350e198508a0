//! Writes of one row, or of one JSON field of it; a look at it.

use poem::http::Method;

use super::operation::{Action, Call, Guard, Part, Target, delete, returning};
use crate::{
    api::resources::Served,
    error::Error,
    query::{
        body,
        parse::{self, DeletedParameters},
        plan::{self, Conflict, Select, Shown, Update, Visibility},
        prefer::Return,
    },
};

pub(super) fn row(
    served: &Served,
    call: &Call<'_>,
    asked: &DeletedParameters<'_>,
    key: &str,
) -> Result<(Action, Shown), Error> {
    let resource = &served.resource;
    if *call.method == Method::PUT && !resource.replaceable() {
        return Err(not_allowed(served, call));
    }
    let query = served.asked_to_show(call.query)?;
    let context = served.context(asked.deleted);
    let show = |query, anew| plan::shown(context, resource, query, anew);
    let segment = key;
    let key = served.key(segment)?;
    match *call.method {
        Method::PUT => {
            let shown = show(query, false)?;
            let mut insert = plan::replace(
                context.visibility,
                resource,
                &key,
                &body::object(call.body)?,
            )?;
            insert.returning = returning(resource, &shown);
            let new_only = call.conditions.wants_none();
            if new_only {
                insert.conflict = Conflict::Ignore {
                    target: resource.key.clone(),
                };
            }
            Ok((Action::Replace { insert, new_only }, shown))
        }
        Method::PATCH => {
            let object = body::object(call.body)?;
            let filter = context.visibility.filter(resource, key.into());
            if plan::is_nested(resource, &object) {
                let tree = plan::update_nested(&served.catalog, resource, &object, call.documents)?;
                let shown = show(query, tree.comes_back_to(resource))?;
                return Ok((Action::UpdateNested { tree, key: filter }, shown));
            }
            let shown = show(query, false)?;
            let part = Part::Row;
            let action = match plan::update(resource, filter, &object, call.documents)? {
                Some(update) => Action::Update {
                    update: Update {
                        returning: returning(resource, &shown),
                        ..update
                    },
                    part,
                },
                None => Action::Look {
                    select: columns(one(served, asked, segment)?, returning(resource, &shown)),
                    part,
                },
            };
            Ok((action, shown))
        }
        Method::DELETE => {
            let shown = show(query, false)?;
            let answers = call.preferences.return_ == Some(Return::Representation);
            let change = delete(resource, key.into(), asked, answers.then_some(&shown))?;
            Ok((Action::Delete { change, answers }, shown))
        }
        _ => Err(not_allowed(served, call)),
    }
}

fn not_allowed(served: &Served, call: &Call<'_>) -> Error {
    Error::MethodNotAllowed {
        method: call.method.to_string(),
        allowed: served.methods_of_rows(),
    }
}

pub(super) fn field(
    served: &Served,
    call: &Call<'_>,
    asked: &DeletedParameters<'_>,
    key: &str,
    name: &str,
) -> Result<(Action, Shown), Error> {
    if !matches!(*call.method, Method::PUT | Method::PATCH) {
        return Err(Error::MethodNotAllowed {
            method: call.method.to_string(),
            allowed: "GET, HEAD, PUT, PATCH",
        });
    }
    refuse_select(served, call.query)?;
    let resource = &served.resource;
    let column = plan::field(resource, name)?;
    let visibility = Visibility::of(asked.deleted);
    let filter = visibility.filter(resource, served.key(key)?.into());
    let document = body::document(call.body)?;
    let update = plan::set_field(resource, filter, column, document, call.documents)?;
    let part = Part::Field;
    let action = match update {
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
    };
    Ok((action, Shown::Columns(vec![column])))
}

/// A read of one row, for those that come after it.
pub(super) fn look(
    served: &Served,
    call: &Call<'_>,
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
            let query = served.asked_to_show(call.query)?;
            let shown = plan::shown(served.context(asked.deleted), resource, query, false)?;
            let action = Action::Look {
                select: columns(one(served, asked, key)?, returning(resource, &shown)),
                part: Part::Row,
            };
            Ok((action, shown))
        }
        Target::Field(key, name) => {
            refuse_select(served, call.query)?;
            let column = plan::field(resource, name)?;
            let action = Action::Look {
                select: only(served, asked, key, column)?,
                part: Part::Field,
            };
            Ok((action, Shown::Columns(vec![column])))
        }
    }
}

/// What has to be looked at before, where the call sets conditions.
pub(super) fn guard(
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
    plan::one(
        served.context(asked.deleted),
        resource,
        served.key(key)?,
        None,
    )
}

/// The read of one column of a row.
pub(in crate::api::resources) fn only(
    served: &Served,
    asked: &DeletedParameters<'_>,
    key: &str,
    column: usize,
) -> Result<Select, Error> {
    Ok(columns(one(served, asked, key)?, vec![column]))
}

fn columns(select: Select, columns: Vec<usize>) -> Select {
    Select {
        shown: columns.len(),
        columns,
        ..select
    }
}

/// A field is shown as it is.
fn refuse_select(served: &Served, query: &str) -> Result<(), Error> {
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

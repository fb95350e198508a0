//! The operations on the rows of a resource: new rows, and changes of all rows of a filter.

use poem::http::Method;

use super::operation::{Action, Change, WriteRequest, delete, returning};
use crate::{
    api::resources::Served,
    error::Error,
    prefer::{Resolution, Return},
    query::{
        body::{self, Rows},
        parse::{self, DeletedParameters, ListQuery},
        plan::{self, Deleted, Filter, Shown, Update},
    },
};

pub(super) fn create(
    served: Served<'_>,
    request: &WriteRequest<'_>,
) -> Result<(Action, Shown), Error> {
    let parameters = parse::write(request.query)?;
    let query = served.asked_to_show(&parameters.rest)?;
    let given = body::rows(request.body)?;
    let many = matches!(given, Rows::Many(_));
    let rows = given.rows();
    let resource = &served.resource;
    let resolution = request.preferences.resolution;
    let merges = parameters.on_conflict.is_some() || resolution.is_some();
    let is_nested = !merges
        && given
            .rows()
            .any(|(_, object)| plan::is_nested(resource, object));
    let context = served.context(Deleted::Exclude);
    if is_nested {
        let writes = plan::create_nested(context.visibility, context.catalog, resource, rows)?;
        let anew = writes.iter().any(|write| write.comes_back_to(resource));
        let shown = plan::shown(context, resource, query, anew)?;
        return Ok((Action::CreateNested { writes, many }, shown));
    }
    let shown = plan::shown(context, resource, query, false)?;
    if merges {
        let target = parameters.on_conflict.as_deref();
        let resolution = resolution.unwrap_or(Resolution::Merge);
        let mut upsert = plan::upsert(context.visibility, resource, rows, target, resolution)?;
        for (_, insert) in &mut upsert.parts {
            insert.returning = returning(resource, &shown);
        }
        return Ok((Action::Upsert { upsert, many }, shown));
    }
    let mut insert = plan::create(context.visibility, resource, rows)?;
    let answers = !many || request.preferences.return_ != Some(Return::Minimal);
    if answers {
        insert.returning = returning(resource, &shown);
        return Ok((Action::Create { insert, many }, shown));
    }
    insert.returning.clear();
    Ok((Action::Create { insert, many }, Shown::Columns(Vec::new())))
}

/// The filter of a change of many rows, and the other parameters of its query.
pub(super) fn filter(
    served: Served<'_>,
    deleted: Deleted,
    query: &str,
) -> Result<(Filter, ListQuery), Error> {
    let what = format!("a change of {}", served.resource.name);
    let mut query = parse::change(query, served.limits(), &what)?;
    let filter = plan::filter(served.context(deleted), &served.resource, &mut query)?;
    Ok((filter, query))
}

/// A change of many rows.
pub(super) fn rows(
    served: Served<'_>,
    request: &WriteRequest<'_>,
    asked: &DeletedParameters<'_>,
) -> Result<(Action, Shown), Error> {
    let resource = &served.resource;
    let (filter, query) = filter(served, asked.deleted, request.query)?;
    if filter.is_empty() {
        return Err(Error::FilterRequired);
    }
    let context = served.context(asked.deleted);
    let deletes = *request.method == Method::DELETE;
    let shown = match deletes {
        true => plan::shown_of_deleted(context, resource, query)?,
        false => plan::shown(context, resource, query, false)?,
    };
    let answers = request.preferences.return_ == Some(Return::Representation);
    let change = if deletes {
        Some(delete(served, filter, asked, answers.then_some(&shown))?)
    } else {
        let object = body::object(request.body)?;
        let (visibility, documents) = (context.visibility, request.documents);
        let update = plan::update(visibility, resource, filter, &object, documents)?;
        let returning = if answers {
            returning(resource, &shown)
        } else {
            Vec::new()
        };
        update.map(|update| {
            Change::Update(Update {
                returning,
                ..update
            })
        })
    };
    let bound = served.app.settings.api.max_affected_rows;
    let action = Action::Bulk {
        change,
        at_most: request
            .preferences
            .max_affected
            .map_or(bound, |asked| asked.min(bound)),
        answers,
    };
    Ok((action, shown))
}

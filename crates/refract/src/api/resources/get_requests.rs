//! `GET`: lists and single rows.

use poem::{Request, Response};

use super::{
    Served, changes,
    csv_and_lines::{self, Format},
    read_json, row_json,
};
use crate::{
    catalog::nearest,
    codec::{Cell, write_cell},
    db::{Repeat, Rows, Streamed},
    db_error,
    error::Error,
    node_json::UnionRows,
    query::{
        parse::{self, Count},
        plan::{self, Deleted, EXACT_ESTIMATE, ReadPlan, select_node::SelectNode},
        sql::Statement,
    },
};

/// The longest list whose embedded rows are read as sets of their own. The rows of a longer list come
/// with their embedded rows, so that they can be streamed.
const LONGEST_SETS: u64 = 1000;

pub(super) async fn list(served: Served<'_>, request: &Request) -> Result<Response, Error> {
    let asked = served.deleted(request.method(), request.uri().query().unwrap_or_default())?;
    let query = parse::list(&asked.rest, served.limits())?;
    let plan = plan::list(served.context(asked.deleted), &served.resource, query)?;
    let format = Format::of(request.headers());
    if format == Format::Json && plan.is_plain() {
        return bounded(served, plan, None).await;
    }
    Box::pin(any_list(served, request, plan, format)).await
}

pub(super) async fn one(
    served: Served<'_>,
    request: &Request,
    key: &str,
) -> Result<Response, Error> {
    let asked = served.deleted(request.method(), request.uri().query().unwrap_or_default())?;
    let query = parse::single(&asked.rest, served.limits(), &served.resource.name)?;
    let key = served.key(key)?;
    let plan = plan::row(served.context(asked.deleted), &served.resource, key, query)?;
    let rows = rows_of(served, &plan, &served.app.statements.read(&plan)).await?;
    if rows.is_empty() {
        return Err(not_found(served));
    }
    let body = read_json::row(&plan, &rows, 0, served.big_int())?;
    row_json::tagged(&served.resource, body, request.headers())
}

/// One JSON field of a row.
pub(super) async fn field(
    served: Served<'_>,
    request: &Request,
    key: &str,
    name: &str,
) -> Result<Response, Error> {
    let asked = served.deleted(request.method(), request.uri().query().unwrap_or_default())?;
    let what = format!("a field of {}", served.resource.name);
    if parse::single(&asked.rest, served.limits(), &what)?
        .select
        .is_some()
    {
        return Err(Error::UnknownParameter {
            name: "select".to_owned(),
            resource: what,
            suggestion: None,
        });
    }
    let column = plan::field(&served.resource, name)?;
    let plan = changes::by_key(served, &asked, key, [column])?;
    let rows = rows_of(served, &plan, &served.app.statements.read(&plan)).await?;
    if rows.is_empty() {
        return Err(not_found(served));
    }
    let mut body = Vec::new();
    let data_type = &served.resource.columns[column].data_type;
    write_cell(data_type, served.big_int(), rows.cell(0, 0), &mut body);
    row_json::tagged(&served.resource, body, request.headers())
}

/// The rows of a relation of one row.
pub(super) async fn related(
    served: Served<'_>,
    request: &Request,
    key: &str,
    name: &str,
) -> Result<Response, Error> {
    let Some(relation) = served.resource.relation(name) else {
        return Err(Error::UnknownRelation {
            suggestion: nearest(
                name,
                served
                    .resource
                    .relations
                    .iter()
                    .map(|one| one.name.as_str()),
            ),
            name: name.to_owned(),
            resource: served.resource.name.clone(),
        });
    };
    let query = parse::list(request.uri().query().unwrap_or_default(), served.limits())?;
    let key = served.key(key)?;
    let context = served.context(Deleted::Exclude);
    let plan = plan::related(context, &served.resource, key, relation, query)?;
    any_list(served, request, plan, Format::of(request.headers())).await
}

/// A list that may embed relations, or show other values than columns.
async fn any_list(
    served: Served<'_>,
    request: &Request,
    plan: ReadPlan,
    format: Format,
) -> Result<Response, Error> {
    if format != Format::Json {
        return csv_and_lines::page(served, request, plan, format).await;
    }
    if plan.parent.is_none() && plan.page > LONGEST_SETS {
        return long_list(served, plan).await;
    }
    let plan = &plan;
    if let Some((sets, statement)) = served.app.statements.union_read(plan) {
        let rows = rows_of(served, plan, &statement).await?;
        if let Some(joined) = UnionRows::new(&sets, &rows) {
            let total = total(served, plan, &rows).await?;
            return read_json::list(plan, Some(&joined), &rows, total, served.big_int());
        }
    }
    let rows = rows_of(served, plan, &served.app.statements.read(plan)).await?;
    let total = total(served, plan, &rows).await?;
    read_json::list(plan, None, &rows, total, served.big_int())
}

/// The same list, if it may be too long for memory.
async fn long_list(served: Served<'_>, mut plan: ReadPlan) -> Result<Response, Error> {
    let mut total_of_all = None;
    if plan.count.is_some() {
        // A statement of its own: with a count, the rows would come as one value.
        let mut counting = plan.clone();
        counting.root.limit = Some(0);
        let statement = served.app.statements.read(&counting);
        let counted = rows_of(served, &counting, &statement).await?;
        total_of_all = total(served, &counting, &counted).await?;
        plan.count = None;
    }
    bounded(served, plan, total_of_all).await
}

/// A list without a parent and a count, as a stream if it is long.
async fn bounded(
    served: Served<'_>,
    plan: ReadPlan,
    total: Option<i64>,
) -> Result<Response, Error> {
    let statement = served.app.statements.read(&plan).bounded();
    let read = long_rows_of(served, &plan, &statement).await?;
    drop(statement);
    match read {
        Streamed::Whole(rows) => read_json::list(&plan, None, &rows, total, served.big_int()),
        Streamed::Long(first, rest) => Ok(read_json::stream(
            plan,
            total,
            (first, rest),
            served.big_int(),
        )),
    }
}

pub(super) async fn total(
    served: Served<'_>,
    plan: &ReadPlan,
    rows: &Rows,
) -> Result<Option<i64>, Error> {
    Ok(match (plan.count, read_json::counted(plan, rows)) {
        (Some(Count::Planned), _) => Some(planned(served, plan).await?),
        (Some(Count::Estimated), Some(counted)) if counted > EXACT_ESTIMATE.cast_signed() => {
            Some(planned(served, plan).await?.max(counted))
        }
        (_, counted) => counted,
    })
}

/// The estimate of the database's planner for the number of rows.
async fn planned(served: Served<'_>, plan: &ReadPlan) -> Result<i64, Error> {
    let statement = served.app.statements.explain(plan);
    let rows = served.app.db.fetch(&statement, Repeat::Allowed).await;
    let rows =
        rows.map_err(|fault| db_error::of_read(&served.resource, fault, plan.root.searches()))?;
    let Cell::Postgres(json) = rows.cell(0, 0) else {
        return Ok(0);
    };
    let json: serde_json::Value = serde_json::from_slice(json).map_err(Error::internal)?;
    let guess = json[0]["Plan"]["Plan Rows"].as_f64();
    Ok(guess.unwrap_or_default() as i64)
}

/// The rows of a statement, as a stream if they are many.
pub(super) async fn long_rows_of(
    served: Served<'_>,
    plan: &ReadPlan,
    statement: &Statement<'_>,
) -> Result<Streamed, Error> {
    ensure_all_in_service(served, &plan.root)?;
    let read = served.app.db.read(statement, None).await;
    read.map_err(|fault| db_error::of_read(&served.resource, fault, plan.root.searches()))
}

pub(super) async fn rows_of(
    served: Served<'_>,
    plan: &ReadPlan,
    statement: &Statement<'_>,
) -> Result<Rows, Error> {
    ensure_all_in_service(served, &plan.root)?;
    let rows = served.app.db.fetch(statement, Repeat::Allowed).await;
    rows.map_err(|fault| db_error::of_read(&served.resource, fault, plan.root.searches()))
}

/// Checks that the resources of a node and of all that it embeds are in service.
///
/// # Errors
/// [`Error::OutOfService`] for a resource whose table has changed.
pub(super) fn ensure_all_in_service(served: Served<'_>, node: &SelectNode) -> Result<(), Error> {
    served.app.drift.ensure_in_service(&node.from)?;
    let mut embeds = node.embeds.iter();
    embeds.try_for_each(|embed| ensure_all_in_service(served, &embed.node))
}

fn not_found(served: Served<'_>) -> Error {
    Error::RowNotFound {
        resource: served.resource.name.clone(),
    }
}

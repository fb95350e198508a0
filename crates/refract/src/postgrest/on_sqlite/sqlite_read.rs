//! Reads of SQLite.

use super::{
    row_writer::{RowWriter, WholeBody},
    sqlite_errors::{check_format, check_no_plan, of_sqlite},
    sqlite_resolver,
};
use crate::{
    db::Repeat,
    node_json::NodeRow,
    postgrest::{
        postgrest_error::Failure,
        read_table::may_be_long,
        request::{
            ParsedRequest,
            accept::BodyFormat,
            row_range::{Returned, RowRange},
        },
        resolve::shared_rules::PostgrestContext,
        respond::{
            body_writer::BodyWriter,
            read_response::{ReadOutcome, check_single},
            streamed_body,
        },
        service::Serving,
    },
    query::{parse::ListQuery, plan::ReadPlan},
};

/// The plan of a query.
///
/// # Errors
/// Those of [`sqlite_resolver`].
pub fn plan(
    service: Serving<'_>,
    parsed: &ParsedRequest<'_>,
    context: PostgrestContext<'_>,
    query: ListQuery,
) -> Result<ReadPlan, Failure> {
    let strict = service.plan_context(parsed.schema);
    sqlite_resolver::plan(context, strict, parsed.resource, query)
}

/// The rows of a query.
///
/// # Errors
/// Those of [`plan`] and of the database, and of features that SQLite lacks.
pub async fn read(
    service: Serving<'_>,
    parsed: &ParsedRequest<'_>,
    context: PostgrestContext<'_>,
    query: ListQuery,
    range: RowRange,
    body: BodyFormat,
) -> Result<ReadOutcome, Failure> {
    check_no_plan(parsed)?;
    let format = check_format(parsed.media.body)?;
    let plan = plan(service, parsed, context, query)?;
    if may_be_long(body, range) {
        return streamed(service, parsed, plan, range, body).await;
    }
    let app = &service.app;
    let statement = app.statements.read(&plan);
    let rows = app.db.fetch(&statement, Repeat::Allowed).await;
    let rows = rows.map_err(|error| of_sqlite(parsed, error))?;
    let body = WholeBody::of(&plan, &[rows], format)?;
    let single = check_single(&parsed.media, body.returned, app.settings.rest.compat);
    Ok(ReadOutcome {
        returned: Returned::Known(body.returned),
        total: parsed.preferences.count.map(|_| body.total),
        body: single.map(|()| body.text.into()),
    })
}

/// Reads the body row by row. The rows on all pages are counted before.
async fn streamed(
    service: Serving<'_>,
    parsed: &ParsedRequest<'_>,
    mut plan: ReadPlan,
    range: RowRange,
    body: BodyFormat,
) -> Result<ReadOutcome, Failure> {
    let (db, statements) = (&service.app.db, &service.app.statements);
    let mut total = None;
    if parsed.preferences.count.is_some() {
        let mut counting = plan.clone();
        counting.root.limit = Some(0);
        let rows = db.fetch(&statements.read(&counting), Repeat::Allowed).await;
        let rows = rows.map_err(|error| of_sqlite(parsed, error))?;
        total = Some(rows.cell(0, 0).as_integer().unwrap_or(0).unsigned_abs());
    }
    plan.count = None;
    let read = db.read(&statements.read(&plan).bounded(), None).await;
    let read = read.map_err(|error| of_sqlite(parsed, error))?;
    let mut rows = RowWriter::new(body);
    let write = move |writer: &mut BodyWriter, found: &_, row, out: &mut _| {
        rows.write(&plan.root, writer, out, |writer, json| {
            writer.row(&plan.root, NodeRow::Top { rows: found, row }, json);
        })
    };
    let list = streamed_body::list(read, range, total, BodyWriter::new(body, ","), write)?;
    Ok(ReadOutcome { total, ..list })
}

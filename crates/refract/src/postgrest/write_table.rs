//! `POST`, `PATCH`, `PUT` and `DELETE`. A write runs in one transaction, which is rolled back where the
//! answer is an error.

use futures_util::{FutureExt, future::BoxFuture};
use poem::{Request, Response, http::Method};

use super::{
    emit::{self, Sql},
    on_sqlite,
    postgrest_error::{Failure, PostgrestError},
    read_table::number,
    request::{
        ParsedRequest,
        accept::BodyFormat,
        body_rows,
        payload::Payload,
        write_request::{Verb, WriteRequest},
    },
    resolve::{passthrough_resolver, raw_node::SelectNode},
    respond::{
        read_response::{check_single, explained},
        redaction,
        write_response::{self, WriteOutcome},
    },
    service::Serving,
};
use crate::{
    db::{DbError, Rows, Transaction},
    error::Error,
    executor::{self, TransactionBody},
    prefer::End,
    query::{plan::Visibility, sql::Statement},
};

pub async fn answer(
    service: Serving<'_>,
    request: &mut Request,
    mut parsed: ParsedRequest<'_>,
) -> Result<Response, Failure> {
    let settings = &service.app.settings;
    let verb = match *request.method() {
        Method::POST => Verb::Insert,
        Method::PATCH => Verb::Update,
        Method::PUT => Verb::Put,
        _ => Verb::Delete,
    };
    if settings.api.read_only {
        let statement = match verb {
            Verb::Insert | Verb::Put => "INSERT",
            Verb::Update => "UPDATE",
            Verb::Delete => "DELETE",
        };
        let message = format!("cannot execute {statement} in a read-only transaction");
        return Err(PostgrestError::new(405, "25006", message).into());
    }
    if service.is_sqlite() {
        on_sqlite::check_writable(parsed.resource, verb)?;
    }
    let payload = match verb {
        Verb::Delete => None,
        _ => {
            let bytes = request.take_body().into_bytes().await;
            let bytes = bytes.map_err(|error| Error::BadRequest {
                reason: error.to_string(),
            })?;
            // The request may be done again on a newer catalog.
            request.set_body(bytes.clone());
            let rows = body_rows::rows(request.headers(), &bytes, &settings.server.access)?;
            let columns = parsed.query.columns.take();
            Some(Payload::of(parsed.resource, rows, columns)?)
        }
    };
    let mut write = WriteRequest::of(service.access, &mut parsed, verb, payload)?;
    let query = std::mem::take(&mut write.query);
    let context = service.context(parsed.schema, None);
    let outcome = if service.is_sqlite() {
        let plan = on_sqlite::plan(service, &parsed, context, query)?;
        if write.is_empty() {
            empty(parsed.media.body)
        } else {
            on_sqlite::write(service, &parsed, &write, &plan).await?
        }
    } else {
        let root = passthrough_resolver::plan(context, parsed.resource, query)?;
        redaction::check_plan_visible(service, &parsed.media, &root)?;
        let statement = statement(service.visibility(), &mut write, &root);
        match (statement, parsed.media.explain) {
            (None, _) => empty(parsed.media.body),
            (Some(statement), None) => run(service, &parsed, &write, statement).await?,
            (Some(statement), Some(explain)) => {
                let statement = emit::explain(explain, statement);
                let plan = in_transaction(service, &parsed, statement, |_| End::Rollback).await?;
                return Ok(explained(&parsed.media, &plan));
            }
        }
    };
    check(service, &parsed, &write, &outcome)?;
    Ok(write_response::response(service, &parsed, &write, outcome))
}

/// The statement of a write, whose payload it takes. `None` where there is nothing to write.
fn statement(
    visibility: Visibility<'_>,
    write: &mut WriteRequest,
    root: &SelectNode,
) -> Option<Sql> {
    if write.is_empty() {
        return None;
    }
    let (defaults, returning) = (write.defaults, write.returning);
    match (write.verb, write.payload.take()) {
        (Verb::Update, Some(payload)) => {
            emit::update(visibility, root, payload, defaults, returning)
        }
        (_, Some(payload)) => Some(emit::insert(
            visibility,
            root,
            payload,
            &write.on_conflict,
            defaults,
            returning,
        )),
        (_, None) => Some(emit::delete(visibility, root, returning)),
    }
}

/// Runs a statement on PostgreSQL.
async fn run(
    service: Serving<'_>,
    parsed: &ParsedRequest<'_>,
    write: &WriteRequest,
    statement: Sql,
) -> Result<WriteOutcome, Failure> {
    let affected = |rows: &Rows| number(rows.text(0, 1)).unwrap_or(0);
    let end = end(service, parsed, write);
    let end = |rows: &Rows| end(affected(rows));
    let rows = in_transaction(service, parsed, statement, end).await?;
    Ok(WriteOutcome {
        affected: affected(&rows),
        new: number(rows.text(0, 2)).unwrap_or(0),
        body: rows.text(0, 0).unwrap_or_default().to_owned(),
    })
}

async fn in_transaction(
    service: Serving<'_>,
    parsed: &ParsedRequest<'_>,
    statement: Sql,
    end: impl Fn(&Rows) -> End + Sync,
) -> Result<Rows, DbError> {
    let app = &service.app;
    let statement = OneStatement(app.statements.written(parsed.resource, statement));
    let beginning = service.beginning(parsed, false);
    executor::run_with_retry(&app.db, beginning, &statement, end).await
}

struct OneStatement<'values>(Statement<'values>);

impl TransactionBody for OneStatement<'_> {
    type Output = Rows;
    type Error = DbError;

    fn run<'run>(
        &'run self,
        transaction: &'run mut Transaction<'_>,
    ) -> BoxFuture<'run, Result<Rows, DbError>> {
        transaction.fetch(&self.0).boxed()
    }

    fn transaction_error(&self, error: DbError) -> DbError {
        error
    }
}

/// The end of a write that has affected so many rows. It is rolled back where [`check`] refuses the
/// outcome, and for a dry run.
pub fn end(
    service: Serving<'_>,
    parsed: &ParsedRequest<'_>,
    write: &WriteRequest,
) -> impl Fn(u64) -> End + Sync + use<> {
    let is_single = matches!(parsed.media.body, BodyFormat::Object { .. });
    let most = write.max_affected(parsed);
    let least = write.must_write.unwrap_or(0);
    let is_dry_run =
        service.app.settings.api.allow_dry_run && parsed.preferences.end == Some(End::Rollback);
    move |affected| {
        if is_dry_run
            || is_single && affected != 1
            || most.is_some_and(|most| affected > most)
            || affected < least
        {
            End::Rollback
        } else {
            End::Commit
        }
    }
}

/// Checks the number of rows that were written.
fn check(
    service: Serving<'_>,
    parsed: &ParsedRequest<'_>,
    write: &WriteRequest,
    outcome: &WriteOutcome,
) -> Result<(), PostgrestError> {
    let affected = outcome.affected;
    if write.must_write.is_some_and(|least| affected < least) {
        return Err(soft_deleted_conflict(parsed, write));
    }
    if write
        .max_affected(parsed)
        .is_some_and(|most| affected > most)
    {
        let message = "Query result exceeds max-affected preference constraint";
        let details = format!("The query affects {affected} rows");
        return Err(PostgrestError::new(400, "PGRST124", message).details(details));
    }
    check_single(&parsed.media, affected, service.app.settings.rest.compat)
}

/// The error of an upsert that conflicts with soft-deleted or hidden rows.
pub fn soft_deleted_conflict(parsed: &ParsedRequest<'_>, write: &WriteRequest) -> PostgrestError {
    let table = &parsed.resource.table;
    let columns = write.on_conflict.target().join(", ");
    let message =
        format!("duplicate key value violates unique constraint on \"{table}\" ({columns})");
    let error = PostgrestError::new(409, "23505", message);
    match parsed.resource.soft_delete {
        Some(_) => error.details("The row in the way is marked as deleted."),
        None => error,
    }
}

/// The outcome of a write without rows.
fn empty(body: BodyFormat) -> WriteOutcome {
    let body = match body {
        BodyFormat::Array { .. } => "[]",
        BodyFormat::Lines => "",
        _ => "\n",
    };
    WriteOutcome {
        body: body.to_owned(),
        ..WriteOutcome::default()
    }
}

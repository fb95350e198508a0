//! `POST`, `PATCH`, `PUT`, `DELETE`: what is asked becomes a [`Change`], which is done in a
//! transaction, and undone where its answer would be a refusal.

use futures_util::{FutureExt, future::BoxFuture};
use poem::{Request, Response, http::Method};

use super::request::write_request::Change;
use super::{
    emit::{Writer, body_format::Body, write_statements::OnConflict},
    postgrest_error::PostgrestError,
    request::payload::Payload,
    resolve::passthrough_resolver,
    respond::write_response,
};
use super::{
    on_sqlite::{read_rows::plan, write_rows},
    read_table::{explained, number},
    request::{body_formats, prefer_header},
    service::{Asked, Failure, Front},
};
use crate::{
    db::{DbError, Rows, Transaction},
    error::Error,
    executor as engine,
    prefer::End,
    query::sql::Statement,
};

/// What a write does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Insert,
    Update,
    Put,
    Delete,
}

/// How many rows a write has touched, and how many of them are new.
pub struct Done {
    pub affected: u64,
    pub new: u64,
    pub body: String,
}

/// What became of a statement.
pub enum Ran {
    Done(Done),
    /// Its plan was asked for.
    Explained(Rows),
}

pub async fn rows(
    front: &Front,
    mut request: Request,
    mut asked: Asked<'_>,
) -> Result<Response, Failure> {
    let verb = match *request.method() {
        Method::POST => Verb::Insert,
        Method::PATCH => Verb::Update,
        Method::PUT => Verb::Put,
        _ => Verb::Delete,
    };
    if front.app.settings.api.read_only {
        let what = match verb {
            Verb::Insert | Verb::Put => "INSERT",
            Verb::Update => "UPDATE",
            Verb::Delete => "DELETE",
        };
        let message = format!("cannot execute {what} in a read-only transaction");
        return Err(PostgrestError::new(405, "25006", message).into());
    }
    if front.is_sqlite() && !asked.resource.writable() {
        let view = &asked.resource.table;
        let message = match verb {
            Verb::Insert | Verb::Put => format!("cannot insert into view \"{view}\""),
            Verb::Update => format!("cannot update view \"{view}\""),
            Verb::Delete => format!("cannot delete from view \"{view}\""),
        };
        return Err(PostgrestError::new(400, "55000", message).into());
    }
    let payload = match verb {
        Verb::Delete => None,
        _ => {
            let bytes = request.take_body().into_bytes().await;
            let bytes = bytes.map_err(|error| Error::BadRequest {
                reason: error.to_string(),
            })?;
            let rows =
                body_formats::rows(request.headers(), &bytes, &front.app.settings.server.access)?;
            let columns = asked.query.columns.take();
            Some(Payload::of(&asked.resource, rows, columns)?)
        }
    };
    let mut change = Change::of(&mut asked, verb, payload)?;
    let query = std::mem::take(&mut change.query);
    let context = front.context(asked.schema);
    let nothing = change.is_nothing();
    let done = if front.is_sqlite() {
        let plan = plan(front, &asked, context, query)?;
        if nothing {
            nothing_done(&asked)
        } else {
            write_rows::run(front, &asked, &change, &plan).await?
        }
    } else {
        let root = passthrough_resolver::plan(context, &asked.resource, query)?;
        front.admit_plan(&asked.media, &root)?;
        let statement = change.statement(&root).filter(|_| !nothing);
        match statement {
            None => nothing_done(&asked),
            Some(statement) => match run(front, &asked, &change, statement).await? {
                Ran::Done(done) => done,
                Ran::Explained(plan) => return Ok(explained(&asked.media, &plan)),
            },
        }
    };
    let done = checked(front, &asked, &change, done)?;
    Ok(write_response::respond(front, &asked, &change, done))
}

/// Runs a statement on PostgreSQL.
async fn run(
    front: &Front,
    asked: &Asked<'_>,
    change: &Change,
    statement: Writer,
) -> Result<Ran, Failure> {
    let app = &front.app;
    let beginning = front.beginning(asked, false);
    let written = |statement: Writer| {
        let (text, values) = (statement.text, statement.values);
        One(app.statements.written(&asked.resource, text, values))
    };
    if let Some(explain) = asked.media.explain {
        let statement = explain.of(statement);
        let statement = written(statement);
        let undone = |_: &Rows| End::Rollback;
        let plan = engine::run_with_retry(&app.db, beginning, &statement, undone).await?;
        return Ok(Ran::Explained(plan));
    }
    let statement = written(statement);
    let affected = |rows: &Rows| number(rows.text(0, 1)).unwrap_or(0);
    let end = end(front, asked, change);
    let end = |rows: &Rows| end(affected(rows));
    let rows = engine::run_with_retry(&app.db, beginning, &statement, end).await?;
    Ok(Ran::Done(Done {
        affected: affected(&rows),
        new: number(rows.text(0, 2)).unwrap_or(0),
        body: rows.text(0, 0).unwrap_or_default().to_owned(),
    }))
}

/// A statement that is all there is to do.
struct One<'values>(Statement<'values>);

impl engine::TransactionBody for One<'_> {
    type Output = Rows;
    type Error = DbError;

    fn run<'run>(
        &'run self,
        transaction: &'run mut Transaction<'_>,
    ) -> BoxFuture<'run, Result<Rows, DbError>> {
        transaction.fetch(&self.0).boxed()
    }

    fn transaction_error(&self, fault: DbError) -> DbError {
        fault
    }
}

/// How a write that has touched so many rows ends: [`checked`] refuses what is undone here, unless
/// that was asked for.
pub fn end(
    front: &Front,
    asked: &Asked<'_>,
    change: &Change,
) -> impl Fn(u64) -> End + Sync + use<> {
    let singular = matches!(asked.media.body, Body::Object { .. });
    let most = most_affected(asked, change.verb);
    let least = change.must_write.unwrap_or(0);
    let tries = front.app.settings.api.allow_dry_run && asked.prefer.end == Some(End::Rollback);
    move |affected| {
        if tries
            || singular && affected != 1
            || most.is_some_and(|most| affected > most)
            || affected < least
        {
            End::Rollback
        } else {
            End::Commit
        }
    }
}

/// What a write has done, unless it was too much or not the one row that was asked for.
fn checked(
    front: &Front,
    asked: &Asked<'_>,
    change: &Change,
    done: Done,
) -> Result<Done, PostgrestError> {
    let affected = done.affected;
    if change.must_write.is_some_and(|least| affected < least) {
        return Err(soft_deleted_in_the_way(asked, change));
    }
    if most_affected(asked, change.verb).is_some_and(|most| affected > most) {
        return Err(PostgrestError::new(
            400,
            "PGRST124",
            "Query result exceeds max-affected preference constraint",
        )
        .details(format!("The query affects {affected} rows")));
    }
    Ok(Done {
        body: front.body_text(&asked.media, affected, Some(done.body))?,
        ..done
    })
}

/// That rows which are marked as deleted are in the way of new ones, on either database.
pub fn soft_deleted_in_the_way(asked: &Asked<'_>, change: &Change) -> PostgrestError {
    let target = match &change.on_conflict {
        OnConflict::Fail => &[][..],
        OnConflict::Merge(target) | OnConflict::Ignore(target) => target,
    };
    let (table, columns) = (&asked.resource.table, target.join(", "));
    let message =
        format!("duplicate key value violates unique constraint on \"{table}\" ({columns})");
    PostgrestError::new(409, "23505", message).details("The row in the way is marked as deleted.")
}

fn nothing_done(asked: &Asked<'_>) -> Done {
    let empty = match asked.media.body {
        Body::Array { .. } => "[]",
        Body::Lines => "",
        _ => "\n",
    };
    Done {
        affected: 0,
        new: 0,
        body: empty.to_owned(),
    }
}

/// Rows that it may touch; new ones are as many as the caller sends.
pub fn most_affected(asked: &Asked<'_>, verb: Verb) -> Option<u64> {
    prefer_header::most_affected(&asked.prefer)
        .filter(|_| matches!(verb, Verb::Update | Verb::Delete))
}

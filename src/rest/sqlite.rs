//! The front on SQLite, which prints no JSON of PostgreSQL's: plans of typed columns, whose
//! cells are spelled as PostgreSQL would spell them.

use super::{Asked, Failure, Front, accept, write::Verb};
use crate::{
    backend::{Class, Fault, Isolation, Repeat, Rows, Transaction},
    codec::{Cell, Spelling, Value, each_row, value},
    error::Error,
    query::{
        json::Writer,
        lenient::{
            Context, Refusal,
            columns::{self, Obstacle},
            sql::Body,
            write::{OnConflict, Payload, Returning},
        },
        parse::ListQuery,
        plan::{self, Delete, Filter, level::Query},
    },
    write::{self as engine, Outcome, Session},
};

/// Rows as they are answered.
pub(super) struct Found {
    pub body: String,
    pub returned: u64,
    /// Those of all pages.
    pub total: u64,
}

/// What a write has done.
pub(super) struct Written {
    pub affected: u64,
    pub new: u64,
    pub body: String,
}

impl From<Obstacle> for Failure {
    fn from(obstacle: Obstacle) -> Self {
        match obstacle {
            Obstacle::Refused(refusal) => refusal.into(),
            Obstacle::Failed(error) => error.into(),
        }
    }
}

/// The plan of a query.
pub(super) fn plan(
    front: &Front,
    asked: &Asked<'_>,
    context: Context<'_>,
    query: ListQuery,
) -> Result<Query, Failure> {
    let strict = front.strict(asked.schema);
    Ok(columns::plan(context, strict, &asked.resource, query)?)
}

/// The rows that a query asks for.
pub(super) async fn read(
    front: &Front,
    asked: &Asked<'_>,
    context: Context<'_>,
    query: ListQuery,
) -> Result<Found, Failure> {
    let body = served(asked.media.body)?;
    let plan = plan(front, asked, context, query)?;
    let statement = front.app.statements.query(&plan);
    let rows = front.app.backend.fetch(&statement, Repeat::Allowed).await;
    found(&plan, &rows.map_err(|fault| worded(asked, fault))?, body)
}

/// What a body may be here.
fn served(body: Body) -> Result<Body, Failure> {
    match body {
        Body::Csv => Err(lacks("text/csv", "it is PostgreSQL that prints rows")),
        Body::GeoJson => Err(accept::unavailable("application/geo+json").into()),
        body => Ok(body),
    }
}

fn lacks(feature: &str, reason: &str) -> Failure {
    Failure::Failed(Error::NotImplemented {
        feature: feature.to_owned(),
        reason: reason.to_owned(),
    })
}

fn found(plan: &Query, rows: &Rows, body: Body) -> Result<Found, Failure> {
    let total = rows.cell(0, 0).as_integer().unwrap_or(0).unsigned_abs();
    let (strip_nulls, single) = match body {
        Body::Array { strip_nulls } => (strip_nulls, false),
        Body::Object { strip_nulls } => (strip_nulls, true),
        _ => (false, false),
    };
    let mut writer = Writer::new(Spelling::Postgres).stripping_nulls(strip_nulls);
    let mut out = Vec::new();
    let list = rows.cell(0, 1);
    let returned = if single {
        let mut count = 0;
        each_row(&list, |row| {
            count += 1;
            out.clear();
            writer.row(&plan.root, &row, &mut out);
        });
        count
    } else {
        writer.list(&plan.root, &list, &mut out)
    };
    let out = writer.whole(out)?;
    Ok(Found {
        body: String::from_utf8(out).map_err(Error::internal)?,
        returned,
        total,
    })
}

/// What is to be written.
pub(super) struct Work<'work> {
    pub verb: Verb,
    /// The rows that are changed, as the answer shows them.
    pub plan: Query,
    pub payload: Option<Payload>,
    pub on_conflict: &'work OnConflict,
    /// Whether columns that a row leaves out get their defaults.
    pub defaults: bool,
    pub returning: Returning,
}

/// Writes; what is done stays only where `keep` says so of the number of rows.
pub(super) async fn write(
    front: &Front,
    asked: &Asked<'_>,
    work: Work<'_>,
    keep: impl Fn(u64) -> bool,
) -> Result<Written, Failure> {
    let mut transaction = front.app.backend.begin(Isolation::default()).await?;
    let written = match perform(front, asked, work, &mut transaction).await {
        Ok(written) => written,
        Err(failure) => {
            transaction.rollback().await?;
            return Err(failure);
        }
    };
    if keep(written.affected) {
        let committed = transaction.commit().await;
        committed.map_err(|fault| worded(asked, fault))?;
    } else {
        transaction.rollback().await?;
    }
    Ok(written)
}

async fn perform(
    front: &Front,
    asked: &Asked<'_>,
    work: Work<'_>,
    transaction: &mut Transaction<'_>,
) -> Result<Written, Failure> {
    let resource = &asked.resource;
    let statements = &front.app.statements;
    let shows = matches!(work.returning, Returning::Rows(_));
    if shows && resource.key.is_empty() {
        return Err(lacks(
            "return=representation",
            "the table has no key to read its rows by",
        ));
    }
    let explain = |fault| worded(asked, fault);
    let mut keys = Vec::new();
    let (mut affected, mut new) = (0, 0);
    match (work.verb, work.payload) {
        (Verb::Insert | Verb::Put, Some(payload)) => {
            let insert = columns::rows(resource, &payload, work.on_conflict, work.defaults)?;
            let mut session = Session::In(transaction);
            let inserted = engine::insert(&mut session, statements, &insert).await;
            let (answers, outcomes) = inserted.map_err(|error| match error {
                Error::Conflict { source, .. } | Error::Refused { source, .. } => explain(*source),
                other => other.into(),
            })?;
            for rows in &answers {
                keys.extend(keys_of(asked, &insert.returning, rows));
            }
            new = count(&outcomes, Outcome::Created);
            affected = new + count(&outcomes, Outcome::Updated);
        }
        (Verb::Update, Some(payload)) => {
            let filter = filter(&work.plan)?;
            let set = columns::assignments(resource, &payload)?;
            if let Some(update) = plan::changing(resource, filter, set) {
                let rows = transaction.fetch(&statements.update(&update)).await;
                let rows = rows.map_err(explain)?;
                keys = keys_of(asked, &update.returning, &rows);
                affected = rows.len() as u64;
            }
        }
        _ => {
            let filter = filter(&work.plan)?;
            return delete(
                front,
                asked,
                &work.plan,
                work.returning,
                filter,
                transaction,
            )
            .await;
        }
    }
    let body = match work.returning {
        Returning::Rows(body) => rows_of(front, asked, work.plan, body, keys, transaction).await?,
        Returning::Count => String::new(),
    };
    Ok(Written {
        affected,
        new,
        body,
    })
}

/// Deletes rows, or marks them. What is answered is read before it is gone.
async fn delete(
    front: &Front,
    asked: &Asked<'_>,
    plan: &Query,
    returning: Returning,
    filter: Filter,
    transaction: &mut Transaction<'_>,
) -> Result<Written, Failure> {
    let resource = &asked.resource;
    let statements = &front.app.statements;
    let body = match returning {
        Returning::Count => String::new(),
        Returning::Rows(body) => {
            let rows = transaction.fetch(&statements.query(plan)).await;
            let rows = rows.map_err(|fault| worded(asked, fault))?;
            found(plan, &rows, served(body)?)?.body
        }
    };
    let rows = match plan::mark(resource) {
        Some(mark) => match plan::changing(resource, filter, vec![mark]) {
            Some(update) => transaction.fetch(&statements.update(&update)).await,
            None => Ok(Rows::none()),
        },
        None => {
            let delete = Delete {
                returning: resource.key.clone(),
                ..plan::delete(resource, filter)?
            };
            transaction.fetch(&statements.delete(&delete)).await
        }
    };
    let affected = rows.map_err(|fault| worded(asked, fault))?.len() as u64;
    Ok(Written {
        affected,
        new: 0,
        body,
    })
}

/// The rows with these keys as the answer shows them.
async fn rows_of(
    front: &Front,
    asked: &Asked<'_>,
    mut plan: Query,
    body: Body,
    keys: Vec<Vec<Value>>,
    transaction: &mut Transaction<'_>,
) -> Result<String, Failure> {
    let body = served(body)?;
    let mut lists = Vec::new();
    for filter in columns::by_keys(&asked.resource, keys) {
        plan.root.filter = filter;
        let statement = front.app.statements.query(&plan);
        let rows = transaction.fetch(&statement).await;
        let rows = rows.map_err(|fault| worded(asked, fault))?;
        lists.push(found(&plan, &rows, body)?.body);
    }
    match lists.len() {
        0 => Ok("[]".to_owned()),
        1 => Ok(lists.remove(0)),
        _ => {
            let inside = lists.iter().map(|list| list.trim_matches(['[', ']']));
            let inside: Vec<_> = inside.filter(|list| !list.is_empty()).collect();
            Ok(format!("[{}]", inside.join(",")))
        }
    }
}

/// Which rows a change is about; they are told by their own columns only.
fn filter(plan: &Query) -> Result<Filter, Failure> {
    fn looks_at_embeds(filter: &Filter) -> bool {
        !filter.embeds.is_empty() || filter.groups.iter().any(looks_at_embeds)
    }
    let filter = &plan.root.filter;
    if looks_at_embeds(filter) {
        return Err(lacks(
            "a change of rows by what they embed",
            "SQLite cannot say it",
        ));
    }
    Ok(filter.clone())
}

fn keys_of(asked: &Asked<'_>, returned: &[usize], rows: &Rows) -> Vec<Vec<Value>> {
    let resource = &asked.resource;
    let key = |row| {
        let values = resource.key.iter().map(|column| {
            let at = returned.iter().position(|returned| returned == column);
            let cell = at.map_or(Cell::Null, |at| rows.cell(row, at));
            value(&resource.columns[*column].data_type, cell)
        });
        values.collect()
    };
    (0..rows.len()).map(key).collect()
}

fn count(outcomes: &[Outcome], wanted: Outcome) -> u64 {
    let those = outcomes.iter().filter(|outcome| **outcome == wanted);
    those.count() as u64
}

/// What SQLite refuses, in PostgreSQL's words.
fn worded(asked: &Asked<'_>, fault: Fault) -> Failure {
    let table = &asked.resource.table;
    let columns = fault.columns.join(", ");
    let (status, code, message) = match fault.class {
        Class::UniqueViolation => (
            409,
            "23505",
            format!("duplicate key value violates unique constraint on \"{table}\" ({columns})"),
        ),
        Class::ForeignKeyViolation => (
            409,
            "23503",
            format!("a write of table \"{table}\" violates a foreign key constraint"),
        ),
        Class::NotNullViolation => (
            400,
            "23502",
            format!(
                "null value in column \"{columns}\" of relation \"{table}\" violates not-null \
                 constraint"
            ),
        ),
        Class::CheckViolation => (
            400,
            "23514",
            format!("new row for relation \"{table}\" violates a check constraint"),
        ),
        _ => return fault.into(),
    };
    Refusal::new(status, code, message).into()
}

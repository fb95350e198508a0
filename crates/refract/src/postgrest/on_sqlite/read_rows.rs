//! The front on SQLite, which prints no JSON of PostgreSQL's: plans of typed columns, whose
//! cells are spelled as PostgreSQL would spell them.

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::sqlite_resolver::{self, Obstacle};
use crate::postgrest::{
    request::accept,
    respond::{body_writer::BodyWriter, redaction},
    service::{Asked, Failure, Front},
};
use crate::{
    codec::{Spelling, each_row},
    db::{DbError, DbErrorKind, RAISED, Repeat, Rows},
    error::Error,
    executor::WRITTEN_TWICE,
    postgrest::{
        emit::body_format::Body, postgrest_error::PostgrestError, resolve::shared_rules::Context,
    },
    query::{
        csv,
        parse::ListQuery,
        plan::select_node::{Query, SelectNode},
    },
    row_json::{JsonWriter, NodeRow},
};

/// Rows as they are answered.
pub struct Found {
    pub body: String,
    pub returned: u64,
    /// Those of all pages.
    pub total: u64,
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
pub fn plan(
    front: &Front,
    asked: &Asked<'_>,
    context: Context<'_>,
    query: ListQuery,
) -> Result<Query, Failure> {
    let strict = front.strict(asked.schema);
    Ok(sqlite_resolver::plan(
        context,
        strict,
        &asked.resource,
        query,
    )?)
}

/// The plan of a read.
pub fn plan_of_read(
    front: &Front,
    asked: &Asked<'_>,
    context: Context<'_>,
    query: ListQuery,
) -> Result<Query, Failure> {
    refuse_plans(asked)?;
    served(asked.media.body)?;
    plan(front, asked, context, query)
}

/// The rows that a query asks for.
pub async fn read(
    front: &Front,
    asked: &Asked<'_>,
    context: Context<'_>,
    query: ListQuery,
) -> Result<Found, Failure> {
    let plan = plan_of_read(front, asked, context, query)?;
    let statement = front.app.statements.query(&plan);
    let rows = front.app.db.fetch(&statement, Repeat::Allowed).await;
    let rows = rows.map_err(|fault| worded(asked, fault))?;
    found(&plan, &[rows], asked.media.body)
}

/// # Errors
/// Where the plan of a request is asked for.
pub fn refuse_plans(asked: &Asked<'_>) -> Result<(), Failure> {
    match asked.media.explain {
        None => Ok(()),
        Some(_) => Err(lacks(
            "application/vnd.pgrst.plan",
            "SQLite's plans are others",
        )),
    }
}

/// What a body may be here.
pub fn served(body: Body) -> Result<Body, Failure> {
    match body {
        Body::GeoJson => Err(accept::unavailable("application/geo+json").into()),
        body => Ok(body),
    }
}

pub fn lacks(feature: &str, reason: &str) -> Failure {
    Failure::Failed(Error::NotImplemented {
        feature: feature.to_owned(),
        reason: reason.to_owned(),
    })
}

/// The rows of all answers to a plan, as one body.
pub fn found(plan: &Query, answers: &[Rows], body: Body) -> Result<Found, Failure> {
    let mut writer = RowWriter::new(body);
    let mut out = Vec::new();
    let mut failed = None;
    for rows in answers {
        each_row(&rows.cell(0, 1), |row| {
            if failed.is_none() {
                let written = writer.write(&plan.root, &mut out, |writer, json| {
                    writer.row(&plan.root, NodeRow::Composite(row), json);
                });
                failed = written.err();
            }
        });
    }
    if let Some(error) = failed {
        return Err(error.into());
    }
    let returned = writer.end(&mut out);
    let totals = answers.iter().map(|rows| rows.cell(0, 0).as_integer());
    Ok(Found {
        body: String::from_utf8(out).map_err(Error::internal)?,
        returned,
        total: totals.map(|total| total.unwrap_or(0).unsigned_abs()).sum(),
    })
}

/// The rows of an answer that are not in a later one, as one body: those that are gone.
pub fn gone(plan: &Query, before: Rows, left: Rows, body: Body) -> Result<String, Failure> {
    let strip_nulls = match body {
        Body::Array { strip_nulls } | Body::Object { strip_nulls } => strip_nulls,
        _ => false,
    };
    let list = Body::Array { strip_nulls };
    let before = found(plan, &[before], list)?.body;
    let left = found(plan, &[left], list)?.body;
    let of = |text| serde_json::from_str::<Vec<&RawValue>>(text).map_err(Error::internal);
    // Rows are told apart by what is shown of them, which is all that is to be told.
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for row in of(&left)? {
        *counts.entry(row.get()).or_default() += 1;
    }
    let mut rows = of(&before)?;
    rows.retain(|row| match counts.get_mut(row.get()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
    let mut writer = RowWriter::new(body);
    let mut out = Vec::new();
    for row in rows {
        writer.write(&plan.root, &mut out, |_, out| {
            out.extend_from_slice(row.get().as_bytes());
        })?;
    }
    writer.end(&mut out);
    Ok(String::from_utf8(out).map_err(Error::internal)?)
}

/// Rows of a plan → the bytes of a body.
pub struct RowWriter {
    table: csv::Table,
    json: JsonWriter,
    body: Body,
    rows: BodyWriter,
    row: Vec<u8>,
}

impl RowWriter {
    pub fn new(body: Body) -> Self {
        let strip_nulls = match body {
            Body::Array { strip_nulls } | Body::Object { strip_nulls } => strip_nulls,
            _ => false,
        };
        Self {
            table: csv::Table::default(),
            json: JsonWriter::new(Spelling::Postgres).stripping_nulls(strip_nulls),
            body,
            rows: BodyWriter::new(body, ",", String::new()),
            row: Vec::new(),
        }
    }

    /// The next row, which `write` writes as JSON.
    ///
    /// # Errors
    /// [`Error::TooManyRows`] of an embedded relation.
    pub fn write(
        &mut self,
        node: &SelectNode,
        out: &mut Vec<u8>,
        write: impl FnOnce(&mut JsonWriter, &mut Vec<u8>),
    ) -> Result<(), Error> {
        self.row.clear();
        write(&mut self.json, &mut self.row);
        self.json.check_whole()?;
        let json = std::str::from_utf8(&self.row).map_err(Error::internal)?;
        match self.body {
            Body::Object { .. } => {
                // Of several rows none is answered.
                out.clear();
                out.extend_from_slice(json.as_bytes());
                self.rows.rows += 1;
            }
            Body::Csv => {
                let line = self.table.line(node, json).map_err(Error::internal)?;
                self.rows.header(self.table.header());
                self.rows.row(&line, out);
            }
            _ => self.rows.row(json, out),
        }
        Ok(())
    }

    /// Writes what comes after the last row; gives the number of rows.
    pub fn end(&self, out: &mut Vec<u8>) -> u64 {
        if !matches!(self.body, Body::Object { .. }) {
            self.rows.end(out);
        }
        self.rows.rows
    }
}

/// What SQLite refuses, in PostgreSQL's words.
pub fn worded(asked: &Asked<'_>, fault: DbError) -> Failure {
    let table = &asked.resource.table;
    let columns = match asked.resource.may_tell(&fault.columns) {
        true => fault.columns.join(", "),
        false => return redaction::unnamed(table, fault),
    };
    let (status, code, message) = match fault.kind {
        DbErrorKind::UniqueViolation if fault.code.as_deref() == Some(WRITTEN_TWICE) => (
            409,
            WRITTEN_TWICE,
            "ON CONFLICT DO UPDATE command cannot affect row a second time".to_owned(),
        ),
        DbErrorKind::UniqueViolation => (
            409,
            "23505",
            format!("duplicate key value violates unique constraint on \"{table}\" ({columns})"),
        ),
        DbErrorKind::ForeignKeyViolation => (
            409,
            "23503",
            format!("a write of table \"{table}\" violates a foreign key constraint"),
        ),
        DbErrorKind::NotNullViolation => (
            400,
            "23502",
            format!(
                "null value in column \"{columns}\" of relation \"{table}\" violates not-null \
                 constraint"
            ),
        ),
        // As PostgreSQL tells what PL/pgSQL raises.
        DbErrorKind::CheckViolation => match &fault.server_message {
            Some(told) => (400, RAISED, told.message.clone()),
            None => (
                400,
                "23514",
                format!("new row for relation \"{table}\" violates a check constraint"),
            ),
        },
        DbErrorKind::InvalidValue => (
            400,
            "22000",
            "the database refuses one of the values: wrong form, too long or out of range"
                .to_owned(),
        ),
        DbErrorKind::NotWritable => (
            400,
            "55000",
            format!("cannot change \"{table}\" so: the database computes it or refuses to"),
        ),
        _ => return fault.into(),
    };
    PostgrestError::new(status, code, message).into()
}

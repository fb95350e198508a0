//! Errors of SQLite and of the typed planner → PostgreSQL's.

use crate::{
    catalog::Resource,
    db::{DbError, DbErrorKind, RAISED},
    error::Error,
    executor::WRITTEN_TWICE,
    postgrest::{
        postgrest_error::{Failure, PostgrestError},
        request::{
            ParsedRequest,
            accept::{self, BodyFormat, GEO_JSON},
            write_request::Verb,
        },
        respond::redaction,
    },
};

/// The error of a feature that SQLite lacks.
pub fn not_implemented(feature: &str, reason: &str) -> Failure {
    Failure::Failed(Error::NotImplemented {
        feature: feature.to_owned(),
        reason: reason.to_owned(),
    })
}

/// Checks that the answer is not to be the plan of a statement.
///
/// # Errors
/// PGRST127.
pub fn check_no_plan(parsed: &ParsedRequest<'_>) -> Result<(), Failure> {
    match parsed.media.explain {
        None => Ok(()),
        Some(_) => Err(not_implemented(
            "application/vnd.pgrst.plan",
            "SQLite's plans are others",
        )),
    }
}

/// Checks that a body can be written without PostGIS.
///
/// # Errors
/// PGRST107.
pub fn check_format(body: BodyFormat) -> Result<BodyFormat, Failure> {
    match body {
        BodyFormat::GeoJson => Err(accept::not_available(GEO_JSON).into()),
        body => Ok(body),
    }
}

/// Checks that a resource is not a read-only view.
///
/// # Errors
/// 55000.
pub fn check_writable(resource: &Resource, verb: Verb) -> Result<(), PostgrestError> {
    if resource.writable() {
        return Ok(());
    }
    let action = match verb {
        Verb::Insert | Verb::Put => "insert into",
        Verb::Update => "update",
        Verb::Delete => "delete from",
    };
    let message = format!("cannot {action} view \"{}\"", resource.table);
    Err(PostgrestError::new(400, "55000", message))
}

/// An error of the typed planner, as PostgreSQL would word it.
pub fn of_planner(error: Error) -> Failure {
    match error {
        Error::Invalid(problems) => {
            let problem = problems.into_iter().next();
            let (field, code, message) = problem.map_or_else(Default::default, |problem| {
                (problem.field, problem.code, problem.message)
            });
            let (status, state) = match code {
                "invalid_operator" => (404, "42883"),
                _ => (400, "22P02"),
            };
            PostgrestError::new(status, state, format!("\"{field}\" {message}")).into()
        }
        Error::InvalidParameter { reason, parameter } => {
            PostgrestError::new(400, "PGRST100", format!("{parameter}: {reason}")).into()
        }
        other => other.into(),
    }
}

/// An error of SQLite, as PostgreSQL would word it.
pub fn of_sqlite(parsed: &ParsedRequest<'_>, error: DbError) -> Failure {
    let table = &parsed.resource.table;
    if !parsed.resource.may_tell(&error.columns) {
        return redaction::unnamed_constraint(table, error);
    }
    let columns = error.columns.join(", ");
    let (status, code, message) = match error.kind {
        DbErrorKind::UniqueViolation if error.code.as_deref() == Some(WRITTEN_TWICE) => (
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
        // A trigger's message is repeated, like that of PL/pgSQL's RAISE.
        DbErrorKind::CheckViolation => match &error.server_message {
            Some(raised) => (400, RAISED, raised.message.clone()),
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
        _ => return error.into(),
    };
    PostgrestError::new(status, code, message).into()
}

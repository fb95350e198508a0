//! Errors of this front: PostgREST's four members.

use poem::{
    Response,
    http::{StatusCode, header},
};
use serde_json::{Value, json};

use crate::{
    db::{DbError, DbErrorKind},
    error::Error,
    postgrest::postgrest_error::{About, PostgrestError},
};

/// The answer to a request that was refused.
pub fn response(refusal: &PostgrestError) -> Response {
    let body = json!({
        "code": refusal.code,
        "message": refusal.message,
        "details": refusal.details,
        "hint": refusal.hint,
    });
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
        .header("Proxy-Status", format!("PostgREST; error={}", refusal.code));
    if status == StatusCode::UNAUTHORIZED {
        response = response.header(header::WWW_AUTHENTICATE, "Bearer");
    }
    response.body(body.to_string())
}

/// The answer to a request that failed outside this front's own code, or by no fault of the caller's.
pub fn of_error(error: &Error) -> Response {
    let kind = error.kind();
    let status = kind.status.as_u16();
    let mut refusal = PostgrestError::new(status, code(error), error.to_string());
    if let Some(fault) = error.db_error().filter(|_| is_about_statement(error)) {
        *refusal.details = Value::Null;
        if let (Some(code), Some(_)) = (&fault.code, &fault.server_message) {
            // In PostgreSQL's own words.
            refusal.code.clone_from(code);
            tell(&mut refusal, fault);
            if status == 500 {
                refusal.status = status_of_fault(fault, code);
            }
        } else if let Some(code) = sqlstate(fault.kind) {
            code.clone_into(&mut refusal.code);
        }
    }
    let mut response = response(&refusal);
    if kind.status == StatusCode::SERVICE_UNAVAILABLE {
        let soon = header::HeaderValue::from_static("2");
        response.headers_mut().insert(header::RETRY_AFTER, soon);
    }
    response
}

/// What the database refused, where that is the caller's to know; else the error that is logged.
pub fn of_fault(fault: DbError) -> Result<PostgrestError, Error> {
    let is_about_statement = fault.is_refusal() && fault.kind != DbErrorKind::ReadOnlyTransaction;
    if let (true, Some(code), Some(_)) = (is_about_statement, &fault.code, &fault.server_message)
        && let status = status_of_fault(&fault, code)
        && status < 500
    {
        let mut refusal = PostgrestError::new(status, code, "");
        tell(&mut refusal, &fault);
        refusal.about = Some(Box::new(About {
            table: fault.table,
            constraint: fault.constraint.map(Into::into),
            columns: fault.columns,
        }));
        return Ok(refusal);
    }
    Err(crate::db_error::without_resource(fault))
}

/// Whether the database has said something about what it was asked to do. Of what it says about
/// connections or itself nothing is told: it may name hosts, roles and databases.
fn is_about_statement(error: &Error) -> bool {
    !matches!(
        error,
        Error::Unavailable { .. }
            | Error::Overloaded
            | Error::OutcomeUnknown { .. }
            | Error::Standby { .. }
    )
}

fn tell(refusal: &mut PostgrestError, fault: &DbError) {
    if let Some(told) = &fault.server_message {
        refusal.message.clone_from(&told.message);
        *refusal.details = told.detail.clone().map_or(Value::Null, Value::from);
        refusal.hint.clone_from(&told.hint);
    }
}

fn code(error: &Error) -> &'static str {
    match error {
        Error::RouteNotFound => "PGRST125",
        Error::Unauthorized => "PGRST302",
        Error::ForeignHost { .. } | Error::ForeignOrigin { .. } => "42501",
        Error::MethodNotAllowed { .. } => "PGRST117",
        Error::Unavailable { .. } => "PGRST001",
        Error::Overloaded | Error::TooManyBodies | Error::TooManyConnections => "PGRST003",
        Error::Timeout { .. } => "57014",
        // Statement completion unknown.
        Error::OutcomeUnknown { .. } => "40003",
        Error::Standby { .. } => "25006",
        Error::Busy { .. } => "55P03",
        Error::InvalidBody { .. } | Error::BodyTooLarge { .. } => "PGRST102",
        Error::OutOfService { .. } | Error::SchemaChanged { .. } => "PGRST002",
        Error::ReadOnly { .. } => "25006",
        Error::NotImplemented { .. } => "PGRST127",
        Error::Internal { .. } => "XX000",
        _ if error.kind().status.is_server_error() => "XX000",
        _ => "PGRST100",
    }
}

/// PostgreSQL's code for what another database has said in its own.
fn sqlstate(class: DbErrorKind) -> Option<&'static str> {
    Some(match class {
        DbErrorKind::UniqueViolation => "23505",
        DbErrorKind::ForeignKeyViolation => "23503",
        DbErrorKind::NotNullViolation => "23502",
        DbErrorKind::CheckViolation => "23514",
        DbErrorKind::ExclusionViolation => "23P01",
        DbErrorKind::InvalidValue => "22P02",
        DbErrorKind::NoOperator => "42883",
        DbErrorKind::NotWritable => "428C9",
        DbErrorKind::SerializationFailure => "40001",
        DbErrorKind::Timeout => "57014",
        DbErrorKind::InsufficientPrivilege => "42501",
        DbErrorKind::Busy => "55P03",
        DbErrorKind::ExpressionFailed => "22000",
        DbErrorKind::SequenceExhausted => "2200H",
        DbErrorKind::NotSupported => "0A000",
        DbErrorKind::ReadOnlyTransaction
        | DbErrorKind::Unavailable
        | DbErrorKind::Overloaded
        | DbErrorKind::Interrupted
        | DbErrorKind::OutcomeUnknown
        | DbErrorKind::StalePlan
        | DbErrorKind::SchemaMismatch
        | DbErrorKind::Unexpected => return None,
    })
}

/// The status of what the database has refused. A value that is too much for it is the caller's: where
/// PostgREST says 500, anybody could make one by 10,000 brackets, by a row with the same key
/// twice, or by a write into a view that takes none.
fn status_of_fault(fault: &DbError, code: &str) -> u16 {
    match (status_of(code), fault.kind) {
        (
            500,
            DbErrorKind::InvalidValue | DbErrorKind::CheckViolation | DbErrorKind::NotWritable,
        ) => 400,
        (500, DbErrorKind::UniqueViolation) => 409,
        (500, DbErrorKind::Unavailable) => 503,
        (status, _) => status,
    }
}

/// The status of a SQLSTATE
/// (<https://docs.postgrest.org/en/stable/references/errors.html#http-status-codes>).
fn status_of(code: &str) -> u16 {
    match code {
        "23503" | "23505" => 409,
        "25006" => 405,
        // PostgREST has 500 for both, though it is the caller's rows, and the caller's choice of a view
        // or a deferrable key: nothing is broken.
        "21000" => 409,
        "55000" => 400,
        "53400" => 500,
        "57P01" => 503,
        "57014" => 504,
        "P0001" => 400,
        "42883" | "42P01" => 404,
        "42P17" => 500,
        "42501" => 403,
        _ if code.starts_with("PT") => code[2..].parse().unwrap_or(500),
        _ => match &code[..code.len().min(2)] {
            "08" | "53" => 503,
            "0L" | "0P" | "28" => 403,
            "09" | "25" | "2D" | "38" | "39" | "3B" | "40" | "54" | "55" | "57" | "58" | "F0"
            | "HV" | "P0" | "XX" => 500,
            _ => 400,
        },
    }
}

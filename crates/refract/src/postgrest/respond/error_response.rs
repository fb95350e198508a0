//! Errors → answers with PostgREST's four members.

use poem::{
    Response,
    http::{StatusCode, header},
};
use serde_json::{Value, json};

use crate::{
    db::{DbError, DbErrorKind, ServerMessage},
    error::{Error, FORBIDDEN},
    postgrest::postgrest_error::{DbObjects, PostgrestError},
};

/// The answer to a request that was refused.
pub fn response(error: &PostgrestError) -> Response {
    let body = json!({
        "code": error.code,
        "message": error.message,
        "details": error.details,
        "hint": error.hint,
    });
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
        .header("Proxy-Status", format!("PostgREST; error={}", error.code));
    if status == StatusCode::UNAUTHORIZED {
        response = response.header(header::WWW_AUTHENTICATE, "Bearer");
    }
    response.body(body.to_string())
}

/// The answer to a request that failed in a layer around the dialect, or without a fault of the caller.
pub fn of_error(error: &Error) -> Response {
    let kind = error.kind();
    let status = kind.status.as_u16();
    let mut answer = PostgrestError::new(status, code(error), error.to_string());
    if let Some(db_error) = error.db_error().filter(|_| is_about_statement(error)) {
        if let (Some(code), Some(message)) = (&db_error.code, &db_error.server_message) {
            answer.code.clone_from(code);
            quote(&mut answer, message);
            if status == 500 {
                answer.status = status_of_db_error(db_error, code);
            }
        } else if let Some(code) = sqlstate(db_error.kind) {
            code.clone_into(&mut answer.code);
        }
    }
    let mut response = response(&answer);
    if kind.status == StatusCode::SERVICE_UNAVAILABLE {
        let soon = header::HeaderValue::from_static("2");
        response.headers_mut().insert(header::RETRY_AFTER, soon);
    }
    response
}

/// The error of a statement that the database refused.
///
/// # Errors
/// An error whose message the caller must not read. It is logged.
pub fn from_db_error(error: DbError) -> Result<PostgrestError, Error> {
    if error.kind == DbErrorKind::PolicyViolation {
        // As PostgreSQL says it of its own policies.
        let message = "new row violates row-level security policy";
        return Ok(PostgrestError::new(403, "42501", message));
    }
    let is_refused = error.is_refusal() && error.kind != DbErrorKind::ReadOnlyTransaction;
    if let (true, Some(code), Some(message)) = (is_refused, &error.code, &error.server_message)
        && let status = status_of_db_error(&error, code)
        && status < 500
    {
        let mut answer = PostgrestError::new(status, code, "");
        quote(&mut answer, message);
        answer.about = Some(Box::new(DbObjects {
            table: error.table,
            constraint: error.constraint.map(Into::into),
            columns: error.columns,
        }));
        return Ok(answer);
    }
    Err(crate::db_error::without_resource(error))
}

/// Whether an error is the database's answer to a statement. Its messages about connections and about
/// itself are not repeated: they may name hosts, roles and databases.
fn is_about_statement(error: &Error) -> bool {
    !matches!(
        error,
        Error::Unavailable { .. }
            | Error::Overloaded
            | Error::OutcomeUnknown { .. }
            | Error::Standby { .. }
    )
}

/// Repeats the database's message in an answer.
fn quote(answer: &mut PostgrestError, message: &ServerMessage) {
    answer.message.clone_from(&message.message);
    *answer.details = message.detail.clone().map_or(Value::Null, Value::from);
    answer.hint.clone_from(&message.hint);
}

fn code(error: &Error) -> &'static str {
    match error {
        Error::RouteNotFound => "PGRST125",
        Error::Unauthorized => "PGRST302",
        Error::InvalidToken { .. } => "PGRST301",
        Error::KeysUnavailable => "PGRST300",
        Error::ForeignHost { .. } | Error::ForeignOrigin { .. } => "42501",
        _ if error.kind().code == FORBIDDEN => "42501",
        Error::MethodNotAllowed { .. } => "PGRST117",
        Error::Unavailable { .. } => "PGRST001",
        Error::Overloaded | Error::TooManyBodies | Error::TooManyConnections => "PGRST003",
        Error::Timeout { .. } => "57014",
        // SQL's "statement completion unknown".
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

/// The SQLSTATE that PostgreSQL would give for an error of another database.
fn sqlstate(kind: DbErrorKind) -> Option<&'static str> {
    Some(match kind {
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
        DbErrorKind::InsufficientPrivilege | DbErrorKind::PolicyViolation => "42501",
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

/// The status of an error of the database.
///
/// PostgREST answers 500 to some errors that any caller can cause: by 10,000 brackets, by a row with
/// the same key twice, or by a write to a view that is not writable. These are the caller's here.
fn status_of_db_error(error: &DbError, code: &str) -> u16 {
    match (status_of(code), error.kind) {
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
        // PostgREST answers 500 to both, but the cause is the caller's rows, or the caller's choice of
        // a view or a deferrable key.
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

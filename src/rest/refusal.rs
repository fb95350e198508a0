//! Errors of this front: PostgREST's four members.

use poem::{
    Response,
    http::{StatusCode, header},
};
use serde_json::{Value, json};

use crate::{backend::Fault, error::Error, query::lenient::Refusal};

/// The answer to a request that was refused.
pub(super) fn response(refusal: &Refusal) -> Response {
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
pub(crate) fn of_error(error: &Error) -> Response {
    let kind = error.kind();
    let status = kind.status.as_u16();
    let mut refusal = Refusal::new(status, code(error), error.to_string());
    if let Some(fault) = fault(error) {
        refusal.code = fault.code.clone().unwrap_or(refusal.code);
        tell(&mut refusal, fault);
        *refusal.details = Value::Null;
        if let (500, Some(code)) = (status, &fault.code) {
            refusal.status = status_of(code);
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
pub(super) fn of_fault(fault: Fault) -> Result<Refusal, Error> {
    if let (Some(code), Some(_)) = (&fault.code, &fault.told)
        && status_of(code) < 500
    {
        let mut refusal = Refusal::new(status_of(code), code, "");
        tell(&mut refusal, &fault);
        return Ok(refusal);
    }
    Err(crate::backend::violation::without_resource(fault))
}

fn tell(refusal: &mut Refusal, fault: &Fault) {
    if let Some(told) = &fault.told {
        refusal.message.clone_from(&told.message);
        *refusal.details = told.detail.clone().map_or(Value::Null, Value::from);
        refusal.hint.clone_from(&told.hint);
    }
}

fn fault(error: &Error) -> Option<&Fault> {
    let mut source = std::error::Error::source(error);
    while let Some(found) = source {
        if let Some(fault) = found.downcast_ref::<Fault>() {
            return Some(fault);
        }
        if let Some(fault) = found.downcast_ref::<Box<Fault>>() {
            return Some(fault);
        }
        source = found.source();
    }
    None
}

fn code(error: &Error) -> &'static str {
    match error {
        Error::RouteNotFound => "PGRST125",
        Error::Unauthorized => "PGRST302",
        Error::MethodNotAllowed { .. } => "PGRST117",
        Error::Unavailable { .. } => "PGRST001",
        Error::Overloaded | Error::TooManyBodies | Error::TooManyConnections => "PGRST003",
        Error::InvalidBody { .. } | Error::BodyTooLarge { .. } => "PGRST102",
        Error::OutOfService { .. } | Error::SchemaChanged { .. } => "PGRST002",
        Error::ReadOnly { .. } => "25006",
        Error::NotImplemented { .. } => "PGRST127",
        Error::Internal { .. } => "XX000",
        _ => "PGRST100",
    }
}

/// The status of a SQLSTATE
/// (<https://docs.postgrest.org/en/stable/references/errors.html#http-status-codes>).
fn status_of(code: &str) -> u16 {
    match code {
        "23503" | "23505" => 409,
        "25006" => 405,
        "21000" => 500,
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

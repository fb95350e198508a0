//! Errors as RFC 9457 `application/problem+json`, the framework's own included.

use poem::{Response, http::header};
use serde::Serialize;

use crate::error::{Error, Problem};

/// Seconds that a client should wait before it sends the request again.
const RETRY_AFTER_SECS: u64 = 2;

/// The body of an error (RFC 9457, with extension members).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: String,
    /// The path of the request, without its query, which may hold values.
    instance: &'a str,
    code: &'a str,
    request_id: &'a str,
    timestamp: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldBody<'a>>,
}

#[derive(Serialize)]
struct FieldBody<'a> {
    field: &'a str,
    code: &'a str,
    message: &'a str,
}

/// The response of an error.
pub(crate) fn response(error: &Error, path: &str, request_id: &str) -> Response {
    let kind = error.kind();
    let body = Body {
        r#type: format!("/errors#{}", kind.code.replace('_', "-")),
        title: kind.title,
        status: kind.status.as_u16(),
        detail: error.to_string(),
        instance: path,
        code: kind.code,
        request_id,
        timestamp: chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        errors: error
            .problems()
            .iter()
            .map(
                |Problem {
                     field,
                     code,
                     message,
                 }| FieldBody {
                    field: field.as_str(),
                    code,
                    message,
                },
            )
            .collect(),
    };
    let bytes = serde_json::to_vec(&body).expect("strings and numbers always serialise");
    let mut response = Response::builder()
        .status(kind.status)
        .header(header::CONTENT_TYPE, "application/problem+json");
    match error {
        Error::Unauthorized => {
            response = response.header(header::WWW_AUTHENTICATE, r#"Bearer realm="refract""#);
        }
        Error::InvalidToken { reason } => {
            let challenge = format!(
                r#"Bearer realm="refract", error="invalid_token", error_description="{reason}""#
            );
            response = response.header(header::WWW_AUTHENTICATE, challenge);
        }
        Error::MethodNotAllowed { allowed, .. } => {
            response = response.header(header::ALLOW, *allowed);
        }
        Error::ReadOnly { .. } => {
            response = response.header(header::ALLOW, "GET, HEAD");
        }
        Error::Unavailable { .. }
        | Error::Overloaded
        | Error::KeysUnavailable
        | Error::Busy { .. }
        | Error::TooManyBodies
        | Error::TooManyConnections
        | Error::OutOfService { .. }
        | Error::SchemaChanged { .. } => {
            response = response.header(header::RETRY_AFTER, RETRY_AFTER_SECS);
        }
        _ => {}
    }
    response.body(bytes)
}

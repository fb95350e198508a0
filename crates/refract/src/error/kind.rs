//! Status, code and title of each error.

use poem::http::StatusCode;

use super::{Error, FORBIDDEN};

/// All codes that [`Error::kind`] can give. `docs/errors.md` has an entry for each.
pub const CODES: &[&str] = &[
    "route_not_found",
    "method_not_allowed",
    "unauthorized",
    "invalid_token",
    "keys_unavailable",
    "foreign_host",
    "foreign_origin",
    "unsupported_media_type",
    "body_too_large",
    "query_too_long",
    "url_too_long",
    "headers_too_large",
    "unsupported_version",
    "request_timeout",
    "too_many_connections",
    "answer_too_large",
    "invalid_body",
    "bad_request",
    "invalid_parameter",
    "unknown_parameter",
    "unknown_field",
    "unknown_relation",
    "unknown_operator",
    "too_many_rows",
    "validation_failed",
    "row_not_found",
    "precondition_failed",
    "filter_required",
    "too_many_affected",
    "unknown_schema",
    "read_only",
    "unique_violation",
    "foreign_key_violation",
    "related_row_not_found",
    "relations_disagree",
    "row_not_written",
    "expression_failed",
    "sequence_exhausted",
    "exclusion_violation",
    "serialization_failure",
    "not_null_violation",
    "check_violation",
    "invalid_operator",
    "invalid_value",
    "not_writable",
    "not_populated",
    "not_implemented",
    "database_unavailable",
    "database_timeout",
    "outcome_unknown",
    "database_read_only",
    "schema_drift",
    "overloaded",
    "database_busy",
    "insufficient_privilege",
    FORBIDDEN,
    "internal_error",
];

/// The part of an error that is the same for every occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    pub status: StatusCode,
    /// Stable, snake_case.
    pub code: &'static str,
    pub title: &'static str,
}

impl Error {
    /// Status, code and title. The errors page (`docs/errors.md`) lists every code.
    pub fn kind(&self) -> Kind {
        let kind = self.kind_of_variant();
        debug_assert!(
            CODES.contains(&kind.code),
            "{} is missing from CODES",
            kind.code
        );
        kind
    }

    fn kind_of_variant(&self) -> Kind {
        let (status, code, title) = match self {
            Self::RouteNotFound => (StatusCode::NOT_FOUND, "route_not_found", "Not found"),
            Self::MethodNotAllowed { .. } => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "Method not allowed",
            ),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized", "Key required"),
            Self::InvalidToken { .. } => {
                (StatusCode::UNAUTHORIZED, "invalid_token", "Invalid token")
            }
            Self::KeysUnavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "keys_unavailable",
                "Keys unavailable",
            ),
            Self::MayNotActForOthers => (StatusCode::FORBIDDEN, FORBIDDEN, "Forbidden"),
            Self::ForeignHost { .. } => (StatusCode::FORBIDDEN, "foreign_host", "Foreign host"),
            Self::ForeignOrigin { .. } => {
                (StatusCode::FORBIDDEN, "foreign_origin", "Foreign origin")
            }
            Self::UnsupportedMediaType { .. } => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "Unsupported media type",
            ),
            Self::BodyTooLarge { .. } | Self::ReferencesTooLarge { .. } => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "body_too_large",
                "Body too large",
            ),
            Self::QueryTooLong { .. } => {
                (StatusCode::URI_TOO_LONG, "query_too_long", "Query too long")
            }
            Self::UrlTooLong { .. } => (StatusCode::URI_TOO_LONG, "url_too_long", "URL too long"),
            Self::HeadersTooLarge { .. } => (
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "headers_too_large",
                "Headers too large",
            ),
            Self::UnsupportedVersion => (
                StatusCode::HTTP_VERSION_NOT_SUPPORTED,
                "unsupported_version",
                "Unsupported version of HTTP",
            ),
            Self::RequestTimeout { .. } => (
                StatusCode::REQUEST_TIMEOUT,
                "request_timeout",
                "Request timeout",
            ),
            Self::TooManyConnections => (
                StatusCode::SERVICE_UNAVAILABLE,
                "too_many_connections",
                "Too many connections",
            ),
            Self::AnswerTooLarge { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "answer_too_large",
                "Answer too large",
            ),
            Self::InvalidBody { .. } => (StatusCode::BAD_REQUEST, "invalid_body", "Invalid body"),
            Self::BadRequest { .. } => (StatusCode::BAD_REQUEST, "bad_request", "Bad request"),
            Self::InvalidParameter { .. } => (
                StatusCode::BAD_REQUEST,
                "invalid_parameter",
                "Invalid parameter",
            ),
            Self::UnknownParameter { .. } => (
                StatusCode::BAD_REQUEST,
                "unknown_parameter",
                "Unknown parameter",
            ),
            Self::UnknownField { .. } => {
                (StatusCode::BAD_REQUEST, "unknown_field", "Unknown field")
            }
            Self::UnknownRelation { .. } => (
                StatusCode::BAD_REQUEST,
                "unknown_relation",
                "Unknown relation",
            ),
            Self::TooManyAffected { .. } => (
                StatusCode::BAD_REQUEST,
                "too_many_affected",
                "Too many rows",
            ),
            Self::UnknownOperator { .. } => (
                StatusCode::BAD_REQUEST,
                "unknown_operator",
                "Unknown operator",
            ),
            Self::NotPermitted { .. } | Self::PolicyViolation { .. } | Self::RoleUnknown => {
                (StatusCode::FORBIDDEN, FORBIDDEN, "Forbidden")
            }
            Self::Invalid(problems) if problems.iter().any(|one| one.code == FORBIDDEN) => {
                (StatusCode::FORBIDDEN, FORBIDDEN, "Forbidden")
            }
            Self::Invalid(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "validation_failed",
                "Validation failed",
            ),
            Self::NotImplemented { .. } => (
                StatusCode::NOT_IMPLEMENTED,
                "not_implemented",
                "Not implemented",
            ),
            Self::RowNotFound { .. } => (StatusCode::NOT_FOUND, "row_not_found", "Row not found"),
            Self::PreconditionFailed { .. } => (
                StatusCode::PRECONDITION_FAILED,
                "precondition_failed",
                "Precondition failed",
            ),
            Self::FilterRequired => (
                StatusCode::BAD_REQUEST,
                "filter_required",
                "Filter required",
            ),
            Self::TooManyRows { .. } => (StatusCode::BAD_REQUEST, "too_many_rows", "Too many rows"),
            Self::UnknownSchema { .. } => (
                StatusCode::NOT_ACCEPTABLE,
                "unknown_schema",
                "Unknown schema",
            ),
            Self::ReadOnly { .. } => (StatusCode::METHOD_NOT_ALLOWED, "read_only", "Read-only"),
            Self::Conflict { problem, .. } => (StatusCode::CONFLICT, problem.code, problem.title),
            Self::Refused { problem, .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                problem.code,
                problem.title,
            ),
            // No value of the caller is wrong, and to wait does not help.
            Self::SequenceExhausted { .. } => (
                StatusCode::INSUFFICIENT_STORAGE,
                "sequence_exhausted",
                "Sequence exhausted",
            ),
            Self::Unavailable { .. } => (
                StatusCode::SERVICE_UNAVAILABLE,
                "database_unavailable",
                "Database unavailable",
            ),
            Self::Standby { .. } => (
                StatusCode::SERVICE_UNAVAILABLE,
                "database_read_only",
                "Database takes no writes",
            ),
            Self::Overloaded | Self::TooManyBodies => {
                (StatusCode::SERVICE_UNAVAILABLE, "overloaded", "Overloaded")
            }
            Self::Busy { .. } => (
                StatusCode::SERVICE_UNAVAILABLE,
                "database_busy",
                "Database busy",
            ),
            Self::Timeout { .. } => (
                StatusCode::GATEWAY_TIMEOUT,
                "database_timeout",
                "Database timeout",
            ),
            Self::OutOfService { .. } | Self::SchemaChanged { .. } => (
                StatusCode::SERVICE_UNAVAILABLE,
                "schema_drift",
                "Schema has changed",
            ),
            // Not a 503, after which many clients send the request again.
            Self::OutcomeUnknown { .. } => (
                StatusCode::GATEWAY_TIMEOUT,
                "outcome_unknown",
                "Outcome unknown",
            ),
            Self::Forbidden { .. } => (
                StatusCode::FORBIDDEN,
                "insufficient_privilege",
                "Insufficient privilege",
            ),
            Self::OfOperation { source, .. } => return source.kind_of_variant(),
            Self::Internal { .. } => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal_error",
                "Internal error",
            ),
        };
        Kind {
            status,
            code,
            title,
        }
    }
}

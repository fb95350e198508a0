//! The one error type: all ways in which a request can fail, grouped by the step that fails.
//!
//! A variant has the parts of its sentence, and nothing that callers may not see: no SQL, no driver
//! text, no row values, no URLs. [`Error::kind`] is the only place with statuses and codes. Each
//! front renders the response itself (`api::problem`).

mod field_path;
mod kind;
mod sentence_parts;

use std::sync::Arc;

use poem::http::StatusCode;

use self::sentence_parts::{Because, Hint, Host, Page, Place, Summary, Unseen};
pub use self::{
    field_path::FieldPath,
    kind::{CODES, Kind},
};
use crate::{catalog::Resource, codec::Value};

/// The cause of a failure, for the log and Sentry. Clients do not see it.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a request was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    // The front: routes, headers, bodies.
    #[error("There is nothing at this path.")]
    RouteNotFound,
    #[error("This path does not support the method {method}, but {allowed}.")]
    MethodNotAllowed {
        method: String,
        /// As the `Allow` header lists them.
        allowed: &'static str,
    },
    #[error(
        "Send the key of this API as `Authorization: Bearer <SECRET_KEY>` or in an `apikey` header."
    )]
    Unauthorized,
    #[error("The token of this request does not count: {reason}.")]
    InvalidToken { reason: &'static str },
    #[error("The keys that would verify this token cannot be read at the moment.")]
    KeysUnavailable,
    #[error("Only a key that acts for others may send Refract-Claims.")]
    MayNotActForOthers,
    #[error("{}", Host(.host))]
    ForeignHost {
        /// The host in the request; it may be empty.
        host: String,
    },
    #[error("{} may not call this API while ENVIRONMENT is local; if it is yours, add its origin to BACKEND_CORS_ORIGINS.", Page(.origin))]
    ForeignOrigin {
        /// `None` where the browser only reports that it is another origin.
        origin: Option<String>,
    },
    #[error("Bodies here are application/json by their Content-Type, not {found}.")]
    UnsupportedMediaType { found: String },
    #[error("The URL is longer than {limit_bytes} bytes.")]
    UrlTooLong { limit_bytes: usize },
    #[error("The header fields are more than {limit_bytes} bytes or more than {limit_count}.")]
    HeadersTooLarge {
        limit_bytes: usize,
        limit_count: usize,
    },
    #[error("The server speaks HTTP/1.0, HTTP/1.1 and HTTP/2, not the version of this request.")]
    UnsupportedVersion,
    #[error("The {part} of the request did not come in time.")]
    RequestTimeout {
        /// `head` or `body`.
        part: &'static str,
    },
    #[error("There are as many connections as this server takes. Try again later.")]
    TooManyConnections,
    #[error(
        "The bodies of requests that are under way are as large as this server takes together. Try again later."
    )]
    TooManyBodies,
    #[error("The body is larger than {limit_bytes} bytes.")]
    BodyTooLarge { limit_bytes: usize },
    #[error(
        "The values that the batch refers to hold more than {limit_bytes} bytes, all together."
    )]
    ReferencesTooLarge { limit_bytes: usize },
    #[error("The answer would hold more than {limit_bytes} bytes; ask for fewer rows or fields.")]
    AnswerTooLarge { limit_bytes: usize },
    #[error("The query string is longer than {limit_bytes} bytes.")]
    QueryTooLong { limit_bytes: usize },
    #[error("The body is not valid: {reason}")]
    InvalidBody { reason: String },
    #[error("The request could not be read: {reason}")]
    BadRequest { reason: String },

    // query::parse: the text is wrong.
    #[error("`{parameter}` is not valid: {reason}")]
    InvalidParameter { parameter: String, reason: String },

    // query::plan: the text is fine, a name or a value is not.
    #[error("`{name}` is not a parameter or a field of {resource}.{}", Hint(.suggestion))]
    UnknownParameter {
        name: String,
        resource: String,
        suggestion: Option<String>,
    },
    #[error("`{name}` is not a field of {resource}.{}", Hint(.suggestion))]
    UnknownField {
        name: String,
        resource: String,
        suggestion: Option<String>,
    },
    #[error("`{name}` is not a relation of {resource}.{}", Hint(.suggestion))]
    UnknownRelation {
        name: String,
        resource: String,
        suggestion: Option<String>,
    },
    #[error(
        "One row has more than {most} rows of `{relation}`; ask for some of them with `{relation}.limit`."
    )]
    TooManyRows { relation: String, most: u64 },
    #[error("`{name}` is not an operator.{}", Hint(.suggestion))]
    UnknownOperator {
        name: String,
        suggestion: Option<String>,
    },
    #[error("{}", Summary(.0))]
    Invalid(Vec<Problem>),
    #[error("{feature} is not possible here: {reason}.")]
    NotImplemented { feature: String, reason: String },
    #[error("There is no {resource} with this key.")]
    RowNotFound { resource: String },
    #[error("This {resource} is not, or not any more, as `If-Match` or `If-None-Match` asks{}.", Unseen(.soft_deleted))]
    PreconditionFailed {
        resource: String,
        soft_deleted: SoftDeleted,
    },
    #[error("A change of many rows needs a filter that says which; `key=not.is.null` means all.")]
    FilterRequired,
    #[error("More than {limit} rows of {resource} would be touched, so that none were.")]
    TooManyAffected { resource: String, limit: u64 },
    #[error("{resource} is not in the database schema `{name}`, but in {}.", .allowed.join(", "))]
    UnknownSchema {
        name: String,
        resource: String,
        /// The first is the default.
        allowed: Vec<String>,
    },
    #[error("{resource} is read-only: {reason}")]
    ReadOnly {
        resource: String,
        reason: &'static str,
    },

    // db: the database refused or failed.
    #[error("{}", .problem.sentence)]
    Conflict {
        problem: Box<Violation>,
        source: Cause,
        /// The key of the conflicting row, which may be a soft-deleted row.
        soft_deleted: Option<Box<HeldKeys>>,
    },
    #[error("{}", .problem.sentence)]
    Refused {
        problem: Box<Violation>,
        source: Cause,
    },
    #[error(
        "A sequence that numbers rows of {resource} has no more numbers: the database's owner has to see to it."
    )]
    SequenceExhausted { resource: String, source: Cause },
    #[error("The database is not reachable at the moment.")]
    Unavailable { source: Cause },
    #[error(
        "The database takes no writes at the moment: it is a standby or recovering, or a setting \
         of it makes transactions read-only."
    )]
    Standby { source: Cause },
    #[error("More requests wait for the database than it will answer soon.")]
    Overloaded,
    #[error("Another writer has the database, for longer than this request could wait.")]
    Busy { source: Cause },
    #[error("The database did not answer in time.")]
    Timeout { source: Cause },
    #[error(
        "The database did not answer whether the change happened. Read the rows before you send it again."
    )]
    OutcomeUnknown { source: Cause },
    #[error("{resource} is out of service, as the database's schema has changed{}.", Because(.reason))]
    OutOfService {
        resource: String,
        /// The change, where the caller may know it.
        reason: Option<String>,
    },
    #[error("The database's schema has changed under this request.")]
    SchemaChanged { source: Cause },
    #[error("The database role of this API may not do that.")]
    Forbidden { source: Cause },
    #[error("The role {role} may not {action} {resource}{}.", Place(.place))]
    NotPermitted {
        /// `read`, `create`, `update`, `delete`.
        action: &'static str,
        resource: String,
        role: String,
        /// Where the rules of the role stand, where the caller may know it.
        place: Option<String>,
    },
    #[error("The role of this caller has no policies, so that it may do nothing.")]
    RoleUnknown,
    #[error("A {resource} would be written that this role may not write.")]
    PolicyViolation { resource: String, source: Cause },
    #[error("Operation {place} of the batch: {source}")]
    OfOperation {
        place: usize,
        problems: Vec<Problem>,
        source: Box<Error>,
    },
    #[error("Something went wrong on our side; the request id identifies it in our logs.")]
    Internal { source: Cause },
}

/// Whether the row of a condition is soft-deleted.
#[derive(Debug)]
pub enum SoftDeleted {
    No,
    /// The key of the row, which may be soft-deleted.
    Perhaps(Box<HeldKeys>),
    Yes,
}

/// Key values of rows that could not be written. Soft-deleted rows may hold them.
#[derive(Debug)]
pub struct HeldKeys {
    pub(crate) resource: Arc<Resource>,
    /// Positions of the key's columns.
    pub(crate) columns: Vec<usize>,
    /// The values of each row, in the order of the columns.
    pub(crate) values: Vec<Vec<Value>>,
}

/// Most problems that one response lists. A body of a megabyte may have hundreds of thousands.
const MAX_PROBLEMS: usize = 100;

/// The code of what a role may not do.
pub const FORBIDDEN: &str = "forbidden";

/// Whether there are as many problems as one response lists, so that validation can stop.
pub fn has_enough(problems: &[Problem]) -> bool {
    problems.len() >= MAX_PROBLEMS
}

/// A problem of one field of a body, or of one value in a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The path of the field: `2.title` in the third row of an array, `operations.1.body.title` in
    /// a batch.
    pub field: FieldPath,
    /// Stable, snake_case.
    pub code: &'static str,
    /// A sentence without the field's name.
    pub message: String,
}

impl Problem {
    pub fn new(
        field: impl Into<FieldPath>,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            field: field.into(),
            code,
            message: message.into(),
        }
    }
}

/// A violated constraint.
#[derive(Debug)]
pub struct Violation {
    /// `unique_violation`, `foreign_key_violation`, …
    pub code: &'static str,
    pub title: &'static str,
    pub sentence: String,
    pub problems: Vec<Problem>,
}

impl Error {
    /// The error of one field.
    pub fn invalid(
        field: impl Into<FieldPath>,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self::Invalid(vec![Problem::new(field, code, message)])
    }

    /// The problems of single fields, where the error is about fields.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Invalid(problems) | Self::OfOperation { problems, .. } => problems,
            Self::Conflict { problem, .. } | Self::Refused { problem, .. } => &problem.problems,
            _ => &[],
        }
    }

    /// The same error of a body that is at `path` in a larger one: `2`, `author.create`.
    pub fn under(mut self, path: &FieldPath) -> Self {
        let problems = match &mut self {
            Self::Invalid(problems) => problems,
            Self::Conflict { problem, .. } | Self::Refused { problem, .. } => &mut problem.problems,
            _ => return self,
        };
        for problem in problems {
            problem.field = problem.field.under(path);
        }
        self
    }

    /// An internal error: a 500 whose cause goes to the log and to Sentry.
    pub fn internal(source: impl Into<Cause>) -> Self {
        Self::Internal {
            source: source.into(),
        }
    }
}

// Needed to return `Error` through poem. `api::problem` renders the response.
impl poem::error::ResponseError for Error {
    fn status(&self) -> StatusCode {
        self.kind().status
    }
}

//! Rejects requests that cannot be read, and requests on connections over the limit.
//!
//! `serve` finds the reason and passes the request on with it. So the response has the format, the
//! headers and the log line of every other.

use poem::{Endpoint, IntoResponse, Request, Response, Result};

use crate::error::Error;

/// Longest URL in bytes: the most that the `http` crate can hold.
pub const MAX_URL_BYTES: usize = 65_534;
/// Most bytes of all header fields.
pub const MAX_HEADER_BYTES: usize = 32 * 1024;
/// Most header fields.
pub const MAX_HEADERS: usize = 100;

/// Why a request is rejected. `serve` puts it into the request's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// The reason, as the end of a sentence.
    Unreadable(&'static str),
    UrlTooLong,
    HeadersTooLarge,
    UnsupportedVersion,
    /// The head of the request did not arrive in time.
    Late,
    TooManyConnections,
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Unreadable(reason) => Self::BadRequest {
                reason: reason.to_owned(),
            },
            Rejection::UrlTooLong => Self::UrlTooLong {
                limit_bytes: MAX_URL_BYTES,
            },
            Rejection::HeadersTooLarge => Self::HeadersTooLarge {
                limit_bytes: MAX_HEADER_BYTES,
                limit_count: MAX_HEADERS,
            },
            Rejection::UnsupportedVersion => Self::UnsupportedVersion,
            Rejection::Late => Self::RequestTimeout { part: "head" },
            Rejection::TooManyConnections => Self::TooManyConnections,
        }
    }
}

/// Answers requests that carry a [`Rejection`], and passes the others on.
pub(crate) struct RejectUnreadable<E>(pub(crate) E);

impl<E: Endpoint> Endpoint for RejectUnreadable<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if let Some(rejection) = request.data::<Rejection>() {
            return Err(Error::from(*rejection).into());
        }
        self.0.call(request).await.map(IntoResponse::into_response)
    }
}

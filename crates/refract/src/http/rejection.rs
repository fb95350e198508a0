//! Requests that are rejected before they are looked at: those that cannot be read, and those on
//! connections that are too many.
//!
//! `serve` finds the reason and hands the request on with it, so that the answer has the form, the
//! headers and the log line of every other one.

use poem::{Endpoint, IntoResponse, Request, Response, Result};

use crate::error::Error;

/// Longest URL in bytes, as `http` can hold it.
pub const MAX_URL_BYTES: usize = 65_534;
/// Header fields of a request together, in bytes.
pub const MAX_HEADER_BYTES: usize = 32 * 1024;
/// Header fields of a request.
pub const MAX_HEADERS: usize = 100;

/// Why a request is rejected. An extension of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// The reason, as a sentence that follows a colon.
    Unreadable(&'static str),
    UrlTooLong,
    HeadersTooLarge,
    UnsupportedVersion,
    /// The head of the request did not come in time.
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

/// Answers requests that carry a [`Rejection`], and hands the others on.
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

//! Requests that are refused before they are looked at: those that cannot be read, and those on
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

/// Why a request is refused. An extension of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The reason, as a sentence that follows a colon.
    Unreadable(&'static str),
    UrlTooLong,
    HeadersTooLarge,
    UnsupportedVersion,
    /// The head of the request did not come in time.
    Late,
    TooManyConnections,
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unreadable(reason) => Self::BadRequest {
                reason: reason.to_owned(),
            },
            Refused::UrlTooLong => Self::UrlTooLong {
                limit_bytes: MAX_URL_BYTES,
            },
            Refused::HeadersTooLarge => Self::HeadersTooLarge {
                limit_bytes: MAX_HEADER_BYTES,
                limit_count: MAX_HEADERS,
            },
            Refused::UnsupportedVersion => Self::UnsupportedVersion,
            Refused::Late => Self::RequestTimeout { part: "head" },
            Refused::TooManyConnections => Self::TooManyConnections,
        }
    }
}

/// Answers requests that carry a [`Refused`], and hands the others on.
pub(super) struct Refusals<E>(pub(super) E);

impl<E: Endpoint> Endpoint for Refusals<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if let Some(refused) = request.data::<Refused>() {
            return Err(Error::from(*refused).into());
        }
        self.0.call(request).await.map(IntoResponse::into_response)
    }
}

//! A request that may succeed on a newer catalog.

use std::sync::{Mutex, PoisonError};

use poem::{Request, Response, Result, error::ResponseError, http::StatusCode};

/// A request whose statement the database refused, in a way that a changed schema explains. Nothing
/// has been committed. [`crate::catalog_generations`] does it again on a newer catalog, or gives the answer that it
/// has without one.
#[derive(Debug, thiserror::Error)]
#[error("the request may succeed on a newer catalog")]
pub(crate) struct HandedBack(Mutex<Parts>);

#[derive(Debug)]
struct Parts {
    request: Request,
    otherwise: Result<Response>,
}

impl HandedBack {
    pub(crate) fn new(request: Request, otherwise: Result<Response>) -> Self {
        // In a lock, because threads must not share the body of a request.
        Self(Mutex::new(Parts { request, otherwise }))
    }

    /// The request, and its answer where there is no newer catalog.
    pub(crate) fn into_parts(self) -> (Request, Result<Response>) {
        let parts = self.0.into_inner();
        let Parts { request, otherwise } = parts.unwrap_or_else(PoisonError::into_inner);
        (request, otherwise)
    }
}

impl ResponseError for HandedBack {
    fn status(&self) -> StatusCode {
        StatusCode::SERVICE_UNAVAILABLE
    }
}

//! Bodies are read before anything looks at their requests.
//!
//! A request that is refused early would leave its body on the connection; hyper then closes it
//! after the answer, without a word beforehand, and the client that has sent its next request on it
//! sees it break.

use poem::{
    Endpoint, Request, Result,
    error::ReadBodyError,
    http::{Version, header},
};

use crate::error::Error;

/// Hands requests on with their bodies in memory.
pub(super) struct WholeBody<E> {
    max_body_bytes: usize,
    inner: E,
}

impl<E> WholeBody<E> {
    pub(super) fn new(max_body_bytes: usize, inner: E) -> Self {
        Self {
            max_body_bytes,
            inner,
        }
    }
}

impl<E: Endpoint> Endpoint for WholeBody<E> {
    type Output = E::Output;

    async fn call(&self, mut request: Request) -> Result<E::Output> {
        if has_body(&request) {
            let body = request.take_body();
            // In a box: most requests have none.
            match Box::pin(body.into_bytes_limit(self.max_body_bytes)).await {
                Ok(bytes) => request.set_body(bytes),
                Err(ReadBodyError::PayloadTooLarge) => {
                    let limit_bytes = self.max_body_bytes;
                    return Err(Error::BodyTooLarge { limit_bytes }.into());
                }
                Err(_) => {
                    let reason = "its body broke off".to_owned();
                    return Err(Error::BadRequest { reason }.into());
                }
            }
        }
        self.inner.call(request).await
    }
}

/// HTTP/2 needs neither header for a body, so that only a length of zero says there is none.
fn has_body(request: &Request) -> bool {
    let headers = request.headers();
    match headers.get(header::CONTENT_LENGTH) {
        Some(length) => length != "0",
        None => {
            headers.contains_key(header::TRANSFER_ENCODING) || request.version() > Version::HTTP_11
        }
    }
}

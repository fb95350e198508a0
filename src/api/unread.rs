//! Bodies that nobody read: a request that is refused early leaves its own on the connection.
//!
//! hyper closes such a connection after the answer, without a word beforehand, and the client that
//! has sent its next request on it sees it break. So what is left is read, within bounds.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use poem::{Body, Endpoint, Request, Result, http::header};
use tokio::io::{AsyncRead, ReadBuf};

/// How long an answer waits for the rest of its request; the connection is closed after that.
const PATIENCE: Duration = Duration::from_secs(1);

/// Reads what the endpoints inside leave of a body, unless it is longer than bodies may be.
pub(super) struct ReadToEnd<E> {
    max_body_bytes: usize,
    inner: E,
}

impl<E> ReadToEnd<E> {
    pub(super) fn new(max_body_bytes: usize, inner: E) -> Self {
        Self {
            max_body_bytes,
            inner,
        }
    }
}

impl<E: Endpoint> Endpoint for ReadToEnd<E> {
    type Output = E::Output;

    async fn call(&self, mut request: Request) -> Result<E::Output> {
        if !has_body(&request) {
            return self.inner.call(request).await;
        }
        let body = Shared::new(request.take_body());
        request.set_body(Body::from_async_read(body.clone()));
        let answer = self.inner.call(request).await;
        let rest = Body::from_async_read(body).into_bytes_limit(self.max_body_bytes);
        // Whether it worked is between hyper and the client: the answer is the same.
        let _ = tokio::time::timeout(PATIENCE, rest).await;
        answer
    }
}

fn has_body(request: &Request) -> bool {
    let headers = request.headers();
    headers.contains_key(header::TRANSFER_ENCODING)
        || headers
            .get(header::CONTENT_LENGTH)
            .is_some_and(|length| length != "0")
}

/// A body with two readers, one after the other.
#[derive(Clone)]
struct Shared(Arc<Mutex<Box<dyn AsyncRead + Send + Unpin>>>);

impl Shared {
    fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(Box::new(body.into_async_read()))))
    }
}

impl AsyncRead for Shared {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_read(context, buffer)
    }
}

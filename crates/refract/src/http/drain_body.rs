//! Handles the unread body of a request that was refused.
//!
//! hyper would close the connection after the response, without announcing it, and a client's next
//! request on it would fail. So a small body is read and dropped. Where there is more, the response
//! has `Connection: close`.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, combinators::BoxBody};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use poem::{
    Body, Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderValue, Version, header},
};

use super::buffer_body::has_body;

/// Most bytes of a body that are read and dropped.
const MAX_BYTES: u64 = 64 * 1024;
/// How long the response waits for them.
const PATIENCE: Duration = Duration::from_millis(500);

/// Reads or announces what is left of a body after the response.
pub(crate) struct DrainBody<E>(pub(crate) E);

impl<E: Endpoint> Endpoint for DrainBody<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        // Each request of HTTP/2 has its own stream, which ends alone.
        if request.version() > Version::HTTP_11 || !has_body(&request) {
            return self.0.call(request).await.map(IntoResponse::into_response);
        }
        // A client that expects `100 Continue` has not sent the body. After an error it may send
        // its next request or the body.
        let is_awaited = request.headers().contains_key(header::EXPECT);
        let body = Shared::new(request.take_body());
        request.set_body(Body::from(BoxBody::new(body.clone())));
        let mut response = self.0.call(request).await?.into_response();
        if body.is_end_stream() {
            return Ok(response);
        }
        let is_read = !is_awaited
            && body.size_hint().lower() <= MAX_BYTES
            && tokio::time::timeout(PATIENCE, body.drop_bytes())
                .await
                .unwrap_or(false);
        if !is_read {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
        }
        Ok(response)
    }
}

/// A body that can still be read after it was passed on.
#[derive(Clone)]
struct Shared(Arc<Mutex<State>>);

struct State {
    body: BoxBody<Bytes, io::Error>,
    /// It has been read completely, or cannot be read further.
    is_over: bool,
}

impl Shared {
    fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(State {
            body: body.into(),
            is_over: false,
        })))
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the rest. Gives whether that succeeded within the limit.
    async fn drop_bytes(mut self) -> bool {
        let mut bytes = 0;
        while let Some(frame) = self.frame().await {
            let Ok(frame) = frame else { return false };
            bytes += frame.data_ref().map_or(0, Bytes::len) as u64;
            if bytes > MAX_BYTES {
                return false;
            }
        }
        true
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.with(|state| {
            let frame = Pin::new(&mut state.body).poll_frame(context);
            if matches!(frame, Poll::Ready(None)) {
                state.is_over = true;
            }
            frame
        })
    }

    fn is_end_stream(&self) -> bool {
        self.with(|state| state.is_over || state.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.with(|state| state.body.size_hint())
    }
}

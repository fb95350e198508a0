//! What becomes of a body that nobody has read, since its request was refused before.
//!
//! hyper would close the connection after the answer, without a word beforehand, and a client that
//! has sent its next request on it would see it break. So a small body is read and dropped; where
//! there is more, the answer says that the connection ends with it.

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

/// Bytes of a body that are read in order to drop them.
const MAX_BYTES: u64 = 64 * 1024;
/// How long the answer waits for them.
const PATIENCE: Duration = Duration::from_millis(500);

/// Clears the way for the next request.
pub(crate) struct DrainBody<E>(pub(crate) E);

impl<E: Endpoint> Endpoint for DrainBody<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        // HTTP/2 has a stream for each request, which ends alone.
        if request.version() > Version::HTTP_11 || !has_body(&request) {
            return self.0.call(request).await.map(IntoResponse::into_response);
        }
        // Its client waits for a word before it sends the body. If it is refused, it may send its
        // next request instead, or the body nevertheless.
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

/// A body that can be looked at after it was given away.
#[derive(Clone)]
struct Shared(Arc<Mutex<State>>);

struct State {
    body: BoxBody<Bytes, io::Error>,
    /// All of it has been read, or no more can be.
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

    /// Reads what is left. Whether that was all, and not too much.
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

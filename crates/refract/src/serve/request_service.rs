//! The requests of one connection and their responses.

use std::{
    convert::Infallible,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::combinators::BoxBody;
use hyper::{
    body::{Body, Frame, Incoming, SizeHint},
    service::Service,
};
use poem::{
    Request, Response,
    http::{HeaderValue, Version, header, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};

use super::{
    connection_state::{ConnectionState, InFlight, Stream},
    http2_streams::NewStream,
    min_rate::RateTimer,
};
use crate::http::{auth, rejection::Rejection};

/// Answers one request. The future is in a box, so that an idle connection needs no room for it.
pub(super) type Handler = dyn Fn(Request) -> BoxFuture<'static, Response> + Send + Sync;

/// Largest piece of a response that HTTP/2 gets at once: one frame. hyper asks for the next one
/// when the client has read it.
const PIECE_BYTES: usize = 16 * 1024;

/// Answers the requests of one connection.
pub(super) struct RequestService {
    pub(super) handler: Arc<Handler>,
    pub(super) state: Arc<ConnectionState>,
    pub(super) local: LocalAddr,
    pub(super) remote: RemoteAddr,
    /// Tells HTTP/2 which stream a request has begun.
    pub(super) new_stream: Option<NewStream>,
    /// The number of requests so far.
    count: AtomicU32,
}

impl RequestService {
    pub(super) fn new(
        handler: Arc<Handler>,
        state: Arc<ConnectionState>,
        (local, remote): (LocalAddr, RemoteAddr),
    ) -> Self {
        Self {
            handler,
            state,
            local,
            remote,
            new_stream: None,
            count: AtomicU32::new(0),
        }
    }

    /// Why a request is rejected.
    fn refusal(&self, path: &str) -> Option<Rejection> {
        let number = self.count.fetch_add(1, Relaxed).wrapping_add(1);
        if let Some(rejection) = self.state.refusal(number) {
            return Some(rejection);
        }
        (self.state.is_over_limit && !auth::is_health(path))
            .then_some(Rejection::TooManyConnections)
    }
}

impl Service<hyper::Request<Incoming>> for RequestService {
    type Response = hyper::Response<ResponseBody>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn call(&self, mut request: hyper::Request<Incoming>) -> ResponseFuture {
        if let Some(rejection) = self.refusal(request.uri().path()) {
            request.extensions_mut().insert(rejection);
        }
        let in_flight = self.state.begin_request();
        let version = request.version();
        let stream = self.new_stream.as_ref().map(|new| new.begin(&self.state));
        let request = (
            request,
            self.local.clone(),
            self.remote.clone(),
            Scheme::HTTP,
        );
        ResponseFuture {
            handler: (self.handler)(request.into()),
            state: self.state.clone(),
            version,
            parts: Some((in_flight, stream)),
        }
    }
}

/// A response in the making.
pub(super) struct ResponseFuture {
    handler: BoxFuture<'static, Response>,
    state: Arc<ConnectionState>,
    version: Version,
    parts: Option<(InFlight, Option<Arc<Stream>>)>,
}

impl Future for ResponseFuture {
    type Output = Result<hyper::Response<ResponseBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let mut response = ready!(this.handler.as_mut().poll(context));
        if this.version <= Version::HTTP_11 && this.state.is_last() {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
        }
        let (in_flight, stream) = match this.parts.take() {
            Some((in_flight, stream)) => (Some(in_flight), stream),
            None => (None, None),
        };
        let response: hyper::Response<BoxBody<Bytes, io::Error>> = response.into();
        let state = this.state.clone();
        let handler = response.map(|body| ResponseBody {
            body,
            rest: Bytes::new(),
            timeout: stream.map(|stream| StreamTimeout::new(stream, state)),
            _in_flight: in_flight,
        });
        Poll::Ready(Ok(handler))
    }
}

/// The body of a response. It sets deadlines for its stream.
pub(super) struct ResponseBody {
    body: BoxBody<Bytes, io::Error>,
    /// The rest of the last piece.
    rest: Bytes,
    timeout: Option<StreamTimeout>,
    _in_flight: Option<InFlight>,
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        let Some(timeout) = &mut this.timeout else {
            return Pin::new(&mut this.body).poll_frame(context);
        };
        // hyper asks for more when the client has room for more.
        timeout.end_wait();
        let frame = if this.rest.is_empty() {
            ready!(Pin::new(&mut this.body).poll_frame(context))
        } else {
            Some(Ok(Frame::data(std::mem::take(&mut this.rest))))
        };
        let frame = match frame.map(|frame| frame.map(Frame::into_data)) {
            Some(Ok(Ok(mut data))) => {
                if data.len() > PIECE_BYTES {
                    this.rest = data.split_off(PIECE_BYTES);
                }
                timeout.begin_wait(data.len());
                Some(Ok(Frame::data(data)))
            }
            Some(Ok(Err(other))) => Some(Ok(other)),
            Some(Err(error)) => Some(Err(error)),
            None => None,
        };
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.body.size_hint();
        let rest = self.rest.len() as u64;
        if rest > 0 {
            if let Some(upper) = hint.upper() {
                hint.set_upper(upper + rest);
            }
            hint.set_lower(hint.lower() + rest);
        }
        hint
    }
}

/// The deadline of one HTTP/2 stream: its client may stop reading one response and read others.
struct StreamTimeout {
    stream: Arc<Stream>,
    state: Arc<ConnectionState>,
    timer: RateTimer,
    /// The size of the last piece.
    bytes: usize,
    is_waiting: bool,
}

impl StreamTimeout {
    fn new(stream: Arc<Stream>, state: Arc<ConnectionState>) -> Self {
        let mut this = Self {
            timer: RateTimer::new(state.limits().write),
            stream,
            state,
            bytes: 0,
            is_waiting: false,
        };
        this.begin_wait(0);
        this
    }

    fn begin_wait(&mut self, bytes: usize) {
        self.bytes = bytes;
        self.is_waiting = true;
        let deadline = self.timer.begin_wait(self.state.now());
        self.stream.set_deadline(Some(deadline));
    }

    fn end_wait(&mut self) {
        if std::mem::take(&mut self.is_waiting) {
            self.timer.end_wait(self.state.now());
            self.timer.add(self.bytes, self.state.limits().write);
            self.stream.set_deadline(None);
        }
    }
}

impl Drop for StreamTimeout {
    fn drop(&mut self) {
        self.stream.set_deadline(None);
    }
}

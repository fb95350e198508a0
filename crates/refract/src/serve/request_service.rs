//! Requests of one connection and their answers.

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
    connection_state::{InFlight, Peer, Stream},
    http2_io::NewStream,
    min_rate::Pace,
};
use crate::http::{auth, rejection::Rejection};

/// Answers one request. In a box, so that a connection that is at none has no room for it.
pub(super) type Answer = dyn Fn(Request) -> BoxFuture<'static, Response> + Send + Sync;

/// Largest piece of an answer that HTTP/2 takes at once, as large as a frame: hyper asks for the next
/// one when the client has taken it.
const PIECE_BYTES: usize = 16 * 1024;

/// Answers the requests of one connection.
pub(super) struct Answers {
    pub(super) answer: Arc<Answer>,
    pub(super) peer: Arc<Peer>,
    pub(super) local: LocalAddr,
    pub(super) remote: RemoteAddr,
    /// Where HTTP/2 learns of the stream that a request began.
    pub(super) new_stream: Option<NewStream>,
    /// Requests so far.
    count: AtomicU32,
}

impl Answers {
    pub(super) fn new(
        answer: Arc<Answer>,
        peer: Arc<Peer>,
        (local, remote): (LocalAddr, RemoteAddr),
    ) -> Self {
        Self {
            answer,
            peer,
            local,
            remote,
            new_stream: None,
            count: AtomicU32::new(0),
        }
    }

    /// Why a request is not looked at.
    fn refusal(&self, path: &str) -> Option<Rejection> {
        let number = self.count.fetch_add(1, Relaxed).wrapping_add(1);
        if let Some(refused) = self.peer.refusal(number) {
            return Some(refused);
        }
        (self.peer.is_beyond && !auth::is_health(path)).then_some(Rejection::TooManyConnections)
    }
}

impl Service<hyper::Request<Incoming>> for Answers {
    type Response = hyper::Response<AnswerBody>;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, mut request: hyper::Request<Incoming>) -> Answering {
        if let Some(refused) = self.refusal(request.uri().path()) {
            request.extensions_mut().insert(refused);
        }
        let in_flight = self.peer.begin_request();
        let version = request.version();
        let stream = self.new_stream.as_ref().map(|new| new.begin(&self.peer));
        let request = (
            request,
            self.local.clone(),
            self.remote.clone(),
            Scheme::HTTP,
        );
        Answering {
            answer: (self.answer)(request.into()),
            peer: self.peer.clone(),
            version,
            parts: Some((in_flight, stream)),
        }
    }
}

/// An answer that is being made.
pub(super) struct Answering {
    answer: BoxFuture<'static, Response>,
    peer: Arc<Peer>,
    version: Version,
    parts: Option<(InFlight, Option<Arc<Stream>>)>,
}

impl Future for Answering {
    type Output = Result<hyper::Response<AnswerBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let mut response = ready!(this.answer.as_mut().poll(context));
        if this.version <= Version::HTTP_11 && this.peer.is_last() {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
        }
        let (in_flight, stream) = match this.parts.take() {
            Some((in_flight, stream)) => (Some(in_flight), stream),
            None => (None, None),
        };
        let response: hyper::Response<BoxBody<Bytes, io::Error>> = response.into();
        let peer = this.peer.clone();
        let answer = response.map(|body| AnswerBody {
            body,
            rest: Bytes::new(),
            kept_back: stream.map(|stream| KeptBack::new(stream, peer)),
            _in_flight: in_flight,
        });
        Poll::Ready(Ok(answer))
    }
}

/// The body of an answer, which knows when it is at its end.
pub(super) struct AnswerBody {
    body: BoxBody<Bytes, io::Error>,
    /// Of the piece that was given last.
    rest: Bytes,
    kept_back: Option<KeptBack>,
    _in_flight: Option<InFlight>,
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        let Some(kept_back) = &mut this.kept_back else {
            return Pin::new(&mut this.body).poll_frame(context);
        };
        // hyper asks for more when the client has room for more.
        kept_back.end_wait();
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
                kept_back.begin_wait(data.len());
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

/// A client of HTTP/2 that may keep back one answer and take others.
struct KeptBack {
    stream: Arc<Stream>,
    peer: Arc<Peer>,
    pace: Pace,
    /// Of the piece that was given last.
    bytes: usize,
    is_waiting: bool,
}

impl KeptBack {
    fn new(stream: Arc<Stream>, peer: Arc<Peer>) -> Self {
        let mut this = Self {
            pace: Pace::new(peer.limits().write),
            stream,
            peer,
            bytes: 0,
            is_waiting: false,
        };
        this.begin_wait(0);
        this
    }

    fn begin_wait(&mut self, bytes: usize) {
        self.bytes = bytes;
        self.is_waiting = true;
        let deadline = self.pace.begin_wait(self.peer.now());
        self.stream.set_deadline(Some(deadline));
    }

    fn end_wait(&mut self) {
        if std::mem::take(&mut self.is_waiting) {
            self.pace.end_wait(self.peer.now());
            self.pace.add(self.bytes, self.peer.limits().write);
            self.stream.set_deadline(None);
        }
    }
}

impl Drop for KeptBack {
    fn drop(&mut self) {
        self.stream.set_deadline(None);
    }
}

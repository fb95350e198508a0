//! HTTP/2: reading the connection, and its streams as tasks that can be ended one by one.

use std::{
    future::poll_fn,
    io,
    mem::MaybeUninit,
    pin::{Pin, pin},
    sync::{Arc, Mutex, PoisonError, atomic::Ordering::Relaxed},
    task::{Context, Poll, ready},
};

use hyper::rt::ReadBufCursor;
use tokio::{
    io::{AsyncRead, ReadBuf},
    net::TcpStream,
};

use super::{
    client_io::Reader,
    connection_state::{ConnectionState, Stream},
};

/// The preface, and the header of the frame that must follow it: RFC 9113, section 3.4.
const BEGINNING_BYTES: usize = 24 + 9;
/// Bytes that are read from a connection at once.
const READ_BYTES: usize = 16 * 1024;

/// Reads a connection of HTTP/2 for hyper.
pub(super) struct Http2Reader {
    state: Arc<ConnectionState>,
    /// Bytes that were read to detect the protocol.
    pending: Vec<u8>,
    /// Bytes that are missing until the preface is complete.
    missing: usize,
}

impl Http2Reader {
    pub(super) fn new(state: Arc<ConnectionState>, pending: Vec<u8>) -> Self {
        state.speaks_http2();
        state.head_begins();
        let mut reader = Self {
            state,
            missing: BEGINNING_BYTES,
            pending,
        };
        reader.count(reader.pending.len());
        reader
    }

    fn count(&mut self, bytes: usize) {
        if self.missing > 0 {
            self.missing = self.missing.saturating_sub(bytes);
            if self.missing == 0 {
                self.state.head_is_whole();
            }
        }
    }
}

impl Reader for Http2Reader {
    fn poll_read(
        &mut self,
        stream: &mut TcpStream,
        context: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.pending.is_empty() {
            let length = self.pending.len().min(buffer.remaining());
            buffer.put_slice(&self.pending[..length]);
            self.pending.drain(..length);
            if self.pending.is_empty() {
                self.pending = Vec::new();
            }
            return Poll::Ready(Ok(()));
        }
        let mut space = [const { MaybeUninit::uninit() }; READ_BYTES];
        let room = buffer.remaining().min(READ_BYTES);
        let mut read = ReadBuf::uninit(&mut space[..room]);
        ready!(Pin::new(stream).poll_read(context, &mut read))?;
        self.count(read.filled().len());
        buffer.put_slice(read.filled());
        Poll::Ready(Ok(()))
    }
}

/// Runs each stream of a connection as a task, since a client may stop reading one response and
/// read others.
#[derive(Clone)]
pub(super) struct Streams {
    state: Arc<ConnectionState>,
    new: NewStream,
}

/// The stream that the last request has begun. hyper hands it to [`Streams`] next.
#[derive(Clone, Default)]
pub(super) struct NewStream(Arc<Mutex<Option<Arc<Stream>>>>);

impl NewStream {
    pub(super) fn begin(&self, state: &ConnectionState) -> Arc<Stream> {
        let stream = state.begin_stream();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(stream.clone());
        stream
    }

    fn take(&self) -> Option<Arc<Stream>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Streams {
    pub(super) fn new(state: Arc<ConnectionState>, new: NewStream) -> Self {
        Self { state, new }
    }
}

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Streams {
    fn execute(&self, answering: F) {
        match self.new.take() {
            Some(stream) => {
                let begun = Begun {
                    state: self.state.clone(),
                    stream,
                };
                tokio::spawn(until_ended(answering, begun));
            }
            None => {
                tokio::spawn(answering);
            }
        }
    }
}

/// A stream among those of its connection. Dropping it removes the stream.
struct Begun {
    state: Arc<ConnectionState>,
    stream: Arc<Stream>,
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.state.end_stream(&self.stream);
    }
}

/// Runs a stream until it is ended from outside. Dropping the future resets the stream.
async fn until_ended(answering: impl Future<Output = ()>, begun: Begun) {
    let mut answering = pin!(answering);
    poll_fn(|context| {
        begun.stream.waker.register(context.waker());
        if begun.stream.ended.load(Relaxed) {
            return Poll::Ready(());
        }
        answering.as_mut().poll(context)
    })
    .await;
}

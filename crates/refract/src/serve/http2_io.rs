//! HTTP/2: the connection as bytes, and its streams as tasks that can be ended one by one.

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
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use super::{
    connection_state::{Peer, Stream},
    timed_writer::Outgoing,
};

/// The preface, and the head of the frame that must follow it: RFC 9113, section 3.4.
const BEGINNING_BYTES: usize = 24 + 9;
/// Bytes read from a connection at once.
const READ_BYTES: usize = 16 * 1024;

/// A connection of HTTP/2 as hyper reads and writes it.
pub(super) struct Wire {
    stream: TcpStream,
    outgoing: Outgoing,
    peer: Arc<Peer>,
    /// What has been read already.
    pending: Vec<u8>,
    /// How many bytes are missing until it is a connection of HTTP/2.
    missing: usize,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, peer: Arc<Peer>, pending: Vec<u8>) -> Self {
        peer.speaks_http2();
        peer.head_begins();
        let mut wire = Self {
            stream,
            outgoing: Outgoing::new(peer.clone()),
            peer,
            missing: BEGINNING_BYTES,
            pending,
        };
        wire.count(wire.pending.len());
        wire
    }

    fn count(&mut self, bytes: usize) {
        if self.missing > 0 {
            self.missing = self.missing.saturating_sub(bytes);
            if self.missing == 0 {
                self.peer.head_is_whole();
            }
        }
    }
}

impl hyper::rt::Read for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let wire = &mut *self;
        if !wire.pending.is_empty() {
            let length = wire.pending.len().min(buffer.remaining());
            buffer.put_slice(&wire.pending[..length]);
            wire.pending.drain(..length);
            if wire.pending.is_empty() {
                wire.pending = Vec::new();
            }
            return Poll::Ready(Ok(()));
        }
        let mut space = [const { MaybeUninit::uninit() }; READ_BYTES];
        let room = buffer.remaining().min(READ_BYTES);
        let mut read = ReadBuf::uninit(&mut space[..room]);
        ready!(Pin::new(&mut wire.stream).poll_read(context, &mut read))?;
        wire.count(read.filled().len());
        buffer.put_slice(read.filled());
        Poll::Ready(Ok(()))
    }
}

impl hyper::rt::Write for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wire = &mut *self;
        wire.outgoing.write(&mut wire.stream, context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wire = &mut *self;
        wire.outgoing
            .write_vectored(&mut wire.stream, context, slices)
    }
}

/// Runs the streams of a connection. Each is a task of its own, since a client may keep back one
/// answer and take the others.
#[derive(Clone)]
pub(super) struct Streams {
    peer: Arc<Peer>,
    new: NewStream,
}

/// The stream that the last request began: hyper hands it to [`Streams`] next.
#[derive(Clone, Default)]
pub(super) struct NewStream(Arc<Mutex<Option<Arc<Stream>>>>);

impl NewStream {
    pub(super) fn begin(&self, peer: &Peer) -> Arc<Stream> {
        let stream = peer.begin_stream();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(stream.clone());
        stream
    }

    fn take(&self) -> Option<Arc<Stream>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Streams {
    pub(super) fn new(peer: Arc<Peer>, new: NewStream) -> Self {
        Self { peer, new }
    }
}

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Streams {
    fn execute(&self, answering: F) {
        match self.new.take() {
            Some(stream) => {
                let begun = Begun {
                    peer: self.peer.clone(),
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

/// A stream among those of its connection, until it is dropped.
struct Begun {
    peer: Arc<Peer>,
    stream: Arc<Stream>,
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.peer.end_stream(&self.stream);
    }
}

/// Answers on a stream. One that is ended is reset, as what is dropped here is.
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

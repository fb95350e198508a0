//! The connection as hyper reads and writes it, with a limit for clients that read too slowly.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use hyper::rt::ReadBufCursor;
use tokio::{io::AsyncWrite, net::TcpStream};

use super::{connection_state::ConnectionState, min_rate::RateTimer};

/// A client's socket. What is read from it depends on the version of HTTP.
pub(super) struct ClientIo<R> {
    stream: TcpStream,
    state: Arc<ConnectionState>,
    timer: RateTimer,
    /// The socket's buffer is full: the client has not read what was sent.
    is_blocked: bool,
    pub(super) reader: R,
}

/// How a version of HTTP reads from the socket.
pub(super) trait Reader: Unpin {
    fn poll_read(
        &mut self,
        stream: &mut TcpStream,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>>;
}

impl<R> ClientIo<R> {
    pub(super) fn new(stream: TcpStream, state: Arc<ConnectionState>, reader: R) -> Self {
        Self {
            stream,
            timer: RateTimer::new(state.limits().write),
            state,
            is_blocked: false,
            reader,
        }
    }

    pub(super) fn into_stream(self) -> TcpStream {
        self.stream
    }

    /// Sets a deadline while the client does not read.
    fn note(&mut self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Pending if !self.is_blocked => {
                self.is_blocked = true;
                let deadline = self.timer.begin_wait(self.state.now());
                self.state.set_write_deadline(Some(deadline));
            }
            Poll::Ready(Ok(length)) if self.is_blocked => {
                self.is_blocked = false;
                self.timer.end_wait(self.state.now());
                self.timer.add(*length, self.state.limits().write);
                self.state.set_write_deadline(None);
            }
            Poll::Pending | Poll::Ready(_) => {}
        }
        written
    }
}

impl<R: Reader> hyper::rt::Read for ClientIo<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { stream, reader, .. } = &mut *self;
        reader.poll_read(stream, context, buffer)
    }
}

impl<R: Unpin> hyper::rt::Write for ClientIo<R> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.note(written)
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
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.note(written)
    }
}

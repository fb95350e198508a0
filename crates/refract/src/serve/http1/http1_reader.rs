//! Reads a connection of HTTP/1 for hyper.

use std::{
    io,
    mem::MaybeUninit,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use hyper::rt::ReadBufCursor;
use tokio::{
    io::{AsyncRead, ReadBuf},
    net::TcpStream,
};

use super::{
    chunked::Chunked,
    head::{self, Framing, Head},
};
use crate::{
    http::rejection::Rejection,
    serve::{
        client_io::Reader,
        connection_state::{BufferedBytes, ConnectionState},
    },
};

/// Bytes that are read from a connection at once.
const READ_BYTES: usize = 16 * 1024;
/// A partial head is read again when a line has arrived, or this number of bytes.
const STEP_BYTES: usize = 16 * 1024;

/// A reader that checks each head before hyper reads it.
///
/// Bytes go from the socket to hyper without a copy here, except the beginning of a head that came
/// in pieces, and the bytes after the end of a request.
pub(in crate::serve) struct Http1Reader {
    state: Arc<ConnectionState>,
    place: Place,
    /// Bytes that are read and not passed on.
    pending: Vec<u8>,
    /// How many of these may be passed on.
    approved: usize,
    buffered: BufferedBytes,
    /// Whether the bytes after those are not checked yet.
    is_unseen: bool,
    /// The client has closed its side.
    pub(in crate::serve) is_at_end: bool,
}

/// Which part of a request the next byte belongs to.
#[derive(Debug, Clone, Copy)]
enum Place {
    Head,
    Body(u64),
    Chunked(Chunked),
    /// Nothing more is passed on.
    Over,
}

impl Http1Reader {
    /// `pending` are bytes that are read already.
    pub(in crate::serve) fn new(state: Arc<ConnectionState>, pending: Vec<u8>) -> Self {
        let mut reader = Self {
            buffered: BufferedBytes::new(state.clone()),
            state,
            place: Place::Head,
            pending,
            approved: 0,
            is_unseen: true,
            is_at_end: false,
        };
        reader.look_at_pending();
        reader
    }

    /// How many of the first `bytes` may be passed on. Where the URL has to be encoded or the
    /// request is rejected, it also gives a replacement, and how many bytes that replaces.
    fn approve(&mut self, bytes: &[u8]) -> (usize, Option<(usize, Vec<u8>)>) {
        match &mut self.place {
            Place::Head => match head::read(bytes) {
                Head::Partial => (0, None),
                Head::Whole { length, body, line } => {
                    self.place = match body {
                        Framing::Length(length) => Place::Body(length),
                        Framing::Chunked => Place::Chunked(Chunked::START),
                    };
                    self.state.head_is_whole();
                    let of_body = self.approve_body(&bytes[length..]);
                    (length + of_body, line)
                }
                Head::Rejected(rejection) => (bytes.len(), Some(self.refuse(rejection, bytes))),
            },
            _ => (self.approve_body(bytes), None),
        }
    }

    fn approve_body(&mut self, bytes: &[u8]) -> usize {
        let approved = match &mut self.place {
            Place::Head | Place::Over => 0,
            Place::Body(left) => {
                let here = bytes.len() as u64;
                let step = here.min(*left);
                *left -= step;
                // It is at most the length of `bytes`.
                step as usize
            }
            Place::Chunked(Chunked::Broken) => bytes.len(),
            Place::Chunked(place) => {
                let walked = place.walk(bytes);
                match place {
                    Chunked::Broken => bytes.len(),
                    _ => walked,
                }
            }
        };
        if matches!(self.place, Place::Body(0) | Place::Chunked(Chunked::End)) {
            self.place = Place::Head;
        }
        approved
    }

    /// Replaces the request by one that the API answers with the rejection. It is the last one of
    /// the connection.
    fn refuse(&mut self, rejection: Rejection, bytes: &[u8]) -> (usize, Vec<u8>) {
        self.place = Place::Over;
        self.state.head_is_whole();
        self.state.refuse_last(rejection);
        (bytes.len(), head::substitute_head(bytes))
    }

    fn refuse_pending(&mut self, rejection: Rejection) {
        let pending = std::mem::take(&mut self.pending);
        let (_, substitute_head) = self.refuse(rejection, &pending);
        self.approved = substitute_head.len();
        self.pending = substitute_head;
    }

    /// Checks the pending bytes.
    fn look_at_pending(&mut self) {
        if matches!(self.place, Place::Head) {
            self.drop_empty_lines();
        }
        let pending = std::mem::take(&mut self.pending);
        let (approved, replacement) = match &pending[..] {
            // The line feed may still come.
            b"\r" if matches!(self.place, Place::Head) => (0, None),
            bytes => self.approve(bytes),
        };
        self.pending = pending;
        self.approved = approved;
        if let Some((old, new)) = replacement {
            self.approved = approved - old + new.len();
            self.pending.splice(..old, new);
        }
        self.note_progress();
    }

    /// Must be called after bytes were checked.
    fn note_progress(&mut self) {
        self.is_unseen = self.approved > 0;
        if self.approved == 0 && matches!(self.place, Place::Head) && !self.pending.is_empty() {
            self.state.head_begins();
        }
    }

    /// Empty lines before a request are ignored: RFC 9112, section 2.2.
    fn drop_empty_lines(&mut self) {
        let mut rest = &self.pending[..];
        while let Some(after) = rest.strip_prefix(b"\r\n") {
            rest = after;
        }
        let length = self.pending.len() - rest.len();
        self.pending.drain(..length);
    }

    /// Takes `bytes` from the socket. Gives how many of them go straight to hyper, which has room
    /// for `room`.
    fn take_in(&mut self, bytes: &[u8], room: usize) -> usize {
        let is_first = self.pending.is_empty();
        let begins_with_line = matches!(self.place, Place::Head) && bytes.starts_with(b"\r");
        if is_first && !begins_with_line {
            let (approved, replacement) = self.approve(bytes);
            if let Some((old, new)) = replacement {
                self.approved = approved - old + new.len();
                self.pending = new;
                self.pending.extend_from_slice(&bytes[old..]);
                self.is_unseen = true;
                return 0;
            }
            let straight = approved.min(room);
            self.approved = approved - straight;
            if straight < bytes.len() {
                self.pending.extend_from_slice(&bytes[straight..]);
                self.note_progress();
                // Bytes after a request are not checked yet.
                self.is_unseen |= approved > 0;
            }
            return straight;
        }
        let steps = self.pending.len() / STEP_BYTES;
        self.pending.extend_from_slice(bytes);
        if is_first || bytes.contains(&b'\n') || self.pending.len() / STEP_BYTES > steps {
            self.look_at_pending();
        }
        let is_part = self.approved == 0 && matches!(self.place, Place::Head);
        if !self.buffered.set(self.pending.len()) && is_part {
            self.refuse_pending(Rejection::TooManyConnections);
        }
        0
    }
}

impl Reader for Http1Reader {
    fn poll_read(
        &mut self,
        stream: &mut TcpStream,
        context: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            if self.approved == 0 && self.is_unseen && !self.pending.is_empty() {
                self.look_at_pending();
            }
            if self.approved > 0 {
                let length = self.approved.min(buffer.remaining());
                buffer.put_slice(&self.pending[..length]);
                self.approved -= length;
                if length == self.pending.len() {
                    self.pending = Vec::new();
                    self.buffered.set(0);
                } else {
                    self.pending.drain(..length);
                }
                return Poll::Ready(Ok(()));
            }
            if self.is_at_end {
                return Poll::Ready(Ok(()));
            }
            if matches!(self.place, Place::Over) {
                // An end of file would tell hyper that the client no longer waits. hyper closes the
                // connection after the response.
                return match self.state.is_idle() {
                    true => Poll::Ready(Ok(())),
                    false => Poll::Pending,
                };
            }
            if matches!(self.place, Place::Head) && self.state.is_late() {
                self.refuse_pending(Rejection::Late);
                continue;
            }
            let mut space = [const { MaybeUninit::uninit() }; READ_BYTES];
            let room = buffer.remaining().min(READ_BYTES);
            let mut read = ReadBuf::uninit(&mut space[..room]);
            ready!(Pin::new(&mut *stream).poll_read(context, &mut read))?;
            let bytes = read.filled();
            if bytes.is_empty() {
                self.is_at_end = true;
                return Poll::Ready(Ok(()));
            }
            let straight = self.take_in(bytes, buffer.remaining());
            if straight > 0 {
                buffer.put_slice(&bytes[..straight]);
                return Poll::Ready(Ok(()));
            }
        }
    }
}

//! Writing to clients, and how long they may take nothing.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::{io::AsyncWrite, net::TcpStream};

use super::{connection_state::Peer, min_rate::Pace};

/// The writing half of a connection's bookkeeping.
pub(super) struct Outgoing {
    peer: Arc<Peer>,
    pace: Pace,
    /// The client has not taken what it was given.
    stands: bool,
}

impl Outgoing {
    pub(super) fn new(peer: Arc<Peer>) -> Self {
        Self {
            pace: Pace::new(peer.limits().write),
            peer,
            stands: false,
        }
    }

    pub(super) fn write(
        &mut self,
        stream: &mut TcpStream,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(stream).poll_write(context, bytes);
        self.note(written)
    }

    pub(super) fn write_vectored(
        &mut self,
        stream: &mut TcpStream,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(stream).poll_write_vectored(context, slices);
        self.note(written)
    }

    fn note(&mut self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Pending if !self.stands => {
                self.stands = true;
                let deadline = self.pace.begin_wait(self.peer.now());
                self.peer.set_write_deadline(Some(deadline));
            }
            Poll::Ready(Ok(length)) if self.stands => {
                self.stands = false;
                self.pace.end_wait(self.peer.now());
                self.pace.add(*length, self.peer.limits().write);
                self.peer.set_write_deadline(None);
            }
            Poll::Pending | Poll::Ready(_) => {}
        }
        written
    }
}

//! What a connection holds, given back when it is dropped.

use std::sync::{Arc, atomic::Ordering::Relaxed};

use super::{MAX_HELD_BYTES, Peer, Peers};

/// A place among the peers, until it is dropped.
pub(in crate::serve) struct Entry {
    pub(super) peers: Arc<Peers>,
    pub(super) id: u32,
}

/// Bytes that a connection holds of requests that have come in part, until it is dropped.
pub(in crate::serve) struct Held {
    peer: Arc<Peer>,
    bytes: usize,
}

impl Held {
    pub(in crate::serve) fn new(peer: Arc<Peer>) -> Self {
        Self { peer, bytes: 0 }
    }

    /// Notes how many there are now. Whether that is not too much for all connections together.
    pub(in crate::serve) fn set(&mut self, bytes: usize) -> bool {
        let held = &self.peer.peers.held;
        let all = if bytes >= self.bytes {
            let more = bytes - self.bytes;
            held.fetch_add(more, Relaxed) + more
        } else {
            held.fetch_sub(self.bytes - bytes, Relaxed)
        };
        self.bytes = bytes;
        all <= MAX_HELD_BYTES
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.set(0);
    }
}

/// A request that is being answered, until it is dropped.
pub(in crate::serve) struct InFlight(pub(super) Arc<Peer>);

impl Drop for InFlight {
    fn drop(&mut self) {
        let peer = &self.0;
        peer.since.store(peer.now(), Relaxed);
        peer.in_flight.fetch_sub(1, Relaxed);
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.peers.all().peers.remove(&self.id);
    }
}

//! The state of one connection, shared by its task and the table of all connections.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use futures_util::task::AtomicWaker;

use super::{
    connection_table::{ConnectionTable, Limits, MAX_BUFFERED_BYTES},
    min_rate::{Tick, ticks},
};
use crate::http::rejection::Rejection;

/// Longest time for a connection over the limit.
const RESERVE_TIME: Duration = Duration::from_secs(4);
/// How long a connection may take to end after a signal.
const GRACE: Duration = Duration::from_secs(5);

/// How a connection is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Shutdown {
    None,
    /// Answer the requests that have arrived, then close.
    Graceful,
    /// Close at once.
    Now,
}

/// The state of one connection.
pub(super) struct ConnectionState {
    table: Arc<ConnectionTable>,
    /// It is over the limit of connections.
    pub(super) is_over_limit: bool,
    shutdown: AtomicU8,
    pub(super) waker: AtomicWaker,
    /// Requests that are being answered.
    in_flight: AtomicU32,
    /// A part of a request's head has arrived.
    in_head: AtomicBool,
    pub(super) is_http2: AtomicBool,
    /// The head did not arrive in time.
    late: AtomicBool,
    /// Since when the connection is idle, or waits for the rest of a head.
    pub(super) since: AtomicU32,
    /// When the client must have read some of its response. Zero while the socket is not full.
    write_deadline: AtomicU32,
    /// When it was signaled to end.
    signaled_at: AtomicU32,
    /// The number of heads that have arrived. Only the connection's own task writes it.
    heads: AtomicU32,
    /// The number of the last request, where it is rejected, and why.
    rejection: OnceLock<(u32, Rejection)>,
    /// The open streams of HTTP/2. A client may stop reading one of them.
    streams: Mutex<Vec<Arc<Stream>>>,
}

/// A stream of HTTP/2 until its response is sent.
pub(super) struct Stream {
    /// When the client must have read some of the response. Zero while it has room.
    deadline: AtomicU32,
    pub(super) ended: AtomicBool,
    pub(super) waker: AtomicWaker,
}

impl ConnectionState {
    pub(super) fn new(table: Arc<ConnectionTable>, is_over_limit: bool) -> Self {
        Self {
            since: AtomicU32::new(table.now.load(Relaxed)),
            table,
            is_over_limit,
            shutdown: AtomicU8::new(Shutdown::None as u8),
            waker: AtomicWaker::new(),
            in_flight: AtomicU32::new(0),
            in_head: AtomicBool::new(false),
            is_http2: AtomicBool::new(false),
            late: AtomicBool::new(false),
            write_deadline: AtomicU32::new(0),
            signaled_at: AtomicU32::new(0),
            heads: AtomicU32::new(0),
            rejection: OnceLock::new(),
            streams: Mutex::default(),
        }
    }

    pub(super) fn now(&self) -> Tick {
        self.table.now.load(Relaxed)
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.table.limits
    }

    pub(super) fn shutdown(&self) -> Shutdown {
        match self.shutdown.load(Relaxed) {
            0 => Shutdown::None,
            1 => Shutdown::Graceful,
            _ => Shutdown::Now,
        }
    }

    pub(super) fn signal(&self, shutdown: Shutdown) {
        let before = self.shutdown.fetch_max(shutdown as u8, Relaxed);
        if before < shutdown as u8 {
            self.signaled_at.store(self.now(), Relaxed);
            self.waker.wake();
        }
    }

    /// Whether the next response is the last one.
    pub(super) fn is_last(&self) -> bool {
        self.is_over_limit || self.table.stopping.load(Relaxed) || self.shutdown() != Shutdown::None
    }

    /// Whether no request is arriving or being answered.
    pub(super) fn is_idle(&self) -> bool {
        self.in_flight.load(Relaxed) == 0
            && !self.in_head.load(Relaxed)
            && self.write_deadline.load(Relaxed) == 0
    }

    /// Whether it waits for the rest of a head.
    pub(super) fn is_in_head(&self) -> bool {
        self.in_flight.load(Relaxed) == 0 && self.in_head.load(Relaxed)
    }

    pub(super) fn speaks_http2(&self) {
        self.is_http2.store(true, Relaxed);
    }

    pub(super) fn is_late(&self) -> bool {
        self.late.load(Relaxed)
    }

    /// A part of a head has arrived.
    pub(super) fn head_begins(&self) {
        if !self.in_head.swap(true, Relaxed) {
            self.since.store(self.now(), Relaxed);
        }
    }

    pub(super) fn head_is_whole(&self) {
        self.in_head.store(false, Relaxed);
        self.late.store(false, Relaxed);
        self.heads.fetch_add(1, Relaxed);
    }

    /// Rejects the request whose head came last.
    pub(super) fn refuse_last(&self, rejection: Rejection) {
        let _ = self.rejection.set((self.heads.load(Relaxed), rejection));
    }

    /// Why the request with this number is rejected.
    pub(super) fn refusal(&self, number: u32) -> Option<Rejection> {
        let (rejection, why) = self.rejection.get()?;
        (*rejection == number).then_some(*why)
    }

    pub(super) fn set_write_deadline(&self, deadline: Option<Tick>) {
        self.write_deadline.store(deadline.unwrap_or(0), Relaxed);
    }

    pub(super) fn begin_request(self: &Arc<Self>) -> InFlight {
        self.in_flight.fetch_add(1, Relaxed);
        InFlight(self.clone())
    }

    /// Registers a stream of HTTP/2.
    pub(super) fn begin_stream(&self) -> Arc<Stream> {
        let stream = Arc::new(Stream {
            deadline: AtomicU32::new(0),
            ended: AtomicBool::new(false),
            waker: AtomicWaker::new(),
        });
        self.streams().push(stream.clone());
        stream
    }

    pub(super) fn end_stream(&self, stream: &Arc<Stream>) {
        self.streams().retain(|other| !Arc::ptr_eq(other, stream));
    }

    fn streams(&self) -> MutexGuard<'_, Vec<Arc<Stream>>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn check(&self, now: Tick, limits: &Limits) {
        let is_over = |deadline: &AtomicU32| {
            let deadline = deadline.load(Relaxed);
            deadline != 0 && deadline <= now
        };
        if is_over(&self.write_deadline) {
            self.signal(Shutdown::Now);
        }
        if self.is_http2.load(Relaxed) {
            for stream in self.streams().iter() {
                if is_over(&stream.deadline) && !stream.ended.swap(true, Relaxed) {
                    stream.waker.wake();
                }
            }
        }
        let passed = |since: &AtomicU32| now.saturating_sub(since.load(Relaxed));
        if self.shutdown() == Shutdown::Graceful
            && !self.table.stopping.load(Relaxed)
            && self.in_flight.load(Relaxed) == 0
            && passed(&self.signaled_at) >= ticks(GRACE)
        {
            self.signal(Shutdown::Now);
        }
        if self.is_over_limit && passed(&self.since) >= ticks(RESERVE_TIME) {
            self.signal(Shutdown::Now);
        } else if self.is_in_head() {
            if passed(&self.since) >= limits.head && !self.late.swap(true, Relaxed) {
                // The response says so. A client that does not read it gets nothing more.
                self.signaled_at.store(now, Relaxed);
                self.waker.wake();
            }
        } else if self.is_idle() && passed(&self.since) >= limits.keep_alive {
            self.signal(Shutdown::Graceful);
        }
    }
}

impl Stream {
    /// Sets until when the client must have read some of the response. `None` while it need not.
    pub(super) fn set_deadline(&self, deadline: Option<Tick>) {
        self.deadline.store(deadline.unwrap_or(0), Relaxed);
    }
}

/// Bytes of incomplete requests that a connection buffers. Dropping it subtracts them.
pub(super) struct BufferedBytes {
    state: Arc<ConnectionState>,
    bytes: usize,
}

impl BufferedBytes {
    pub(super) fn new(state: Arc<ConnectionState>) -> Self {
        Self { state, bytes: 0 }
    }

    /// Sets the number of bytes. Gives whether all connections together buffer no more than
    /// allowed.
    pub(super) fn set(&mut self, bytes: usize) -> bool {
        let buffered = &self.state.table.buffered;
        let all = if bytes >= self.bytes {
            let more = bytes - self.bytes;
            buffered.fetch_add(more, Relaxed) + more
        } else {
            buffered.fetch_sub(self.bytes - bytes, Relaxed)
        };
        self.bytes = bytes;
        all <= MAX_BUFFERED_BYTES
    }
}

impl Drop for BufferedBytes {
    fn drop(&mut self) {
        self.set(0);
    }
}

/// Counts a request as in flight until it is dropped.
pub(super) struct InFlight(Arc<ConnectionState>);

impl Drop for InFlight {
    fn drop(&mut self) {
        let state = &self.0;
        state.since.store(state.now(), Relaxed);
        state.in_flight.fetch_sub(1, Relaxed);
    }
}

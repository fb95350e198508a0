//! One connection: what it is doing, what it was told, and what it holds.

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

/// Longest time that such a connection takes.
const RESERVE_TIME: Duration = Duration::from_secs(4);
/// How long a connection that was asked to end may take for it.
const GRACE: Duration = Duration::from_secs(5);

/// What a connection is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Shutdown {
    None,
    /// Handler what has been asked, and end.
    Graceful,
    /// End at once.
    Now,
}

/// One connection.
pub(super) struct ConnectionState {
    table: Arc<ConnectionTable>,
    /// It is one of too many.
    pub(super) is_over_limit: bool,
    shutdown: AtomicU8,
    pub(super) waker: AtomicWaker,
    /// Requests that are being answered.
    in_flight: AtomicU32,
    /// A part of a head has come.
    in_head: AtomicBool,
    pub(super) is_http2: AtomicBool,
    /// What is waited for is too late.
    late: AtomicBool,
    /// Since when there is no request, or a part of a head.
    pub(super) since: AtomicU32,
    /// When the client must have taken some of what it was given. Zero while it takes all.
    write_deadline: AtomicU32,
    /// When it was asked to end.
    signaled_at: AtomicU32,
    /// How many heads have come; only its own task writes here.
    heads: AtomicU32,
    /// The last request, by its number, is refused.
    rejection: OnceLock<(u32, Rejection)>,
    /// What is begun on a connection of HTTP/2, where clients keep back single answers.
    streams: Mutex<Vec<Arc<Stream>>>,
}

/// One request of HTTP/2, as long as it is answered.
pub(super) struct Stream {
    /// When the client must have taken some of the answer. Zero while it takes all.
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

    /// Whether the answer to a request is the last one.
    pub(super) fn is_last(&self) -> bool {
        self.is_over_limit || self.table.stopping.load(Relaxed) || self.shutdown() != Shutdown::None
    }

    /// Whether no request is on its way, as far as can be seen.
    pub(super) fn is_idle(&self) -> bool {
        self.in_flight.load(Relaxed) == 0
            && !self.in_head.load(Relaxed)
            && self.write_deadline.load(Relaxed) == 0
    }

    /// Whether a part of a head is all that there is.
    pub(super) fn is_in_head(&self) -> bool {
        self.in_flight.load(Relaxed) == 0 && self.in_head.load(Relaxed)
    }

    pub(super) fn speaks_http2(&self) {
        self.is_http2.store(true, Relaxed);
    }

    pub(super) fn is_late(&self) -> bool {
        self.late.load(Relaxed)
    }

    /// A part of a head is there.
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

    /// The request whose head has come last is refused.
    pub(super) fn refuse_last(&self, rejection: Rejection) {
        let _ = self.rejection.set((self.heads.load(Relaxed), rejection));
    }

    /// Why the request of that number is refused.
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

    /// Notes a request of HTTP/2.
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
                // An answer says so; a client that does not take it is told nothing more.
                self.signaled_at.store(now, Relaxed);
                self.waker.wake();
            }
        } else if self.is_idle() && passed(&self.since) >= limits.keep_alive {
            self.signal(Shutdown::Graceful);
        }
    }
}

impl Stream {
    /// The client has until then to take some of the answer, if it is the client that is waited for.
    pub(super) fn set_deadline(&self, deadline: Option<Tick>) {
        self.deadline.store(deadline.unwrap_or(0), Relaxed);
    }
}

/// Bytes that a connection holds of requests that have come in part, until it is dropped.
pub(super) struct BufferedBytes {
    state: Arc<ConnectionState>,
    bytes: usize,
}

impl BufferedBytes {
    pub(super) fn new(state: Arc<ConnectionState>) -> Self {
        Self { state, bytes: 0 }
    }

    /// Notes how many there are now. Whether that is not too much for all connections together.
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

/// A request that is being answered, until it is dropped.
pub(super) struct InFlight(Arc<ConnectionState>);

impl Drop for InFlight {
    fn drop(&mut self) {
        let state = &self.0;
        state.since.store(state.now(), Relaxed);
        state.in_flight.fetch_sub(1, Relaxed);
    }
}

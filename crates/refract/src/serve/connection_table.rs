//! All connections: how long each may go on as it does, and which may be taken.
//!
//! One look at all of them every [`TICK_MS`] costs less than a timer for each: a timer is set anew with each
//! request, behind a lock, and a connection would carry its memory while it is idle.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use super::{
    connection_state::{ConnectionState, Shutdown},
    min_rate::{MinRate, TICK_MS, Tick, ticks},
};
use crate::settings::ConnectionSettings;

/// A connection that has been idle for so long may be ended for a new one.
const EVICTABLE: Duration = Duration::from_secs(10);
/// Server beyond the most that are taken, to tell their clients so, or to answer whoever
/// watches the process. The newest takes the place of the oldest one.
const RESERVE: usize = 32;
/// Server beyond the most while those that lost their place end.
const MAX_OVER_LIMIT: usize = 2 * RESERVE;
/// Bytes of requests that have come in part, of all connections.
pub(super) const MAX_BUFFERED_BYTES: usize = 64 * 1024 * 1024;

/// Times as the peers' clock counts them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) write: MinRate,
    pub(super) head: Tick,
    pub(super) keep_alive: Tick,
}

/// All connections.
pub(super) struct ConnectionTable {
    /// When the clock began.
    begin: Instant,
    pub(super) now: AtomicU32,
    pub(super) limits: Limits,
    max: usize,
    pub(super) stopping: AtomicBool,
    all: Mutex<All>,
    next: AtomicU32,
    /// Bytes of requests that have come in part.
    pub(super) buffered: AtomicUsize,
    /// When it was last seen that no connection may be ended for a new one.
    all_busy: AtomicU32,
}

#[derive(Default)]
struct All {
    table: HashMap<u32, Arc<ConnectionState>>,
    /// Those of too many, the oldest first. Some may have ended.
    over_limit: VecDeque<u32>,
}

/// What becomes of a new connection.
pub(super) enum Admission {
    Taken(Arc<ConnectionState>, TableEntry),
    /// There is no room even to say so.
    Refused,
}

/// A place among the peers, until it is dropped.
pub(super) struct TableEntry {
    table: Arc<ConnectionTable>,
    id: u32,
}

impl Drop for TableEntry {
    fn drop(&mut self) {
        self.table.all().table.remove(&self.id);
    }
}

impl ConnectionTable {
    pub(super) fn new(settings: &ConnectionSettings, max: usize) -> Arc<Self> {
        Arc::new(Self {
            begin: Instant::now(),
            now: AtomicU32::new(0),
            limits: Limits {
                write: MinRate {
                    limit: settings.write_timeout,
                    bytes_per_sec: settings.min_bytes_per_sec,
                },
                head: ticks(settings.head_timeout),
                keep_alive: ticks(settings.keep_alive),
            },
            max,
            stopping: AtomicBool::new(false),
            all: Mutex::default(),
            next: AtomicU32::new(0),
            buffered: AtomicUsize::new(0),
            all_busy: AtomicU32::new(Tick::MAX),
        })
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a new connection; where there is none left, that of the one that has been idle
    /// longest, or one of those in reserve.
    pub(super) fn admit(self: &Arc<Self>) -> Admission {
        let mut all = self.all();
        let count = all.table.len();
        if count >= self.max + MAX_OVER_LIMIT {
            return Admission::Refused;
        }
        let is_over_limit = count >= self.max && !self.evict(&all.table);
        if is_over_limit {
            all.make_room();
        }
        let state = Arc::new(ConnectionState::new(self.clone(), is_over_limit));
        let mut id = self.next.fetch_add(1, Relaxed);
        while all.table.contains_key(&id) {
            id = self.next.fetch_add(1, Relaxed);
        }
        all.table.insert(id, state.clone());
        if is_over_limit {
            all.over_limit.push_back(id);
        }
        let table = self.clone();
        Admission::Taken(state, TableEntry { table, id })
    }

    /// Asks the connection that has been idle longest to end, if that has been long enough.
    fn evict(&self, all: &HashMap<u32, Arc<ConnectionState>>) -> bool {
        let now = self.now.load(Relaxed);
        if self.all_busy.load(Relaxed) == now {
            return false;
        }
        let idle = all
            .values()
            .filter(|state| state.is_idle() && state.shutdown() == Shutdown::None);
        let oldest = idle.min_by_key(|state| state.since.load(Relaxed));
        let evicted = oldest
            .filter(|state| now.saturating_sub(state.since.load(Relaxed)) >= ticks(EVICTABLE));
        match evicted {
            Some(state) => state.signal(Shutdown::Graceful),
            None => self.all_busy.store(now, Relaxed),
        }
        evicted.is_some()
    }

    /// Looks at the clock and at all connections, for ever.
    pub(super) async fn run_clock(&self) {
        let mut interval = tokio::time::interval(Duration::from_millis(TICK_MS));
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            interval.tick().await;
            self.check(ticks(self.begin.elapsed()));
        }
    }

    fn check(&self, now: Tick) {
        self.now.store(now, Relaxed);
        for state in self.all().table.values() {
            state.check(now, &self.limits);
        }
    }

    /// From now on the answers of HTTP/1 say that they are the last ones of their connections.
    pub(super) fn begin_stop(&self) {
        self.stopping.store(true, Relaxed);
    }

    /// Tells all connections.
    pub(super) fn signal_all(&self, shutdown: Shutdown) {
        for state in self.all().table.values() {
            state.signal(shutdown);
        }
    }

    /// Tells those that speak HTTP/2: it has words for it.
    pub(super) fn signal_http2(&self, shutdown: Shutdown) {
        for state in self.all().table.values() {
            if state.is_http2.load(Relaxed) {
                state.signal(shutdown);
            }
        }
    }
}

impl All {
    /// Ends one of too many where these are too many too: the oldest that asks for nothing.
    fn make_room(&mut self) {
        let Self { table, over_limit } = self;
        over_limit.retain(|id| table.contains_key(id));
        if over_limit.len() >= RESERVE {
            let is_idle = |id: &u32| table.get(id).is_some_and(|state| state.is_idle());
            let place = over_limit.iter().position(is_idle).unwrap_or(0);
            let ended = over_limit.remove(place).and_then(|id| table.get(&id));
            if let Some(state) = ended {
                state.signal(Shutdown::Now);
            }
        }
    }
}

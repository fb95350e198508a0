//! All connections: their deadlines, and which new ones are accepted.
//!
//! One check of all of them every [`TICK_MS`] costs less than a timer for each. A timer is set
//! again for each request, behind a lock, and needs memory while its connection is idle.

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

/// A connection that has been idle for so long may be closed for a new one.
const EVICTABLE: Duration = Duration::from_secs(10);
/// Connections over the limit, which get a 503 or answer health checks. The newest replaces the
/// oldest.
const RESERVE: usize = 32;
/// Connections over the limit while those that were replaced end.
const MAX_OVER_LIMIT: usize = 2 * RESERVE;
/// Bytes of incomplete requests, of all connections.
pub(super) const MAX_BUFFERED_BYTES: usize = 64 * 1024 * 1024;

/// Timeouts in ticks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) write: MinRate,
    pub(super) head: Tick,
    pub(super) keep_alive: Tick,
}

/// All connections.
pub(super) struct ConnectionTable {
    /// When the clock started.
    begin: Instant,
    pub(super) now: AtomicU32,
    pub(super) limits: Limits,
    max: usize,
    pub(super) stopping: AtomicBool,
    all: Mutex<All>,
    next: AtomicU32,
    /// Bytes of incomplete requests.
    pub(super) buffered: AtomicUsize,
    /// The last tick at which no connection could be closed for a new one.
    all_busy: AtomicU32,
}

#[derive(Default)]
struct All {
    table: HashMap<u32, Arc<ConnectionState>>,
    /// The ids of connections over the limit, the oldest first. Some may have ended.
    over_limit: VecDeque<u32>,
}

/// Whether a new connection is accepted.
pub(super) enum Admission {
    Taken(Arc<ConnectionState>, TableEntry),
    /// Even connections over the limit are too many.
    Refused,
}

/// A connection's entry in the table. Dropping it removes the entry.
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

    /// Registers a new connection. At the limit, it replaces the connection that has been idle
    /// longest, or it counts as over the limit.
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

    /// Closes the connection that has been idle longest, if that is long enough. Gives whether
    /// there was one.
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

    /// Advances the clock and checks all connections, forever.
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

    /// From now on, responses of HTTP/1 have `Connection: close`.
    pub(super) fn begin_stop(&self) {
        self.stopping.store(true, Relaxed);
    }

    /// Signals all connections.
    pub(super) fn signal_all(&self, shutdown: Shutdown) {
        for state in self.all().table.values() {
            state.signal(shutdown);
        }
    }

    /// Signals the connections of HTTP/2, which has a message for it (GOAWAY).
    pub(super) fn signal_http2(&self, shutdown: Shutdown) {
        for state in self.all().table.values() {
            if state.is_http2.load(Relaxed) {
                state.signal(shutdown);
            }
        }
    }
}

impl All {
    /// Where too many connections are over the limit, ends the oldest idle one of them.
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

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
    connection_state::{Peer, Sign},
    min_rate::{Patience, TICK_MS, Tick, ticks},
};
use crate::settings::ConnectionSettings;

/// A connection that has been idle for so long may be ended for a new one.
const EVICTABLE: Duration = Duration::from_secs(10);
/// Connections beyond the most that are taken, to tell their clients so, or to answer whoever
/// watches the process. The newest takes the place of the oldest one.
const RESERVE: usize = 32;
/// Connections beyond the most while those that lost their place end.
const MAX_BEYOND: usize = 2 * RESERVE;
/// Bytes of requests that have come in part, of all connections.
pub(super) const MAX_HELD_BYTES: usize = 64 * 1024 * 1024;

/// Times as the peers' clock counts them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) write: Patience,
    pub(super) head: Tick,
    pub(super) keep_alive: Tick,
}

/// All connections.
pub(super) struct Peers {
    /// When the clock began.
    begin: Instant,
    pub(super) now: AtomicU32,
    pub(super) limits: Limits,
    most: usize,
    pub(super) stopping: AtomicBool,
    all: Mutex<All>,
    next: AtomicU32,
    /// Bytes of requests that have come in part.
    pub(super) held: AtomicUsize,
    /// When it was last seen that no connection may be ended for a new one.
    all_busy: AtomicU32,
}

#[derive(Default)]
struct All {
    peers: HashMap<u32, Arc<Peer>>,
    /// Those of too many, the oldest first. Some may have ended.
    beyond: VecDeque<u32>,
}

/// What becomes of a new connection.
pub(super) enum Admission {
    Taken(Arc<Peer>, Entry),
    /// There is no room even to say so.
    Refused,
}

/// A place among the peers, until it is dropped.
pub(super) struct Entry {
    peers: Arc<Peers>,
    id: u32,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.peers.all().peers.remove(&self.id);
    }
}

impl Peers {
    pub(super) fn new(settings: &ConnectionSettings, most: usize) -> Arc<Self> {
        Arc::new(Self {
            begin: Instant::now(),
            now: AtomicU32::new(0),
            limits: Limits {
                write: Patience {
                    limit: settings.write_timeout,
                    bytes_per_sec: settings.min_bytes_per_sec,
                },
                head: ticks(settings.head_timeout),
                keep_alive: ticks(settings.keep_alive),
            },
            most,
            stopping: AtomicBool::new(false),
            all: Mutex::default(),
            next: AtomicU32::new(0),
            held: AtomicUsize::new(0),
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
        let count = all.peers.len();
        if count >= self.most + MAX_BEYOND {
            return Admission::Refused;
        }
        let is_beyond = count >= self.most && !self.evict(&all.peers);
        if is_beyond {
            all.make_room();
        }
        let peer = Arc::new(Peer::new(self.clone(), is_beyond));
        let mut id = self.next.fetch_add(1, Relaxed);
        while all.peers.contains_key(&id) {
            id = self.next.fetch_add(1, Relaxed);
        }
        all.peers.insert(id, peer.clone());
        if is_beyond {
            all.beyond.push_back(id);
        }
        let peers = self.clone();
        Admission::Taken(peer, Entry { peers, id })
    }

    /// Asks the connection that has been idle longest to end, if that has been long enough.
    fn evict(&self, all: &HashMap<u32, Arc<Peer>>) -> bool {
        let now = self.now.load(Relaxed);
        if self.all_busy.load(Relaxed) == now {
            return false;
        }
        let idle = all
            .values()
            .filter(|peer| peer.is_idle() && peer.sign() == Sign::Go);
        let oldest = idle.min_by_key(|peer| peer.since.load(Relaxed));
        let evicted =
            oldest.filter(|peer| now.saturating_sub(peer.since.load(Relaxed)) >= ticks(EVICTABLE));
        match evicted {
            Some(peer) => peer.tell(Sign::Finish),
            None => self.all_busy.store(now, Relaxed),
        }
        evicted.is_some()
    }

    /// Looks at the clock and at all connections, for ever.
    pub(super) async fn watch(&self) {
        let mut interval = tokio::time::interval(Duration::from_millis(TICK_MS));
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            interval.tick().await;
            self.look(ticks(self.begin.elapsed()));
        }
    }

    fn look(&self, now: Tick) {
        self.now.store(now, Relaxed);
        for peer in self.all().peers.values() {
            peer.look(now, &self.limits);
        }
    }

    /// From now on the answers of HTTP/1 say that they are the last ones of their connections.
    pub(super) fn begin_stop(&self) {
        self.stopping.store(true, Relaxed);
    }

    /// Tells all connections.
    pub(super) fn tell_all(&self, sign: Sign) {
        for peer in self.all().peers.values() {
            peer.tell(sign);
        }
    }

    /// Tells those that speak HTTP/2: it has words for it.
    pub(super) fn tell_http2(&self, sign: Sign) {
        for peer in self.all().peers.values() {
            if peer.is_http2.load(Relaxed) {
                peer.tell(sign);
            }
        }
    }
}

impl All {
    /// Ends one of too many where these are too many too: the oldest that asks for nothing.
    fn make_room(&mut self) {
        let Self { peers, beyond } = self;
        beyond.retain(|id| peers.contains_key(id));
        if beyond.len() >= RESERVE {
            let is_idle = |id: &u32| peers.get(id).is_some_and(|peer| peer.is_idle());
            let place = beyond.iter().position(is_idle).unwrap_or(0);
            let ended = beyond.remove(place).and_then(|id| peers.get(&id));
            if let Some(peer) = ended {
                peer.tell(Sign::End);
            }
        }
    }
}

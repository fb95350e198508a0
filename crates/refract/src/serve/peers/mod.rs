//! All connections: how long each may go on as it does, and which may be taken.
//!
//! One look at all of them every [`TICK_MS`] costs less than a timer for each: a timer is set anew with each
//! request, behind a lock, and a connection would carry its memory while it is idle.

mod guards;

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use futures_util::task::AtomicWaker;

pub(super) use self::guards::{Entry, Held, InFlight};
use super::pace::{Patience, TICK_MS, Tick, ticks};
use crate::{api::refused::Refused, settings::ConnectionSettings};

/// A connection that has been idle for so long may be ended for a new one.
const EVICTABLE: Duration = Duration::from_secs(10);
/// Connections beyond the most that are taken, to tell their clients so, or to answer whoever
/// watches the process. The newest takes the place of the oldest one.
const RESERVE: usize = 32;
/// Connections beyond the most while those that lost their place end.
const MAX_BEYOND: usize = 2 * RESERVE;
/// Longest time that such a connection takes.
const RESERVE_TIME: Duration = Duration::from_secs(4);
/// How long a connection that was asked to end may take for it.
const FAREWELL: Duration = Duration::from_secs(5);
/// Bytes of requests that have come in part, of all connections.
const MAX_HELD_BYTES: usize = 64 * 1024 * 1024;

/// Times as the peers' clock counts them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) write: Patience,
    head: Tick,
    keep_alive: Tick,
}

/// All connections.
pub(super) struct Peers {
    /// When the clock began.
    begin: Instant,
    now: AtomicU32,
    limits: Limits,
    most: usize,
    stopping: AtomicBool,
    all: Mutex<All>,
    next: AtomicU32,
    /// Bytes of requests that have come in part.
    held: AtomicUsize,
    /// When it was last seen that no connection may be ended for a new one.
    all_busy: AtomicU32,
}

#[derive(Default)]
struct All {
    peers: HashMap<u32, Arc<Peer>>,
    /// Those of too many, the oldest first. Some may have ended.
    beyond: VecDeque<u32>,
}

/// What a connection is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Sign {
    Go,
    /// Answer what has been asked, and end.
    Finish,
    /// End at once.
    End,
}

/// One connection.
pub(super) struct Peer {
    peers: Arc<Peers>,
    /// It is one of too many.
    pub(super) is_beyond: bool,
    sign: AtomicU8,
    pub(super) waker: AtomicWaker,
    /// Requests that are being answered.
    in_flight: AtomicU32,
    /// A part of a head has come.
    in_head: AtomicBool,
    is_http2: AtomicBool,
    /// What is waited for is too late.
    late: AtomicBool,
    /// Since when there is no request, or a part of a head.
    since: AtomicU32,
    /// When the client must have taken some of what it was given. Zero while it takes all.
    write_deadline: AtomicU32,
    /// When it was asked to end.
    farewell: AtomicU32,
    /// How many heads have come; only its own task writes here.
    heads: AtomicU32,
    /// The last request, by its number, is refused.
    refused: OnceLock<(u32, Refused)>,
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

/// What becomes of a new connection.
pub(super) enum Admission {
    Taken(Arc<Peer>, Entry),
    /// There is no room even to say so.
    Refused,
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
        let peer = Arc::new(Peer {
            peers: self.clone(),
            is_beyond,
            sign: AtomicU8::new(Sign::Go as u8),
            waker: AtomicWaker::new(),
            in_flight: AtomicU32::new(0),
            in_head: AtomicBool::new(false),
            is_http2: AtomicBool::new(false),
            late: AtomicBool::new(false),
            since: AtomicU32::new(self.now.load(Relaxed)),
            write_deadline: AtomicU32::new(0),
            farewell: AtomicU32::new(0),
            heads: AtomicU32::new(0),
            refused: OnceLock::new(),
            streams: Mutex::default(),
        });
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

impl Peer {
    pub(super) fn now(&self) -> Tick {
        self.peers.now.load(Relaxed)
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.peers.limits
    }

    pub(super) fn sign(&self) -> Sign {
        match self.sign.load(Relaxed) {
            0 => Sign::Go,
            1 => Sign::Finish,
            _ => Sign::End,
        }
    }

    fn tell(&self, sign: Sign) {
        let before = self.sign.fetch_max(sign as u8, Relaxed);
        if before < sign as u8 {
            self.farewell.store(self.now(), Relaxed);
            self.waker.wake();
        }
    }

    /// Whether the answer to a request is the last one.
    pub(super) fn is_last(&self) -> bool {
        self.is_beyond || self.peers.stopping.load(Relaxed) || self.sign() != Sign::Go
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
    pub(super) fn refuse_last(&self, refused: Refused) {
        let _ = self.refused.set((self.heads.load(Relaxed), refused));
    }

    /// Why the request of that number is refused.
    pub(super) fn refusal(&self, number: u32) -> Option<Refused> {
        let (refused, why) = self.refused.get()?;
        (*refused == number).then_some(*why)
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

    fn look(&self, now: Tick, limits: &Limits) {
        let is_over = |deadline: &AtomicU32| {
            let deadline = deadline.load(Relaxed);
            deadline != 0 && deadline <= now
        };
        if is_over(&self.write_deadline) {
            self.tell(Sign::End);
        }
        if self.is_http2.load(Relaxed) {
            for stream in self.streams().iter() {
                if is_over(&stream.deadline) && !stream.ended.swap(true, Relaxed) {
                    stream.waker.wake();
                }
            }
        }
        let passed = |since: &AtomicU32| now.saturating_sub(since.load(Relaxed));
        if self.sign() == Sign::Finish
            && !self.peers.stopping.load(Relaxed)
            && self.in_flight.load(Relaxed) == 0
            && passed(&self.farewell) >= ticks(FAREWELL)
        {
            self.tell(Sign::End);
        }
        if self.is_beyond && passed(&self.since) >= ticks(RESERVE_TIME) {
            self.tell(Sign::End);
        } else if self.is_in_head() {
            if passed(&self.since) >= limits.head && !self.late.swap(true, Relaxed) {
                // An answer says so; a client that does not take it is told nothing more.
                self.farewell.store(now, Relaxed);
                self.waker.wake();
            }
        } else if self.is_idle() && passed(&self.since) >= limits.keep_alive {
            self.tell(Sign::Finish);
        }
    }
}

impl Stream {
    /// The client has until then to take some of the answer, if it is the client that is waited for.
    pub(super) fn set_deadline(&self, deadline: Option<Tick>) {
        self.deadline.store(deadline.unwrap_or(0), Relaxed);
    }
}

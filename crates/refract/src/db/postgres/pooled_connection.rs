//! One connection that many requests share, or that one has to itself for a while.

use std::{
    pin::pin,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::{Mutex, Notify};
use tokio_postgres::Row;

use super::{connector::Connector, latency, open_connection::Connection, pause};
use crate::{
    db::{DbError, DbErrorKind, Repeat},
    query::sql::{Statement, TableId},
};

/// How long after a failed attempt nobody makes another on the same lane.
const HOLD_OFF: Duration = Duration::from_millis(100);
/// How soon a server that listens has taken note of a request to cancel.
const LISTENING: Duration = Duration::from_secs(1);

/// What runs beside each other on a lane: only reads, which may be sent again elsewhere when the
/// server does not come to them, or only writes of one table, which wait for nobody but each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Company(u32);

impl Company {
    pub(super) const READS: Self = Self(0);

    pub(super) fn of(repeat: Repeat, table: TableId) -> Self {
        match repeat {
            Repeat::Allowed => Self::READS,
            Repeat::Forbidden => Self(table.hash() | 1),
        }
    }
}

/// What became of a statement on a lane.
pub(super) enum Ran {
    Done(Vec<Row>),
    /// It has to go elsewhere: somebody has the lane to himself by then, it is in other company, or
    /// the server did not come to it because of another.
    Elsewhere,
    /// The others have been sent elsewhere because of this one.
    HoldsUp,
}

/// One connection to be, or open.
pub(super) struct Lane {
    connection: RwLock<Option<Arc<Connection>>>,
    /// Held while connecting, so that waiting requests share one attempt; when and with which code
    /// the last one failed.
    opening: Mutex<Option<(Instant, Option<String>)>>,
    /// Somebody in the background is opening this lane.
    claimed: AtomicBool,
    /// Attempts to connect that have failed since the last that did not.
    failures: AtomicU32,
    /// Until when nobody should try again while there are others; microseconds since `made`.
    refused_until: AtomicU64,
    /// Somebody has the lane to himself.
    reserved: AtomicBool,
    /// How many statements are under way, in the lower half, and their [`Company`], in the upper.
    occupied: AtomicU64,
    /// Statements begun, and answered, ever: the head of the line is the one whose number among
    /// the first is the number of the second.
    begun: AtomicU32,
    answered: AtomicU32,
    /// The number of the statement that the others have last been sent elsewhere for.
    held_up_by: AtomicU32,
    /// They are being sent elsewhere now.
    diverting: AtomicBool,
    /// ServerMessage when whoever had the lane to himself gives it back, and when those before him are
    /// answered.
    freed: Notify,
    /// When the server began with what it is at: the last answer, or the first statement after
    /// none. Microseconds since `made`.
    began: AtomicU64,
    made: Instant,
}

impl Lane {
    pub(super) fn new() -> Self {
        Self {
            connection: RwLock::default(),
            opening: Mutex::default(),
            claimed: AtomicBool::new(false),
            failures: AtomicU32::new(0),
            refused_until: AtomicU64::new(0),
            reserved: AtomicBool::new(false),
            occupied: AtomicU64::new(0),
            begun: AtomicU32::new(0),
            answered: AtomicU32::new(0),
            held_up_by: AtomicU32::new(0),
            diverting: AtomicBool::new(false),
            freed: Notify::new(),
            began: AtomicU64::new(0),
            made: Instant::now(),
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.connection
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .is_some_and(|connection| !connection.is_closed())
    }

    pub(super) fn in_flight(&self) -> usize {
        in_flight(self.occupied.load(Ordering::SeqCst))
    }

    /// How many statements are under way, where one of `company` may join them.
    pub(super) fn room_for(&self, company: Company) -> Option<usize> {
        let occupied = self.occupied.load(Ordering::SeqCst);
        let count = in_flight(occupied);
        (count == 0 || self::company(occupied) == company).then_some(count)
    }

    /// Whether nothing but reads is under way.
    pub(super) fn only_reads(&self) -> bool {
        self.room_for(Company::READS).is_some()
    }

    /// How long the server has been at one statement.
    pub(super) fn busy_for(&self) -> Duration {
        if self.in_flight() == 0 {
            return Duration::ZERO;
        }
        let began = Duration::from_micros(self.began.load(Ordering::Relaxed));
        self.made.elapsed().saturating_sub(began)
    }

    /// Statements begun and statements answered, ever; both wrap around.
    pub(super) fn progress(&self) -> (u32, u32) {
        (
            self.begun.load(Ordering::Relaxed),
            self.answered.load(Ordering::Relaxed),
        )
    }

    /// Takes the lane for oneself: nobody else begins a statement on it until [`Self::release`].
    /// Those begun before are waited for with [`Self::emptied`].
    pub(super) fn reserve(&self) -> bool {
        !self.reserved.swap(true, Ordering::SeqCst)
    }

    pub(super) fn release(&self) {
        self.reserved.store(false, Ordering::SeqCst);
        self.freed.notify_waiters();
    }

    pub(super) fn is_reserved(&self) -> bool {
        self.reserved.load(Ordering::SeqCst)
    }

    /// Completes when nothing runs on a reserved lane. What runs there may not be sent yet (it is
    /// prepared first): it would find itself in the transaction of whoever has the lane and be undone
    /// with it, or be cancelled in his place.
    pub(super) async fn emptied(&self) {
        loop {
            let mut told = pin!(self.freed.notified());
            // Listens before it looks.
            told.as_mut().enable();
            if self.in_flight() == 0 {
                return;
            }
            told.await;
        }
    }

    /// Runs a statement, connecting first if need be, and learns how long the server took.
    pub(super) async fn run(
        self: &Arc<Self>,
        connector: &Connector,
        statement: &Statement<'_>,
        company: Company,
    ) -> Result<Ran, DbError> {
        let connection = self.connected(connector).await?;
        self.run_on(&connection, statement, company).await
    }

    /// The same on a connection that is open.
    pub(super) async fn run_on(
        self: &Arc<Self>,
        connection: &Arc<Connection>,
        statement: &Statement<'_>,
        company: Company,
    ) -> Result<Ran, DbError> {
        let Some(mut place) = self.enter(company, connection) else {
            return Ok(Ran::Elsewhere);
        };
        // Looked at once it is counted in: who reserves looks the other way round.
        if self.is_reserved() {
            place.withdraw();
            return Ok(Ran::Elsewhere);
        }
        match connection.run(statement).await {
            Ok(rows) => {
                latency::learn(&statement.sql, place.answered());
                Ok(Ran::Done(rows))
            }
            Err(fault) if self.is_diverted(connection, &fault) => {
                let holds_up = place.number == self.held_up_by.load(Ordering::Acquire);
                place.withdraw();
                if holds_up {
                    latency::learn_slow(&statement.sql);
                    return Ok(Ran::HoldsUp);
                }
                Ok(Ran::Elsewhere)
            }
            Err(fault) => {
                place.answered();
                Err(fault)
            }
        }
    }

    /// Counts a statement in, where its company is that of those before it.
    pub(super) fn enter<'lane>(
        self: &'lane Arc<Self>,
        company: Company,
        connection: &'lane Arc<Connection>,
    ) -> Option<Place<'lane>> {
        let entered = |occupied: u64| match in_flight(occupied) {
            0 => Some(u64::from(company.0) << 32 | 1),
            _ if self::company(occupied) == company => Some(occupied + 1),
            _ => None,
        };
        let before = self
            .occupied
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, entered)
            .ok()?;
        if in_flight(before) == 0 {
            self.began.store(self.now(), Ordering::Relaxed);
        }
        Some(Place {
            lane: self,
            connection: Some(connection),
            number: self.begun.fetch_add(1, Ordering::Relaxed),
        })
    }

    /// The open connection; connects if there is none.
    pub(super) async fn connected(
        &self,
        connector: &Connector,
    ) -> Result<Arc<Connection>, DbError> {
        if let Some(connection) = self.connection() {
            return Ok(connection);
        }
        Box::pin(self.open(connector)).await?;
        self.connection()
            .ok_or_else(|| DbError::of(DbErrorKind::Unavailable).before_sending())
    }

    /// Connects, unless somebody else just has, or has just failed to: requests that wait for a
    /// server that does not answer must not wait one after the other.
    pub(super) async fn open(&self, connector: &Connector) -> Result<(), DbError> {
        let asked = Instant::now();
        let mut failed = self.opening.lock().await;
        if self.is_open() {
            return Ok(());
        }
        if let Some((when, code)) = &*failed
            && (*when > asked || when.elapsed() < HOLD_OFF)
        {
            let mut fault = connector.failed_a_moment_ago();
            fault.code.clone_from(code);
            return Err(fault);
        }
        let connection = connector.connect().await.inspect_err(|fault| {
            *failed = Some((Instant::now(), fault.code.clone()));
            let failures = self.failures.fetch_add(1, Ordering::Relaxed);
            let until = self.made.elapsed() + pause(failures);
            self.refused_until.store(micros(until), Ordering::Relaxed);
        })?;
        self.failures.store(0, Ordering::Relaxed);
        self.refused_until.store(0, Ordering::Relaxed);
        *self
            .connection
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(connection));
        Ok(())
    }

    /// Whether connecting has failed so lately that the lanes that are open should do. The time
    /// grows with every failure, to some seconds.
    pub(super) fn is_refused(&self) -> bool {
        match self.refused_until.load(Ordering::Relaxed) {
            0 => false,
            until => self.now() < until,
        }
    }

    /// Opens the lane in the background, unless somebody does. A failure is told by the lane that
    /// is waited for, not here.
    pub(super) fn open_in_background(self: &Arc<Self>, connector: &Arc<Connector>) {
        if self.claimed.swap(true, Ordering::AcqRel) {
            return;
        }
        let (lane, connector) = (self.clone(), connector.clone());
        tokio::spawn(async move {
            if let Err(fault) = lane.open(&connector).await {
                tracing::debug!(
                    error = &fault as &dyn std::error::Error,
                    "one more connection could not be opened"
                );
            }
            lane.claimed.store(false, Ordering::Release);
        });
    }

    /// Ends a connection whose server has not answered for too long.
    pub(super) fn give_up(&self) {
        if let Some(connection) = self.connection() {
            connection.give_up();
        }
    }

    /// Sends reads elsewhere that wait behind one for which the server takes its time, and has that
    /// one cancelled. Where the server does not listen, nothing would be better elsewhere.
    pub(super) fn divert(self: &Arc<Self>, connector: &Arc<Connector>) {
        let Some(connection) = self.connection() else {
            return;
        };
        // Nobody begins anything here until it is decided.
        if !self.reserve() {
            return;
        }
        if !self.only_reads() {
            self.release();
            return;
        }
        self.held_up_by.store(self.progress().1, Ordering::Release);
        self.diverting.store(true, Ordering::Release);
        let (lane, connector) = (self.clone(), connector.clone());
        tokio::spawn(async move {
            let cancelled = tokio::time::timeout(LISTENING, connector.cancel(&connection)).await;
            if matches!(cancelled, Ok(Ok(()))) {
                connection.divert();
                // Those who wait have left by the time somebody else may come.
                lane.emptied().await;
            }
            lane.diverting.store(false, Ordering::Release);
            lane.release();
        });
    }

    /// Begins nothing more on the open connection; what runs there may take its time.
    pub(super) fn retire(&self, patience: Duration) {
        let Some(connection) = self.connection() else {
            return;
        };
        connection.retire();
        tokio::spawn(async move {
            tokio::time::sleep(patience).await;
            connection.give_up();
        });
    }

    /// Whether a read has failed because what waits here is sent elsewhere.
    fn is_diverted(&self, connection: &Connection, fault: &DbError) -> bool {
        connection.is_diverted() && fault.is_connection_lost()
            || fault.kind == DbErrorKind::Timeout
                && fault.is_answer()
                && self.diverting.load(Ordering::Acquire)
    }

    /// The open connection, if there is one.
    pub(super) fn connection(&self) -> Option<Arc<Connection>> {
        self.connection
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .filter(|connection| !connection.is_closed())
            .cloned()
    }

    fn leave(&self) {
        let before = self.occupied.fetch_sub(1, Ordering::SeqCst);
        if in_flight(before) == 1 && self.is_reserved() {
            self.freed.notify_waiters();
        }
    }

    fn now(&self) -> u64 {
        micros(self.made.elapsed())
    }
}

fn in_flight(occupied: u64) -> usize {
    (occupied & u64::from(u32::MAX)) as usize
}

fn company(occupied: u64) -> Company {
    Company((occupied >> 32) as u32)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

impl std::fmt::Debug for Lane {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "Lane {{ open: {}, in_flight: {} }}",
            self.is_open(),
            self.in_flight()
        )
    }
}

/// A statement's place in a lane, given back however the statement ends. Where nobody waits for its
/// answer any more, only once the server has come to it: until then the lane is not free.
pub(super) struct Place<'lane> {
    lane: &'lane Arc<Lane>,
    /// Where an answer is still to come from.
    connection: Option<&'lane Arc<Connection>>,
    number: u32,
}

impl Place<'_> {
    /// Notes an answer; gives how long the server took for it.
    pub(super) fn answered(&mut self) -> Duration {
        self.connection = None;
        self.lane.answered.fetch_add(1, Ordering::Relaxed);
        let now = self.lane.now();
        let began = self.lane.began.swap(now, Ordering::Relaxed);
        Duration::from_micros(now.saturating_sub(began))
    }

    /// Leaves without an answer: none will come.
    fn withdraw(&mut self) {
        self.connection = None;
        self.lane.answered.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            self.lane.leave();
            return;
        };
        let (lane, connection, number) = (self.lane.clone(), connection.clone(), self.number);
        tokio::spawn(async move {
            let mut place = Place {
                lane: &lane,
                connection: None,
                number,
            };
            // An error is an answer, too: nothing runs there then.
            let _ = connection.settle().await;
            place.answered();
        });
    }
}

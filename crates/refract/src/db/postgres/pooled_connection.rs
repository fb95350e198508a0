//! One connection of the pool. Many requests share it, or one request uses it exclusively for a
//! while.

use std::{
    pin::pin,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::{Mutex, Notify};

use super::{
    backoff,
    connector::Connector,
    latency,
    open_connection::OpenConnection,
    pipeline::{Attempt, InFlight, PipelineClass},
};
use crate::{
    db::{DbError, DbErrorKind},
    query::sql::Statement,
};

/// How long after a failed attempt to connect no other is made for the same connection.
const RETRY_INTERVAL: Duration = Duration::from_millis(100);
/// How long a responsive server may take to receive a request to cancel.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(1);

/// A connection of the pool, whether it is open or not.
pub(super) struct PooledConnection {
    connection: RwLock<Option<Arc<OpenConnection>>>,
    /// Locked while connecting, so that waiting requests share one attempt. It holds when the last
    /// attempt failed, and its SQLSTATE.
    opening: Mutex<Option<(Instant, Option<String>)>>,
    /// A task in the background is opening the connection.
    opening_in_background: AtomicBool,
    /// Failed attempts to connect since the last success.
    failures: AtomicU32,
    /// No attempt to connect is made before then while other connections are open. Microseconds
    /// since `made`.
    refused_until: AtomicU64,
    /// The connection is used exclusively.
    reserved: AtomicBool,
    /// The number of statements in flight, in the lower half, and their [`PipelineClass`], in the
    /// upper half.
    occupied: AtomicU64,
    /// All statements begun, and all answered. The server is at the statement whose number is the
    /// count of the answered ones.
    begun: AtomicU32,
    pub(super) answered: AtomicU32,
    /// The number of the last statement that has blocked others.
    blocked_by: AtomicU32,
    /// The others are being sent to other connections now.
    diverting: AtomicBool,
    /// Notified when exclusive use ends, and when the last statement in flight is answered.
    idled: Notify,
    /// When the server began with its current statement: at the last answer, or when an idle
    /// connection got a statement. Microseconds since `made`.
    pub(super) began: AtomicU64,
    made: Instant,
}

impl PooledConnection {
    pub(super) fn new() -> Self {
        Self {
            connection: RwLock::default(),
            opening: Mutex::default(),
            opening_in_background: AtomicBool::new(false),
            failures: AtomicU32::new(0),
            refused_until: AtomicU64::new(0),
            reserved: AtomicBool::new(false),
            occupied: AtomicU64::new(0),
            begun: AtomicU32::new(0),
            answered: AtomicU32::new(0),
            blocked_by: AtomicU32::new(0),
            diverting: AtomicBool::new(false),
            idled: Notify::new(),
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
        count(self.occupied.load(Ordering::SeqCst))
    }

    /// The number of statements in flight, if a statement of this class may join them.
    pub(super) fn room_for(&self, class: PipelineClass) -> Option<usize> {
        let occupied = self.occupied.load(Ordering::SeqCst);
        let count = count(occupied);
        (count == 0 || self::class(occupied) == class).then_some(count)
    }

    /// Whether all statements in flight are reads.
    pub(super) fn only_reads(&self) -> bool {
        self.room_for(PipelineClass::READS).is_some()
    }

    /// How long the server has worked on its current statement.
    pub(super) fn busy_for(&self) -> Duration {
        if self.in_flight() == 0 {
            return Duration::ZERO;
        }
        let began = Duration::from_micros(self.began.load(Ordering::Relaxed));
        self.made.elapsed().saturating_sub(began)
    }

    /// The numbers of all statements begun and of all answered. Both wrap around.
    pub(super) fn progress(&self) -> (u32, u32) {
        (
            self.begun.load(Ordering::Relaxed),
            self.answered.load(Ordering::Relaxed),
        )
    }

    /// Reserves the connection: no other request begins a statement on it before [`Self::release`].
    /// [`Self::idle`] waits for the statements that are in flight already. Gives false where it was
    /// reserved before.
    pub(super) fn reserve(&self) -> bool {
        !self.reserved.swap(true, Ordering::SeqCst)
    }

    pub(super) fn release(&self) {
        self.reserved.store(false, Ordering::SeqCst);
        self.idled.notify_waiters();
    }

    pub(super) fn is_reserved(&self) -> bool {
        self.reserved.load(Ordering::SeqCst)
    }

    /// Completes when no statement is in flight on a reserved connection. A statement in flight may
    /// not be sent yet, as it is prepared first. It would run in the transaction that comes next
    /// and be rolled back with it, or be cancelled in its place.
    pub(super) async fn idle(&self) {
        loop {
            let mut notified = pin!(self.idled.notified());
            // Subscribes before it checks.
            notified.as_mut().enable();
            if self.in_flight() == 0 {
                return;
            }
            notified.await;
        }
    }

    /// Runs a statement, connecting first where necessary, and records how long the server took.
    pub(super) async fn run(
        self: &Arc<Self>,
        connector: &Connector,
        statement: &Statement<'_>,
        class: PipelineClass,
    ) -> Result<Attempt, DbError> {
        let connection = self.connected(connector).await?;
        self.run_on(&connection, statement, class).await
    }

    /// The same on a connection that is open.
    pub(super) async fn run_on(
        self: &Arc<Self>,
        connection: &Arc<OpenConnection>,
        statement: &Statement<'_>,
        class: PipelineClass,
    ) -> Result<Attempt, DbError> {
        let Some(mut in_flight) = self.begin(class, connection) else {
            return Ok(Attempt::Reroute);
        };
        // Checked after the statement is counted. A request that reserves checks in the opposite
        // order.
        if self.is_reserved() {
            in_flight.withdraw();
            return Ok(Attempt::Reroute);
        }
        match connection.run(statement).await {
            Ok(rows) => {
                latency::record(&statement.sql, in_flight.answered());
                Ok(Attempt::Done(rows))
            }
            Err(error) if self.is_diverted(connection, &error) => {
                let blocks = in_flight.number == self.blocked_by.load(Ordering::Acquire);
                in_flight.withdraw();
                if blocks {
                    latency::record_slow(&statement.sql);
                    return Ok(Attempt::Blocking);
                }
                Ok(Attempt::Reroute)
            }
            Err(error) => {
                in_flight.answered();
                Err(error)
            }
        }
    }

    /// Counts a statement as in flight, if its class is that of the statements before it.
    pub(super) fn begin<'pooled>(
        self: &'pooled Arc<Self>,
        class: PipelineClass,
        connection: &'pooled Arc<OpenConnection>,
    ) -> Option<InFlight<'pooled>> {
        let joined = |occupied: u64| match count(occupied) {
            0 => Some(u64::from(class.0) << 32 | 1),
            _ if self::class(occupied) == class => Some(occupied + 1),
            _ => None,
        };
        let before = self
            .occupied
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, joined)
            .ok()?;
        if count(before) == 0 {
            self.began.store(self.now(), Ordering::Relaxed);
        }
        Some(InFlight {
            pooled: self,
            connection: Some(connection),
            number: self.begun.fetch_add(1, Ordering::Relaxed),
        })
    }

    /// The open connection. Connects where it is not open.
    pub(super) async fn connected(
        &self,
        connector: &Connector,
    ) -> Result<Arc<OpenConnection>, DbError> {
        if let Some(connection) = self.connection() {
            return Ok(connection);
        }
        Box::pin(self.open(connector)).await?;
        self.connection()
            .ok_or_else(|| DbError::of(DbErrorKind::Unavailable).before_sending())
    }

    /// Connects, unless another request has just connected or has just failed to. Requests that
    /// wait for an unresponsive server must not wait one after the other.
    pub(super) async fn open(&self, connector: &Connector) -> Result<(), DbError> {
        let called = Instant::now();
        let mut failed = self.opening.lock().await;
        if self.is_open() {
            return Ok(());
        }
        if let Some((when, code)) = &*failed
            && (*when > called || when.elapsed() < RETRY_INTERVAL)
        {
            let mut error = connector.last_failure();
            error.code.clone_from(code);
            return Err(error);
        }
        let connection = connector.connect().await.inspect_err(|error| {
            *failed = Some((Instant::now(), error.code.clone()));
            let failures = self.failures.fetch_add(1, Ordering::Relaxed);
            let until = self.made.elapsed() + backoff(failures);
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

    /// Whether connecting has failed so recently that requests should use connections that are
    /// open. The interval grows with every failure, to some seconds.
    pub(super) fn is_refused(&self) -> bool {
        match self.refused_until.load(Ordering::Relaxed) {
            0 => false,
            until => self.now() < until,
        }
    }

    /// Opens the connection in the background, unless a task is doing so. A failure is only logged
    /// for debugging: the connection that requests wait for reports it.
    pub(super) fn open_in_background(self: &Arc<Self>, connector: &Arc<Connector>) {
        if self.opening_in_background.swap(true, Ordering::AcqRel) {
            return;
        }
        let (pooled, connector) = (self.clone(), connector.clone());
        tokio::spawn(async move {
            if let Err(error) = pooled.open(&connector).await {
                tracing::debug!(
                    error = &error as &dyn std::error::Error,
                    "one more connection could not be opened"
                );
            }
            pooled.opening_in_background.store(false, Ordering::Release);
        });
    }

    /// Closes a connection whose server has not answered for too long.
    pub(super) fn give_up(&self) {
        if let Some(connection) = self.connection() {
            connection.give_up();
        }
    }

    /// Cancels the slow read that others wait behind, and sends those to other connections. Where
    /// the server does not receive the request to cancel, other connections would be no better, and
    /// nothing happens.
    pub(super) fn divert(self: &Arc<Self>, connector: &Arc<Connector>) {
        let Some(connection) = self.connection() else {
            return;
        };
        // No statement begins here until that is decided.
        if !self.reserve() {
            return;
        }
        if !self.only_reads() {
            self.release();
            return;
        }
        self.blocked_by.store(self.progress().1, Ordering::Release);
        self.diverting.store(true, Ordering::Release);
        let (pooled, connector) = (self.clone(), connector.clone());
        tokio::spawn(async move {
            let cancelled =
                tokio::time::timeout(CANCEL_TIMEOUT, connector.cancel(&connection)).await;
            if matches!(cancelled, Ok(Ok(()))) {
                connection.divert();
                // The waiting reads have left before the connection is used again.
                pooled.idle().await;
            }
            pooled.diverting.store(false, Ordering::Release);
            pooled.release();
        });
    }

    /// Begins no more statements on the open connection. Those in flight may take until the
    /// timeout.
    pub(super) fn retire(&self, timeout: Duration) {
        let Some(connection) = self.connection() else {
            return;
        };
        connection.retire();
        tokio::spawn(async move {
            tokio::time::sleep(timeout).await;
            connection.give_up();
        });
    }

    /// Whether a read has failed because the reads here are sent to other connections.
    fn is_diverted(&self, connection: &OpenConnection, error: &DbError) -> bool {
        connection.is_diverted() && error.is_connection_lost()
            || error.kind == DbErrorKind::Timeout
                && error.is_answer()
                && self.diverting.load(Ordering::Acquire)
    }

    /// The open connection, if there is one.
    pub(super) fn connection(&self) -> Option<Arc<OpenConnection>> {
        self.connection
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .filter(|connection| !connection.is_closed())
            .cloned()
    }

    pub(super) fn leave(&self) {
        let before = self.occupied.fetch_sub(1, Ordering::SeqCst);
        if count(before) == 1 && self.is_reserved() {
            self.idled.notify_waiters();
        }
    }

    pub(super) fn now(&self) -> u64 {
        micros(self.made.elapsed())
    }
}

fn count(occupied: u64) -> usize {
    (occupied & u64::from(u32::MAX)) as usize
}

fn class(occupied: u64) -> PipelineClass {
    PipelineClass((occupied >> 32) as u32)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

impl std::fmt::Debug for PooledConnection {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "PooledConnection {{ open: {}, in_flight: {} }}",
            self.is_open(),
            self.in_flight()
        )
    }
}

//! One connection that many requests share, or that one has to itself for a while.

use std::{
    pin::pin,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::{Mutex, Notify};
use tokio_postgres::Row;

use super::{connect::Connector, connection::Connection, pace};
use crate::{
    backend::{Class, Fault},
    query::sql::Statement,
};

/// How long after a failed attempt nobody makes another on the same lane.
const HOLD_OFF: Duration = Duration::from_millis(100);

/// One connection to be, or open.
pub(super) struct Lane {
    connection: RwLock<Option<Arc<Connection>>>,
    /// Held while connecting, so that waiting requests share one attempt; when the last one failed.
    opening: Mutex<Option<Instant>>,
    /// Somebody in the background is opening this lane.
    claimed: AtomicBool,
    /// Somebody has the lane to himself.
    reserved: AtomicBool,
    in_flight: AtomicUsize,
    /// Told when whoever had the lane to himself gives it back, and when those before him are
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
            reserved: AtomicBool::new(false),
            in_flight: AtomicUsize::new(0),
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
        self.in_flight.load(Ordering::SeqCst)
    }

    /// How long the server has been at one statement.
    pub(super) fn busy_for(&self) -> Duration {
        if self.in_flight() == 0 {
            return Duration::ZERO;
        }
        let began = Duration::from_micros(self.began.load(Ordering::Relaxed));
        self.made.elapsed().saturating_sub(began)
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
        self.until(|lane| lane.in_flight() == 0).await;
    }

    /// Completes when nobody has the lane to himself.
    pub(super) async fn released(&self) {
        self.until(|lane| !lane.is_reserved()).await;
    }

    async fn until(&self, is_so: impl Fn(&Self) -> bool) {
        loop {
            let mut told = pin!(self.freed.notified());
            // Listens before it looks.
            told.as_mut().enable();
            if is_so(self) {
                return;
            }
            told.await;
        }
    }

    /// Runs a statement, connecting first if need be, and learns how long the server took.
    /// `None` where somebody has the lane to himself by then.
    pub(super) async fn run(
        &self,
        connector: &Connector,
        statement: &Statement<'_>,
    ) -> Result<Option<Vec<Row>>, Fault> {
        let connection = self.connected(connector).await?;
        let place = self.enter();
        // Looked at once it is counted in: who reserves looks the other way round.
        if self.is_reserved() {
            return Ok(None);
        }
        let rows = connection.run(statement).await?;
        pace::learn(&statement.sql, place.answered());
        Ok(Some(rows))
    }

    /// Counts a statement in.
    pub(super) fn enter(&self) -> Place<'_> {
        if self.in_flight.fetch_add(1, Ordering::SeqCst) == 0 {
            self.began.store(self.now(), Ordering::Relaxed);
        }
        Place(self)
    }

    /// The open connection; connects if there is none.
    pub(super) async fn connected(&self, connector: &Connector) -> Result<Arc<Connection>, Fault> {
        if let Some(connection) = self.connection() {
            return Ok(connection);
        }
        Box::pin(self.open(connector)).await?;
        self.connection()
            .ok_or_else(|| Fault::of(Class::Unavailable))
    }

    /// Connects, unless somebody else just has, or has just failed to: requests that wait for a
    /// server that does not answer must not wait one after the other.
    pub(super) async fn open(&self, connector: &Connector) -> Result<(), Fault> {
        let asked = Instant::now();
        let mut failed = self.opening.lock().await;
        if self.is_open() {
            return Ok(());
        }
        if failed.is_some_and(|when| when > asked || when.elapsed() < HOLD_OFF) {
            return Err(connector.failed_a_moment_ago());
        }
        let connection = connector
            .connect()
            .await
            .inspect_err(|_| *failed = Some(Instant::now()))?;
        *self
            .connection
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(connection));
        Ok(())
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

    /// Ends a connection whose server has not answered for `patience`.
    pub(super) fn give_up_after(&self, patience: Duration) {
        if self.busy_for() > patience
            && let Some(connection) = self.connection()
        {
            connection.give_up();
        }
    }

    fn connection(&self) -> Option<Arc<Connection>> {
        self.connection
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .filter(|connection| !connection.is_closed())
            .cloned()
    }

    fn now(&self) -> u64 {
        u64::try_from(self.made.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
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

/// A statement's place in a lane, given back however the statement ends.
pub(super) struct Place<'lane>(&'lane Lane);

impl Place<'_> {
    /// Notes an answer; gives how long the server took for it.
    pub(super) fn answered(&self) -> Duration {
        let now = self.0.now();
        let began = self.0.began.swap(now, Ordering::Relaxed);
        Duration::from_micros(now.saturating_sub(began))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if self.0.in_flight.fetch_sub(1, Ordering::SeqCst) == 1 && self.0.is_reserved() {
            self.0.freed.notify_waiters();
        }
    }
}

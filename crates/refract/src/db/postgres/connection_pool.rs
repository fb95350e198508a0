//! Which connection a statement takes.
//!
//! Quick statements share connections: they are pipelined, and do not wait for each other's
//! answers. A statement that may be slow uses a connection exclusively, and so does a transaction.
//! Some connections are never used exclusively, so that quick statements always find one.

use std::{
    pin::pin,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::Notify;
use tokio_postgres::Row;

use super::{
    connector::Connector,
    exclusive_connection::{ExclusiveConnection, InProgress},
    latency,
    pipeline::{Attempt, PipelineClass},
    pooled_connection::PooledConnection,
    table_limit::TableLimit,
};
use crate::{
    db::{DbError, DbErrorKind, Repeat},
    query::sql::{Sql, Statement, TableId},
};

/// Longest wait for a connection to use exclusively.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);
/// The same for a statement whose time is not known yet.
const FIRST_TIMEOUT: Duration = Duration::from_secs(1);
/// How long the statements in flight on a reserved connection may take. After that, another
/// connection is tried.
const IDLE_TIMEOUT: Duration = Duration::from_millis(250);

/// How long statements about a table share no connection after one has blocked others.
const BLOCKING_FOR: Duration = Duration::from_secs(2);
/// How often the connections are checked while none is free.
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// How long no further connection is opened after the server has refused one because it is full.
const FULL_RETRY: Duration = Duration::from_secs(2);

/// The connections to one server.
pub(super) struct ConnectionPool {
    connector: Arc<Connector>,
    connections: Vec<Arc<PooledConnection>>,
    /// Which statements may use a connection exclusively.
    limit: Arc<TableLimit>,
    /// Statements that wait for a permit.
    queue: AtomicUsize,
    /// Notified when exclusive use of a connection ends.
    released: Arc<Notify>,
    /// Tables whose statements have blocked others, and until when that counts. Most of the time it
    /// is empty.
    blocking: RwLock<Vec<(TableId, Instant)>>,
    any_blocking: AtomicBool,
    /// The server is taken to be full until then. Microseconds since `made`.
    full_until: AtomicU64,
    made: Instant,
}

impl ConnectionPool {
    pub(super) fn new(connector: Arc<Connector>, connections: Vec<Arc<PooledConnection>>) -> Self {
        Self {
            connector,
            connections,
            limit: Arc::default(),
            queue: AtomicUsize::new(0),
            released: Arc::default(),
            blocking: RwLock::default(),
            any_blocking: AtomicBool::new(false),
            full_until: AtomicU64::new(0),
            made: Instant::now(),
        }
    }

    /// The connections, in order.
    pub(super) fn all(&self) -> &[Arc<PooledConnection>] {
        &self.connections
    }

    /// Runs a quick statement on a shared connection.
    ///
    /// Reads fill the first connections before they use others: statements that are sent together
    /// cost one system call at either end. Writes begin at the last connection and never use the
    /// first quarter. They may wait for a row lock, and reads should not wait behind them.
    pub(super) async fn run(
        &self,
        statement: &Statement<'_>,
        repeat: Repeat,
        deadline: Instant,
    ) -> Result<Vec<Row>, DbError> {
        let depth = latency::pipeline_depth(&statement.sql);
        let class = PipelineClass::of(repeat, statement.sql.table);
        loop {
            let pooled = match repeat {
                Repeat::Allowed => self.shared(self.connections.iter(), class, depth),
                Repeat::Forbidden => {
                    let reserved = reserved(self.connections.len());
                    self.shared(self.connections[reserved..].iter().rev(), class, depth)
                }
            };
            let Some(pooled) = pooled else {
                // All are used exclusively, blocked, or busy with another class of statements.
                let exclusive = Box::pin(self.exclusive_before(&statement.sql, deadline)).await?;
                return Box::pin(exclusive.run(statement)).await;
            };
            let answered = match pooled.connection() {
                Some(connection) => pooled.run_on(&connection, statement, class).await,
                None => {
                    let answer = pooled.run(&self.connector, statement, class);
                    before(deadline, Box::pin(answer)).await
                }
            };
            match answered {
                Ok(Attempt::Done(rows)) => return Ok(rows),
                Ok(Attempt::Reroute) if !self.is_blocking(statement.sql.table) => {}
                Ok(ended) => {
                    if matches!(ended, Attempt::Blocking) {
                        self.note_blocking(statement.sql.table);
                    }
                    // On another shared connection it would block others again.
                    let exclusive =
                        Box::pin(self.exclusive_before(&statement.sql, deadline)).await?;
                    return Box::pin(exclusive.run(statement)).await;
                }
                // The connection could not be opened. Others are open, or will be.
                Err(error) if error.is_full() || self.failed_alone(&error, pooled) => {
                    self.note_full(&error);
                    let exclusive =
                        Box::pin(self.exclusive_before(&statement.sql, deadline)).await?;
                    return Box::pin(exclusive.run(statement)).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The first connection with fewer than `depth` statements in flight, else the one with the
    /// fewest. It is open, not blocked, and its statements are of the same class. Where none is
    /// open, a connection that can be opened.
    fn shared<'pool>(
        &'pool self,
        connections: impl Iterator<Item = &'pool Arc<PooledConnection>> + Clone,
        class: PipelineClass,
        depth: usize,
    ) -> Option<&'pool Arc<PooledConnection>> {
        let mut fewest: Option<(&Arc<PooledConnection>, usize)> = None;
        for pooled in connections.clone() {
            let Some(in_flight) = pooled.room_for(class) else {
                continue;
            };
            if pooled.is_reserved() || in_flight > 0 && pooled.busy_for() > latency::QUICK {
                continue;
            }
            let is_fewer = fewest.is_none_or(|(_, fewest)| in_flight < fewest);
            if !is_fewer || !pooled.is_open() {
                continue;
            }
            if in_flight < depth {
                return Some(pooled);
            }
            fewest = Some((pooled, in_flight));
        }
        let is_closed =
            |pooled: &&Arc<PooledConnection>| !pooled.is_reserved() && !pooled.is_open();
        let mut closed = connections.filter(is_closed);
        match fewest {
            Some((pooled, _)) => {
                if let Some(closed) = closed.find(|pooled| self.may_open(pooled)) {
                    closed.open_in_background(&self.connector);
                }
                Some(pooled)
            }
            // Where some are open and no more can be opened, the open ones have to do.
            None => {
                let any_open = self.any_open();
                closed.find(|pooled| !any_open || self.may_open(pooled))
            }
        }
    }

    /// Whether a statement was not sent because its connection could not be opened, while others
    /// are open.
    fn failed_alone(&self, error: &DbError, pooled: &PooledConnection) -> bool {
        error.is_unsent() && !pooled.is_open() && self.any_open()
    }

    /// Whether one more connection may be opened while others are open.
    fn may_open(&self, pooled: &PooledConnection) -> bool {
        !pooled.is_refused() && !self.is_full()
    }

    fn is_full(&self) -> bool {
        let full_until = Duration::from_micros(self.full_until.load(Ordering::Relaxed));
        self.made.elapsed() < full_until
    }

    /// Remembers that the server takes no more connections, if the error says so.
    fn note_full(&self, error: &DbError) {
        if error.is_full() {
            let until = u64::try_from((self.made.elapsed() + FULL_RETRY).as_micros());
            self.full_until
                .store(until.unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }

    /// Remembers that a statement about a table has blocked others.
    fn note_blocking(&self, table: TableId) {
        let mut blocking = self
            .blocking
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        blocking.retain(|(one, until)| *one != table && *until > now);
        blocking.push((table, now + BLOCKING_FOR));
        self.any_blocking.store(true, Ordering::Release);
    }

    /// Whether statements about a table have blocked others a moment ago. Then they share no
    /// connection.
    pub(super) fn is_blocking(&self, table: TableId) -> bool {
        if !self.any_blocking.load(Ordering::Acquire) {
            return false;
        }
        let now = Instant::now();
        let blocking = self.blocking.read().unwrap_or_else(PoisonError::into_inner);
        let mut blocking = blocking.iter().filter(|(_, until)| *until > now).peekable();
        if blocking.peek().is_none() {
            self.any_blocking.store(false, Ordering::Release);
        }
        blocking.any(|(one, _)| *one == table)
    }

    pub(super) fn any_open(&self) -> bool {
        self.connections.iter().any(|pooled| pooled.is_open())
    }

    /// A connection for one statement.
    ///
    /// # Errors
    /// As [`Self::exclusive_for`].
    pub(super) async fn exclusive(&self, sql: &Sql) -> Result<ExclusiveConnection, DbError> {
        self.exclusive_before(sql, self.connector.deadline()).await
    }

    /// The same for a statement with a deadline.
    pub(super) async fn exclusive_before(
        &self,
        sql: &Sql,
        deadline: Instant,
    ) -> Result<ExclusiveConnection, DbError> {
        self.exclusive_for(sql, sql.table, deadline).await
    }

    /// A connection for one statement, or for a transaction about a table.
    ///
    /// # Errors
    /// [`DbErrorKind::Overloaded`] where no connection gets free in time. Where the queue is too
    /// long for that, the error comes at once.
    pub(super) async fn exclusive_for(
        &self,
        sql: &Sql,
        table: TableId,
        deadline: Instant,
    ) -> Result<ExclusiveConnection, DbError> {
        let max = self.max_exclusive();
        self.limit.set_max(max);
        let mut until = deadline.min(Instant::now() + CONNECTION_TIMEOUT);
        let permit = match self.limit.acquire(table) {
            Ok(permit) => permit,
            Err(receiver) => {
                until = until.min(Instant::now() + self.wait_time(sql, max)?);
                let _queued = QueueGuard::enter(&self.queue);
                let granted = tokio::time::timeout_at(until.into(), receiver).await;
                let granted = granted.ok().and_then(Result::ok);
                // A statement that has its permit gets the full time.
                until = deadline.min(Instant::now() + CONNECTION_TIMEOUT);
                granted.ok_or_else(|| DbError::of(DbErrorKind::Overloaded))?
            }
        };
        // From here on, dropping `exclusive` gives the connection back.
        let mut exclusive = ExclusiveConnection {
            pooled: None,
            connection: None,
            connector: self.connector.clone(),
            released: self.released.clone(),
            permit: Some(permit),
            in_progress: InProgress::Nothing,
            deadline,
        };
        loop {
            let pooled = before(until, self.take()).await;
            let pooled = pooled.map_err(|_| DbError::of(DbErrorKind::Overloaded))?;
            exclusive.pooled = Some(pooled.clone());
            match before(deadline, pooled.connected(&self.connector)).await {
                Ok(connection) => exclusive.connection = Some(connection),
                // No more can be opened. One of the others will be free.
                Err(error) if (error.is_full() || self.any_open()) && Instant::now() < until => {
                    self.note_full(&error);
                    exclusive.release();
                    tokio::time::sleep(POLL_INTERVAL).await;
                    continue;
                }
                Err(error) => return Err(error.before_sending()),
            }
            let idle_deadline = until.min(Instant::now() + IDLE_TIMEOUT);
            match tokio::time::timeout_at(idle_deadline.into(), pooled.idle()).await {
                Ok(()) => return Ok(exclusive),
                Err(_) if Instant::now() >= until => {
                    return Err(DbError::of(DbErrorKind::Overloaded));
                }
                Err(_) => exclusive.release(),
            }
        }
    }

    /// How many connections may be used exclusively: of several, all but a quarter, and at least
    /// one is kept.
    fn max_exclusive(&self) -> usize {
        let available = |pooled: &&Arc<PooledConnection>| pooled.is_open() || self.may_open(pooled);
        match self.connections.iter().filter(available).count() {
            0 | 1 => 1,
            all => all - reserved(all),
        }
    }

    /// How long to wait for a permit.
    fn wait_time(&self, sql: &Sql, max_exclusive: usize) -> Result<Duration, DbError> {
        let Some(mean) = latency::mean(sql) else {
            // Those in the queue wait for connections that cannot be opened, not for each other.
            return Ok(if self.is_full() {
                CONNECTION_TIMEOUT
            } else {
                FIRST_TIMEOUT
            });
        };
        let queued = self.queue.load(Ordering::Relaxed) + 1;
        if mean.mul_f64(queued as f64 / max_exclusive as f64) > CONNECTION_TIMEOUT {
            return Err(DbError::of(DbErrorKind::Overloaded));
        }
        Ok(CONNECTION_TIMEOUT)
    }

    /// Reserves a connection: an idle one, else one that can be opened, else the one with the
    /// fewest statements in flight. A connection that is kept for quick reads is used only where
    /// there is no other, and a blocked one never.
    async fn take(&self) -> Result<Arc<PooledConnection>, DbError> {
        loop {
            let mut notified = pin!(self.released.notified());
            // Subscribes before it checks.
            notified.as_mut().enable();
            if let Some(pooled) = self.reserve() {
                return Ok(pooled);
            }
            // A connection also gets free when a slow statement ends, or when another request opens
            // it.
            let _ = tokio::time::timeout(POLL_INTERVAL, notified).await;
        }
    }

    fn reserve(&self) -> Option<Arc<PooledConnection>> {
        let reserved = reserved(self.connections.len());
        let any_open = self.any_open();
        let rank = |(place, pooled): (usize, &Arc<PooledConnection>)| {
            let for_all = place >= reserved;
            let rank = match (pooled.is_open(), pooled.in_flight()) {
                (true, 0) if for_all => 0,
                (false, _) if any_open && !self.may_open(pooled) => return None,
                (false, _) if for_all => 1,
                // The statement there may take any time, or its connection is about to be emptied.
                (true, _) if pooled.busy_for() > latency::QUICK => return None,
                (true, 1..) if for_all => 2,
                (_, 0) => 3,
                _ => 4,
            };
            // The last one of equals: quick reads share the first ones.
            Some((rank, pooled.in_flight(), usize::MAX - place))
        };
        let mut ranked: Vec<_> = self
            .connections
            .iter()
            .enumerate()
            .filter_map(|(place, pooled)| Some((rank((place, pooled))?, pooled)))
            .collect();
        ranked.sort_unstable_by_key(|(rank, _)| *rank);
        let mut ranked = ranked.into_iter().map(|(_, pooled)| pooled);
        ranked.find(|pooled| pooled.reserve()).cloned()
    }
}

/// How many of these connections are kept for quick reads.
fn reserved(connections: usize) -> usize {
    match connections {
        0 | 1 => 0,
        all => (all / 4).max(1),
    }
}

/// The answer, or [`DbErrorKind::Timeout`] at the deadline.
pub(super) async fn before<T>(
    deadline: Instant,
    answer: impl Future<Output = Result<T, DbError>>,
) -> Result<T, DbError> {
    tokio::time::timeout_at(deadline.into(), answer)
        .await
        .unwrap_or_else(|_| Err(DbError::of(DbErrorKind::Timeout)))
}

/// Counts one waiting statement until it is dropped.
pub(super) struct QueueGuard<'queue>(&'queue AtomicUsize);

impl<'queue> QueueGuard<'queue> {
    pub(super) fn enter(queue: &'queue AtomicUsize) -> Self {
        queue.fetch_add(1, Ordering::Relaxed);
        Self(queue)
    }
}

impl Drop for QueueGuard<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

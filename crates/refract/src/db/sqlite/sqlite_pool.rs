//! The connections to a SQLite file, and which statement may use one.
//!
//! Reads use any connection. SQLite has one writer at a time, so writers of this process queue for
//! [`SqlitePool::lock_writer`] before they take a connection. They do not hold a connection while
//! they wait. For writers of other processes they wait in slices of `BUSY_SLICE`.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::sqlx::sqlite::SqliteRow;
use tokio::{
    sync::{AcquireError, Mutex as Queue, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore},
    time::timeout_at,
};

use super::{
    file_identity::FileIdentity,
    sqlite_connection::{Connection, Hooks, OpenOptions},
};
use crate::{
    db::{DbError, DbErrorKind, PoolStatus},
    query::sql::Statement,
};

/// A pause where SQLite reports at once that it is busy, without having waited.
const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// Connections for quick statements only, so that slow ones do not block health checks and reads by
/// key.
const RESERVED: usize = 1;

/// Which statements a connection is taken for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Priority {
    Normal,
    /// A statement that reads by key.
    Quick,
}

/// The connections to a file.
#[derive(Debug)]
pub(super) struct SqlitePool {
    options: OpenOptions,
    size: usize,
    /// For any statement.
    permits: Arc<Semaphore>,
    /// For quick statements.
    reserve: Arc<Semaphore>,
    writer: Arc<Queue<()>>,
    idle: Mutex<Vec<Connection>>,
    open: AtomicUsize,
    /// Counts how often the open connections had to be replaced.
    generation: AtomicU64,
    file: FileIdentity,
}

/// The right to write.
pub(super) type Writer = OwnedMutexGuard<()>;

impl SqlitePool {
    pub fn new(options: OpenOptions, size: usize) -> Self {
        let reserved = if size > 1 { RESERVED } else { 0 };
        Self {
            file: FileIdentity::of(options.connect.get_filename()),
            options: options.complete(),
            size,
            permits: Arc::new(Semaphore::new(size - reserved)),
            reserve: Arc::new(Semaphore::new(reserved)),
            writer: Arc::default(),
            idle: Mutex::default(),
            open: AtomicUsize::new(0),
            generation: AtomicU64::new(0),
        }
    }

    pub fn options(&self) -> &OpenOptions {
        &self.options
    }

    /// A connection for exclusive use.
    ///
    /// # Errors
    /// [`DbErrorKind::Overloaded`] where no connection gets free in time, and the errors of opening
    /// one.
    pub async fn take(
        self: &Arc<Self>,
        priority: Priority,
        deadline: Instant,
    ) -> Result<Lease, DbError> {
        let permit = match (self.permits.clone().try_acquire_owned(), priority) {
            (Ok(permit), _) => permit,
            (Err(_), Priority::Normal) => {
                within(deadline, self.permits.clone().acquire_owned()).await?
            }
            (Err(_), Priority::Quick) => {
                let either = async {
                    tokio::select! {
                        biased;
                        permit = self.reserve.clone().acquire_owned() => permit,
                        permit = self.permits.clone().acquire_owned() => permit,
                    }
                };
                within(deadline, either).await?
            }
        };
        if self.file.was_replaced() {
            self.forget_idle();
        }
        let generation = self.generation.load(Ordering::Acquire);
        let idle = {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.pop()
        };
        let connection = match idle {
            Some(connection) => connection,
            None => {
                let opened = Connection::open(&self.options, generation).await?;
                self.open.fetch_add(1, Ordering::Relaxed);
                opened
            }
        };
        Ok(Lease {
            connection: Some(connection),
            pool: self.clone(),
            is_running: false,
            is_broken: false,
            _permit: permit,
        })
    }

    /// Waits for the right to write.
    ///
    /// # Errors
    /// [`DbErrorKind::Busy`] where other requests write for too long.
    pub async fn lock_writer(&self, deadline: Instant) -> Result<Writer, DbError> {
        let waiting = self.writer.clone().lock_owned();
        timeout_at(deadline.into(), waiting)
            .await
            .map_err(|_| DbError::of(DbErrorKind::Busy))
    }

    /// Closes the idle connections now, and the others when they come back. Another file has taken
    /// the place of the open one, or it can no longer be read.
    fn forget_idle(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        let forgotten = {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *idle)
        };
        self.open.fetch_sub(forgotten.len(), Ordering::Relaxed);
    }

    pub fn status(&self) -> PoolStatus {
        PoolStatus {
            size: self.size,
            open: self.open.load(Ordering::Relaxed),
            in_flight: self.size.saturating_sub(
                self.permits.available_permits() + self.reserve.available_permits(),
            ),
        }
    }
}

/// A connection in exclusive use. Dropping it gives it back to the pool.
#[derive(Debug)]
pub(super) struct Lease {
    /// `None` after it was given back.
    connection: Option<Connection>,
    pool: Arc<SqlitePool>,
    /// A statement was sent that has not ended yet.
    is_running: bool,
    /// It must not be used again.
    is_broken: bool,
    _permit: OwnedSemaphorePermit,
}

impl Lease {
    pub fn connection(&mut self) -> &mut Connection {
        self.connection
            .as_mut()
            .expect("a lease has its connection until it is dropped")
    }

    pub fn hooks(&self) -> Option<&Arc<Hooks>> {
        self.connection.as_ref().map(|connection| &connection.hooks)
    }

    /// Whether SQLite has rolled the transaction back by itself.
    pub fn was_rolled_back(&self) -> bool {
        self.hooks().is_some_and(|hooks| hooks.was_rolled_back())
    }

    /// Whether a statement still runs.
    pub fn is_running(&self) -> bool {
        self.is_running
    }

    /// Marks a statement as running until [`Self::finish`]. Dropped in between, the lease
    /// interrupts the statement and closes its connection.
    pub fn begin(&mut self) -> &mut Connection {
        self.is_running = true;
        self.connection()
    }

    /// Records how the statement has ended. [`DbErrorKind::Timeout`] without a code means that it
    /// still runs.
    pub fn finish<T>(&mut self, ended: Result<T, DbError>) -> Result<T, DbError> {
        let Err(error) = ended else {
            self.is_running = false;
            return ended;
        };
        self.is_running = error.kind == DbErrorKind::Timeout && error.code.is_none();
        if error.breaks_sqlite_connection() {
            self.is_broken = true;
            self.pool.forget_idle();
        }
        Err(error)
    }

    /// Closes the connection when the lease is dropped.
    pub fn discard(&mut self) {
        self.is_broken = true;
    }

    /// Runs a statement outside of a transaction. While other processes write, it is tried again.
    ///
    /// # Errors
    /// The database's own. [`DbErrorKind::Busy`] or [`DbErrorKind::Timeout`] after the deadline.
    pub async fn run(
        &mut self,
        statement: &Statement<'_>,
        deadline: Instant,
    ) -> Result<Vec<SqliteRow>, DbError> {
        loop {
            let ended = self.begin().run(statement, deadline).await;
            let ended = self.finish(ended);
            if !is_busy(&ended) {
                return ended;
            }
            wait_for_writers(deadline).await?;
        }
    }

    /// Runs `BEGIN` or `COMMIT`, as [`Self::run`] runs a statement.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn command(&mut self, sql: &'static str, deadline: Instant) -> Result<(), DbError> {
        loop {
            let ended = self.begin().command(sql).await;
            let ended = self.finish(ended);
            if !is_busy(&ended) {
                return ended;
            }
            wait_for_writers(deadline).await?;
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        let is_current = connection.generation == self.pool.generation.load(Ordering::Acquire);
        if self.is_running || self.is_broken || !is_current {
            // Its thread ends with the statement, and rolls back what was not committed.
            connection.hooks.stop();
            self.pool.open.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        let mut idle = self.pool.idle.lock();
        idle.as_mut()
            .unwrap_or_else(|poisoned| poisoned.get_mut())
            .push(connection);
    }
}

async fn within(
    deadline: Instant,
    permit: impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>>,
) -> Result<OwnedSemaphorePermit, DbError> {
    timeout_at(deadline.into(), permit)
        .await
        .map_err(|_| DbError::of(DbErrorKind::Overloaded))?
        .map_err(|_| DbError::of(DbErrorKind::Unavailable))
}

fn is_busy<T>(ended: &Result<T, DbError>) -> bool {
    matches!(ended, Err(error) if error.kind == DbErrorKind::Busy)
}

/// Pauses while another process writes.
///
/// # Errors
/// [`DbErrorKind::Busy`] at the deadline.
pub(super) async fn wait_for_writers(deadline: Instant) -> Result<(), DbError> {
    if Instant::now() + BUSY_PAUSE >= deadline {
        return Err(DbError::of(DbErrorKind::Busy));
    }
    tokio::time::sleep(BUSY_PAUSE).await;
    Ok(())
}

//! The connections to a SQLite file, and who may have one.
//!
//! Reads take any connection. SQLite has one writer at a time: within this process writers queue
//! for [`Lanes::writer`] before they take a connection, so that none is held by those who wait, and
//! they come one after the other. Other processes are waited for in slices (`BUSY_SLICE`).

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
    file_identity::FileWatch,
    sqlite_connection::{Connection, Opening, Watch},
};
use crate::{
    db::{DbError, DbErrorKind, PoolStatus},
    query::sql::Statement,
};

/// A pause where SQLite says at once that it is busy, without having waited.
const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// Connections that only quick statements get, so that slow ones do not hold up health checks and
/// reads by key.
const RESERVED: usize = 1;

/// What a connection is taken for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pace {
    Any,
    /// A statement that follows a key.
    Quick,
}

/// The connections to a file.
#[derive(Debug)]
pub(super) struct Lanes {
    opening: Opening,
    size: usize,
    /// For any statement.
    permits: Arc<Semaphore>,
    /// For statements that are known to be quick.
    reserve: Arc<Semaphore>,
    writer: Arc<Queue<()>>,
    idle: Mutex<Vec<Connection>>,
    open: AtomicUsize,
    /// Counts up when the connections that are open are good for nothing any longer.
    generation: AtomicU64,
    file: FileWatch,
}

/// The right to be the one that writes.
pub(super) type Writer = OwnedMutexGuard<()>;

impl Lanes {
    pub fn new(opening: Opening, size: usize) -> Self {
        let reserved = if size > 1 { RESERVED } else { 0 };
        Self {
            file: FileWatch::of(opening.options.get_filename()),
            opening: opening.complete(),
            size,
            permits: Arc::new(Semaphore::new(size - reserved)),
            reserve: Arc::new(Semaphore::new(reserved)),
            writer: Arc::default(),
            idle: Mutex::default(),
            open: AtomicUsize::new(0),
            generation: AtomicU64::new(0),
        }
    }

    pub fn opening(&self) -> &Opening {
        &self.opening
    }

    /// A connection of one's own.
    ///
    /// # Errors
    /// [`DbErrorKind::Overloaded`] where none gets free in time, and what opening one may meet.
    pub async fn take(self: &Arc<Self>, pace: Pace, deadline: Instant) -> Result<Lane, DbError> {
        let permit = match (self.permits.clone().try_acquire_owned(), pace) {
            (Ok(permit), _) => permit,
            (Err(_), Pace::Any) => within(deadline, self.permits.clone().acquire_owned()).await?,
            (Err(_), Pace::Quick) => {
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
        if self.file.is_another() {
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
                let opened = Connection::open(&self.opening, generation).await?;
                self.open.fetch_add(1, Ordering::Relaxed);
                opened
            }
        };
        Ok(Lane {
            connection: Some(connection),
            lanes: self.clone(),
            is_running: false,
            is_broken: false,
            _permit: permit,
        })
    }

    /// Waits to be the one that writes.
    ///
    /// # Errors
    /// [`DbErrorKind::Busy`] where others write for too long.
    pub async fn write(&self, deadline: Instant) -> Result<Writer, DbError> {
        let waiting = self.writer.clone().lock_owned();
        timeout_at(deadline.into(), waiting)
            .await
            .map_err(|_| DbError::of(DbErrorKind::Busy))
    }

    /// Closes what is idle now, and what is in use when it comes back: another file has taken the
    /// place of the one that is open, or it can no longer be read.
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

/// A connection that one task has to itself.
#[derive(Debug)]
pub(super) struct Lane {
    /// `None` once it was given back.
    connection: Option<Connection>,
    lanes: Arc<Lanes>,
    /// Whether a statement was sent whose end nobody has seen.
    is_running: bool,
    /// Whether it must not be used again.
    is_broken: bool,
    _permit: OwnedSemaphorePermit,
}

impl Lane {
    pub fn connection(&mut self) -> &mut Connection {
        self.connection
            .as_mut()
            .expect("a lane has its connection until it is dropped")
    }

    pub fn watch(&self) -> Option<&Arc<Watch>> {
        self.connection.as_ref().map(|connection| &connection.watch)
    }

    /// Whether the database has undone the transaction by itself.
    pub fn was_rolled_back(&self) -> bool {
        self.watch().is_some_and(|watch| watch.was_rolled_back())
    }

    /// Whether a statement runs that nobody waits for.
    pub fn is_running(&self) -> bool {
        self.is_running
    }

    /// Has what is done with the connection end it, until [`Self::done`]: dropped in between, the
    /// lane stops what runs and gives its connection up.
    pub fn begin(&mut self) -> &mut Connection {
        self.is_running = true;
        self.connection()
    }

    /// What runs has ended so; [`DbErrorKind::Timeout`] without a code means that it has not.
    pub fn done<T>(&mut self, ended: Result<T, DbError>) -> Result<T, DbError> {
        let Err(fault) = ended else {
            self.is_running = false;
            return ended;
        };
        self.is_running = fault.kind == DbErrorKind::Timeout && fault.code.is_none();
        if fault.breaks_sqlite_connection() {
            self.is_broken = true;
            self.lanes.forget_idle();
        }
        Err(fault)
    }

    /// Closes the connection when the lane is dropped.
    pub fn give_up(&mut self) {
        self.is_broken = true;
    }

    /// Runs a statement that is whole by itself. While other processes are in its way it is tried
    /// again: nothing has happened then.
    ///
    /// # Errors
    /// The database's own; [`DbErrorKind::Busy`] or [`DbErrorKind::Timeout`] after the deadline.
    pub async fn run(
        &mut self,
        statement: &Statement<'_>,
        deadline: Instant,
    ) -> Result<Vec<SqliteRow>, DbError> {
        loop {
            let ended = self.begin().run(statement, deadline).await;
            let ended = self.done(ended);
            if !is_busy(&ended) {
                return ended;
            }
            wait_for_others(deadline).await?;
        }
    }

    /// Runs `BEGIN` or `COMMIT`, as [`Self::run`] runs a statement.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn command(&mut self, sql: &'static str, deadline: Instant) -> Result<(), DbError> {
        loop {
            let ended = self.begin().command(sql).await;
            let ended = self.done(ended);
            if !is_busy(&ended) {
                return ended;
            }
            wait_for_others(deadline).await?;
        }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        let is_current = connection.generation == self.lanes.generation.load(Ordering::Acquire);
        if self.is_running || self.is_broken || !is_current {
            // Its thread ends when the statement has, and undoes what was not committed.
            connection.watch.stop();
            self.lanes.open.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        let mut idle = self.lanes.idle.lock();
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
    matches!(ended, Err(fault) if fault.kind == DbErrorKind::Busy)
}

/// Waits a little for other writers.
///
/// # Errors
/// [`DbErrorKind::Busy`] at the deadline.
pub(super) async fn wait_for_others(deadline: Instant) -> Result<(), DbError> {
    if Instant::now() + BUSY_PAUSE >= deadline {
        return Err(DbError::of(DbErrorKind::Busy));
    }
    tokio::time::sleep(BUSY_PAUSE).await;
    Ok(())
}

//! One connection to a SQLite file: how it is opened, how it is stopped, what is known of it.
//!
//! sqlx gives each connection a thread that runs its statements. Nothing can be taken back from
//! that thread, so a [`Watch`] stands beside it: SQLite asks it while a statement runs, and tells it
//! when a transaction was undone.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::sqlx::{
    self, ConnectOptions, Executor,
    sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow},
};

use super::{query, sandbox::DECIMAL_COLLATION};
use crate::{
    codec::{COLLATIONS, compare_decimals},
    db::{DbError, DbErrorKind, SQLITE_LISTENER},
    query::sql::Statement,
};

/// How long SQLite itself waits for another writer. Longer waits are made of several of these, so
/// that they can be given up in between.
pub(super) const BUSY_SLICE: Duration = Duration::from_millis(100);

/// Instructions of SQLite's virtual machine between two looks at the [`Watch`]: about a tenth of a
/// millisecond.
const OPERATIONS_PER_LOOK: i32 = 4_000;

/// How much longer than its deadline a statement is waited for: one instruction, a sort of many
/// rows say, may take its time.
const GRACE: Duration = Duration::from_secs(1);

/// How connections to a database are opened.
#[derive(Debug, Clone)]
pub(super) struct Opening {
    pub options: SqliteConnectOptions,
    /// What each connection runs first.
    pub attach: Option<String>,
}

impl Opening {
    /// The options with what every connection needs.
    pub fn complete(mut self) -> Self {
        let mut options = self
            .options
            .foreign_keys(true)
            .busy_timeout(BUSY_SLICE)
            // As in PostgreSQL; `ilike` is the one without regard to letter case.
            .pragma("case_sensitive_like", "ON")
            .collation(DECIMAL_COLLATION, compare_decimals);
        for (name, compare) in COLLATIONS {
            options = options.collation(name, compare);
        }
        self.options = options;
        self
    }
}

/// What is asked and told while a connection's thread is at work.
#[derive(Debug)]
pub(super) struct Watch {
    since: Instant,
    /// Milliseconds after `since` at which what runs is to end; `u64::MAX` is never.
    deadline: AtomicU64,
    /// Whether nobody waits for what runs any longer.
    stopped: AtomicBool,
    /// Whether the database has undone the transaction.
    rolled_back: AtomicBool,
}

impl Watch {
    fn new() -> Self {
        Self {
            since: Instant::now(),
            deadline: AtomicU64::new(u64::MAX),
            stopped: AtomicBool::new(false),
            rolled_back: AtomicBool::new(false),
        }
    }

    /// Sets when what runs next is to end; `None` is never.
    pub fn limit(&self, deadline: Option<Instant>) {
        let millis = deadline.map_or(u64::MAX, |deadline| {
            u64::try_from(deadline.duration_since(self.since).as_millis()).unwrap_or(u64::MAX)
        });
        self.deadline.store(millis, Ordering::Relaxed);
    }

    /// Ends what runs: nobody waits for it.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether the database has undone a transaction since [`Self::begin`].
    pub fn was_rolled_back(&self) -> bool {
        self.rolled_back.load(Ordering::Acquire)
    }

    /// Forgets what was undone before.
    pub fn begin(&self) {
        self.rolled_back.store(false, Ordering::Release);
    }

    fn may_go_on(&self) -> bool {
        let deadline = self.deadline.load(Ordering::Relaxed);
        !self.stopped.load(Ordering::Relaxed)
            && (deadline == u64::MAX || self.since.elapsed() < Duration::from_millis(deadline))
    }
}

/// A connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub inner: SqliteConnection,
    pub watch: Arc<Watch>,
    /// Which opening of the file it belongs to: see `Lanes::forget_idle`.
    pub generation: u64,
}

impl Connection {
    /// Opens one.
    ///
    /// # Errors
    /// A file that is not there or is no database.
    pub async fn open(opening: &Opening, generation: u64) -> Result<Self, DbError> {
        let mut inner = opening.options.connect().await?;
        if let Some(sql) = &opening.attach {
            inner.execute(sqlx::AssertSqlSafe(sql.clone())).await?;
        }
        let watch = Arc::new(Watch::new());
        let mut handle = inner.lock_handle().await?;
        let asked = watch.clone();
        handle.set_progress_handler(OPERATIONS_PER_LOOK, move || asked.may_go_on());
        let told = watch.clone();
        handle.set_rollback_hook(move || told.rolled_back.store(true, Ordering::Release));
        drop(handle);
        Ok(Self {
            inner,
            watch,
            generation,
        })
    }

    /// Runs a statement until a deadline.
    ///
    /// # Errors
    /// The database's own; [`DbErrorKind::Timeout`] after the deadline, without a code where the statement
    /// has not ended.
    pub async fn run(
        &mut self,
        statement: &Statement<'_>,
        deadline: Instant,
    ) -> Result<Vec<SqliteRow>, DbError> {
        self.watch.limit(Some(deadline));
        let rows = query(statement).fetch_all(&mut self.inner);
        let ended = tokio::time::timeout_at((deadline + GRACE).into(), rows).await;
        self.watch.limit(None);
        match ended {
            Ok(rows) => rows.map_err(DbError::from),
            Err(_) => Err(DbError::of(DbErrorKind::Timeout)),
        }
    }

    /// Runs SQL that is written here, such as `ROLLBACK`, to its end.
    ///
    /// # Errors
    /// The database's own.
    pub async fn command(&mut self, sql: &'static str) -> Result<(), DbError> {
        if let Some(listen) = SQLITE_LISTENER.get() {
            listen(sql, &[]);
        }
        self.watch.limit(None);
        self.inner.execute(sql).await?;
        Ok(())
    }
}

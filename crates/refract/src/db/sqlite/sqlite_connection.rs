//! One connection to a SQLite file: how it is opened and how its statements are interrupted.
//!
//! sqlx runs the statements of each connection on a thread, and cannot interrupt them. So [`Hooks`]
//! are registered: SQLite calls its progress handler while a statement runs, and its rollback hook
//! when a transaction was rolled back.

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

/// How long SQLite itself waits for another writer. Longer waits consist of several of these, so
/// that they can end in between.
pub(super) const BUSY_SLICE: Duration = Duration::from_millis(100);

/// Instructions of SQLite's virtual machine between two calls of the progress handler: about a
/// tenth of a millisecond.
const OPERATIONS_PER_LOOK: i32 = 4_000;

/// How much longer than its deadline a request waits for a statement. One instruction may take a
/// while, such as a sort of many rows.
const GRACE: Duration = Duration::from_secs(1);

/// How connections to a database are opened.
#[derive(Debug, Clone)]
pub(super) struct OpenOptions {
    pub connect: SqliteConnectOptions,
    /// The SQL that each connection runs first.
    pub attach: Option<String>,
}

impl OpenOptions {
    /// Adds the settings and collations that every connection needs.
    pub fn complete(mut self) -> Self {
        let mut connect = self
            .connect
            .foreign_keys(true)
            .busy_timeout(BUSY_SLICE)
            // As in PostgreSQL, where `ILIKE` ignores the letter case and `LIKE` does not.
            .pragma("case_sensitive_like", "ON")
            .collation(DECIMAL_COLLATION, compare_decimals);
        for (name, compare) in COLLATIONS {
            connect = connect.collation(name, compare);
        }
        self.connect = connect;
        self
    }
}

/// The state that a connection's hooks read and write while a statement runs.
#[derive(Debug)]
pub(super) struct Hooks {
    since: Instant,
    /// The deadline of the statement in milliseconds after `since`. `u64::MAX` is none.
    deadline: AtomicU64,
    /// The request is gone, so the statement must end.
    stopped: AtomicBool,
    /// SQLite has rolled the transaction back.
    rolled_back: AtomicBool,
}

impl Hooks {
    fn new() -> Self {
        Self {
            since: Instant::now(),
            deadline: AtomicU64::new(u64::MAX),
            stopped: AtomicBool::new(false),
            rolled_back: AtomicBool::new(false),
        }
    }

    /// Sets the deadline of the next statement. `None` is no deadline.
    pub fn limit(&self, deadline: Option<Instant>) {
        let millis = deadline.map_or(u64::MAX, |deadline| {
            u64::try_from(deadline.duration_since(self.since).as_millis()).unwrap_or(u64::MAX)
        });
        self.deadline.store(millis, Ordering::Relaxed);
    }

    /// Ends the running statement.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether SQLite has rolled back a transaction since [`Self::begin`].
    pub fn was_rolled_back(&self) -> bool {
        self.rolled_back.load(Ordering::Acquire)
    }

    /// Forgets earlier rollbacks.
    pub fn begin(&self) {
        self.rolled_back.store(false, Ordering::Release);
    }

    fn may_continue(&self) -> bool {
        let deadline = self.deadline.load(Ordering::Relaxed);
        !self.stopped.load(Ordering::Relaxed)
            && (deadline == u64::MAX || self.since.elapsed() < Duration::from_millis(deadline))
    }
}

/// A connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub inner: SqliteConnection,
    pub hooks: Arc<Hooks>,
    /// The generation of the file that it belongs to: see `SqlitePool::forget_idle`.
    pub generation: u64,
}

impl Connection {
    /// Opens one.
    ///
    /// # Errors
    /// The file does not exist or is no database.
    pub async fn open(options: &OpenOptions, generation: u64) -> Result<Self, DbError> {
        let mut inner = options.connect.connect().await?;
        if let Some(sql) = &options.attach {
            inner.execute(sqlx::AssertSqlSafe(sql.clone())).await?;
        }
        let hooks = Arc::new(Hooks::new());
        let mut handle = inner.lock_handle().await?;
        let asked = hooks.clone();
        handle.set_progress_handler(OPERATIONS_PER_LOOK, move || asked.may_continue());
        let told = hooks.clone();
        handle.set_rollback_hook(move || told.rolled_back.store(true, Ordering::Release));
        drop(handle);
        Ok(Self {
            inner,
            hooks,
            generation,
        })
    }

    /// Runs a statement until a deadline.
    ///
    /// # Errors
    /// The database's own. [`DbErrorKind::Timeout`] after the deadline, without a code where the
    /// statement has not ended.
    pub async fn run(
        &mut self,
        statement: &Statement<'_>,
        deadline: Instant,
    ) -> Result<Vec<SqliteRow>, DbError> {
        self.hooks.limit(Some(deadline));
        let rows = query(statement).fetch_all(&mut self.inner);
        let ended = tokio::time::timeout_at((deadline + GRACE).into(), rows).await;
        self.hooks.limit(None);
        match ended {
            Ok(rows) => rows.map_err(DbError::from),
            Err(_) => Err(DbError::of(DbErrorKind::Timeout)),
        }
    }

    /// Runs fixed SQL, such as `ROLLBACK`, to its end.
    ///
    /// # Errors
    /// The database's own.
    pub async fn command(&mut self, sql: &'static str) -> Result<(), DbError> {
        if let Some(listen) = SQLITE_LISTENER.get() {
            listen(sql, &[]);
        }
        self.hooks.limit(None);
        self.inner.execute(sql).await?;
        Ok(())
    }
}

//! PostgreSQL through tokio-postgres: prepared statements, pipelined over multiplexed connections.
//!
//! A [`pooled_connection::PooledConnection`] is shared by many requests, since the protocol lets
//! statements follow each other without waiting for answers. [`connection_pool`] decides which
//! statement uses which connection, by the times that [`latency`] has recorded. [`batch_loader`] keeps
//! a few connections for reads by key, which it combines under load.

mod batch_loader;
mod blocking_tables;
mod cancel_request;
mod connection_pool;
mod connector;
mod exclusive_connection;
mod latency;
mod open_connection;
mod pipeline;
mod pooled_connection;
mod postgres_transaction;
mod retry;
mod session_settings;
mod streamed_read;
mod table_limit;
mod text_parameter;
mod unreachable;
mod watchdog;

use std::{
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use reflect::database_url::{DatabaseUrl, postgres_options};
use sea_orm::{DatabaseConnection, SqlxPostgresConnector, sqlx};

pub use self::postgres_transaction::Transaction;
pub(super) use self::retry::conflict_backoff;
use self::{
    batch_loader::BatchLoader,
    connection_pool::{ConnectionPool, QueueGuard, before},
    connector::Connector,
    pooled_connection::PooledConnection,
    retry::{Retries, backoff},
    unreachable::UnreachableLog,
    watchdog::Watchdog,
};
use super::{
    DbError, DbErrorKind, PoolStatus, Repeat, Rows, TransactionOptions, row_stream::StreamLimit,
};
use crate::{
    query::sql::{Sql, Statement},
    settings::DatabaseSettings,
};

/// Most connections for hand-written endpoints. They are a fifth of all, and at least one.
const SEA_ORM_CONNECTIONS: usize = 5;
/// How long such a connection stays open without use.
const SEA_ORM_IDLE: Duration = Duration::from_secs(10);

/// Connections for reads by key: one sends while the other is answered.
const LOADER_CONNECTIONS: usize = 2;
/// How often a transaction is run again that was rolled back in a deadlock or a lost race.
pub(super) const CONFLICT_RETRIES: u32 = 5;
/// How long a server may take to confirm that it has cancelled a statement.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(5);
/// How long connections are kept at least that have replaced connections to a standby.
const MIN_RETIREMENT: Duration = Duration::from_secs(10);

/// A PostgreSQL server.
pub struct Postgres {
    connections: Vec<Arc<PooledConnection>>,
    pool: Box<ConnectionPool>,
    loader: Option<Arc<BatchLoader>>,
    /// Limits the long answers under way.
    stream_limit: StreamLimit,
    /// How long a long answer may wait for its client, in all.
    client_timeout: Duration,
    connector: Arc<Connector>,
    /// Statements that are begun and not answered yet.
    in_flight: AtomicUsize,
    queue_size: usize,
    retries: u32,
    /// Records how long transactions take.
    transactions: Sql,
    sea_orm: DatabaseConnection,
    /// When connections were last retired because their server takes no writes.
    retired: Mutex<Option<Instant>>,
}

impl Postgres {
    /// Prepares to connect.
    ///
    /// # Errors
    /// A URL that the driver does not take.
    pub fn open(url: &DatabaseUrl, settings: &DatabaseSettings) -> Result<Self, DbError> {
        let connector = Arc::new(Connector::new(url, settings)?);
        // The setting includes the connections for hand-written endpoints and for reading the
        // schema.
        let for_sea_orm = (settings.pool_size / 5).clamp(1, SEA_ORM_CONNECTIONS);
        let count = settings.pool_size.saturating_sub(for_sea_orm).max(1);
        let connections: Vec<_> = (0..count)
            .map(|_| Arc::new(PooledConnection::new()))
            .collect();
        // A small pool keeps no connections for reads by key.
        let loader_count = match connections.len() {
            _ if !settings.coalesce => 0,
            0..=2 => 0,
            3..=5 => 1,
            _ => LOADER_CONNECTIONS,
        };
        // The first connection that is opened is for all statements.
        let (for_all, for_loader) = connections.split_at(connections.len() - loader_count);
        let sqlx_pool = sqlx::postgres::PgPoolOptions::new()
            .max_connections(u32::try_from(for_sea_orm).unwrap_or(u32::MAX))
            .idle_timeout(SEA_ORM_IDLE)
            .acquire_timeout(settings.statement_timeout)
            .connect_lazy_with(postgres_options(url)?);
        let postgres = Self {
            pool: Box::new(ConnectionPool::new(connector.clone(), for_all.to_vec())),
            loader: (loader_count > 0)
                .then(|| BatchLoader::new(connector.clone(), for_loader.to_vec())),
            stream_limit: StreamLimit::half_of(for_all.len()),
            client_timeout: settings.statement_timeout,
            in_flight: AtomicUsize::new(0),
            queue_size: settings.queue_size,
            sea_orm: SqlxPostgresConnector::from_sqlx_postgres_pool(sqlx_pool),
            retries: settings.retries,
            transactions: Sql::ad_hoc("BEGIN"),
            connector,
            connections,
            retired: Mutex::default(),
        };
        postgres.watchdog();
        Ok(postgres)
    }

    pub(super) fn description(&self) -> String {
        self.connector.url.to_string()
    }

    /// Tries once to connect.
    ///
    /// # Errors
    /// Why that failed.
    pub(super) async fn try_connect(&self) -> Result<(), DbError> {
        self.connections[0].open(&self.connector).await
    }

    /// Runs one statement.
    pub(super) async fn fetch(
        &self,
        statement: &Statement<'_>,
        repeat: Repeat,
    ) -> Result<Rows, DbError> {
        let _in_flight = self.enter_queue()?;
        let deadline = self.connector.deadline();
        match self.fetch_once(statement, repeat, deadline).await {
            Ok(rows) => Ok(rows),
            // In boxes, here and below: rare paths should not make the future of every request
            // larger.
            Err(error) => Box::pin(self.fetch_again(statement, repeat, deadline, error)).await,
        }
    }

    async fn fetch_again(
        &self,
        statement: &Statement<'_>,
        repeat: Repeat,
        deadline: Instant,
        mut error: DbError,
    ) -> Result<Rows, DbError> {
        let mut retries = Retries::new(repeat, self.retries, deadline);
        loop {
            if self.leaves_standby(&error, repeat, deadline) {
                error = error.with_kind(DbErrorKind::StalePlan);
            }
            tokio::time::sleep(retries.pause_after(error, self.is_open())?).await;
            let again = self.fetch_once(statement, repeat, deadline);
            match before(deadline, again).await {
                Ok(rows) => return Ok(rows),
                Err(next) => error = next,
            }
        }
    }

    async fn fetch_once(
        &self,
        statement: &Statement<'_>,
        repeat: Repeat,
        deadline: Instant,
    ) -> Result<Rows, DbError> {
        if self.is_set_by_transactions().await? && session_settings::prints_texts(&statement.sql) {
            return Box::pin(self.fetch_in_transaction(statement)).await;
        }
        if !latency::is_quick(&statement.sql) || self.pool.is_blocking(statement.sql.table) {
            let exclusive = Box::pin(self.pool.exclusive_before(&statement.sql, deadline)).await?;
            // Other requests may have found it quick in the meantime.
            if !latency::is_quick(&statement.sql) || self.pool.is_blocking(statement.sql.table) {
                return Box::pin(exclusive.run(statement)).await.map(Rows::postgres);
            }
        }
        if let (Some(loader), Some(_), Repeat::Allowed) =
            (&self.loader, &statement.sql.many, repeat)
            && let Some(rows) = loader.fetch(statement, || self.pool.any_open()).await
        {
            return rows;
        }
        let rows = self.pool.run(statement, repeat, deadline);
        let rows = match repeat {
            // The watchdog ends the wait.
            Repeat::Allowed => rows.await,
            Repeat::Forbidden => before(deadline, rows).await,
        };
        rows.map(Rows::postgres)
    }

    /// Whether the sessions behind a pooler have other settings than the answers need. Only
    /// transactions may change those.
    async fn is_set_by_transactions(&self) -> Result<bool, DbError> {
        if let Some(are_foreign) = self.connector.sessions.are_foreign() {
            return Ok(are_foreign);
        }
        Box::pin(self.connections[0].open(&self.connector)).await?;
        Ok(self.connector.sessions.are_foreign() == Some(true))
    }

    async fn fetch_in_transaction(&self, statement: &Statement<'_>) -> Result<Rows, DbError> {
        let beginning = TransactionOptions::about(statement.sql.table);
        let mut transaction = self.begin_transaction(&beginning).await?;
        let rows = transaction.fetch(statement).await?;
        transaction.commit().await?;
        Ok(Rows::postgres(rows))
    }

    /// Takes a connection for a transaction, which begins with its first statement.
    pub(super) async fn begin_transaction(
        &self,
        beginning: &TransactionOptions,
    ) -> Result<Transaction<'_>, DbError> {
        let in_flight = self.enter_queue()?;
        let deadline = self.connector.deadline();
        let exclusive = self
            .pool
            .exclusive_for(&self.transactions, beginning.table, deadline)
            .await?;
        let sql = match self.connector.sessions.are_foreign() {
            Some(true) => session_settings::in_transaction(&beginning.sql()),
            Some(false) | None => beginning.sql(),
        };
        Ok(Transaction {
            connection: exclusive.connection()?,
            exclusive,
            beginning: Some(sql),
            read_only: beginning.read_only,
            deadline,
            began: Instant::now(),
            postgres: self,
            _in_flight: in_flight,
        })
    }

    /// Runs a reading statement in its own transaction, and retries like [`Self::fetch`].
    pub(super) async fn fetch_within(
        &self,
        beginning: &TransactionOptions,
        statement: &Statement<'_>,
    ) -> Result<Rows, DbError> {
        let mut retries = Retries::new(Repeat::Allowed, self.retries, self.connector.deadline());
        loop {
            let once = async {
                let mut transaction = self.begin_transaction(beginning).await?;
                let rows = transaction.fetch(statement).await?;
                transaction.commit().await?;
                Ok(Rows::postgres(rows))
            };
            match before(retries.deadline, once).await {
                Ok(rows) => return Ok(rows),
                Err(error) => tokio::time::sleep(retries.pause_after(error, self.is_open())?).await,
            }
        }
    }

    fn is_open(&self) -> bool {
        self.connections.iter().any(|pooled| pooled.is_open())
    }

    /// Whether a write was refused by a standby, and may find the new primary behind the same
    /// address. Then all connections to the standby are retired.
    fn leaves_standby(&self, error: &DbError, repeat: Repeat, deadline: Instant) -> bool {
        if error.kind != DbErrorKind::ReadOnlyTransaction || repeat == Repeat::Allowed {
            return false;
        }
        let begun = deadline.checked_sub(self.connector.request_timeout());
        let mut retired = self.retired.lock().unwrap_or_else(PoisonError::into_inner);
        match *retired {
            // Another request has retired them since this one began.
            Some(when) if begun.is_some_and(|begun| when >= begun) => {}
            // The new connections lead to a standby, too.
            Some(when) if when.elapsed() < MIN_RETIREMENT => return false,
            _ => {
                *retired = Some(Instant::now());
                tracing::warn!(
                    "the database takes no writes: it is a standby, or read-only; connecting anew"
                );
                for pooled in &self.connections {
                    pooled.retire(self.connector.request_timeout());
                }
            }
        }
        true
    }

    /// Counts a statement, or refuses it where `DB_QUEUE_SIZE` are under way.
    fn enter_queue(&self) -> Result<QueueGuard<'_>, DbError> {
        let in_flight = QueueGuard::enter(&self.in_flight);
        if self.in_flight.load(Ordering::Relaxed) > self.queue_size {
            return Err(DbError::of(DbErrorKind::Overloaded));
        }
        Ok(in_flight)
    }

    /// The SeaORM connection for hand-written endpoints; connects when first used.
    pub(super) fn sea_orm(&self) -> &DatabaseConnection {
        &self.sea_orm
    }

    pub(super) fn status(&self) -> PoolStatus {
        PoolStatus {
            size: self.connections.len(),
            open: self
                .connections
                .iter()
                .filter(|pooled| pooled.is_open())
                .count(),
            in_flight: self.in_flight.load(Ordering::Relaxed),
        }
    }

    /// Opens the first connection, and opens it again whenever the database was unreachable.
    pub(super) fn connect_in_background(&self) {
        let connector = self.connector.clone();
        let first = self
            .connections
            .first()
            .map(Arc::downgrade)
            .unwrap_or_default();
        tokio::spawn(async move {
            let mut retries = 0;
            let mut log = UnreachableLog::default();
            // Ends when the pool is dropped.
            while let Some(first) = first.upgrade() {
                let delay = if first.is_open() {
                    retries = 0;
                    Duration::from_secs(1)
                } else {
                    match first.open(&connector).await {
                        Ok(()) => log.log_reached(),
                        Err(error) => log.log(&error),
                    }
                    retries += 1;
                    backoff(retries)
                };
                drop(first);
                tokio::time::sleep(delay).await;
            }
        });
    }

    /// Starts the watchdog, which ends when the pool is dropped.
    fn watchdog(&self) {
        let shared = self.pool.all();
        let is_loader =
            |pooled: &&Arc<PooledConnection>| !shared.iter().any(|one| Arc::ptr_eq(one, pooled));
        let watchdog = Watchdog {
            connector: self.connector.clone(),
            shared: shared.iter().map(Arc::downgrade).collect(),
            for_loader: self
                .connections
                .iter()
                .filter(is_loader)
                .map(Arc::downgrade)
                .collect(),
            loader: self.loader.as_ref().map_or_else(Weak::new, Arc::downgrade),
        };
        tokio::spawn(watchdog.run());
    }
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Postgres {{ pool: {:?} }}", self.connections)
    }
}

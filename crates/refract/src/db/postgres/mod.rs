//! PostgreSQL through tokio-postgres: prepared statements, pipelined over multiplexed connections.
//!
//! A [`pooled_connection::Lane`] is one connection; many requests share it at a time, since the protocol lets
//! statements follow each other without waiting for answers. [`lanes`] says which statement takes
//! which lane, by what [`pace`] knows of it; [`lookups`] has a few for reads by key, which it puts
//! together under load.

mod batch_loader;
mod cancel_request;
mod connection_pool;
mod connector;
mod exclusive_connection;
mod latency;
mod open_connection;
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
pub(super) use self::retry::conflict_pause;
use self::{
    batch_loader::Lookups,
    connection_pool::{Lanes, Queued, before},
    connector::Connector,
    pooled_connection::Lane,
    retry::{Tries, pause},
    unreachable::Notices,
    watchdog::Watch,
};
use super::{Beginning, DbError, DbErrorKind, PoolStatus, Repeat, Rows, row_stream::Turns};
use crate::{
    query::sql::{Sql, Statement},
    settings::DatabaseSettings,
};

/// Connections of the pool behind hand-written endpoints, at most: a fifth of all, of few one.
const SEA_ORM_CONNECTIONS: usize = 5;
/// How long such a connection is kept that nobody uses.
const SEA_ORM_IDLE: Duration = Duration::from_secs(10);

/// Lanes for reads by key: one is sent while the other is answered.
const LOOKUP_LANES: usize = 2;
/// Times that a statement which lost to another one, and was undone, is run again.
pub(super) const CONFLICT_RETRIES: u32 = 5;
/// How long a server that was asked to cancel may take to say that it has.
const CANCEL_PATIENCE: Duration = Duration::from_secs(5);
/// How long connections are kept at least that were opened because others could not write.
const LEAST_RETIREMENT: Duration = Duration::from_secs(10);

/// A PostgreSQL server.
pub struct Postgres {
    all: Vec<Arc<Lane>>,
    lanes: Box<Lanes>,
    lookups: Option<Arc<Lookups>>,
    /// Of long answers.
    turns: Turns,
    /// How long a long answer may wait for its client, all waits together.
    client_patience: Duration,
    connector: Arc<Connector>,
    /// Statements begun and not answered.
    begun: AtomicUsize,
    begun_at_most: usize,
    retries: u32,
    /// Stands for transactions where it matters how long they take.
    transactions: Sql,
    sea_orm: DatabaseConnection,
    /// When connections were last left because the server behind them takes no writes.
    retired: Mutex<Option<Instant>>,
}

impl Postgres {
    /// Prepares to connect.
    ///
    /// # Errors
    /// A URL that the driver does not take.
    pub fn open(url: &DatabaseUrl, settings: &DatabaseSettings) -> Result<Self, DbError> {
        let connector = Arc::new(Connector::new(url, settings)?);
        // Those of hand-written endpoints and of looks at the schema are among those of the setting.
        let for_sea_orm = (settings.pool_size / 5).clamp(1, SEA_ORM_CONNECTIONS);
        let lanes = settings.pool_size.saturating_sub(for_sea_orm).max(1);
        let all: Vec<_> = (0..lanes).map(|_| Arc::new(Lane::new())).collect();
        // Too small a pool has no lanes to keep apart.
        let apart = match all.len() {
            _ if !settings.coalesce => 0,
            0..=2 => 0,
            3..=5 => 1,
            _ => LOOKUP_LANES,
        };
        // The first to be opened is for all.
        let (for_all, for_lookups) = all.split_at(all.len() - apart);
        let pool = sqlx::postgres::PgPoolOptions::new()
            .max_connections(u32::try_from(for_sea_orm).unwrap_or(u32::MAX))
            .idle_timeout(SEA_ORM_IDLE)
            .acquire_timeout(settings.statement_timeout)
            .connect_lazy_with(postgres_options(url)?);
        let postgres = Self {
            lanes: Box::new(Lanes::new(connector.clone(), for_all.to_vec())),
            lookups: (apart > 0).then(|| Lookups::new(connector.clone(), for_lookups.to_vec())),
            turns: Turns::among(for_all.len()),
            client_patience: settings.statement_timeout,
            begun: AtomicUsize::new(0),
            begun_at_most: settings.queue_size,
            sea_orm: SqlxPostgresConnector::from_sqlx_postgres_pool(pool),
            retries: settings.retries,
            transactions: Sql::ad_hoc("BEGIN"),
            connector,
            all,
            retired: Mutex::default(),
        };
        postgres.watch();
        Ok(postgres)
    }

    pub(super) fn shown(&self) -> String {
        self.connector.url.to_string()
    }

    /// Tries to connect once, within the time that connecting may take.
    ///
    /// # Errors
    /// Why that came to nothing.
    pub(super) async fn contact(&self) -> Result<(), DbError> {
        self.all[0].open(&self.connector).await
    }

    /// Runs one statement.
    pub(super) async fn fetch(
        &self,
        statement: &Statement<'_>,
        repeat: Repeat,
    ) -> Result<Rows, DbError> {
        let _begun = self.begin()?;
        let deadline = self.connector.deadline();
        match self.fetch_once(statement, repeat, deadline).await {
            Ok(rows) => Ok(rows),
            // In boxes, here and below: what is seldom taken should not make every request larger.
            Err(fault) => Box::pin(self.fetch_again(statement, repeat, deadline, fault)).await,
        }
    }

    async fn fetch_again(
        &self,
        statement: &Statement<'_>,
        repeat: Repeat,
        deadline: Instant,
        mut fault: DbError,
    ) -> Result<Rows, DbError> {
        let mut tries = Tries::new(repeat, self.retries, deadline);
        loop {
            if self.leaves_standby(&fault, repeat, deadline) {
                fault = fault.with_kind(DbErrorKind::StalePlan);
            }
            tokio::time::sleep(tries.after(fault, self.is_open())?).await;
            let again = self.fetch_once(statement, repeat, deadline);
            match before(deadline, again).await {
                Ok(rows) => return Ok(rows),
                Err(next) => fault = next,
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
        if !latency::is_quick(&statement.sql) || self.lanes.is_held_up(statement.sql.table) {
            let own = Box::pin(self.lanes.own_before(&statement.sql, deadline)).await?;
            // Others may have found it quick in the meantime.
            if !latency::is_quick(&statement.sql) || self.lanes.is_held_up(statement.sql.table) {
                return Box::pin(own.run(statement)).await.map(Rows::postgres);
            }
        }
        if let (Some(lookups), Some(_), Repeat::Allowed) =
            (&self.lookups, &statement.sql.many, repeat)
            && let Some(rows) = lookups.fetch(statement, || self.lanes.any_open()).await
        {
            return rows;
        }
        let rows = self.lanes.run(statement, repeat, deadline);
        let rows = match repeat {
            // Looked after by `watch`.
            Repeat::Allowed => rows.await,
            Repeat::Forbidden => before(deadline, rows).await,
        };
        rows.map(Rows::postgres)
    }

    /// Whether sessions have other settings than answers are made with, which only transactions
    /// may change.
    async fn is_set_by_transactions(&self) -> Result<bool, DbError> {
        if let Some(are_foreign) = self.connector.sessions.are_foreign() {
            return Ok(are_foreign);
        }
        Box::pin(self.all[0].open(&self.connector)).await?;
        Ok(self.connector.sessions.are_foreign() == Some(true))
    }

    async fn fetch_in_transaction(&self, statement: &Statement<'_>) -> Result<Rows, DbError> {
        let beginning = Beginning::about(statement.sql.table);
        let mut transaction = self.begin_transaction(&beginning).await?;
        let rows = transaction.fetch(statement).await?;
        transaction.commit().await?;
        Ok(Rows::postgres(rows))
    }

    /// Takes a lane for a transaction, which begins with its first statement.
    pub(super) async fn begin_transaction(
        &self,
        beginning: &Beginning,
    ) -> Result<Transaction<'_>, DbError> {
        let begun = self.begin()?;
        let deadline = self.connector.deadline();
        let own = self
            .lanes
            .own_for(&self.transactions, beginning.about, deadline)
            .await?;
        let sql = match self.connector.sessions.are_foreign() {
            Some(true) => session_settings::in_transaction(&beginning.sql()),
            Some(false) | None => beginning.sql(),
        };
        Ok(Transaction {
            connection: own.connection()?,
            own,
            beginning: Some(sql),
            read_only: beginning.read_only,
            deadline,
            began: Instant::now(),
            postgres: self,
            _begun: begun,
        })
    }

    /// Runs a statement that only reads in a transaction of its own, which begins as the caller
    /// says; as often as [`Self::fetch`] would.
    pub(super) async fn fetch_within(
        &self,
        beginning: &Beginning,
        statement: &Statement<'_>,
    ) -> Result<Rows, DbError> {
        let mut tries = Tries::new(Repeat::Allowed, self.retries, self.connector.deadline());
        loop {
            let once = async {
                let mut transaction = self.begin_transaction(beginning).await?;
                let rows = transaction.fetch(statement).await?;
                transaction.commit().await?;
                Ok(Rows::postgres(rows))
            };
            match before(tries.deadline, once).await {
                Ok(rows) => return Ok(rows),
                Err(fault) => tokio::time::sleep(tries.after(fault, self.is_open())?).await,
            }
        }
    }

    fn is_open(&self) -> bool {
        self.all.iter().any(|lane| lane.is_open())
    }

    /// Whether a write was refused by a server that only reads, a standby or one that has become
    /// one, and may find another behind the same address: nothing more is sent on connections to
    /// that one.
    fn leaves_standby(&self, fault: &DbError, repeat: Repeat, deadline: Instant) -> bool {
        if fault.kind != DbErrorKind::ReadOnlyTransaction || repeat == Repeat::Allowed {
            return false;
        }
        let asked = deadline.checked_sub(self.connector.patience());
        let mut retired = self.retired.lock().unwrap_or_else(PoisonError::into_inner);
        match *retired {
            // Somebody else has, since this request was begun.
            Some(when) if asked.is_some_and(|asked| when >= asked) => {}
            // What was opened in its place takes no writes either.
            Some(when) if when.elapsed() < LEAST_RETIREMENT => return false,
            _ => {
                *retired = Some(Instant::now());
                tracing::warn!(
                    "the database takes no writes: it is a standby, or read-only; connecting anew"
                );
                for lane in &self.all {
                    lane.retire(self.connector.patience());
                }
            }
        }
        true
    }

    /// Counts a statement in.
    fn begin(&self) -> Result<Queued<'_>, DbError> {
        let begun = Queued::count(&self.begun);
        if self.begun.load(Ordering::Relaxed) > self.begun_at_most {
            return Err(DbError::of(DbErrorKind::Overloaded));
        }
        Ok(begun)
    }

    /// The SeaORM connection for hand-written endpoints; connects when first used.
    pub(super) fn sea_orm(&self) -> &DatabaseConnection {
        &self.sea_orm
    }

    pub(super) fn status(&self) -> PoolStatus {
        PoolStatus {
            size: self.all.len(),
            open: self.all.iter().filter(|lane| lane.is_open()).count(),
            in_flight: self.begun.load(Ordering::Relaxed),
        }
    }

    /// Tries the first lane until it is open, at start and whenever the database has gone.
    pub(super) fn connect_in_background(&self) {
        let connector = self.connector.clone();
        let first = self.all.first().map(Arc::downgrade).unwrap_or_default();
        tokio::spawn(async move {
            let mut tries = 0;
            let mut notices = Notices::default();
            // Ends with the db that owns the lanes.
            while let Some(first) = first.upgrade() {
                let delay = if first.is_open() {
                    tries = 0;
                    Duration::from_secs(1)
                } else {
                    match first.open(&connector).await {
                        Ok(()) => notices.reached(),
                        Err(fault) => notices.tell(&fault),
                    }
                    tries += 1;
                    pause(tries)
                };
                drop(first);
                tokio::time::sleep(delay).await;
            }
        });
    }

    /// Looks after the lanes for as long as they are there.
    fn watch(&self) {
        let shared = self.lanes.all();
        let is_kept = |lane: &&Arc<Lane>| !shared.iter().any(|one| Arc::ptr_eq(one, lane));
        let watch = Watch {
            connector: self.connector.clone(),
            shared: shared.iter().map(Arc::downgrade).collect(),
            kept: self
                .all
                .iter()
                .filter(is_kept)
                .map(Arc::downgrade)
                .collect(),
            lookups: self.lookups.as_ref().map_or_else(Weak::new, Arc::downgrade),
        };
        tokio::spawn(watch.run());
    }
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Postgres {{ lanes: {:?} }}", self.all)
    }
}

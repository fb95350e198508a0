//! PostgreSQL through tokio-postgres: prepared statements, pipelined over multiplexed connections.
//!
//! A [`lane::Lane`] is one connection; many requests share it at a time, since the protocol lets
//! statements follow each other without waiting for answers. [`lanes`] says which statement takes
//! which lane, by what [`pace`] knows of it; [`lookups`] has a few for reads by key, which it puts
//! together under load.

mod connect;
mod connection;
mod lane;
mod lanes;
mod lookups;
mod pace;
mod parameter;
mod stream;
mod transaction;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rand::Rng;
use reflect::database_url::DatabaseUrl;
use sea_orm::{DatabaseConnection, SqlxPostgresConnector, sqlx};

pub use self::transaction::Transaction;
use self::{
    connect::Connector,
    lane::Lane,
    lanes::{Lanes, Queued},
    lookups::Lookups,
};
use super::{Class, Fault, PoolStatus, Repeat, Rows, stream::Turns};
use crate::{
    query::sql::{Sql, Statement},
    settings::DatabaseSettings,
};

/// First pause before a read is tried again; doubles with every try.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Connections of the pool behind hand-written endpoints.
const SEA_ORM_CONNECTIONS: u32 = 5;

/// Lanes for reads by key: one is sent while the other is answered.
const LOOKUP_LANES: usize = 2;
/// Times that a statement whose plan has gone stale is prepared anew.
const STALE_RETRIES: u32 = 2;
/// Times that a statement which lost to another one, and was undone, is run again.
pub(super) const CONFLICT_RETRIES: u32 = 5;

/// A PostgreSQL server.
pub struct Postgres {
    all: Vec<Arc<Lane>>,
    lanes: Lanes,
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
}

impl Postgres {
    /// Prepares to connect, and starts to in the background.
    ///
    /// # Errors
    /// A URL that the driver does not take.
    pub fn open(url: &DatabaseUrl, settings: &DatabaseSettings) -> Result<Self, Fault> {
        let connector = Arc::new(Connector::new(url, settings)?);
        let all: Vec<_> = (0..settings.pool_size)
            .map(|_| Arc::new(Lane::new()))
            .collect();
        // Too small a pool has no lanes to keep apart.
        let apart = match all.len() {
            _ if !settings.coalesce => 0,
            0..=2 => 0,
            3..=5 => 1,
            _ => LOOKUP_LANES,
        };
        let (for_lookups, for_all) = all.split_at(apart);
        let pool = sqlx::postgres::PgPoolOptions::new()
            .max_connections(SEA_ORM_CONNECTIONS)
            .connect_lazy(url.as_str())?;
        let postgres = Self {
            lanes: Lanes::new(connector.clone(), for_all.to_vec()),
            lookups: (apart > 0).then(|| Lookups::new(connector.clone(), for_lookups.to_vec())),
            turns: Turns::among(for_all.len()),
            client_patience: settings.statement_timeout,
            begun: AtomicUsize::new(0),
            begun_at_most: settings.queue_size,
            sea_orm: SqlxPostgresConnector::from_sqlx_postgres_pool(pool),
            retries: settings.retries,
            transactions: Sql::once("BEGIN"),
            connector,
            all,
        };
        postgres.connect_in_background();
        Ok(postgres)
    }

    /// Runs one statement.
    pub(super) async fn fetch(
        &self,
        statement: &Statement<'_>,
        repeat: Repeat,
    ) -> Result<Rows, Fault> {
        let _begun = self.begin()?;
        let mut tries = 0;
        loop {
            let fault = match self.fetch_once(statement, repeat).await {
                Ok(rows) => return Ok(rows),
                Err(fault) => fault,
            };
            let again = match (fault.class, repeat) {
                // A stale plan was refused before anything ran; the lane has dropped it.
                (Class::StalePlan, _) => tries < STALE_RETRIES,
                // Whoever loses a deadlock or a race has been rolled back.
                (Class::SerializationFailure, _) => tries < CONFLICT_RETRIES,
                (_, Repeat::Allowed) => fault.class == Class::Interrupted && tries < self.retries,
                (_, Repeat::Forbidden) => false,
            };
            if !again {
                return Err(match repeat {
                    Repeat::Allowed => fault,
                    Repeat::Forbidden => fault.of_a_write(),
                });
            }
            match fault.class {
                Class::StalePlan => {}
                Class::SerializationFailure => tokio::time::sleep(conflict_pause(tries)).await,
                _ => tokio::time::sleep(pause(tries)).await,
            }
            tries += 1;
        }
    }

    async fn fetch_once(&self, statement: &Statement<'_>, repeat: Repeat) -> Result<Rows, Fault> {
        if !pace::is_quick(&statement.sql) {
            // In boxes, here and below: what is seldom taken should not make every request larger.
            let own = Box::pin(self.lanes.own(&statement.sql)).await?;
            // Others may have found it quick in the meantime.
            if !pace::is_quick(&statement.sql) {
                return Box::pin(own.run(statement)).await.map(Rows::postgres);
            }
        }
        if let (Some(lookups), Some(_), Repeat::Allowed) =
            (&self.lookups, &statement.sql.many, repeat)
            && let Some(rows) = lookups.fetch(statement).await
        {
            return rows;
        }
        let rows = self.lanes.run(statement, repeat).await;
        rows.map(Rows::postgres)
    }

    /// Takes a lane for a transaction, which begins with its first statement.
    pub(super) async fn begin_transaction(
        &self,
        beginning: String,
    ) -> Result<Transaction<'_>, Fault> {
        let begun = self.begin()?;
        let own = self.lanes.own(&self.transactions).await?;
        Ok(Transaction {
            connection: own.connection()?,
            own,
            beginning: Some(beginning),
            began: std::time::Instant::now(),
            patience: self.connector.patience(),
            pace: &self.transactions,
            _begun: begun,
        })
    }

    /// Counts a statement in.
    fn begin(&self) -> Result<Queued<'_>, Fault> {
        let begun = Queued::count(&self.begun);
        if self.begun.load(Ordering::Relaxed) > self.begun_at_most {
            return Err(Fault::of(Class::Overloaded));
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

    /// Tries the first lane until it is open, at start and whenever the database has gone; ends
    /// connections that nothing comes from any more.
    fn connect_in_background(&self) {
        let connector = self.connector.clone();
        let lanes: Vec<_> = self.all.iter().map(Arc::downgrade).collect();
        tokio::spawn(async move {
            let mut tries = 0;
            // Ends with the backend that owns the lanes.
            while let Some(first) = lanes[0].upgrade() {
                let delay = if first.is_open() {
                    tries = 0;
                    Duration::from_secs(1)
                } else {
                    match first.open(&connector).await {
                        Ok(()) => tracing::info!("connected to the database"),
                        Err(fault) => tracing::warn!(
                            error = &fault as &dyn std::error::Error,
                            tries,
                            "the database is not reachable"
                        ),
                    }
                    tries += 1;
                    pause(tries)
                };
                for lane in lanes.iter().filter_map(std::sync::Weak::upgrade) {
                    lane.give_up_after(connector.patience());
                }
                drop(first);
                tokio::time::sleep(delay).await;
            }
        });
    }
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Postgres {{ lanes: {:?} }}", self.all)
    }
}

/// A pause before what lost a race runs again: long enough to let the winner finish.
pub(super) fn conflict_pause(tries: u32) -> Duration {
    pause(tries) / 20
}

/// Exponential backoff with full jitter on the upper half.
fn pause(tries: u32) -> Duration {
    let longest = FIRST_PAUSE
        .saturating_mul(1 << tries.min(16))
        .min(LONGEST_PAUSE);
    longest.mul_f64(rand::rng().random_range(0.5..=1.0))
}

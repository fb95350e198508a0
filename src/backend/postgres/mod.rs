//! PostgreSQL through tokio-postgres: prepared statements, pipelined over multiplexed connections.
//!
//! A [`lane::Lane`] is one connection; many requests share it at a time, since the protocol lets
//! statements follow each other without waiting for answers. [`lanes`] says which statement takes
//! which lane, by what [`pace`] knows of it; [`lookups`] has a few for reads by key, which it puts
//! together under load.

mod connect;
mod connection;
mod first_contact;
mod lane;
mod lanes;
mod lookups;
mod pace;
mod parameter;
mod session;
mod transaction;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::StreamExt;
use rand::Rng;
use reflect::database_url::{DatabaseUrl, postgres_options};
use sea_orm::{DatabaseConnection, SqlxPostgresConnector, sqlx};
use tokio::sync::mpsc;

pub use self::transaction::Transaction;
use self::{
    connect::Connector,
    connection::Connection,
    first_contact::Notices,
    lane::Lane,
    lanes::{Lanes, Own, Queued, UnderWay},
    lookups::Lookups,
};
use super::{Chunks, Class, Fault, PoolStatus, Repeat, Rows};
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

/// Rows of a stream that travel together.
const ROWS_PER_CHUNK: usize = 200;
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
    /// Prepares to connect.
    ///
    /// # Errors
    /// A URL that the driver does not take.
    pub fn open(url: &DatabaseUrl, settings: &DatabaseSettings) -> Result<Self, Fault> {
        let connector = Arc::new(Connector::new(url, settings.statement_timeout)?);
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
            .connect_lazy_with(postgres_options(url)?);
        Ok(Self {
            lanes: Lanes::new(connector.clone(), for_all.to_vec()),
            lookups: (apart > 0).then(|| Lookups::new(connector.clone(), for_lookups.to_vec())),
            begun: AtomicUsize::new(0),
            begun_at_most: settings.queue_size,
            sea_orm: SqlxPostgresConnector::from_sqlx_postgres_pool(pool),
            retries: settings.retries,
            transactions: Sql::once("BEGIN"),
            connector,
            all,
        })
    }

    pub(super) fn shown(&self) -> String {
        self.connector.url.to_string()
    }

    /// Tries to connect once, within the time that connecting may take.
    ///
    /// # Errors
    /// Why that came to nothing.
    pub(super) async fn contact(&self) -> Result<(), Fault> {
        self.all[0].open(&self.connector).await
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
        if self.is_set_by_transactions().await? && session::prints_texts(&statement.sql) {
            return Box::pin(self.fetch_in_transaction(statement)).await;
        }
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

    /// Whether sessions have other settings than answers are made with, which only transactions
    /// may change.
    async fn is_set_by_transactions(&self) -> Result<bool, Fault> {
        if let Some(are_foreign) = self.connector.sessions.are_foreign() {
            return Ok(are_foreign);
        }
        Box::pin(self.all[0].open(&self.connector)).await?;
        Ok(self.connector.sessions.are_foreign() == Some(true))
    }

    async fn fetch_in_transaction(&self, statement: &Statement<'_>) -> Result<Rows, Fault> {
        let mut transaction = self.begin_transaction("BEGIN".to_owned()).await?;
        let rows = transaction.fetch(statement).await?;
        transaction.commit().await?;
        Ok(Rows::postgres(rows))
    }

    /// Takes a lane for a transaction, which begins with its first statement.
    pub(super) async fn begin_transaction(
        &self,
        beginning: String,
    ) -> Result<Transaction<'_>, Fault> {
        let begun = self.begin()?;
        let own = self.lanes.own(&self.transactions).await?;
        let beginning = match self.connector.sessions.are_foreign() {
            Some(true) => session::in_transaction(&beginning),
            Some(false) | None => beginning,
        };
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

    /// Runs a read whose rows are handed on as they come, from a lane of its own. Whoever drops the
    /// receiver ends it.
    pub(super) async fn stream(&self, statement: Statement<'static>) -> Result<Chunks, Fault> {
        let _begun = self.begin()?;
        let own = self.lanes.own(&statement.sql).await?;
        let is_set = self.connector.sessions.are_foreign() == Some(true);
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(async move {
            tokio::select! {
                done = send_chunks(own, statement, is_set, &sender) => if let Err(fault) = done {
                    // Whoever has gone needs no answer.
                    let _ = sender.send(Err(fault)).await;
                },
                () = sender.closed() => {}
            }
        });
        Ok(receiver)
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
    pub(super) fn connect_in_background(&self) {
        let connector = self.connector.clone();
        let lanes: Vec<_> = self.all.iter().map(Arc::downgrade).collect();
        tokio::spawn(async move {
            let mut tries = 0;
            let mut notices = Notices::default();
            // Ends with the backend that owns the lanes.
            while let Some(first) = lanes[0].upgrade() {
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
                for lane in lanes.iter().filter_map(std::sync::Weak::upgrade) {
                    lane.give_up_after(connector.patience());
                }
                drop(first);
                tokio::time::sleep(delay).await;
            }
        });
    }
}

/// In a transaction where the session has other settings than answers are made with.
async fn send_chunks(
    mut own: Own,
    statement: Statement<'static>,
    in_transaction: bool,
    sender: &mpsc::Sender<Result<Rows, Fault>>,
) -> Result<(), Fault> {
    let connection = own.connection()?;
    own.note(UnderWay::Statement);
    if in_transaction {
        connection
            .control(&session::in_transaction("BEGIN READ ONLY"))
            .await?;
    }
    let sent = send_all(&connection, &statement, sender).await;
    let is_over = sent.as_ref().map_or_else(Fault::is_answer, |all| *all);
    if is_over && in_transaction {
        own.note(UnderWay::Transaction);
        connection.control("ROLLBACK").await?;
    }
    if is_over {
        own.note(UnderWay::Nothing);
    }
    sent.map(|_| ())
}

/// Whether all rows have been taken.
async fn send_all(
    connection: &Connection,
    statement: &Statement<'static>,
    sender: &mpsc::Sender<Result<Rows, Fault>>,
) -> Result<bool, Fault> {
    let rows = connection.stream(statement).await?;
    let mut chunks = rows.ready_chunks(ROWS_PER_CHUNK);
    while let Some(chunk) = chunks.next().await {
        let rows = chunk.into_iter().collect::<Result<Vec<_>, Fault>>()?;
        if sender.send(Ok(Rows::postgres(rows))).await.is_err() {
            return Ok(false);
        }
    }
    Ok(true)
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

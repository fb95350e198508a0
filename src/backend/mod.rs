//! Where SQL runs: PostgreSQL or SQLite, behind one small interface. (SQL, values) in, rows out.
//!
//! Connections, reconnecting, retries and timeouts are here and nowhere else. What can go wrong is
//! a [`Fault`], classified by the database's own codes; [`violation::explain`] turns it into the
//! words of the API.

pub mod describe;
mod fault;
pub mod postgres;
mod rows;
pub mod sqlite;
mod transaction;
pub mod violation;

pub use fault::{Class, Fault, Outcome, Told};
pub use rows::Rows;
pub use transaction::{Beginning, Isolation, Transaction};

use std::time::Duration;

use reflect::snapshot::Database;
use sea_orm::DatabaseConnection;

use crate::{
    catalog::Catalog,
    query::sql::Statement,
    settings::{DatabaseSettings, Target},
};

/// The database behind the API.
#[derive(Debug)]
pub enum Backend {
    Postgres(postgres::Postgres),
    Sqlite(sqlite::Sqlite),
}

/// Whether a statement may be sent again after its connection broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It only reads.
    Allowed,
    /// It writes: when the answer is lost, nobody knows whether it happened.
    Forbidden,
}

/// Rows that come in several parts.
pub type Chunks = tokio::sync::mpsc::Receiver<Result<Rows, Fault>>;

/// What diagnostics show of the connections.
#[derive(Debug, Clone, Copy, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolStatus {
    /// Connections at most.
    pub size: usize,
    /// Connections open now.
    pub open: usize,
    /// Statements that wait for their answer now.
    pub in_flight: usize,
}

impl Backend {
    /// Opens the database of the settings. A PostgreSQL server need not be there yet: it is tried
    /// in the background, and statements answer [`Class::Unavailable`] until it is.
    ///
    /// # Errors
    /// A URL that no driver takes, a SQLite file that cannot be opened, a sandbox that cannot be
    /// made.
    pub async fn open(settings: &DatabaseSettings, catalog: &Catalog) -> Result<Self, Fault> {
        match &settings.target {
            Target::Sandbox => sqlite::sandbox::open(catalog).await.map(Self::Sqlite),
            Target::App(url) => match url.kind() {
                Database::Postgres => postgres::Postgres::open(url, settings).map(Self::Postgres),
                Database::Sqlite => sqlite::Sqlite::open(url, settings).await.map(Self::Sqlite),
            },
        }
    }

    /// The SQL dialect to render for.
    pub fn database(&self) -> Database {
        match self {
            Self::Postgres(_) => Database::Postgres,
            Self::Sqlite(_) => Database::Sqlite,
        }
    }

    /// Whether this is the embedded sandbox.
    pub fn is_sandbox(&self) -> bool {
        matches!(self, Self::Sqlite(sqlite) if sqlite.is_sandbox())
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// The database's own, classified.
    pub async fn fetch(&self, statement: &Statement<'_>, repeat: Repeat) -> Result<Rows, Fault> {
        match self {
            Self::Postgres(postgres) => postgres.fetch(statement, repeat).await,
            Self::Sqlite(sqlite) => sqlite.fetch(statement).await,
        }
    }

    /// Runs one statement that only reads in a transaction of its own, which begins as the caller
    /// says.
    ///
    /// # Errors
    /// As [`Self::fetch`].
    pub async fn fetch_within(
        &self,
        beginning: &Beginning,
        statement: &Statement<'_>,
    ) -> Result<Rows, Fault> {
        match self {
            Self::Postgres(postgres) => postgres.fetch_within(beginning, statement).await,
            // A statement is a transaction there.
            Self::Sqlite(sqlite) => sqlite.fetch(statement).await,
        }
    }

    /// A transaction: statements that happen together or not at all, and may depend on each other.
    ///
    /// # Errors
    /// [`Class::Overloaded`] where no connection gets free in time, and what opening one may meet.
    pub async fn begin(&self, beginning: impl Into<Beginning>) -> Result<Transaction<'_>, Fault> {
        Ok(Transaction(match self {
            Self::Postgres(postgres) => {
                let beginning = beginning.into();
                transaction::Inner::Postgres(postgres.begin_transaction(&beginning).await?)
            }
            Self::Sqlite(sqlite) => transaction::Inner::Sqlite(sqlite.begin().await?),
        }))
    }

    /// Waits for those who were in the way of a transaction that lost a deadlock or a race, before it
    /// is tried again; false after so many tries that it should be given up.
    pub async fn after_conflict(&self, tries: u32) -> bool {
        if tries >= postgres::CONFLICT_RETRIES {
            return false;
        }
        tokio::time::sleep(postgres::conflict_pause(tries)).await;
        true
    }

    /// Runs a read whose rows are handed on as they come, so that their number needs no memory.
    /// Dropping the receiver ends it.
    ///
    /// # Errors
    /// [`Class::Overloaded`] and the like; what the database says comes through the receiver.
    pub async fn stream(&self, statement: Statement<'static>) -> Result<Chunks, Fault> {
        match self {
            Self::Postgres(postgres) => postgres.stream(statement).await,
            Self::Sqlite(sqlite) => Ok(sqlite.stream(statement)),
        }
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// What a statement would meet, or [`Class::Timeout`] after `patience`.
    pub async fn ping(&self, patience: Duration) -> Result<Duration, Fault> {
        let started = std::time::Instant::now();
        let statement = Statement::once("SELECT 1");
        // Known to be quick: it must not wait for a connection of its own.
        statement
            .sql
            .took
            .store(1, std::sync::atomic::Ordering::Relaxed);
        tokio::time::timeout(patience, self.fetch(&statement, Repeat::Allowed))
            .await
            .map_err(|_| Fault::of(Class::Timeout))??;
        Ok(started.elapsed())
    }

    /// A SeaORM connection to the same database, for hand-written endpoints and transactions.
    pub fn sea_orm(&self) -> &DatabaseConnection {
        match self {
            Self::Postgres(postgres) => postgres.sea_orm(),
            Self::Sqlite(sqlite) => sqlite.sea_orm(),
        }
    }

    /// The state of the connections.
    pub fn pool_status(&self) -> PoolStatus {
        match self {
            Self::Postgres(postgres) => postgres.status(),
            Self::Sqlite(sqlite) => sqlite.status(),
        }
    }
}

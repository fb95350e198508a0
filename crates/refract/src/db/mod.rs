//! Where SQL runs: PostgreSQL or SQLite, behind one small interface. (SQL, values) in, rows out.
//!
//! Connections, reconnecting, retries and timeouts are here and nowhere else. What can go wrong is
//! a [`DbError`], classified by the database's own codes; [`db_error::to_api_error`] turns it into the
//! words of the API.

mod database_error;
pub mod postgres;
mod result_rows;
mod row_stream;
mod sea_orm_error;
pub mod server_info;
pub mod sqlite;
mod transaction;

pub use database_error::{Arose, DbError, DbErrorKind, Outcome, RAISED, ServerMessage};
pub use result_rows::Rows;
pub use row_stream::{AHEAD_BYTES, Chunks, Streamed, broken_off};
pub use transaction::{Beginning, Isolation, Transaction};

use std::{sync::OnceLock, time::Duration};

use reflect::snapshot::Database;
use sea_orm::DatabaseConnection;

use crate::{
    catalog::Catalog,
    query::sql::Statement,
    settings::{DatabaseSettings, Target},
};

#[doc(hidden)]
pub use crate::codec::SqliteParameter;

/// Called before each statement on SQLite, with its text and values. Only tests set it: SQLite has no wire
/// on which they could listen.
#[doc(hidden)]
pub static SQLITE_LISTENER: OnceLock<fn(&str, &[SqliteParameter])> = OnceLock::new();

/// The database behind the API.
#[derive(Debug)]
pub enum Db {
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

impl Db {
    /// Opens the database of the settings. A PostgreSQL server need not be there yet: it is tried
    /// in the background, and statements answer [`DbErrorKind::Unavailable`] until it is.
    ///
    /// # Errors
    /// A URL that no driver takes, a server that refuses for good (an unknown database, a wrong
    /// password, no TLS), a SQLite file that cannot be opened, a sandbox that cannot be made.
    pub async fn open(settings: &DatabaseSettings, catalog: &Catalog) -> Result<Self, DbError> {
        match &settings.target {
            Target::Sandbox => sqlite::sandbox::open(catalog, settings.statement_timeout)
                .await
                .map(Self::Sqlite),
            Target::App(url) => match url.kind() {
                Database::Postgres => {
                    let postgres = postgres::Postgres::open(url, settings)?;
                    match postgres.contact().await {
                        // Waiting changes nothing.
                        Err(fault) if fault.refusal().is_some_and(|it| it.is_permanent) => {
                            return Err(fault);
                        }
                        // What else there may be is tried again, and told, in the background.
                        Ok(()) | Err(_) => postgres.connect_in_background(),
                    }
                    Ok(Self::Postgres(postgres))
                }
                Database::Sqlite => {
                    let unreadable =
                        |refusal| DbError::of(DbErrorKind::Unavailable).because(refusal);
                    url.check_file().map_err(unreadable)?;
                    sqlite::Sqlite::open(url, settings).await.map(Self::Sqlite)
                }
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
    pub async fn fetch(&self, statement: &Statement<'_>, repeat: Repeat) -> Result<Rows, DbError> {
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
    ) -> Result<Rows, DbError> {
        match self {
            Self::Postgres(postgres) => postgres.fetch_within(beginning, statement).await,
            // A statement is a transaction there.
            Self::Sqlite(sqlite) => sqlite.fetch(statement).await,
        }
    }

    /// A transaction: statements that happen together or not at all, and may depend on each other.
    ///
    /// # Errors
    /// [`DbErrorKind::Overloaded`] where no connection gets free in time, and what opening one may meet.
    pub async fn begin(&self, beginning: impl Into<Beginning>) -> Result<Transaction<'_>, DbError> {
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

    /// Runs a read whose answer may be long ([`Statement::bounded`]): its rows are handed on as they come, so that their
    /// number needs no memory. `within` is how a transaction begins for it, where it needs one.
    ///
    /// The database's connection is kept until the last row is taken, and waits for whoever takes
    /// them as long as a statement may run, all waits together; then the answer breaks off.
    ///
    /// # Errors
    /// What the database says before it has sent [`AHEAD_BYTES`]; the rest comes with the rows.
    pub async fn read(
        &self,
        statement: &Statement<'_>,
        within: Option<Beginning>,
    ) -> Result<Streamed, DbError> {
        match self {
            Self::Postgres(postgres) => postgres.read(statement, within.map(|it| it.sql())).await,
            Self::Sqlite(sqlite) => sqlite.read(statement).await,
        }
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// What a statement would meet, or [`DbErrorKind::Timeout`] after `patience`.
    pub async fn ping(&self, patience: Duration) -> Result<Duration, DbError> {
        let started = std::time::Instant::now();
        let statement = Statement::ad_hoc("SELECT 1");
        // Known to be quick: it must not wait for a connection of its own.
        statement
            .sql
            .took
            .store(1, std::sync::atomic::Ordering::Relaxed);
        tokio::time::timeout(patience, self.fetch(&statement, Repeat::Allowed))
            .await
            .map_err(|_| DbError::of(DbErrorKind::Timeout))??;
        Ok(started.elapsed())
    }

    /// Which database it is, for messages; without any secret.
    pub fn shown(&self) -> String {
        match self {
            Self::Postgres(postgres) => postgres.shown(),
            Self::Sqlite(_) => "the SQLite database".to_owned(),
        }
    }

    /// Tries to reach the database once.
    ///
    /// # Errors
    /// Why that came to nothing, whether waiting could help or not.
    pub async fn contact(&self) -> Result<(), DbError> {
        match self {
            Self::Postgres(postgres) => postgres.contact().await,
            // Open since the start.
            Self::Sqlite(_) => Ok(()),
        }
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

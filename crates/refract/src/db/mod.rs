//! Where SQL runs: PostgreSQL or SQLite, behind one small interface. (SQL, values) in, rows out.
//!
//! Connections, reconnecting, retries and timeouts are here and nowhere else. What can go wrong is
//! a [`DbError`], classified by the database's own codes; [`crate::db_error`] turns it into the
//! words of the API.

mod database_error;
pub mod postgres;
mod result_rows;
mod row_stream;
mod sea_orm_error;
pub mod server_info;
pub mod sqlite;
mod sqlite_codes;
mod sqlstate;
mod transaction;

pub use database_error::{DbError, DbErrorKind, Origin, Outcome, ServerMessage};
pub use result_rows::Rows;
pub use row_stream::{AHEAD_BYTES, Chunks, Streamed, broken_off};
pub use sqlite_codes::RAISED;
pub use transaction::{End, Isolation, Transaction, TransactionOptions};

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

/// Called before each statement on SQLite, with its text and values. Only tests set it: SQLite has
/// no wire protocol that they could record.
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
    /// It writes. Where its answer is lost, the outcome is unknown.
    Forbidden,
}

/// The state of the connections, for diagnostics and health.
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
    /// Opens the database of the settings. A PostgreSQL server may still be unreachable. Then a
    /// task tries to connect, and statements fail with [`DbErrorKind::Unavailable`] until it
    /// succeeds.
    ///
    /// # Errors
    /// The URL is not valid, the server refuses for good (an unknown database, a wrong password, no
    /// TLS), the SQLite file cannot be opened, or the sandbox cannot be created.
    pub async fn open(settings: &DatabaseSettings, catalog: &Catalog) -> Result<Self, DbError> {
        match &settings.target {
            Target::Sandbox => sqlite::sandbox::open(catalog, settings.statement_timeout)
                .await
                .map(Self::Sqlite),
            Target::App(url) => match url.kind() {
                Database::Postgres => {
                    let postgres = postgres::Postgres::open(url, settings)?;
                    match postgres.try_connect().await {
                        // To wait would not help.
                        Err(error) if error.refusal().is_some_and(|it| it.is_permanent) => {
                            return Err(error);
                        }
                        // After other errors, a task tries again and logs.
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

    /// Runs one reading statement in its own transaction, which begins with these options.
    ///
    /// # Errors
    /// As [`Self::fetch`].
    pub async fn fetch_within(
        &self,
        beginning: &TransactionOptions,
        statement: &Statement<'_>,
    ) -> Result<Rows, DbError> {
        match self {
            Self::Postgres(postgres) => postgres.fetch_within(beginning, statement).await,
            // Each statement is a transaction there.
            Self::Sqlite(sqlite) => sqlite.fetch(statement).await,
        }
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// [`DbErrorKind::Overloaded`] where no connection gets free in time, and the errors of
    /// connecting.
    pub async fn begin(
        &self,
        beginning: impl Into<TransactionOptions>,
    ) -> Result<Transaction<'_>, DbError> {
        Ok(Transaction(match self {
            Self::Postgres(postgres) => {
                let beginning = beginning.into();
                transaction::Inner::Postgres(postgres.begin_transaction(&beginning).await?)
            }
            Self::Sqlite(sqlite) => transaction::Inner::Sqlite(sqlite.begin().await?),
        }))
    }

    /// Pauses before a transaction is tried again that lost a deadlock or a race. Gives false where
    /// it has been tried often enough.
    pub async fn after_conflict(&self, tries: u32) -> bool {
        if tries >= postgres::CONFLICT_RETRIES {
            return false;
        }
        tokio::time::sleep(postgres::conflict_backoff(tries)).await;
        true
    }

    /// Runs a read whose answer may be long ([`Statement::bounded`]). Its rows are passed on as
    /// they come, so that more rows need no more memory. `within` has the options of a transaction
    /// for it, where it needs one.
    ///
    /// The read keeps its connection until the last row is taken. All its waits for the client
    /// together may take as long as a statement. After that, the answer breaks off.
    ///
    /// # Errors
    /// The database's error, if it comes before [`AHEAD_BYTES`] are read. Later errors come with
    /// the rows.
    pub async fn read(
        &self,
        statement: &Statement<'_>,
        within: Option<TransactionOptions>,
    ) -> Result<Streamed, DbError> {
        match self {
            Self::Postgres(postgres) => postgres.read(statement, within.map(|it| it.sql())).await,
            Self::Sqlite(sqlite) => sqlite.read(statement).await,
        }
    }

    /// Checks that the database answers, and measures the time.
    ///
    /// # Errors
    /// What a statement would meet, or [`DbErrorKind::Timeout`] after `timeout`.
    pub async fn ping(&self, timeout: Duration) -> Result<Duration, DbError> {
        let started = std::time::Instant::now();
        let statement = Statement::ad_hoc("SELECT 1");
        // It counts as quick, so that it shares a connection.
        statement
            .sql
            .took
            .store(1, std::sync::atomic::Ordering::Relaxed);
        tokio::time::timeout(timeout, self.fetch(&statement, Repeat::Allowed))
            .await
            .map_err(|_| DbError::of(DbErrorKind::Timeout))??;
        Ok(started.elapsed())
    }

    /// The database's name in messages, without any secret.
    pub fn description(&self) -> String {
        match self {
            Self::Postgres(postgres) => postgres.description(),
            Self::Sqlite(_) => "the SQLite database".to_owned(),
        }
    }

    /// Tries once to connect.
    ///
    /// # Errors
    /// Why that failed.
    pub async fn try_connect(&self) -> Result<(), DbError> {
        match self {
            Self::Postgres(postgres) => postgres.try_connect().await,
            // It is open since the start.
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

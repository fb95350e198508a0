//! SQLite through SeaORM's sqlx pool: an app's own file, or the sandbox.

mod ddl;
pub mod sandbox;
mod seed;

use std::{str::FromStr, time::Duration};

use futures_util::StreamExt;
use reflect::{database_url::DatabaseUrl, snapshot::Database};
use sea_orm::{
    DatabaseConnection, SqlxSqliteConnector, Value,
    sqlx::{
        self, Executor, Sqlite as Driver, SqlitePool, Transaction,
        query::Query,
        sqlite::{SqliteArguments, SqliteConnectOptions, SqlitePoolOptions, SqliteRow},
    },
};
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::{Chunks, Fault, PoolStatus, Rows};
use crate::{
    codec::{self, bind},
    query::sql::Statement,
    settings::DatabaseSettings,
};

/// Longest wait for another writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Rows of a stream that travel together.
const ROWS_PER_CHUNK: usize = 200;

/// A SQLite database.
#[derive(Debug)]
pub struct Sqlite {
    pool: SqlitePool,
    sea_orm: DatabaseConnection,
    size: usize,
    /// The sandbox's folder, removed with it.
    sandbox: Option<TempDir>,
}

/// How a connection of the pool is opened.
struct Opening {
    options: SqliteConnectOptions,
    /// What each connection runs first.
    attach: Option<String>,
}

impl Sqlite {
    /// Opens an app's database; never creates the file.
    pub(super) async fn open(
        url: &DatabaseUrl,
        settings: &DatabaseSettings,
    ) -> Result<Self, Fault> {
        let options = SqliteConnectOptions::from_str(url.as_str())?;
        Self::connect(
            Opening {
                options,
                attach: None,
            },
            settings.pool_size,
            None,
        )
        .await
    }

    async fn connect(
        opening: Opening,
        size: usize,
        sandbox: Option<TempDir>,
    ) -> Result<Self, Fault> {
        let options = opening
            .options
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            // As in PostgreSQL; `ilike` is the one without regard to letter case.
            .pragma("case_sensitive_like", "ON")
            .collation(sandbox::DECIMAL_COLLATION, crate::codec::compare_decimals);
        let pool = SqlitePoolOptions::new()
            .max_connections(u32::try_from(size).unwrap_or(u32::MAX))
            .after_connect(move |connection, _| {
                let attach = opening.attach.clone();
                Box::pin(async move {
                    match attach {
                        Some(sql) => connection
                            .execute(sqlx::AssertSqlSafe(sql))
                            .await
                            .map(|_| ()),
                        None => Ok(()),
                    }
                })
            })
            .connect_with(options)
            .await?;
        let sea_orm = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.clone());
        Ok(Self {
            pool,
            sea_orm,
            size,
            sandbox,
        })
    }

    pub(super) fn is_sandbox(&self) -> bool {
        self.sandbox.is_some()
    }

    /// Runs one statement.
    pub(super) async fn fetch(&self, statement: &Statement<'_>) -> Result<Rows, Fault> {
        Ok(Rows::sqlite(run(&self.pool, statement).await?))
    }

    /// Begins a transaction as the one that may write.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Driver>, Fault> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Runs a read whose rows are handed on as they come.
    pub(super) fn stream(&self, statement: Statement<'static>) -> Chunks {
        let (sender, receiver) = mpsc::channel(1);
        let pool = self.pool.clone();
        tokio::spawn(async move {
            let mut chunks = query(&statement).fetch(&pool).chunks(ROWS_PER_CHUNK);
            while let Some(chunk) = chunks.next().await {
                let rows = chunk.into_iter().collect::<Result<Vec<_>, _>>();
                let rows = rows.map(Rows::sqlite).map_err(Fault::from);
                let failed = rows.is_err();
                if sender.send(rows).await.is_err() || failed {
                    return;
                }
            }
        });
        receiver
    }

    pub(super) fn sea_orm(&self) -> &DatabaseConnection {
        &self.sea_orm
    }

    pub(super) fn status(&self) -> PoolStatus {
        let open = self.pool.size() as usize;
        PoolStatus {
            size: self.size,
            open,
            in_flight: open.saturating_sub(self.pool.num_idle()),
        }
    }
}

/// Runs a statement of a transaction.
pub(super) async fn fetch(
    transaction: &mut Transaction<'static, Driver>,
    statement: &Statement<'_>,
) -> Result<Rows, Fault> {
    Ok(Rows::sqlite(run(&mut **transaction, statement).await?))
}

async fn run<'c>(
    executor: impl Executor<'c, Database = Driver>,
    statement: &Statement<'_>,
) -> Result<Vec<SqliteRow>, sqlx::Error> {
    query(statement).fetch_all(executor).await
}

fn query(statement: &Statement<'_>) -> Query<'static, Driver, SqliteArguments> {
    let query = sqlx::query(sqlx::AssertSqlSafe(statement.sql.text.clone()));
    let values = statement.values.iter();
    values.fold(query, |query, value| bind_one(query, value))
}

fn bind_one(
    query: Query<'static, Driver, SqliteArguments>,
    value: &codec::Value,
) -> Query<'static, Driver, SqliteArguments> {
    match bind(Database::Sqlite, value) {
        Value::String(text) => query.bind(text),
        Value::BigInt(number) => query.bind(number),
        Value::Double(number) => query.bind(number),
        Value::Bytes(bytes) => query.bind(bytes),
        // Without the value: a panic's message reaches the log and Sentry.
        _ => unreachable!("codec::bind gives SQLite its storage classes only"),
    }
}

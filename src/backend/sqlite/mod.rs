//! SQLite through SeaORM's sqlx pool: an app's own file, or the sandbox.

mod ddl;
pub mod sandbox;
mod seed;

use std::{str::FromStr, time::Duration};

use futures_util::{FutureExt, StreamExt};
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

use super::{
    Class, Fault, PoolStatus, Rows,
    rows::sqlite_bytes,
    stream::{CHUNK_BYTES, Outlet, Streamed, Turns, ahead},
};
use crate::{
    codec::{self, bind},
    query::sql::Statement,
    settings::DatabaseSettings,
};

/// Longest wait for another writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Longest text that a connection keeps prepared. It keeps a hundred of them.
const MAX_PREPARED_BYTES: usize = 4 * 1024;
/// How long a long answer of the sandbox may wait for its client.
const SANDBOX_PATIENCE: Duration = Duration::from_secs(30);

/// A SQLite database.
#[derive(Debug)]
pub struct Sqlite {
    pool: SqlitePool,
    sea_orm: DatabaseConnection,
    size: usize,
    /// Of long answers.
    turns: Turns,
    /// How long a long answer may wait for its client, all waits together.
    client_patience: Duration,
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
        .map(|sqlite| Self {
            client_patience: settings.statement_timeout,
            ..sqlite
        })
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
            turns: Turns::among(size),
            client_patience: SANDBOX_PATIENCE,
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

    /// Runs a read whose answer may be long.
    pub(super) async fn read(&self, statement: &Statement<'_>) -> Result<Streamed, Fault> {
        let statement = statement.clone().into_owned();
        let mut turn = None;
        loop {
            let has_turn = turn.is_some();
            let (outlet, chunks) = Outlet::new(&self.turns, turn.take(), self.client_patience);
            let handing_on = hand_on(self.pool.clone(), statement.clone(), outlet);
            match ahead(handing_on.boxed(), chunks).await {
                Err(fault) if fault.class == Class::Overloaded && !has_turn => {
                    turn = self.turns.wait().await?;
                }
                streamed => return streamed,
            }
        }
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

async fn hand_on(pool: SqlitePool, statement: Statement<'static>, mut outlet: Outlet) {
    let gone = outlet.gone();
    let handed_on = tokio::select! {
        handed_on = hand_on_all(&pool, &statement, &mut outlet) => handed_on,
        () = gone => return,
    };
    if let Err(fault) = handed_on {
        outlet.fail(fault).await;
    }
}

/// The connection is given back when this ends.
async fn hand_on_all(
    pool: &SqlitePool,
    statement: &Statement<'static>,
    outlet: &mut Outlet,
) -> Result<(), Fault> {
    let mut rows = query(statement).fetch(pool);
    loop {
        let Some(first) = rows.next().await.transpose()? else {
            return Ok(());
        };
        let mut bytes = sqlite_bytes(&first);
        let mut chunk = vec![first];
        let mut ended = false;
        while bytes < CHUNK_BYTES && !ended {
            match rows.next().now_or_never() {
                None => break,
                Some(None) => ended = true,
                Some(Some(row)) => {
                    let row = row?;
                    bytes += sqlite_bytes(&row);
                    chunk.push(row);
                }
            }
        }
        if !outlet.send(Rows::sqlite(chunk)).await? || ended {
            return Ok(());
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
    let text = &statement.sql.text;
    let keep = statement.sql.id.is_some() && text.len() <= MAX_PREPARED_BYTES;
    let query = sqlx::query(sqlx::AssertSqlSafe(text.clone())).persistent(keep);
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

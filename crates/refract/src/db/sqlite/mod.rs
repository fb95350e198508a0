//! SQLite: an app's own file, or the sandbox.

mod file_identity;
pub mod sandbox;
mod sandbox_ddl;
mod sandbox_rows;
mod sqlite_connection;
mod sqlite_pool;
mod sqlite_transaction;

use std::{
    str::FromStr,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use futures_util::{FutureExt, StreamExt};
use reflect::database_url::DatabaseUrl;
use sea_orm::{
    DatabaseConnection, SqlxSqliteConnector,
    sqlx::{
        self, Executor, Sqlite as Driver,
        query::Query,
        sqlite::{SqliteArguments, SqliteConnectOptions, SqlitePoolOptions, SqliteRow},
    },
};
use tempfile::TempDir;

pub(super) use self::sqlite_transaction::Transaction;
use self::{
    sqlite_connection::{Connection, OpenOptions},
    sqlite_pool::{Priority, SqlitePool, wait_for_writers},
};
use super::{
    DbError, DbErrorKind, PoolStatus, Rows, SQLITE_LISTENER,
    result_rows::sqlite_bytes,
    row_stream::{RowSender, StreamLimit, Streamed, fill_chunk, read_ahead},
};
use crate::{
    codec::{SqliteParameter, Value, sqlite_parameter},
    query::sql::Statement,
    settings::DatabaseSettings,
};

/// Longest time that hand-written endpoints wait for another writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a long answer may wait for its client, in all, where readers keep writers from
/// committing. Other programs wait longer for a lock (Prisma 5 seconds).
const CLIENT_TIMEOUT: Duration = Duration::from_secs(3);

/// Longest text that a connection keeps prepared. It keeps a hundred statements.
const MAX_PREPARED_BYTES: usize = 4 * 1024;

/// A SQLite database.
#[derive(Debug)]
pub struct Sqlite {
    pool: Arc<SqlitePool>,
    sea_orm: DatabaseConnection,
    /// Limits the long answers under way.
    stream_limit: StreamLimit,
    /// Longest time for a statement, including its waits.
    timeout: Duration,
    /// How long a long answer may wait for its client, in all.
    client_timeout: Duration,
    /// The sandbox's folder. It is removed when this is dropped.
    sandbox: Option<TempDir>,
}

impl Sqlite {
    /// Opens an app's database. It never creates the file.
    pub(super) async fn open(
        url: &DatabaseUrl,
        settings: &DatabaseSettings,
    ) -> Result<Self, DbError> {
        let options = OpenOptions {
            connect: SqliteConnectOptions::from_str(url.as_str())?,
            attach: None,
        };
        Self::connect(
            options,
            settings.pool_size,
            settings.statement_timeout,
            None,
        )
        .await
    }

    async fn connect(
        options: OpenOptions,
        size: usize,
        timeout: Duration,
        sandbox: Option<TempDir>,
    ) -> Result<Self, DbError> {
        let pool = Arc::new(SqlitePool::new(options, size));
        let deadline = Instant::now() + timeout;
        // Opened now, so that errors show at the start.
        let mut lease = pool.take(Priority::Normal, deadline).await?;
        let mode = Statement::ad_hoc("PRAGMA journal_mode");
        let mode = Rows::sqlite(lease.run(&mode, deadline).await?);
        drop(lease);
        // Without a write-ahead log, no transaction commits during a read.
        let client_timeout = match mode.text(0, 0) {
            Some("wal") => timeout,
            _ => timeout.min(CLIENT_TIMEOUT),
        };
        let OpenOptions { connect, attach } = pool.options().clone();
        // A separate pool for hand-written endpoints. It opens connections when first used.
        let sqlx_pool = SqlitePoolOptions::new()
            .max_connections(u32::try_from(size).unwrap_or(u32::MAX))
            .after_connect(move |connection, _| {
                let attach = attach.clone();
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
            .connect_lazy_with(connect.busy_timeout(BUSY_TIMEOUT));
        let sea_orm = SqlxSqliteConnector::from_sqlx_sqlite_pool(sqlx_pool);
        Ok(Self {
            pool,
            sea_orm,
            stream_limit: StreamLimit::half_of(size),
            timeout,
            client_timeout,
            sandbox,
        })
    }

    pub(super) fn is_sandbox(&self) -> bool {
        self.sandbox.is_some()
    }

    /// Runs one statement.
    pub(super) async fn fetch(&self, statement: &Statement<'_>) -> Result<Rows, DbError> {
        let deadline = Instant::now() + self.timeout;
        let (writer, priority) = if is_read(&statement.sql.text) {
            (None, priority(statement))
        } else {
            (
                Some(self.pool.lock_writer(deadline).await?),
                Priority::Normal,
            )
        };
        let mut lease = self.pool.take(priority, deadline).await?;
        let ended = match lease.run(statement, deadline).await {
            // Nothing has happened. It is tried again on the file that is there now.
            Err(error) if error.is_of_moved_file() => {
                drop(lease);
                lease = self.pool.take(priority, deadline).await?;
                lease.run(statement, deadline).await
            }
            ended => ended,
        };
        drop(lease);
        let is_write = writer.is_some();
        ended.map(Rows::sqlite).map_err(|error| match error {
            // It could not be interrupted, and still runs.
            error if is_write => error.of_a_write(),
            error => error,
        })
    }

    /// Begins a transaction with the right to write.
    pub(super) async fn begin(&self) -> Result<Transaction, DbError> {
        let deadline = Instant::now() + self.timeout;
        let writer = self.pool.lock_writer(deadline).await?;
        let lease = self.pool.take(Priority::Normal, deadline).await?;
        Transaction::begin(lease, writer, self.timeout, deadline).await
    }

    /// Runs a read whose answer may be long. Each chunk of its rows may take as long as a
    /// statement.
    pub(super) async fn read(&self, statement: &Statement<'_>) -> Result<Streamed, DbError> {
        let statement = statement.clone().into_owned();
        let deadline = Instant::now() + self.timeout;
        let mut permit = None;
        loop {
            let has_permit = permit.is_some();
            let (sender, chunks) =
                RowSender::new(&self.stream_limit, permit.take(), self.client_timeout);
            let reading = StreamedRead {
                pool: self.pool.clone(),
                statement: statement.clone(),
                timeout: self.timeout,
                deadline,
            };
            match read_ahead(reading.send_rows(sender).boxed(), chunks).await {
                Err(error) if error.kind == DbErrorKind::Overloaded && !has_permit => {
                    permit = self.stream_limit.acquire().await?;
                }
                streamed => return streamed,
            }
        }
    }

    pub(super) fn sea_orm(&self) -> &DatabaseConnection {
        &self.sea_orm
    }

    pub(super) fn status(&self) -> PoolStatus {
        self.pool.status()
    }
}

/// A read whose rows are passed on as they come.
struct StreamedRead {
    pool: Arc<SqlitePool>,
    statement: Statement<'static>,
    /// How long each chunk of rows may take.
    timeout: Duration,
    /// When the first chunk has to be there.
    deadline: Instant,
}

impl StreamedRead {
    async fn send_rows(self, mut sender: RowSender) {
        let gone = sender.gone();
        let sent = tokio::select! {
            sent = self.run_and_send(&mut sender) => sent,
            // Dropping the lease interrupts the statement.
            () = gone => return,
        };
        if let Err(error) = sent {
            sender.fail(error).await;
        }
    }

    /// The connection is given back when this ends.
    async fn run_and_send(&self, sender: &mut RowSender) -> Result<(), DbError> {
        let mut lease = self.pool.take(Priority::Normal, self.deadline).await?;
        loop {
            let ended = self.send_all(lease.begin(), sender).await;
            match lease.finish(ended) {
                Ok(true) => return Ok(()),
                Ok(false) => {
                    lease.discard();
                    return Ok(());
                }
                // Nothing has been read, because another process writes.
                Err(error) if error.kind == DbErrorKind::Busy && !sender.has_sent() => {
                    wait_for_writers(self.deadline).await?;
                }
                Err(error) => {
                    // The statement may not have ended.
                    lease.discard();
                    return Err(error);
                }
            }
        }
    }

    /// Gives whether all rows were sent.
    async fn send_all(
        &self,
        connection: &mut Connection,
        sender: &mut RowSender,
    ) -> Result<bool, DbError> {
        let hooks = connection.hooks.clone();
        let mut rows = query(&self.statement).fetch(&mut connection.inner);
        loop {
            hooks.limit(Some(Instant::now() + self.timeout));
            let Some(first) = rows.next().await.transpose()? else {
                return Ok(true);
            };
            let (chunk, ended) = fill_chunk(first, &mut rows, sqlite_bytes)?;
            // The statement's deadline does not include the wait for the client.
            hooks.limit(None);
            if !sender.send(Rows::sqlite(chunk)).await? {
                return Ok(false);
            }
            if ended {
                return Ok(true);
            }
        }
    }
}

/// The priority of a read. SQLite's latencies are not recorded, so the mark that the statement was
/// created with counts.
fn priority(statement: &Statement<'_>) -> Priority {
    match statement.sql.took.load(Ordering::Relaxed) {
        0 => Priority::Normal,
        _ => Priority::Quick,
    }
}

/// Whether a statement only reads.
fn is_read(text: &str) -> bool {
    ["SELECT", "WITH", "EXPLAIN"]
        .iter()
        .any(|verb| text.starts_with(verb))
}

async fn run<'c>(
    executor: impl Executor<'c, Database = Driver>,
    statement: &Statement<'_>,
) -> Result<Vec<SqliteRow>, sqlx::Error> {
    query(statement).fetch_all(executor).await
}

fn query(statement: &Statement<'_>) -> Query<'static, Driver, SqliteArguments> {
    let text = &statement.sql.text;
    if let Some(listen) = SQLITE_LISTENER.get() {
        let values = statement.values.iter();
        let values: Vec<_> = values.map(|value| sqlite_parameter(value)).collect();
        listen(text, &values);
    }
    let keep = statement.sql.id.is_some() && text.len() <= MAX_PREPARED_BYTES;
    let query = sqlx::query(sqlx::AssertSqlSafe(text.clone())).persistent(keep);
    let values = statement.values.iter();
    values.fold(query, |query, value| bind_one(query, value))
}

fn bind_one(
    query: Query<'static, Driver, SqliteArguments>,
    value: &Value,
) -> Query<'static, Driver, SqliteArguments> {
    match sqlite_parameter(value) {
        SqliteParameter::Null => query.bind(None::<String>),
        SqliteParameter::Integer(number) => query.bind(number),
        SqliteParameter::Real(number) => query.bind(number),
        SqliteParameter::Text(text) => query.bind(text),
        SqliteParameter::Blob(bytes) => query.bind(bytes),
    }
}

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
    sqlite_connection::{Connection, Opening},
    sqlite_pool::{Lanes, Pace, wait_for_others},
};
use super::{
    DbError, DbErrorKind, PoolStatus, Rows, SQLITE_LISTENER,
    result_rows::sqlite_bytes,
    row_stream::{CHUNK_BYTES, Outlet, Streamed, Turns, ahead},
};
use crate::{
    codec::{SqliteParameter, Value, sqlite_parameter},
    query::sql::Statement,
    settings::DatabaseSettings,
};

/// Longest wait of hand-written endpoints for another writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a long answer waits for its client, all waits together, where readers keep writers from
/// committing: less than other programs wait for a lock (Prisma 5 seconds).
const CLIENT_PATIENCE: Duration = Duration::from_secs(3);

/// Longest text that a connection keeps prepared. It keeps a hundred of them.
const MAX_PREPARED_BYTES: usize = 4 * 1024;

/// A SQLite database.
#[derive(Debug)]
pub struct Sqlite {
    lanes: Arc<Lanes>,
    sea_orm: DatabaseConnection,
    /// Of long answers.
    turns: Turns,
    /// Longest time a statement may run, its waiting included.
    timeout: Duration,
    /// How long a long answer may wait for its client, all waits together.
    client_patience: Duration,
    /// The sandbox's folder, removed with it.
    sandbox: Option<TempDir>,
}

impl Sqlite {
    /// Opens an app's database; never creates the file.
    pub(super) async fn open(
        url: &DatabaseUrl,
        settings: &DatabaseSettings,
    ) -> Result<Self, DbError> {
        let options = SqliteConnectOptions::from_str(url.as_str())?;
        let opening = Opening {
            options,
            attach: None,
        };
        Self::connect(
            opening,
            settings.pool_size,
            settings.statement_timeout,
            None,
        )
        .await
    }

    async fn connect(
        opening: Opening,
        size: usize,
        timeout: Duration,
        sandbox: Option<TempDir>,
    ) -> Result<Self, DbError> {
        let lanes = Arc::new(Lanes::new(opening, size));
        let deadline = Instant::now() + timeout;
        // A file that cannot be opened is told now.
        let mut lane = lanes.take(Pace::Any, deadline).await?;
        let mode = Statement::ad_hoc("PRAGMA journal_mode");
        let mode = Rows::sqlite(lane.run(&mode, deadline).await?);
        drop(lane);
        // Without a write-ahead log no transaction commits while somebody reads.
        let client_patience = match mode.text(0, 0) {
            Some("wal") => timeout,
            _ => timeout.min(CLIENT_PATIENCE),
        };
        let Opening { options, attach } = lanes.opening().clone();
        // Beside the lanes, for hand-written endpoints; opened when first used.
        let pool = SqlitePoolOptions::new()
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
            .connect_lazy_with(options.busy_timeout(BUSY_TIMEOUT));
        let sea_orm = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
        Ok(Self {
            lanes,
            sea_orm,
            turns: Turns::among(size),
            timeout,
            client_patience,
            sandbox,
        })
    }

    pub(super) fn is_sandbox(&self) -> bool {
        self.sandbox.is_some()
    }

    /// Runs one statement.
    pub(super) async fn fetch(&self, statement: &Statement<'_>) -> Result<Rows, DbError> {
        let deadline = Instant::now() + self.timeout;
        let (writer, pace) = if only_reads(&statement.sql.text) {
            (None, pace(statement))
        } else {
            (Some(self.lanes.write(deadline).await?), Pace::Any)
        };
        let mut lane = self.lanes.take(pace, deadline).await?;
        let ended = match lane.run(statement, deadline).await {
            // Nothing has happened: the file that is there now is opened.
            Err(fault) if fault.is_of_moved_file() => {
                drop(lane);
                lane = self.lanes.take(pace, deadline).await?;
                lane.run(statement, deadline).await
            }
            ended => ended,
        };
        drop(lane);
        let is_write = writer.is_some();
        ended.map(Rows::sqlite).map_err(|fault| match fault {
            // It could not be stopped, and goes on.
            fault if is_write => fault.of_a_write(),
            fault => fault,
        })
    }

    /// Begins a transaction as the one that may write.
    pub(super) async fn begin(&self) -> Result<Transaction, DbError> {
        let deadline = Instant::now() + self.timeout;
        let writer = self.lanes.write(deadline).await?;
        let lane = self.lanes.take(Pace::Any, deadline).await?;
        Transaction::begin(lane, writer, self.timeout, deadline).await
    }

    /// Runs a read whose answer may be long. Each chunk of its rows has the time of a statement.
    pub(super) async fn read(&self, statement: &Statement<'_>) -> Result<Streamed, DbError> {
        let statement = statement.clone().into_owned();
        let deadline = Instant::now() + self.timeout;
        let mut turn = None;
        loop {
            let has_turn = turn.is_some();
            let (outlet, chunks) = Outlet::new(&self.turns, turn.take(), self.client_patience);
            let reading = Reading {
                lanes: self.lanes.clone(),
                statement: statement.clone(),
                timeout: self.timeout,
                deadline,
            };
            match ahead(reading.hand_on(outlet).boxed(), chunks).await {
                Err(fault) if fault.kind == DbErrorKind::Overloaded && !has_turn => {
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
        self.lanes.status()
    }
}

/// A read whose rows are handed on as they come.
struct Reading {
    lanes: Arc<Lanes>,
    statement: Statement<'static>,
    /// How long each chunk of rows may take.
    timeout: Duration,
    /// When the first of them has to be there.
    deadline: Instant,
}

impl Reading {
    async fn hand_on(self, mut outlet: Outlet) {
        let gone = outlet.gone();
        let handed_on = tokio::select! {
            handed_on = self.hand_on_all(&mut outlet) => handed_on,
            // What runs is stopped with its lane.
            () = gone => return,
        };
        if let Err(fault) = handed_on {
            outlet.fail(fault).await;
        }
    }

    /// The connection is given back when this ends.
    async fn hand_on_all(&self, outlet: &mut Outlet) -> Result<(), DbError> {
        let mut lane = self.lanes.take(Pace::Any, self.deadline).await?;
        loop {
            let ended = self.hand_on_once(lane.begin(), outlet).await;
            match lane.done(ended) {
                Ok(true) => return Ok(()),
                Ok(false) => {
                    lane.give_up();
                    return Ok(());
                }
                // Nothing has been read: another process writes.
                Err(fault) if fault.kind == DbErrorKind::Busy && !outlet.has_sent() => {
                    wait_for_others(self.deadline).await?;
                }
                Err(fault) => {
                    // The statement may not have ended.
                    lane.give_up();
                    return Err(fault);
                }
            }
        }
    }

    /// Gives whether all rows were handed on.
    async fn hand_on_once(
        &self,
        connection: &mut Connection,
        outlet: &mut Outlet,
    ) -> Result<bool, DbError> {
        let watch = connection.watch.clone();
        let mut rows = query(&self.statement).fetch(&mut connection.inner);
        loop {
            watch.limit(Some(Instant::now() + self.timeout));
            let Some(first) = rows.next().await.transpose()? else {
                return Ok(true);
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
            // The time of whoever takes them is not the statement's.
            watch.limit(None);
            if !outlet.send(Rows::sqlite(chunk)).await? {
                return Ok(false);
            }
            if ended {
                return Ok(true);
            }
        }
    }
}

/// What is known of a read: nothing is learned here of how long a text takes, so that it is what its
/// text was taken for to begin with.
fn pace(statement: &Statement<'_>) -> Pace {
    match statement.sql.took.load(Ordering::Relaxed) {
        0 => Pace::Any,
        _ => Pace::Quick,
    }
}

/// Whether a statement is no writer's.
fn only_reads(text: &str) -> bool {
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

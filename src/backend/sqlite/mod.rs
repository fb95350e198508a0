//! SQLite: an app's own file, or the sandbox.

mod connection;
mod ddl;
mod file;
mod lanes;
pub mod sandbox;
mod seed;
mod transaction;

use std::{
    str::FromStr,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use futures_util::TryStreamExt;
use reflect::{database_url::DatabaseUrl, snapshot::Database};
use sea_orm::{
    DatabaseConnection, SqlxSqliteConnector, Value,
    sqlx::{
        self, Executor, Sqlite as Driver,
        query::Query,
        sqlite::{SqliteArguments, SqliteConnectOptions, SqlitePoolOptions, SqliteRow},
    },
};
use tempfile::TempDir;
use tokio::sync::mpsc;

pub(super) use self::transaction::Transaction;
use self::{
    connection::{Connection, Opening},
    lanes::{Lane, Lanes, Pace, wait_for_others},
};
use super::{Chunks, Class, Fault, PoolStatus, Rows};
use crate::{
    codec::{self, bind},
    query::sql::Statement,
    settings::DatabaseSettings,
};

/// Longest wait of hand-written endpoints for another writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Rows of a stream that travel together.
const ROWS_PER_CHUNK: usize = 200;

/// A SQLite database.
#[derive(Debug)]
pub struct Sqlite {
    lanes: Arc<Lanes>,
    sea_orm: DatabaseConnection,
    /// Longest time a statement may run, its waiting included.
    timeout: Duration,
    /// The sandbox's folder, removed with it.
    sandbox: Option<TempDir>,
}

impl Sqlite {
    /// Opens an app's database; never creates the file.
    pub(super) async fn open(
        url: &DatabaseUrl,
        settings: &DatabaseSettings,
    ) -> Result<Self, Fault> {
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
    ) -> Result<Self, Fault> {
        let lanes = Arc::new(Lanes::new(opening, size));
        // A file that cannot be opened is told now.
        drop(lanes.take(Pace::Any, Instant::now() + timeout).await?);
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
            timeout,
            sandbox,
        })
    }

    pub(super) fn is_sandbox(&self) -> bool {
        self.sandbox.is_some()
    }

    /// Runs one statement.
    pub(super) async fn fetch(&self, statement: &Statement<'_>) -> Result<Rows, Fault> {
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
    pub(super) async fn begin(&self) -> Result<Transaction, Fault> {
        let deadline = Instant::now() + self.timeout;
        let writer = self.lanes.write(deadline).await?;
        let lane = self.lanes.take(Pace::Any, deadline).await?;
        Transaction::begin(lane, writer, self.timeout, deadline).await
    }

    /// Runs a read whose rows are handed on as they come. Each chunk of them has the time of a
    /// statement, and so has whoever takes it.
    pub(super) fn stream(&self, statement: Statement<'static>) -> Chunks {
        let (sender, receiver) = mpsc::channel(1);
        let (lanes, timeout) = (self.lanes.clone(), self.timeout);
        tokio::spawn(async move {
            let ended = match lanes.take(Pace::Any, Instant::now() + timeout).await {
                Ok(mut lane) => match send_chunks(&mut lane, &statement, timeout, &sender).await {
                    Ok(()) => return,
                    Err(fault) => Err(fault),
                },
                Err(fault) => Err(fault),
            };
            let _ = tokio::time::timeout(timeout, sender.send(ended)).await;
        });
        receiver
    }

    pub(super) fn sea_orm(&self) -> &DatabaseConnection {
        &self.sea_orm
    }

    pub(super) fn status(&self) -> PoolStatus {
        self.lanes.status()
    }
}

/// Sends the rows of a statement. Where they are not wanted any longer, or not taken in time, what
/// runs is stopped.
async fn send_chunks(
    lane: &mut Lane,
    statement: &Statement<'_>,
    timeout: Duration,
    sender: &mpsc::Sender<Result<Rows, Fault>>,
) -> Result<(), Fault> {
    let started = Instant::now();
    let mut sent_any = false;
    loop {
        let connection = lane.begin();
        let ended = stream_once(connection, statement, timeout, sender, &mut sent_any).await;
        match lane.done(ended) {
            Ok(true) => return Ok(()),
            Ok(false) => {
                lane.give_up();
                return Ok(());
            }
            Err(fault) if fault.class == Class::Busy && !sent_any => {
                wait_for_others(started + timeout).await?;
            }
            Err(fault) => return Err(fault),
        }
    }
}

/// Gives whether all rows were sent.
async fn stream_once(
    connection: &mut Connection,
    statement: &Statement<'_>,
    timeout: Duration,
    sender: &mpsc::Sender<Result<Rows, Fault>>,
    sent_any: &mut bool,
) -> Result<bool, Fault> {
    let watch = connection.watch.clone();
    let mut rows = query(statement).fetch(&mut connection.inner);
    loop {
        watch.limit(Some(Instant::now() + timeout));
        let mut chunk = Vec::with_capacity(ROWS_PER_CHUNK);
        while chunk.len() < ROWS_PER_CHUNK
            && let Some(row) = rows.try_next().await?
        {
            chunk.push(row);
        }
        // The time of whoever takes them is not the statement's.
        watch.limit(None);
        let is_last = chunk.len() < ROWS_PER_CHUNK;
        if !chunk.is_empty() {
            *sent_any = true;
            let sent = sender.send(Ok(Rows::sqlite(chunk)));
            if !matches!(tokio::time::timeout(timeout, sent).await, Ok(Ok(()))) {
                return Ok(false);
            }
        }
        if is_last {
            return Ok(true);
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

//! Reads whose rows are passed on as they come, from a connection that they use exclusively.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use futures_util::{FutureExt, StreamExt};
use tokio_postgres::Row;

use super::{
    Postgres,
    exclusive_connection::{ExclusiveConnection, InProgress},
    latency,
    open_connection::OpenConnection,
    retry::Retries,
    session_settings,
};
use crate::{
    db::{
        DbError, DbErrorKind, Repeat, Rows,
        row_stream::{RowSender, StreamPermit, Streamed, fill_chunk, read_ahead},
    },
    query::sql::Statement,
};

impl Postgres {
    /// Runs a read whose answer may be long. `beginning` is the SQL that begins a transaction for
    /// it.
    pub(in crate::db) async fn read(
        &self,
        statement: &Statement<'_>,
        beginning: Option<String>,
    ) -> Result<Streamed, DbError> {
        let sql = &statement.sql;
        let is_long = || sql.is_long.load(Ordering::Relaxed);
        // A statement that has proven quick and short shares a connection.
        if beginning.is_none() && statement.bounded && latency::is_quick(sql) && !is_long() {
            let rows = self.fetch(statement, Repeat::Allowed).await?;
            if !is_long() {
                return Ok(Streamed::Whole(rows));
            }
        }
        // In a box: a rare path should not make the future of every request larger.
        Box::pin(self.read_apart(statement.clone().into_owned(), beginning)).await
    }

    /// Runs it on a connection that it uses exclusively.
    async fn read_apart(
        &self,
        statement: Statement<'static>,
        beginning: Option<String>,
    ) -> Result<Streamed, DbError> {
        let sql = &statement.sql;
        let beginning = match self.is_set_by_transactions().await? {
            true => {
                let begin = beginning.as_deref().unwrap_or("BEGIN READ ONLY");
                Some(session_settings::in_transaction(begin))
            }
            false => beginning,
        };
        let _in_flight = self.enter_queue()?;
        let mut retries = Retries::new(Repeat::Allowed, self.retries, self.connector.deadline());
        let mut permit = None;
        loop {
            let has_permit = permit.is_some();
            let read = self.read_once(statement.clone(), beginning.clone(), permit.take());
            let error = match read.await {
                Ok(streamed) => {
                    let long = matches!(streamed, Streamed::Long(..));
                    sql.is_long.store(long, Ordering::Relaxed);
                    return Ok(streamed);
                }
                // Too many long answers are under way.
                Err(Failure::Read(error))
                    if error.kind == DbErrorKind::Overloaded && !has_permit =>
                {
                    permit = self.stream_limit.acquire().await?;
                    continue;
                }
                Err(Failure::Read(error)) if beginning.is_some() => error.while_reading(),
                Err(Failure::NotSent(error) | Failure::Read(error)) => error,
            };
            tokio::time::sleep(retries.pause_after(error, self.is_open())?).await;
        }
    }

    async fn read_once(
        &self,
        statement: Statement<'static>,
        beginning: Option<String>,
        permit: StreamPermit,
    ) -> Result<Streamed, Failure> {
        let exclusive = self.pool.exclusive(&statement.sql).await;
        let exclusive = exclusive.map_err(Failure::NotSent)?;
        let (sender, chunks) = RowSender::new(&self.stream_limit, permit, self.client_timeout);
        let timeout = self.connector.request_timeout();
        let sending = send_rows(exclusive, statement, beginning, timeout, sender);
        let read = read_ahead(sending.boxed(), chunks).await;
        read.map_err(Failure::Read)
    }
}

/// Why a read has failed before any of its rows were sent.
enum Failure {
    /// No connection was free.
    NotSent(DbError),
    Read(DbError),
}

async fn send_rows(
    mut exclusive: ExclusiveConnection,
    statement: Statement<'static>,
    beginning: Option<String>,
    timeout: Duration,
    mut sender: RowSender,
) {
    let gone = sender.gone();
    let sent = tokio::select! {
        sent = run_and_send(&mut exclusive, &statement, beginning, timeout, &mut sender) => sent,
        () = gone => return,
    };
    // Gives the connection back. A statement that still runs is cancelled first.
    drop(exclusive);
    if let Err(error) = sent {
        sender.fail(error).await;
    }
}

async fn run_and_send(
    exclusive: &mut ExclusiveConnection,
    statement: &Statement<'static>,
    beginning: Option<String>,
    timeout: Duration,
    sender: &mut RowSender,
) -> Result<(), DbError> {
    let connection = exclusive.connection()?;
    let began = Instant::now();
    exclusive.set_in_progress(InProgress::Statement);
    let (before, after) = match beginning {
        None => (InProgress::Nothing, None),
        Some(beginning) => {
            let begun = in_time(timeout, connection.control(&beginning)).await;
            if begun.as_ref().map_or_else(DbError::is_answer, |()| true) {
                exclusive.set_in_progress(InProgress::Transaction);
            }
            begun?;
            exclusive.set_in_progress(InProgress::Statement);
            (InProgress::Transaction, Some("COMMIT"))
        }
    };
    let all_sent = send_all(&connection, statement, timeout, sender).await;
    match &all_sent {
        Ok(false) => return Ok(()),
        Err(error) if !error.is_answer() => {}
        _ => exclusive.set_in_progress(before),
    }
    all_sent?;
    latency::record(
        &statement.sql,
        began.elapsed().saturating_sub(sender.waited),
    );
    if let Some(commit) = after {
        exclusive.set_in_progress(InProgress::Statement);
        in_time(timeout, connection.control(commit)).await?;
        exclusive.set_in_progress(InProgress::Nothing);
    }
    Ok(())
}

/// Sends all rows. Gives whether the receiver took them all.
async fn send_all(
    connection: &OpenConnection,
    statement: &Statement<'static>,
    timeout: Duration,
    sender: &mut RowSender,
) -> Result<bool, DbError> {
    let mut rows = in_time(timeout, connection.stream(statement)).await?;
    loop {
        let next = in_time(timeout, rows.next().map(Ok)).await?;
        let Some(first) = next.transpose()? else {
            return Ok(true);
        };
        let (chunk, ended) = fill_chunk(first, &mut rows, Row::raw_size_bytes)?;
        if !sender.send(Rows::postgres(chunk)).await? {
            return Ok(false);
        }
        if ended {
            return Ok(true);
        }
    }
}

/// Waits no longer than the timeout for the server.
async fn in_time<T>(
    timeout: Duration,
    answer: impl Future<Output = Result<T, DbError>>,
) -> Result<T, DbError> {
    let answer = tokio::time::timeout(timeout, answer).await;
    answer.unwrap_or_else(|_| Err(DbError::of(DbErrorKind::Timeout)))
}

//! One open connection: statements prepared on it, and running them.

use std::{
    pin::pin,
    sync::{
        PoisonError, RwLock, RwLockWriteGuard,
        atomic::{AtomicU8, Ordering},
    },
};

use futures_util::{StreamExt, TryStreamExt};
use tokio::task::AbortHandle;
use tokio_postgres::{Client, Column, Row, RowStream, types::Type};

use super::{cancel_request::CancelRequest, text_parameter::Parameter};
use crate::{
    codec,
    db::{
        AHEAD_BYTES, DbError, DbErrorKind,
        sqlstate::{SYNTAX_ERROR, ends_session},
    },
    query::sql::{CacheHit, Generations, Sql, Statement},
};

/// A connection that has read a larger row is not used again. The driver reads each row as a whole,
/// and keeps a buffer of the largest row's size for as long as the connection lives.
const LARGE_ROW_BYTES: usize = 8 * 1024 * 1024;

/// Bytes of memory that a column of a prepared statement takes.
const COLUMN_BYTES: usize = 96;

pub(super) struct OpenConnection {
    client: Client,
    /// The task that reads and writes the socket.
    driver: AbortHandle,
    /// A pooler between us and the server may run each statement in another session.
    pooled: bool,
    /// Makes the server cancel the running statement.
    cancel: CancelRequest,
    /// One of the states below.
    state: AtomicU8,
    /// Prepared statements by the ids of their texts.
    prepared: RwLock<Generations<u64, tokio_postgres::Statement>>,
}

/// States of a connection, in the order in which they follow each other.
const IN_USE: u8 = 0;
/// No new statement is sent. Those in flight may end.
const RETIRED: u8 = 1;
/// It was closed so that reads are sent on other connections.
const DIVERTED: u8 = 2;
/// The server has not answered within the timeout.
const GIVEN_UP: u8 = 3;

impl OpenConnection {
    /// `cache_bytes` limits the texts of its prepared statements, in all. The server keeps each of
    /// them, with its plan.
    pub(super) fn new(
        client: Client,
        driver: AbortHandle,
        pooled: bool,
        cancel: CancelRequest,
        cache_bytes: usize,
    ) -> Self {
        Self {
            client,
            driver,
            pooled,
            cancel,
            state: AtomicU8::new(IN_USE),
            prepared: RwLock::new(Generations::new(cache_bytes)),
        }
    }

    /// Whether no statement may begin on it: it is closed, or will be when those in flight end. The
    /// driver's task takes a while to end after [`Self::give_up`].
    pub(super) fn is_closed(&self) -> bool {
        self.state.load(Ordering::Acquire) != IN_USE || self.client.is_closed()
    }

    fn check_size(&self, row: &Row) {
        if row.raw_size_bytes() > LARGE_ROW_BYTES {
            self.retire();
        }
    }

    /// Whether the socket is closed.
    pub(super) fn is_broken(&self) -> bool {
        self.client.is_closed()
    }

    /// Closes the connection. Requests that wait for an answer get [`DbErrorKind::Timeout`].
    pub(super) fn give_up(&self) {
        self.state.fetch_max(GIVEN_UP, Ordering::AcqRel);
        self.driver.abort();
    }

    /// Closes the connection because one statement blocks the others. All of them must be reads.
    pub(super) fn divert(&self) {
        self.state.fetch_max(DIVERTED, Ordering::AcqRel);
        self.driver.abort();
    }

    /// Whether statements that waited here should be sent on another connection.
    pub(super) fn is_diverted(&self) -> bool {
        self.state.load(Ordering::Acquire) == DIVERTED
    }

    /// Begins no more statements on the connection.
    pub(super) fn retire(&self) {
        self.state.fetch_max(RETIRED, Ordering::AcqRel);
    }

    /// Makes the server cancel the statement that runs on this connection.
    pub(super) fn cancel_request(&self) -> &CancelRequest {
        &self.cancel
    }

    /// Runs a statement of transaction control: `BEGIN`, `COMMIT`, `ROLLBACK`.
    pub(super) async fn control(&self, sql: &str) -> Result<(), DbError> {
        let done = self.client.batch_execute(sql).await;
        done.map_err(|error| self.db_error(error))
    }

    /// Completes when the server has answered everything sent before.
    pub(super) async fn settle(&self) -> Result<(), DbError> {
        let settled = self.client.check_connection().await;
        settled.map_err(|error| self.db_error(error))
    }

    /// Runs a statement and collects its rows. Where a bounded answer turns out to be long, it
    /// stops reading and sets [`Sql::is_long`].
    pub(super) async fn run(&self, statement: &Statement<'_>) -> Result<Vec<Row>, DbError> {
        let answer = async {
            let mut stream = pin!(self.start(statement).await?);
            let (mut rows, mut bytes) = (Vec::new(), 0);
            while let Some(row) = stream
                .try_next()
                .await
                .map_err(|error| self.db_error(error))?
            {
                self.check_size(&row);
                if statement.bounded {
                    bytes += row.raw_size_bytes();
                    if bytes > AHEAD_BYTES {
                        statement.sql.is_long.store(true, Ordering::Relaxed);
                        break;
                    }
                }
                rows.push(row);
            }
            // The statement was not prepared, so its columns are checked here.
            let unnamed = self.pooled || statement.sql.id.is_none();
            if let (true, Some(row)) = (unnamed, rows.first()) {
                refuse_other_types(&statement.sql, row.columns())?;
            }
            Ok(rows)
        };
        answer
            .await
            .map_err(|error| self.forget_stale(statement, error))
    }

    /// Runs a statement. The rows come as they are read.
    pub(super) async fn stream<'conn>(
        &'conn self,
        statement: &Statement<'_>,
    ) -> Result<impl futures_util::Stream<Item = Result<Row, DbError>> + Unpin + use<'conn>, DbError>
    {
        let stream = self.start(statement).await;
        let stream = stream.map_err(|error| self.forget_stale(statement, error))?;
        Ok(Box::pin(stream).map(|row| {
            row.inspect(|row| self.check_size(row))
                .map_err(|error| self.db_error(error))
        }))
    }

    async fn start(&self, statement: &Statement<'_>) -> Result<RowStream, DbError> {
        if self.client.is_closed() {
            return Err(DbError::of(DbErrorKind::Unavailable).before_sending());
        }
        let values = statement.values.iter().map(|value| Parameter(value));
        let started = match (self.pooled, statement.sql.id) {
            (false, Some(id)) => {
                let prepared = self.prepare(id, &statement.sql).await;
                let prepared = prepared.map_err(DbError::before_sending)?;
                self.client.query_raw(&prepared, values).await
            }
            // In one message, without a name: another session behind the pooler would not know the
            // name.
            _ => {
                let values = values.map(|value| (value, Type::UNKNOWN));
                self.client
                    .query_typed_raw(&statement.sql.text, values)
                    .await
            }
        };
        started.map_err(|error| self.db_error(error))
    }

    async fn prepare(&self, id: u64, sql: &Sql) -> Result<tokio_postgres::Statement, DbError> {
        let known = self
            .prepared
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .find(&id);
        match known {
            Some(CacheHit::Young(prepared)) => return Ok(prepared),
            Some(CacheHit::Old(prepared)) => {
                let mut all = self.prepared_mut();
                return Ok(all.renew(id).unwrap_or(prepared));
            }
            None => {}
        }
        let prepared = Box::pin(self.client.prepare(&sql.text)).await;
        let prepared = prepared.map_err(|error| match self.db_error(error) {
            // No value has been sent yet, so the error is in our own SQL.
            error if error.code.as_deref() == Some(SYNTAX_ERROR) => {
                error.with_kind(DbErrorKind::Unexpected)
            }
            error => error,
        })?;
        refuse_other_types(sql, prepared.columns())?;
        let bytes = sql.text.len() + prepared.columns().len() * COLUMN_BYTES;
        Ok(self.prepared_mut().keep(id, prepared, bytes))
    }

    fn prepared_mut(&self) -> RwLockWriteGuard<'_, Generations<u64, tokio_postgres::Statement>> {
        let all = self.prepared.write();
        all.unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops a prepared statement that the server no longer has, or whose columns have changed.
    fn forget_stale(&self, statement: &Statement<'_>, error: DbError) -> DbError {
        if let (DbErrorKind::StalePlan, Some(id)) = (error.kind, statement.sql.id) {
            self.prepared_mut().remove(&id);
        }
        error
    }

    fn db_error(&self, error: tokio_postgres::Error) -> DbError {
        let error = DbError::from(error);
        if error.is_connection_lost() && self.state.load(Ordering::Acquire) == GIVEN_UP {
            return error.with_kind(DbErrorKind::Timeout);
        }
        match (error.kind, &error.code) {
            // PostgreSQL rolls back before it reports this. A pooler may report the same for a
            // server that it has lost.
            (DbErrorKind::Interrupted, Some(code)) if !self.pooled && ends_session(code) => {
                error.with_kind(DbErrorKind::Unavailable)
            }
            _ => error,
        }
    }
}

/// Refuses columns whose type has changed since the entities were generated. Their values would be
/// read as another type.
fn refuse_other_types(sql: &Sql, columns: &[Column]) -> Result<(), DbError> {
    let mut both = sql.returns.iter().zip(columns);
    if both.all(|(expected, found)| codec::is_sent_as(expected, found.type_())) {
        Ok(())
    } else {
        Err(DbError::of(DbErrorKind::SchemaMismatch))
    }
}

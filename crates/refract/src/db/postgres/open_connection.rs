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
        database_error::{SYNTAX_ERROR, ends_session},
    },
    query::sql::{Found, Generations, Sql, Statement},
};

/// Bytes of a row after which a connection is not used again: the driver reads each row as a whole, and
/// keeps a buffer as large as the largest for as long as the connection lives.
const LARGE_ROW_BYTES: usize = 8 * 1024 * 1024;

/// Bytes that a column of a prepared statement takes here.
const COLUMN_BYTES: usize = 96;

pub(super) struct Connection {
    client: Client,
    /// The task that reads and writes the socket.
    driver: AbortHandle,
    /// A pooler is in between that may run each statement in another session.
    pooled: bool,
    /// What has the server cancel what runs here.
    cancel: CancelRequest,
    /// One of the states below.
    state: AtomicU8,
    /// By the ids of their texts.
    prepared: RwLock<Generations<u64, tokio_postgres::Statement>>,
}

/// States of a connection, in the order in which they follow each other.
const IN_USE: u8 = 0;
/// Nothing new is sent on it; what runs may end.
const RETIRED: u8 = 1;
/// It was ended so that reads could go elsewhere.
const DIVERTED: u8 = 2;
/// The server has not answered for so long that nobody waits any more.
const GIVEN_UP: u8 = 3;

impl Connection {
    /// `cache_bytes` is what the texts of its prepared statements may have together: the server
    /// keeps each of them, with its plan.
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

    /// Whether nobody should begin to use it: it has ended, or is to end with what runs on it now. The
    /// driver's task takes its time to end after [`Self::give_up`].
    pub(super) fn is_closed(&self) -> bool {
        self.state.load(Ordering::Acquire) != IN_USE || self.client.is_closed()
    }

    fn weigh(&self, row: &Row) {
        if row.raw_size_bytes() > LARGE_ROW_BYTES {
            self.retire();
        }
    }

    /// Whether it has ended.
    pub(super) fn is_broken(&self) -> bool {
        self.client.is_closed()
    }

    /// Ends the connection: whoever still waits for an answer gets [`DbErrorKind::Timeout`].
    pub(super) fn give_up(&self) {
        self.state.fetch_max(GIVEN_UP, Ordering::AcqRel);
        self.driver.abort();
    }

    /// Ends the connection because the server does not come to what was sent on it. Whoever waits
    /// must only read.
    pub(super) fn divert(&self) {
        self.state.fetch_max(DIVERTED, Ordering::AcqRel);
        self.driver.abort();
    }

    /// Whether what waited here should be sent elsewhere.
    pub(super) fn is_diverted(&self) -> bool {
        self.state.load(Ordering::Acquire) == DIVERTED
    }

    /// Begins nothing more on the connection.
    pub(super) fn retire(&self) {
        self.state.fetch_max(RETIRED, Ordering::AcqRel);
    }

    /// What has the server cancel what it runs on this connection.
    pub(super) fn cancel_request(&self) -> &CancelRequest {
        &self.cancel
    }

    /// Runs statements that are no request's: `BEGIN`, `COMMIT`, `ROLLBACK`.
    pub(super) async fn control(&self, sql: &str) -> Result<(), DbError> {
        let done = self.client.batch_execute(sql).await;
        done.map_err(|error| self.fault(error))
    }

    /// Completes when the server has answered everything sent before.
    pub(super) async fn settle(&self) -> Result<(), DbError> {
        let settled = self.client.check_connection().await;
        settled.map_err(|error| self.fault(error))
    }

    /// Runs a statement and collects its rows; those of an answer that turns out to be long not to
    /// the end, which [`Sql::is_long`] says.
    pub(super) async fn run(&self, statement: &Statement<'_>) -> Result<Vec<Row>, DbError> {
        let answer = async {
            let mut stream = pin!(self.start(statement).await?);
            let (mut rows, mut bytes) = (Vec::new(), 0);
            while let Some(row) = stream.try_next().await.map_err(|error| self.fault(error))? {
                self.weigh(&row);
                if statement.bounded {
                    bytes += row.raw_size_bytes();
                    if bytes > AHEAD_BYTES {
                        statement.sql.is_long.store(true, Ordering::Relaxed);
                        break;
                    }
                }
                rows.push(row);
            }
            // Nothing was prepared that could have been looked at.
            let unnamed = self.pooled || statement.sql.id.is_none();
            if let (true, Some(row)) = (unnamed, rows.first()) {
                refuse_other_types(&statement.sql, row.columns())?;
            }
            Ok(rows)
        };
        answer
            .await
            .map_err(|fault| self.forgetting(statement, fault))
    }

    /// Runs a statement; the rows come as they are read.
    pub(super) async fn stream<'own>(
        &'own self,
        statement: &Statement<'_>,
    ) -> Result<impl futures_util::Stream<Item = Result<Row, DbError>> + Unpin + use<'own>, DbError>
    {
        let stream = self.start(statement).await;
        let stream = stream.map_err(|fault| self.forgetting(statement, fault))?;
        Ok(Box::pin(stream).map(|row| {
            row.inspect(|row| self.weigh(row))
                .map_err(|error| self.fault(error))
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
            // In one go, without a name: the next session of a pooler would not know it.
            _ => {
                let values = values.map(|value| (value, Type::UNKNOWN));
                self.client
                    .query_typed_raw(&statement.sql.text, values)
                    .await
            }
        };
        started.map_err(|error| self.fault(error))
    }

    async fn prepare(&self, id: u64, sql: &Sql) -> Result<tokio_postgres::Statement, DbError> {
        let known = self
            .prepared
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .find(&id);
        match known {
            Some(Found::Young(prepared)) => return Ok(prepared),
            Some(Found::Old(prepared)) => {
                let mut all = self.prepared_mut();
                return Ok(all.renew(id).unwrap_or(prepared));
            }
            None => {}
        }
        let prepared = Box::pin(self.client.prepare(&sql.text)).await;
        let prepared = prepared.map_err(|error| match self.fault(error) {
            // No value has been sent yet: it is our own SQL.
            fault if fault.code.as_deref() == Some(SYNTAX_ERROR) => {
                fault.with_kind(DbErrorKind::Unexpected)
            }
            fault => fault,
        })?;
        refuse_other_types(sql, prepared.columns())?;
        let bytes = sql.text.len() + prepared.columns().len() * COLUMN_BYTES;
        Ok(self.prepared_mut().keep(id, prepared, bytes))
    }

    fn prepared_mut(&self) -> RwLockWriteGuard<'_, Generations<u64, tokio_postgres::Statement>> {
        let all = self.prepared.write();
        all.unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops a prepared statement that the server no longer has, or no longer as it was.
    fn forgetting(&self, statement: &Statement<'_>, fault: DbError) -> DbError {
        if let (DbErrorKind::StalePlan, Some(id)) = (fault.kind, statement.sql.id) {
            self.prepared_mut().remove(&id);
        }
        fault
    }

    fn fault(&self, error: tokio_postgres::Error) -> DbError {
        let fault = DbError::from(error);
        if fault.is_connection_lost() && self.state.load(Ordering::Acquire) == GIVEN_UP {
            return fault.with_kind(DbErrorKind::Timeout);
        }
        match (fault.kind, &fault.code) {
            // PostgreSQL undoes what it is at before it says so. A pooler may say the same of a
            // server of which it knows nothing more.
            (DbErrorKind::Interrupted, Some(code)) if !self.pooled && ends_session(code) => {
                fault.with_kind(DbErrorKind::Unavailable)
            }
            _ => fault,
        }
    }
}

/// A column that has changed its type since the entities were made would be read as what it is not.
fn refuse_other_types(sql: &Sql, columns: &[Column]) -> Result<(), DbError> {
    let mut both = sql.returns.iter().zip(columns);
    if both.all(|(expected, found)| codec::is_sent_as(expected, found.type_())) {
        Ok(())
    } else {
        Err(DbError::of(DbErrorKind::SchemaMismatch))
    }
}

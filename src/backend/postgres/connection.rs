//! One open connection: statements prepared on it, and running them.

use std::{
    pin::pin,
    sync::{
        PoisonError, RwLock, RwLockWriteGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt, TryStreamExt};
use tokio::task::AbortHandle;
use tokio_postgres::{Client, Column, Row, RowStream, types::Type};

use super::parameter::Parameter;
use crate::{
    backend::{AHEAD_BYTES, Class, Fault, fault::SYNTAX_ERROR},
    codec,
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
    /// It holds a large buffer: see [`LARGE_ROW_BYTES`].
    swollen: AtomicBool,
    /// The server has not answered for so long that nobody waits any more.
    given_up: AtomicBool,
    /// By the ids of their texts.
    prepared: RwLock<Generations<u64, tokio_postgres::Statement>>,
}

impl Connection {
    /// `cache_bytes` is what the texts of its prepared statements may have together: the server
    /// keeps each of them, with its plan.
    pub(super) fn new(
        client: Client,
        driver: AbortHandle,
        pooled: bool,
        cache_bytes: usize,
    ) -> Self {
        Self {
            client,
            driver,
            pooled,
            swollen: AtomicBool::new(false),
            given_up: AtomicBool::new(false),
            prepared: RwLock::new(Generations::new(cache_bytes)),
        }
    }

    /// Whether nobody should begin to use it: it has ended, or is to end with what runs on it now. The
    /// driver's task takes its time to end after [`Self::give_up`].
    pub(super) fn is_closed(&self) -> bool {
        self.given_up.load(Ordering::Acquire)
            || self.swollen.load(Ordering::Relaxed)
            || self.client.is_closed()
    }

    fn weigh(&self, row: &Row) {
        if row.raw_size_bytes() > LARGE_ROW_BYTES {
            self.swollen.store(true, Ordering::Relaxed);
        }
    }

    /// Ends the connection: whoever still waits for an answer gets [`Class::Timeout`].
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Release);
        self.driver.abort();
    }

    /// Asks the server to cancel what it runs on this connection, over one of its own.
    pub(super) fn cancel_token(&self) -> tokio_postgres::CancelToken {
        self.client.cancel_token()
    }

    /// Runs statements that are no request's: `BEGIN`, `COMMIT`, `ROLLBACK`.
    pub(super) async fn control(&self, sql: &str) -> Result<(), Fault> {
        let done = self.client.batch_execute(sql).await;
        done.map_err(|error| self.fault(error))
    }

    /// Completes when the server has answered everything sent before.
    pub(super) async fn settle(&self) -> Result<(), Fault> {
        let settled = self.client.check_connection().await;
        settled.map_err(|error| self.fault(error))
    }

    /// Runs a statement and collects its rows; those of an answer that turns out to be long not to
    /// the end, which [`Sql::is_long`] says.
    pub(super) async fn run(&self, statement: &Statement<'_>) -> Result<Vec<Row>, Fault> {
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
    ) -> Result<impl futures_util::Stream<Item = Result<Row, Fault>> + Unpin + use<'own>, Fault>
    {
        let stream = self.start(statement).await;
        let stream = stream.map_err(|fault| self.forgetting(statement, fault))?;
        Ok(Box::pin(stream).map(|row| {
            row.inspect(|row| self.weigh(row))
                .map_err(|error| self.fault(error))
        }))
    }

    async fn start(&self, statement: &Statement<'_>) -> Result<RowStream, Fault> {
        let values = statement.values.iter().map(|value| Parameter(value));
        let started = match (self.pooled, statement.sql.id) {
            (false, Some(id)) => {
                let prepared = self.prepare(id, &statement.sql).await?;
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

    async fn prepare(&self, id: u64, sql: &Sql) -> Result<tokio_postgres::Statement, Fault> {
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
                fault.with_class(Class::Unexpected)
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
    fn forgetting(&self, statement: &Statement<'_>, fault: Fault) -> Fault {
        if let (Class::StalePlan, Some(id)) = (fault.class, statement.sql.id) {
            self.prepared_mut().remove(&id);
        }
        fault
    }

    fn fault(&self, error: tokio_postgres::Error) -> Fault {
        let fault = Fault::from(error);
        if fault.is_connection_lost() && self.given_up.load(Ordering::Acquire) {
            return fault.with_class(Class::Timeout);
        }
        match &fault.code {
            // A pooler speaks for a server that has gone.
            Some(code) if code.starts_with("08") => fault.with_class(Class::Interrupted),
            _ => fault,
        }
    }
}

/// A column that has changed its type since the entities were made would be read as what it is not.
fn refuse_other_types(sql: &Sql, columns: &[Column]) -> Result<(), Fault> {
    let mut both = sql.returns.iter().zip(columns);
    if both.all(|(expected, found)| codec::is_sent_as(expected, found.type_())) {
        Ok(())
    } else {
        Err(Fault::of(Class::SchemaMismatch))
    }
}

/// How long a server that was asked to cancel may take to say that it has.
pub(super) const CANCEL_PATIENCE: Duration = Duration::from_secs(5);

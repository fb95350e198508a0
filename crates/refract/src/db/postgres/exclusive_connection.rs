//! A connection that one statement or transaction uses exclusively, and how it is given back.

use std::{sync::Arc, time::Instant};

use tokio::sync::Notify;
use tokio_postgres::Row;

use super::{
    CANCEL_TIMEOUT, connection_pool::before, connector::Connector, latency,
    open_connection::OpenConnection, pooled_connection::PooledConnection, table_limit::TablePermit,
};
use crate::{
    db::{DbError, DbErrorKind},
    query::sql::Statement,
};

/// A connection in exclusive use. Dropping it gives it back to the pool.
pub(super) struct ExclusiveConnection {
    pub(super) pooled: Option<Arc<PooledConnection>>,
    pub(super) connection: Option<Arc<OpenConnection>>,
    pub(super) connector: Arc<Connector>,
    pub(super) released: Arc<Notify>,
    pub(super) permit: Option<TablePermit>,
    pub(super) in_progress: InProgress,
    /// The deadline of the request.
    pub(super) deadline: Instant,
}

/// What has to end before a connection can be given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InProgress {
    Nothing,
    /// A transaction without a running statement.
    Transaction,
    Statement,
}

impl ExclusiveConnection {
    pub(super) fn connection(&self) -> Result<Arc<OpenConnection>, DbError> {
        self.connection
            .clone()
            .ok_or_else(|| DbError::of(DbErrorKind::Unavailable).before_sending())
    }

    /// Notes what has to end before the connection can be given back.
    pub(super) fn set_in_progress(&mut self, in_progress: InProgress) {
        self.in_progress = in_progress;
    }

    /// Runs one statement until the deadline.
    pub(super) async fn run(mut self, statement: &Statement<'_>) -> Result<Vec<Row>, DbError> {
        let connection = self.connection()?;
        self.set_in_progress(InProgress::Statement);
        let began = Instant::now();
        let rows = before(self.deadline, connection.run(statement)).await;
        let is_answered = rows.as_ref().map_or_else(DbError::is_answer, |_| true);
        if is_answered {
            self.set_in_progress(InProgress::Nothing);
        }
        if is_answered || began.elapsed() > latency::QUICK {
            latency::record(&statement.sql, began.elapsed());
        }
        rows
    }

    /// Gives back a connection on which no statement has begun.
    pub(super) fn release(&mut self) {
        self.connection = None;
        if let Some(pooled) = self.pooled.take() {
            pooled.release();
            self.released.notify_one();
        }
    }
}

impl Drop for ExclusiveConnection {
    /// Gives the connection back. An open transaction is rolled back first. A statement that still
    /// runs, because its request is gone, is cancelled first.
    fn drop(&mut self) {
        let in_progress = self.in_progress;
        let running = |_: &_| in_progress != InProgress::Nothing;
        let Some(connection) = self.connection.take().filter(running) else {
            self.release();
            return;
        };
        if connection.is_broken() {
            // The statement has ended with the connection, or can no longer be cancelled.
            self.release();
            return;
        }
        let (pooled, released) = (self.pooled.take(), self.released.clone());
        let (connector, permit) = (self.connector.clone(), self.permit.take());
        tokio::spawn(async move {
            let stopped = async {
                if in_progress == InProgress::Statement {
                    connector.cancel(&connection).await?;
                    connection.settle().await?;
                }
                connection.control("ROLLBACK").await
            };
            let stopped = tokio::time::timeout(CANCEL_TIMEOUT, stopped).await;
            // The server does not confirm when it has processed a request to cancel. It may cancel
            // a later statement instead, so the connection is not used again.
            if in_progress == InProgress::Statement || !matches!(stopped, Ok(Ok(()))) {
                connection.give_up();
            }
            if let Some(pooled) = pooled {
                pooled.release();
                released.notify_one();
            }
            drop(permit);
        });
    }
}

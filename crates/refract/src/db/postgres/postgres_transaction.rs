//! A transaction on a connection that it uses exclusively.

use std::{future::Future, sync::Arc, time::Instant};

use futures_util::{TryStreamExt, stream::FuturesOrdered};
use tokio_postgres::Row;

use super::{
    Postgres,
    connection_pool::{QueueGuard, before},
    exclusive_connection::{ExclusiveConnection, InProgress},
    latency,
    open_connection::OpenConnection,
};
use crate::{
    db::{DbError, DbErrorKind, Repeat},
    query::sql::Statement,
};

/// Most statements in one pipeline.
const PIPELINED: usize = 64;

/// A transaction. Its connection goes back to the pool when it has ended. Dropped before that, its
/// statement is cancelled and it is rolled back first.
pub struct Transaction<'db> {
    pub(super) exclusive: ExclusiveConnection,
    pub(super) connection: Arc<OpenConnection>,
    /// The SQL that begins it, until it has begun. It is sent together with the first statement.
    pub(super) beginning: Option<String>,
    /// It was begun as `READ ONLY`, so the server refuses writes.
    pub(super) read_only: bool,
    pub(super) began: Instant,
    /// The deadline of the whole transaction.
    pub(super) deadline: Instant,
    pub(super) postgres: &'db Postgres,
    pub(super) _in_flight: QueueGuard<'db>,
}

impl Transaction<'_> {
    pub(in crate::db) async fn fetch(
        &mut self,
        statement: &Statement<'_>,
    ) -> Result<Vec<Row>, DbError> {
        let connection = self.connection.clone();
        let Some(sql) = self.beginning.take() else {
            return self.before_commit(connection.run(statement)).await;
        };
        let both = async {
            // `BEGIN` is sent before the statement is polled.
            let (begun, rows) = tokio::join!(connection.control(&sql), connection.run(statement));
            match (begun, rows) {
                (Ok(()), rows) => rows,
                // The statement ran outside of a transaction. Only a pooler could do that, which
                // continues in another session after an error.
                (Err(error), Ok(_)) => Err(error.with_kind(DbErrorKind::OutcomeUnknown)),
                (Err(error), Err(_)) => Err(error),
            }
        };
        self.before_commit(both).await
    }

    pub(in crate::db) async fn fetch_each(
        &mut self,
        statements: &[Statement<'_>],
    ) -> Result<Vec<Vec<Row>>, DbError> {
        let Some((first, others)) = statements.split_first() else {
            return Ok(Vec::new());
        };
        // Alone: it prepares the statement, and the others usually have the same text.
        let mut rows = vec![self.fetch(first).await?];
        let connection = self.connection.clone();
        let others = async {
            let mut answers = Vec::with_capacity(others.len());
            let mut sent = FuturesOrdered::new();
            for statement in others {
                if sent.len() == PIPELINED {
                    answers.extend(sent.try_next().await?);
                }
                sent.push_back(connection.run(statement));
            }
            while let Some(rows) = sent.try_next().await? {
                answers.push(rows);
            }
            Ok(answers)
        };
        rows.extend(self.before_commit(others).await?);
        Ok(rows)
    }

    pub(in crate::db) async fn check_deferred(&mut self) -> Result<(), DbError> {
        let connection = self.connection.clone();
        self.before_commit(connection.control("SET CONSTRAINTS ALL IMMEDIATE"))
            .await
    }

    pub(in crate::db) async fn commit(mut self) -> Result<(), DbError> {
        let connection = self.connection.clone();
        if self.beginning.is_none() {
            let committed = self.in_time(connection.control("COMMIT")).await;
            committed.map_err(DbError::of_a_commit)?;
        }
        latency::record(&self.postgres.transactions, self.began.elapsed());
        self.exclusive.set_in_progress(InProgress::Nothing);
        Ok(())
    }

    pub(in crate::db) async fn rollback(mut self) -> Result<(), DbError> {
        let connection = self.connection.clone();
        if self.beginning.is_none() {
            self.before_commit(connection.control("ROLLBACK")).await?;
        }
        self.exclusive.set_in_progress(InProgress::Nothing);
        Ok(())
    }

    /// Waits for an answer before the commit. A connection that breaks by then ends the
    /// transaction, so nothing has happened.
    async fn before_commit<T>(
        &mut self,
        answer: impl Future<Output = Result<T, DbError>>,
    ) -> Result<T, DbError> {
        let answer = self.in_time(answer).await;
        answer.map_err(|error| match error.kind {
            DbErrorKind::Interrupted => error.with_kind(DbErrorKind::Unavailable),
            _ if self.read_only => error.while_reading(),
            // It is tried again on a connection to the primary.
            _ if self
                .postgres
                .leaves_standby(&error, Repeat::Forbidden, self.deadline) =>
            {
                error.with_kind(DbErrorKind::StalePlan)
            }
            _ => error,
        })
    }

    /// Waits for an answer until the transaction's deadline.
    async fn in_time<T>(
        &mut self,
        answer: impl Future<Output = Result<T, DbError>>,
    ) -> Result<T, DbError> {
        self.exclusive.set_in_progress(InProgress::Statement);
        let answer = before(self.deadline, answer).await;
        // The server refuses all statements after one that failed.
        if answer.as_ref().map_or_else(DbError::is_answer, |_| true) {
            self.exclusive.set_in_progress(InProgress::Transaction);
        }
        answer
    }
}

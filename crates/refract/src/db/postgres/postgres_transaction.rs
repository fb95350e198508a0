//! A transaction on a lane of its own.

use std::{future::Future, sync::Arc, time::Instant};

use futures_util::{TryStreamExt, stream::FuturesOrdered};
use tokio_postgres::Row;

use super::{
    Postgres,
    connection_pool::{Queued, before},
    exclusive_connection::{Own, UnderWay},
    latency,
    open_connection::Connection,
};
use crate::{
    db::{DbError, DbErrorKind, Repeat},
    query::sql::Statement,
};

/// Statements that follow each other on the wire without waiting for answers.
const PIPELINED: usize = 64;

/// A transaction. Its connection goes back to its lane once it has ended; where it is dropped
/// before, once what runs in it is cancelled and it is rolled back.
pub struct Transaction<'db> {
    pub(super) own: Own,
    pub(super) connection: Arc<Connection>,
    /// Not begun yet: what begins it is sent together with the first statement.
    pub(super) beginning: Option<String>,
    /// Writes are refused because that was asked for.
    pub(super) read_only: bool,
    pub(super) began: Instant,
    /// When it is waited for no longer, as a whole.
    pub(super) deadline: Instant,
    pub(super) postgres: &'db Postgres,
    pub(super) _begun: Queued<'db>,
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
            // The first is sent before the second is asked for anything.
            let (begun, rows) = tokio::join!(connection.control(&sql), connection.run(statement));
            match (begun, rows) {
                (Ok(()), rows) => rows,
                // It ran, but in no transaction: only a pooler that goes on in another session
                // after a refusal could do that.
                (Err(fault), Ok(_)) => Err(fault.with_kind(DbErrorKind::OutcomeUnknown)),
                (Err(fault), Err(_)) => Err(fault),
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
        // By itself: it prepares what the others, of the same text as a rule, find prepared.
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
        latency::learn(&self.postgres.transactions, self.began.elapsed());
        self.own.note(UnderWay::Nothing);
        Ok(())
    }

    pub(in crate::db) async fn rollback(mut self) -> Result<(), DbError> {
        let connection = self.connection.clone();
        if self.beginning.is_none() {
            self.before_commit(connection.control("ROLLBACK")).await?;
        }
        self.own.note(UnderWay::Nothing);
        Ok(())
    }

    /// Waits for an answer before the commit: a connection that breaks takes the whole transaction
    /// with it, so that nothing has happened.
    async fn before_commit<T>(
        &mut self,
        answer: impl Future<Output = Result<T, DbError>>,
    ) -> Result<T, DbError> {
        let answer = self.in_time(answer).await;
        answer.map_err(|fault| match fault.kind {
            DbErrorKind::Interrupted => fault.with_kind(DbErrorKind::Unavailable),
            _ if self.read_only => fault.while_reading(),
            // Begun anew, on a connection to a server that writes.
            _ if self
                .postgres
                .leaves_standby(&fault, Repeat::Forbidden, self.deadline) =>
            {
                fault.with_kind(DbErrorKind::StalePlan)
            }
            _ => fault,
        })
    }

    /// Waits for an answer no longer than the transaction may take.
    async fn in_time<T>(
        &mut self,
        answer: impl Future<Output = Result<T, DbError>>,
    ) -> Result<T, DbError> {
        self.own.note(UnderWay::Statement);
        let answer = before(self.deadline, answer).await;
        // Of several that were sent, those after a refused one are refused at once.
        if answer.as_ref().map_or_else(DbError::is_answer, |_| true) {
            self.own.note(UnderWay::Transaction);
        }
        answer
    }
}

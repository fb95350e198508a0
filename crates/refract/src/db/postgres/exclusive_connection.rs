//! A lane that a statement or a transaction has to itself, and how it is given back.

use std::{sync::Arc, time::Instant};

use tokio::sync::Notify;
use tokio_postgres::Row;

use super::{
    CANCEL_PATIENCE, connection_pool::before, connector::Connector, latency,
    open_connection::Connection, pooled_connection::Lane, table_limit::Pass,
};
use crate::{
    db::{DbError, DbErrorKind},
    query::sql::Statement,
};

/// A lane that somebody has to himself.
pub(super) struct Own {
    pub(super) lane: Option<Arc<Lane>>,
    pub(super) connection: Option<Arc<Connection>>,
    pub(super) connector: Arc<Connector>,
    pub(super) given_back: Arc<Notify>,
    pub(super) pass: Option<Pass>,
    pub(super) under_way: UnderWay,
    /// When whoever has it is waited for no longer.
    pub(super) deadline: Instant,
}

/// What has to end before a lane can be given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnderWay {
    Nothing,
    /// A transaction in which nothing runs.
    Transaction,
    Statement,
}

impl Own {
    pub(super) fn connection(&self) -> Result<Arc<Connection>, DbError> {
        self.connection
            .clone()
            .ok_or_else(|| DbError::of(DbErrorKind::Unavailable).before_sending())
    }

    /// Notes what is under way from here on.
    pub(super) fn note(&mut self, under_way: UnderWay) {
        self.under_way = under_way;
    }

    /// Runs one statement, for as long as it is waited for.
    pub(super) async fn run(mut self, statement: &Statement<'_>) -> Result<Vec<Row>, DbError> {
        let connection = self.connection()?;
        self.note(UnderWay::Statement);
        let began = Instant::now();
        let rows = before(self.deadline, connection.run(statement)).await;
        let is_answered = rows.as_ref().map_or_else(DbError::is_answer, |_| true);
        if is_answered {
            self.note(UnderWay::Nothing);
        }
        if is_answered || began.elapsed() > latency::QUICK {
            latency::learn(&statement.sql, began.elapsed());
        }
        rows
    }

    /// Gives back a lane on which nothing has been begun, to take another.
    pub(super) fn let_go(&mut self) {
        self.connection = None;
        if let Some(lane) = self.lane.take() {
            lane.release();
            self.given_back.notify_one();
        }
    }
}

impl Drop for Own {
    /// Gives the lane back; where a transaction is open, only once that is rolled back; where
    /// something still runs, because whoever waited has gone, only once that is cancelled.
    fn drop(&mut self) {
        let under_way = self.under_way;
        let running = |_: &_| under_way != UnderWay::Nothing;
        let Some(connection) = self.connection.take().filter(running) else {
            self.let_go();
            return;
        };
        if connection.is_broken() {
            // Whatever ran there has ended with it, or nobody can be asked to end it.
            self.let_go();
            return;
        }
        let (lane, given_back) = (self.lane.take(), self.given_back.clone());
        let (connector, pass) = (self.connector.clone(), self.pass.take());
        tokio::spawn(async move {
            let stopped = async {
                if under_way == UnderWay::Statement {
                    connector.cancel(&connection).await?;
                    connection.settle().await?;
                }
                connection.control("ROLLBACK").await
            };
            let stopped = tokio::time::timeout(CANCEL_PATIENCE, stopped).await;
            // Nobody says when the server has read what it was told to cancel: it may do so later,
            // to whatever runs then. A connection that may still be cancelled is not used again.
            if under_way == UnderWay::Statement || !matches!(stopped, Ok(Ok(()))) {
                connection.give_up();
            }
            if let Some(lane) = lane {
                lane.release();
                given_back.notify_one();
            }
            drop(pass);
        });
    }
}

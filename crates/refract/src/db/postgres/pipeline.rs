//! Statements that share a connection.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tokio_postgres::Row;

use super::{open_connection::OpenConnection, pooled_connection::PooledConnection};
use crate::{db::Repeat, query::sql::TableId};

/// Which statements may share one pipeline. Reads share with reads: they can be sent again on
/// another connection where the server does not reach them. Writes share only with writes of the
/// same table, which wait for each other in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PipelineClass(pub(super) u32);

impl PipelineClass {
    pub(super) const READS: Self = Self(0);

    pub(super) fn of(repeat: Repeat, table: TableId) -> Self {
        match repeat {
            Repeat::Allowed => Self::READS,
            Repeat::Forbidden => Self(table.hash() | 1),
        }
    }
}

/// How a statement on a shared connection has ended.
pub(super) enum Attempt {
    Done(Vec<Row>),
    /// It must run on another connection. This one is used exclusively by now, its pipeline is of
    /// another class, or another statement kept the server from reaching this one.
    Reroute,
    /// This statement has blocked the others, which were sent to other connections.
    Blocking,
}

/// A statement in flight, counted until this is dropped. Where the request is gone before the
/// answer, it counts until the server has answered: the connection is not free before that.
pub(super) struct InFlight<'pooled> {
    pub(super) pooled: &'pooled Arc<PooledConnection>,
    /// Set while the answer is still to come.
    pub(super) connection: Option<&'pooled Arc<OpenConnection>>,
    pub(super) number: u32,
}

impl InFlight<'_> {
    /// Counts an answer, and gives how long the server took for it.
    pub(super) fn answered(&mut self) -> Duration {
        self.connection = None;
        self.pooled.answered.fetch_add(1, Ordering::Relaxed);
        let now = self.pooled.now();
        let began = self.pooled.began.swap(now, Ordering::Relaxed);
        Duration::from_micros(now.saturating_sub(began))
    }

    /// Stops counting a statement that will get no answer.
    pub(super) fn withdraw(&mut self) {
        self.connection = None;
        self.pooled.answered.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            self.pooled.leave();
            return;
        };
        let (pooled, connection, number) = (self.pooled.clone(), connection.clone(), self.number);
        tokio::spawn(async move {
            let mut in_flight = InFlight {
                pooled: &pooled,
                connection: None,
                number,
            };
            // After an error, too, no statement is running.
            let _ = connection.settle().await;
            in_flight.answered();
        });
    }
}

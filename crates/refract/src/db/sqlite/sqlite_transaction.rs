//! A transaction on a SQLite connection.
//!
//! SQLite undoes a transaction by itself on some errors (`RAISE(ROLLBACK)`, a full disk, a statement
//! that was interrupted). What comes after would then happen statement by statement, for good. So
//! the first error ends a transaction here, whoever has undone it, and nothing runs in it after.

use std::time::{Duration, Instant};

use super::sqlite_pool::{Lane, Writer};
use crate::{
    db::{DbError, DbErrorKind, Rows},
    query::sql::Statement,
};

/// A transaction that may write.
pub(in crate::db) struct Transaction {
    /// `None` once it has ended.
    open: Option<(Lane, Writer)>,
    timeout: Duration,
}

impl Transaction {
    /// Begins one as the one that may write.
    ///
    /// # Errors
    /// [`DbErrorKind::Busy`] where another process writes for too long.
    pub(super) async fn begin(
        mut lane: Lane,
        writer: Writer,
        timeout: Duration,
        deadline: Instant,
    ) -> Result<Self, DbError> {
        lane.command("BEGIN IMMEDIATE", deadline).await?;
        lane.connection().watch.begin();
        Ok(Self {
            open: Some((lane, writer)),
            timeout,
        })
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// The database's own; nothing of the transaction has happened then.
    pub(in crate::db) async fn fetch(
        &mut self,
        statement: &Statement<'_>,
    ) -> Result<Rows, DbError> {
        let deadline = Instant::now() + self.timeout;
        let Some((lane, _)) = &mut self.open else {
            return Err(has_ended());
        };
        let ended = lane.begin().run(statement, deadline).await;
        match lane.done(ended) {
            Ok(rows) if !lane.was_rolled_back() => Ok(Rows::sqlite(rows)),
            Ok(_) => {
                self.open = None;
                Err(has_ended())
            }
            Err(fault) => {
                self.undo().await;
                Err(fault)
            }
        }
    }

    /// Makes it all happen.
    ///
    /// # Errors
    /// The database's own: nothing has happened then.
    pub(in crate::db) async fn commit(mut self) -> Result<(), DbError> {
        let deadline = Instant::now() + self.timeout;
        let Some((lane, _)) = &mut self.open else {
            return Err(has_ended());
        };
        match lane.command("COMMIT", deadline).await {
            Ok(()) => {
                self.open = None;
                Ok(())
            }
            Err(fault) => {
                self.undo().await;
                Err(fault)
            }
        }
    }

    /// Undoes it all.
    ///
    /// # Errors
    /// The connection's; then it is closed, which undoes it too.
    pub(in crate::db) async fn rollback(mut self) -> Result<(), DbError> {
        self.undo().await;
        Ok(())
    }

    async fn undo(&mut self) {
        if let Some((lane, writer)) = self.open.take() {
            roll_back(lane, writer).await;
        }
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        let Some((lane, writer)) = self.open.take() else {
            return;
        };
        if lane.is_running() {
            // The lane stops what runs and closes its connection, which undoes all.
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(roll_back(lane, writer));
        }
    }
}

/// Undoes what is open, unless the database has. The writer's turn ends with it.
async fn roll_back(mut lane: Lane, writer: Writer) {
    if lane.is_running() || lane.was_rolled_back() {
        return;
    }
    let ended = lane.begin().command("ROLLBACK").await;
    if let Err(fault) = lane.done(ended) {
        // Closed, it is undone by SQLite.
        lane.give_up();
        tracing::warn!(
            error = &fault as &dyn std::error::Error,
            "a SQLite connection whose transaction could not be undone was closed"
        );
    }
    drop(writer);
}

fn has_ended() -> DbError {
    DbError::caused_by(DbErrorKind::Unexpected, "the transaction has ended already")
}

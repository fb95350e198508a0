//! A transaction on a SQLite connection.
//!
//! SQLite rolls a transaction back by itself on some errors (`RAISE(ROLLBACK)`, a full disk, an
//! interrupted statement). Later statements would then each commit by itself. So the first error
//! ends a transaction here, and no statement runs in it after that.

use std::time::{Duration, Instant};

use super::sqlite_pool::{Lease, Writer};
use crate::{
    db::{DbError, DbErrorKind, Rows},
    query::sql::Statement,
};

/// A transaction that may write.
pub(in crate::db) struct Transaction {
    /// `None` once it has ended.
    open: Option<(Lease, Writer)>,
    timeout: Duration,
}

impl Transaction {
    /// Begins a transaction with the right to write.
    ///
    /// # Errors
    /// [`DbErrorKind::Busy`] where another process writes for too long.
    pub(super) async fn begin(
        mut lease: Lease,
        writer: Writer,
        timeout: Duration,
        deadline: Instant,
    ) -> Result<Self, DbError> {
        lease.command("BEGIN IMMEDIATE", deadline).await?;
        lease.connection().hooks.begin();
        Ok(Self {
            open: Some((lease, writer)),
            timeout,
        })
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// The database's own. The transaction is rolled back then.
    pub(in crate::db) async fn fetch(
        &mut self,
        statement: &Statement<'_>,
    ) -> Result<Rows, DbError> {
        let deadline = Instant::now() + self.timeout;
        let Some((lease, _)) = &mut self.open else {
            return Err(has_ended());
        };
        let ended = lease.begin().run(statement, deadline).await;
        match lease.finish(ended) {
            Ok(rows) if !lease.was_rolled_back() => Ok(Rows::sqlite(rows)),
            Ok(_) => {
                self.open = None;
                Err(has_ended())
            }
            Err(error) => {
                self.undo().await;
                Err(error)
            }
        }
    }

    /// Commits.
    ///
    /// # Errors
    /// The database's own. The transaction is rolled back then.
    pub(in crate::db) async fn commit(mut self) -> Result<(), DbError> {
        let deadline = Instant::now() + self.timeout;
        let Some((lease, _)) = &mut self.open else {
            return Err(has_ended());
        };
        match lease.command("COMMIT", deadline).await {
            Ok(()) => {
                self.open = None;
                Ok(())
            }
            Err(error) => {
                self.undo().await;
                Err(error)
            }
        }
    }

    /// Rolls back.
    ///
    /// # Errors
    /// None: a connection that cannot roll back is closed, which rolls back, too.
    pub(in crate::db) async fn rollback(mut self) -> Result<(), DbError> {
        self.undo().await;
        Ok(())
    }

    async fn undo(&mut self) {
        if let Some((lease, writer)) = self.open.take() {
            roll_back(lease, writer).await;
        }
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        let Some((lease, writer)) = self.open.take() else {
            return;
        };
        if lease.is_running() {
            // The lease interrupts the statement and closes its connection, which rolls back.
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(roll_back(lease, writer));
        }
    }
}

/// Rolls back, unless SQLite has done so. The right to write ends with it.
async fn roll_back(mut lease: Lease, writer: Writer) {
    if lease.is_running() || lease.was_rolled_back() {
        return;
    }
    let ended = lease.begin().command("ROLLBACK").await;
    if let Err(error) = lease.finish(ended) {
        // SQLite rolls back when the connection is closed.
        lease.discard();
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "a SQLite connection whose transaction could not be undone was closed"
        );
    }
    drop(writer);
}

fn has_ended() -> DbError {
    DbError::caused_by(DbErrorKind::Unexpected, "the transaction has ended already")
}

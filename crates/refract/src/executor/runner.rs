//! Where the statements of a write run.

use crate::{
    db::{Db, DbError, Repeat, Rows, Transaction},
    query::sql::Statement,
};

/// Where statements run: each by itself, or all in one transaction.
pub enum Session<'run, 'db> {
    Alone(&'run Db),
    In(&'run mut Transaction<'db>),
}

impl Session<'_, '_> {
    /// Runs a statement that writes.
    ///
    /// # Errors
    /// The database's own.
    pub async fn write(&mut self, statement: &Statement<'_>) -> Result<Rows, DbError> {
        match self {
            Self::Alone(db) => db.fetch(statement, Repeat::Forbidden).await,
            Self::In(transaction) => transaction.fetch(statement).await,
        }
    }

    /// Runs a statement that only reads.
    ///
    /// # Errors
    /// The database's own.
    pub async fn read(&mut self, statement: &Statement<'_>) -> Result<Rows, DbError> {
        match self {
            Self::Alone(db) => db.fetch(statement, Repeat::Allowed).await,
            Self::In(transaction) => transaction.fetch(statement).await,
        }
    }

    /// Runs statements that write, of which none needs the rows of another. Several of them belong
    /// into a transaction.
    ///
    /// # Errors
    /// The first one's that failed.
    pub async fn write_each(&mut self, statements: &[Statement<'_>]) -> Result<Vec<Rows>, DbError> {
        match self {
            Self::Alone(db) => {
                debug_assert!(statements.len() < 2, "all or nothing needs a transaction");
                let mut rows = Vec::with_capacity(statements.len());
                for statement in statements {
                    rows.push(db.fetch(statement, Repeat::Forbidden).await?);
                }
                Ok(rows)
            }
            Self::In(transaction) => transaction.fetch_each(statements).await,
        }
    }
}

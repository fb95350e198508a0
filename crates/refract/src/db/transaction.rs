//! Transactions: statements that happen together or not at all.

use reflect::quote;

use super::{DbError, DbErrorKind, Outcome, Rows, postgres, sqlite};
use crate::query::sql::{Statement, TableId};

/// Isolation levels, as SQL has them.
///
/// SQLite has one writer at a time, so each level is serializable there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Isolation {
    #[default]
    ReadCommitted,
    RepeatableRead,
    Serializable,
}

/// How a transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Commit,
    Rollback,
}

/// How a transaction begins.
#[derive(Debug, Clone, Default)]
pub struct TransactionOptions {
    pub isolation: Isolation,
    pub read_only: bool,
    /// Schemas in which PostgreSQL looks for names without one; empty leaves it to the session.
    pub search_path: Vec<String>,
    /// The session's time zone.
    pub time_zone: Option<String>,
    /// The table that the transaction is mainly about. So transactions about one locked table do
    /// not use all connections.
    pub table: TableId,
}

impl TransactionOptions {
    /// The SQL that begins it.
    pub(super) fn sql(&self) -> String {
        let mut sql = format!("BEGIN ISOLATION LEVEL {}", self.isolation.sql());
        if self.read_only {
            sql.push_str(" READ ONLY");
        }
        if !self.search_path.is_empty() {
            let schemas = quote::literal(&quote::identifiers(&self.search_path));
            sql.push_str(&format!(
                "; SELECT set_config('search_path', {schemas}, true)"
            ));
        }
        if let Some(zone) = &self.time_zone {
            sql.push_str(&format!("; SET LOCAL TimeZone = {}", quote::literal(zone)));
        }
        sql
    }
}

impl TransactionOptions {
    /// The default options, for a transaction about a table.
    pub fn about(table: TableId) -> Self {
        Self {
            table,
            ..Self::default()
        }
    }
}

impl From<Isolation> for TransactionOptions {
    fn from(isolation: Isolation) -> Self {
        Self {
            isolation,
            ..Self::default()
        }
    }
}

/// A transaction on a connection that it uses exclusively.
///
/// Dropped without [`Self::commit`], it is rolled back, and a running statement is cancelled. So it
/// ends when its request is gone.
pub struct Transaction<'db>(pub(super) Inner<'db>);

pub(super) enum Inner<'db> {
    Postgres(postgres::Transaction<'db>),
    Sqlite(sqlite::Transaction),
}

impl Transaction<'_> {
    /// Runs one statement.
    ///
    /// # Errors
    /// The database's own. The transaction can only be rolled back after that.
    pub async fn fetch(&mut self, statement: &Statement<'_>) -> Result<Rows, DbError> {
        match &mut self.0 {
            Inner::Postgres(postgres) => postgres.fetch(statement).await.map(Rows::postgres),
            Inner::Sqlite(sqlite) => sqlite.fetch(statement).await,
        }
    }

    /// Runs statements that do not need each other's rows. Gives the rows of each.
    ///
    /// # Errors
    /// The error of the first statement that failed.
    pub async fn fetch_each(&mut self, statements: &[Statement<'_>]) -> Result<Vec<Rows>, DbError> {
        match &mut self.0 {
            Inner::Postgres(postgres) => {
                let rows = postgres.fetch_each(statements).await?;
                Ok(rows.into_iter().map(Rows::postgres).collect())
            }
            Inner::Sqlite(sqlite) => {
                let mut rows = Vec::with_capacity(statements.len());
                for statement in statements {
                    rows.push(sqlite.fetch(statement).await?);
                }
                Ok(rows)
            }
        }
    }

    /// Checks deferred constraints now.
    ///
    /// # Errors
    /// The violation of such a constraint.
    pub async fn check_deferred(&mut self) -> Result<(), DbError> {
        match &mut self.0 {
            Inner::Postgres(postgres) => postgres.check_deferred().await,
            // Prisma creates no deferred constraints there.
            Inner::Sqlite(_) => Ok(()),
        }
    }

    /// Commits.
    ///
    /// # Errors
    /// [`DbErrorKind::OutcomeUnknown`] where the answer was lost. After other errors, nothing has
    /// happened.
    pub async fn commit(self) -> Result<(), DbError> {
        match self.0 {
            Inner::Postgres(postgres) => postgres.commit().await,
            Inner::Sqlite(sqlite) => sqlite.commit().await,
        }
    }

    /// Rolls back.
    ///
    /// # Errors
    /// The connection's. Then the server has rolled back by itself.
    pub async fn rollback(self) -> Result<(), DbError> {
        match self.0 {
            Inner::Postgres(postgres) => postgres.rollback().await,
            Inner::Sqlite(sqlite) => sqlite.rollback().await,
        }
    }
}

impl Isolation {
    /// The level's name in SQL.
    pub(super) fn sql(self) -> &'static str {
        match self {
            Self::ReadCommitted => "READ COMMITTED",
            Self::RepeatableRead => "REPEATABLE READ",
            Self::Serializable => "SERIALIZABLE",
        }
    }
}

impl DbError {
    /// The same error for a commit that was sent. The session may have ended after the commit.
    pub(super) fn of_a_commit(self) -> Self {
        match self.kind {
            DbErrorKind::Unavailable if !self.is_unsent() => {
                self.with_kind(DbErrorKind::OutcomeUnknown)
            }
            _ => self.of_a_write(),
        }
    }

    /// The same error for a write that was sent. Without an answer, its outcome is unknown.
    pub(super) fn of_a_write(self) -> Self {
        match self.kind {
            DbErrorKind::Interrupted => self.with_kind(DbErrorKind::OutcomeUnknown),
            // A timeout on this side, or rows that could not be read.
            DbErrorKind::Timeout | DbErrorKind::SchemaMismatch
                if self.outcome() == Outcome::Unknown =>
            {
                self.with_kind(DbErrorKind::OutcomeUnknown)
            }
            _ => self,
        }
    }
}

//! Statements that depend on each other, and happen together or not at all.

use reflect::quote;

use super::{DbError, DbErrorKind, Outcome, Rows, postgres, sqlite};
use crate::query::sql::{Statement, TableId};

/// What a transaction sees of others that run at the same time.
///
/// SQLite has one writer at a time, so that each of them is serializable there.
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
pub struct Beginning {
    pub isolation: Isolation,
    pub read_only: bool,
    /// Schemas in which PostgreSQL looks for names without one; empty leaves it to the session.
    pub search_path: Vec<String>,
    /// Where it takes moments to be.
    pub time_zone: Option<String>,
    /// The table that it is about, as far as it is about one: those of a table that is locked do
    /// not take all connections.
    pub about: TableId,
}

impl Beginning {
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

impl Beginning {
    /// The usual one, of what is about a table.
    pub fn about(table: TableId) -> Self {
        Self {
            about: table,
            ..Self::default()
        }
    }
}

impl From<Isolation> for Beginning {
    fn from(isolation: Isolation) -> Self {
        Self {
            isolation,
            ..Self::default()
        }
    }
}

/// A transaction on a connection of its own.
///
/// Dropped without [`Self::commit`] it is rolled back, whatever is under way: so it ends when
/// whoever waits for it has gone.
pub struct Transaction<'db>(pub(super) Inner<'db>);

pub(super) enum Inner<'db> {
    Postgres(postgres::Transaction<'db>),
    Sqlite(sqlite::Transaction),
}

impl Transaction<'_> {
    /// Runs one statement.
    ///
    /// # Errors
    /// The database's own. Afterwards the transaction is good for nothing but to be rolled back.
    pub async fn fetch(&mut self, statement: &Statement<'_>) -> Result<Rows, DbError> {
        match &mut self.0 {
            Inner::Postgres(postgres) => postgres.fetch(statement).await.map(Rows::postgres),
            Inner::Sqlite(sqlite) => sqlite.fetch(statement).await,
        }
    }

    /// Runs statements of which none needs the rows of another; gives the rows of each.
    ///
    /// # Errors
    /// The first one's that failed.
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

    /// Has constraints that wait for the commit looked at now.
    ///
    /// # Errors
    /// The constraint's that is broken.
    pub async fn check_deferred(&mut self) -> Result<(), DbError> {
        match &mut self.0 {
            Inner::Postgres(postgres) => postgres.check_deferred().await,
            // Prisma makes none of them there.
            Inner::Sqlite(_) => Ok(()),
        }
    }

    /// Makes it all happen.
    ///
    /// # Errors
    /// [`DbErrorKind::OutcomeUnknown`] where the answer was lost; otherwise nothing has happened.
    pub async fn commit(self) -> Result<(), DbError> {
        match self.0 {
            Inner::Postgres(postgres) => postgres.commit().await,
            Inner::Sqlite(sqlite) => sqlite.commit().await,
        }
    }

    /// Undoes it all.
    ///
    /// # Errors
    /// The connection's; then the server has undone it by itself.
    pub async fn rollback(self) -> Result<(), DbError> {
        match self.0 {
            Inner::Postgres(postgres) => postgres.rollback().await,
            Inner::Sqlite(sqlite) => sqlite.rollback().await,
        }
    }
}

impl Isolation {
    /// As SQL names it.
    pub(super) fn sql(self) -> &'static str {
        match self {
            Self::ReadCommitted => "READ COMMITTED",
            Self::RepeatableRead => "REPEATABLE READ",
            Self::Serializable => "SERIALIZABLE",
        }
    }
}

impl DbError {
    /// The same fault for a commit that was sent. What ends the session may come after it.
    pub(super) fn of_a_commit(self) -> Self {
        match self.kind {
            DbErrorKind::Unavailable if !self.is_unsent() => {
                self.with_kind(DbErrorKind::OutcomeUnknown)
            }
            _ => self.of_a_write(),
        }
    }

    /// The same fault for a write that was sent: where no answer tells, nobody knows whether it
    /// happened.
    pub(super) fn of_a_write(self) -> Self {
        match self.kind {
            DbErrorKind::Interrupted => self.with_kind(DbErrorKind::OutcomeUnknown),
            // A timeout that is not the server's own, or rows that could not be read.
            DbErrorKind::Timeout | DbErrorKind::SchemaMismatch
                if self.outcome() == Outcome::Unknown =>
            {
                self.with_kind(DbErrorKind::OutcomeUnknown)
            }
            _ => self,
        }
    }
}

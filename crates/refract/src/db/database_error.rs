//! Failures of the database, classified by its own codes. The text of an error may quote rows, so
//! it decides nothing and is not logged.

use std::fmt;

/// A failure of the database.
///
/// `Display` and `source()` reach the log and Sentry. They have only codes and names of the schema.
#[derive(Debug)]
pub struct DbError {
    pub kind: DbErrorKind,
    /// SQLSTATE, or SQLite's extended result code.
    pub code: Option<String>,
    /// The name of the violated constraint (PostgreSQL).
    pub constraint: Option<Box<str>>,
    /// The table the constraint is on.
    pub table: Option<String>,
    /// The columns of the violation, where the database names them.
    pub columns: Vec<String>,
    /// Where it arose, as far as the database tells.
    pub origin: Origin,
    /// The server's message, for a front that shows it to the client.
    pub server_message: Option<Box<ServerMessage>>,
    /// The statement was never sent: there was no connection, or it broke before.
    pub(super) unsent: bool,
    pub(super) source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Where in a statement an error arose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// In the statement, or the database does not tell.
    #[default]
    Statement,
    /// While the text of a parameter was read: the caller's value is wrong.
    Parameter,
    /// In a function or trigger of the app.
    Function,
}

/// The message of PostgreSQL, or of a trigger in SQLite. It may quote rows, so it is never logged.
pub struct ServerMessage {
    pub message: String,
    pub detail: Option<String>,
    pub hint: Option<String>,
}

impl fmt::Debug for ServerMessage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("ServerMessage")
    }
}

/// Whether a failed statement may have had an effect. Every retry depends on this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The database has refused it or rolled it back, or it was never sent.
    NothingHappened,
    /// It may have taken effect, and must not be sent again.
    Unknown,
}

/// The kind of a failure, the same for both databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DbErrorKind {
    UniqueViolation,
    ForeignKeyViolation,
    NotNullViolation,
    CheckViolation,
    ExclusionViolation,
    /// A value that the type's input function refuses, or that is too long or out of range.
    InvalidValue,
    /// An expression in the schema fails, such as a division by zero in a view, a default or a
    /// generated column. Refract's own statements have no such expressions.
    ExpressionFailed,
    /// A sequence has no more numbers.
    SequenceExhausted,
    /// The database lacks a feature, such as `RETURNING` on a table with an `INSTEAD` rule.
    NotSupported,
    /// The column's type lacks a comparison or an order.
    NoOperator,
    /// A write to a generated column or to a view. A read of a materialized view that is not
    /// populated yet.
    NotWritable,
    SerializationFailure,
    /// Cancelled, or not answered in time.
    Timeout,
    InsufficientPrivilege,
    /// A row does not satisfy the check of a policy.
    PolicyViolation,
    ReadOnlyTransaction,
    /// No connection, or the server is starting, stopping or full.
    Unavailable,
    /// Too many statements are waiting.
    Overloaded,
    /// Another process writes to SQLite's file for too long. Nothing has happened.
    Busy,
    /// The connection broke before the answer.
    Interrupted,
    /// After a write was sent, the connection broke or the time was up. It may have taken effect.
    OutcomeUnknown,
    /// A prepared statement that the server no longer has, or whose columns have changed.
    StalePlan,
    /// The database lacks a table, column or type of the catalog, or has it with another type.
    SchemaMismatch,
    /// Anything else: a bug here, or drift.
    Unexpected,
}

impl DbError {
    /// An error that Refract itself has found.
    pub fn of(kind: DbErrorKind) -> Self {
        Self {
            kind,
            code: None,
            constraint: None,
            table: None,
            columns: Vec::new(),
            origin: Origin::Statement,
            server_message: None,
            unsent: false,
            source: None,
        }
    }

    /// The error of a failed attempt to connect. The server's message may name hosts, roles and
    /// databases, so only its code is kept, for the log.
    pub(super) fn of_connecting(error: tokio_postgres::Error) -> Self {
        let code = error.code().map(|code| code.code().to_owned());
        let source = code.is_none().then(|| error.into());
        Self {
            code,
            source,
            unsent: true,
            ..Self::of(DbErrorKind::Unavailable)
        }
    }

    /// The same with its cause.
    pub fn caused_by(
        kind: DbErrorKind,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::of(kind)
        }
    }

    /// The same error with another cause.
    pub fn because(self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..self
        }
    }

    /// The same error as another kind.
    pub fn with_kind(self, kind: DbErrorKind) -> Self {
        Self { kind, ..self }
    }

    /// The same error in a read-only transaction. There the server refuses a function that would
    /// write. In other transactions the same code means that the server takes no writes at all.
    pub(super) fn while_reading(self) -> Self {
        match self.kind {
            DbErrorKind::ReadOnlyTransaction => self.with_kind(DbErrorKind::InsufficientPrivilege),
            _ => self,
        }
    }

    /// Whether a transaction was rolled back because of concurrent transactions, or because a
    /// prepared statement was stale. It may succeed when it is tried again.
    pub fn lost_race(&self) -> bool {
        matches!(
            self.kind,
            DbErrorKind::SerializationFailure | DbErrorKind::StalePlan
        )
    }

    /// The same error, met before the statement was sent. A connection that broke by then has had
    /// no effect.
    pub(super) fn before_sending(self) -> Self {
        let kind = match self.kind {
            DbErrorKind::Interrupted => DbErrorKind::Unavailable,
            kind => kind,
        };
        Self {
            kind,
            unsent: true,
            ..self
        }
    }

    /// Whether the statement was never sent.
    pub(super) fn is_unsent(&self) -> bool {
        self.unsent
    }

    /// Whether the database refused the statement or never got it, so that it has had no effect.
    pub fn is_refused_statement(&self) -> bool {
        self.unsent || self.code.is_some()
    }

    /// Whether a catalog that is older than the schema explains it.
    pub fn may_be_of_old_catalog(&self) -> bool {
        matches!(
            self.kind,
            DbErrorKind::SchemaMismatch
                | DbErrorKind::Unexpected
                | DbErrorKind::NoOperator
                | DbErrorKind::NotWritable
                | DbErrorKind::NotSupported
        )
    }

    /// Whether the server takes no more connections.
    pub(super) fn is_full(&self) -> bool {
        self.unsent
            && self
                .code
                .as_deref()
                .is_some_and(|code| code.starts_with("53"))
    }

    /// Whether the failed statement may have taken effect.
    pub fn outcome(&self) -> Outcome {
        if self.unsent {
            return Outcome::NothingHappened;
        }
        match (self.kind, &self.code) {
            (DbErrorKind::Interrupted | DbErrorKind::OutcomeUnknown, _) => Outcome::Unknown,
            // The time was up before the answer, or the answer could not be read.
            (
                DbErrorKind::Timeout | DbErrorKind::Unexpected | DbErrorKind::SchemaMismatch,
                None,
            ) => Outcome::Unknown,
            _ => Outcome::NothingHappened,
        }
    }

    /// Whether the server has refused the statement itself, so that nothing has happened and
    /// another statement may succeed. Timeouts and overload do not count.
    pub fn is_refusal(&self) -> bool {
        self.is_answer()
            && self.outcome() == Outcome::NothingHappened
            && !matches!(self.kind, DbErrorKind::Timeout | DbErrorKind::Overloaded)
    }

    /// Whether the server has answered, with an error.
    pub fn is_answer(&self) -> bool {
        self.code.is_some()
            && self.kind != DbErrorKind::OutcomeUnknown
            && !self.is_connection_lost()
    }

    /// Whether it is about the connection or the server and not about the statement. A read may
    /// succeed on another connection, or later.
    pub(super) fn is_passing(&self) -> bool {
        self.is_connection_lost() || self.kind == DbErrorKind::SerializationFailure
    }

    /// Whether the statement never reached the database or its connection is gone.
    pub fn is_connection_lost(&self) -> bool {
        matches!(
            self.kind,
            DbErrorKind::Unavailable | DbErrorKind::Interrupted
        )
    }
}

impl fmt::Display for DbError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", self.kind)?;
        if let Some(code) = &self.code {
            write!(out, ", code {code}")?;
        }
        if let Some(constraint) = &self.constraint {
            write!(out, ", constraint {constraint}")?;
        }
        if let Some(table) = &self.table {
            write!(out, ", table {table}")?;
        }
        Ok(())
    }
}

impl std::error::Error for DbError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

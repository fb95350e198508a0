//! Transactions that are tried again, and the session that statements of a write run in.

use futures_util::future::BoxFuture;

use crate::{
    db::{Db, DbError, End, Repeat, Rows, Transaction, TransactionOptions},
    error::Error,
    query::sql::Statement,
};

/// The statements of one transaction. They may run several times: from the start again after a
/// serialization failure, a deadlock or a lost race.
pub trait TransactionBody: Sync {
    type Output: Send;
    type Error: Retryable;

    /// Runs the statements.
    ///
    /// # Errors
    /// An error rolls the transaction back.
    fn run<'run>(
        &'run self,
        transaction: &'run mut Transaction<'_>,
    ) -> BoxFuture<'run, Result<Self::Output, Self::Error>>;

    /// The error of a transaction that did not begin or did not commit. A commit also fails on a
    /// deferred constraint.
    fn transaction_error(&self, error: DbError) -> Self::Error;
}

/// An error of a [`TransactionBody`].
pub trait Retryable: Send {
    /// Whether a concurrent transaction caused it, so that another try may succeed.
    fn lost_race(&self) -> bool;
}

impl Retryable for Error {
    fn lost_race(&self) -> bool {
        self.lost_race()
    }
}

impl Retryable for DbError {
    fn lost_race(&self) -> bool {
        self.lost_race()
    }
}

/// Runs a body in a transaction, and again after a lost race. `end` decides whether the
/// transaction commits.
///
/// # Errors
/// The body's error; after the last try also a lost race. The transaction is rolled back, unless
/// the error says that the outcome is unknown.
pub async fn run_with_retry<B: TransactionBody>(
    db: &Db,
    beginning: impl Into<TransactionOptions>,
    body: &B,
    end: impl Fn(&B::Output) -> End + Sync,
) -> Result<B::Output, B::Error> {
    let beginning = beginning.into();
    let mut tries = 0;
    loop {
        match run_once(db, beginning.clone(), body, &end).await {
            Err(error) if error.lost_race() && db.after_conflict(tries).await => tries += 1,
            result => return result,
        }
    }
}

async fn run_once<B: TransactionBody>(
    db: &Db,
    beginning: TransactionOptions,
    body: &B,
    end: &(impl Fn(&B::Output) -> End + Sync),
) -> Result<B::Output, B::Error> {
    let transaction = db.begin(beginning).await;
    let mut transaction = transaction.map_err(|error| body.transaction_error(error))?;
    let output = match body.run(&mut transaction).await {
        Ok(output) => output,
        Err(error) => {
            // The body's error is the cause, whether the rollback succeeds or not.
            let _ = transaction.rollback().await;
            return Err(error);
        }
    };
    let ended = match end(&output) {
        End::Commit => transaction.commit().await,
        // A dry run also reports deferred constraints, which a commit would check.
        End::Rollback => match transaction.check_deferred().await {
            Ok(()) => transaction.rollback().await,
            Err(error) => Err(error),
        },
    };
    ended.map_err(|error| body.transaction_error(error))?;
    Ok(output)
}

/// Where the statements of a write run: each by itself, or all in one transaction.
pub enum Session<'run, 'db> {
    /// Each statement commits by itself.
    Alone(&'run Db),
    In(&'run mut Transaction<'db>),
}

impl Session<'_, '_> {
    /// Runs a statement that writes.
    ///
    /// # Errors
    /// The database's error.
    pub async fn write(&mut self, statement: &Statement<'_>) -> Result<Rows, DbError> {
        match self {
            Self::Alone(db) => db.fetch(statement, Repeat::Forbidden).await,
            Self::In(transaction) => transaction.fetch(statement).await,
        }
    }

    /// Runs a statement that only reads.
    ///
    /// # Errors
    /// The database's error.
    pub async fn read(&mut self, statement: &Statement<'_>) -> Result<Rows, DbError> {
        match self {
            Self::Alone(db) => db.fetch(statement, Repeat::Allowed).await,
            Self::In(transaction) => transaction.fetch(statement).await,
        }
    }

    /// Runs statements that write and do not need each other's rows. More than one statement needs a
    /// transaction.
    ///
    /// # Errors
    /// The error of the first statement that failed.
    pub async fn write_each(&mut self, statements: &[Statement<'_>]) -> Result<Vec<Rows>, DbError> {
        match self {
            Self::Alone(db) => {
                debug_assert!(
                    statements.len() < 2,
                    "several statements need a transaction"
                );
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

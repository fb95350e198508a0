//! A row with its related rows, created by one statement if one statement can do it.

use futures_util::{FutureExt, future::BoxFuture};
use reflect::snapshot::Database;

use super::{
    operation::{Action, Operation},
    returning::ReturnedRow,
    write_answer::Answer,
};
use crate::{
    db::{DbError, Transaction, TransactionOptions},
    error::Error,
    executor::{self, Retryable, Session, TransactionBody},
    prefer::End,
    query::{
        plan::{Cte, Shown},
        sql::{Statement, TableId},
    },
};

impl Operation<'_> {
    /// Creates a row with its related rows. `None` if it needs several statements, or if the one
    /// statement has failed: only separate statements tell which row is wrong.
    pub(super) async fn create_in_one_statement(&self) -> Option<Result<Answer, Error>> {
        let Action::CreateNested {
            writes,
            many: false,
        } = &self.action
        else {
            return None;
        };
        // SQLite has no inserts in a `WITH`.
        if self.served.app.db.database() != Database::Postgres {
            return None;
        }
        let plan = writes.first()?.cte_insert(self.visibility)?;
        let Cte::Insert { insert, .. } = &plan.ctes[plan.root] else {
            return None;
        };
        let app = &self.served.app;
        let single = SingleStatement {
            operation: self,
            statement: app.statements.cte_insert(&plan)?,
            columns: &insert.returning,
        };
        let result = match self.shown {
            Shown::Columns(_) => single.perform(&mut Session::Alone(&app.db)).await,
            // The transaction keeps others from changing the rows before they are read.
            Shown::Read(_) => {
                let beginning = TransactionOptions::about(TableId::of(&insert.into));
                executor::run_with_retry(&app.db, beginning, &single, |_| End::Commit).await
            }
        };
        match result {
            Ok(answer) => Some(Ok(answer)),
            Err(Failed::ToCreate(error)) if error.is_refusal() => None,
            Err(Failed::ToCreate(error)) => Some(Err(self.explain(error))),
            Err(Failed::ToShow(error)) => Some(Err(error)),
        }
    }
}

/// The statement, and a read if the answer shows more than the statement returns.
struct SingleStatement<'run> {
    operation: &'run Operation<'run>,
    statement: Statement<'run>,
    /// The columns of the row that the statement returns.
    columns: &'run [usize],
}

enum Failed {
    ToCreate(DbError),
    ToShow(Error),
}

impl SingleStatement<'_> {
    async fn perform(&self, session: &mut Session<'_, '_>) -> Result<Answer, Failed> {
        let rows = session.write(&self.statement).await;
        let rows = rows.map_err(Failed::ToCreate)?;
        let row = ReturnedRow::first(self.columns, &rows);
        let answer = self.operation.written(session, row, true).await;
        answer.map_err(Failed::ToShow)
    }
}

impl TransactionBody for SingleStatement<'_> {
    type Output = Answer;
    type Error = Failed;

    fn run<'run>(
        &'run self,
        transaction: &'run mut Transaction<'_>,
    ) -> BoxFuture<'run, Result<Answer, Failed>> {
        async move { self.perform(&mut Session::In(transaction)).await }.boxed()
    }

    fn transaction_error(&self, error: DbError) -> Failed {
        Failed::ToCreate(error)
    }
}

impl Retryable for Failed {
    fn lost_race(&self) -> bool {
        match self {
            Self::ToCreate(error) => error.lost_race(),
            Self::ToShow(error) => error.lost_race(),
        }
    }
}

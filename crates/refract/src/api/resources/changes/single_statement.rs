//! A row with what hangs on it, by one statement where one can do it.

use futures_util::{FutureExt, future::BoxFuture};
use reflect::snapshot::Database;

use super::{
    operation::{Action, Operation},
    returning::Found,
    write_answer::Answer,
};
use crate::{
    db::{Beginning, DbError, Transaction},
    error::Error,
    executor::{self, Retryable, Session, TransactionBody},
    query::{
        plan::{Cte, Shown},
        prefer::End,
        sql::{Statement, TableId},
    },
};

impl Operation<'_> {
    /// Creates a row with what hangs on it. `None`: nothing has happened, and only step by step it
    /// is done, or told what is wrong with which row.
    pub(super) async fn create_at_once(&self) -> Option<Result<Answer, Error>> {
        let Action::CreateNested { trees, many: false } = &self.action else {
            return None;
        };
        // Elsewhere no statement can.
        if self.served.app.db.database() != Database::Postgres {
            return None;
        }
        let plan = trees.first()?.cte_insert(self.visibility)?;
        let Cte::Insert { insert, .. } = &plan.ctes[plan.root] else {
            return None;
        };
        let app = &self.served.app;
        let at_once = AtOnce {
            operation: self,
            statement: app.statements.cte_insert(&plan)?,
            columns: &insert.returning,
        };
        let done = match self.shown {
            Shown::Columns(_) => at_once.perform(&mut Session::Alone(&app.db)).await,
            // What is shown is read before anybody else can change it.
            Shown::Query(_) => {
                let beginning = Beginning::about(TableId::of(&insert.into));
                executor::run_with_retry(&app.db, beginning, &at_once, |_| End::Commit).await
            }
        };
        match done {
            Ok(answer) => Some(Ok(answer)),
            Err(Failed::ToCreate(fault)) if fault.is_refusal() => None,
            Err(Failed::ToCreate(fault)) => Some(Err(self.explain(fault))),
            Err(Failed::ToShow(error)) => Some(Err(error)),
        }
    }
}

/// The statement, and the read of what is shown where that is more than it returns.
struct AtOnce<'run> {
    operation: &'run Operation<'run>,
    statement: Statement<'run>,
    /// What the statement returns of the row.
    columns: &'run [usize],
}

enum Failed {
    ToCreate(DbError),
    ToShow(Error),
}

impl AtOnce<'_> {
    async fn perform(&self, session: &mut Session<'_, '_>) -> Result<Answer, Failed> {
        let rows = session.write(&self.statement).await;
        let rows = rows.map_err(Failed::ToCreate)?;
        let found = Found::first(self.columns, &rows);
        let answer = self.operation.written(session, found, true).await;
        answer.map_err(Failed::ToShow)
    }
}

impl TransactionBody for AtOnce<'_> {
    type Output = Answer;
    type Error = Failed;

    fn run<'run>(
        &'run self,
        transaction: &'run mut Transaction<'_>,
    ) -> BoxFuture<'run, Result<Answer, Failed>> {
        async move { self.perform(&mut Session::In(transaction)).await }.boxed()
    }

    fn transaction_error(&self, fault: DbError) -> Failed {
        Failed::ToCreate(fault)
    }
}

impl Retryable for Failed {
    fn lost_race(&self) -> bool {
        match self {
            Self::ToCreate(fault) => fault.lost_race(),
            Self::ToShow(error) => error.lost_race(),
        }
    }
}

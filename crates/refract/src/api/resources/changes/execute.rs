//! An operation → its answer.

use futures_util::{FutureExt, future::BoxFuture};
use poem::http::StatusCode;

use super::{
    operation::{Action, Change, Guard, Operation, Part},
    returning::ReturnedRow,
    write_answer::Answer,
};
use crate::{
    db::{DbError, Rows, Transaction, TransactionOptions},
    db_error,
    error::{Error, SoftDeleted},
    executor::{self, NestedWriter, Session, TransactionBody},
    http::etag,
    prefer::End,
    query::{
        plan::{Delete, ReadPlan, Shown, Update, VisibleFilter, policy},
        sql::{Lock, TableId},
    },
};

impl Operation<'_> {
    /// Executes the operation, in a transaction if it needs more than one statement.
    ///
    /// # Errors
    /// The database's error as the API's; conditions that do not hold.
    pub(in crate::api) async fn execute(&self, end: End) -> Result<Answer, Error> {
        let db = &self.served.app.db;
        if end == End::Commit && self.is_one_statement() {
            match self.perform(&mut Session::Alone(db)).await {
                // It needs more statements than it seemed.
                Err(error) if error.lost_race() && !self.is_one_statement() => {}
                result => return result,
            }
        }
        if end == End::Commit
            && self.guard.is_none()
            && let Action::CreateNested { .. } = self.action
            && let Some(result) = Box::pin(self.create_in_one_statement()).await
        {
            return result;
        }
        let beginning = TransactionOptions::about(TableId::of(self.resource()));
        executor::run_with_retry(db, beginning, self, |_| end).await
    }

    fn is_one_statement(&self) -> bool {
        let one = |insert| executor::is_one_statement(&self.served.app.statements, insert);
        self.guard.is_none()
            && matches!(self.shown, Shown::Columns(_))
            && match &self.action {
                Action::Create { insert, .. } | Action::Replace { insert, .. } => one(insert),
                Action::Upsert { upsert, .. } => match upsert.parts.as_slice() {
                    [] => true,
                    [(_, insert)] => one(insert),
                    _ => false,
                },
                Action::Update { .. } | Action::Read { .. } | Action::Delete { .. } => true,
                Action::Bulk { change, .. } => change.is_none(),
                Action::CreateNested { .. } | Action::UpdateNested { .. } => false,
            }
    }

    /// Executes the operation in a session.
    ///
    /// # Errors
    /// See [`Self::execute`].
    pub(in crate::api) async fn perform(
        &self,
        session: &mut Session<'_, '_>,
    ) -> Result<Answer, Error> {
        if let Some(guard) = &self.guard {
            self.check(session, guard).await?;
        }
        match &self.action {
            Action::Create { insert, many } => self.create(session, insert, *many).await,
            Action::Upsert { upsert, many } => self.upsert(session, upsert, *many).await,
            Action::Replace { insert, new_only } => self.replace(session, insert, *new_only).await,
            Action::Update { update, part } => {
                let rows = self.updated(session, update).await?;
                self.ensure_written(session, &rows, &update.filter).await?;
                self.changed(session, &update.returning, &rows, *part).await
            }
            Action::Read { read, part } => {
                let statement = self.served.app.statements.read(read);
                let rows = session.read(&statement).await;
                let rows = rows.map_err(|error| self.explain(error))?;
                let columns: Vec<usize> = read.root.columns().collect();
                self.changed(session, &columns, &rows, *part).await
            }
            Action::Delete { change, answers } => {
                let (rows, columns) = self.change(session, change).await?;
                self.ensure_written(session, &rows, change.filter()).await?;
                if !answers {
                    return Ok(Answer::empty(StatusCode::NO_CONTENT));
                }
                let found = ReturnedRow::first(columns, &rows);
                let body = self.one(session, found, Part::Row).await?;
                Ok(Answer::of(StatusCode::OK, body))
            }
            Action::CreateNested { writes, many } => {
                let rows = self.nested(session)?.create_all(writes).await?;
                self.created(session, &rows, *many).await
            }
            Action::UpdateNested { write, key } => {
                let row = self.nested(session)?.update_one(write, key.clone()).await?;
                let body = self.one(session, ReturnedRow::of(&row), Part::Row).await?;
                Ok(Answer::row(StatusCode::OK, body))
            }
            Action::Bulk {
                change,
                at_most,
                answers,
            } => {
                let none = (Rows::none(), &[][..]);
                let (rows, columns) = match change {
                    Some(change) => self.bounded(session, change, *at_most).await?,
                    None => none,
                };
                self.counted(session, columns, &rows, *answers).await
            }
        }
    }

    fn nested<'session, 'db>(
        &'session self,
        session: &'session mut Session<'_, 'db>,
    ) -> Result<NestedWriter<'session, 'db>, Error> {
        match session {
            Session::In(transaction) => Ok(NestedWriter {
                visibility: self.visibility,
                statements: &self.served.app.statements,
                transaction,
            }),
            Session::Alone(_) => Err(Error::internal("related rows need a transaction")),
        }
    }

    /// Changes rows. Returns them, and their columns.
    async fn change<'change>(
        &self,
        session: &mut Session<'_, '_>,
        change: &'change Change,
    ) -> Result<(Rows, &'change [usize]), Error> {
        Ok(match change {
            Change::Update(update) => (self.updated(session, update).await?, &update.returning),
            Change::Delete(delete) => (self.deleted(session, delete).await?, &delete.returning),
        })
    }

    async fn updated(&self, session: &mut Session<'_, '_>, update: &Update) -> Result<Rows, Error> {
        let statement = self.served.app.statements.update(update);
        let rows = session.write(&statement).await;
        rows.map_err(|error| executor::explain_update(update, error))
    }

    async fn deleted(&self, session: &mut Session<'_, '_>, delete: &Delete) -> Result<Rows, Error> {
        let statement = self.served.app.statements.delete(delete);
        let rows = session.write(&statement).await;
        rows.map_err(|mut error| {
            if self.visibility.access().is_some() {
                // The caller's role need not know the table that still refers to the row.
                error.table = None;
            }
            db_error::of_delete(self.resource(), error)
        })
    }

    /// Changes every row of a filter, unless there are too many.
    async fn bounded<'change>(
        &self,
        session: &mut Session<'_, '_>,
        change: &'change Change,
        at_most: u64,
    ) -> Result<(Rows, &'change [usize]), Error> {
        let statements = &self.served.app.statements;
        let filter = change.filter();
        let too_many = || Error::TooManyAffected {
            resource: self.resource().name.clone(),
            limit: at_most,
        };
        // Counts first, no further than needed, so as not to undo a large change.
        let count = statements.count(self.resource(), filter, at_most.saturating_add(1));
        let found = session.read(&count).await;
        let explain = |error| db_error::of_read(self.resource(), error, filter.searches());
        let found = found.map_err(explain)?.number(0, 0);
        if found.unsigned_abs() > at_most {
            return Err(too_many());
        }
        let (rows, columns) = self.change(session, change).await?;
        // Concurrent transactions may have added rows since.
        if rows.len() as u64 > at_most {
            return Err(too_many());
        }
        Ok((rows, columns))
    }

    /// Locks the row and checks the conditions of the request.
    async fn check(&self, session: &mut Session<'_, '_>, guard: &Guard) -> Result<(), Error> {
        let statements = &self.served.app.statements;
        let statement = statements.read_locked(&guard.read, Lock::Change);
        let rows = session.write(&statement).await;
        let rows = rows.map_err(|error| self.explain(error))?;
        let replaces = matches!(self.action, Action::Replace { .. });
        if !replaces {
            self.ensure_found(&rows)?;
        }
        let current = (!rows.is_empty()).then(|| self.tag(&guard.read, &rows, guard.part));
        if guard.conditions.allow_change(current.as_ref()) {
            Ok(())
        } else {
            Err(self.precondition_failed(SoftDeleted::No))
        }
    }

    /// Makes sure that the row of a filter was written.
    ///
    /// # Errors
    /// [`Error::RowNotFound`]; an existing row that a trigger has left as it is.
    async fn ensure_written(
        &self,
        session: &mut Session<'_, '_>,
        rows: &Rows,
        filter: &VisibleFilter,
    ) -> Result<(), Error> {
        if !rows.is_empty() {
            return Ok(());
        }
        if self.exists(session, filter).await? {
            return Err(executor::left_out(self.resource(), None));
        }
        if filter.is_about_changes()
            && let Some(access) = self.visibility.access()
            && self.exists(session, &filter.for_reading()).await?
        {
            // The row may be seen, so that it may be told why it stays as it is.
            return Err(access.forbidden(self.resource(), self.policy_action()));
        }
        self.ensure_found(rows)
    }

    /// What the operation does, in the words of policies.
    fn policy_action(&self) -> policy::Action {
        match self.action {
            Action::Delete { .. } => policy::Action::Delete,
            _ => policy::Action::Update,
        }
    }

    /// Whether a row satisfies a filter.
    pub(super) async fn exists(
        &self,
        session: &mut Session<'_, '_>,
        filter: &VisibleFilter,
    ) -> Result<bool, Error> {
        let statements = &self.served.app.statements;
        let count = statements.count(self.resource(), filter, 1);
        let there = session.read(&count).await;
        let there = there.map_err(|error| self.explain(error))?;
        Ok(there.number(0, 0) > 0)
    }

    pub(super) fn ensure_found(&self, rows: &Rows) -> Result<(), Error> {
        if rows.is_empty() {
            return Err(Error::RowNotFound {
                resource: self.resource().name.clone(),
            });
        }
        Ok(())
    }

    pub(super) fn precondition_failed(&self, soft_deleted: SoftDeleted) -> Error {
        Error::PreconditionFailed {
            resource: self.resource().name.clone(),
            soft_deleted,
        }
    }

    /// The `ETag` that a read of the row, or of the field, has.
    fn tag(&self, read: &ReadPlan, rows: &Rows, part: Part) -> poem::http::HeaderValue {
        let mut body = Vec::with_capacity(256);
        let columns: Vec<usize> = read.root.columns().collect();
        let found = ReturnedRow::first(&columns, rows);
        match part {
            Part::Row => self.columns(&columns, found, &mut body),
            Part::Field => self.field(found, &mut body),
        }
        etag::of(&body)
    }

    pub(super) fn explain(&self, error: DbError) -> Error {
        db_error::to_api_error(self.resource(), error)
    }
}

impl TransactionBody for Operation<'_> {
    type Output = Answer;
    type Error = Error;

    fn run<'run>(
        &'run self,
        transaction: &'run mut Transaction<'_>,
    ) -> BoxFuture<'run, Result<Answer, Error>> {
        async move { self.perform(&mut Session::In(transaction)).await }.boxed()
    }

    fn transaction_error(&self, error: DbError) -> Error {
        db_error::of_commit(&self.served.catalog, error)
    }
}

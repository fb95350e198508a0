//! Writes to SQLite.

use futures_util::{FutureExt, future::BoxFuture};

use super::{
    payload_plans,
    row_writer::{WholeBody, deleted_rows},
    sqlite_errors::{check_format, check_no_plan, not_implemented, of_sqlite},
};
use crate::{
    codec::{Cell, Value, value},
    db::{DbError, Isolation, Rows, Transaction},
    error::Error,
    executor::{self, Outcome, Session, TransactionBody},
    postgrest::{
        postgrest_error::Failure,
        request::{
            ParsedRequest,
            payload::Payload,
            write_request::{Returning, Verb, WriteRequest},
        },
        respond::write_response::WriteOutcome,
        service::Serving,
        write_table::{end, soft_deleted_conflict},
    },
    query::{
        plan::{self, Delete, Filter, ReadPlan, VisibleFilter},
        sql::Statement,
    },
};

/// Writes in a transaction, which is rolled back where the answer is an error.
///
/// # Errors
/// Those of the database, and of features that SQLite lacks.
pub async fn write(
    service: Serving<'_>,
    parsed: &ParsedRequest<'_>,
    write: &WriteRequest,
    plan: &ReadPlan,
) -> Result<WriteOutcome, Failure> {
    check_no_plan(parsed)?;
    let body = SqliteWrite {
        service,
        parsed,
        write,
        plan,
    };
    let end = end(service, parsed, write);
    let end = |outcome: &WriteOutcome| end(outcome.affected);
    executor::run_with_retry(&service.app.db, Isolation::default(), &body, end).await
}

struct SqliteWrite<'run> {
    service: Serving<'run>,
    parsed: &'run ParsedRequest<'run>,
    write: &'run WriteRequest,
    /// The rows that change, and their form in the answer.
    plan: &'run ReadPlan,
}

impl TransactionBody for SqliteWrite<'_> {
    type Output = WriteOutcome;
    type Error = Failure;

    fn run<'run>(
        &'run self,
        transaction: &'run mut Transaction<'_>,
    ) -> BoxFuture<'run, Result<WriteOutcome, Failure>> {
        self.perform(transaction).boxed()
    }

    fn transaction_error(&self, error: DbError) -> Failure {
        of_sqlite(self.parsed, error)
    }
}

impl SqliteWrite<'_> {
    async fn perform(&self, transaction: &mut Transaction<'_>) -> Result<WriteOutcome, Failure> {
        let returns_rows = matches!(self.write.returning, Returning::Rows(_));
        if returns_rows && self.parsed.resource.key.is_empty() {
            return Err(not_implemented(
                "return=representation",
                "the table has no key to read its rows by",
            ));
        }
        match (self.write.verb, &self.write.payload) {
            (Verb::Insert | Verb::Put, Some(payload)) => self.insert(payload, transaction).await,
            (Verb::Update, Some(payload)) => self.update(payload, transaction).await,
            _ => self.delete(transaction).await,
        }
    }

    async fn insert(
        &self,
        payload: &Payload,
        transaction: &mut Transaction<'_>,
    ) -> Result<WriteOutcome, Failure> {
        let write = self.write;
        let resource = self.parsed.resource;
        let (on_conflict, defaults) = (&write.on_conflict, write.defaults);
        let insert = payload_plans::rows(
            self.service.visibility(),
            resource,
            payload,
            on_conflict,
            defaults,
        )?;
        let mut session = Session::In(transaction);
        let inserted =
            executor::insert_what_may(&mut session, &self.service.app.statements, &insert).await;
        let has_code = |error: &Error| error.db_error().is_some_and(|it| it.code.is_some());
        let (answers, outcomes) = inserted.map_err(|error| match error {
            // Refract itself found the conflict. An error of the database has a code.
            Error::Conflict { .. } if write.must_write.is_some() && !has_code(&error) => {
                soft_deleted_conflict(self.parsed, write).into()
            }
            error => match error.into_db_error() {
                Ok(error) => of_sqlite(self.parsed, error),
                Err(other) => other.into(),
            },
        })?;
        let answers = answers.iter();
        let keys = answers.flat_map(|rows| self.keys_of(&insert.returning, rows));
        let keys: Vec<_> = keys.collect();
        let new = count(&outcomes, Outcome::Created);
        Ok(WriteOutcome {
            affected: new + count(&outcomes, Outcome::Updated),
            new,
            body: self.shown(keys, transaction).await?,
        })
    }

    async fn update(
        &self,
        payload: &Payload,
        transaction: &mut Transaction<'_>,
    ) -> Result<WriteOutcome, Failure> {
        let resource = self.parsed.resource;
        let set = payload_plans::assignments(resource, payload)?;
        // The filters leave out the deleted rows already.
        let visibility = self.service.visibility().with_deleted();
        let mut keys = Vec::new();
        for filter in self.filters(transaction).await? {
            let update = plan::changing(visibility, resource, (*filter).clone(), set.clone());
            let Some(update) = update else {
                break;
            };
            let statement = self.service.app.statements.update(&update);
            let rows = self.fetch(transaction, &statement).await?;
            keys.extend(self.keys_of(&update.returning, &rows));
        }
        Ok(WriteOutcome {
            affected: keys.len() as u64,
            new: 0,
            body: self.shown(keys, transaction).await?,
        })
    }

    /// Deletes or soft-deletes rows. The rows of the answer are read before.
    async fn delete(&self, transaction: &mut Transaction<'_>) -> Result<WriteOutcome, Failure> {
        let resource = self.parsed.resource;
        let statements = &self.service.app.statements;
        let before = match self.write.returning {
            Returning::Count => None,
            Returning::Rows(body) => {
                let statement = statements.read(self.plan);
                let rows = self.fetch(transaction, &statement).await?;
                Some((rows, check_format(body)?))
            }
        };
        // The filters leave out the deleted rows already.
        let visibility = self.service.visibility().with_deleted();
        let mut affected = 0;
        for filter in self.filters(transaction).await? {
            let filter = (*filter).clone();
            let rows = match plan::soft_delete(visibility, resource, filter.clone())? {
                Some(update) => self.fetch(transaction, &statements.update(&update)).await?,
                None => {
                    let delete = Delete {
                        returning: resource.key.clone(),
                        ..plan::delete(visibility, resource, filter)?
                    };
                    self.fetch(transaction, &statements.delete(&delete)).await?
                }
            };
            affected += rows.len() as u64;
        }
        let body = match before {
            None => String::new(),
            Some((rows, body)) => {
                // A trigger may have kept some of the rows.
                let statement = statements.read(self.plan);
                let left = self.fetch(transaction, &statement).await?;
                deleted_rows(self.plan, rows, left, body)?
            }
        };
        Ok(WriteOutcome {
            affected,
            new: 0,
            body,
        })
    }

    /// The body with the rows that have these keys, if the request asks for it.
    async fn shown(
        &self,
        keys: Vec<Vec<Value>>,
        transaction: &mut Transaction<'_>,
    ) -> Result<String, Failure> {
        let Returning::Rows(body) = self.write.returning else {
            return Ok(String::new());
        };
        let body = check_format(body)?;
        let mut plan = self.plan.clone();
        let mut answers = Vec::new();
        for filter in self.by_keys(&keys) {
            plan.root.filter = filter;
            let statement = self.service.app.statements.read(&plan);
            answers.push(self.fetch(transaction, &statement).await?);
        }
        Ok(WholeBody::of(&plan, &answers, body)?.text)
    }

    /// Filters for the rows that change. An `UPDATE` or a `DELETE` cannot embed, so rows that are
    /// filtered by their embeds are looked up by a read before.
    async fn filters(
        &self,
        transaction: &mut Transaction<'_>,
    ) -> Result<Vec<VisibleFilter>, Failure> {
        fn looks_at_embeds(filter: &Filter) -> bool {
            !filter.embeds.is_empty() || filter.groups.iter().any(looks_at_embeds)
        }
        if !looks_at_embeds(&self.plan.root.filter) {
            return Ok(vec![self.plan.root.filter.clone()]);
        }
        let Some(plan) = plan::keys(self.plan) else {
            return Err(not_implemented(
                "a change of rows by what they embed",
                "the table has no key to find them by",
            ));
        };
        let resource = self.parsed.resource;
        let statement = self.service.app.statements.read(&plan);
        let rows = self.fetch(transaction, &statement).await?;
        let keys = self.keys_of(&resource.key, &rows);
        Ok(self.by_keys(&keys))
    }

    /// Filters for the rows with these keys, which the request has seen or written a moment ago.
    fn by_keys(&self, keys: &[Vec<Value>]) -> Vec<VisibleFilter> {
        let resource = self.parsed.resource;
        let visibility = self.service.visibility().with_deleted();
        let filters = payload_plans::by_keys(resource, keys).into_iter();
        let filters = filters.map(|filter| visibility.filter(resource, filter));
        filters.collect()
    }

    async fn fetch(
        &self,
        transaction: &mut Transaction<'_>,
        statement: &Statement<'_>,
    ) -> Result<Rows, Failure> {
        let rows = transaction.fetch(statement).await;
        rows.map_err(|error| of_sqlite(self.parsed, error))
    }

    fn keys_of(&self, returned: &[usize], rows: &Rows) -> Vec<Vec<Value>> {
        let resource = self.parsed.resource;
        let key = |row| {
            let values = resource.key.iter().map(|column| {
                let at = returned.iter().position(|returned| returned == column);
                let cell = at.map_or(Cell::Null, |at| rows.cell(row, at));
                value(&resource.columns[*column].data_type, cell)
            });
            values.collect()
        };
        (0..rows.len()).map(key).collect()
    }
}

fn count(outcomes: &[Outcome], wanted: Outcome) -> u64 {
    let those = outcomes.iter().filter(|outcome| **outcome == wanted);
    those.count() as u64
}

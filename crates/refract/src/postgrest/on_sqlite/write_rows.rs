//! Writes on SQLite, by plans of typed columns.

use futures_util::{FutureExt, future::BoxFuture};

use super::{
    payload_plans,
    read_rows::{found, gone, lacks, refuse_plans, served, worded},
};
use crate::postgrest::{
    request::write_request::Change,
    write_table::{Done, Verb, end, marked_in_the_way},
};
use crate::{
    codec::{Cell, Value, value},
    db::{DbError, Isolation, Rows, Transaction},
    error::Error,
    executor::{self as engine, Outcome, Session},
    postgrest::{
        emit::write_statements::Returning,
        request::payload::Payload,
        service::{Asked, Failure, Front},
    },
    query::{
        plan::{self, Delete, Filter, VisibleFilter, select_node::Query},
        sql::Statement,
    },
};

/// Writes; what is done stays only where its answer is no refusal.
pub async fn run(
    front: &Front,
    asked: &Asked<'_>,
    change: &Change,
    plan: &Query,
) -> Result<Done, Failure> {
    refuse_plans(asked)?;
    let work = Work {
        front,
        asked,
        change,
        plan,
    };
    let end = end(front, asked, change);
    let end = |done: &Done| end(done.affected);
    engine::run_with_retry(&front.app.db, Isolation::default(), &work, end).await
}

struct Work<'work> {
    front: &'work Front,
    asked: &'work Asked<'work>,
    change: &'work Change,
    /// The rows that it is about, as the answer shows them.
    plan: &'work Query,
}

impl engine::TransactionBody for Work<'_> {
    type Output = Done;
    type Error = Failure;

    fn run<'run>(
        &'run self,
        transaction: &'run mut Transaction<'_>,
    ) -> BoxFuture<'run, Result<Done, Failure>> {
        self.perform(transaction).boxed()
    }

    fn transaction_error(&self, fault: DbError) -> Failure {
        worded(self.asked, fault)
    }
}

impl Work<'_> {
    async fn perform(&self, transaction: &mut Transaction<'_>) -> Result<Done, Failure> {
        let resource = &self.asked.resource;
        let shows = matches!(self.change.returning, Returning::Rows(_));
        if shows && resource.key.is_empty() {
            return Err(lacks(
                "return=representation",
                "the table has no key to read its rows by",
            ));
        }
        match (self.change.verb, &self.change.payload) {
            (Verb::Insert | Verb::Put, Some(payload)) => self.insert(payload, transaction).await,
            (Verb::Update, Some(payload)) => self.update(payload, transaction).await,
            _ => self.delete(transaction).await,
        }
    }

    async fn insert(
        &self,
        payload: &Payload,
        transaction: &mut Transaction<'_>,
    ) -> Result<Done, Failure> {
        let Change {
            on_conflict,
            defaults,
            ..
        } = self.change;
        let insert = payload_plans::rows(
            self.front.visibility(),
            &self.asked.resource,
            payload,
            on_conflict,
            *defaults,
        )?;
        let mut session = Session::In(transaction);
        let inserted =
            engine::insert_what_may(&mut session, &self.front.app.statements, &insert).await;
        let has_code = |error: &Error| error.db_error().is_some_and(|it| it.code.is_some());
        let (answers, outcomes) = inserted.map_err(|error| match error {
            // The engine has found the conflict: those that SQLite reports have a code.
            Error::Conflict { .. } if self.change.must_write.is_some() && !has_code(&error) => {
                marked_in_the_way(self.asked, self.change).into()
            }
            error => match error.into_db_error() {
                Ok(error) => worded(self.asked, error),
                Err(other) => other.into(),
            },
        })?;
        let answers = answers.iter();
        let keys = answers.flat_map(|rows| self.keys_of(&insert.returning, rows));
        let keys: Vec<_> = keys.collect();
        let new = count(&outcomes, Outcome::Created);
        Ok(Done {
            affected: new + count(&outcomes, Outcome::Updated),
            new,
            body: self.shown(keys, transaction).await?,
        })
    }

    async fn update(
        &self,
        payload: &Payload,
        transaction: &mut Transaction<'_>,
    ) -> Result<Done, Failure> {
        let resource = &self.asked.resource;
        let set = payload_plans::assignments(resource, payload)?;
        let mut keys = Vec::new();
        for filter in self.filters(transaction).await? {
            let Some(update) = plan::changing(resource, filter, set.clone()) else {
                break;
            };
            let statement = self.front.app.statements.update(&update);
            let rows = self.fetch(transaction, &statement).await?;
            keys.extend(self.keys_of(&update.returning, &rows));
        }
        Ok(Done {
            affected: keys.len() as u64,
            new: 0,
            body: self.shown(keys, transaction).await?,
        })
    }

    /// Deletes rows, or marks them. What is answered is read before it is gone.
    async fn delete(&self, transaction: &mut Transaction<'_>) -> Result<Done, Failure> {
        let resource = &self.asked.resource;
        let statements = &self.front.app.statements;
        let before = match self.change.returning {
            Returning::Count => None,
            Returning::Rows(body) => {
                let statement = statements.query(self.plan);
                let rows = self.fetch(transaction, &statement).await?;
                Some((rows, served(body)?))
            }
        };
        let mut affected = 0;
        for filter in self.filters(transaction).await? {
            let rows = match plan::soft_deletion(resource) {
                Some(mark) => match plan::changing(resource, filter, vec![mark]) {
                    Some(update) => self.fetch(transaction, &statements.update(&update)).await?,
                    None => Rows::none(),
                },
                None => {
                    let delete = Delete {
                        returning: resource.key.clone(),
                        ..plan::delete(resource, filter)?
                    };
                    self.fetch(transaction, &statements.delete(&delete)).await?
                }
            };
            affected += rows.len() as u64;
        }
        let body = match before {
            None => String::new(),
            Some((rows, body)) => {
                // Triggers may have left some of them where they are.
                let statement = statements.query(self.plan);
                let left = self.fetch(transaction, &statement).await?;
                gone(self.plan, rows, left, body)?
            }
        };
        Ok(Done {
            affected,
            new: 0,
            body,
        })
    }

    /// The rows with these keys, if they are to be answered.
    async fn shown(
        &self,
        keys: Vec<Vec<Value>>,
        transaction: &mut Transaction<'_>,
    ) -> Result<String, Failure> {
        let Returning::Rows(body) = self.change.returning else {
            return Ok(String::new());
        };
        let body = served(body)?;
        let mut plan = self.plan.clone();
        let mut answers = Vec::new();
        for filter in self.by_keys(keys) {
            plan.root.filter = filter;
            let statement = self.front.app.statements.query(&plan);
            answers.push(self.fetch(transaction, &statement).await?);
        }
        Ok(found(&plan, &answers, body)?.body)
    }

    /// Which rows the change is about. A change embeds nothing, so that rows that are told by what
    /// they embed are looked for before.
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
            return Err(lacks(
                "a change of rows by what they embed",
                "the table has no key to find them by",
            ));
        };
        let resource = &self.asked.resource;
        let statement = self.front.app.statements.query(&plan);
        let rows = self.fetch(transaction, &statement).await?;
        let keys = self.keys_of(&resource.key, &rows);
        Ok(self.by_keys(keys))
    }

    /// The rows with these keys. They were seen, or written, a moment ago.
    fn by_keys(&self, keys: Vec<Vec<Value>>) -> Vec<VisibleFilter> {
        let resource = &self.asked.resource;
        let visibility = self.front.visibility().with_deleted();
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
        rows.map_err(|fault| worded(self.asked, fault))
    }

    fn keys_of(&self, returned: &[usize], rows: &Rows) -> Vec<Vec<Value>> {
        let resource = &self.asked.resource;
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

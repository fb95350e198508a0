//! Writes on SQLite, by plans of typed columns.

use futures_util::{FutureExt, future::BoxFuture};

use super::{Change, Done, Verb, end};
use crate::{
    backend::{Fault, Isolation, Rows, Transaction},
    codec::{Cell, Value, value},
    error::Error,
    query::{
        lenient::{
            columns,
            write::{Payload, Returning},
        },
        plan::{self, Delete, Filter, level::Query},
    },
    rest::{
        Asked, Failure, Front,
        sqlite::{found, lacks, refuse_plans, served, worded},
    },
    write::{self as engine, Outcome, Session},
};

/// Writes; what is done stays only where its answer is no refusal.
pub(super) async fn run(
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
    let end = end(front, asked, change.verb);
    let end = |done: &Done| end(done.affected);
    engine::transact(&front.app.backend, Isolation::default(), &work, end).await
}

struct Work<'work> {
    front: &'work Front,
    asked: &'work Asked<'work>,
    change: &'work Change,
    /// The rows that it is about, as the answer shows them.
    plan: &'work Query,
}

impl engine::Work for Work<'_> {
    type Done = Done;
    type Failure = Failure;

    fn run<'run>(
        &'run self,
        transaction: &'run mut Transaction<'_>,
    ) -> BoxFuture<'run, Result<Done, Failure>> {
        self.perform(transaction).boxed()
    }

    fn explain(&self, fault: Fault) -> Failure {
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
        let insert = columns::rows(&self.asked.resource, payload, on_conflict, *defaults)?;
        let mut session = Session::In(transaction);
        let inserted = engine::insert(&mut session, &self.front.app.statements, &insert).await;
        let (answers, outcomes) = inserted.map_err(|error| match error {
            Error::Conflict { source, .. } | Error::Refused { source, .. } => {
                worded(self.asked, *source)
            }
            other => other.into(),
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
        let set = columns::assignments(resource, payload)?;
        let keys = match plan::changing(resource, self.filter()?, set) {
            None => Vec::new(),
            Some(update) => {
                let statement = self.front.app.statements.update(&update);
                let rows = transaction.fetch(&statement).await;
                let rows = rows.map_err(|fault| worded(self.asked, fault))?;
                self.keys_of(&update.returning, &rows)
            }
        };
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
        let filter = self.filter()?;
        let body = match self.change.returning {
            Returning::Count => String::new(),
            Returning::Rows(body) => {
                let rows = transaction.fetch(&statements.query(self.plan)).await;
                let rows = rows.map_err(|fault| worded(self.asked, fault))?;
                found(self.plan, &[rows], served(body)?)?.body
            }
        };
        let rows = match plan::mark(resource) {
            Some(mark) => match plan::changing(resource, filter, vec![mark]) {
                Some(update) => transaction.fetch(&statements.update(&update)).await,
                None => Ok(Rows::none()),
            },
            None => {
                let delete = Delete {
                    returning: resource.key.clone(),
                    ..plan::delete(resource, filter)?
                };
                transaction.fetch(&statements.delete(&delete)).await
            }
        };
        Ok(Done {
            affected: rows.map_err(|fault| worded(self.asked, fault))?.len() as u64,
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
        for filter in columns::by_keys(&self.asked.resource, keys) {
            plan.root.filter = filter;
            let statement = self.front.app.statements.query(&plan);
            let rows = transaction.fetch(&statement).await;
            answers.push(rows.map_err(|fault| worded(self.asked, fault))?);
        }
        Ok(found(&plan, &answers, body)?.body)
    }

    /// Which rows the change is about; they are told by their own columns only.
    fn filter(&self) -> Result<Filter, Failure> {
        fn looks_at_embeds(filter: &Filter) -> bool {
            !filter.embeds.is_empty() || filter.groups.iter().any(looks_at_embeds)
        }
        let filter = &self.plan.root.filter;
        if looks_at_embeds(filter) {
            return Err(lacks(
                "a change of rows by what they embed",
                "SQLite cannot say it",
            ));
        }
        Ok(filter.clone())
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

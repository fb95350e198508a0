//! Reads of one row by its key, several in one statement while others are under way.
//!
//! A few connections are kept for them. A read that finds one of them free is sent at once, alone.
//! Other reads join a batch with the same text, and the next free connection runs the batch as `key
//! = ANY($1)`. No read waits for others to come, and none joins a batch that has been sent. So a
//! read sees whatever was committed before it arrived.
//!
//! Only reads with the same text and the same further values share a batch. The text names the
//! resource, the columns, the key and the policies; the further values are the claims that the
//! policies compare. Whatever else decides what a caller may see has to become part of the text, or
//! of [`Batch`].

use std::{
    borrow::Cow,
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;
use tokio_postgres::Row;

use super::{
    connector::Connector,
    pipeline::{Attempt, PipelineClass},
    pooled_connection::PooledConnection,
};
use crate::{
    codec::Value,
    db::{DbError, DbErrorKind, Rows, result_rows::cell_bytes},
    query::sql::{KeyType, Many, Sql, Statement},
};

/// Most keys in one statement.
const MAX_KEYS: usize = 64;
/// How long every connection may be busy with one statement before reads stop waiting for them.
const BLOCKED_FOR: Duration = Duration::from_millis(100);
/// How often a connection is checked whose statement no request waits for any more.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

pub(super) struct BatchLoader {
    connector: Arc<Connector>,
    queue: Mutex<Queue>,
}

struct Queue {
    /// Connections without a read.
    free: Vec<Arc<PooledConnection>>,
    batches: VecDeque<Batch>,
    /// All connections are blocked: reads do not wait for them.
    blocked: bool,
}

/// Reads that differ only in their keys.
struct Batch {
    sql: Arc<Sql>,
    /// The values after the key.
    others: Vec<Value>,
    loader: Vec<PendingKey>,
}

struct PendingKey {
    key: Value,
    answer: oneshot::Sender<Answer>,
}

enum Answer {
    Rows(Rows),
    /// The answer of the batch does not tell. The key has to be read alone.
    Alone,
    /// There was no answer in time.
    Late,
}

impl BatchLoader {
    pub(super) fn new(connector: Arc<Connector>, pool: Vec<Arc<PooledConnection>>) -> Arc<Self> {
        Arc::new(Self {
            connector,
            queue: Mutex::new(Queue {
                free: pool,
                batches: VecDeque::new(),
                blocked: false,
            }),
        })
    }

    /// The row with a key; `None` where the statement has to run alone.
    pub(super) async fn fetch(
        self: &Arc<Self>,
        statement: &Statement<'_>,
        any_other_open: impl Fn() -> bool,
    ) -> Option<Result<Rows, DbError>> {
        let [key, others @ ..] = statement.values.as_slice() else {
            return None;
        };
        let answer = {
            let mut queue = self.queue();
            match queue.free.pop() {
                Some(pooled) => Err(pooled),
                None if queue.blocked => return None,
                None => Ok(queue.enqueue(&statement.sql, key, others)),
            }
        };
        match answer {
            Err(pooled) => {
                let slot = Slot {
                    loader: self,
                    pooled,
                };
                let Some(connection) = slot.pooled.connection() else {
                    // Others are open, or report why none is. Where few can be opened, all
                    // statements share them.
                    if any_other_open() && !slot.pooled.is_refused() {
                        slot.pooled.open_in_background(&self.connector);
                    }
                    return None;
                };
                let class = PipelineClass::READS;
                match slot.pooled.run_on(&connection, statement, class).await {
                    Ok(Attempt::Done(rows)) => Some(Ok(Rows::postgres(rows))),
                    Ok(Attempt::Reroute | Attempt::Blocking) => None,
                    Err(error) => Some(Err(error)),
                }
            }
            Ok(answer) => match answer.await {
                Ok(Answer::Rows(rows)) => Some(Ok(rows)),
                Ok(Answer::Late) => Some(Err(DbError::of(DbErrorKind::Timeout))),
                Ok(Answer::Alone) | Err(_) => None,
            },
        }
    }

    /// Sends the waiting reads to other connections where all connections here are blocked. So a
    /// locked table does not block reads of other tables.
    pub(super) fn release_blocked(&self, pool: &[Arc<PooledConnection>]) {
        let is_blocked = |pooled: &Arc<PooledConnection>| pooled.busy_for() > BLOCKED_FOR;
        if !pool.iter().all(is_blocked) {
            return;
        }
        let batches = {
            let mut queue = self.queue();
            queue.blocked = queue.free.is_empty();
            if queue.blocked {
                std::mem::take(&mut queue.batches)
            } else {
                VecDeque::new()
            }
        };
        for pending in batches.into_iter().flat_map(|batch| batch.loader) {
            // A request that is gone needs no answer.
            let _ = pending.answer.send(Answer::Alone);
        }
    }

    /// Runs batch after batch until none waits.
    async fn serve(self: Arc<Self>, pooled: Arc<PooledConnection>, mut batch: Batch) {
        // However this ends, the connection is handed over.
        let slot = Slot {
            loader: &self,
            pooled,
        };
        loop {
            batch.loader.retain(|pending| !pending.answer.is_closed());
            if let Some(many) = &batch.sql.many
                && !batch.loader.is_empty()
            {
                self.load(&slot.pooled, many, batch.others, batch.loader)
                    .await;
            }
            let next = {
                let mut queue = self.queue();
                queue.blocked = false;
                queue.batches.pop_front()
            };
            let Some(next) = next else {
                return;
            };
            batch = next;
        }
    }

    async fn load(
        &self,
        pooled: &Arc<PooledConnection>,
        many: &Many,
        others: Vec<Value>,
        loader: Vec<PendingKey>,
    ) {
        let keys = loader.iter().map(|pending| pending.key.clone()).collect();
        let values = std::iter::once(Value::Array(keys)).chain(others);
        let statement = Statement {
            sql: many.sql.clone(),
            values: values.map(Cow::Owned).collect(),
            bounded: false,
        };
        let rows = pooled
            .run(&self.connector, &statement, PipelineClass::READS)
            .await;
        let is_late = rows
            .as_ref()
            .is_err_and(|error| error.kind == DbErrorKind::Timeout && error.code.is_none());
        // One key alone may have caused the error, so each is read alone then.
        let rows = match rows {
            Ok(Attempt::Done(rows)) => Some(Arc::new(rows)),
            _ => None,
        };
        let found: Vec<Option<usize>> = loader
            .iter()
            .map(|pending| {
                let rows = rows.as_ref()?;
                rows.iter().position(|row| many.key.is(&pending.key, row))
            })
            .collect();
        // A row without a request has a key that the database takes for another spelling.
        let distinct = found
            .iter()
            .flatten()
            .collect::<std::collections::HashSet<_>>();
        let all_known = rows
            .as_ref()
            .is_some_and(|rows| distinct.len() == rows.len());
        for (pending, found) in loader.into_iter().zip(found) {
            let answer = match (&rows, found) {
                (Some(rows), Some(row)) => Answer::Rows(Rows::shared(rows.clone(), row)),
                (Some(_), None) if all_known => Answer::Rows(Rows::none()),
                (None, _) if is_late => Answer::Late,
                _ => Answer::Alone,
            };
            // A request that is gone needs no answer.
            let _ = pending.answer.send(answer);
        }
    }

    /// Gives a connection to the next batch, or keeps it as free.
    fn hand_over(self: &Arc<Self>, pooled: Arc<PooledConnection>) {
        let mut queue = self.queue();
        queue.blocked = false;
        match queue.batches.pop_front() {
            Some(batch) => {
                drop(queue);
                tokio::spawn(self.clone().serve(pooled, batch));
            }
            None => queue.free.push(pooled),
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn enqueue(
        &mut self,
        sql: &Arc<Sql>,
        key: &Value,
        others: &[Cow<'_, Value>],
    ) -> oneshot::Receiver<Answer> {
        let (answer, receiver) = oneshot::channel();
        let pending = PendingKey {
            key: key.clone(),
            answer,
        };
        let open = self.batches.iter_mut().find(|batch| {
            Arc::ptr_eq(&batch.sql, sql)
                && batch.loader.len() < MAX_KEYS
                && batch.others.iter().eq(others.iter().map(|value| &**value))
        });
        match open {
            Some(batch) => batch.loader.push(pending),
            None => self.batches.push_back(Batch {
                sql: sql.clone(),
                others: others.iter().map(|value| (**value).clone()).collect(),
                loader: vec![pending],
            }),
        }
        receiver
    }
}

/// The use of a connection for one read or batch. Dropping it hands the connection over.
struct Slot<'a> {
    loader: &'a Arc<BatchLoader>,
    pooled: Arc<PooledConnection>,
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        let (loader, pooled) = (self.loader.clone(), self.pooled.clone());
        if pooled.in_flight() == 0 {
            loader.hand_over(pooled);
            return;
        }
        // The request is gone and its statement still runs. No other read should wait for that.
        tokio::spawn(async move {
            while pooled.in_flight() > 0 {
                tokio::time::sleep(POLL_INTERVAL).await;
            }
            loader.hand_over(pooled);
        });
    }
}

impl KeyType {
    /// Whether a row, whose key is its last column, has this key.
    fn is(self, key: &Value, row: &Row) -> bool {
        let Some(cell) = cell_bytes(row, row.len().saturating_sub(1)) else {
            return false;
        };
        match (self, key) {
            (Self::Text, Value::Text(text)) => cell == text.as_bytes(),
            (Self::Uuid, Value::Text(text)) => {
                uuid::Uuid::try_parse(text).is_ok_and(|id| id.as_bytes() == cell)
            }
            (Self::Integer, Value::Int(number)) => match cell.len() {
                2 => i16::try_from(*number).is_ok_and(|it| it.to_be_bytes() == cell),
                4 => i32::try_from(*number).is_ok_and(|it| it.to_be_bytes() == cell),
                _ => number.to_be_bytes() == cell,
            },
            _ => false,
        }
    }
}

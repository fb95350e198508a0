//! Reads of one row by its key, several in one statement while others are under way.
//!
//! A few lanes are kept for them. A look-up that finds one free goes at once, alone. One that does
//! not joins those that wait for the same text, and the next lane to get free takes them all as
//! `key = ANY($1)`. Nobody waits for company, and nobody joins a statement that has been sent, so
//! that a read sees whatever was committed before it arrived. Only look-ups of one text, which
//! names resource, columns and key, are ever put together: what else decides what a caller may
//! see has to become part of the text, or of [`Group`].

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
    pooled_connection::{Company, Lane, Ran},
};
use crate::{
    codec::Value,
    db::{DbError, DbErrorKind, Rows, result_rows::raw},
    query::sql::{KeyType, Many, Sql, Statement},
};

/// Most keys in one statement.
const MAX_KEYS: usize = 64;
/// How long the server may be at one statement on every lane before nobody waits for them.
const HELD_UP: Duration = Duration::from_millis(100);
/// How often a lane is looked at on which a statement runs that nobody waits for.
const LEFT_BEHIND: Duration = Duration::from_millis(20);

pub(super) struct Lookups {
    connector: Arc<Connector>,
    waiting: Mutex<Waiting>,
}

struct Waiting {
    /// Lanes that no look-up is under way on.
    free: Vec<Arc<Lane>>,
    groups: VecDeque<Group>,
    /// All lanes are held up: nobody waits for them.
    held_up: bool,
}

/// Look-ups that differ in their keys only.
struct Group {
    sql: Arc<Sql>,
    lookups: Vec<Lookup>,
}

struct Lookup {
    key: Value,
    answer: oneshot::Sender<Answer>,
}

enum Answer {
    Rows(Rows),
    /// The answer for many does not tell: ask for this one by itself.
    Alone,
    /// There was none, for as long as anybody waits.
    Late,
}

impl Lookups {
    pub(super) fn new(connector: Arc<Connector>, lanes: Vec<Arc<Lane>>) -> Arc<Self> {
        Arc::new(Self {
            connector,
            waiting: Mutex::new(Waiting {
                free: lanes,
                groups: VecDeque::new(),
                held_up: false,
            }),
        })
    }

    /// The row of a key; `None` where the statement has to be run by itself.
    pub(super) async fn fetch(
        self: &Arc<Self>,
        statement: &Statement<'_>,
        others_open: impl Fn() -> bool,
    ) -> Option<Result<Rows, DbError>> {
        let [key] = statement.values.as_slice() else {
            return None;
        };
        let answer = {
            let mut waiting = self.waiting();
            match waiting.free.pop() {
                Some(lane) => Err(lane),
                None if waiting.held_up => return None,
                None => Ok(waiting.join(&statement.sql, key)),
            }
        };
        match answer {
            Err(lane) => {
                let turn = Turn {
                    lookups: self,
                    lane,
                };
                let Some(connection) = turn.lane.connection() else {
                    // Others are open, or tell why none is. Where few can be had, they are for all.
                    if others_open() && !turn.lane.is_refused() {
                        turn.lane.open_in_background(&self.connector);
                    }
                    return None;
                };
                let company = Company::READS;
                match turn.lane.run_on(&connection, statement, company).await {
                    Ok(Ran::Done(rows)) => Some(Ok(Rows::postgres(rows))),
                    Ok(Ran::Elsewhere | Ran::HoldsUp) => None,
                    Err(fault) => Some(Err(fault)),
                }
            }
            Ok(answer) => match answer.await {
                Ok(Answer::Rows(rows)) => Some(Ok(rows)),
                Ok(Answer::Late) => Some(Err(DbError::of(DbErrorKind::Timeout))),
                Ok(Answer::Alone) | Err(_) => None,
            },
        }
    }

    /// Sends those elsewhere who wait, where the server does not come to an end with what it is at
    /// on any of the lanes: a table that is locked holds up the reads of no other.
    pub(super) fn look_after(&self, lanes: &[Arc<Lane>]) {
        let is_held_up = |lane: &Arc<Lane>| lane.busy_for() > HELD_UP;
        if !lanes.iter().all(is_held_up) {
            return;
        }
        let groups = {
            let mut waiting = self.waiting();
            waiting.held_up = waiting.free.is_empty();
            if waiting.held_up {
                std::mem::take(&mut waiting.groups)
            } else {
                VecDeque::new()
            }
        };
        for lookup in groups.into_iter().flat_map(|group| group.lookups) {
            // Whoever has gone needs no answer.
            let _ = lookup.answer.send(Answer::Alone);
        }
    }

    /// Serves those who wait, group by group, until nobody does.
    async fn serve(self: Arc<Self>, lane: Arc<Lane>, mut group: Group) {
        // However this ends, the lane is given on.
        let turn = Turn {
            lookups: &self,
            lane,
        };
        loop {
            group.lookups.retain(|lookup| !lookup.answer.is_closed());
            if let Some(many) = &group.sql.many
                && !group.lookups.is_empty()
            {
                self.answer(&turn.lane, many, group.lookups).await;
            }
            let next = {
                let mut waiting = self.waiting();
                waiting.held_up = false;
                waiting.groups.pop_front()
            };
            let Some(next) = next else {
                return;
            };
            group = next;
        }
    }

    async fn answer(&self, lane: &Arc<Lane>, many: &Many, lookups: Vec<Lookup>) {
        let keys = lookups.iter().map(|lookup| lookup.key.clone()).collect();
        let statement = Statement {
            sql: many.sql.clone(),
            values: vec![Cow::Owned(Value::Array(keys))],
            bounded: false,
        };
        let rows = lane.run(&self.connector, &statement, Company::READS).await;
        let is_late = rows
            .as_ref()
            .is_err_and(|fault| fault.kind == DbErrorKind::Timeout && fault.code.is_none());
        // What went wrong may be one key's fault alone: each then hears of it by itself.
        let rows = match rows {
            Ok(Ran::Done(rows)) => Some(Arc::new(rows)),
            _ => None,
        };
        let found: Vec<Option<usize>> = lookups
            .iter()
            .map(|lookup| {
                let rows = rows.as_ref()?;
                rows.iter().position(|row| many.key.is(&lookup.key, row))
            })
            .collect();
        // A row that belongs to nobody is one whose key the database takes for another spelling.
        let distinct = found
            .iter()
            .flatten()
            .collect::<std::collections::HashSet<_>>();
        let all_known = rows
            .as_ref()
            .is_some_and(|rows| distinct.len() == rows.len());
        for (lookup, found) in lookups.into_iter().zip(found) {
            let answer = match (&rows, found) {
                (Some(rows), Some(row)) => Answer::Rows(Rows::shared(rows.clone(), row)),
                (Some(_), None) if all_known => Answer::Rows(Rows::none()),
                (None, _) if is_late => Answer::Late,
                _ => Answer::Alone,
            };
            // Whoever has gone needs no answer.
            let _ = lookup.answer.send(answer);
        }
    }

    /// Gives a lane to those who wait, or puts it by.
    fn pass_on(self: &Arc<Self>, lane: Arc<Lane>) {
        let mut waiting = self.waiting();
        waiting.held_up = false;
        match waiting.groups.pop_front() {
            Some(group) => {
                drop(waiting);
                tokio::spawn(self.clone().serve(lane, group));
            }
            None => waiting.free.push(lane),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn join(&mut self, sql: &Arc<Sql>, key: &Value) -> oneshot::Receiver<Answer> {
        let (answer, receiver) = oneshot::channel();
        let lookup = Lookup {
            key: key.clone(),
            answer,
        };
        let open = self
            .groups
            .iter_mut()
            .find(|group| Arc::ptr_eq(&group.sql, sql) && group.lookups.len() < MAX_KEYS);
        match open {
            Some(group) => group.lookups.push(lookup),
            None => self.groups.push_back(Group {
                sql: sql.clone(),
                lookups: vec![lookup],
            }),
        }
        receiver
    }
}

/// A look-up's time on a lane, passed on however it ends.
struct Turn<'a> {
    lookups: &'a Arc<Lookups>,
    lane: Arc<Lane>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let (lookups, lane) = (self.lookups.clone(), self.lane.clone());
        if lane.in_flight() == 0 {
            lookups.pass_on(lane);
            return;
        }
        // Whoever waited has gone, and the server is still at it: nobody else should wait for that.
        tokio::spawn(async move {
            while lane.in_flight() > 0 {
                tokio::time::sleep(LEFT_BEHIND).await;
            }
            lookups.pass_on(lane);
        });
    }
}

impl KeyType {
    /// Whether a row, whose key is its last column, is that of `key`.
    fn is(self, key: &Value, row: &Row) -> bool {
        let Some(cell) = raw(row, row.len().saturating_sub(1)) else {
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

//! How many connections may be used exclusively, in all and for one table.
//!
//! One table gets at most twice as many as are left for other tables. So however many requests wait
//! for a locked table, requests for other tables find a connection.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use crate::query::sql::TableId;

/// Connections that one table may use, for each connection that is left.
const SHARE: usize = 2;

/// A semaphore that counts permits for each table.
#[derive(Default)]
pub(super) struct TableLimit(Mutex<State>);

#[derive(Default)]
struct State {
    max: usize,
    in_use: usize,
    /// The number of permits of each table that has any.
    tables: Vec<(TableId, usize)>,
    waiting: VecDeque<(TableId, oneshot::Sender<TablePermit>)>,
}

/// The right to use one connection exclusively. Dropping it gives it back.
pub(super) struct TablePermit {
    limit: Arc<TableLimit>,
    table: TableId,
}

impl TableLimit {
    /// Sets how many permits there are in all.
    pub(super) fn set_max(self: &Arc<Self>, max: usize) {
        {
            let mut state = self.state();
            if state.max == max {
                return;
            }
            state.max = max;
        }
        self.grant_waiting();
    }

    /// A permit, or a receiver that gets one later.
    pub(super) fn acquire(
        self: &Arc<Self>,
        table: TableId,
    ) -> Result<TablePermit, oneshot::Receiver<TablePermit>> {
        let mut state = self.state();
        if state.has_room(table) {
            state.take(table);
            return Ok(self.permit(table));
        }
        let (sender, receiver) = oneshot::channel();
        // Requests that have timed out no longer wait.
        state.waiting.retain(|(_, sender)| !sender.is_closed());
        state.waiting.push_back((table, sender));
        Err(receiver)
    }

    /// Gives free permits to those that wait, in the order in which they came.
    fn grant_waiting(self: &Arc<Self>) {
        loop {
            let next = {
                let mut state = self.state();
                state.waiting.retain(|(_, sender)| !sender.is_closed());
                let mut waiting = state.waiting.iter();
                let Some(place) = waiting.position(|(table, _)| state.has_room(*table)) else {
                    return;
                };
                let next = state.waiting.remove(place);
                if let Some((table, _)) = next {
                    state.take(table);
                }
                next
            };
            let Some((table, sender)) = next else { return };
            // Where the receiver is gone by now, dropping the permit gives it back.
            drop(sender.send(self.permit(table)));
        }
    }

    fn permit(self: &Arc<Self>, table: TableId) -> TablePermit {
        TablePermit {
            limit: self.clone(),
            table,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn has_room(&self, table: TableId) -> bool {
        let left = self.max.saturating_sub(self.in_use);
        let found = self.tables.iter().find(|(one, _)| *one == table);
        let of_table = found.map_or(0, |(_, count)| *count);
        let is_last = left == 1 && self.max > 1;
        left > 0 && of_table < SHARE * left && !(is_last && of_table > 0)
    }

    fn take(&mut self, table: TableId) {
        self.in_use += 1;
        match self.tables.iter_mut().find(|(one, _)| *one == table) {
            Some((_, count)) => *count += 1,
            None => self.tables.push((table, 1)),
        }
    }

    fn give_back(&mut self, table: TableId) {
        self.in_use -= 1;
        if let Some(place) = self.tables.iter().position(|(one, _)| *one == table) {
            self.tables[place].1 -= 1;
            if self.tables[place].1 == 0 {
                self.tables.swap_remove(place);
            }
        }
    }
}

impl Drop for TablePermit {
    fn drop(&mut self) {
        self.limit.state().give_back(self.table);
        self.limit.grant_waiting();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acquired(limit: &Arc<TableLimit>, table: usize) -> Vec<TablePermit> {
        let acquire = || limit.acquire(TableId::from_number(table)).ok();
        std::iter::from_fn(acquire).collect()
    }

    #[test]
    fn no_table_takes_all_and_what_is_given_back_goes_to_the_next() {
        let limit = Arc::new(TableLimit::default());
        limit.set_max(14);
        let all = [1, 2, 3, 4].map(|table| acquired(&limit, table));
        assert_eq!(all.each_ref().map(Vec::len), [10, 3, 1, 0]);
        let mut waits = limit.acquire(TableId::from_number(4)).err().expect("waits");
        assert!(waits.try_recv().is_err());
        drop(all);
        assert!(waits.try_recv().is_ok());
        assert_eq!(limit.state().in_use, 0);
    }

    #[test]
    fn the_last_of_several_connections_is_for_another_table() {
        let limit = Arc::new(TableLimit::default());
        for (max, expected) in [(1, 1), (2, 1), (3, 2)] {
            limit.set_max(max);
            let first = acquired(&limit, 1);
            assert_eq!(first.len(), expected);
            assert_eq!(acquired(&limit, 2).len(), max - expected);
        }
    }
}

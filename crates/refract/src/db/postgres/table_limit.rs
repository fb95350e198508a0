//! Who may have a lane to itself.
//!
//! So many at a time may, and of those that are about one table only a part: twice as many as are
//! left for others. However many requests wait for a table that is locked, others find a lane.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use crate::query::sql::TableId;

/// Lanes that one table may have, for each that is left.
const SHARE: usize = 2;

#[derive(Default)]
pub(super) struct Gate(Mutex<State>);

#[derive(Default)]
struct State {
    at_most: usize,
    inside: usize,
    /// How many are inside for each table that has any.
    tables: Vec<(TableId, usize)>,
    waiting: VecDeque<(TableId, oneshot::Sender<Pass>)>,
}

/// Somebody who is inside, for as long as it lives.
pub(super) struct Pass {
    gate: Arc<Gate>,
    table: TableId,
}

impl Gate {
    /// Lets so many in from here on.
    pub(super) fn resize(self: &Arc<Self>, at_most: usize) {
        {
            let mut state = self.state();
            if state.at_most == at_most {
                return;
            }
            state.at_most = at_most;
        }
        self.admit();
    }

    /// A pass, or the promise of one.
    pub(super) fn enter(self: &Arc<Self>, table: TableId) -> Result<Pass, oneshot::Receiver<Pass>> {
        let mut state = self.state();
        if state.admits(table) {
            state.enter(table);
            return Ok(self.pass(table));
        }
        let (sender, receiver) = oneshot::channel();
        // Those who could not wait any longer.
        state.waiting.retain(|(_, sender)| !sender.is_closed());
        state.waiting.push_back((table, sender));
        Err(receiver)
    }

    /// Lets in whom it can, in the order in which they came.
    fn admit(self: &Arc<Self>) {
        loop {
            let next = {
                let mut state = self.state();
                state.waiting.retain(|(_, sender)| !sender.is_closed());
                let mut waiting = state.waiting.iter();
                let Some(place) = waiting.position(|(table, _)| state.admits(*table)) else {
                    return;
                };
                let next = state.waiting.remove(place);
                if let Some((table, _)) = next {
                    state.enter(table);
                }
                next
            };
            let Some((table, sender)) = next else { return };
            // Whoever has gone meanwhile gives it back.
            drop(sender.send(self.pass(table)));
        }
    }

    fn pass(self: &Arc<Self>, table: TableId) -> Pass {
        Pass {
            gate: self.clone(),
            table,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn admits(&self, table: TableId) -> bool {
        let left = self.at_most.saturating_sub(self.inside);
        let found = self.tables.iter().find(|(one, _)| *one == table);
        let inside = found.map_or(0, |(_, inside)| *inside);
        let is_last = left == 1 && self.at_most > 1;
        left > 0 && inside < SHARE * left && !(is_last && inside > 0)
    }

    fn enter(&mut self, table: TableId) {
        self.inside += 1;
        match self.tables.iter_mut().find(|(one, _)| *one == table) {
            Some((_, inside)) => *inside += 1,
            None => self.tables.push((table, 1)),
        }
    }

    fn leave(&mut self, table: TableId) {
        self.inside -= 1;
        if let Some(place) = self.tables.iter().position(|(one, _)| *one == table) {
            self.tables[place].1 -= 1;
            if self.tables[place].1 == 0 {
                self.tables.swap_remove(place);
            }
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.gate.state().leave(self.table);
        self.gate.admit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entered(gate: &Arc<Gate>, table: usize) -> Vec<Pass> {
        let enter = || gate.enter(TableId::from_number(table)).ok();
        std::iter::from_fn(enter).collect()
    }

    #[test]
    fn no_table_takes_all_and_what_is_given_back_goes_to_the_next() {
        let gate = Arc::new(Gate::default());
        gate.resize(14);
        let all = [1, 2, 3, 4].map(|table| entered(&gate, table));
        assert_eq!(all.each_ref().map(Vec::len), [10, 3, 1, 0]);
        let mut waits = gate.enter(TableId::from_number(4)).err().expect("waits");
        assert!(waits.try_recv().is_err());
        drop(all);
        assert!(waits.try_recv().is_ok());
        assert_eq!(gate.state().inside, 0);
    }

    #[test]
    fn the_last_of_several_lanes_is_for_another_table() {
        let gate = Arc::new(Gate::default());
        for (at_most, expected) in [(1, 1), (2, 1), (3, 2)] {
            gate.resize(at_most);
            let first = entered(&gate, 1);
            assert_eq!(first.len(), expected);
            assert_eq!(entered(&gate, 2).len(), at_most - expected);
        }
    }
}

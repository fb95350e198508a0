//! Tables whose statements have blocked others on a shared connection.

use std::{
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crate::query::sql::TableId;

/// How long statements about a table share no connection after one has blocked others.
const BLOCKING_FOR: Duration = Duration::from_secs(2);

#[derive(Default)]
pub(super) struct BlockingTables {
    /// Tables, and until when they count. Most of the time it is empty.
    tables: RwLock<Vec<(TableId, Instant)>>,
    any: AtomicBool,
}

impl BlockingTables {
    /// Remembers that a statement about a table has blocked others.
    pub(super) fn add(&self, table: TableId) {
        let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        tables.retain(|(one, until)| *one != table && *until > now);
        tables.push((table, now + BLOCKING_FOR));
        self.any.store(true, Ordering::Release);
    }

    /// Whether statements about a table have blocked others a moment ago.
    pub(super) fn contain(&self, table: TableId) -> bool {
        if !self.any.load(Ordering::Acquire) {
            return false;
        }
        let now = Instant::now();
        let tables = self.tables.read().unwrap_or_else(PoisonError::into_inner);
        let mut tables = tables.iter().filter(|(_, until)| *until > now).peekable();
        if tables.peek().is_none() {
            self.any.store(false, Ordering::Release);
        }
        tables.any(|(one, _)| *one == table)
    }
}

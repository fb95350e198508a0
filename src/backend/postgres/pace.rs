//! How long statements take in the database, learned from their answers.
//!
//! A text that has proven quick may share a connection with others; one that is new or slow has a
//! connection to itself, since answers come in the order of the statements.

use std::{sync::atomic::Ordering, time::Duration};

use crate::query::sql::Sql;

/// Longest mean time of a statement that others may wait behind.
pub(super) const QUICK: Duration = Duration::from_millis(50);
/// Weight of the newest time in the mean, as a divisor.
const NEWEST: u32 = 8;

/// The mean time of a text; `None` before its first answer.
pub(super) fn usual(sql: &Sql) -> Option<Duration> {
    match sql.took.load(Ordering::Relaxed) {
        0 => None,
        micros => Some(Duration::from_micros(micros.into())),
    }
}

/// Whether a text has proven quick.
pub(super) fn is_quick(sql: &Sql) -> bool {
    usual(sql).is_some_and(|took| took <= QUICK)
}

/// Takes one more time into account.
pub(super) fn learn(sql: &Sql, took: Duration) {
    let took = u32::try_from(took.as_micros()).unwrap_or(u32::MAX).max(1);
    let mean = match sql.took.load(Ordering::Relaxed) {
        0 => took,
        mean => mean - mean / NEWEST + took / NEWEST,
    };
    // Two at once may lose one of them; the mean is none the worse for it.
    sql.took.store(mean.max(1), Ordering::Relaxed);
}

//! How long statements take in the database, learned from their answers.
//!
//! Answers on a connection come in the order of the statements. So only statements that have proven
//! quick share a connection; a new or slow one gets a connection to itself.

use std::{sync::atomic::Ordering, time::Duration};

use crate::query::sql::Sql;

/// Longest mean time of a statement that others may wait behind.
pub(super) const QUICK: Duration = Duration::from_millis(50);
/// The mean time recorded for a statement that has blocked others. A few quick runs make it quick
/// again.
const SLOW: Duration = Duration::from_millis(100);
/// How long a statement may wait for those before it while other connections are free.
const MAX_WAIT: Duration = Duration::from_micros(500);
/// Most statements in one pipeline while other connections are free.
const MAX_DEPTH: u32 = 8;
/// The weight of the newest time in the mean, as a divisor.
const NEWEST: u32 = 8;

/// The mean time of a statement; `None` before its first answer.
pub(super) fn mean(sql: &Sql) -> Option<Duration> {
    match sql.took.load(Ordering::Relaxed) {
        0 => None,
        micros => Some(Duration::from_micros(micros.into())),
    }
}

/// Whether a statement has proven quick.
pub(super) fn is_quick(sql: &Sql) -> bool {
    mean(sql).is_some_and(|took| took <= QUICK)
}

/// How many statements with this text are better sent on one connection than spread over several.
pub(super) fn pipeline_depth(sql: &Sql) -> usize {
    let least = sql.took_least.load(Ordering::Relaxed).max(1);
    let depth = u32::try_from(MAX_WAIT.as_micros()).unwrap_or(u32::MAX) / least;
    depth.clamp(1, MAX_DEPTH) as usize
}

/// Records that others have waited too long behind this statement. The next run gets a connection to
/// itself, and its time is learned there.
pub(super) fn record_slow(sql: &Sql) {
    let slow = u32::try_from(SLOW.as_micros()).unwrap_or(u32::MAX);
    sql.took.fetch_max(slow, Ordering::Relaxed);
}

/// Takes one more time into the mean.
pub(super) fn record(sql: &Sql, took: Duration) {
    let took = u32::try_from(took.as_micros()).unwrap_or(u32::MAX).max(1);
    let mean = match sql.took.load(Ordering::Relaxed) {
        0 => took,
        mean => mean - mean / NEWEST + took / NEWEST,
    };
    // Of two records at the same time one may be lost, which does not hurt the mean.
    sql.took.store(mean.max(1), Ordering::Relaxed);
    // The mean grows with the load on this process. The least time does not.
    let least = match sql.took_least.load(Ordering::Relaxed) {
        0 => took,
        least => took.min(least.saturating_add(least / NEWEST).saturating_add(1)),
    };
    sql.took_least.store(least, Ordering::Relaxed);
}

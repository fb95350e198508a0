//! How long statements take in the database, learned from their answers.
//!
//! A text that has proven quick may share a connection with others; one that is new or slow has a
//! connection to itself, since answers come in the order of the statements.

use std::{sync::atomic::Ordering, time::Duration};

use crate::query::sql::Sql;

/// Longest mean time of a statement that others may wait behind.
pub(super) const QUICK: Duration = Duration::from_millis(50);
/// What a statement is taken to need that has held others up: some quick ones and it is quick again.
const SLOW: Duration = Duration::from_millis(100);
/// Time that a statement may wait for those before it on a lane while there are other lanes.
const WAIT: Duration = Duration::from_micros(500);
/// Most statements that follow each other on a lane while there are other lanes.
const MAX_COMPANY: u32 = 8;
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

/// How many statements of this text are better sent together than over several lanes.
pub(super) fn company(sql: &Sql) -> usize {
    let least = sql.took_least.load(Ordering::Relaxed).max(1);
    let company = u32::try_from(WAIT.as_micros()).unwrap_or(u32::MAX) / least;
    company.clamp(1, MAX_COMPANY) as usize
}

/// Notes that others have waited behind this text for too long: the next has a lane to itself, and
/// what it takes there is learned.
pub(super) fn learn_slow(sql: &Sql) {
    let slow = u32::try_from(SLOW.as_micros()).unwrap_or(u32::MAX);
    sql.took.fetch_max(slow, Ordering::Relaxed);
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
    // The mean grows with the load on this process, the least does not.
    let least = match sql.took_least.load(Ordering::Relaxed) {
        0 => took,
        least => took.min(least.saturating_add(least / NEWEST).saturating_add(1)),
    };
    sql.took_least.store(least, Ordering::Relaxed);
}

//! Checks the connections in use for timeouts and for blocked statements. Requests on shared
//! connections set no timers themselves.

use std::{
    collections::VecDeque,
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use super::{
    batch_loader::BatchLoader, connector::Connector, latency, pooled_connection::PooledConnection,
};

/// How often the connections are checked.
const INTERVAL: Duration = Duration::from_millis(50);
/// How long reads wait behind a slow one before they are sent on other connections.
const BLOCKED_FOR: Duration = Duration::from_millis(400);

/// Where no connection makes progress, reads are diverted only once in this many rounds.
const DIVERT_ROUNDS: u32 = 4;

/// The connections that are checked, for as long as their pool lives.
pub(super) struct Watchdog {
    pub(super) connector: Arc<Connector>,
    /// Connections that statements share.
    pub(super) shared: Vec<Weak<PooledConnection>>,
    /// Connections that are kept for reads by key.
    pub(super) for_loader: Vec<Weak<PooledConnection>>,
    pub(super) loader: Weak<BatchLoader>,
}

impl Watchdog {
    pub(super) async fn run(self) {
        let count = self.shared.len() + self.for_loader.len();
        let mut begun: Vec<Unanswered> = (0..count).map(|_| Unanswered::default()).collect();
        for round in (0..=u32::MAX).cycle() {
            tokio::time::sleep(INTERVAL).await;
            let strong = |pool: &[Weak<PooledConnection>]| -> Option<Vec<Arc<PooledConnection>>> {
                pool.iter().map(Weak::upgrade).collect()
            };
            let (Some(shared), Some(reserved)) = (strong(&self.shared), strong(&self.for_loader))
            else {
                return;
            };
            let timeout = self.connector.request_timeout();
            for (pooled, begun) in shared.iter().chain(&reserved).zip(&mut begun) {
                if begun.is_overdue(pooled, timeout) {
                    pooled.give_up();
                }
            }
            self.divert(&shared, round);
            if let Some(loader) = self.loader.upgrade() {
                loader.release_blocked(&reserved);
            }
        }
    }

    /// Diverts reads that are blocked. The read that blocks them continues on a connection that
    /// counts for its table. This concerns a quarter of the connections at a time, and is rare
    /// where no connection makes progress: a database that is slow in general should not get every
    /// statement twice.
    fn divert(&self, pool: &[Arc<PooledConnection>], round: u32) {
        let progresses = |pooled: &Arc<PooledConnection>| {
            pooled.is_open() && !pooled.is_reserved() && pooled.busy_for() < latency::QUICK
        };
        let one_progresses = pool.iter().any(progresses);
        if !one_progresses && !round.is_multiple_of(DIVERT_ROUNDS) {
            return;
        }
        let is_blocked = |pooled: &&Arc<PooledConnection>| {
            pooled.in_flight() > 0
                && pooled.only_reads()
                && !pooled.is_reserved()
                && pooled.busy_for() > BLOCKED_FOR
        };
        let at_a_time = pool.len().div_ceil(4);
        for pooled in pool.iter().filter(is_blocked).take(at_a_time) {
            pooled.divert(&self.connector);
        }
    }
}

/// How many statements a connection had begun at past times, as far as they are unanswered.
#[derive(Default)]
struct Unanswered(VecDeque<(Instant, u32)>);

impl Unanswered {
    /// Whether a statement has waited longer than the timeout.
    fn is_overdue(&mut self, pooled: &PooledConnection, timeout: Duration) -> bool {
        let (begun, answered) = pooled.progress();
        let now = Instant::now();
        let is_unanswered = |count: u32| count.wrapping_sub(answered).cast_signed() > 0;
        while self
            .0
            .front()
            .is_some_and(|(_, count)| !is_unanswered(*count))
        {
            self.0.pop_front();
        }
        if is_unanswered(begun) && self.0.back().is_none_or(|(_, count)| *count != begun) {
            self.0.push_back((now, begun));
        }
        let first = self.0.front();
        let is_overdue = first.is_some_and(|(when, _)| now.duration_since(*when) > timeout);
        if is_overdue {
            self.0.clear();
        }
        is_overdue
    }
}

//! Looks after lanes while they are in use: nobody who has sent a statement looks at a clock.

use std::{
    collections::VecDeque,
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use super::{batch_loader::Lookups, connector::Connector, latency, pooled_connection::Lane};

/// How often lanes are looked at.
const INTERVAL: Duration = Duration::from_millis(50);
/// How long reads wait behind one that the server does not come to an end with.
const HELD_UP: Duration = Duration::from_millis(400);

/// In how many rounds lanes are diverted once where none goes on.
const SELDOM: u32 = 4;

/// The lanes that are looked after, for as long as their db lives.
pub(super) struct Watch {
    pub(super) connector: Arc<Connector>,
    /// Lanes of one server that statements share.
    pub(super) shared: Vec<Weak<Lane>>,
    /// Those that are kept for look-ups.
    pub(super) kept: Vec<Weak<Lane>>,
    pub(super) lookups: Weak<Lookups>,
}

impl Watch {
    pub(super) async fn run(self) {
        let count = self.shared.len() + self.kept.len();
        let mut begun: Vec<Begun> = (0..count).map(|_| Begun::default()).collect();
        for round in (0..=u32::MAX).cycle() {
            tokio::time::sleep(INTERVAL).await;
            let strong = |lanes: &[Weak<Lane>]| -> Option<Vec<Arc<Lane>>> {
                lanes.iter().map(Weak::upgrade).collect()
            };
            let (Some(shared), Some(kept)) = (strong(&self.shared), strong(&self.kept)) else {
                return;
            };
            let patience = self.connector.patience();
            for (lane, begun) in shared.iter().chain(&kept).zip(&mut begun) {
                if begun.is_overdue(lane, patience) {
                    lane.give_up();
                }
            }
            self.divert(&shared, round);
            if let Some(lookups) = self.lookups.upgrade() {
                lookups.look_after(&kept);
            }
        }
    }

    /// Sends reads elsewhere that are held up; the one that holds them up goes where the lanes of its
    /// table are counted, also where it is alone. A quarter of the lanes at a time, and seldom where
    /// none goes on: a database that is slow altogether is not asked for everything twice.
    fn divert(&self, lanes: &[Arc<Lane>], round: u32) {
        let goes_on = |lane: &Arc<Lane>| {
            lane.is_open() && !lane.is_reserved() && lane.busy_for() < latency::QUICK
        };
        let one_goes_on = lanes.iter().any(goes_on);
        if !one_goes_on && !round.is_multiple_of(SELDOM) {
            return;
        }
        let is_held_up = |lane: &&Arc<Lane>| {
            lane.in_flight() > 0
                && lane.only_reads()
                && !lane.is_reserved()
                && lane.busy_for() > HELD_UP
        };
        let at_a_time = lanes.len().div_ceil(4);
        for lane in lanes.iter().filter(is_held_up).take(at_a_time) {
            lane.divert(&self.connector);
        }
    }
}

/// How many statements a lane had begun at times in the past, as far as they are not answered.
#[derive(Default)]
struct Begun(VecDeque<(Instant, u32)>);

impl Begun {
    /// Whether a statement has waited for longer than that.
    fn is_overdue(&mut self, lane: &Lane, patience: Duration) -> bool {
        let (begun, answered) = lane.progress();
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
        let is_overdue = first.is_some_and(|(when, _)| now.duration_since(*when) > patience);
        if is_overdue {
            self.0.clear();
        }
        is_overdue
    }
}

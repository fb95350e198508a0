//! A timeout that every transferred byte extends, up to a limit. So clients must keep a minimum
//! rate, as with Apache's `MinRate`.

use std::time::Duration;

/// Milliseconds of a tick. The timeouts here are seconds.
pub(super) const TICK_MS: u64 = 250;

/// A time in ticks since the server started.
pub(super) type Tick = u32;

/// A timeout, and the rate that restores it.
#[derive(Debug, Clone, Copy)]
pub(super) struct MinRate {
    pub(super) limit: Duration,
    pub(super) bytes_per_sec: u32,
}

/// The time that is left for a client. Waiting uses it up and transferred bytes restore it, up to
/// the timeout. A client that sends a byte now and then runs out of it; a client above the minimum
/// rate does not.
#[derive(Debug)]
pub(super) struct RateTimer {
    left_ms: u64,
    since: Tick,
}

impl RateTimer {
    pub(super) fn new(timeout: MinRate) -> Self {
        Self {
            left_ms: millis(timeout.limit),
            since: 0,
        }
    }

    /// Begins to wait. Gives the tick at which no time is left.
    pub(super) fn begin_wait(&mut self, now: Tick) -> Tick {
        self.since = now;
        now.saturating_add(ticks(Duration::from_millis(self.left_ms)))
    }

    pub(super) fn end_wait(&mut self, now: Tick) {
        let waited = u64::from(now.saturating_sub(self.since)) * TICK_MS;
        self.left_ms = self.left_ms.saturating_sub(waited);
    }

    /// Counts transferred bytes.
    pub(super) fn add(&mut self, bytes: usize, timeout: MinRate) {
        let gained = (bytes as u64).saturating_mul(1000) / u64::from(timeout.bytes_per_sec);
        let max = millis(timeout.limit);
        self.left_ms = self.left_ms.saturating_add(gained).min(max);
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The duration in ticks, at least one.
pub(super) fn ticks(time: Duration) -> Tick {
    let ticks = millis(time).div_ceil(TICK_MS).max(1);
    Tick::try_from(ticks).unwrap_or(Tick::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: MinRate = MinRate {
        limit: Duration::from_secs(10),
        bytes_per_sec: 240,
    };

    /// Seconds after which a client at this rate is out of time, if ever.
    fn end(bytes_per_sec: usize) -> Option<u32> {
        let mut timer = RateTimer::new(PATIENCE);
        let mut now = 0;
        for second in 0..1000 {
            let deadline = timer.begin_wait(now);
            now += 4;
            if now >= deadline {
                return Some(second + 1);
            }
            timer.end_wait(now);
            timer.add(bytes_per_sec, PATIENCE);
        }
        None
    }

    #[test]
    fn dripping_gains_nothing_and_a_slow_line_all() {
        assert_eq!(end(0), Some(10));
        assert_eq!(end(1), Some(11));
        assert!(end(120).is_some());
        assert_eq!(end(300), None);
    }
}

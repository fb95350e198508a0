//! Whether a statement that has failed is tried again, and when.
//!
//! A read is tried again because it only reads, however it failed, as long as what failed was the
//! connection or the server. A write is tried again only where it is known that nothing has happened.

use std::time::{Duration, Instant};

use rand::Rng;

use super::CONFLICT_RETRIES;
use crate::db::{DbError, DbErrorKind, Outcome, Repeat};

/// First pause before a read is tried again; doubles with every try.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Times that a statement whose plan has gone stale is prepared anew.
const STALE_RETRIES: u32 = 2;

/// The tries of one request.
pub(super) struct Tries {
    pub(super) repeat: Repeat,
    /// How often it may be tried again because of its connection.
    pub(super) at_most: u32,
    /// When the request is waited for no longer.
    pub(super) deadline: Instant,
    stale: u32,
    conflicts: u32,
    lost: u32,
}

impl Tries {
    pub(super) fn new(repeat: Repeat, at_most: u32, deadline: Instant) -> Self {
        Self {
            repeat,
            at_most,
            deadline,
            stale: 0,
            conflicts: 0,
            lost: 0,
        }
    }

    /// How long to wait before the next try.
    ///
    /// # Errors
    /// The fault as the request should hear of it, where there is none.
    pub(super) fn after(&mut self, fault: DbError, is_open: bool) -> Result<Duration, DbError> {
        match self.pause(&fault, is_open) {
            Some(pause) if Instant::now() + pause < self.deadline => Ok(pause),
            _ => Err(self.told(fault)),
        }
    }

    fn pause(&mut self, fault: &DbError, is_open: bool) -> Option<Duration> {
        let reads = self.repeat == Repeat::Allowed;
        match fault.kind {
            // A stale plan was refused before anything ran; the connection has dropped it.
            DbErrorKind::StalePlan => again(&mut self.stale, STALE_RETRIES, |_| Duration::ZERO),
            // Whoever loses a deadlock or a race has been rolled back. A standby does the same to
            // whoever reads what it has to change.
            DbErrorKind::SerializationFailure => {
                again(&mut self.conflicts, CONFLICT_RETRIES, conflict_pause)
            }
            // The connection was given up for another statement on it: there is time left.
            DbErrorKind::Timeout if reads && fault.outcome() == Outcome::Unknown => {
                again(&mut self.lost, self.at_most, |_| Duration::ZERO)
            }
            DbErrorKind::Unavailable | DbErrorKind::Interrupted if reads || fault.is_unsent() => {
                // On another connection, where there is one, at once.
                let pause = |tries| match tries {
                    0 if is_open => Duration::ZERO,
                    tries => pause(tries),
                };
                // What was never sent has no other reason to be waited for.
                let at_once_only = !reads && !is_open;
                again(&mut self.lost, self.at_most, pause).filter(|_| !at_once_only)
            }
            _ => None,
        }
    }

    /// What a request hears that is not tried again.
    fn told(&self, fault: DbError) -> DbError {
        match self.repeat {
            Repeat::Allowed if fault.is_passing() => fault.with_kind(DbErrorKind::Unavailable),
            Repeat::Allowed => fault,
            Repeat::Forbidden => fault.of_a_write(),
        }
    }
}

fn again(tries: &mut u32, at_most: u32, pause: impl FnOnce(u32) -> Duration) -> Option<Duration> {
    let before = *tries;
    *tries += 1;
    (before < at_most).then(|| pause(before))
}

/// A pause before what lost a race runs again: long enough to let the winner finish.
pub(in crate::db) fn conflict_pause(tries: u32) -> Duration {
    pause(tries) / 20
}

/// Exponential backoff with full jitter on the upper half.
pub(super) fn pause(tries: u32) -> Duration {
    let longest = FIRST_PAUSE
        .saturating_mul(1 << tries.min(16))
        .min(LONGEST_PAUSE);
    longest.mul_f64(rand::rng().random_range(0.5..=1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries(repeat: Repeat) -> Tries {
        Tries::new(repeat, 3, Instant::now() + Duration::from_secs(60))
    }

    #[test]
    fn a_write_of_which_nothing_is_known_is_never_sent_again() {
        for kind in [DbErrorKind::Interrupted, DbErrorKind::Timeout] {
            let told = tries(Repeat::Forbidden).after(DbError::of(kind), true);
            let error = told.expect_err("a write is not sent again");
            assert_eq!(error.kind, DbErrorKind::OutcomeUnknown);
        }
        // The server said that it has gone, and undone it; still it was sent.
        let told = tries(Repeat::Forbidden).after(DbError::of(DbErrorKind::Unavailable), true);
        let error = told.expect_err("a write is not sent again");
        assert_eq!(error.kind, DbErrorKind::Unavailable);
        let unsent = DbError::of(DbErrorKind::Interrupted).before_sending();
        assert!(tries(Repeat::Forbidden).after(unsent, true).is_ok());
    }

    #[test]
    fn a_read_is_tried_again_so_often_and_is_then_unavailable() {
        for kind in [
            DbErrorKind::Interrupted,
            DbErrorKind::Unavailable,
            DbErrorKind::SerializationFailure,
        ] {
            let mut tries = tries(Repeat::Allowed);
            let told = loop {
                match tries.after(DbError::of(kind), true) {
                    Ok(pause) => assert!(pause < LONGEST_PAUSE),
                    Err(told) => break told,
                }
            };
            assert_eq!(told.kind, DbErrorKind::Unavailable);
            assert!(tries.lost == 4 || tries.conflicts == CONFLICT_RETRIES + 1);
        }
    }

    #[test]
    fn nothing_is_tried_past_its_time() {
        let mut late = Tries::new(Repeat::Allowed, 3, Instant::now());
        assert!(
            late.after(DbError::of(DbErrorKind::Interrupted), true)
                .is_err()
        );
    }
}

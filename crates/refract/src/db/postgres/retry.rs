//! Whether a failed statement is tried again, and when.
//!
//! A read is tried again whenever the connection or the server has failed. A write is tried again
//! only where it is certain that nothing has happened.

use std::time::{Duration, Instant};

use rand::Rng;

use super::CONFLICT_RETRIES;
use crate::db::{DbError, DbErrorKind, Outcome, Repeat};

/// First pause before a read is tried again. It doubles with every try.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often a statement with a stale plan is prepared again.
const STALE_RETRIES: u32 = 2;

/// The retries of one request.
pub(super) struct Retries {
    pub(super) repeat: Repeat,
    /// How often it may be tried again after its connection broke.
    pub(super) max: u32,
    /// The deadline of the request.
    pub(super) deadline: Instant,
    stale: u32,
    conflicts: u32,
    connection_lost: u32,
}

impl Retries {
    pub(super) fn new(repeat: Repeat, max: u32, deadline: Instant) -> Self {
        Self {
            repeat,
            max,
            deadline,
            stale: 0,
            conflicts: 0,
            connection_lost: 0,
        }
    }

    /// How long to wait before the next try.
    ///
    /// # Errors
    /// The final error, where there is no further try.
    pub(super) fn pause_after(
        &mut self,
        error: DbError,
        is_open: bool,
    ) -> Result<Duration, DbError> {
        match self.backoff(&error, is_open) {
            Some(backoff) if Instant::now() + backoff < self.deadline => Ok(backoff),
            _ => Err(self.final_error(error)),
        }
    }

    fn backoff(&mut self, error: &DbError, is_open: bool) -> Option<Duration> {
        let reads = self.repeat == Repeat::Allowed;
        match error.kind {
            // A stale plan was refused before anything ran; the connection has dropped it.
            DbErrorKind::StalePlan => retry(&mut self.stale, STALE_RETRIES, |_| Duration::ZERO),
            // A transaction that loses a deadlock or a race has been rolled back. A standby also
            // rolls back reads that conflict with replication.
            DbErrorKind::SerializationFailure => {
                retry(&mut self.conflicts, CONFLICT_RETRIES, conflict_backoff)
            }
            // The connection was closed because of another statement. There is time left.
            DbErrorKind::Timeout if reads && error.outcome() == Outcome::Unknown => {
                retry(&mut self.connection_lost, self.max, |_| Duration::ZERO)
            }
            DbErrorKind::Unavailable | DbErrorKind::Interrupted if reads || error.is_unsent() => {
                // At once, where another connection is open.
                let backoff = |retries| match retries {
                    0 if is_open => Duration::ZERO,
                    retries => backoff(retries),
                };
                // A write that was never sent does not wait for a connection.
                let at_once_only = !reads && !is_open;
                retry(&mut self.connection_lost, self.max, backoff).filter(|_| !at_once_only)
            }
            _ => None,
        }
    }

    /// The error of a request that is not tried again.
    fn final_error(&self, error: DbError) -> DbError {
        match self.repeat {
            Repeat::Allowed if error.is_passing() => error.with_kind(DbErrorKind::Unavailable),
            Repeat::Allowed => error,
            Repeat::Forbidden => error.of_a_write(),
        }
    }
}

fn retry(retries: &mut u32, max: u32, backoff: impl FnOnce(u32) -> Duration) -> Option<Duration> {
    let before = *retries;
    *retries += 1;
    (before < max).then(|| backoff(before))
}

/// A pause before a transaction that lost a race runs again: long enough for the winner to finish.
pub(in crate::db) fn conflict_backoff(retries: u32) -> Duration {
    backoff(retries) / 20
}

/// Exponential backoff with full jitter on the upper half.
pub(super) fn backoff(retries: u32) -> Duration {
    let longest = FIRST_PAUSE
        .saturating_mul(1 << retries.min(16))
        .min(LONGEST_PAUSE);
    longest.mul_f64(rand::rng().random_range(0.5..=1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retries(repeat: Repeat) -> Retries {
        Retries::new(repeat, 3, Instant::now() + Duration::from_secs(60))
    }

    #[test]
    fn a_write_of_which_nothing_is_known_is_never_sent_again() {
        for kind in [DbErrorKind::Interrupted, DbErrorKind::Timeout] {
            let final_error = retries(Repeat::Forbidden).pause_after(DbError::of(kind), true);
            let error = final_error.expect_err("a write is not sent again");
            assert_eq!(error.kind, DbErrorKind::OutcomeUnknown);
        }
        // The server has reported its end and rolled back. The statement was sent all the same.
        let final_error =
            retries(Repeat::Forbidden).pause_after(DbError::of(DbErrorKind::Unavailable), true);
        let error = final_error.expect_err("a write is not sent again");
        assert_eq!(error.kind, DbErrorKind::Unavailable);
        let unsent = DbError::of(DbErrorKind::Interrupted).before_sending();
        assert!(retries(Repeat::Forbidden).pause_after(unsent, true).is_ok());
    }

    #[test]
    fn a_read_is_tried_again_so_often_and_is_then_unavailable() {
        for kind in [
            DbErrorKind::Interrupted,
            DbErrorKind::Unavailable,
            DbErrorKind::SerializationFailure,
        ] {
            let mut retries = retries(Repeat::Allowed);
            let final_error = loop {
                match retries.pause_after(DbError::of(kind), true) {
                    Ok(backoff) => assert!(backoff < LONGEST_PAUSE),
                    Err(final_error) => break final_error,
                }
            };
            assert_eq!(final_error.kind, DbErrorKind::Unavailable);
            assert!(retries.connection_lost == 4 || retries.conflicts == CONFLICT_RETRIES + 1);
        }
    }

    #[test]
    fn nothing_is_tried_past_its_time() {
        let mut late = Retries::new(Repeat::Allowed, 3, Instant::now());
        assert!(
            late.pause_after(DbError::of(DbErrorKind::Interrupted), true)
                .is_err()
        );
    }
}

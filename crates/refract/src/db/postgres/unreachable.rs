//! Messages about a database that cannot be reached, at the start and while it stays so.

use std::{
    error::Error as _,
    time::{Duration, Instant},
};

use reflect::database_url::{Cause, DatabaseUrl, Refusal};

use crate::db::{DbError, DbErrorKind};

/// How long the same message is not logged again. The interval doubles each time.
const FIRST_INTERVAL: Duration = Duration::from_secs(10);
/// Longest time between two lines while the database stays unreachable.
const LONGEST_INTERVAL: Duration = Duration::from_secs(600);

/// The error of a refused attempt to connect. No statement has been sent yet.
pub(super) fn refused(url: &DatabaseUrl, error: tokio_postgres::Error) -> DbError {
    let cause = match error.as_db_error() {
        Some(answer) => Cause::Answer {
            code: answer.code().code(),
            routine: answer.routine(),
            message: answer.message(),
        },
        None => Cause::Other(&error),
    };
    let refusal = url.refusal(&cause);
    DbError::of_connecting(error).because(refusal)
}

/// The error of an attempt to connect without an answer in time.
pub(super) fn timed_out(url: &DatabaseUrl, timeout: Duration) -> DbError {
    let refusal = url.refusal(&Cause::Silence(timeout.as_secs()));
    DbError::of(DbErrorKind::Unavailable)
        .before_sending()
        .because(refusal)
}

impl DbError {
    /// Why the database cannot be reached, where the error is about that.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.source()?.downcast_ref()
    }
}

/// Logs why a database is unreachable. The same message comes at growing intervals only.
#[derive(Default)]
pub(super) struct UnreachableLog {
    last: Option<LoggedLine>,
}

struct LoggedLine {
    message: String,
    logged_at: Instant,
    interval: Duration,
}

impl UnreachableLog {
    /// Logs why the database cannot be reached, unless the same message was logged a moment ago.
    pub(super) fn log(&mut self, error: &DbError) {
        let message = match error.refusal() {
            Some(refusal) => refusal.to_string(),
            None => error.to_string(),
        };
        if self.is_due(&message, Instant::now()) {
            tracing::warn!("the database is not reachable: {message}");
        }
    }

    /// Logs that the database can be reached.
    pub(super) fn log_reached(&mut self) {
        self.last = None;
        tracing::info!("connected to the database");
    }

    fn is_due(&mut self, message: &str, now: Instant) -> bool {
        let interval = match &self.last {
            Some(last) if last.message != message => FIRST_INTERVAL,
            Some(last) if now.duration_since(last.logged_at) < last.interval => return false,
            Some(last) => (last.interval * 2).min(LONGEST_INTERVAL),
            None => FIRST_INTERVAL,
        };
        self.last = Some(LoggedLine {
            message: message.to_owned(),
            logged_at: now,
            interval,
        });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_message_comes_at_growing_intervals_and_others_at_once() {
        let mut notices = UnreachableLog::default();
        let began = Instant::now();
        let mut logged_at = Vec::new();
        for second in 0..3600 {
            if notices.is_due("no", began + Duration::from_secs(second)) {
                logged_at.push(second);
            }
        }
        assert_eq!(
            logged_at,
            [0, 10, 30, 70, 150, 310, 630, 1230, 1830, 2430, 3030]
        );
        let later = began + Duration::from_secs(3601);
        assert!(notices.is_due("something else", later));
        assert!(!notices.is_due("something else", later));
        notices.last = None;
        assert!(notices.is_due("something else", later));
    }
}

//! A database that cannot be reached, in words: at the start, and again and again until it can.

use std::{
    error::Error as _,
    time::{Duration, Instant},
};

use reflect::database_url::{Cause, DatabaseUrl, Refusal};

use crate::db::{DbError, DbErrorKind};

/// How long the same words are not said again; doubles each time.
const FIRST_SILENCE: Duration = Duration::from_secs(10);
/// Longest time between two lines while the database stays away.
const LONGEST_SILENCE: Duration = Duration::from_secs(600);

/// The fault of an attempt to connect: no statement has been sent yet.
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

/// The fault of an attempt to connect that nobody has answered in time.
pub(super) fn silent(url: &DatabaseUrl, patience: Duration) -> DbError {
    let refusal = url.refusal(&Cause::Silence(patience.as_secs()));
    DbError::of(DbErrorKind::Unavailable)
        .before_sending()
        .because(refusal)
}

impl DbError {
    /// Why the database cannot be reached, where that is what the fault is about.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.source()?.downcast_ref()
    }
}

/// What has been logged of a database that stays away: the same words at growing intervals only.
#[derive(Default)]
pub(super) struct Notices {
    last: Option<Notice>,
}

struct Notice {
    words: String,
    said: Instant,
    silence: Duration,
}

impl Notices {
    /// Logs why the database cannot be reached, unless that has been said a moment ago.
    pub(super) fn tell(&mut self, fault: &DbError) {
        let words = match fault.refusal() {
            Some(refusal) => refusal.to_string(),
            None => fault.to_string(),
        };
        if self.is_due(&words, Instant::now()) {
            tracing::warn!("the database is not reachable: {words}");
        }
    }

    /// Logs that it can be reached.
    pub(super) fn reached(&mut self) {
        self.last = None;
        tracing::info!("connected to the database");
    }

    fn is_due(&mut self, words: &str, now: Instant) -> bool {
        let silence = match &self.last {
            Some(last) if last.words != words => FIRST_SILENCE,
            Some(last) if now.duration_since(last.said) < last.silence => return false,
            Some(last) => (last.silence * 2).min(LONGEST_SILENCE),
            None => FIRST_SILENCE,
        };
        self.last = Some(Notice {
            words: words.to_owned(),
            said: now,
            silence,
        });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_come_at_growing_intervals_and_others_at_once() {
        let mut notices = Notices::default();
        let began = Instant::now();
        let mut said = Vec::new();
        for second in 0..3600 {
            if notices.is_due("no", began + Duration::from_secs(second)) {
                said.push(second);
            }
        }
        assert_eq!(said, [0, 10, 30, 70, 150, 310, 630, 1230, 1830, 2430, 3030]);
        let later = began + Duration::from_secs(3601);
        assert!(notices.is_due("something else", later));
        assert!(!notices.is_due("something else", later));
        notices.last = None;
        assert!(notices.is_due("something else", later));
    }
}

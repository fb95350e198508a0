//! Settings of a session that the texts of values depend on.
//!
//! A connection of our own is set once. The session behind a pooler is not ours to change: another
//! client's statements run in it a moment later. Where it has other settings than answers are made
//! with, each statement that may print one of these values runs in a transaction that sets them for
//! itself.

use std::{
    sync::atomic::{AtomicU8, Ordering},
    time::Duration,
};

use tokio_postgres::SimpleQueryMessage;

use crate::query::sql::Sql;

/// Setting, the value that answers are made with, and others that print the same.
const SETTINGS: [(&str, &str, &[&str]); 5] = [
    ("TimeZone", "UTC", &["Etc/UTC"]),
    ("DateStyle", "ISO", &["ISO, MDY", "ISO, DMY", "ISO, YMD"]),
    ("IntervalStyle", "postgres", &[]),
    ("bytea_output", "hex", &[]),
    // Every digit that tells a float from its neighbours.
    ("extra_float_digits", "1", &["2", "3"]),
];

/// The SQL that sets a session of our own.
pub(super) fn of_own(statement_timeout: Duration) -> String {
    let settings = SETTINGS.map(|(name, value, _)| format!("SET {name} = '{value}'; "));
    format!(
        "{}SET statement_timeout = {}",
        settings.concat(),
        statement_timeout.as_millis()
    )
}

/// The SQL that asks for the settings of a session: one row, in their order.
pub(super) fn question() -> String {
    let settings = SETTINGS.map(|(name, ..)| format!("current_setting('{name}', true)"));
    format!("SELECT {}", settings.join(", "))
}

/// Whether the answer to [`question`] is what answers are made with. Servers that lack a setting have
/// nothing to go by it.
pub(super) fn is_as_needed(answers: &[SimpleQueryMessage]) -> bool {
    answers.iter().all(|answer| {
        let SimpleQueryMessage::Row(row) = answer else {
            return true;
        };
        let mut settings = SETTINGS.iter().enumerate();
        settings.all(|(at, (_, value, alike))| {
            let found = row.get(at).unwrap_or_default();
            found.is_empty() || found == *value || alike.contains(&found)
        })
    })
}

/// What begins a transaction, with the settings for it alone.
pub(super) fn in_transaction(beginning: &str) -> String {
    let settings = SETTINGS.map(|(name, value, _)| format!("; SET LOCAL {name} = '{value}'"));
    let settings = settings.concat();
    // What the beginning sets by itself comes after.
    match beginning.split_once(';') {
        Some((begin, more)) => format!("{begin}{settings};{more}"),
        None => format!("{beginning}{settings}"),
    }
}

/// Whether a statement may print values as texts, alone or in JSON.
pub(super) fn prints_texts(sql: &Sql) -> bool {
    ["AS text", "::text", "json"]
        .iter()
        .any(|printing| sql.text.contains(printing))
}

/// What is known of the sessions behind a server's connections.
#[derive(Debug, Default)]
pub(super) struct Sessions(AtomicU8);

impl Sessions {
    const OWN: u8 = 1;
    const FOREIGN: u8 = 2;

    /// Notes what a new connection has found.
    pub(super) fn note(&self, is_as_needed: bool) {
        let found = if is_as_needed {
            Self::OWN
        } else {
            Self::FOREIGN
        };
        self.0.store(found, Ordering::Relaxed);
    }

    /// Whether they have other settings; `None` before the first connection.
    pub(super) fn are_foreign(&self) -> Option<bool> {
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            found => Some(found == Self::FOREIGN),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_has_the_settings_before_its_own() {
        let sql = in_transaction("BEGIN READ ONLY; SET LOCAL TimeZone = E'Asia/Tokyo'");
        assert!(
            sql.starts_with("BEGIN READ ONLY; SET LOCAL TimeZone = 'UTC'; "),
            "{sql}"
        );
        assert!(
            sql.ends_with("; SET LOCAL TimeZone = E'Asia/Tokyo'"),
            "{sql}"
        );
        let sql = in_transaction("BEGIN");
        assert!(
            sql.ends_with("; SET LOCAL extra_float_digits = '1'"),
            "{sql}"
        );
    }
}

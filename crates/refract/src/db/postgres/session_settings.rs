//! Settings of a session that decide how values are printed as text.
//!
//! A direct connection is set up once. A session behind a pooler must not be changed, because other
//! clients' statements run in it. Where such a session has other settings than the answers need,
//! each statement that may print one of these values runs in a transaction with `SET LOCAL`.

use std::{
    sync::atomic::{AtomicU8, Ordering},
    time::Duration,
};

use tokio_postgres::SimpleQueryMessage;

use crate::query::sql::Sql;

/// Each setting with the value that the answers need, and other values that print the same.
const SETTINGS: [(&str, &str, &[&str]); 5] = [
    ("TimeZone", "UTC", &["Etc/UTC"]),
    ("DateStyle", "ISO", &["ISO, MDY", "ISO, DMY", "ISO, YMD"]),
    ("IntervalStyle", "postgres", &[]),
    ("bytea_output", "hex", &[]),
    // The shortest digits that distinguish a float from others.
    ("extra_float_digits", "1", &["2", "3"]),
];

/// The SQL that sets up a direct connection.
pub(super) fn set_all(statement_timeout: Duration) -> String {
    let settings = SETTINGS.map(|(name, value, _)| format!("SET {name} = '{value}'; "));
    format!(
        "{}SET statement_timeout = {}",
        settings.concat(),
        statement_timeout.as_millis()
    )
}

/// The SQL that reads the settings of a session: one row, in the order of [`SETTINGS`].
pub(super) fn query() -> String {
    let settings = SETTINGS.map(|(name, ..)| format!("current_setting('{name}', true)"));
    format!("SELECT {}", settings.join(", "))
}

/// Whether the answer to [`query`] has the values that the answers need. A setting that the server
/// lacks does not count.
pub(super) fn fits(answers: &[SimpleQueryMessage]) -> bool {
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

/// The SQL that begins a transaction, with the settings for this transaction only.
pub(super) fn in_transaction(beginning: &str) -> String {
    let settings = SETTINGS.map(|(name, value, _)| format!("; SET LOCAL {name} = '{value}'"));
    let settings = settings.concat();
    // Settings that the SQL itself makes come after these.
    match beginning.split_once(';') {
        Some((begin, more)) => format!("{begin}{settings};{more}"),
        None => format!("{beginning}{settings}"),
    }
}

/// Whether a statement may print values as text, alone or in JSON.
pub(super) fn prints_texts(sql: &Sql) -> bool {
    ["AS text", "::text", "json"]
        .iter()
        .any(|printing| sql.text.contains(printing))
}

/// Whether the sessions of a server's connections have the settings that the answers need.
#[derive(Debug, Default)]
pub(super) struct Sessions(AtomicU8);

impl Sessions {
    const OWN: u8 = 1;
    const FOREIGN: u8 = 2;

    /// Records the finding of a new connection.
    pub(super) fn note(&self, fits: bool) {
        let found = if fits { Self::OWN } else { Self::FOREIGN };
        self.0.store(found, Ordering::Relaxed);
    }

    /// Whether they have other settings. `None` before the first connection.
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

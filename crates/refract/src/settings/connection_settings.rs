//! `MAX_CONNECTIONS`, `HEAD_TIMEOUT_SECS`, `BODY_TIMEOUT_SECS`, `WRITE_TIMEOUT_SECS`,
//! `KEEP_ALIVE_SECS`, `MIN_BYTES_PER_SEC`.

use std::{ops::RangeInclusive, time::Duration};

use super::{SettingsError, source::Source};

const DEFAULT_MAX_CONNECTIONS: usize = 12_000;
const DEFAULT_HEAD_TIMEOUT_SECS: u64 = 10;
const DEFAULT_BODY_TIMEOUT_SECS: u64 = 15;
const DEFAULT_WRITE_TIMEOUT_SECS: u64 = 30;
/// More than the 60 s after which load balancers usually end idle connections: the side that sends
/// the requests should be the one that ends the connection.
const DEFAULT_KEEP_ALIVE_SECS: u64 = 75;
/// A bad connection of a phone is ten times as fast.
const DEFAULT_MIN_BYTES_PER_SEC: u32 = 240;
const SECS: RangeInclusive<u64> = 1..=3600;

/// How many connections clients may hold, and for how long.
#[derive(Debug, Clone)]
pub struct ConnectionSettings {
    /// Connections at most. The limit of open files may allow fewer.
    pub max: usize,
    /// Longest time from the first byte of a request to the end of its head.
    pub head_timeout: Duration,
    /// Longest time that a request's body may give nothing.
    pub body_timeout: Duration,
    /// Longest time that a client may take nothing of an answer.
    pub write_timeout: Duration,
    /// Longest time that a connection may be without a request.
    pub keep_alive: Duration,
    /// Bytes per second below which a body or an answer counts as standing still.
    pub min_bytes_per_sec: u32,
}

impl ConnectionSettings {
    pub(super) fn read(source: &Source) -> Result<Self, SettingsError> {
        let secs = |name, default| source.number(name, SECS, default).map(Duration::from_secs);
        Ok(Self {
            max: source.number("MAX_CONNECTIONS", 1..=1_000_000, DEFAULT_MAX_CONNECTIONS)?,
            head_timeout: secs("HEAD_TIMEOUT_SECS", DEFAULT_HEAD_TIMEOUT_SECS)?,
            body_timeout: secs("BODY_TIMEOUT_SECS", DEFAULT_BODY_TIMEOUT_SECS)?,
            write_timeout: secs("WRITE_TIMEOUT_SECS", DEFAULT_WRITE_TIMEOUT_SECS)?,
            keep_alive: secs("KEEP_ALIVE_SECS", DEFAULT_KEEP_ALIVE_SECS)?,
            min_bytes_per_sec: source.number(
                "MIN_BYTES_PER_SEC",
                1..=1_000_000,
                DEFAULT_MIN_BYTES_PER_SEC,
            )?,
        })
    }
}

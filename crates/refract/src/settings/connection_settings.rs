//! How clients may use connections.

use std::time::Duration;

use super::{SettingsError, layers::Source};

/// The number of connections that clients may hold, and their timeouts.
#[derive(Debug, Clone)]
pub struct ConnectionSettings {
    /// Most connections. The limit of open files may allow fewer.
    pub max: usize,
    /// Longest time from the first byte of a request to the end of its head.
    pub head_timeout: Duration,
    /// Longest time without a byte of a request's body.
    pub body_timeout: Duration,
    /// Longest time in which a client takes no byte of an answer.
    pub write_timeout: Duration,
    /// Longest time of a connection without a request.
    pub keep_alive: Duration,
    /// Bytes per second below which a body or an answer counts as standing still.
    pub min_bytes_per_sec: u32,
}

impl ConnectionSettings {
    pub(super) fn read(source: &Source) -> Result<Self, SettingsError> {
        Ok(Self {
            max: source.number("MAX_CONNECTIONS")?,
            head_timeout: source.seconds("HEAD_TIMEOUT_SECS")?,
            body_timeout: source.seconds("BODY_TIMEOUT_SECS")?,
            write_timeout: source.seconds("WRITE_TIMEOUT_SECS")?,
            keep_alive: source.seconds("KEEP_ALIVE_SECS")?,
            min_bytes_per_sec: source.number("MIN_BYTES_PER_SEC")?,
        })
    }
}

//! `REST_MAX_ROWS`, `REST_TX_ROLLBACK`, `REST_AGGREGATES`.

use super::{SettingsError, source::Source};

/// What `/rest/v1` allows.
#[derive(Debug, Clone)]
pub struct RestSettings {
    /// Rows of a read at most; `None` is any number, as PostgREST has it.
    pub max_rows: Option<u64>,
    /// Whether `Prefer: tx=rollback` is honoured.
    pub tx_rollback: bool,
    /// Whether aggregates may be asked for.
    pub aggregates: bool,
}

impl RestSettings {
    pub(super) fn read(source: &Source) -> Result<Self, SettingsError> {
        let max_rows = source.number("REST_MAX_ROWS", 0..=1_000_000_000, 0)?;
        Ok(Self {
            max_rows: (max_rows > 0).then_some(max_rows),
            tx_rollback: source.flag("REST_TX_ROLLBACK", true)?,
            aggregates: source.flag("REST_AGGREGATES", true)?,
        })
    }
}

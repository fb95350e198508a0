//! `REST_MAX_ROWS`, `REST_AGGREGATES`, `REST_PLAN`, `REST_EXTRA_SEARCH_PATH`, `REST_COMPAT`.

use super::{SettingsError, source::Source};

/// What `/rest/v1` allows.
#[derive(Debug, Clone)]
pub struct RestSettings {
    /// Rows of a read at most; `None` is any number, as PostgREST has it.
    pub max_rows: Option<u64>,
    /// Whether aggregates may be asked for.
    pub aggregates: bool,
    /// Whether the plan of a statement may be asked for.
    pub plan: bool,
    /// Schemas in which PostgreSQL looks for names after the one that is asked for.
    pub extra_search_path: Vec<String>,
    pub compat: Compat,
}

/// The version of PostgREST that is answered like, where versions differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compat {
    V12,
    V13,
}

impl RestSettings {
    pub(super) fn read(source: &Source) -> Result<Self, SettingsError> {
        let max_rows = source.number("REST_MAX_ROWS", 0..=1_000_000_000, 0)?;
        Ok(Self {
            max_rows: (max_rows > 0).then_some(max_rows),
            aggregates: source.flag("REST_AGGREGATES", true)?,
            plan: source.flag("REST_PLAN", false)?,
            extra_search_path: source.names("REST_EXTRA_SEARCH_PATH", &["public"]),
            compat: source.choice(
                "REST_COMPAT",
                &[("12", Compat::V12), ("13", Compat::V13)],
                Compat::V13,
            )?,
        })
    }
}

//! The settings of `/rest/v1`.

use super::{SettingsError, layers::Source};

/// The limits and options of `/rest/v1`.
#[derive(Debug, Clone)]
pub struct RestSettings {
    /// Most rows of a read. `None` is any number, which is PostgREST's default.
    pub max_rows: Option<u64>,
    /// Whether requests may aggregate.
    pub aggregates: bool,
    /// Whether requests may ask for the plan of a statement.
    pub plan: bool,
    /// Schemas in which PostgreSQL looks up names after the requested schema.
    pub extra_search_path: Vec<String>,
    pub compat: Compat,
}

/// The version of PostgREST to follow where versions differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compat {
    V12,
    V13,
}

impl RestSettings {
    pub(super) fn read(source: &Source) -> Result<Self, SettingsError> {
        let max_rows = source.number("REST_MAX_ROWS")?;
        Ok(Self {
            max_rows: (max_rows > 0).then_some(max_rows),
            aggregates: source.flag("REST_AGGREGATES")?,
            plan: source.flag("REST_PLAN")?,
            extra_search_path: source.list("REST_EXTRA_SEARCH_PATH"),
            compat: source.choice("REST_COMPAT", &[("12", Compat::V12), ("13", Compat::V13)])?,
        })
    }
}

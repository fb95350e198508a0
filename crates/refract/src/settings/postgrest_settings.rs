//! `REST_MAX_ROWS`, `REST_AGGREGATES`, `REST_PLAN`, `REST_EXTRA_SEARCH_PATH`, `REST_COMPAT`.

use super::{Environment, SettingsError, source::Source};

/// Outside `local`, as Supabase has it: whoever forgets a `limit` should not ask for a whole table.
const DEFAULT_MAX_ROWS: u64 = 1000;

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
    pub(super) fn read(source: &Source, environment: Environment) -> Result<Self, SettingsError> {
        let default = match environment {
            Environment::Local => 0,
            Environment::Staging | Environment::Production => DEFAULT_MAX_ROWS,
        };
        let max_rows = source.number("REST_MAX_ROWS", 0..=1_000_000_000, default)?;
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

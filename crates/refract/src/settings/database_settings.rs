//! The database that is served.

use std::time::Duration;

use reflect::database_url::DatabaseUrl;

use super::{SettingsError, layers::Source};

/// The database that is served, and the limits of its use.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    pub target: Target,
    /// Database schemas to serve, the default one first. Empty means those of the entity crate.
    pub schemas: Vec<String>,
    /// Those of `DATABASE_SCHEMAS` alone.
    pub asked_schemas: Vec<String>,
    /// Most connections. They include those for hand-written endpoints and for reading the schema.
    pub pool_size: usize,
    /// Longest time a statement may run. Sent as PostgreSQL's `statement_timeout`.
    pub statement_timeout: Duration,
    /// How often a read is tried again after its connection broke.
    pub retries: u32,
    /// Statements that may run or wait at a time. One more is refused with 503.
    pub queue_size: usize,
    /// Whether reads by key that wait at the same time are sent as one statement.
    pub coalesce: bool,
    /// Bytes that the texts of statements and their keys in the cache may take together. The
    /// statements prepared on one connection may take a sixteenth of it.
    pub statement_cache_bytes: usize,
}

/// The database behind the API.
#[derive(Debug, Clone)]
pub enum Target {
    /// The embedded SQLite sandbox, where no database is named.
    Sandbox,
    /// The app's own database.
    App(Box<DatabaseUrl>),
}

impl DatabaseSettings {
    pub(super) fn read(source: &Source) -> Result<Self, SettingsError> {
        let target = target(source)?;
        let asked_schemas = source.list("DATABASE_SCHEMAS");
        let mut schemas = asked_schemas.clone();
        if let (true, Target::App(url)) = (schemas.is_empty(), &target) {
            schemas = url.schemas().to_vec();
        }
        Ok(Self {
            target,
            schemas,
            asked_schemas,
            pool_size: source.number("DB_POOL_SIZE")?,
            statement_timeout: source.seconds("DB_TIMEOUT_SECS")?,
            retries: source.number("DB_RETRIES")?,
            queue_size: source.number("DB_QUEUE_SIZE")?,
            coalesce: source.flag("DB_COALESCE")?,
            statement_cache_bytes: source.number("STATEMENT_CACHE_BYTES")?,
        })
    }
}

fn target(source: &Source) -> Result<Target, SettingsError> {
    match DatabaseUrl::from_settings(|name| source.text(name)) {
        Ok(None) => Ok(Target::Sandbox),
        Ok(Some(url)) => Ok(Target::App(Box::new(url))),
        Err(error) => Err(SettingsError::new(
            error.variable,
            error.problem,
            error.example,
        )),
    }
}

//! `DATABASE_URL` or `POSTGRES_*`, `DATABASE_SCHEMAS`, `DB_POOL_SIZE`, `DB_TIMEOUT_SECS`,
//! `DB_RETRIES`, `DB_QUEUE_SIZE`, `DB_COALESCE`, `STATEMENT_CACHE_BYTES`.

use std::time::Duration;

use reflect::database_url::DatabaseUrl;

use super::{SettingsError, source::Source};

const DEFAULT_POOL_SIZE: usize = 20;
const DEFAULT_TIMEOUT_SECS: u64 = 30;
const DEFAULT_RETRIES: u32 = 3;
const DEFAULT_QUEUE_SIZE: usize = 1000;
const DEFAULT_STATEMENT_CACHE_BYTES: usize = 32 * 1024 * 1024;

/// Which database is served, and how patiently.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    pub target: Target,
    /// Database schemas to serve, the default one first; empty means those of the entity crate.
    pub schemas: Vec<String>,
    /// Connections at most, those of hand-written endpoints and of looks at the schema among them.
    pub pool_size: usize,
    /// Longest time a statement may run. Sent as PostgreSQL's `statement_timeout`.
    pub statement_timeout: Duration,
    /// How often a read is tried again after its connection broke.
    pub retries: u32,
    /// Statements that may be under way or wait at a time; one more is refused with 503.
    pub queue_size: usize,
    /// Whether reads by key that wait at the same time are sent as one statement.
    pub coalesce: bool,
    /// Bytes that the texts of statements may take together, with what they are kept under. The
    /// statements prepared on one connection may have a sixteenth of it.
    pub statement_cache_bytes: usize,
}

/// The database behind the API.
#[derive(Debug, Clone)]
pub enum Target {
    /// The embedded SQLite sandbox: no `DATABASE_URL` was given.
    Sandbox,
    /// The app's own database.
    App(Box<DatabaseUrl>),
}

impl DatabaseSettings {
    pub(super) fn read(source: &Source) -> Result<Self, SettingsError> {
        let target = target(source)?;
        let mut schemas: Vec<String> = source.names("DATABASE_SCHEMAS", &[]);
        if let (true, Target::App(url)) = (schemas.is_empty(), &target) {
            schemas = url.schemas().to_vec();
        }
        Ok(Self {
            target,
            schemas,
            pool_size: source.number("DB_POOL_SIZE", 1..=1000, DEFAULT_POOL_SIZE)?,
            statement_timeout: Duration::from_secs(source.number(
                "DB_TIMEOUT_SECS",
                1..=3600,
                DEFAULT_TIMEOUT_SECS,
            )?),
            retries: source.number("DB_RETRIES", 0..=100, DEFAULT_RETRIES)?,
            queue_size: source.number("DB_QUEUE_SIZE", 1..=1_000_000, DEFAULT_QUEUE_SIZE)?,
            coalesce: source.flag("DB_COALESCE", true)?,
            statement_cache_bytes: source.number(
                "STATEMENT_CACHE_BYTES",
                1024 * 1024..=4 * 1024 * 1024 * 1024,
                DEFAULT_STATEMENT_CACHE_BYTES,
            )?,
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

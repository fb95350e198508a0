//! Opening the database for reflection.

use std::time::Duration;

use sea_orm::{ConnectOptions, Database as SeaOrm, DatabaseConnection, DbErr};

use super::DatabaseUrl;
use crate::snapshot::Database;

/// Connections kept. Reading a schema is a few statements in one transaction.
const POOL_SIZE: u32 = 2;

/// How long to wait for the database before giving up.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Connects to the database for reflection, with a small pool.
///
/// SQLite enforces foreign keys (sqlx's default) and the file must exist.
///
/// # Errors
///
/// Whatever the driver says; its text does not contain the password.
pub async fn connect(url: &DatabaseUrl) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url.as_str());
    options
        .max_connections(if is_memory(url) { 1 } else { POOL_SIZE })
        .connect_timeout(CONNECT_TIMEOUT)
        .acquire_timeout(CONNECT_TIMEOUT)
        .sqlx_logging(false);
    let ssl_mode = url.ssl_mode().and_then(|mode| mode.parse().ok());
    let root_certificate = url.root_certificate().map(str::to_owned);
    options.map_sqlx_postgres_opts(move |mut options| {
        if let Some(mode) = ssl_mode {
            options = options.ssl_mode(mode);
        }
        if let Some(file) = &root_certificate {
            options = options.ssl_root_cert(file);
        }
        options
    });
    SeaOrm::connect(options).await
}

/// Every connection to an in-memory database is a database of its own.
fn is_memory(url: &DatabaseUrl) -> bool {
    url.kind() == Database::Sqlite
        && (url.as_str() == "sqlite::memory:" || url.as_str().contains("mode=memory"))
}

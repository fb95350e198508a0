//! Opens the database for reflection.

use std::time::Duration;

use sea_orm::{
    ConnectOptions, Database as SeaOrm, DatabaseConnection, DbErr, SqlxPostgresConnector,
    sqlx::{
        self, ConnectOptions as _, Connection as _,
        postgres::{PgConnectOptions, PgDatabaseError, PgPoolOptions},
    },
};

use super::{Cause, DatabaseUrl, Refusal};
use crate::snapshot::Database;

/// Most connections. Reading a schema takes a few statements in one transaction.
const POOL_SIZE: u32 = 2;

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Why the database is not open.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The driver's error. Its text does not contain the password.
    #[error(transparent)]
    Driver(#[from] DbErr),
}

/// Connects to the database for reflection, with a small pool.
///
/// SQLite enforces foreign keys (sqlx's default) and the file must exist.
///
/// # Errors
///
/// The server or the file cannot be reached.
pub async fn connect(url: &DatabaseUrl) -> Result<DatabaseConnection, ConnectError> {
    match url.kind() {
        Database::Postgres => postgres(url)
            .await
            .map_err(|error| url.refusal(&cause(&error)).into()),
        Database::Sqlite => sqlite(url).await,
    }
}

/// sqlx's options for a server, with the `sslmode` of the URL.
///
/// # Errors
///
/// sqlx refuses the URL.
pub fn postgres_options(url: &DatabaseUrl) -> Result<PgConnectOptions, sqlx::Error> {
    let options: PgConnectOptions = url.as_str().parse()?;
    // PgBouncer refuses connections that ask for it, unless it is told to ignore it. Values are read in
    // PostgreSQL's binary format, and its texts of numbers are exact without it.
    let mut options = options.extra_float_digits(None);
    if let Some(mode) = url.ssl_mode().and_then(|mode| mode.parse().ok()) {
        options = options.ssl_mode(mode);
    }
    if let Some(file) = url.root_certificate() {
        options = options.ssl_root_cert(file);
    }
    Ok(options)
}

async fn postgres(url: &DatabaseUrl) -> Result<DatabaseConnection, sqlx::Error> {
    let options = postgres_options(url)?.disable_statement_logging();
    // A pool retries a refused connection until its timeout, and then reports the timeout only.
    let first = tokio::time::timeout(CONNECT_TIMEOUT, options.connect());
    let first = first.await.map_err(|_| sqlx::Error::PoolTimedOut)??;
    first.close().await?;
    let pool = PgPoolOptions::new()
        .max_connections(POOL_SIZE)
        .acquire_timeout(CONNECT_TIMEOUT)
        .connect_lazy_with(options);
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

async fn sqlite(url: &DatabaseUrl) -> Result<DatabaseConnection, ConnectError> {
    url.check_file()?;
    let mut options = ConnectOptions::new(url.as_str());
    options
        .max_connections(if is_memory(url) { 1 } else { POOL_SIZE })
        .acquire_timeout(CONNECT_TIMEOUT)
        .sqlx_logging(false);
    Ok(SeaOrm::connect(options).await?)
}

fn cause(error: &sqlx::Error) -> Cause<'_> {
    let answer = match error {
        sqlx::Error::Database(answer) => answer.try_downcast_ref::<PgDatabaseError>(),
        sqlx::Error::PoolTimedOut => return Cause::Silence(CONNECT_TIMEOUT.as_secs()),
        _ => None,
    };
    match answer {
        Some(answer) => Cause::Answer {
            code: answer.code(),
            routine: answer.routine(),
            message: answer.message(),
        },
        None => Cause::Other(error),
    }
}

/// Whether the database is in memory, where every connection would open another, empty database.
fn is_memory(url: &DatabaseUrl) -> bool {
    url.as_str() == "sqlite::memory:" || url.as_str().contains("mode=memory")
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, time::Instant};

    use super::*;

    #[tokio::test]
    async fn a_refused_connection_says_so_at_once() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let url: DatabaseUrl = format!("postgresql://app:secret@127.0.0.1:{port}/app")
            .parse()
            .expect("a database URL");
        let started = Instant::now();
        let error = connect(&url).await.expect_err("nobody listens").to_string();
        assert!(started.elapsed() < CONNECT_TIMEOUT / 2);
        assert!(error.contains("nothing listens at 127.0.0.1:"), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}

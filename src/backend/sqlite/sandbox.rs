//! The sandbox: an embedded SQLite database with the catalog's tables and sample rows.
//!
//! The only database in which Refract ever creates a table. It lives in a temporary folder and
//! goes with the process, so that every start begins with the same rows.

use sea_orm::sqlx::{
    Connection, Executor,
    sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous},
};

use super::{Sqlite, ddl, run, seed};
use crate::{
    backend::{Class, Fault},
    catalog::Catalog,
};

/// Orders decimals that are kept as text by value.
pub(super) const DECIMAL_COLLATION: &str = "refract_decimal";

const CONNECTIONS: usize = 4;

/// Makes a sandbox for the catalog.
///
/// # Errors
/// No room for a temporary file; a table that SQLite cannot have.
pub(in crate::backend) async fn open(catalog: &Catalog) -> Result<Sqlite, Fault> {
    let folder = tempfile::Builder::new()
        .prefix("refract-sandbox-")
        .tempdir()
        .map_err(|error| Fault::caused_by(Class::Unavailable, error))?;
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("sandbox.sqlite"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Off);
    // Rows refer to each other in circles, so foreign keys wait until all rows are there.
    let building = options
        .clone()
        .foreign_keys(false)
        .collation(DECIMAL_COLLATION, crate::codec::compare_decimals);
    let mut connection = SqliteConnection::connect_with(&building).await?;
    build(&mut connection, catalog).await?;
    connection.close().await?;
    Sqlite::connect(options, CONNECTIONS, Some(folder)).await
}

async fn build(connection: &mut SqliteConnection, catalog: &Catalog) -> Result<(), Fault> {
    let mut transaction = connection.begin().await?;
    for table in ddl::tables(&catalog.snapshot) {
        // Checks and defaults are PostgreSQL's expressions; SQLite understands most, not all.
        if transaction.execute(assert_safe(&table.full)).await.is_err() {
            transaction.execute(assert_safe(&table.plain)).await?;
        }
    }
    for statement in seed::rows(catalog) {
        // A check may refuse a made-up value; a sandbox with a row less is still a sandbox.
        if let Err(error) = run(&mut *transaction, &statement).await {
            let fault = Fault::from(error);
            tracing::debug!(
                error = &fault as &dyn std::error::Error,
                "no such sample row"
            );
        }
    }
    for view in ddl::views(&catalog.snapshot) {
        if transaction.execute(assert_safe(&view.full)).await.is_err() {
            tracing::debug!("the sandbox has an empty table in place of a view");
            transaction.execute(assert_safe(&view.plain)).await?;
        }
    }
    transaction.commit().await?;
    Ok(())
}

/// The catalog's own names, quoted by `ddl`; nothing here comes from a request.
fn assert_safe(sql: &str) -> sea_orm::sqlx::AssertSqlSafe<String> {
    sea_orm::sqlx::AssertSqlSafe(sql.to_owned())
}

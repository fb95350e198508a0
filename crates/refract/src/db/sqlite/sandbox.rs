//! The sandbox: an embedded SQLite database with the catalog's tables and sample rows.
//!
//! It is the only database in which Refract creates tables. Its file is in a temporary folder and
//! is removed with the process, so every start begins with the same rows.

use std::{path::Path, time::Duration};

use reflect::{
    quote::{identifier, sqlite_literal},
    tenants,
};
use sea_orm::sqlx::{
    Connection, Executor,
    sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode},
};

use super::{Sqlite, run, sandbox_ddl, sandbox_rows, sqlite_connection::OpenOptions};
use crate::{
    catalog::Catalog,
    db::{DbError, DbErrorKind},
};

/// Orders decimals that are kept as text by value.
pub(super) const DECIMAL_COLLATION: &str = "refract_decimal";

const CONNECTIONS: usize = 4;

/// Makes a sandbox for the catalog.
///
/// # Errors
/// The temporary file cannot be written, or SQLite cannot create a table.
pub(in crate::db) async fn open(catalog: &Catalog, timeout: Duration) -> Result<Sqlite, DbError> {
    let folder = tempfile::Builder::new()
        .prefix("refract-sandbox-")
        .tempdir()
        .map_err(|error| DbError::caused_by(DbErrorKind::Unavailable, error))?;
    let file = folder.path().join("sandbox.sqlite");
    // Rows may refer to each other in circles, so foreign keys are off until all rows are there.
    let building = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .foreign_keys(false)
        .collation(DECIMAL_COLLATION, crate::codec::compare_decimals);
    let mut connection = SqliteConnection::connect_with(&building).await?;
    build(&mut connection, catalog).await?;
    connection.close().await?;
    Sqlite::connect(serving(&file, catalog), CONNECTIONS, timeout, Some(folder)).await
}

/// How the sandbox is opened for serving.
///
/// Entities of a PostgreSQL schema read `"public"."Page"`. In SQLite, that is a table of an
/// attached database with this name.
fn serving(file: &Path, catalog: &Catalog) -> OpenOptions {
    let default_schema = catalog
        .snapshot
        .schemas
        .first()
        .map_or("main", String::as_str);
    if default_schema == "main" {
        return OpenOptions {
            connect: SqliteConnectOptions::new().filename(file),
            attach: None,
        };
    }
    let path = sqlite_literal(&file.display().to_string());
    OpenOptions {
        connect: SqliteConnectOptions::new().filename(":memory:"),
        attach: Some(format!(
            "ATTACH DATABASE {path} AS {schema}; PRAGMA {schema}.synchronous = OFF",
            schema = identifier(default_schema),
        )),
    }
}

async fn build(connection: &mut SqliteConnection, catalog: &Catalog) -> Result<(), DbError> {
    let snapshot = &tenants::unfold(&catalog.snapshot);
    let mut transaction = connection.begin().await?;
    for table in sandbox_ddl::tables(snapshot) {
        // Checks and defaults are PostgreSQL's expressions; SQLite understands most, not all.
        if transaction.execute(assert_safe(&table.full)).await.is_err() {
            transaction.execute(assert_safe(&table.plain)).await?;
        }
    }
    for statement in sandbox_rows::rows(snapshot) {
        // A check may refuse a made-up value. Then the sandbox has one row less.
        if let Err(error) = run(&mut *transaction, &statement).await {
            let error = DbError::from(error);
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "no such sample row"
            );
        }
    }
    for view in sandbox_ddl::views(snapshot) {
        if transaction.execute(assert_safe(&view.full)).await.is_err() {
            tracing::debug!("the sandbox has an empty table in place of a view");
            transaction.execute(assert_safe(&view.plain)).await?;
        }
    }
    transaction.commit().await?;
    Ok(())
}

/// The names are the catalog's, quoted by `reflect::quote`. Nothing here comes from a request.
fn assert_safe(sql: &str) -> sea_orm::sqlx::AssertSqlSafe<String> {
    sea_orm::sqlx::AssertSqlSafe(sql.to_owned())
}

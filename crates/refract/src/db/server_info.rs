//! Facts about the database server, for diagnostics.

use reflect::snapshot::Database;
use sea_orm::{DatabaseConnection, DbErr, FromQueryResult, Statement};

/// Facts about the database server.
#[derive(Debug, Default)]
pub struct Description {
    /// The version that the server reports.
    pub version: String,
    /// Bytes on disk.
    pub size_bytes: Option<i64>,
    /// The largest tables.
    pub tables: Vec<TableSize>,
    /// The statements that take the most time, where `pg_stat_statements` is installed.
    pub slow_statements: Vec<SlowStatement>,
}

/// Size of one table with its indexes.
#[derive(Debug, FromQueryResult)]
pub struct TableSize {
    pub table: String,
    pub size_bytes: i64,
    /// The planner's estimate.
    pub rows: i64,
}

/// A normalised statement, with placeholders for values.
#[derive(Debug, FromQueryResult)]
pub struct SlowStatement {
    pub statement: String,
    pub calls: i64,
    pub mean_ms: f64,
}

#[derive(FromQueryResult)]
struct Server {
    version: String,
    size_bytes: Option<i64>,
    has_statistics: bool,
}

const POSTGRES_SERVER: &str = "
    SELECT current_setting('server_version') AS version,
           pg_database_size(current_database()) AS size_bytes,
           EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_stat_statements') AS has_statistics";

const POSTGRES_TABLES: &str = "
    SELECT n.nspname || '.' || c.relname AS table,
           pg_total_relation_size(c.oid) AS size_bytes,
           greatest(c.reltuples, 0)::int8 AS rows
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
     ORDER BY size_bytes DESC, 1
     LIMIT 20";

const POSTGRES_SLOW: &str = "
    SELECT query AS statement, calls::int8 AS calls, mean_exec_time AS mean_ms
      FROM pg_stat_statements
     WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
     ORDER BY total_exec_time DESC
     LIMIT 10";

const SQLITE_SERVER: &str = "
    SELECT sqlite_version() AS version,
           (SELECT page_count FROM pragma_page_count()) * (SELECT page_size FROM pragma_page_size())
               AS size_bytes,
           FALSE AS has_statistics";

/// Reads the facts from the server.
///
/// # Errors
/// The driver's.
pub async fn describe(
    connection: &DatabaseConnection,
    database: Database,
) -> Result<Description, DbErr> {
    let db = connection.get_database_backend();
    let ask = |sql: &str| Statement::from_string(db, sql);
    let server_sql = match database {
        Database::Postgres => POSTGRES_SERVER,
        Database::Sqlite => SQLITE_SERVER,
    };
    let Some(server) = Server::find_by_statement(ask(server_sql))
        .one(connection)
        .await?
    else {
        return Ok(Description::default());
    };
    let mut description = Description {
        version: server.version,
        size_bytes: server.size_bytes,
        ..Description::default()
    };
    if database == Database::Postgres {
        description.tables = TableSize::find_by_statement(ask(POSTGRES_TABLES))
            .all(connection)
            .await?;
        if server.has_statistics {
            // The role may lack the right to read the extension's view. Then the list is empty.
            description.slow_statements = SlowStatement::find_by_statement(ask(POSTGRES_SLOW))
                .all(connection)
                .await
                .unwrap_or_default();
        }
    }
    Ok(description)
}

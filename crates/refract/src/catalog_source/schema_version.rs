//! A cheap answer to the question whether a schema has changed.

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use reflect::{quote, snapshot::Database};
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DbErr, RuntimeErr, Statement,
    sqlx::{self, Row as _},
};

use super::{CatalogReader, LiveSchema};
use crate::db::Db;

/// What tells one state of a source from the next. Equal versions mean that nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SchemaVersion {
    /// A number of the database's, as text.
    database: String,
    files: Files,
}

/// Files with the times of their last change and their sizes.
pub(super) type Files = Vec<(PathBuf, Option<SystemTime>, u64)>;

/// Every change of a schema writes new rows of the system catalogs, with a new `xmin`. Analysing and
/// vacuuming change rows in place, with the old one. `pg_class` is compared by what matters, because
/// `TRUNCATE` and `REFRESH` write its rows, too. `ANY (ARRAY(…))` lets PostgreSQL look rows up by index
/// instead of reading its catalogs as a whole.
const POSTGRES: &str = r#"
WITH served AS (
    SELECT oid FROM pg_catalog.pg_namespace
    WHERE nspname::text IN (SELECT json_array_elements_text($1::json))
), relations AS (
    SELECT c.* FROM pg_catalog.pg_class c
    WHERE c.relnamespace = ANY (ARRAY(SELECT oid FROM served)) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
), types AS (
    SELECT t.oid, t.xmin FROM pg_catalog.pg_type t
    WHERE t.typnamespace = ANY (ARRAY(SELECT oid FROM served)) AND t.typrelid = 0 AND t.typelem = 0
), kept (kind, id, part, state) AS (
    SELECT 1, a.attrelid, a.attnum, a.xmin FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = ANY (ARRAY(SELECT oid FROM relations)) AND a.attnum > 0
    UNION ALL
    SELECT 2, d.oid, 0, d.xmin FROM pg_catalog.pg_attrdef d
        WHERE d.adrelid = ANY (ARRAY(SELECT oid FROM relations))
    UNION ALL
    SELECT 3, k.oid, 0, k.xmin FROM pg_catalog.pg_constraint k
        WHERE k.connamespace = ANY (ARRAY(SELECT oid FROM served))
    UNION ALL
    SELECT 4, i.indexrelid, 0, i.xmin FROM pg_catalog.pg_index i
        WHERE i.indrelid = ANY (ARRAY(SELECT oid FROM relations))
    UNION ALL
    SELECT 5, w.oid, 0, w.xmin FROM pg_catalog.pg_rewrite w
        WHERE w.ev_class = ANY (ARRAY(SELECT oid FROM relations))
    UNION ALL
    SELECT 6, g.oid, 0, g.xmin FROM pg_catalog.pg_trigger g
        WHERE g.tgrelid = ANY (ARRAY(SELECT oid FROM relations)) AND NOT g.tgisinternal
    UNION ALL
    SELECT 7, p.oid, 0, p.xmin FROM pg_catalog.pg_proc p
        WHERE p.pronamespace = ANY (ARRAY(SELECT oid FROM served))
    UNION ALL
    SELECT 8, oid, 0, xmin FROM types
    UNION ALL
    SELECT 9, e.oid, 0, e.xmin FROM pg_catalog.pg_enum e
        WHERE e.enumtypid = ANY (ARRAY(SELECT oid FROM types))
    UNION ALL
    SELECT 10, s.objoid, s.objsubid, s.xmin FROM pg_catalog.pg_description s
        WHERE s.objoid = ANY (ARRAY(SELECT oid FROM relations UNION ALL SELECT oid FROM types))
), hashes (found) AS (
    SELECT pg_catalog.hashint8extended((id::bigint << 16) | part, state::text::bigint * 16 + kind)
        FROM kept
    UNION ALL
    SELECT pg_catalog.hashtextextended(concat_ws('/', oid, relname, relnamespace, relkind, relnatts,
        relchecks, relhasrules, relhastriggers, relispartition, relispopulated), 0) FROM relations
    UNION ALL
    SELECT pg_catalog.hashint8extended(oid::bigint, 0) FROM served
)
SELECT concat_ws('/', count(*), sum(found)) AS version FROM hashes"#;

/// The deepest folder of .prisma files that is looked at.
const MAX_DEPTH: usize = 6;

impl CatalogReader {
    /// The state of the source now. `schemas` are those that were reflected.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub async fn version(&self, db: &Db, schemas: &[String]) -> Result<SchemaVersion, DbErr> {
        match self {
            Self::File(path) => Ok(SchemaVersion {
                files: files_of(path),
                database: String::new(),
            }),
            Self::Live(live) => of_live(live, db, schemas).await,
        }
    }
}

/// The state of a live schema, and of the files with its names.
///
/// # Errors
/// The database cannot be asked.
pub(super) async fn of_live(
    live: &LiveSchema,
    db: &Db,
    schemas: &[String],
) -> Result<SchemaVersion, DbErr> {
    Ok(SchemaVersion {
        files: live.names.files(),
        database: version_of_database(db, schemas).await?,
    })
}

/// The files of a path, as they are now.
pub(super) fn files_of(path: &Path) -> Files {
    let mut files = Files::new();
    add_files(&mut files, path, 0);
    files.sort();
    files
}

async fn version_of_database(db: &Db, schemas: &[String]) -> Result<String, DbErr> {
    if db.database() == Database::Postgres {
        // In one message, without parameters: behind PgBouncer the next message may go to another session,
        // which does not know what was prepared.
        let schemas = serde_json::Value::from(schemas.to_vec()).to_string();
        let sql = POSTGRES.replace("$1", &quote::literal(&schemas));
        let pool = db.sea_orm().get_postgres_connection_pool();
        let row = sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .fetch_one(pool)
            .await;
        let version = row.and_then(|row| row.try_get("version"));
        return version.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into())));
    }
    let statement = Statement::from_string(
        DatabaseBackend::Sqlite,
        "SELECT CAST(schema_version AS TEXT) AS version FROM pragma_schema_version",
    );
    let row = db.sea_orm().query_one_raw(statement).await?;
    row.map_or_else(
        || Ok(String::new()),
        |row| row.try_get::<String>("", "version"),
    )
}

/// Adds a file, or the .prisma and .json files of a folder.
fn add_files(files: &mut Files, path: &Path, depth: usize) {
    let Ok(metadata) = std::fs::metadata(path) else {
        files.push((path.to_owned(), None, 0));
        return;
    };
    if !metadata.is_dir() {
        files.push((path.to_owned(), metadata.modified().ok(), metadata.len()));
        return;
    }
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    for entry in entries {
        let inside = entry.path();
        let is_schema = (inside.extension()).is_some_and(|end| end == "prisma" || end == "json");
        let is_folder =
            inside.is_dir() && inside.file_name().is_some_and(|it| it != "node_modules");
        if is_schema || (is_folder && depth < MAX_DEPTH) {
            add_files(files, &inside, depth + 1);
        }
    }
}

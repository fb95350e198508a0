//! A cheap answer to the question whether a schema has changed.

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use reflect::snapshot::Database;
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement};

use super::CatalogReader;
use crate::db::Db;

/// What tells one state of a source from the next. Equal versions mean that nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SchemaVersion {
    /// A number of the database's, as text.
    database: String,
    files: Vec<(PathBuf, Option<SystemTime>, u64)>,
}

/// Every change of a schema writes new rows of the system catalogs, under a new `xmin`. Analysing
/// and vacuuming change rows in place, under the old one.
///
/// Relations, columns, defaults, constraints, indexes, types, enum labels, functions, the queries of
/// views and comments are summed up. The rows of a schema of 100 tables are some thousands.
const POSTGRES: &str = "\
WITH n AS (SELECT oid FROM pg_catalog.pg_namespace \
  WHERE nspname::text IN (SELECT json_array_elements_text($1::json))), \
 r AS (SELECT oid, xmin FROM pg_catalog.pg_class WHERE relnamespace IN (SELECT oid FROM n)), \
 t AS (SELECT oid, xmin FROM pg_catalog.pg_type WHERE typnamespace IN (SELECT oid FROM n)), \
 f AS (SELECT oid, xmin FROM pg_catalog.pg_proc WHERE pronamespace IN (SELECT oid FROM n)), \
 seen (kind, id, part, xmin) AS ( \
  SELECT 1, oid, 0, xmin FROM r \
  UNION ALL SELECT 2, attrelid, attnum, a.xmin FROM pg_catalog.pg_attribute a \
   JOIN r ON r.oid = attrelid WHERE attnum > 0 \
  UNION ALL SELECT 3, d.oid, 0, d.xmin FROM pg_catalog.pg_attrdef d JOIN r ON r.oid = adrelid \
  UNION ALL SELECT 4, oid, 0, xmin FROM pg_catalog.pg_constraint \
   WHERE connamespace IN (SELECT oid FROM n) \
  UNION ALL SELECT 5, indexrelid, 0, i.xmin FROM pg_catalog.pg_index i JOIN r ON r.oid = indrelid \
  UNION ALL SELECT 6, oid, 0, xmin FROM t \
  UNION ALL SELECT 7, e.oid, 0, e.xmin FROM pg_catalog.pg_enum e JOIN t ON t.oid = enumtypid \
  UNION ALL SELECT 8, oid, 0, xmin FROM f \
  UNION ALL SELECT 9, w.oid, 0, w.xmin FROM pg_catalog.pg_rewrite w JOIN r ON r.oid = ev_class \
  UNION ALL SELECT 10, objoid, objsubid, c.xmin FROM pg_catalog.pg_description c \
   WHERE objoid IN (SELECT oid FROM r UNION ALL SELECT oid FROM t)) \
SELECT pg_catalog.count(*)::text || ':' || COALESCE(pg_catalog.sum(pg_catalog.hashint8( \
  (kind::bigint << 56) # (id::bigint << 24) # (part::bigint << 40) \
  # (xmin::text::bigint * 2654435761))::bigint * (1 + kind))::text, '') AS version FROM seen";

/// The deepest folder of .prisma files that is looked at.
const MAX_DEPTH: usize = 6;

impl CatalogReader {
    /// The state of the source now. `schemas` are those that were reflected.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub async fn version(&self, db: &Db, schemas: &[String]) -> Result<SchemaVersion, DbErr> {
        let mut files = Vec::new();
        let database = match self {
            Self::File(path) => {
                add_files(&mut files, path, 0);
                String::new()
            }
            Self::Live(live) => {
                if let Some(path) = &live.prisma_schema {
                    add_files(&mut files, Path::new(path), 0);
                }
                version_of_database(db, schemas).await?
            }
        };
        files.sort();
        Ok(SchemaVersion { database, files })
    }
}

async fn version_of_database(db: &Db, schemas: &[String]) -> Result<String, DbErr> {
    let statement = match db.database() {
        Database::Postgres => {
            let schemas = serde_json::Value::from(schemas.to_vec()).to_string();
            Statement::from_sql_and_values(DatabaseBackend::Postgres, POSTGRES, [schemas.into()])
        }
        Database::Sqlite => Statement::from_string(
            DatabaseBackend::Sqlite,
            "SELECT CAST(schema_version AS TEXT) AS version FROM pragma_schema_version",
        ),
    };
    let row = db.sea_orm().query_one_raw(statement).await?;
    row.map_or_else(
        || Ok(String::new()),
        |row| row.try_get::<String>("", "version"),
    )
}

/// Adds a file, or the .prisma and .json files of a folder.
fn add_files(files: &mut Vec<(PathBuf, Option<SystemTime>, u64)>, path: &Path, depth: usize) {
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

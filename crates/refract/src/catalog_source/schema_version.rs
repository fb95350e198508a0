//! A cheap answer to the question whether a schema has changed.

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use reflect::snapshot::Database;
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement};

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
/// `TRUNCATE` and `REFRESH` write its rows, too.
const POSTGRES: &str = r#"
WITH served AS (
    SELECT oid FROM pg_catalog.pg_namespace
    WHERE nspname IN (SELECT json_array_elements_text($1::json))
), relations AS (
    SELECT c.* FROM pg_catalog.pg_class c JOIN served ON served.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
), types AS (
    SELECT t.oid, t.xmin FROM pg_catalog.pg_type t JOIN served ON served.oid = t.typnamespace
    WHERE t.typrelid = 0
), rows(found) AS (
    SELECT concat_ws('/', 'c', oid, relname, relnamespace, relkind, relnatts, relchecks, relhasrules,
        relhastriggers, relispartition, relispopulated, relreplident) FROM relations
    UNION ALL
    SELECT concat_ws('/', 'a', a.attrelid, a.attnum, a.xmin) FROM pg_catalog.pg_attribute a
        JOIN relations r ON r.oid = a.attrelid WHERE a.attnum > 0
    UNION ALL
    SELECT concat_ws('/', 'd', d.oid, d.xmin) FROM pg_catalog.pg_attrdef d
        JOIN relations r ON r.oid = d.adrelid
    UNION ALL
    SELECT concat_ws('/', 'k', k.oid, k.xmin) FROM pg_catalog.pg_constraint k
        JOIN served ON served.oid = k.connamespace
    UNION ALL
    SELECT concat_ws('/', 'i', i.indexrelid, i.xmin) FROM pg_catalog.pg_index i
        JOIN relations r ON r.oid = i.indrelid
    UNION ALL
    SELECT concat_ws('/', 'v', w.oid, w.xmin) FROM pg_catalog.pg_rewrite w
        JOIN relations r ON r.oid = w.ev_class
    UNION ALL
    SELECT concat_ws('/', 'g', g.oid, g.xmin) FROM pg_catalog.pg_trigger g
        JOIN relations r ON r.oid = g.tgrelid
    UNION ALL
    SELECT concat_ws('/', 'p', p.oid, p.xmin) FROM pg_catalog.pg_proc p
        JOIN served ON served.oid = p.pronamespace
    UNION ALL
    SELECT concat_ws('/', 't', oid, xmin) FROM types
    UNION ALL
    SELECT concat_ws('/', 'e', e.oid, e.xmin) FROM pg_catalog.pg_enum e
        JOIN types ON types.oid = e.enumtypid
    UNION ALL
    SELECT concat_ws('/', 's', s.objoid, s.objsubid, s.xmin) FROM pg_catalog.pg_description s
        WHERE s.objoid IN (SELECT oid FROM relations UNION ALL SELECT oid FROM types)
    UNION ALL
    SELECT concat_ws('/', 'n', oid) FROM served
)
SELECT concat_ws('/', count(*), sum(pg_catalog.hashtext(found)::bigint)) AS version FROM rows"#;

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

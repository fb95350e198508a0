//! What the role of `DATABASE_URL` may not do with the tables that were reflected.
//!
//! The catalogs of PostgreSQL can be read by every role, so a schema shows tables that the role may
//! not read.

use reflect::{
    quote,
    snapshot::{Database, Snapshot},
};
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use crate::db::Db;

/// Tables of an array of `{"schema": …, "table": …}` that the role may not select from, and schemas
/// that it may not use.
const SQL: &str = "\
SELECT current_user::text AS role, t.schema AS schema, \
 count(*) FILTER (WHERE NOT pg_catalog.has_table_privilege(c.oid, 'SELECT')) AS refused, \
 count(*) AS tables, bool_and(pg_catalog.has_schema_privilege(n.oid, 'USAGE')) AS usable \
FROM json_to_recordset($1::json) AS t (schema text, \"table\" text) \
JOIN pg_catalog.pg_namespace n ON n.nspname::text = t.schema \
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname::text = t.\"table\" \
GROUP BY 1, 2 ORDER BY 2";

/// A sentence for each schema with tables that the role may not read. It is only advice, so errors
/// are ignored.
pub(super) async fn sentences(db: &Db, snapshot: &Snapshot) -> Vec<String> {
    if snapshot.database != Database::Postgres || snapshot.tables.is_empty() {
        return Vec::new();
    }
    let tables = snapshot.tables.iter();
    let tables: serde_json::Value = tables
        .map(|table| serde_json::json!({ "schema": table.schema, "table": table.name }))
        .collect();
    let values = [tables.to_string().into()];
    let statement = Statement::from_sql_and_values(DatabaseBackend::Postgres, SQL, values);
    let rows = db.sea_orm().query_all_raw(statement).await;
    let rows = rows.unwrap_or_default();
    let sentences = rows.iter().filter_map(|row| {
        let text = |name: &str| row.try_get::<String>("", name).ok();
        let number = |name: &str| row.try_get::<i64>("", name).ok();
        let (role, schema) = (text("role")?, text("schema")?);
        let (refused, tables) = (number("refused")?, number("tables")?);
        let is_usable = row.try_get::<bool>("", "usable").ok()?;
        let (role, name) = (quote::identifier(&role), quote::identifier(&schema));
        let usage = match is_usable {
            true => String::new(),
            false => format!("GRANT USAGE ON SCHEMA {name} TO {role}; "),
        };
        let is_allowed = refused == 0 && is_usable;
        (!is_allowed).then(|| {
            format!(
                "the role {role} may not read {refused} of {tables} tables and views in schema \
                 {schema}: {usage}GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \
                 {name} TO {role}"
            )
        })
    });
    sentences.collect()
}

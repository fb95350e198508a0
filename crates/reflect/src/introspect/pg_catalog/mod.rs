//! Reads PostgreSQL's `pg_catalog` in a dozen statements. Their number does not depend on the number of
//! tables.
//!
//! The statements run in one read-only transaction, so that they see one state of the schema. They set
//! the search_path, so that expressions and types are printed in the same way for every role. They are
//! not prepared under a name, because a PgBouncer in transaction mode may be in between. SeaORM would
//! prepare them, so they are sent with sqlx.

mod catalog_rows;
mod held_rows;
mod postgres_types;
mod view_origins;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sea_orm::{
    DatabaseConnection, DbErr, FromQueryResult, QueryResult, RuntimeErr,
    sqlx::{self, Encode, Postgres, Transaction, Type},
};

use self::{
    catalog_rows::{
        BeneathRow, ColumnRow, ConstraintRow, KeyRow, Named, RowFunctionRow, TableRow, TypeRow,
    },
    held_rows::{FieldRow, Held},
    postgres_types::Types,
    view_origins::Origins,
};
use super::{Catalog, MIGRATIONS_TABLE, ReflectError, failed};
use crate::{
    quote,
    snapshot::{Beneath, Column, EnumType, EnumValue, Table},
};

const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

pub(super) async fn read(
    db: &DatabaseConnection,
    schemas: &[String],
) -> Result<Catalog, ReflectError> {
    let mut transaction = (db.get_postgres_connection_pool().begin_with(BEGIN).await)
        .map_err(|error| failed("the catalog")(query_error(error)))?;
    let catalog = read_catalog(&mut transaction, schemas).await;
    // Nothing was written, and a failed statement has already ended the transaction.
    let _ = transaction.rollback().await;
    catalog
}

async fn read_catalog(
    db: &mut Transaction<'static, Postgres>,
    schemas: &[String],
) -> Result<Catalog, ReflectError> {
    let search_path = quote::identifiers(schemas);
    // PostgreSQL must print types and expressions without unnecessary quotes.
    let sql = "SELECT pg_catalog.set_config('search_path', $1, true), \
               CASE WHEN pg_catalog.current_setting('quote_all_identifiers', true) = 'on' \
               THEN pg_catalog.set_config('quote_all_identifiers', 'off', true) END";
    execute(db, sql, search_path)
        .await
        .map_err(failed("the search path"))?;

    let sql = include_str!("tables.sql");
    let mut tables: Vec<TableRow> = fetch(db, "tables", sql, schemas.to_vec()).await?;
    tables.retain(|table| table.name != MIGRATIONS_TABLE);

    let ids: Vec<i64> = tables.iter().map(|table| table.id).collect();
    let views = tables.iter().filter(|table| table.is_view());
    let origins = Origins::read(db, views.map(|view| view.id).collect()).await?;
    let sql = include_str!("functions.sql");
    let row_functions: Vec<RowFunctionRow> = fetch(db, "functions", sql, ids.clone()).await?;
    let beneath = read_beneath(db, &ids, &origins).await?;
    let sql = include_str!("types.sql");
    let mut types = Types::new(fetch::<TypeRow>(db, "types", sql, ids.clone()).await?);
    let domains = types.domains();
    if !domains.is_empty() {
        let casts = fetch(db, "casts", include_str!("casts.sql"), domains).await?;
        types = types.with_casts(casts);
    }
    let sql = include_str!("columns.sql");
    let columns: Vec<ColumnRow> = fetch(db, "columns", sql, ids.clone()).await?;
    let sql = include_str!("fields.sql");
    let fields: Vec<FieldRow> = fetch(db, "functions", sql, ids.clone()).await?;
    let held = Held::read(db, &columns, &fields).await?;
    let sql = include_str!("keys.sql");
    let keys: Vec<KeyRow> = fetch(db, "keys", sql, ids.clone()).await?;
    let sql = include_str!("constraints.sql");
    let constraints: Vec<ConstraintRow> = fetch(db, "constraints", sql, ids).await?;

    let mut columns = by_relation(columns, |row| row.relation);
    let mut keys = by_relation(keys, |row| row.relation);
    let mut constraints = by_relation(constraints, |row| row.relation);
    let tables: Vec<Table> = tables
        .into_iter()
        .map(|row| {
            let id = row.id;
            let mut table = row.into_table();
            let columns = columns.remove(&id).unwrap_or_default();
            table.columns = columns
                .into_iter()
                .enumerate()
                .map(|(position, row)| Column {
                    origin: origins.of(id, position).cloned(),
                    holds: held.by(row.type_id),
                    ..row.into_column(&types)
                })
                .collect();
            for row in keys.remove(&id).unwrap_or_default() {
                if row.is_primary {
                    table.primary_key = Some(row.into_key());
                } else {
                    table.unique_keys.push(row.into_key());
                }
            }
            for row in constraints.remove(&id).unwrap_or_default() {
                row.add_to(&mut table);
            }
            table
        })
        // PostgreSQL allows tables without columns. They are not served.
        .filter(|table| !table.columns.is_empty())
        .collect();
    let enums = used_enums(&tables, &types);
    let sql =
        "SELECT DISTINCT proname::text AS name FROM pg_catalog.pg_proc WHERE proretset AND $1";
    let has_views = tables.iter().any(|table| table.definition.is_some());
    let multiplying: Vec<Named> = fetch(db, "functions", sql, has_views).await?;
    let sql = include_str!("configurations.sql");
    let configurations: Vec<Named> =
        fetch(db, "search configurations", sql, schemas.to_vec()).await?;
    Ok(Catalog {
        tables,
        // PostgreSQL does not let a table go while a view reads it.
        unreadable: Vec::new(),
        enums,
        multiplying: multiplying.into_iter().map(|row| row.name).collect(),
        beneath,
        row_functions: row_functions
            .into_iter()
            .map(RowFunctionRow::into_function)
            .collect(),
        computed_fields: held.fields(fields),
        text_search_configurations: configurations.into_iter().map(|row| row.name).collect(),
    })
}

/// Tables that are not among `ids` but that views show.
async fn read_beneath(
    db: &mut Transaction<'static, Postgres>,
    ids: &[i64],
    origins: &Origins,
) -> Result<Vec<Beneath>, ReflectError> {
    let unread: Vec<i64> = origins.tables().filter(|id| !ids.contains(id)).collect();
    if unread.is_empty() {
        return Ok(Vec::new());
    }
    let sql = include_str!("base_tables.sql");
    let tables: Vec<BeneathRow> = fetch(db, "tables", sql, unread).await?;
    let ids: Vec<i64> = tables.iter().map(|table| table.id).collect();
    let keys: Vec<KeyRow> = fetch(db, "keys", include_str!("keys.sql"), ids.clone()).await?;
    let sql = include_str!("constraints.sql");
    let constraints: Vec<ConstraintRow> = fetch(db, "constraints", sql, ids).await?;
    let mut keys = by_relation(keys, |row| row.relation);
    let mut constraints = by_relation(constraints, |row| row.relation);
    let tables = tables.into_iter().map(|row| {
        let keys = keys.remove(&row.id).unwrap_or_default();
        let (primary, unique): (Vec<_>, Vec<_>) = keys.into_iter().partition(|key| key.is_primary);
        let constraints = constraints.remove(&row.id).unwrap_or_default();
        Beneath {
            schema: row.schema,
            name: row.name,
            primary_key: primary.into_iter().next().map(KeyRow::into_key),
            unique_keys: unique.into_iter().map(KeyRow::into_key).collect(),
            foreign_keys: constraints
                .into_iter()
                .filter_map(ConstraintRow::into_foreign_key)
                .collect(),
        }
    });
    Ok(tables.collect())
}

/// The enum types that columns have, in any schema.
fn used_enums(tables: &[Table], types: &Types) -> Vec<EnumType> {
    let used: BTreeSet<(&str, &str)> = tables
        .iter()
        .flat_map(|table| &table.columns)
        .filter_map(|column| column.data_type.enum_type())
        .collect();
    used.into_iter()
        .map(|(schema, name)| EnumType {
            schema: schema.to_owned(),
            name: name.to_owned(),
            model: String::new(),
            prisma_name: None,
            comment: None,
            values: types
                .labels(schema, name)
                .iter()
                .map(|label| EnumValue {
                    label: label.clone(),
                    name: None,
                    comment: None,
                })
                .collect(),
        })
        .collect()
}

fn by_relation<T>(rows: Vec<T>, relation: impl Fn(&T) -> i64) -> BTreeMap<i64, Vec<T>> {
    let mut grouped: BTreeMap<i64, Vec<T>> = BTreeMap::new();
    for row in rows {
        grouped.entry(relation(&row)).or_default().push(row);
    }
    grouped
}

async fn fetch<R: FromQueryResult>(
    db: &mut Transaction<'static, Postgres>,
    what: &'static str,
    sql: &'static str,
    parameter: impl for<'q> Encode<'q, Postgres> + Type<Postgres> + Send + 'static,
) -> Result<Vec<R>, ReflectError> {
    let rows = execute(db, sql, parameter).await.map_err(failed(what))?;
    rows.iter()
        .map(|row| R::from_query_result(row, ""))
        .collect::<Result<_, _>>()
        .map_err(failed(what))
}

async fn execute(
    db: &mut Transaction<'static, Postgres>,
    sql: &'static str,
    parameter: impl for<'q> Encode<'q, Postgres> + Type<Postgres> + Send + 'static,
) -> Result<Vec<QueryResult>, DbErr> {
    let query = sqlx::query(sql).bind(parameter).persistent(false);
    let rows = query.fetch_all(&mut **db).await.map_err(query_error)?;
    Ok(rows.into_iter().map(QueryResult::from).collect())
}

fn query_error(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}

//! Reads SQLite's schema by its pragma functions, in four statements and one for each view.
//!
//! SQLite offers no check constraints, no comments and no names of foreign keys. Foreign keys get the
//! names that Prisma would give them.

mod pragma_rows;
mod sqlite_types;

use std::collections::BTreeMap;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, FromQueryResult, RuntimeErr, Statement,
};

use self::pragma_rows::{ColumnRow, ForeignKeyRow, KeyRow, TableRow};
use super::{Catalog, MIGRATIONS_TABLE, ReflectError, failed};
use crate::snapshot::{Identity, Key, Table, TableKind};

/// SQLite's name for the main database file.
pub(super) const SCHEMA: &str = "main";

pub(super) async fn read(db: &DatabaseConnection) -> Result<Catalog, ReflectError> {
    let mut rows: Vec<TableRow> = fetch(db, "tables", include_str!("tables_and_views.sql")).await?;
    rows.retain(|row| row.name != MIGRATIONS_TABLE);
    let mut columns: Vec<ColumnRow> =
        fetch(db, "columns", include_str!("table_columns.sql")).await?;
    // Views are read one by one. A view that no longer fits its tables is an error, which must not
    // hide the other views.
    let mut unreadable = Vec::new();
    for view in rows.iter().filter(|row| row.is_view()) {
        match view_columns(db, &view.name).await {
            Ok(found) => columns.extend(found),
            Err(error) if is_about_the_schema(&error) => unreadable.push(view.name.clone()),
            Err(error) => return Err(failed("columns")(error)),
        }
    }
    rows.retain(|row| !unreadable.contains(&row.name));
    let keys: Vec<KeyRow> = fetch(db, "keys", include_str!("index_keys.sql")).await?;
    let sql = include_str!("foreign_keys.sql");
    let foreign_keys: Vec<ForeignKeyRow> = fetch(db, "foreign keys", sql).await?;

    let mut columns = by_relation(columns, |row| &row.relation);
    let mut keys = by_relation(keys, |row| &row.relation);
    let mut tables: Vec<Table> = rows
        .into_iter()
        .map(|row| {
            let columns = columns.remove(&row.name).unwrap_or_default();
            let keys = keys.remove(&row.name).unwrap_or_default();
            table(row, columns, keys)
        })
        .collect();
    add_foreign_keys(&mut tables, foreign_keys);
    Ok(Catalog {
        tables,
        enums: Vec::new(),
        // SQLite has such functions in FROM only.
        multiplying: Vec::new(),
        unreadable,
        beneath: Vec::new(),
        row_functions: Vec::new(),
        computed_fields: Vec::new(),
        text_search_configurations: Vec::new(),
    })
}

async fn view_columns(db: &DatabaseConnection, view: &str) -> Result<Vec<ColumnRow>, DbErr> {
    let sql = include_str!("view_columns.sql");
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, [view.into()]);
    ColumnRow::find_by_statement(statement).all(db).await
}

/// Whether the error is about the text of the schema: no such table, no such column.
fn is_about_the_schema(error: &DbErr) -> bool {
    // <https://sqlite.org/rescode.html#error>
    const SQLITE_ERROR: &str = "1";
    let (DbErr::Query(RuntimeErr::SqlxError(error)) | DbErr::Exec(RuntimeErr::SqlxError(error))) =
        error
    else {
        return false;
    };
    let answer = error.as_database_error();
    answer.and_then(|answer| answer.code()).as_deref() == Some(SQLITE_ERROR)
}

fn table(row: TableRow, columns: Vec<ColumnRow>, keys: Vec<KeyRow>) -> Table {
    let has_rowid = row.without_rowid == 0;
    let mut table = row.into_table();
    table.primary_key = primary_key(&columns);
    table.unique_keys = pragma_rows::unique_keys(keys);
    table.columns = columns.into_iter().map(ColumnRow::into_column).collect();
    if let Some(Key { columns, .. }) = &table.primary_key {
        let is_single = columns.len() == 1;
        for column in table
            .columns
            .iter_mut()
            .filter(|column| columns.contains(&column.name))
        {
            // SQLite accepts NULL in other primary keys, for compatibility with an old bug. A row
            // with such a key could not be addressed.
            column.nullable = false;
            if is_single && has_rowid && column.database_type.eq_ignore_ascii_case("INTEGER") {
                column.identity = Some(Identity::ByDefault);
            }
        }
    }
    table
}

fn primary_key(columns: &[ColumnRow]) -> Option<Key> {
    let mut key: Vec<&ColumnRow> = columns.iter().filter(|column| column.pk > 0).collect();
    key.sort_by_key(|column| column.pk);
    let columns: Vec<String> = key.into_iter().map(|column| column.name.clone()).collect();
    (!columns.is_empty()).then(|| Key {
        name: columns.join("_"),
        columns,
        deferrable: false,
    })
}

/// Adds the foreign keys. All primary keys must be known, because a foreign key without target columns
/// refers to the other table's primary key.
fn add_foreign_keys(tables: &mut [Table], rows: Vec<ForeignKeyRow>) {
    let primary_keys: BTreeMap<String, Vec<String>> = tables
        .iter()
        .filter_map(|table| Some((table.name.clone(), table.primary_key.clone()?.columns)))
        .collect();
    let mut rows = by_relation(rows, |row| &row.relation);
    for table in tables
        .iter_mut()
        .filter(|table| table.kind == TableKind::Table)
    {
        let rows = rows.remove(&table.name).unwrap_or_default();
        table.foreign_keys = pragma_rows::foreign_keys(&table.name, rows, &primary_keys);
    }
}

fn by_relation<T>(rows: Vec<T>, relation: impl Fn(&T) -> &String) -> BTreeMap<String, Vec<T>> {
    let mut grouped: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for row in rows {
        grouped.entry(relation(&row).clone()).or_default().push(row);
    }
    grouped
}

async fn fetch<R: FromQueryResult>(
    db: &impl ConnectionTrait,
    what: &'static str,
    sql: &str,
) -> Result<Vec<R>, ReflectError> {
    R::find_by_statement(Statement::from_string(DbBackend::Sqlite, sql))
        .all(db)
        .await
        .map_err(failed(what))
}

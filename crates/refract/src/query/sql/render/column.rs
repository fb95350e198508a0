//! Tables and columns as statements name them.

use reflect::snapshot::Database;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, IntoIden, TableRef};

use crate::{
    catalog::{Column, Resource, Type},
    codec::collation,
    query::sql::sqlite_table,
};

pub(in crate::query::sql) fn table(database: Database, resource: &Resource) -> TableRef {
    match database {
        Database::Postgres => (Alias::new(&resource.schema), Alias::new(&resource.table)).into(),
        Database::Sqlite => table_name(database, resource).into_iden().into(),
    }
}

/// What columns are qualified with.
fn table_name(database: Database, resource: &Resource) -> Alias {
    match database {
        Database::Postgres => Alias::new(&resource.table),
        Database::Sqlite => Alias::new(sqlite_table(&resource.schema, &resource.table)),
    }
}

pub(in crate::query::sql) fn name(resource: &Resource, column: usize) -> Alias {
    Alias::new(&resource.columns[column].name)
}

/// A column with its table. A bare name in `ORDER BY` would be that of an output column, which may
/// be a text made of this one; SQLite takes a bare name that it does not know for a string.
pub(in crate::query::sql) fn column(
    database: Database,
    resource: &Resource,
    column: usize,
) -> Expr {
    let expression = stored(database, resource, column);
    comparable(database, &resource.columns[column], expression)
}

/// A column with its table, as it is stored.
pub(in crate::query::sql) fn stored(
    database: Database,
    resource: &Resource,
    column: usize,
) -> Expr {
    Expr::col((table_name(database, resource), name(resource, column)))
}

/// A column as it is compared with parameters, ordered and grouped.
///
/// On PostgreSQL a parameter's text is read in the column's type, which of `money` is the locale's
/// business. SQLite has no types for moments: it compares the texts that are stored by the
/// collations of `codec::COLLATIONS`, which read them.
pub(in crate::query::sql) fn comparable(
    database: Database,
    column: &Column,
    expression: Expr,
) -> Expr {
    match database {
        Database::Postgres if column.is_money() => expression.cast_as(match column.data_type {
            Type::Array(_) => "numeric[]",
            _ => "numeric",
        }),
        Database::Sqlite => match collation(&column.data_type) {
            Some(name) => {
                Expr::cust_with_expr(format!("CAST(? AS TEXT) COLLATE \"{name}\""), expression)
            }
            None => expression,
        },
        Database::Postgres => expression,
    }
}

/// A column as an answer wants it.
pub(super) fn output(database: Database, resource: &Resource, column: usize) -> Expr {
    let expression = match database {
        Database::Postgres => self::column(database, resource, column),
        Database::Sqlite => stored(database, resource, column),
    };
    as_read(database, &resource.columns[column], expression)
}

/// A column's value as the codec reads it. Types that are not PostgreSQL's own come as their text:
/// without a codec there is no other form, and of enums the driver would first have to ask the
/// server.
pub(in crate::query::sql) fn as_read(
    database: Database,
    column: &Column,
    expression: Expr,
) -> Expr {
    if database == Database::Sqlite {
        return expression;
    }
    match read_as(column) {
        None => expression,
        // A cast of `inet` adds a mask that its own text has not, and so does one of its arrays.
        Some("text") if is_inet(&column.data_type) => Func::cust("abbrev").arg(expression).into(),
        Some("text[]") if matches!(&column.data_type, Type::Array(item) if is_inet(item)) => {
            expression.cast_as("text").cast_as("text[]")
        }
        Some(text) => expression.cast_as(text),
    }
}

/// The type that the codec reads a column's values as, where it is not their own.
fn read_as(column: &Column) -> Option<&'static str> {
    let foreign = |data_type: &Type| match data_type {
        Type::Other { .. } | Type::Enum(_) => true,
        Type::Text { .. } => !OWN_TEXT
            .iter()
            .any(|own| column.database_type.starts_with(own)),
        _ => false,
    };
    match &column.data_type {
        Type::Array(item) if foreign(item) => Some("text[]"),
        data_type if foreign(data_type) => Some("text"),
        _ => None,
    }
}

fn is_inet(data_type: &Type) -> bool {
    matches!(data_type, Type::Other { name, .. } if name == "inet")
}

/// NULL, of the type that [`as_read`] gives a column on PostgreSQL, where [`has_null`].
pub(in crate::query::sql) fn null(column: &Column) -> Expr {
    let name = read_as(column).unwrap_or(&column.database_type);
    Expr::cust(format!("NULL::{name}"))
}

/// Whether the name of a column's type means that type whatever the search path is. A domain's does
/// not, nor that of an array of them.
pub(in crate::query::sql) fn has_null(column: &Column) -> bool {
    let item = column.database_type.trim_end_matches("[]");
    let name = item.split('(').next().unwrap_or_default();
    read_as(column).is_some() || OWN.contains(&name)
}

/// Names of PostgreSQL's own types, as `format_type` begins to print them.
const OWN: [&str; 22] = [
    "bigint",
    "boolean",
    "bytea",
    "character",
    "character varying",
    "date",
    "double precision",
    "integer",
    "json",
    "jsonb",
    "name",
    "numeric",
    "oid",
    "real",
    "smallint",
    "text",
    "time",
    "time without time zone",
    "timestamp",
    "timestamp with time zone",
    "timestamp without time zone",
    "uuid",
];

/// PostgreSQL's own character types, as `format_type` begins to print them.
const OWN_TEXT: [&str; 3] = ["text", "character", "name"];

//! Plans → SQL text, through sea-query.
//!
//! Identifiers come out of the catalog and are quoted by sea-query; values are always bound.
//! Where PostgreSQL and SQLite differ, they differ here.

use reflect::snapshot::Database;
use sea_orm::sea_query::{
    Alias, Expr, ExprTrait, IntoIden, NullOrdering, OnConflict, Order, PostgresQueryBuilder, Query,
    SelectStatement, SqliteQueryBuilder, TableRef, Values, extension::postgres::PgFunc,
};

use super::{
    predicate::{Scope, plain, predicate},
    values,
};
use crate::{
    catalog::{Column, Resource, Type},
    codec::{Value, bind},
    query::plan::{Condition, Delete, Filter, Insert, Select, Update},
};

/// SQL text, and the values that sea-query would bind: those of [`super::values`], in its forms.
pub(super) type Rendered = (String, Values);

/// The statement of a read.
pub(super) fn select(database: Database, plan: &Select) -> Rendered {
    finish_select(database, &read(database, plan))
}

/// The read of [`select`] for many keys: one parameter, an array of them; the key comes last.
pub(super) fn select_many(database: Database, plan: &Select, key: usize) -> Rendered {
    let mut query = read(
        database,
        &Select {
            filter: Filter::default(),
            ..plan.clone()
        },
    );
    let column = column(database, &plan.from, key);
    query
        .expr(column.clone())
        .and_where(column.eq(PgFunc::any(Expr::val(""))));
    finish_select(database, &query)
}

fn read(database: Database, plan: &Select) -> SelectStatement {
    let mut query = Query::select();
    query.from(table(database, &plan.from));
    for &column in &plan.columns {
        query.expr(output(database, &plan.from, column));
    }
    if plan.columns.is_empty() {
        query.expr(Expr::cust("1"));
    }
    query.cond_where(plain(database, &plan.from, &plan.filter));
    for term in &plan.order {
        let order = if term.descending {
            Order::Desc
        } else {
            Order::Asc
        };
        let column = column(database, &plan.from, term.column);
        let nullable = plan.from.columns[term.column].nullable;
        order_by(
            database,
            &mut query,
            column,
            order,
            term.nulls_first,
            nullable,
        );
    }
    bound(database, &mut query, plan.limit, plan.offset);
    query
}

/// Adds a term to an `ORDER BY`.
pub(super) fn order_by(
    database: Database,
    query: &mut SelectStatement,
    expression: Expr,
    order: Order,
    nulls_first: Option<bool>,
    nullable: bool,
) {
    // PostgreSQL sorts NULL as the largest value, SQLite as the smallest.
    let nulls = match (nulls_first, database) {
        (Some(true), _) => NullOrdering::First,
        (Some(false), _) => NullOrdering::Last,
        (None, Database::Sqlite) if nullable && order == Order::Desc => NullOrdering::First,
        (None, Database::Sqlite) if nullable => NullOrdering::Last,
        (None, _) => {
            query.order_by_expr(expression, order);
            return;
        }
    };
    query.order_by_expr_with_nulls(expression, order, nulls);
}

/// Adds `LIMIT` and `OFFSET`.
pub(super) fn bound(
    database: Database,
    query: &mut SelectStatement,
    limit: Option<u64>,
    offset: Option<u64>,
) {
    if let Some(limit) = limit {
        query.limit(limit);
    }
    if let Some(offset) = offset {
        // SQLite has no OFFSET without a LIMIT.
        if limit.is_none() && database == Database::Sqlite {
            query.limit(i64::MAX as u64);
        }
        query.offset(offset);
    }
}

/// The statement of an insert of some of the plan's rows.
///
/// A replacing insert on PostgreSQL returns one boolean more than the plan's columns: whether the
/// row is a new one.
pub(super) fn insert(database: Database, plan: &Insert, rows: &[Vec<Option<Value>>]) -> Rendered {
    let resource = &plan.into;
    let given = values::given(plan, rows);
    let mut query = Query::insert();
    query.into_table(table(database, resource));
    if given.is_empty() {
        if rows.len() == 1 {
            query.or_default_values();
        } else {
            // `DEFAULT VALUES` makes one row; naming a column makes as many as wanted.
            query.columns(
                plan.into
                    .columns
                    .first()
                    .map(|column| Alias::new(&column.name)),
            );
            for _ in rows {
                query.values_panic([Expr::keyword_default()]);
            }
        }
    } else {
        query.columns(given.iter().map(|&at| name(resource, plan.columns[at])));
        for row in rows {
            query.values_panic(given.iter().map(|&at| match &row[at] {
                Some(value) => Expr::val(bind(database, value)),
                None => Expr::keyword_default(),
            }));
        }
    }
    let mut outputs: Vec<Expr> = plan
        .returning
        .iter()
        .map(|&column| output(database, resource, column))
        .collect();
    if let Some(key) = &plan.replace {
        let mut conflict =
            OnConflict::columns(resource.key.iter().map(|&column| name(resource, column)));
        conflict.update_columns(plan.columns.iter().map(|&column| name(resource, column)));
        query.on_conflict(conflict);
        if database == Database::Postgres {
            // The statement does not see its own rows. `xmax = 0` would be shorter, but partitioned
            // tables have no system columns to return, and neither have some of PostgreSQL's kin.
            outputs.push(Expr::not_exists(existing(database, resource, key)));
        }
    }
    query.returning(Query::returning().exprs(outputs));
    match database {
        Database::Postgres => query.build(PostgresQueryBuilder),
        Database::Sqlite => query.build(SqliteQueryBuilder),
    }
}

/// Whether a row with these conditions exists: one row, or none.
pub(super) fn exists(database: Database, resource: &Resource, key: &[Condition]) -> Rendered {
    finish_select(database, &existing(database, resource, key))
}

fn existing(database: Database, resource: &Resource, key: &[Condition]) -> SelectStatement {
    let mut query = Query::select();
    query.expr(Expr::cust("1")).from(table(database, resource));
    for condition in key {
        query.and_where(predicate(Scope::of(database, resource), condition));
    }
    query
}

/// The statement of an update.
pub(super) fn update(database: Database, plan: &Update) -> Rendered {
    let mut query = Query::update();
    query.table(table(database, &plan.table));
    for (column, value) in &plan.set {
        query.value(name(&plan.table, *column), Expr::val(bind(database, value)));
    }
    query.cond_where(plain(database, &plan.table, &plan.filter));
    let columns = plan
        .returning
        .iter()
        .map(|&column| output(database, &plan.table, column));
    query.returning(Query::returning().exprs(columns));
    match database {
        Database::Postgres => query.build(PostgresQueryBuilder),
        Database::Sqlite => query.build(SqliteQueryBuilder),
    }
}

/// The statement of a delete; returns a row per deleted row.
pub(super) fn delete(database: Database, plan: &Delete) -> Rendered {
    let mut query = Query::delete();
    query.from_table(table(database, &plan.from));
    query.cond_where(plain(database, &plan.from, &plan.filter));
    query.returning(Query::returning().expr(Expr::cust("1")));
    match database {
        Database::Postgres => query.build(PostgresQueryBuilder),
        Database::Sqlite => query.build(SqliteQueryBuilder),
    }
}

pub(super) fn table(database: Database, resource: &Resource) -> TableRef {
    match database {
        Database::Postgres => (Alias::new(&resource.schema), Alias::new(&resource.table)).into(),
        Database::Sqlite => table_name(database, resource).into_iden().into(),
    }
}

/// What columns are qualified with.
fn table_name(database: Database, resource: &Resource) -> Alias {
    match database {
        Database::Postgres => Alias::new(&resource.table),
        Database::Sqlite => Alias::new(super::sqlite_table(&resource.schema, &resource.table)),
    }
}

fn name(resource: &Resource, column: usize) -> Alias {
    Alias::new(&resource.columns[column].name)
}

/// A column with its table. A bare name in `ORDER BY` would be that of an output column, which may
/// be a text made of this one; SQLite takes a bare name that it does not know for a string.
pub(super) fn column(database: Database, resource: &Resource, column: usize) -> Expr {
    Expr::col((table_name(database, resource), name(resource, column)))
}

/// A column as an answer wants it.
fn output(database: Database, resource: &Resource, column: usize) -> Expr {
    let expression = self::column(database, resource, column);
    as_read(database, &resource.columns[column], expression)
}

/// A column's value as the codec reads it. Types that are not PostgreSQL's own come as their text:
/// without a codec there is no other form, and of enums the driver would first have to ask the
/// server.
pub(super) fn as_read(database: Database, column: &Column, expression: Expr) -> Expr {
    if database == Database::Sqlite {
        return expression;
    }
    let foreign = |data_type: &Type| match data_type {
        Type::Other { .. } | Type::Enum(_) => true,
        Type::Text { .. } => !OWN_TEXT
            .iter()
            .any(|own| column.database_type.starts_with(own)),
        _ => false,
    };
    match &column.data_type {
        Type::Array(item) if foreign(item) => expression.cast_as("text[]"),
        data_type if foreign(data_type) => expression.cast_as("text"),
        _ => expression,
    }
}

/// PostgreSQL's own character types, as `format_type` begins to print them.
const OWN_TEXT: [&str; 3] = ["text", "character", "name"];

pub(super) fn finish_select(database: Database, query: &SelectStatement) -> Rendered {
    match database {
        Database::Postgres => query.build(PostgresQueryBuilder),
        Database::Sqlite => query.build(SqliteQueryBuilder),
    }
}

//! Plans → SQL text, through sea-query.
//!
//! Identifiers come out of the catalog and are quoted by sea-query; values are always bound.
//! Where PostgreSQL and SQLite differ, they differ here.

mod column;
mod text;
mod write;

use reflect::snapshot::Database;
use sea_orm::sea_query::{
    Expr, ExprTrait, Func, LockType, NullOrdering, Order, PostgresQueryBuilder, Query,
    SelectStatement, SqliteQueryBuilder, Values, extension::postgres::PgFunc,
};

use self::column::output;
pub(super) use self::{
    column::{as_read, column, comparable, has_null, name, null, stored, table},
    text::finish,
    write::{delete, insert, insert_recordset, outputs, recordset_insert, update, values_insert},
};
use super::{Lock, predicate::plain};
use crate::{
    catalog::Resource,
    codec::{Value, bind},
    query::plan::{Filter, Select},
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
            filter: plan.filter.without_asked(),
            ..plan.clone()
        },
    );
    let column = column(database, &plan.from, key);
    query
        .expr(column.clone())
        .and_where(column.eq(PgFunc::any(Expr::val(""))));
    finish_select(database, &query)
}

/// The read of [`select`], that locks its rows where there is more than one writer.
pub(super) fn select_locked(database: Database, plan: &Select, lock: Lock) -> Rendered {
    let mut query = read(database, plan);
    if database == Database::Postgres {
        query.lock(match lock {
            Lock::Change => LockType::NoKeyUpdate,
            Lock::Key => LockType::KeyShare,
        });
    }
    finish_select(database, &query)
}

/// How many rows there are with these conditions, up to a limit.
pub(super) fn count(
    database: Database,
    resource: &Resource,
    which: &Filter,
    limit: u64,
) -> Rendered {
    let mut rows = Query::select();
    rows.expr(Expr::cust("1"))
        .from(table(database, resource))
        .cond_where(plain(database, resource, which))
        .limit(limit);
    let mut query = Query::select();
    query
        .expr(Func::count(Expr::cust("*")))
        .from_subquery(rows, "rows");
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
    let terms = plan.order.iter();
    let orders: Vec<_> = terms
        .map(|term| column(database, &plan.from, term.column))
        .collect();
    if let Some(row) = &plan.after {
        let descending = plan.order.first().is_some_and(|term| term.descending);
        query.and_where(beyond_row(database, &orders, row, descending));
    }
    for (term, column) in plan.order.iter().zip(orders) {
        let order = if term.descending {
            Order::Desc
        } else {
            Order::Asc
        };
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

/// That what rows are ordered by comes after the values of one.
pub(super) fn beyond_row(
    database: Database,
    orders: &[Expr],
    row: &[Value],
    descending: bool,
) -> Expr {
    let bound = |value: &Value| Expr::val(bind(database, value));
    match (orders, row) {
        ([order], [value]) => beyond(order.clone(), bound(value), descending),
        _ => beyond(
            Expr::tuple(orders.iter().cloned()),
            Expr::tuple(row.iter().map(bound)),
            descending,
        ),
    }
}

/// That an expression comes after a value in an order.
pub(super) fn beyond(expression: Expr, value: Expr, descending: bool) -> Expr {
    if descending {
        expression.lt(value)
    } else {
        expression.gt(value)
    }
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

pub(super) fn finish_select(database: Database, query: &SelectStatement) -> Rendered {
    match database {
        Database::Postgres => finish(&PostgresQueryBuilder, query),
        Database::Sqlite => finish(&SqliteQueryBuilder, query),
    }
}

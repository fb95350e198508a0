//! Plans → SQL text, through sea-query.
//!
//! Identifiers come out of the catalog and are quoted by sea-query; values are always bound.
//! Where PostgreSQL and SQLite differ, they differ here.

use reflect::snapshot::Database;
use sea_orm::sea_query::{
    Alias, Expr, ExprTrait, Func, InsertStatement, IntoIden, LockType, NullOrdering, OnConflict,
    Order, PostgresQueryBuilder, Query, SelectStatement, SqliteQueryBuilder, TableRef, Values,
    extension::postgres::PgFunc,
};

use super::{
    Lock, merge_patch,
    predicate::{Scope, plain, predicate},
    recordset, values,
};
use crate::{
    catalog::{Column, Resource, Type},
    codec::{Value, bind},
    query::plan::{
        Assign, Condition, Conflict, Delete, Deleted, Filter, Insert, Select, Update, scope,
    },
};

/// SQL text, and the values that sea-query would bind: those of [`super::values`], in its forms.
pub(super) type Rendered = (String, Values);

/// The statement of a read.
pub(super) fn select(database: Database, plan: &Select) -> Rendered {
    finish_select(database, &read(database, plan))
}

/// The read of [`select`] for many keys: one parameter, an array of them; the key comes last.
pub(super) fn select_many(
    database: Database,
    plan: &Select,
    key: usize,
    scope: &[Condition],
) -> Rendered {
    let mut query = read(
        database,
        &Select {
            filter: scope.to_vec().into(),
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
pub(super) fn insert(
    database: Database,
    plan: &Insert,
    rows: &[Vec<Option<Value>>],
    tells_new: bool,
) -> Rendered {
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
                Some(value) => written(database, &resource.columns[plan.columns[at]], value),
                None => Expr::keyword_default(),
            }));
        }
    }
    finish_insert(database, plan, query, tells_new)
}

/// The statement of an insert of all of the plan's rows, which are one parameter.
pub(super) fn insert_recordset(plan: &Insert, tells_new: bool) -> Rendered {
    let database = Database::Postgres;
    let resource = &plan.into;
    let names = values::given(plan, &plan.rows)
        .into_iter()
        .map(|at| name(resource, plan.columns[at]));
    let names: Vec<Alias> = names.collect();
    let row_type = format!(
        "NULL::{}.{}",
        quoted(&resource.schema),
        quoted(&resource.table)
    );
    let rows = Func::cust("json_populate_recordset")
        .arg(Expr::cust(row_type))
        .arg(Expr::val(bind(database, &recordset::value(plan))));
    let mut select = Query::select();
    select
        .columns(names.iter().map(|name| ("rows", name.clone())))
        .from_function(rows, "rows");
    let mut query = Query::insert();
    query
        .into_table(table(database, resource))
        .columns(names)
        .select_from(select)
        .expect("as many columns as the select has");
    finish_insert(database, plan, query, tells_new)
}

/// `tells_new` adds whether a row is a new one.
fn finish_insert(
    database: Database,
    plan: &Insert,
    mut query: InsertStatement,
    tells_new: bool,
) -> Rendered {
    let resource = &plan.into;
    let mut outputs = outputs(database, resource, &plan.returning);
    let names = |columns: &[usize]| -> Vec<Alias> {
        columns
            .iter()
            .map(|&column| name(resource, column))
            .collect()
    };
    match &plan.conflict {
        Conflict::Refuse => {}
        Conflict::Merge {
            target,
            set,
            revives,
        } => {
            let mut conflict = OnConflict::columns(names(target));
            conflict.update_columns(names(set));
            if let (false, Some(unmarked)) = (*revives, scope(resource, Deleted::Exclude)) {
                let rows = Scope::of(database, resource);
                conflict.action_and_where(predicate(rows, &unmarked));
            }
            query.on_conflict(conflict);
            if tells_new {
                outputs.push(Expr::cust("xmax = 0"));
            }
        }
        Conflict::Ignore { target } => {
            // Without a target, any key.
            let mut conflict = if target.is_empty() {
                OnConflict::new()
            } else {
                OnConflict::columns(names(target))
            };
            conflict.do_nothing();
            query.on_conflict(conflict);
        }
    }
    query.returning(Query::returning().exprs(outputs));
    match database {
        Database::Postgres => query.build(PostgresQueryBuilder),
        Database::Sqlite => query.build(SqliteQueryBuilder),
    }
}

/// Columns as an answer wants them; of none, a row each all the same.
fn outputs(database: Database, resource: &Resource, columns: &[usize]) -> Vec<Expr> {
    if columns.is_empty() {
        return vec![Expr::cust("1")];
    }
    let outputs = columns
        .iter()
        .map(|&column| output(database, resource, column));
    outputs.collect()
}

/// The statement of an update.
pub(super) fn update(database: Database, plan: &Update) -> Rendered {
    let mut query = Query::update();
    query.table(table(database, &plan.table));
    for (column, assign) in &plan.set {
        let value = match assign {
            Assign::To(value) => written(database, &plan.table.columns[*column], value),
            Assign::Merge(patch) => {
                merge_patch::merged(database, name(&plan.table, *column), patch)
            }
        };
        query.value(name(&plan.table, *column), value);
    }
    query.cond_where(plain(database, &plan.table, &plan.filter));
    query.returning(Query::returning().exprs(outputs(database, &plan.table, &plan.returning)));
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
    query.returning(Query::returning().exprs(outputs(database, &plan.from, &plan.returning)));
    match database {
        Database::Postgres => query.build(PostgresQueryBuilder),
        Database::Sqlite => query.build(SqliteQueryBuilder),
    }
}

/// A name where sea-query takes text only.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
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
    let expression = Expr::col((table_name(database, resource), name(resource, column)));
    comparable(database, &resource.columns[column], expression)
}

/// A column as it is compared with parameters: their text is read in its type, which of `money` is
/// the locale's business.
pub(super) fn comparable(database: Database, column: &Column, expression: Expr) -> Expr {
    match database {
        Database::Postgres if column.is_money() => expression.cast_as(match column.data_type {
            Type::Array(_) => "numeric[]",
            _ => "numeric",
        }),
        _ => expression,
    }
}

/// A parameter as a column takes it.
fn written(database: Database, column: &Column, value: &Value) -> Expr {
    let parameter = Expr::val(bind(database, value));
    match database {
        Database::Postgres if column.is_money() => {
            comparable(database, column, parameter).cast_as(column.database_type.clone())
        }
        _ => parameter,
    }
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
    let is_inet =
        |data_type: &Type| matches!(data_type, Type::Other { name, .. } if name == "inet");
    match &column.data_type {
        // A cast of `inet` adds a mask that its own text has not, and so does one of its arrays.
        data_type if is_inet(data_type) => Func::cust("abbrev").arg(expression).into(),
        Type::Array(item) if is_inet(item) => expression.cast_as("text").cast_as("text[]"),
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

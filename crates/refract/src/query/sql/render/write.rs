//! Statements that write.

use reflect::{quote, snapshot::Database};
use sea_orm::sea_query::{
    Alias, Expr, ExprTrait, Func, InsertStatement, OnConflict, PostgresQueryBuilder, Query,
    SqliteQueryBuilder,
};

use super::{
    Rendered,
    column::{comparable, name, output, table},
};
use crate::{
    catalog::{Column, Resource},
    codec::{Value, bind},
    query::{
        plan::{Assign, Conflict, Delete, Insert, Update},
        sql::{
            merge_patch,
            predicate::{Scope, plain, predicate},
            recordset, values,
        },
    },
};

/// The statement of an insert of some of the plan's rows.
pub(in crate::query::sql) fn insert(
    database: Database,
    plan: &Insert,
    rows: &[Vec<Option<Value>>],
    tells_new: bool,
) -> Rendered {
    let query = values_insert(database, plan, rows, &[]);
    finish_insert(database, plan, query, tells_new)
}

/// An insert of rows as `VALUES`, each with `taken` as well.
pub(in crate::query::sql) fn values_insert(
    database: Database,
    plan: &Insert,
    rows: &[Vec<Option<Value>>],
    taken: &[(usize, Expr)],
) -> InsertStatement {
    let resource = &plan.into;
    let given = values::given(plan, rows);
    let mut query = Query::insert();
    query.into_table(table(database, resource));
    if given.is_empty() && taken.is_empty() {
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
        let columns = given.iter().map(|&at| plan.columns[at]);
        let columns = columns.chain(taken.iter().map(|&(column, _)| column));
        query.columns(columns.map(|column| name(resource, column)));
        for row in rows {
            let values = given.iter().map(|&at| match &row[at] {
                Some(value) => written(database, &resource.columns[plan.columns[at]], value),
                None => Expr::keyword_default(),
            });
            query.values_panic(values.chain(taken.iter().map(|(_, value)| value.clone())));
        }
    }
    query
}

/// The statement of an insert of all of the plan's rows, which are one parameter.
pub(in crate::query::sql) fn insert_recordset(plan: &Insert, tells_new: bool) -> Rendered {
    let query = recordset_insert(plan, &[]);
    finish_insert(Database::Postgres, plan, query, tells_new)
}

/// An insert of rows as one parameter, each with `taken` as well.
pub(in crate::query::sql) fn recordset_insert(
    plan: &Insert,
    taken: &[(usize, Expr)],
) -> InsertStatement {
    let database = Database::Postgres;
    let resource = &plan.into;
    let given = values::given(plan, &plan.rows).into_iter();
    let given = given.map(|at| name(resource, plan.columns[at]));
    let given: Vec<Alias> = given.collect();
    let taken_names = taken.iter().map(|&(column, _)| name(resource, column));
    let row_type = format!(
        "NULL::{}",
        quote::qualified(&resource.schema, &resource.table)
    );
    let rows = Func::cust("json_populate_recordset")
        .arg(Expr::cust(row_type))
        .arg(Expr::val(bind(database, &recordset::value(plan))));
    let mut select = Query::select();
    select
        .columns(given.iter().map(|name| ("rows", name.clone())))
        .exprs(taken.iter().map(|(_, value)| value.clone()))
        .from_function(rows, "rows");
    let mut query = Query::insert();
    query
        .into_table(table(database, resource))
        .columns(given.into_iter().chain(taken_names))
        .select_from(select)
        .expect("as many columns as the select has");
    query
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
            mergeable,
        } => {
            let mut conflict = OnConflict::columns(names(target));
            conflict.update_columns(names(set));
            for condition in mergeable.imposed() {
                let rows = Scope::of(database, resource);
                conflict.action_and_where(predicate(rows, condition));
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
pub(in crate::query::sql) fn outputs(
    database: Database,
    resource: &Resource,
    columns: &[usize],
) -> Vec<Expr> {
    if columns.is_empty() {
        return vec![Expr::cust("1")];
    }
    let outputs = columns
        .iter()
        .map(|&column| output(database, resource, column));
    outputs.collect()
}

/// The statement of an update.
pub(in crate::query::sql) fn update(database: Database, plan: &Update) -> Rendered {
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
pub(in crate::query::sql) fn delete(database: Database, plan: &Delete) -> Rendered {
    let mut query = Query::delete();
    query.from_table(table(database, &plan.from));
    query.cond_where(plain(database, &plan.from, &plan.filter));
    query.returning(Query::returning().exprs(outputs(database, &plan.from, &plan.returning)));
    match database {
        Database::Postgres => query.build(PostgresQueryBuilder),
        Database::Sqlite => query.build(SqliteQueryBuilder),
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

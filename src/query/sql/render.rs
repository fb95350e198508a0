//! Plans → SQL text, through sea-query.
//!
//! Identifiers come out of the catalog and are quoted by sea-query; values are always bound.
//! Where PostgreSQL and SQLite differ, they differ here.

use reflect::snapshot::Database;
use sea_orm::sea_query::{
    Alias, BinOper, Expr, ExprTrait, Func, InsertStatement, IntoIden, LikeExpr, LockType,
    NullOrdering, OnConflict, Order, PostgresQueryBuilder, Query, SelectStatement,
    SqliteQueryBuilder, TableRef, Values,
    extension::postgres::{PgBinOper, PgFunc},
};

use super::{
    merge_patch, recordset,
    values::{self, lowered},
};
use crate::{
    catalog::{Resource, Type},
    codec::{Value, bind},
    query::{
        operators::Operator,
        parse::IsTest,
        plan::{Assign, Condition, Conflict, Delete, Insert, Select, Test, Update},
    },
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
            filter: Vec::new(),
            ..plan.clone()
        },
    );
    let column = Expr::col(name(&plan.from, key));
    query
        .expr(column.clone())
        .and_where(column.eq(PgFunc::any(Expr::val(""))));
    finish_select(database, &query)
}

/// The read of [`select`], that locks its rows where there is more than one writer.
pub(super) fn select_locked(database: Database, plan: &Select) -> Rendered {
    let mut query = read(database, plan);
    if database == Database::Postgres {
        query.lock(LockType::Update);
    }
    finish_select(database, &query)
}

/// How many rows there are with these conditions, up to a limit.
pub(super) fn count(
    database: Database,
    resource: &Resource,
    filter: &[Condition],
    limit: u64,
) -> Rendered {
    let mut rows = Query::select();
    rows.expr(Expr::cust("1"))
        .from(table(database, resource))
        .limit(limit);
    for condition in filter {
        rows.and_where(predicate(database, resource, condition));
    }
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
    for condition in &plan.filter {
        query.and_where(predicate(database, &plan.from, condition));
    }
    for term in &plan.order {
        let order = if term.descending {
            Order::Desc
        } else {
            Order::Asc
        };
        // A bare name would be that of an output column, which may be a text made of this one.
        let column = (
            table_name(database, &plan.from),
            name(&plan.from, term.column),
        );
        // PostgreSQL sorts NULL as the largest value, SQLite as the smallest.
        match (term.nulls_first, database) {
            (Some(true), _) => {
                query.order_by_with_nulls(column, order, NullOrdering::First);
            }
            (Some(false), _) => {
                query.order_by_with_nulls(column, order, NullOrdering::Last);
            }
            (None, Database::Sqlite) if plan.from.columns[term.column].nullable => {
                let nulls = if term.descending {
                    NullOrdering::First
                } else {
                    NullOrdering::Last
                };
                query.order_by_with_nulls(column, order, nulls);
            }
            (None, _) => {
                query.order_by(column, order);
            }
        }
    }
    if let Some(limit) = plan.limit {
        query.limit(limit);
    }
    if let Some(offset) = plan.offset {
        if plan.limit.is_none() && database == Database::Sqlite {
            query.limit(i64::MAX as u64);
        }
        query.offset(offset);
    }
    query
}

/// The statement of an insert of some of the plan's rows.
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
    finish_insert(database, plan, query)
}

/// The statement of an insert of all of the plan's rows, which are one parameter.
pub(super) fn insert_recordset(plan: &Insert) -> Rendered {
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
    finish_insert(database, plan, query)
}

fn finish_insert(database: Database, plan: &Insert, mut query: InsertStatement) -> Rendered {
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
        Conflict::Merge { target, set } => {
            let mut conflict = OnConflict::columns(names(target));
            conflict.update_columns(names(set));
            query.on_conflict(conflict);
            if super::tells_new(database, plan) {
                outputs.push(Expr::cust("xmax = 0"));
            }
        }
        Conflict::Ignore { target } => {
            let mut conflict = OnConflict::columns(names(target));
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
            Assign::To(value) => Expr::val(bind(database, value)),
            Assign::Merge(patch) => {
                merge_patch::merged(database, name(&plan.table, *column), patch)
            }
        };
        query.value(name(&plan.table, *column), value);
    }
    for condition in &plan.filter {
        query.and_where(predicate(database, &plan.table, condition));
    }
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
    for condition in &plan.filter {
        query.and_where(predicate(database, &plan.from, condition));
    }
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

fn table(database: Database, resource: &Resource) -> TableRef {
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

/// A column as an answer wants it. Types that are not PostgreSQL's own come as their text: without
/// a codec there is no other form, and of enums the driver would first have to ask the server.
fn output(database: Database, resource: &Resource, column: usize) -> Expr {
    let expression = Expr::col(name(resource, column));
    if database == Database::Sqlite {
        return expression;
    }
    let column = &resource.columns[column];
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

fn predicate(database: Database, resource: &Resource, condition: &Condition) -> Expr {
    let column = Expr::col(name(resource, condition.column));
    let expression = match &condition.test {
        Test::Compare(operator, value) => compare(database, column, *operator, value),
        Test::In(values) if values.is_empty() => Expr::cust("1 = 0"),
        Test::In(values) if values::as_array(database, resource, condition.column) => {
            let items = Value::Array(values.clone());
            column.eq(PgFunc::any(Expr::val(bind(database, &items))))
        }
        Test::In(values) => {
            column.is_in(values.iter().map(|value| Expr::val(bind(database, value))))
        }
        Test::Is(test) => match test {
            IsTest::Null | IsTest::Unknown => column.is_null(),
            IsTest::NotNull => column.is_not_null(),
            IsTest::True => column.is(Expr::Constant(true.into())),
            IsTest::False => column.is(Expr::Constant(false.into())),
        },
    };
    if condition.negated {
        expression.not()
    } else {
        expression
    }
}

fn compare(database: Database, column: Expr, operator: Operator, value: &Value) -> Expr {
    let bound = Expr::val(bind(database, value));
    match operator {
        Operator::Eq => column.eq(bound),
        Operator::Neq => column.ne(bound),
        Operator::Gt => column.gt(bound),
        Operator::Gte => column.gte(bound),
        Operator::Lt => column.lt(bound),
        Operator::Lte => column.lte(bound),
        Operator::Like => like(database, column, value, BinOper::Like),
        Operator::Ilike => match database {
            Database::Postgres => column.binary(PgBinOper::ILike, bound),
            Database::Sqlite => like(
                database,
                Func::lower(column).into(),
                &lowered(value),
                BinOper::Like,
            ),
        },
        // The planner makes `Test::In` and `Test::Is` of these.
        Operator::In | Operator::Is => column.eq(bound),
    }
}

fn like(database: Database, column: Expr, value: &Value, operator: BinOper) -> Expr {
    match (database, value) {
        (Database::Postgres, _) => column.binary(operator, Expr::val(bind(database, value))),
        // SQLite knows no escape character unless told, PostgreSQL's is the backslash.
        (Database::Sqlite, Value::Text(pattern)) => {
            column.like(LikeExpr::new(pattern).escape('\\'))
        }
        (Database::Sqlite, _) => column.eq(Expr::val(bind(database, value))),
    }
}

fn finish_select(database: Database, query: &SelectStatement) -> Rendered {
    match database {
        Database::Postgres => query.build(PostgresQueryBuilder),
        Database::Sqlite => query.build(SqliteQueryBuilder),
    }
}

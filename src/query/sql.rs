//! Plans → SQL text and bound values. Total: refuses nothing.
//!
//! Identifiers come out of the catalog and are quoted by sea-query; values are always bound.
//! Where PostgreSQL and SQLite differ, they differ here.

use reflect::snapshot::Database;
use sea_orm::sea_query::{
    Alias, BinOper, Expr, ExprTrait, Func, IntoIden, LikeExpr, NullOrdering, OnConflict, Order,
    PostgresQueryBuilder, Query, SelectStatement, SqliteQueryBuilder, TableRef, Values,
    extension::postgres::PgBinOper,
};

use super::{
    operators::Operator,
    parse::IsTest,
    plan::{Condition, Delete, Insert, Select, Test, Update},
};
use crate::{
    catalog::{Resource, Type},
    codec::{Value, bind},
};

/// SQL text and its bound values.
#[derive(Debug, Clone)]
pub struct Statement {
    pub sql: String,
    pub values: Values,
}

/// The statement of a read.
pub fn select(database: Database, plan: &Select) -> Statement {
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
    finish_select(database, &query)
}

/// The statements of an insert, all or nothing together: one on PostgreSQL; one per row on SQLite,
/// which has no `DEFAULT` among values.
///
/// A replacing insert on PostgreSQL returns one boolean more than the plan's columns: whether the
/// row is a new one.
pub fn insert(database: Database, plan: &Insert) -> Vec<Statement> {
    match database {
        Database::Postgres => {
            let rows: Vec<&[Option<Value>]> = plan.rows.iter().map(Vec::as_slice).collect();
            if rows.is_empty() {
                Vec::new()
            } else {
                vec![insert_rows(database, plan, &rows)]
            }
        }
        Database::Sqlite => plan
            .rows
            .iter()
            .map(|row| insert_rows(database, plan, &[row]))
            .collect(),
    }
}

fn insert_rows(database: Database, plan: &Insert, rows: &[&[Option<Value>]]) -> Statement {
    let resource = &plan.into;
    // A column that no row has a value for is left out: that is its default on both databases.
    let given: Vec<usize> = (0..plan.columns.len())
        .filter(|&at| rows.iter().any(|row| row[at].is_some()))
        .collect();
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
        Database::Postgres => statement(query.build(PostgresQueryBuilder)),
        Database::Sqlite => statement(query.build(SqliteQueryBuilder)),
    }
}

/// Whether a row with these conditions exists: one row, or none.
pub fn exists(database: Database, resource: &Resource, filter: &[Condition]) -> Statement {
    finish_select(database, &existing(database, resource, filter))
}

fn existing(database: Database, resource: &Resource, filter: &[Condition]) -> SelectStatement {
    let mut query = Query::select();
    query.expr(Expr::cust("1")).from(table(database, resource));
    for condition in filter {
        query.and_where(predicate(database, resource, condition));
    }
    query
}

/// The statement of an update.
pub fn update(database: Database, plan: &Update) -> Statement {
    let mut query = Query::update();
    query.table(table(database, &plan.table));
    for (column, value) in &plan.set {
        query.value(name(&plan.table, *column), Expr::val(bind(database, value)));
    }
    for condition in &plan.filter {
        query.and_where(predicate(database, &plan.table, condition));
    }
    let columns = plan
        .returning
        .iter()
        .map(|&column| output(database, &plan.table, column));
    query.returning(Query::returning().exprs(columns));
    match database {
        Database::Postgres => statement(query.build(PostgresQueryBuilder)),
        Database::Sqlite => statement(query.build(SqliteQueryBuilder)),
    }
}

/// The statement of a delete; returns a row per deleted row.
pub fn delete(database: Database, plan: &Delete) -> Statement {
    let mut query = Query::delete();
    query.from_table(table(database, &plan.from));
    for condition in &plan.filter {
        query.and_where(predicate(database, &plan.from, condition));
    }
    query.returning(Query::returning().expr(Expr::cust("1")));
    match database {
        Database::Postgres => statement(query.build(PostgresQueryBuilder)),
        Database::Sqlite => statement(query.build(SqliteQueryBuilder)),
    }
}

/// The name of a table in SQLite, which has no schemas in PostgreSQL's sense: the sandbox keeps
/// those apart that are not in a default schema.
pub fn sqlite_table(schema: &str, table: &str) -> String {
    match schema {
        "main" | "public" => table.to_owned(),
        other => format!("{other}.{table}"),
    }
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
        Database::Sqlite => Alias::new(sqlite_table(&resource.schema, &resource.table)),
    }
}

fn name(resource: &Resource, column: usize) -> Alias {
    Alias::new(&resource.columns[column].name)
}

/// A column as an answer wants it: types without a codec as their text.
fn output(database: Database, resource: &Resource, column: usize) -> Expr {
    let expression = Expr::col(name(resource, column));
    if database == Database::Sqlite {
        return expression;
    }
    match &resource.columns[column].data_type {
        Type::Other { .. } => expression.cast_as("text"),
        Type::Array(item) if matches!(**item, Type::Other { .. }) => expression.cast_as("text[]"),
        _ => expression,
    }
}

fn predicate(database: Database, resource: &Resource, condition: &Condition) -> Expr {
    let column = Expr::col(name(resource, condition.column));
    let expression = match &condition.test {
        Test::Compare(operator, value) => compare(database, column, *operator, value),
        Test::In(values) if values.is_empty() => Expr::cust("1 = 0"),
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

fn lowered(value: &Value) -> Value {
    match value {
        // SQLite's lower() knows ASCII only: a pattern must not know more, or it would not find itself.
        Value::Text(text) => Value::Text(text.to_ascii_lowercase()),
        other => other.clone(),
    }
}

fn finish_select(database: Database, query: &SelectStatement) -> Statement {
    match database {
        Database::Postgres => statement(query.build(PostgresQueryBuilder)),
        Database::Sqlite => statement(query.build(SqliteQueryBuilder)),
    }
}

fn statement((sql, values): (String, Values)) -> Statement {
    Statement { sql, values }
}

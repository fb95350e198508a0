//! A row with what hangs on it, created by one statement: a `WITH` of its parts.

use std::borrow::Cow;

use reflect::{quote, snapshot::Database};
use sea_orm::sea_query::{
    Alias, CommonTableExpression, Expr, InsertStatement, LockType, OnConflict,
    PostgresQueryBuilder, Query, SelectStatement, SubQueryStatement, WithClause,
};

use super::{
    Draft, Rendered, Statement, Statements, junction,
    predicate::plain,
    recordset, render,
    shape::{Shape, Verb},
    values::{self, Values},
};
use crate::{
    catalog::{Junction, Resource},
    codec::{Value, bind},
    query::plan::{Cte, CteInsert, Filter, Insert, KeyRef},
};

const DATABASE: Database = Database::Postgres;

impl Statements {
    /// The statement that creates a row with what hangs on it, and returns the row; `None` where it
    /// takes several: SQLite writes nothing in a `WITH`.
    ///
    /// It fails where a row is missing that must be there, as any division by zero does.
    pub fn cte_insert<'plan>(&self, plan: &'plan CteInsert<'_>) -> Option<Statement<'plan>> {
        let fits = |cte: &Cte<'_>| match cte {
            Cte::Insert { insert, .. } => {
                insert.rows.len() == 1 || recordset::fits(DATABASE, insert, false)
            }
            Cte::Find { .. } | Cte::JoinRows { .. } => true,
        };
        let Cte::Insert { insert: root, .. } = &plan.ctes[plan.root] else {
            return None;
        };
        if self.database != DATABASE || !plan.ctes.iter().all(fits) {
            return None;
        }
        let draft = || Draft::of(with_statement(plan), true).returning(&root.into, &root.returning);
        Some(self.statement(Some(shape(plan, root)), values(plan), draft))
    }
}

fn shape(plan: &CteInsert<'_>, root: &Insert) -> Shape {
    let mut shape = Shape::new(Verb::Creation, &root.into);
    shape.parts.push(plan.root as u16);
    for cte in &plan.ctes {
        match cte {
            Cte::Insert { insert, key_refs } => {
                shape.parts.push(0);
                shape.resource(&insert.into);
                shape.flag(insert.rows.len() == 1);
                let given = values::given(insert, &insert.rows).into_iter();
                shape.columns(given.map(|at| insert.columns[at]));
                shape.columns(
                    key_refs
                        .iter()
                        .flat_map(|key_ref| [key_ref.column, key_ref.cte, key_ref.from]),
                );
            }
            Cte::Find { from, filter } => {
                shape.parts.push(1);
                shape.resource(from);
                shape.filter(DATABASE, from, filter);
            }
            Cte::JoinRows {
                junction,
                near,
                far,
            } => {
                shape.parts.extend([2, *near as u16, *far as u16]);
                shape.address(std::ptr::from_ref(*junction).addr());
            }
        }
    }
    shape
}

fn values<'plan>(plan: &'plan CteInsert<'_>) -> Values<'plan> {
    let mut values = Vec::new();
    for cte in &plan.ctes {
        match cte {
            Cte::Insert { insert, .. } if insert.rows.len() == 1 => {
                values.extend(values::of_insert(insert, &insert.rows));
            }
            Cte::Insert { insert, .. } => values.push(Cow::Owned(recordset::value(insert))),
            Cte::Find { from, filter } => {
                values.extend(values::of_filter(DATABASE, from, filter));
            }
            Cte::JoinRows { .. } => {}
        }
    }
    // As many as there must be: see `with_statement`.
    let counts = (0..plan.ctes.len()).map(|place| rows_of(plan, place));
    let several = counts.filter(|count| *count != 1);
    values.extend(several.map(|count| Cow::Owned(Value::Int(count))));
    values
}

/// How many rows a CTE returns.
fn rows_of(plan: &CteInsert<'_>, cte: usize) -> i64 {
    match &plan.ctes[cte] {
        Cte::Insert { insert, .. } => i64::try_from(insert.rows.len()).unwrap_or(i64::MAX),
        Cte::Find { .. } => 1,
        // Each is written, since the row near is new.
        Cte::JoinRows { far, .. } => rows_of(plan, *far),
    }
}

fn with_statement(plan: &CteInsert<'_>) -> Rendered {
    let mut with = WithClause::new();
    let (mut counts, mut several) = (Vec::new(), Vec::new());
    for (place, cte) in plan.ctes.iter().enumerate() {
        let referenced = plan.referenced_columns(place);
        let mut names: Vec<Alias> = referenced
            .iter()
            .map(|&column| referenced_name(column))
            .collect();
        let count = rows_of(plan, place);
        let counted = quote::identifier(&cte_name(place));
        let counted = format!("(SELECT count(*) FROM {counted})");
        if count == 1 {
            counts.push(counted);
        } else {
            let enough = format!("1 / ({counted} / $1) >= 0");
            let count = bind(DATABASE, &Value::Int(count));
            several.push(Expr::cust_with_values(enough, [count]));
        }
        let query: SubQueryStatement = match cte {
            Cte::Insert { insert, key_refs } => {
                let mut query = rows(insert, key_refs);
                let mut returning = Vec::new();
                if place == plan.root {
                    returning = render::outputs(DATABASE, &insert.into, &insert.returning);
                    names.splice(0..0, (0..returning.len()).map(output_name));
                }
                let raw = |&column: &usize| Expr::col(render::name(&insert.into, column));
                returning.extend(referenced.iter().map(raw));
                if returning.is_empty() {
                    returning.push(Expr::cust("1"));
                }
                query.returning(Query::returning().exprs(returning));
                query.into()
            }
            Cte::Find { from, filter } => found(from, filter, &referenced).into(),
            Cte::JoinRows {
                junction,
                near,
                far,
            } => pairs(junction, *near, *far).into(),
        };
        let mut table = CommonTableExpression::new();
        table
            .table_name(Alias::new(cte_name(place)))
            .columns(names)
            .query(query);
        with.cte(table);
    }
    let outputs = match &plan.ctes[plan.root] {
        Cte::Insert { insert, .. } => insert.returning.len().max(1),
        Cte::Find { .. } | Cte::JoinRows { .. } => 0,
    };
    let mut query = Query::select();
    query
        .columns((0..outputs).map(output_name))
        .from(Alias::new(cte_name(plan.root)))
        .and_where(Expr::cust(format!("1 / ({}) >= 0", counts.join(" * "))));
    for enough in several {
        query.and_where(enough);
    }
    query.with(with).build(PostgresQueryBuilder)
}

fn rows(insert: &Insert, key_refs: &[KeyRef]) -> InsertStatement {
    let given: Vec<(usize, Expr)> = key_refs
        .iter()
        .map(|key_ref| {
            let mut value = Query::select();
            value
                .column(referenced_name(key_ref.from))
                .from(Alias::new(cte_name(key_ref.cte)));
            (key_ref.column, Expr::SubQuery(None, Box::new(value.into())))
        })
        .collect();
    if insert.rows.len() == 1 {
        render::values_insert(DATABASE, insert, &insert.rows, &given)
    } else {
        render::recordset_insert(insert, &given)
    }
}

/// A row, kept from being deleted and from getting another key until the statement has ended.
fn found(from: &Resource, filter: &Filter, columns: &[usize]) -> SelectStatement {
    let mut query = Query::select();
    query
        .columns(columns.iter().map(|&column| render::name(from, column)))
        .from(render::table(DATABASE, from))
        .cond_where(plain(DATABASE, from, filter))
        .lock(LockType::KeyShare);
    query
}

fn pairs(junction: &Junction, near: usize, far: usize) -> InsertStatement {
    let column = |cte: usize, column: usize| (Alias::new(cte_name(cte)), referenced_name(column));
    let mut select = Query::select();
    select
        .columns(junction.near.iter().map(|&(here, _)| column(near, here)))
        .columns(junction.far.iter().map(|&(_, there)| column(far, there)))
        .from(Alias::new(cte_name(near)))
        .from(Alias::new(cte_name(far)));
    let near_columns = junction.near.iter().map(|(_, name)| Alias::new(name));
    let far_columns = junction.far.iter().map(|(name, _)| Alias::new(name));
    let mut query = Query::insert();
    query
        .into_table(junction::table(DATABASE, junction))
        .columns(near_columns.chain(far_columns))
        .select_from(select)
        .expect("as many columns as the select has")
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .returning(Query::returning().expr(Expr::cust("1")));
    query
}

fn cte_name(cte: usize) -> String {
    format!("p{cte}")
}

/// A column of a CTE that other CTEs refer to.
fn referenced_name(column: usize) -> Alias {
    Alias::new(format!("c{column}"))
}

/// A column of the answer.
fn output_name(place: usize) -> Alias {
    Alias::new(format!("o{place}"))
}

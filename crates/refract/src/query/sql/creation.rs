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
    query::plan::{Creation, Filter, Insert, Part, Taken},
};

const DATABASE: Database = Database::Postgres;

impl Statements {
    /// The statement that creates a row with what hangs on it, and returns the row; `None` where it
    /// takes several: SQLite writes nothing in a `WITH`.
    ///
    /// It fails where a row is missing that must be there, as any division by zero does.
    pub fn creation<'plan>(&self, plan: &'plan Creation<'_>) -> Option<Statement<'plan>> {
        let fits = |part: &Part<'_>| match part {
            Part::Insert { insert, .. } => {
                insert.rows.len() == 1 || recordset::fits(DATABASE, insert, false)
            }
            Part::Find { .. } | Part::Pair { .. } => true,
        };
        let Part::Insert { insert: root, .. } = &plan.parts[plan.root] else {
            return None;
        };
        if self.database != DATABASE || !plan.parts.iter().all(fits) {
            return None;
        }
        let draft = || Draft::of(creation(plan), true).returning(&root.into, &root.returning);
        Some(self.statement(Some(shape(plan, root)), values(plan), draft))
    }
}

fn shape(plan: &Creation<'_>, root: &Insert) -> Shape {
    let mut shape = Shape::new(Verb::Creation, &root.into);
    shape.parts.push(plan.root as u16);
    for part in &plan.parts {
        match part {
            Part::Insert { insert, taken } => {
                shape.parts.push(0);
                shape.resource(&insert.into);
                shape.flag(insert.rows.len() == 1);
                let given = values::given(insert, &insert.rows).into_iter();
                shape.columns(given.map(|at| insert.columns[at]));
                shape.columns(
                    taken
                        .iter()
                        .flat_map(|taken| [taken.column, taken.part, taken.from]),
                );
            }
            Part::Find { from, filter } => {
                shape.parts.push(1);
                shape.resource(from);
                shape.filter(DATABASE, from, filter);
            }
            Part::Pair {
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

fn values<'plan>(plan: &'plan Creation<'_>) -> Values<'plan> {
    let mut values = Vec::new();
    for part in &plan.parts {
        match part {
            Part::Insert { insert, .. } if insert.rows.len() == 1 => {
                values.extend(values::of_insert(insert, &insert.rows));
            }
            Part::Insert { insert, .. } => values.push(Cow::Owned(recordset::value(insert))),
            Part::Find { from, filter } => {
                values.extend(values::of_filter(DATABASE, from, filter));
            }
            Part::Pair { .. } => {}
        }
    }
    // As many as there must be: see `creation`.
    let counts = (0..plan.parts.len()).map(|place| rows_of(plan, place));
    let several = counts.filter(|count| *count != 1);
    values.extend(several.map(|count| Cow::Owned(Value::Int(count))));
    values
}

/// How many rows a part gives.
fn rows_of(plan: &Creation<'_>, part: usize) -> i64 {
    match &plan.parts[part] {
        Part::Insert { insert, .. } => i64::try_from(insert.rows.len()).unwrap_or(i64::MAX),
        Part::Find { .. } => 1,
        // Each is written, since the row near is new.
        Part::Pair { far, .. } => rows_of(plan, *far),
    }
}

fn creation(plan: &Creation<'_>) -> Rendered {
    let mut with = WithClause::new();
    let (mut counts, mut several) = (Vec::new(), Vec::new());
    for (place, part) in plan.parts.iter().enumerate() {
        let taken = plan.taken_from(place);
        let mut names: Vec<Alias> = taken.iter().map(|&column| taken_name(column)).collect();
        let count = rows_of(plan, place);
        let counted = quote::identifier(&part_name(place));
        let counted = format!("(SELECT count(*) FROM {counted})");
        if count == 1 {
            counts.push(counted);
        } else {
            let enough = format!("1 / ({counted} / $1) >= 0");
            let count = bind(DATABASE, &Value::Int(count));
            several.push(Expr::cust_with_values(enough, [count]));
        }
        let query: SubQueryStatement = match part {
            Part::Insert { insert, taken: of } => {
                let mut query = rows(insert, of);
                let mut returning = Vec::new();
                if place == plan.root {
                    returning = render::outputs(DATABASE, &insert.into, &insert.returning);
                    names.splice(0..0, (0..returning.len()).map(output_name));
                }
                let raw = |&column: &usize| Expr::col(render::name(&insert.into, column));
                returning.extend(taken.iter().map(raw));
                if returning.is_empty() {
                    returning.push(Expr::cust("1"));
                }
                query.returning(Query::returning().exprs(returning));
                query.into()
            }
            Part::Find { from, filter } => found(from, filter, &taken).into(),
            Part::Pair {
                junction,
                near,
                far,
            } => pairs(junction, *near, *far).into(),
        };
        let mut table = CommonTableExpression::new();
        table
            .table_name(Alias::new(part_name(place)))
            .columns(names)
            .query(query);
        with.cte(table);
    }
    let outputs = match &plan.parts[plan.root] {
        Part::Insert { insert, .. } => insert.returning.len().max(1),
        Part::Find { .. } | Part::Pair { .. } => 0,
    };
    let mut query = Query::select();
    query
        .columns((0..outputs).map(output_name))
        .from(Alias::new(part_name(plan.root)))
        .and_where(Expr::cust(format!("1 / ({}) >= 0", counts.join(" * "))));
    for enough in several {
        query.and_where(enough);
    }
    query.with(with).build(PostgresQueryBuilder)
}

fn rows(insert: &Insert, taken: &[Taken]) -> InsertStatement {
    let taken: Vec<(usize, Expr)> = taken
        .iter()
        .map(|taken| {
            let mut value = Query::select();
            value
                .column(taken_name(taken.from))
                .from(Alias::new(part_name(taken.part)));
            (taken.column, Expr::SubQuery(None, Box::new(value.into())))
        })
        .collect();
    if insert.rows.len() == 1 {
        render::values_insert(DATABASE, insert, &insert.rows, &taken)
    } else {
        render::recordset_insert(insert, &taken)
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
    let column = |part: usize, column: usize| (Alias::new(part_name(part)), taken_name(column));
    let mut select = Query::select();
    select
        .columns(junction.near.iter().map(|&(here, _)| column(near, here)))
        .columns(junction.far.iter().map(|&(_, there)| column(far, there)))
        .from(Alias::new(part_name(near)))
        .from(Alias::new(part_name(far)));
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

fn part_name(part: usize) -> String {
    format!("p{part}")
}

/// A column of a part that others take.
fn taken_name(column: usize) -> Alias {
    Alias::new(format!("c{column}"))
}

/// A column of the answer.
fn output_name(place: usize) -> Alias {
    Alias::new(format!("o{place}"))
}

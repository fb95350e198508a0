//! A tree of rows → one PostgreSQL statement, which prints the body of the answer as one text.
//!
//! Names are quoted and values are bound by the engine's writer of SQL. Embedded rows are lateral
//! subqueries with PostgREST's aliases, because the database's messages name them.

mod body_aggregate;
mod domain_values;
mod expressions;
mod json_input;
mod lateral_joins;
mod node_rows;
mod spread_items;
mod write_statements;

use std::borrow::Cow;

use reflect::{quote::qualified, snapshot::Database};

use self::node_rows::From;
use super::{request::accept::BodyFormat, resolve::raw_node::SelectNode};
use crate::{
    catalog::Resource,
    codec::Value,
    query::sql::{Precedence, SqlWriter},
};

pub use body_aggregate::explain;
pub use json_input::json;
pub use spread_items::names;
pub use write_statements::{delete, insert, update};

/// A statement in the making. Its values are made here, so it borrows none.
pub type Sql = SqlWriter<'static>;

/// The name of the common table expression with the rows that a write returns.
const WRITTEN: &str = "refract_written";

/// How far the statement counts the rows on all pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    No,
    All,
    /// No further than one row more than this number.
    Beyond(u64),
}

/// The statement of a read: the body, the number of its rows, and the number of rows on all pages.
pub fn read(root: &SelectNode, body: BodyFormat, counted: Counted) -> Sql {
    select(root, counted, |sql| {
        body_aggregate::body(sql, body);
        sql.push(", count(*)::text");
    })
}

/// The statement of the same read with a row of its own for each row of the answer: its text, and the
/// number of rows on all pages.
pub fn rows(root: &SelectNode, body: BodyFormat, counted: Counted) -> Sql {
    select(root, counted, |sql| body_aggregate::row(sql, body))
}

fn select(root: &SelectNode, counted: Counted, columns: impl FnOnce(&mut Sql)) -> Sql {
    let mut sql = new();
    sql.push("SELECT ");
    columns(&mut sql);
    sql.push(", ");
    total(&mut sql, root, counted);
    sql.push(" FROM (");
    node_rows::rows(&mut sql, root, From::Table);
    sql.push(") AS _row");
    sql
}

/// The statement that asks the planner for the number of rows that it expects on all pages.
pub fn planned(root: &SelectNode) -> Sql {
    let mut sql = new();
    sql.push("EXPLAIN (FORMAT JSON) ");
    node_rows::counted(&mut sql, root);
    sql
}

/// The statement that asks which writes a view allows.
pub fn updatable(view: &Resource) -> Sql {
    let mut sql = new();
    sql.push("SELECT pg_relation_is_updatable(to_regclass(");
    sql.bind_owned(Value::Text(table(view)));
    sql.push("), true)::text");
    sql
}

/// Appends the number of rows on all pages.
fn total(sql: &mut Sql, root: &SelectNode, counted: Counted) {
    if counted == Counted::No {
        sql.push("NULL::text");
        return;
    }
    sql.push("(SELECT count(*)::text FROM (");
    node_rows::counted(sql, root);
    if let Counted::Beyond(most) = counted {
        bounds(sql, Some(most.saturating_add(1)), None);
    }
    sql.push(") AS _counted)");
}

fn new() -> Sql {
    SqlWriter::new(Database::Postgres)
}

/// Appends `AS` and the name of an output or the alias of a table.
fn named(sql: &mut Sql, name: &str) {
    sql.push(" AS ");
    sql.identifier(name);
}

/// Appends `LIMIT` and `OFFSET`.
fn bounds(sql: &mut Sql, limit: Option<u64>, offset: Option<u64>) {
    // PostgreSQL's LIMIT is a bigint.
    let limit = limit.map(|limit| limit.min(i64::MAX as u64));
    sql.bounds(limit, offset.filter(|&offset| offset > 0));
}

/// Appends `CAST(… AS …)`, without parentheses around the expression.
fn cast(sql: &mut Sql, type_name: &str, write: impl FnOnce(&mut Sql)) {
    sql.cast(type_name, |sql| {
        write(sql);
        Precedence::Primary
    });
}

/// Binds a value, and returns its placeholder.
fn placeholder(sql: &mut Sql, value: Value) -> String {
    sql.binds.push(Cow::Owned(value));
    format!("${}", sql.binds.len())
}

/// The name of a table or view with its schema.
fn table(resource: &Resource) -> String {
    qualified(&resource.schema, &resource.table)
}

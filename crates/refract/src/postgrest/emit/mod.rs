//! Levels of rows → PostgreSQL's SQL, which gives the body of the answer as one text.
//!
//! Names are quoted, values are bound. Embedded rows are lateral subqueries, so that the database's
//! messages name them as PostgREST's would.

pub mod body_format;
pub mod domain_values;
mod expressions;
mod lateral_joins;
mod node_rows;
mod spread_items;
pub mod write_statements;

use reflect::quote::qualified;

use self::body_format::Body;
use super::resolve::raw_node::SelectNode;
use crate::{catalog::Resource, codec::Value, query::parse::Count};

/// A statement in the making.
#[derive(Debug, Default)]
pub struct Writer {
    pub text: String,
    pub values: Vec<Value>,
}

/// What a write returns, as a common table expression.
pub const WRITTEN: &str = "refract_written";

/// How far the rows of all pages are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    No,
    All,
    /// No further than one more than so many.
    Beyond(u64),
}

/// The statement of a read: the body, the number of rows, and the number of those of all pages.
pub fn read(root: &SelectNode, body: Body, counted: Counted) -> Writer {
    let mut sql = Writer::default();
    sql.text.push_str("SELECT ");
    sql.body(body);
    sql.text.push_str(", count(*)::text, ");
    sql.total(root, counted);
    sql.text.push_str(" FROM (");
    sql.rows_of_table(root);
    sql.text.push_str(") AS _row");
    sql
}

/// The same read whose rows come one by one: the text of each, and the number of those of all pages.
pub fn rows(root: &SelectNode, body: Body, counted: Counted) -> Writer {
    let mut sql = Writer::default();
    sql.text.push_str("SELECT ");
    sql.row(body);
    sql.text.push_str(", ");
    sql.total(root, counted);
    sql.text.push_str(" FROM (");
    sql.rows_of_table(root);
    sql.text.push_str(") AS _row");
    sql
}

/// What the rows of a level show, by name.
pub fn names(root: &SelectNode) -> Vec<String> {
    spread_items::names(root)
}

/// Asks the planner how many rows it expects on all pages.
pub fn planned(root: &SelectNode) -> Writer {
    let mut sql = Writer::default();
    sql.text.push_str("EXPLAIN (FORMAT JSON) ");
    sql.counted(root);
    sql
}

/// Whether the planner is to be asked too.
pub fn asks_planner(count: Option<Count>) -> bool {
    matches!(count, Some(Count::Planned | Count::Estimated))
}

/// What a write has returned, as the answer shows it: follows `WITH refract_written AS (…)`.
/// `new` is what gives the number of new rows. Rows that an `!inner` leaves out have been written.
pub fn written(sql: &mut Writer, root: &SelectNode, body: Body, new: &str) {
    sql.text.push_str("SELECT ");
    sql.body(body);
    sql.text.push_str(&format!(
        ", (SELECT count(*)::text FROM {WRITTEN}), {new} FROM ("
    ));
    sql.rows_of_write(root);
    sql.text.push_str(") AS _row");
}

impl Writer {
    /// The number of the rows of all pages.
    fn total(&mut self, root: &SelectNode, counted: Counted) {
        if counted == Counted::No {
            self.text.push_str("NULL::text");
            return;
        }
        self.text.push_str("(SELECT count(*)::text FROM (");
        self.counted(root);
        if let Counted::Beyond(most) = counted {
            self.limit(most.saturating_add(1));
        }
        self.text.push_str(") AS _counted)");
    }

    pub fn bind(&mut self, value: Value) {
        let place = self.place(value);
        self.text.push_str(&place);
    }

    /// Rows at most: part of the text, for PostgreSQL plans by it.
    fn limit(&mut self, rows: u64) {
        let rows = rows.min(i64::MAX as u64);
        self.text.push_str(&format!(" LIMIT {rows}"));
    }

    /// Takes a value for a place of its own in the text that is to follow.
    pub fn place(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }
}

/// A table or view with its schema.
pub fn table(resource: &Resource) -> String {
    qualified(&resource.schema, &resource.table)
}

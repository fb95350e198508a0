//! Reads of the columns of one table.

use super::{Chain, Lock, SqlWriter, column_expr::TableScope};
use crate::{
    catalog::Resource,
    codec::Value,
    query::plan::{Filter, Seek, select_node::SelectNode},
};

impl<'plan> SqlWriter<'plan> {
    /// Appends a read of one table, whose root [is plain](SelectNode::is_plain).
    pub fn plain_read(&mut self, node: &'plan SelectNode) {
        let name = self.own_name(&node.from);
        let scope = TableScope::of(&node.from, &name);
        self.push("SELECT ");
        self.returned_columns(scope, node.returned_columns());
        self.push(" FROM ");
        self.table_of(&node.from);
        let mut conditions = Chain::clause(" WHERE ");
        if !node.filter.is_empty() || node.after.is_none() {
            conditions.add(self, |sql| sql.filter(scope, &node.filter, &[]));
        }
        if let Some(Seek::Row(row)) = &node.after {
            let descending = node.order.first().is_some_and(|term| term.descending);
            conditions.add(self, |sql| {
                sql.after_row(row, descending, |sql, term| {
                    sql.column(scope, node.order[term].place.column)
                })
            });
        }
        let mut lead = " ORDER BY ";
        for term in &node.order {
            self.push(lead);
            self.column(scope, term.place.column);
            self.direction(
                term.descending,
                term.nulls_first,
                term.is_nullable(&node.from),
            );
            lead = ", ";
        }
        self.bounds(node.limit, node.offset);
    }

    /// Appends the read of [`Self::plain_read`] for many keys: the keys are one parameter, an array,
    /// and the key is the last column. The imposed conditions bind no value, and the policies bind theirs
    /// after the keys.
    pub fn read_of_keys(&mut self, node: &'plan SelectNode, key: usize) {
        let name = self.own_name(&node.from);
        let scope = TableScope::of(&node.from, &name);
        self.push("SELECT ");
        self.returned_columns(scope, node.returned_columns());
        self.push(", ");
        self.column(scope, key);
        self.push(" FROM ");
        self.table_of(&node.from);
        let mut conditions = Chain::clause(" WHERE ");
        for condition in node.filter.imposed() {
            conditions.add(self, |sql| sql.condition(scope, condition));
        }
        conditions.add(self, |sql| {
            sql.operand(|sql| sql.column(scope, key));
            sql.push(" = ANY(");
            // The keys are bound when they are known.
            sql.bind_owned(Value::Null);
            sql.push(")");
            super::Precedence::Comparison
        });
        for policy in &node.filter.policies {
            conditions.add(self, |sql| sql.filter(scope, policy, &[]));
        }
    }

    /// Appends the lock of the rows of a read. SQLite has one writer at a time, and no row locks.
    pub fn row_lock(&mut self, lock: Lock) {
        if self.is_postgres() {
            self.push(match lock {
                Lock::Change => " FOR NO KEY UPDATE",
                Lock::Key => " FOR KEY SHARE",
            });
        }
    }

    /// Appends the number of rows of a filter, counted as far as a limit.
    pub fn count(&mut self, resource: &Resource, filter: &'plan Filter, limit: u64) {
        self.push("SELECT COUNT(*) FROM (SELECT 1 FROM ");
        self.table_of(resource);
        self.where_filter(resource, filter);
        self.bounds(Some(limit), None);
        self.push(") AS \"rows\"");
    }

    /// Appends the `WHERE` of a statement about one table.
    pub fn where_filter(&mut self, resource: &Resource, filter: &'plan Filter) {
        self.push(" WHERE ");
        let name = self.own_name(resource);
        self.filter(TableScope::of(resource, &name), filter, &[]);
    }
}

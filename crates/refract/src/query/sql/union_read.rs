//! A read whose levels are sets of rows: a `WITH` of the sets, whose rows come one set after another.

use super::{
    Chain, Precedence, SqlWriter,
    subquery_read::{Around, node_scope},
    union_plan::{UnionPlan, UnionSet},
};

impl<'plan> SqlWriter<'plan> {
    /// Appends the statement. Its columns are the position of a row's set, and then the slots.
    ///
    /// The sets are called `set n` and the slots `slot n`. A table has a schema before its name, so
    /// that no table is meant by such a name.
    pub fn union_read(&mut self, plan: &UnionPlan<'plan>) {
        self.push("WITH ");
        self.list(plan.sets.iter().enumerate(), |sql, (position, set)| {
            sql.numbered("set ", position);
            sql.push(" (");
            sql.list(&set.columns, |sql, &(_, slot)| sql.numbered("slot ", slot));
            sql.push(") AS ");
            if plan.sets.iter().any(|other| other.is_within(position)) {
                // Otherwise PostgreSQL might choose its rows anew for each set that looks at them.
                sql.push(" MATERIALIZED ");
            }
            sql.push("(");
            sql.rows_of_set(set);
            sql.push(") ");
        });
        for (position, set) in plan.sets.iter().enumerate() {
            if position > 0 {
                self.push(" UNION ALL (");
            }
            self.slots_of_set(plan, position, set);
            if position > 0 {
                self.push(")");
            }
        }
    }

    fn rows_of_set(&mut self, set: &UnionSet<'plan>) {
        let node = set.node;
        let alias = self.node_alias(&node.from, node.depth);
        let scope = node_scope(node, &alias, node.depth);
        let names = self.page_names(node, node.depth, Around::Nothing);
        self.push("SELECT ");
        self.list(&set.columns, |sql, &(column, _)| {
            sql.as_read(&node.from.columns[column], |sql| sql.column(scope, column));
        });
        self.push(" FROM ");
        let mut conditions: Chain = self.page_from(node, scope, Around::Nothing, &names, 0);
        if let Some(link) = set.link
            && let Some(here) = set.column(link.here)
        {
            // The keys are one array, so that the index is asked once for all of them.
            conditions.add(self, |sql| {
                sql.operand(|sql| sql.column(scope, here));
                sql.push(" = ANY(ARRAY((SELECT ");
                sql.numbered("slot ", link.there);
                sql.push(" FROM ");
                sql.numbered("set ", link.set);
                sql.push(")))");
                Precedence::Comparison
            });
        }
        self.order_by(node, |sql, term| sql.order_term(node, scope, &names, term));
        self.bounds(set.limit, node.offset);
    }

    /// The rows of a set in the columns that all sets share.
    fn slots_of_set(&mut self, plan: &UnionPlan<'_>, position: usize, set: &UnionSet<'_>) {
        self.push("SELECT ");
        self.number(position);
        for (slot, column) in plan.slots.iter().enumerate() {
            self.push(", ");
            match set.column(slot) {
                Some(_) => self.numbered("slot ", slot),
                None => self.null(column),
            }
        }
        self.push(" FROM ");
        self.numbered("set ", position);
    }
}

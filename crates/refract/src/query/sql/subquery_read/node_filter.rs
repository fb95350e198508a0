//! The conditions on the rows of a node: its filter, the rows around it, the rows that it embeds.

use super::{
    super::{Chain, Precedence, SqlWriter, column_expr::TableScope},
    PageNames, node_scope,
};
use crate::{
    catalog::Join,
    query::plan::select_node::{Embed, SelectNode},
};

impl<'plan> SqlWriter<'plan> {
    /// Appends the joins of the embedded relations that an order looks at.
    pub(super) fn order_joins(
        &mut self,
        node: &'plan SelectNode,
        scope: TableScope<'_>,
        names: &PageNames,
    ) {
        for (embed, alias) in &names.ordered {
            let embed = &node.embeds[*embed];
            let rows = node_scope(&embed.node, alias, scope.depth + 1);
            self.push(" LEFT JOIN ");
            self.aliased(rows);
            let mut on = Chain::clause(" ON ");
            self.join_conditions(&mut on, &embed.join, None, scope, rows);
            on.add(self, |sql| {
                let mut filter = Chain::all();
                sql.node_filter(&mut filter, &embed.node, rows);
                filter.precedence().unwrap_or(Precedence::Primary)
            });
        }
    }

    /// Adds the conditions of a node: its filter, and that the `!inner` relations have rows.
    pub(super) fn node_filter(
        &mut self,
        conditions: &mut Chain,
        node: &'plan SelectNode,
        scope: TableScope<'_>,
    ) {
        conditions.add(self, |sql| sql.filter(scope, &node.filter, &node.embeds));
        for embed in node.embeds.iter().filter(|embed| embed.inner) {
            conditions.add(self, |sql| sql.exists(embed, scope));
        }
    }

    /// Appends whether an embedded relation has rows to show.
    pub(in super::super) fn exists(
        &mut self,
        embed: &'plan Embed,
        parent: TableScope<'_>,
    ) -> Precedence {
        let node = &embed.node;
        let depth = parent.depth + 1;
        let alias = self.node_alias(&node.from, depth);
        let rows = node_scope(node, &alias, depth);
        let junction = self.junction_alias(&embed.join);
        let junction = junction.as_deref();
        self.exists_where(|sql| {
            sql.push("SELECT 1 FROM ");
            sql.aliased(rows);
            sql.junction_join(&embed.join, junction, rows);
            let mut conditions = Chain::clause(" WHERE ");
            sql.join_conditions(&mut conditions, &embed.join, junction, parent, rows);
            sql.node_filter(&mut conditions, node, rows);
            // PostgreSQL makes no join of a subquery with a limit.
            if node.bounds_may_empty() {
                sql.bounds(node.limit, node.offset);
            }
        })
    }

    /// Appends the join of a junction to `rows`, if a relation goes through one.
    pub(in super::super) fn junction_join(
        &mut self,
        join: &Join,
        alias: Option<&str>,
        rows: TableScope<'_>,
    ) {
        let (Join::Through(junction), Some(alias)) = (join, alias) else {
            return;
        };
        self.push(" INNER JOIN ");
        self.table(&junction.schema, &junction.table);
        self.quoted_alias(alias);
        let mut on = Chain::clause(" ON ");
        for (name, there) in &junction.far {
            on.add(self, |sql| sql.equal_column(alias, name, rows, *there));
        }
    }

    /// Adds the conditions that `rows` are related to `parent`.
    pub(in super::super) fn join_conditions(
        &mut self,
        conditions: &mut Chain,
        join: &Join,
        junction_alias: Option<&str>,
        parent: TableScope<'_>,
        rows: TableScope<'_>,
    ) {
        match join {
            Join::Direct(pairs) => {
                for &(here, there) in pairs {
                    conditions.add(self, |sql| {
                        sql.operand(|sql| sql.column(rows, there));
                        sql.push(" = ");
                        sql.operand(|sql| sql.column(parent, here));
                        Precedence::Comparison
                    });
                }
            }
            Join::Through(junction) => {
                let Some(alias) = junction_alias else { return };
                for (here, name) in &junction.near {
                    conditions.add(self, |sql| sql.equal_column(alias, name, parent, *here));
                }
            }
        }
    }

    /// A column of a junction that equals a column of a resource.
    fn equal_column(
        &mut self,
        alias: &str,
        name: &str,
        scope: TableScope<'_>,
        column: usize,
    ) -> Precedence {
        self.push(alias);
        self.push(".");
        self.identifier(name);
        self.push(" = ");
        self.operand(|sql| sql.column(scope, column));
        Precedence::Comparison
    }
}

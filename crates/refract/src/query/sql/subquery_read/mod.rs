//! A read that embeds related rows, as one statement with a subquery for each embedded relation.
//!
//! On PostgreSQL the rows of a subquery are composite values, `ARRAY(SELECT ROW(…))`, which the codec
//! reads in binary as it reads any row. On SQLite they are JSON arrays of SQL literals, which keep
//! the types that JSON does not have.
//!
//! [`super::union_read`] is the other way to write such a read.

mod node_filter;
mod node_outputs;
mod node_page;

use super::{Chain, Precedence, SqlWriter, column_expr::TableScope};
use crate::{
    catalog::Resource,
    query::{
        parse::Count,
        plan::{
            EXACT_ESTIMATE, ReadPlan,
            select_node::{self, Embed, Parent, SelectNode},
        },
    },
};

pub(super) use node_page::PageNames;

/// The rows around those of a node.
#[derive(Clone, Copy)]
pub(super) enum Around<'a, 'plan> {
    Nothing,
    /// The row of a path, to which the rows are related.
    Parent(&'plan Parent),
    /// The row that embeds the rows.
    Embedding(&'plan Embed, TableScope<'a>),
}

/// The form of a row in a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RowForm {
    /// A column for each output.
    Columns,
    /// One value.
    Composite,
}

impl<'plan> SqlWriter<'plan> {
    /// Appends a read.
    pub fn subquery_read(&mut self, plan: &'plan ReadPlan) {
        let alias = self.node_alias(&plan.root.from, 0);
        let scope = node_scope(&plan.root, &alias, 0);
        if plan.is_enveloped() {
            return self.envelope(plan, scope);
        }
        self.node_rows(&plan.root, scope, RowForm::Columns, Around::Nothing, "");
    }

    /// Appends the statement that asks PostgreSQL's planner how many rows a read has.
    pub fn explain(&mut self, plan: &'plan ReadPlan) {
        self.push("EXPLAIN (FORMAT JSON) ");
        self.all_rows(plan, "1");
    }

    pub(super) fn node_alias(&mut self, resource: &Resource, depth: usize) -> String {
        self.alias(select_node::alias(resource, depth))
    }

    /// One row: whether the parent is there, the number of rows, and the rows.
    fn envelope(&mut self, plan: &'plan ReadPlan, scope: TableScope<'_>) {
        self.push("SELECT ");
        if let Some(parent) = &plan.parent {
            let alias = self.node_alias(&parent.resource, 1);
            self.parent_exists(parent, &alias, None, None);
            self.push(", ");
        }
        if plan.counts_rows() {
            self.push("(");
            self.number_of_all_rows(plan);
            self.push("), ");
        }
        let around = match &plan.parent {
            None => Around::Nothing,
            Some(parent) => Around::Parent(parent),
        };
        self.node_list(&plan.root, scope, around);
    }

    /// The number of the rows of all pages: exact, or as far as an estimate needs to be exact.
    fn number_of_all_rows(&mut self, plan: &'plan ReadPlan) {
        let is_estimate = plan.count == Some(Count::Estimated);
        if !is_estimate && !plan.root.grouped {
            return self.all_rows(plan, "COUNT(*)");
        }
        self.push("SELECT COUNT(*) FROM (");
        self.all_rows(plan, "1");
        if is_estimate {
            self.bounds(Some(EXACT_ESTIMATE + 1), None);
        }
        self.push(") AS \"counted\"");
    }

    /// The rows of all pages, each as `output`.
    fn all_rows(&mut self, plan: &'plan ReadPlan, output: &str) {
        let node = &plan.root;
        let alias = self.node_alias(&node.from, 1);
        let scope = node_scope(node, &alias, 1);
        self.push("SELECT ");
        // An aggregate makes one row of all rows where no column groups them.
        self.push(if node.grouped { "COUNT(*)" } else { output });
        self.push(" FROM ");
        self.aliased(scope);
        let names = self.page_names(node, 1, Around::Nothing);
        self.order_joins(node, scope, &names);
        let mut conditions = Chain::clause(" WHERE ");
        self.node_filter(&mut conditions, node, scope);
        if let Some(parent) = &plan.parent {
            let names = self.page_names_around(Around::Parent(parent));
            conditions.add(self, |sql| sql.related_parent_exists(parent, &names, scope));
        }
        self.group_by(node, scope);
    }

    /// The rows of a node as a list in one value.
    fn node_list(
        &mut self,
        node: &'plan SelectNode,
        scope: TableScope<'_>,
        around: Around<'_, 'plan>,
    ) {
        if self.is_postgres() {
            self.push("ARRAY((");
            self.node_rows(node, scope, RowForm::Composite, around, "");
            self.push("))");
        } else {
            self.push("json((SELECT json_group_array(json(\"row\")) FROM (");
            self.node_rows(node, scope, RowForm::Composite, around, " AS \"row\"");
            self.push(") AS \"rows\"))");
        }
    }

    /// An embedded relation as one value.
    fn embed(&mut self, embed: &'plan Embed, parent: TableScope<'_>) {
        let depth = parent.depth + 1;
        let alias = self.node_alias(&embed.node.from, depth);
        let scope = node_scope(&embed.node, &alias, depth);
        let around = Around::Embedding(embed, parent);
        if !embed.is_to_one {
            return self.node_list(&embed.node, scope, around);
        }
        // SQLite forgets that the value of a subquery is JSON.
        let (lead, end) = if self.is_postgres() {
            ("(", ")")
        } else {
            ("json((", "))")
        };
        self.push(lead);
        self.node_rows(&embed.node, scope, RowForm::Composite, around, "");
        self.push(end);
    }

    /// Whether a parent is there; with `rows`, whether it is there and related to them.
    fn parent_exists(
        &mut self,
        parent: &'plan Parent,
        alias: &str,
        junction: Option<&str>,
        rows: Option<TableScope<'_>>,
    ) -> Precedence {
        let scope = TableScope {
            resource: &parent.resource,
            name: alias,
            depth: 1,
        };
        self.exists_where(|sql| {
            sql.push("SELECT 1 FROM ");
            sql.aliased(scope);
            if let Some(rows) = rows {
                sql.junction_join(&parent.join, junction, rows);
            }
            let mut conditions = Chain::clause(" WHERE ");
            for condition in &parent.key.conditions {
                conditions.add(sql, |sql| sql.condition(scope, condition));
            }
            for policy in &parent.key.policies {
                conditions.add(sql, |sql| sql.filter(scope, policy, &[]));
            }
            if let Some(rows) = rows {
                sql.join_conditions(&mut conditions, &parent.join, junction, scope, rows);
            }
        })
    }

    fn related_parent_exists(
        &mut self,
        parent: &'plan Parent,
        names: &PageNames,
        rows: TableScope<'_>,
    ) -> Precedence {
        let alias = names.parent.as_deref().unwrap_or_default();
        self.parent_exists(parent, alias, names.junction.as_deref(), Some(rows))
    }
}

pub(super) fn node_scope<'a>(node: &'a SelectNode, name: &'a str, depth: usize) -> TableScope<'a> {
    TableScope {
        resource: &node.from,
        name,
        depth,
    }
}

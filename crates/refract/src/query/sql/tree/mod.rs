//! Reads that embed related rows → one SQL statement.
//!
//! An embedded relation is a subquery in the list of outputs, or a set beside its parents (`sets`).
//! On PostgreSQL a subquery's rows are records, `ARRAY(SELECT ROW(…))`, which the codec reads in
//! binary as it reads any row; on SQLite they are JSON arrays of SQL literals, which keep what JSON
//! has no types for.

mod outputs;
mod pages;
mod restrict;
mod sets;

pub(super) use self::sets::sets;

use reflect::snapshot::Database;
use sea_orm::sea_query::{Alias, Expr, Func, Query as Builder, SelectStatement, TableRef};

use super::{
    predicate::{Scope, predicate},
    render::{Rendered, finish_select, table},
};
use crate::{
    catalog::Resource,
    query::{
        parse::Count,
        plan::{
            EXACT_ESTIMATE,
            select_node::{self, Embed, OutputItem, Parent, Query, SelectNode},
        },
    },
};

/// The statement of a read.
pub(super) fn query(database: Database, plan: &Query) -> Rendered {
    let mut tree = Tree {
        database,
        taken: Vec::new(),
    };
    let alias = tree.alias(&plan.root.from, 0);
    let statement = if plan.is_enveloped() {
        tree.envelope(plan, &alias)
    } else {
        let place = At {
            alias: &alias,
            depth: 0,
        };
        tree.rows(
            &plan.root,
            place,
            |_, query, outputs| {
                query.exprs(outputs);
            },
            |_, _| {},
        )
    };
    finish_select(database, &statement)
}

/// The statement that asks the planner how many rows there are.
pub(super) fn explain(database: Database, plan: &Query) -> Rendered {
    let mut tree = Tree {
        database,
        taken: Vec::new(),
    };
    let (text, values) = finish_select(database, &tree.all(plan));
    (format!("EXPLAIN (FORMAT JSON) {text}"), values)
}

struct Tree {
    database: Database,
    /// Names of tables in the statement so far.
    taken: Vec<String>,
}

/// A level's place in the statement.
#[derive(Clone, Copy)]
struct At<'a> {
    alias: &'a str,
    depth: usize,
}

/// What restricts the rows of a level from outside of it.
type Restriction<'a> = dyn FnMut(&mut Tree, &mut SelectStatement) + 'a;

impl Tree {
    /// A name for a table that no other has.
    fn alias(&mut self, resource: &Resource, depth: usize) -> String {
        let mut alias = select_node::alias(resource, depth);
        while self.taken.contains(&alias) {
            alias.push('_');
        }
        self.taken.push(alias.clone());
        alias
    }

    fn scope<'a>(&self, node: &'a SelectNode, at: At<'a>) -> Scope<'a> {
        Scope {
            database: self.database,
            resource: &node.from,
            alias: Some(at.alias),
        }
    }

    /// One row: whether the parent is there, how many rows there are, and the rows.
    fn envelope(&mut self, plan: &Query, alias: &str) -> SelectStatement {
        let mut query = Builder::select();
        if let Some(parent) = &plan.parent {
            query.expr(Expr::exists(self.parent(parent, None)));
        }
        if plan.counts_rows() {
            let counted = self.count(plan);
            query.expr(subquery(counted));
        }
        let at = At { alias, depth: 0 };
        let rows = self.list(&plan.root, at, &mut |tree, query| {
            if let Some(parent) = &plan.parent {
                let rows = Some((&*plan.root.from, alias));
                let parent = tree.parent(parent, rows);
                query.and_where(Expr::exists(parent));
            }
        });
        query.expr(rows);
        query
    }

    /// The rows of all pages, counted: to the end, or as far as an estimate need be exact.
    fn count(&mut self, plan: &Query) -> SelectStatement {
        let mut rows = self.all(plan);
        let is_estimate = plan.count == Some(Count::Estimated);
        if !is_estimate && !plan.root.grouped {
            rows.clear_selects().expr(Expr::cust("COUNT(*)"));
            return rows;
        }
        if is_estimate {
            rows.limit(EXACT_ESTIMATE + 1);
        }
        let mut count = Builder::select();
        count
            .expr(Expr::cust("COUNT(*)"))
            .from_subquery(rows, "counted");
        count
    }

    /// The rows of all pages.
    fn all(&mut self, plan: &Query) -> SelectStatement {
        let alias = self.alias(&plan.root.from, 1);
        let at = At {
            alias: &alias,
            depth: 1,
        };
        let mut query = self.from(&plan.root, at);
        query.expr(Expr::cust("1"));
        self.restrict(&plan.root, at, &mut query);
        if let Some(parent) = &plan.parent {
            let rows = Some((&*plan.root.from, alias.as_str()));
            let parent = self.parent(parent, rows);
            query.and_where(Expr::exists(parent));
        }
        if plan.root.grouped {
            self.group(&plan.root, at, &mut query);
            // An aggregate, which makes one row of all where nothing groups them.
            query.clear_selects().expr(Expr::cust("COUNT(*)"));
        }
        query
    }

    /// The parent's row; with `rows`, where it is related to them.
    fn parent(&mut self, parent: &Parent, rows: Option<(&Resource, &str)>) -> SelectStatement {
        let alias = self.alias(&parent.resource, 1);
        let mut query = Builder::select();
        query
            .expr(Expr::cust("1"))
            .from(self.table_as(&parent.resource, &alias));
        let scope = Scope {
            database: self.database,
            resource: &parent.resource,
            alias: Some(&alias),
        };
        for condition in &parent.key.conditions {
            query.and_where(predicate(scope, condition));
        }
        if let Some((resource, alias)) = rows {
            let rows = Scope {
                database: self.database,
                resource,
                alias: Some(alias),
            };
            self.join(&mut query, &parent.join, scope, rows);
        }
        query
    }

    /// Rows of a level as a list in one value.
    fn list(&mut self, node: &SelectNode, at: At<'_>, joined: &mut Restriction<'_>) -> Expr {
        match self.database {
            Database::Postgres => {
                let rows = self.rows(
                    node,
                    at,
                    |tree, query, outputs| {
                        query.expr(tree.record(node, outputs));
                    },
                    joined,
                );
                Func::cust("ARRAY").arg(subquery(rows)).into()
            }
            Database::Sqlite => {
                let rows = self.rows(
                    node,
                    at,
                    |tree, query, outputs| {
                        query.expr_as(tree.record(node, outputs), "row");
                    },
                    joined,
                );
                let mut list = Builder::select();
                let row = Func::cust("json").arg(Expr::col("row"));
                list.expr(Func::cust("json_group_array").arg(row))
                    .from_subquery(rows, "rows");
                as_json(subquery(list))
            }
        }
    }

    /// An embedded relation as one value.
    fn embed(&mut self, embed: &Embed, parent: Scope<'_>, depth: usize) -> Expr {
        let alias = self.alias(&embed.node.from, depth);
        let at = At {
            alias: &alias,
            depth,
        };
        let joined = &mut |tree: &mut Tree, query: &mut SelectStatement| {
            let rows = Scope {
                database: tree.database,
                resource: &embed.node.from,
                alias: Some(at.alias),
            };
            tree.join(query, &embed.join, parent, rows);
        };
        if !embed.is_to_one {
            return self.list(&embed.node, at, joined);
        }
        let row = self.rows(
            &embed.node,
            at,
            |tree, query, outputs| {
                query.expr(tree.record(&embed.node, outputs));
            },
            joined,
        );
        match self.database {
            Database::Postgres => subquery(row),
            Database::Sqlite => as_json(subquery(row)),
        }
    }

    /// A row as one value.
    fn record(&self, node: &SelectNode, outputs: Vec<Expr>) -> Expr {
        match self.database {
            Database::Postgres => Func::cust("ROW").args(outputs).into(),
            Database::Sqlite => {
                let values =
                    outputs
                        .into_iter()
                        .enumerate()
                        .map(|(at, value)| match node.outputs.get(at) {
                            Some(OutputItem::Embed(_)) => value,
                            _ => Func::cust("quote").arg(value).into(),
                        });
                Func::cust("json_array").args(values).into()
            }
        }
    }

    fn from(&self, node: &SelectNode, at: At<'_>) -> SelectStatement {
        let mut query = Builder::select();
        query.from(self.table_as(&node.from, at.alias));
        query
    }

    fn table_as(&self, resource: &Resource, alias: &str) -> TableRef {
        table(self.database, resource).alias(Alias::new(alias))
    }
}

fn subquery(query: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(query.into()))
}

/// A subquery's JSON: SQLite forgets on the way out that it is some.
fn as_json(value: Expr) -> Expr {
    Func::cust("json").arg(value).into()
}

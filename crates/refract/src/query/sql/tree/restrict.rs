//! What restricts the rows of a level: its filters, the rows around, the rows that it embeds.

use reflect::snapshot::Database;
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, JoinType, SelectStatement, TableRef};

use super::{
    super::{
        predicate::{Scope, filter},
        render::bound,
        sqlite_table,
    },
    At, Tree,
};
use crate::{
    catalog::{Join, Junction},
    query::plan::select_node::{Embed, EmbedTest, NodeOrder, SelectNode},
};

impl Tree {
    /// Filters the rows of a level, and gives what they are ordered by.
    pub(super) fn restrict(
        &mut self,
        node: &SelectNode,
        at: At<'_>,
        query: &mut SelectStatement,
    ) -> Vec<Expr> {
        let scope = self.scope(node, at);
        let mut joined = Vec::new();
        for embed in node.ordered_by() {
            let one = &node.embeds[embed];
            let alias = self.alias(&one.node.from, at.depth + 1);
            let rows = Scope {
                database: self.database,
                resource: &one.node.from,
                alias: Some(&alias),
            };
            let on = on(&one.join, scope, rows);
            let inner = At {
                alias: &alias,
                depth: at.depth + 1,
            };
            let on = on.add(self.filter(&one.node, inner));
            let table = self.table_as(&one.node.from, &alias);
            query.join(JoinType::LeftJoin, table, on);
            joined.push((embed, alias));
        }
        let condition = self.filter(node, at);
        query.cond_where(condition);
        node.order
            .iter()
            .map(|term| self.ordered(node, scope, term, &joined))
            .collect()
    }

    fn ordered(
        &self,
        node: &SelectNode,
        scope: Scope<'_>,
        term: &NodeOrder,
        joined: &[(usize, String)],
    ) -> Expr {
        let alias = joined
            .iter()
            .find(|(embed, _)| Some(*embed) == term.embed)
            .map(|(embed, alias)| (&node.embeds[*embed], alias));
        let scope = match alias {
            None => scope,
            Some((embed, alias)) => Scope {
                resource: &embed.node.from,
                alias: Some(alias),
                ..scope
            },
        };
        scope.place(term.place.column, &term.place.path)
    }

    /// The conditions on a level's rows: its own, and that what is `!inner` is there.
    fn filter(&mut self, node: &SelectNode, at: At<'_>) -> Cond {
        let scope = self.scope(node, at);
        let condition = filter(scope, &node.filter, &mut |test: &EmbedTest| {
            let rows = self.exists(&node.embeds[test.embed], scope, at.depth + 1);
            if test.exists { rows } else { rows.not() }
        });
        let mut all = Cond::all().add(condition);
        for embed in node.embeds.iter().filter(|embed| embed.inner) {
            all = all.add(self.exists(embed, scope, at.depth + 1));
        }
        all
    }

    /// Whether an embedded relation has rows to show.
    fn exists(&mut self, embed: &Embed, parent: Scope<'_>, depth: usize) -> Expr {
        let alias = self.alias(&embed.node.from, depth);
        let at = At {
            alias: &alias,
            depth,
        };
        let rows = self.scope(&embed.node, at);
        let mut query = self.from(&embed.node, at);
        query.expr(Expr::cust("1"));
        self.join(&mut query, &embed.join, parent, rows);
        let condition = self.filter(&embed.node, at);
        query.cond_where(condition);
        // Only then: PostgreSQL makes no join of a subquery with a limit.
        if embed.node.bounds_may_empty() {
            bound(
                self.database,
                &mut query,
                embed.node.limit,
                embed.node.offset,
            );
        }
        Expr::exists(query)
    }

    /// Adds to a query of `rows` that they are related to `parent`, or the other way round.
    pub(super) fn join(
        &mut self,
        query: &mut SelectStatement,
        join: &Join,
        parent: Scope<'_>,
        rows: Scope<'_>,
    ) {
        if let Join::Through(junction) = join {
            let mut alias = junction.table.clone();
            while self.taken.contains(&alias) {
                alias.push('_');
            }
            self.taken.push(alias.clone());
            let (near, far) = through(junction, &alias, parent, rows);
            let table = self.junction_as(junction, &alias);
            query.join(JoinType::InnerJoin, table, far);
            query.cond_where(near);
        } else {
            query.cond_where(on(join, parent, rows));
        }
    }

    fn junction_as(&self, junction: &Junction, alias: &str) -> TableRef {
        let table: TableRef = match self.database {
            Database::Postgres => {
                (Alias::new(&junction.schema), Alias::new(&junction.table)).into()
            }
            Database::Sqlite => Alias::new(sqlite_table(&junction.schema, &junction.table)).into(),
        };
        table.alias(Alias::new(alias))
    }
}

/// Pairs of equal columns. What goes through a junction is not known here.
fn on(join: &Join, parent: Scope<'_>, rows: Scope<'_>) -> Cond {
    let mut all = Cond::all();
    if let Join::Direct(pairs) = join {
        for &(here, there) in pairs {
            all = all.add(rows.column(there).eq(parent.column(here)));
        }
    }
    all
}

/// The conditions between a junction and either side.
fn through(junction: &Junction, alias: &str, parent: Scope<'_>, rows: Scope<'_>) -> (Cond, Cond) {
    let column = |name: &String| Expr::col((Alias::new(alias), Alias::new(name)));
    let mut near = Cond::all();
    for (here, name) in &junction.near {
        near = near.add(column(name).eq(parent.column(*here)));
    }
    let mut far = Cond::all();
    for (name, there) in &junction.far {
        far = far.add(column(name).eq(rows.column(*there)));
    }
    (near, far)
}

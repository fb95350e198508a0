//! A list with its related rows as sets: a `WITH` of the levels, whose rows come one set after the
//! other.

use reflect::snapshot::Database;
use sea_orm::sea_query::{
    Alias, CommonTableExpression, Expr, ExprTrait, Func, PostgresQueryBuilder, Query,
    SelectStatement, UnionType, WithClause, extension::postgres::PgFunc,
};

use super::{
    super::{
        render::{Rendered, as_read, bound, finish, null},
        sets::{Set, Sets},
    },
    At, Tree, subquery,
};

/// The statement: the position of a row's set, then its slots.
pub(in super::super) fn sets(sets: &Sets<'_>) -> Rendered {
    let mut tree = Tree {
        database: Database::Postgres,
        taken: Vec::new(),
    };
    let mut with = WithClause::new();
    let mut all: Option<SelectStatement> = None;
    for (at, set) in sets.sets.iter().enumerate() {
        let mut table = CommonTableExpression::new();
        table
            .table_name(set_name(at))
            .columns(set.columns.iter().map(|&(_, slot)| slot_name(slot)))
            .query(tree.set(set));
        if sets.sets.iter().any(|other| other.is_within(at)) {
            // Else PostgreSQL might choose its rows anew each time they are looked at.
            table.materialized(true);
        }
        with.cte(table);
        let rows = rows(sets, at, set);
        match &mut all {
            None => all = Some(rows),
            Some(all) => _ = all.union(UnionType::All, rows),
        }
    }
    let all = all.unwrap_or_default();
    finish(&PostgresQueryBuilder, &all.with(with))
}

impl Tree {
    /// The rows of a set.
    fn set(&mut self, set: &Set<'_>) -> SelectStatement {
        let node = set.node;
        let alias = self.alias(&node.from, node.depth);
        let at = At {
            alias: &alias,
            depth: node.depth,
        };
        let (mut query, orders) = self.page(node, at, 0, &mut |_, _| {});
        let scope = self.scope(node, at);
        query.exprs(set.columns.iter().map(|&(column, _)| {
            let value = scope.column(column);
            as_read(self.database, &node.from.columns[column], value)
        }));
        if let Some(link) = set.link
            && let Some(here) = set.column(link.here)
        {
            // Equal to any of the keys: the index is asked once for all of them.
            let mut keys = Query::select();
            keys.column(slot_name(link.there)).from(set_name(link.set));
            let keys: Expr = Func::cust("ARRAY").arg(subquery(keys)).into();
            query.and_where(scope.column(here).eq(PgFunc::any(keys)));
        }
        self.order(node, &mut query, orders);
        bound(self.database, &mut query, set.limit, node.offset);
        query
    }
}

/// A set's rows in the columns that all sets share.
fn rows(sets: &Sets<'_>, at: usize, set: &Set<'_>) -> SelectStatement {
    let mut query = Query::select();
    query.expr(Expr::cust(at.to_string())).from(set_name(at));
    for (slot, of) in sets.slots.iter().enumerate() {
        match set.column(slot) {
            Some(_) => query.column(slot_name(slot)),
            None => query.expr(null(of)),
        };
    }
    query
}

/// Tables have a schema before their names, so that nothing else is called so.
fn set_name(set: usize) -> Alias {
    Alias::new(format!("set {set}"))
}

fn slot_name(slot: usize) -> Alias {
    Alias::new(format!("slot {slot}"))
}

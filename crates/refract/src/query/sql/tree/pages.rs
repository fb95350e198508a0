//! The rows of a level: a page of them, in an order, from a row on.

use reflect::snapshot::Database;
use sea_orm::sea_query::{
    Alias, Asterisk, Expr, ExprTrait, Order, Query as Builder, SelectStatement, UnionType,
};

use super::{
    super::render::{as_read, beyond, beyond_row, bound, comparable, order_by},
    At, Tree,
};
use crate::{
    codec::{Value, bind},
    query::plan::{
        Seek, SeekBound,
        select_node::{NodeOrder, SelectNode},
    },
};

impl Tree {
    /// Rows of a level. `select` puts its outputs into the statement, `joined` restricts it.
    pub(super) fn rows(
        &mut self,
        node: &SelectNode,
        at: At<'_>,
        select: impl FnOnce(&Self, &mut SelectStatement, Vec<Expr>),
        mut joined: impl FnMut(&mut Tree, &mut SelectStatement),
    ) -> SelectStatement {
        let mut outputs = self.outputs(node, at);
        let ranges = node.ranges();
        let is_page = node.limit.is_some() || node.offset.is_some();
        if ranges == 1 && !(is_page && node.shows_embeds() && !node.grouped) {
            let (mut query, orders) = self.page(node, at, 0, &mut joined);
            outputs.extend(self.marks(node, &orders));
            select(self, &mut query, outputs);
            self.group(node, at, &mut query);
            self.order(node, &mut query, orders);
            bound(self.database, &mut query, node.limit, node.offset);
            return query;
        }
        // First the page, then what its rows embed: not for the rows that are passed over.
        let mut orders = Vec::new();
        let mut pages = Vec::with_capacity(ranges);
        for range in 0..ranges {
            let (mut page, inner) = self.page(node, at, range, &mut joined);
            page.column((Alias::new(at.alias), Asterisk));
            let terms = node.order.iter().zip(&inner).enumerate();
            orders = terms
                .map(|(number, (term, order))| {
                    if term.is_column(term.place.column) {
                        return order.clone();
                    }
                    let name = format!("order {number}");
                    page.expr_as(order.clone(), name.clone());
                    let ordered = Expr::col((Alias::new(at.alias), Alias::new(name)));
                    self.ordered_again(node, term, ordered)
                })
                .collect();
            self.order(node, &mut page, inner);
            bound(self.database, &mut page, node.limit, node.offset);
            pages.push(page);
        }
        let mut outer = Builder::select();
        outer.from_subquery(self.together(pages, at), Alias::new(at.alias));
        outputs.extend(self.marks(node, &orders));
        select(self, &mut outer, outputs);
        self.order(node, &mut outer, orders);
        if ranges > 1 {
            bound(self.database, &mut outer, node.limit, None);
        }
        outer
    }

    /// What a page was ordered by, as the statement around it orders by it again. SQLite is told the
    /// collation anew; elsewhere the value has the type that it is ordered by.
    fn ordered_again(&self, node: &SelectNode, term: &NodeOrder, ordered: Expr) -> Expr {
        if self.database == Database::Postgres || !term.place.path.is_empty() {
            return ordered;
        }
        let resource = match term.embed {
            None => &node.from,
            Some(embed) => &node.embeds[embed].node.from,
        };
        comparable(self.database, &resource.columns[term.place.column], ordered)
    }

    /// One of the ranges of a level's rows, and what they are ordered by.
    pub(super) fn page(
        &mut self,
        node: &SelectNode,
        at: At<'_>,
        range: usize,
        joined: &mut dyn FnMut(&mut Tree, &mut SelectStatement),
    ) -> (SelectStatement, Vec<Expr>) {
        let mut query = self.from(node, at);
        joined(self, &mut query);
        let orders = self.restrict(node, at, &mut query);
        if let Some(after) = &node.after {
            query.and_where(self.after(node, after, range, &orders));
        }
        (query, orders)
    }

    /// Pages one after the other. Each is a subquery: neither database takes an order within a
    /// union otherwise.
    fn together(&self, mut pages: Vec<SelectStatement>, at: At<'_>) -> SelectStatement {
        if pages.len() == 1 {
            return pages.remove(0);
        }
        let mut all = pages.into_iter().map(|page| {
            let mut whole = Builder::select();
            whole
                .column(Asterisk)
                .from_subquery(page, Alias::new(at.alias));
            whole
        });
        let mut first = all.next().unwrap_or_default();
        for page in all {
            first.union(UnionType::All, page);
        }
        first
    }

    /// The condition of one of the ranges after a row.
    fn after(&self, node: &SelectNode, after: &Seek, range: usize, orders: &[Expr]) -> Expr {
        let bound = |value: &Value| Expr::val(bind(self.database, value));
        match after {
            Seek::Row(values) => {
                let descending = node.order.first().is_some_and(|term| term.descending);
                beyond_row(self.database, orders, values, descending)
            }
            Seek::Ranges(ranges) => {
                let Some(range) = ranges.get(range) else {
                    return Expr::cust("1 = 0");
                };
                let conditions = range.iter().map(|(term, test)| {
                    let expression = orders[*term].clone();
                    match test {
                        SeekBound::Equal(value) => expression.eq(bound(value)),
                        SeekBound::Past(value) => {
                            beyond(expression, bound(value), node.order[*term].descending)
                        }
                        SeekBound::Null => expression.is_null(),
                        SeekBound::NotNull => expression.is_not_null(),
                    }
                });
                conditions
                    .reduce(Expr::and)
                    .unwrap_or_else(|| Expr::cust("1 = 1"))
            }
        }
    }

    /// What rows are ordered by, as the codec reads it.
    fn marks(&self, node: &SelectNode, orders: &[Expr]) -> Vec<Expr> {
        if !node.marked {
            return Vec::new();
        }
        let marks = node.order.iter().zip(orders).map(|(term, order)| {
            let resource = match term.embed {
                None => &node.from,
                Some(embed) => &node.embeds[embed].node.from,
            };
            if term.place.path.is_empty() {
                as_read(
                    self.database,
                    &resource.columns[term.place.column],
                    order.clone(),
                )
            } else {
                order.clone()
            }
        });
        marks.collect()
    }

    pub(super) fn order(&self, node: &SelectNode, query: &mut SelectStatement, orders: Vec<Expr>) {
        for (term, expression) in node.order.iter().zip(orders) {
            let order = if term.descending {
                Order::Desc
            } else {
                Order::Asc
            };
            let nullable = term.is_nullable(node);
            order_by(
                self.database,
                query,
                expression,
                order,
                term.nulls_first,
                nullable,
            );
        }
    }
}

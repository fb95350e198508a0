//! The rows of a node: a page of them, in an order, after a row.

use super::{
    super::{Chain, Precedence, SqlWriter, column_expr::TableScope},
    Around, RowForm,
};
use crate::{
    catalog::{Join, Resource},
    query::plan::{
        Seek, SeekBound,
        select_node::{NodeOrder, SelectNode},
    },
};

/// The aliases of the tables beside that of a node.
#[derive(Default)]
pub(in super::super) struct PageNames {
    pub(super) parent: Option<String>,
    pub(super) junction: Option<String>,
    /// The embedded relations that the order looks at.
    pub(super) ordered: Vec<(usize, String)>,
}

impl<'plan> SqlWriter<'plan> {
    /// Appends the rows of a node. `name` stands after the value that a row is.
    pub(super) fn node_rows(
        &mut self,
        node: &'plan SelectNode,
        scope: TableScope<'_>,
        form: RowForm,
        around: Around<'_, 'plan>,
        name: &str,
    ) {
        let ranges = node.ranges();
        let is_page = node.limit.is_some() || node.offset.is_some();
        let is_flat = ranges == 1 && !(is_page && node.shows_embeds() && !node.grouped);
        self.push("SELECT ");
        self.push(match form {
            RowForm::Columns => "",
            RowForm::Composite if self.is_postgres() => "ROW(",
            RowForm::Composite => "json_array(",
        });
        let separator = self.node_outputs(node, scope, form);
        let names = if is_flat {
            self.page_names(node, scope.depth, around)
        } else {
            PageNames::default()
        };
        let quotes = form == RowForm::Composite && !self.is_postgres();
        self.sort_keys(node, separator, quotes, |sql, number| {
            if is_flat {
                sql.order_term(node, scope, &names, number)
            } else {
                sql.order_again(node, scope, number)
            }
        });
        if form == RowForm::Composite {
            self.push(")");
        }
        self.push(name);
        self.push(" FROM ");
        if is_flat {
            self.page_from(node, scope, around, &names, 0);
            self.group_by(node, scope);
            self.order_by(node, |sql, number| {
                sql.order_term(node, scope, &names, number)
            });
            return self.bounds(node.limit, node.offset);
        }
        // First the page, then what its rows embed: not for the rows that are passed over.
        self.push("(");
        for range in 0..ranges {
            // Each page is a subquery: otherwise neither database takes an order within a union.
            if range > 0 {
                self.push(" UNION ALL ");
            }
            let parenthesised = range > 0 && self.is_postgres();
            if parenthesised {
                self.push("(");
            }
            if ranges > 1 {
                self.push("SELECT * FROM (");
            }
            self.node_range(node, scope, around, range);
            if ranges > 1 {
                self.push(")");
                self.quoted_alias(scope.name);
            }
            if parenthesised {
                self.push(")");
            }
        }
        self.push(")");
        self.quoted_alias(scope.name);
        self.order_by(node, |sql, number| sql.order_again(node, scope, number));
        if ranges > 1 {
            self.bounds(node.limit, None);
        }
    }

    /// One of the ranges of a node's rows: all columns, and the terms of the order that are not
    /// columns.
    fn node_range(
        &mut self,
        node: &'plan SelectNode,
        scope: TableScope<'_>,
        around: Around<'_, 'plan>,
        range: usize,
    ) {
        let names = self.page_names(node, scope.depth, around);
        self.push("SELECT ");
        self.push(scope.name);
        self.push(".*");
        for (number, term) in node.order.iter().enumerate() {
            if !term.is_column(term.place.column) {
                self.push(", ");
                self.order_term(node, scope, &names, number);
                self.push(" AS ");
                self.numbered("order ", number);
            }
        }
        self.push(" FROM ");
        self.page_from(node, scope, around, &names, range);
        self.order_by(node, |sql, number| {
            sql.order_term(node, scope, &names, number)
        });
        self.bounds(node.limit, node.offset);
    }

    /// Takes the aliases of the tables beside that of a node.
    pub(in super::super) fn page_names(
        &mut self,
        node: &SelectNode,
        depth: usize,
        around: Around<'_, '_>,
    ) -> PageNames {
        let mut names = self.page_names_around(around);
        for embed in node.ordered_by() {
            let alias = self.node_alias(&node.embeds[embed].node.from, depth + 1);
            names.ordered.push((embed, alias));
        }
        names
    }

    pub(super) fn page_names_around(&mut self, around: Around<'_, '_>) -> PageNames {
        let (parent, join) = match around {
            Around::Nothing => return PageNames::default(),
            Around::Parent(parent) => (Some(&parent.resource), &parent.join),
            Around::Embedding(embed, _) => (None, &embed.join),
        };
        PageNames {
            parent: parent.map(|resource| self.node_alias(resource, 1)),
            junction: self.junction_alias(join),
            ordered: Vec::new(),
        }
    }

    pub(in super::super) fn junction_alias(&mut self, join: &Join) -> Option<String> {
        match join {
            Join::Direct(_) => None,
            Join::Through(junction) => Some(self.alias(junction.table.clone())),
        }
    }

    /// Appends the tables and the conditions of one of the ranges of a node's rows; gives the
    /// conditions, so that others can be added.
    pub(in super::super) fn page_from(
        &mut self,
        node: &'plan SelectNode,
        scope: TableScope<'_>,
        around: Around<'_, 'plan>,
        names: &PageNames,
        range: usize,
    ) -> Chain {
        let junction = names.junction.as_deref();
        self.aliased(scope);
        if let Around::Embedding(embed, _) = around {
            self.junction_join(&embed.join, junction, scope);
        }
        self.order_joins(node, scope, names);
        let mut conditions = Chain::clause(" WHERE ");
        match around {
            Around::Nothing => {}
            Around::Parent(parent) => {
                conditions.add(self, |sql| sql.related_parent_exists(parent, names, scope));
            }
            Around::Embedding(embed, parent) => {
                self.join_conditions(&mut conditions, &embed.join, junction, parent, scope);
            }
        }
        self.node_filter(&mut conditions, node, scope);
        if let Some(after) = &node.after {
            conditions.add(self, |sql| {
                sql.after(node, after, range, |sql, number| {
                    sql.order_term(node, scope, names, number)
                })
            });
        }
        conditions
    }

    /// The condition of one of the ranges after a row.
    fn after(
        &mut self,
        node: &SelectNode,
        after: &'plan Seek,
        range: usize,
        mut term: impl FnMut(&mut Self, usize) -> Precedence,
    ) -> Precedence {
        let ranges = match after {
            Seek::Row(values) => {
                let descending = node.order.first().is_some_and(|term| term.descending);
                return self.after_row(values, descending, term);
            }
            Seek::Ranges(ranges) => ranges,
        };
        let Some(range) = ranges.get(range) else {
            self.push("1 = 0");
            return Precedence::Other;
        };
        let mut conditions = Chain::all();
        for (number, bound) in range {
            let number = *number;
            conditions.add(self, |sql| match bound {
                SeekBound::Past(value) => {
                    let descending = node.order[number].descending;
                    sql.past(value, descending, |sql| term(sql, number))
                }
                SeekBound::Equal(value) => {
                    sql.operand(|sql| term(sql, number));
                    sql.push(" = ");
                    sql.bind(value);
                    Precedence::Comparison
                }
                SeekBound::Null | SeekBound::NotNull => {
                    sql.operand(|sql| term(sql, number));
                    sql.push(if *bound == SeekBound::Null {
                        " IS NULL"
                    } else {
                        " IS NOT NULL"
                    });
                    Precedence::Comparison
                }
            });
        }
        conditions.precedence().unwrap_or_else(|| {
            self.push("1 = 1");
            Precedence::Other
        })
    }

    /// Appends the values that rows are ordered by, as the codec reads them, where a cursor needs
    /// them.
    fn sort_keys(
        &mut self,
        node: &SelectNode,
        mut separator: &'static str,
        quotes: bool,
        term: impl Fn(&mut Self, usize) -> Precedence,
    ) {
        if !node.has_sort_keys() {
            return;
        }
        for (number, order) in node.order.iter().enumerate() {
            self.push(std::mem::replace(&mut separator, ", "));
            if quotes {
                self.push("quote(");
            }
            if order.place.path.is_empty() {
                let column = &ordered_resource(node, order).columns[order.place.column];
                self.as_read(column, |sql| term(sql, number));
            } else {
                term(self, number);
            }
            if quotes {
                self.push(")");
            }
        }
    }

    /// Appends `ORDER BY`.
    pub(in super::super) fn order_by(
        &mut self,
        node: &SelectNode,
        term: impl Fn(&mut Self, usize) -> Precedence,
    ) {
        let mut lead = " ORDER BY ";
        for (number, order) in node.order.iter().enumerate() {
            self.push(std::mem::replace(&mut lead, ", "));
            term(self, number);
            self.direction(
                order.descending,
                order.nulls_first,
                order.is_nullable(&node.from),
            );
        }
    }

    /// Appends a term of a node's order, where its tables stand.
    pub(in super::super) fn order_term(
        &mut self,
        node: &SelectNode,
        scope: TableScope<'_>,
        names: &PageNames,
        number: usize,
    ) -> Precedence {
        let term = &node.order[number];
        let mut joined = names.ordered.iter();
        let joined = joined.find(|(embed, _)| Some(*embed) == term.embed);
        let scope = match joined {
            None => scope,
            Some((embed, alias)) => TableScope {
                resource: &node.embeds[*embed].node.from,
                name: alias,
                ..scope
            },
        };
        self.path(scope, term.place.column, &term.place.path)
    }

    /// Appends a term of a node's order where its rows are a subquery. SQLite is told the collation
    /// once more; on PostgreSQL the value has the type that it is ordered by.
    fn order_again(
        &mut self,
        node: &SelectNode,
        scope: TableScope<'_>,
        number: usize,
    ) -> Precedence {
        let term = &node.order[number];
        if term.is_column(term.place.column) {
            return self.column(scope, term.place.column);
        }
        let name = |sql: &mut Self| {
            sql.push(scope.name);
            sql.push(".");
            sql.numbered("order ", number);
            Precedence::Primary
        };
        if self.is_postgres() || !term.place.path.is_empty() {
            return name(self);
        }
        let column = &ordered_resource(node, term).columns[term.place.column];
        self.comparable(column, name)
    }
}

/// The resource whose column a term of a node's order is.
fn ordered_resource<'a>(node: &'a SelectNode, term: &NodeOrder) -> &'a Resource {
    match term.embed {
        None => &node.from,
        Some(embed) => &node.embeds[embed].node.from,
    }
}

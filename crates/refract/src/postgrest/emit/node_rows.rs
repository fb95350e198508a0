//! The rows of a level: what they show, how they are grouped and ordered, which they are.

use reflect::quote::{identifier, qualified};

use super::{WRITTEN, Writer, domain_values::Domains, lateral_joins::tests, spread_items, table};
use crate::{
    codec::Value,
    postgrest::resolve::{
        raw_node::{Compare, Embed, OutputItem, SelectNode},
        relationships::Join,
    },
    query::plan::{Filter, select_node::EmbedTest},
};

/// Where a level's rows come from.
#[derive(Clone, Copy)]
pub enum From<'join> {
    Table,
    /// What a write has returned.
    Written,
    /// What is related to the row that stands with a name.
    Related(&'join Join, &'join SelectNode),
}

/// Whether an embedded relation stands beside the rows whose conditions ask for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Embeds {
    Joined,
    /// It is looked for where it is asked for.
    Apart,
}

impl Writer {
    pub fn rows_of_table(&mut self, root: &SelectNode) {
        self.rows(root, From::Table);
    }

    pub fn rows_of_write(&mut self, root: &SelectNode) {
        self.rows(root, From::Written);
    }

    /// The rows of all pages, for their number.
    pub fn counted(&mut self, root: &SelectNode) {
        if root.grouped {
            // Groups are known by what they show.
            self.text.push_str("SELECT 1 FROM (");
            self.all_rows(root, From::Table);
            self.text.push_str(") AS _grouped");
            return;
        }
        self.text.push_str("SELECT 1");
        self.from(root, From::Table);
        let separator = self.conditions(root, &root.filter, From::Table, Embeds::Apart);
        self.inner_ones(root, separator, |_| true);
    }

    /// That embedded relations have rows which no row is to be without; of some of them.
    pub fn inner_ones(
        &mut self,
        node: &SelectNode,
        mut separator: &'static str,
        which: impl Fn(&Embed) -> bool,
    ) {
        for embed in node.embeds.iter().filter(|embed| embed.inner) {
            if which(embed) {
                self.text.push_str(separator);
                self.exists(node, embed);
                separator = " AND ";
            }
        }
    }

    pub fn rows(&mut self, node: &SelectNode, from: From<'_>) {
        self.all_rows(node, from);
        self.order(node);
        if let Some(limit) = node.limit {
            self.limit(limit);
        }
        if let Some(offset) = node.offset.filter(|offset| *offset > 0) {
            self.text.push_str(" OFFSET ");
            self.bind(Value::Int(offset.cast_signed()));
        }
    }

    fn all_rows(&mut self, node: &SelectNode, from: From<'_>) {
        self.text.push_str("SELECT ");
        self.outputs(node);
        self.from(node, from);
        for embed in &node.embeds {
            self.lateral(node, embed);
        }
        // What has been written has been chosen already.
        let no_filter = Filter::default();
        let filter = match from {
            From::Written => &no_filter,
            _ => &node.filter,
        };
        let separator = self.conditions(node, filter, from, Embeds::Joined);
        if matches!(from, From::Table) {
            // The join says the same, but only of rows that have been read: this lets PostgreSQL
            // begin with the related ones.
            self.inner_ones(node, separator, |embed| {
                !embed.node.filter.is_empty() && is_plain(embed)
            });
        }
        self.group(node);
    }

    /// `FROM`, with the junction that a join goes through.
    pub fn from(&mut self, node: &SelectNode, from: From<'_>) {
        let alias = identifier(&node.alias);
        let rows = match from {
            From::Written => WRITTEN.to_owned(),
            From::Related(Join::Computed { schema, function }, around) => format!(
                "{}({}::{})",
                qualified(schema, function),
                identifier(&around.alias),
                table(&around.from)
            ),
            _ => table(&node.from),
        };
        self.text.push_str(&format!(" FROM {rows} AS {alias}"));
        if let From::Related(join, around) = from {
            self.junction(join, node, &around.alias);
        }
    }

    fn outputs(&mut self, node: &SelectNode) {
        let mut separator = "";
        for output in &node.outputs {
            match output {
                OutputItem::Value(value) => {
                    self.text.push_str(separator);
                    self.output(node, value);
                    self.text
                        .push_str(&format!(" AS {}", identifier(&value.key)));
                }
                OutputItem::Embed(embed) => {
                    let embed = &node.embeds[*embed];
                    let shown = spread_items::outputs(node, embed);
                    if shown.is_empty() {
                        continue;
                    }
                    self.text.push_str(separator);
                    self.text.push_str(&shown.join(", "));
                }
            }
            separator = ", ";
        }
    }

    fn group(&mut self, node: &SelectNode) {
        if !node.grouped {
            return;
        }
        let mut separator = " GROUP BY ";
        for output in &node.outputs {
            match output {
                OutputItem::Value(value) if value.item.aggregate.is_none() => {
                    self.text.push_str(separator);
                    self.shown(node, value, Domains::Kept);
                    separator = ", ";
                }
                OutputItem::Value(_) => {}
                OutputItem::Embed(embed) => {
                    for expression in spread_items::grouping(&node.embeds[*embed]) {
                        self.text.push_str(separator);
                        self.text.push_str(&expression);
                        separator = ", ";
                    }
                }
            }
        }
    }

    fn order(&mut self, node: &SelectNode) {
        let mut separator = " ORDER BY ";
        for term in &node.order {
            self.text.push_str(separator);
            separator = ", ";
            match term.embed {
                None => self.field(node, &term.place),
                Some(embed) => {
                    let embed = &node.embeds[embed];
                    // What is converted has lost its order.
                    let is_column =
                        term.place.path.is_empty() && !embed.node.converts(&term.place.name);
                    match spread_items::shown(embed, &term.place.name).filter(|_| is_column) {
                        Some(shown) => self.text.push_str(&shown),
                        None => {
                            let from = From::Related(&embed.join, node);
                            self.text.push_str("(SELECT ");
                            self.field(&embed.node, &term.place);
                            self.restricted(&embed.node, from);
                            self.text.push_str(" LIMIT 1)");
                        }
                    }
                }
            }
            self.text
                .push_str(if term.descending { " DESC" } else { " ASC" });
            match term.nulls_first {
                None => {}
                Some(true) => self.text.push_str(" NULLS FIRST"),
                Some(false) => self.text.push_str(" NULLS LAST"),
            }
        }
    }

    /// `FROM` and `WHERE` of a level, with what its conditions ask of its own embeds.
    fn restricted(&mut self, node: &SelectNode, from: From<'_>) {
        self.from(node, from);
        for inside in &node.embeds {
            if inside.inner || tests(&node.filter, node, inside) {
                self.lateral(node, inside);
            }
        }
        self.conditions(node, &node.filter, from, Embeds::Joined);
    }

    /// `WHERE`; gives what a further condition would begin with.
    pub fn conditions(
        &mut self,
        node: &SelectNode,
        filter: &Filter<Compare>,
        from: From<'_>,
        embeds: Embeds,
    ) -> &'static str {
        let mut separator = " WHERE ";
        if let From::Related(Join::Direct { columns, .. }, around) = from {
            for (here, there) in columns {
                let (rows, parent) = (identifier(&node.alias), identifier(&around.alias));
                let (here, there) = (identifier(here), identifier(there));
                let condition = format!("{separator}{rows}.{there} = {parent}.{here}");
                self.text.push_str(&condition);
                separator = " AND ";
            }
        }
        self.members(node, filter, embeds, separator, " AND ")
    }

    /// The conditions of a change, after the name of its table.
    pub fn filter(&mut self, node: &SelectNode) {
        self.conditions(node, &node.filter, From::Table, Embeds::Apart);
    }

    /// What a filter asks, each of which begins with `separator`, at first with `first`; gives what
    /// a further one would begin with.
    fn members(
        &mut self,
        node: &SelectNode,
        filter: &Filter<Compare>,
        embeds: Embeds,
        first: &'static str,
        separator: &'static str,
    ) -> &'static str {
        let mut next = first;
        for condition in &filter.conditions {
            self.text.push_str(next);
            self.compare(node, condition);
            next = separator;
        }
        for group in &filter.groups {
            self.text.push_str(next);
            self.text
                .push_str(if group.negated { "NOT (" } else { "(" });
            let between = if group.any { " OR " } else { " AND " };
            self.members(node, group, embeds, "", between);
            self.text.push(')');
            next = separator;
        }
        for test in &filter.embeds {
            self.text.push_str(next);
            self.presence(node, *test, embeds);
            next = separator;
        }
        next
    }

    /// Whether an embedded relation has rows.
    fn presence(&mut self, node: &SelectNode, test: EmbedTest, embeds: Embeds) {
        let embed = &node.embeds[test.embed];
        if embeds == Embeds::Apart {
            self.text.push_str(if test.exists { "" } else { "NOT " });
            return self.exists(node, embed);
        }
        let rows = spread_items::presence(embed);
        let is = if test.exists {
            "IS DISTINCT FROM"
        } else {
            "IS NOT DISTINCT FROM"
        };
        self.text.push_str(&format!("{rows} {is} NULL"));
    }
}

/// Whether an embedded relation is there where a row of its table is that its conditions let through:
/// aggregates are always there, bounds may leave none, and tests look at what these make of others.
fn is_plain(embed: &Embed) -> bool {
    let node = &embed.node;
    let further = node.embeds.iter().filter(|further| further.inner);
    !matches!(embed.join, Join::Computed { .. })
        && !node.grouped
        && node.limit != Some(0)
        && node.offset.is_none_or(|offset| offset == 0)
        && !asks_of_embeds(&node.filter)
        && further.into_iter().all(is_plain)
}

fn asks_of_embeds(filter: &Filter<Compare>) -> bool {
    !filter.embeds.is_empty() || filter.groups.iter().any(asks_of_embeds)
}

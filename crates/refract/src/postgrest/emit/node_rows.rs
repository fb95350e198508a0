//! The query of one node of the tree: its outputs, conditions, groups and order.

use reflect::quote::identifier;

use super::{
    Sql, WRITTEN, bounds,
    domain_values::DomainForm,
    expressions,
    lateral_joins::{self, equal, exists, inner_embeds, lateral, tests},
    named, spread_items,
};
use crate::{
    postgrest::resolve::{
        raw_node::{Compare, Embed, OutputItem, SelectNode},
        relationships::Join,
    },
    query::{
        plan::{Filter, select_node::EmbedTest},
        sql::TableScope,
    },
};

/// The source of a node's rows.
#[derive(Clone, Copy)]
pub enum From<'join> {
    Table,
    /// The rows that a write returns.
    Written,
    /// Those of them that may be read.
    WrittenReadable,
    /// The rows that are related to a row of another node.
    Related(&'join Join, &'join SelectNode),
}

/// How a condition finds the rows of an embed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum EmbedAccess {
    /// They are joined with the rows of the node.
    Joined,
    /// A subquery of the condition reads them.
    Subquery,
}

/// Appends the query for the rows of a node.
pub fn rows(sql: &mut Sql, node: &SelectNode, from: From<'_>) {
    all_rows(sql, node, from);
    order(sql, node);
    bounds(sql, node.limit, node.offset);
}

/// Appends the query that counts the rows on all pages.
pub fn counted(sql: &mut Sql, root: &SelectNode) {
    if root.grouped {
        // Groups depend on the outputs.
        sql.push("SELECT 1 FROM (");
        all_rows(sql, root, From::Table);
        sql.push(") AS _grouped");
        return;
    }
    sql.push("SELECT 1");
    self::from(sql, root, From::Table);
    let access = EmbedAccess::Subquery;
    let lead = conditions(sql, root, &root.filter, From::Table, access);
    inner_embeds(sql, root, lead, |_| true);
}

fn all_rows(sql: &mut Sql, node: &SelectNode, from: From<'_>) {
    sql.push("SELECT ");
    outputs(sql, node);
    self::from(sql, node, from);
    for embed in &node.embeds {
        lateral(sql, node, embed);
    }
    // The rows of a write have been filtered already.
    let no_filter = Filter::default();
    let filter = match from {
        From::Written | From::WrittenReadable => &no_filter,
        _ => &node.filter,
    };
    let lead = conditions(sql, node, filter, from, EmbedAccess::Joined);
    if matches!(from, From::WrittenReadable) {
        sql.push(lead);
        sql.qualified(node.alias(), "refract_is_readable");
    }
    if matches!(from, From::Table) {
        // The join has the same effect, but only after rows are read. With this condition PostgreSQL
        // can also begin with the related rows.
        let begins_there = |embed: &Embed| !embed.node.filter.is_empty() && is_plain(embed);
        inner_embeds(sql, node, lead, begins_there);
    }
    group(sql, node);
}

/// Appends `FROM`, with the junction table of a relationship.
pub fn from(sql: &mut Sql, node: &SelectNode, from: From<'_>) {
    sql.push(" FROM ");
    match from {
        From::Written | From::WrittenReadable => sql.push(WRITTEN),
        From::Related(Join::Computed { schema, function }, around) => {
            sql.table(schema, function);
            sql.push("(");
            sql.identifier(around.alias());
            sql.push("::");
            sql.table(&around.from.schema, &around.from.table);
            sql.push(")");
        }
        _ => sql.table(&node.from.schema, &node.from.table),
    }
    named(sql, node.alias());
    if let From::Related(join, around) = from {
        lateral_joins::junction(sql, join, node, around.alias());
    }
}

fn outputs(sql: &mut Sql, node: &SelectNode) {
    let mut separator = "";
    for output in &node.outputs {
        match output {
            OutputItem::Value(value) => {
                sql.push(separator);
                expressions::output(sql, node, value);
                named(sql, &value.key);
            }
            OutputItem::Embed(embed) => {
                let shown = spread_items::outputs(node, &node.embeds[*embed]);
                if shown.is_empty() {
                    continue;
                }
                sql.push(separator);
                sql.push(&shown.join(", "));
            }
        }
        separator = ", ";
    }
}

fn group(sql: &mut Sql, node: &SelectNode) {
    if !node.grouped {
        return;
    }
    let mut lead = " GROUP BY ";
    for output in &node.outputs {
        match output {
            OutputItem::Value(value) if value.item.aggregate.is_none() => {
                sql.push(lead);
                expressions::shown(sql, node, value, DomainForm::Stored);
                lead = ", ";
            }
            OutputItem::Value(_) => {}
            OutputItem::Embed(embed) => {
                for expression in spread_items::grouping(&node.embeds[*embed]) {
                    sql.push(lead);
                    sql.push(&expression);
                    lead = ", ";
                }
            }
        }
    }
}

fn order(sql: &mut Sql, node: &SelectNode) {
    let mut lead = " ORDER BY ";
    for term in &node.order {
        sql.push(lead);
        lead = ", ";
        match term.embed {
            None => expressions::field(sql, node, &term.place),
            Some(embed) => {
                let embed = &node.embeds[embed];
                // JSON that a domain's function makes has no order.
                let is_column =
                    term.place.path.is_empty() && !embed.node.converts(&term.place.name);
                match spread_items::shown(embed, &term.place.name).filter(|_| is_column) {
                    Some(shown) => sql.push(&shown),
                    None => {
                        let from = From::Related(&embed.join, node);
                        sql.push("(SELECT ");
                        expressions::field(sql, &embed.node, &term.place);
                        restricted(sql, &embed.node, from);
                        sql.push(" LIMIT 1)");
                    }
                }
            }
        }
        sql.direction(term.descending, term.nulls_first, false);
    }
}

/// Appends `FROM` and `WHERE` of a node, with the joins that its conditions need.
fn restricted(sql: &mut Sql, node: &SelectNode, from: From<'_>) {
    self::from(sql, node, from);
    for inside in &node.embeds {
        if inside.inner || tests(&node.filter, node, inside) {
            lateral(sql, node, inside);
        }
    }
    conditions(sql, node, &node.filter, from, EmbedAccess::Joined);
}

/// Appends `WHERE`. Returns the text before a further condition.
pub fn conditions(
    sql: &mut Sql,
    node: &SelectNode,
    filter: &Filter<Compare>,
    from: From<'_>,
    access: EmbedAccess,
) -> &'static str {
    let mut lead = " WHERE ";
    if let From::Related(Join::Direct { columns, .. }, around) = from {
        for (here, there) in columns {
            equal(sql, lead, (node.alias(), there), (around.alias(), here));
            lead = " AND ";
        }
    }
    filtered(sql, node, filter, access, lead, " AND ")
}

/// The table of a node, under its alias in quotes.
pub fn scope<'a>(node: &'a SelectNode, alias: &'a str) -> TableScope<'a> {
    TableScope {
        resource: &node.from,
        name: alias,
        depth: node.depth,
    }
}

/// As [`members`], with the policies, which hold beside the members.
fn filtered(
    sql: &mut Sql,
    node: &SelectNode,
    filter: &Filter<Compare>,
    access: EmbedAccess,
    first: &'static str,
    separator: &'static str,
) -> &'static str {
    if filter.policies.is_empty() {
        return members(sql, node, filter, access, first, separator);
    }
    let alias = identifier(node.alias());
    if filter.fenced {
        sql.push(first);
        sql.push("CASE WHEN ");
        sql.borrowing(|sql| sql.policies(scope(node, &alias), &filter.policies));
        sql.push(" THEN ");
        members(sql, node, filter, access, "", " AND ");
        sql.push(" ELSE FALSE END");
        return separator;
    }
    let next = members(sql, node, filter, access, first, separator);
    sql.push(next);
    sql.push("(");
    sql.borrowing(|sql| sql.policies(scope(node, &alias), &filter.policies));
    sql.push(")");
    separator
}

/// Appends the members of a filter, `first` before the first one and `separator` before the others.
/// Returns the text before a further one.
fn members(
    sql: &mut Sql,
    node: &SelectNode,
    filter: &Filter<Compare>,
    access: EmbedAccess,
    first: &'static str,
    separator: &'static str,
) -> &'static str {
    let mut next = first;
    for condition in &filter.conditions {
        sql.push(next);
        expressions::compare(sql, node, condition);
        next = separator;
    }
    for group in &filter.groups {
        sql.push(next);
        sql.push(if group.negated { "NOT (" } else { "(" });
        let between = if group.any { " OR " } else { " AND " };
        filtered(sql, node, group, access, "", between);
        sql.push(")");
        next = separator;
    }
    for test in &filter.embeds {
        sql.push(next);
        presence(sql, node, *test, access);
        next = separator;
    }
    next
}

/// Appends whether an embed has rows.
fn presence(sql: &mut Sql, node: &SelectNode, test: EmbedTest, access: EmbedAccess) {
    let embed = &node.embeds[test.embed];
    if access == EmbedAccess::Subquery {
        sql.push(if test.exists { "" } else { "NOT " });
        return exists(sql, node, embed);
    }
    sql.push(&spread_items::presence(embed));
    sql.push(if test.exists {
        " IS DISTINCT FROM NULL"
    } else {
        " IS NOT DISTINCT FROM NULL"
    });
}

/// Whether an embed has rows exactly where its table has rows that match its conditions. Aggregates
/// always have a row, bounds may leave none, and tests depend on other embeds.
fn is_plain(embed: &Embed) -> bool {
    let node = &embed.node;
    let mut further = node.embeds.iter().filter(|further| further.inner);
    !matches!(embed.join, Join::Computed { .. })
        && !node.grouped
        && node.limit != Some(0)
        && node.offset.is_none_or(|offset| offset == 0)
        && !tests_embeds(&node.filter)
        && further.all(is_plain)
}

/// Whether a filter tests embeds.
fn tests_embeds(filter: &Filter<Compare>) -> bool {
    !filter.embeds.is_empty() || filter.groups.iter().any(tests_embeds)
}

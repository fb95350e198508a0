//! Embedded rows, beside the rows around them.

use reflect::quote::identifier;

use super::{
    Sql,
    domain_values::DomainForm,
    expressions, named,
    node_rows::{self, EmbedAccess, From},
    spread_items,
};
use crate::{
    postgrest::resolve::{
        passthrough_resolver::is_aggregated_around,
        raw_node::{Compare, Embed, OutputItem, SelectNode},
        relationships::Join,
    },
    query::{plan::Filter, sql::TableScope},
};

/// Appends the join with the junction table of a relationship.
pub fn junction(sql: &mut Sql, join: &Join, node: &SelectNode, parent: &str) {
    let Join::Through {
        schema,
        table,
        rows,
        near_columns,
        far_columns,
        ..
    } = join
    else {
        return;
    };
    let alias = format!("{table}_of_{parent}");
    sql.push(" INNER JOIN ");
    sql.table(schema, table);
    named(sql, &alias);
    let mut lead = " ON ";
    for (here, there) in near_columns {
        equal(sql, lead, (&alias, there), (parent, here));
        lead = " AND ";
    }
    for (here, there) in far_columns {
        equal(sql, lead, (node.alias(), there), (&alias, here));
        lead = " AND ";
    }
    let rows = rows.as_ref().filter(|rows| !rows.visible.is_empty());
    if let Some(rows) = rows {
        let alias = identifier(&alias);
        let scope = TableScope {
            resource: &rows.resource,
            name: &alias,
            depth: node.depth,
        };
        sql.push(lead);
        sql.push("(");
        sql.borrowing(|sql| sql.filter(scope, &rows.visible, &[]));
        sql.push(")");
    }
}

/// Appends that two columns, with the aliases of their tables, are equal.
pub fn equal(sql: &mut Sql, lead: &str, left: (&str, &str), right: (&str, &str)) {
    sql.push(lead);
    sql.qualified(left.0, left.1);
    sql.push(" = ");
    sql.qualified(right.0, right.1);
}

/// Appends the lateral join with the rows of an embed.
pub fn lateral(sql: &mut Sql, node: &SelectNode, embed: &Embed) {
    let alias = &embed.alias;
    sql.push(if embed.inner {
        " INNER JOIN LATERAL ("
    } else {
        " LEFT JOIN LATERAL ("
    });
    let from = From::Related(&embed.join, node);
    if embed.is_to_one {
        related(sql, embed, from);
    } else {
        sql.push("SELECT ");
        sql.push(&spread_items::list(embed));
        sql.push(" FROM (");
        related(sql, embed, from);
        sql.push(")");
        named(sql, alias);
    }
    sql.push(")");
    named(sql, alias);
    sql.push(" ON ");
    match (embed.inner, embed.is_to_one, embed.spread) {
        (true, false, true) => {
            sql.identifier(alias);
            sql.push(".refract_rows > 0");
        }
        (true, false, false) => {
            sql.qualified(alias, alias);
            sql.push(" IS NOT NULL");
        }
        _ => sql.push("TRUE"),
    }
}

/// Appends the query for the rows of an embed. A spread embed is aggregated together with the row
/// around it, so its query selects what is aggregated there.
fn related(sql: &mut Sql, embed: &Embed, from: From<'_>) {
    if !is_aggregated_around(embed) {
        return node_rows::rows(sql, &embed.node, from);
    }
    let node = &embed.node;
    sql.push("SELECT ");
    let mut separator = "";
    for output in &node.outputs {
        match output {
            OutputItem::Value(value) => {
                sql.push(separator);
                match value.item.aggregate {
                    Some(_) => expressions::input(sql, node, value),
                    None => expressions::shown(sql, node, value, DomainForm::Jsonb),
                }
                named(sql, &value.key);
            }
            OutputItem::Embed(inside) => {
                let inputs = spread_items::inputs(&node.embeds[*inside]);
                if inputs.is_empty() {
                    continue;
                }
                sql.push(separator);
                sql.push(&inputs.join(", "));
            }
        }
        separator = ", ";
    }
    node_rows::from(sql, node, from);
    for inside in &node.embeds {
        lateral(sql, node, inside);
    }
    node_rows::conditions(sql, node, &node.filter, from, EmbedAccess::Joined);
}

/// Appends that a row has related ones.
pub fn exists(sql: &mut Sql, node: &SelectNode, embed: &Embed) {
    let from = From::Related(&embed.join, node);
    let inside = &embed.node;
    sql.push("EXISTS (SELECT 1");
    node_rows::from(sql, inside, from);
    let lead = node_rows::conditions(sql, inside, &inside.filter, from, EmbedAccess::Subquery);
    inner_embeds(sql, inside, lead, |_| true);
    sql.push(")");
}

/// Appends that the row has rows of its `!inner` embeds, those for which `which` is true. `lead` is the
/// text before the first condition.
pub fn inner_embeds(
    sql: &mut Sql,
    node: &SelectNode,
    mut lead: &'static str,
    which: impl Fn(&Embed) -> bool,
) {
    for embed in node.embeds.iter().filter(|embed| embed.inner) {
        if which(embed) {
            sql.push(lead);
            exists(sql, node, embed);
            lead = " AND ";
        }
    }
}

/// Whether a filter tests whether an embed has rows.
pub fn tests(filter: &Filter<Compare>, node: &SelectNode, embed: &Embed) -> bool {
    let mut tested = filter.embeds.iter();
    tested.any(|test| std::ptr::eq(&raw const node.embeds[test.embed], embed))
        || filter.groups.iter().any(|group| tests(group, node, embed))
}

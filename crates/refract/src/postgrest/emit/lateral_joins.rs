//! Embedded relations beside the rows around them.

use reflect::quote::{identifier, qualified};

use super::{
    Writer,
    domain_values::Domains,
    node_rows::{Embeds, From},
    spread_items,
};
use crate::{
    postgrest::resolve::{
        passthrough_resolver::is_aggregated_around,
        raw_node::{Compare, Embed, OutputItem, SelectNode},
        relationships::Join,
    },
    query::plan::Filter,
};

impl Writer {
    /// The junction that a join goes through.
    pub fn junction(&mut self, join: &Join, node: &SelectNode, parent: &str) {
        let Join::Through {
            schema,
            table,
            near_columns,
            far_columns,
            ..
        } = join
        else {
            return;
        };
        let alias = identifier(&format!("{table}_of_{parent}"));
        self.text.push_str(&format!(
            " INNER JOIN {} AS {alias} ON ",
            qualified(schema, table)
        ));
        let near = near_columns.iter().map(|(here, there)| {
            let (parent, here, there) = (identifier(parent), identifier(here), identifier(there));
            format!("{alias}.{there} = {parent}.{here}")
        });
        let far = far_columns.iter().map(|(here, there)| {
            let rows = identifier(&node.alias);
            let (here, there) = (identifier(here), identifier(there));
            format!("{rows}.{there} = {alias}.{here}")
        });
        let all: Vec<_> = near.chain(far).collect();
        self.text.push_str(&all.join(" AND "));
    }

    pub fn lateral(&mut self, node: &SelectNode, embed: &Embed) {
        let kind = if embed.inner { "INNER" } else { "LEFT" };
        let alias = identifier(&embed.alias);
        self.text.push_str(&format!(" {kind} JOIN LATERAL ("));
        let from = From::Related(&embed.join, node);
        if embed.is_to_one {
            self.related(embed, from);
        } else {
            let rows = spread_items::list(embed);
            self.text.push_str(&format!("SELECT {rows} FROM ("));
            self.related(embed, from);
            self.text.push_str(&format!(") AS {alias}"));
        }
        self.text.push_str(&format!(") AS {alias} ON "));
        match (embed.inner, embed.is_to_one, embed.spread) {
            (true, false, true) => self.text.push_str(&format!("{alias}.refract_rows > 0")),
            (true, false, false) => self.text.push_str(&format!("{alias}.{alias} IS NOT NULL")),
            _ => self.text.push_str("TRUE"),
        }
    }

    /// The rows of an embed. What is spread into an aggregated row is aggregated there.
    fn related(&mut self, embed: &Embed, from: From<'_>) {
        if !is_aggregated_around(embed) {
            return self.rows(&embed.node, from);
        }
        let node = &embed.node;
        self.text.push_str("SELECT ");
        let mut separator = "";
        for output in &node.outputs {
            match output {
                OutputItem::Value(value) => {
                    self.text.push_str(separator);
                    match value.item.aggregate {
                        Some(_) => self.input(node, value),
                        None => self.shown(node, value, Domains::Grouped),
                    }
                    self.text
                        .push_str(&format!(" AS {}", identifier(&value.key)));
                }
                OutputItem::Embed(inside) => {
                    let inputs = spread_items::inputs(&node.embeds[*inside]);
                    if inputs.is_empty() {
                        continue;
                    }
                    self.text.push_str(separator);
                    self.text.push_str(&inputs.join(", "));
                }
            }
            separator = ", ";
        }
        self.from(node, from);
        for inside in &node.embeds {
            self.lateral(node, inside);
        }
        self.conditions(node, &node.filter, from, Embeds::Joined);
    }

    /// That a row has related ones.
    pub fn exists(&mut self, node: &SelectNode, embed: &Embed) {
        let from = From::Related(&embed.join, node);
        self.text.push_str("EXISTS (SELECT 1");
        self.from(&embed.node, from);
        let inside = &embed.node;
        let separator = self.conditions(inside, &inside.filter, from, Embeds::Apart);
        self.inner_ones(inside, separator, |_| true);
        self.text.push(')');
    }
}

/// Whether conditions ask whether an embed has rows.
pub fn tests(filter: &Filter<Compare>, node: &SelectNode, embed: &Embed) -> bool {
    let mut asked = filter.embeds.iter();
    asked.any(|test| std::ptr::eq(&raw const node.embeds[test.embed], embed))
        || filter.groups.iter().any(|group| tests(group, node, embed))
}

//! What rows show of an embedded relation: a value, or its items among their own.

use reflect::quote::identifier;

use crate::{
    postgrest::resolve::{
        passthrough_resolver::is_aggregated_around,
        raw_node::{Embed, OutputItem, SelectNode},
    },
    query::{casts::SqlType, parse::Aggregate},
};

/// An item that is spread into an aggregated row: what it is called, and how it is aggregated there.
struct Flat {
    key: String,
    aggregate: Option<Aggregate>,
    cast: Option<SqlType>,
}

/// The items of a level whose aggregates are those of the row around it, through further levels.
fn flat(node: &SelectNode) -> Vec<Flat> {
    let plain = |key: String| Flat {
        key,
        aggregate: None,
        cast: None,
    };
    let items = node.outputs.iter().flat_map(|output| match output {
        OutputItem::Value(value) => vec![Flat {
            key: value.key.clone(),
            aggregate: value.item.aggregate,
            cast: value.aggregate_cast.clone(),
        }],
        OutputItem::Embed(inside) => match &node.embeds[*inside] {
            inside if is_empty(inside) => Vec::new(),
            inside if is_aggregated_around(inside) => flat(&inside.node),
            inside => shown_keys(inside).into_iter().map(plain).collect(),
        },
    });
    items.collect()
}

/// What a row that is to be aggregated around itself shows of an embed.
pub fn inputs(embed: &Embed) -> Vec<String> {
    if is_empty(embed) {
        return Vec::new();
    }
    let alias = identifier(&embed.alias);
    if is_aggregated_around(embed) {
        let keys = flat(&embed.node).into_iter();
        let keys = keys.map(|item| identifier(&item.key));
        return keys.map(|key| format!("{alias}.{key} AS {key}")).collect();
    }
    if embed.spread {
        let keys = keys_of(embed).into_iter().map(|key| identifier(&key));
        return keys.map(|key| format!("{alias}.{key} AS {key}")).collect();
    }
    vec![format!(
        "{} AS {}",
        value(embed, true),
        identifier(&embed.key)
    )]
}

/// What a row shows of an embed.
pub fn outputs(node: &SelectNode, embed: &Embed) -> Vec<String> {
    let alias = identifier(&embed.alias);
    if is_empty(embed) {
        return Vec::new();
    }
    if !embed.spread {
        return vec![format!(
            "{} AS {}",
            value(embed, node.grouped),
            identifier(&embed.key)
        )];
    }
    if is_aggregated_around(embed) {
        let outputs = flat(&embed.node).into_iter().map(|item| {
            let key = identifier(&item.key);
            let value = match item.aggregate {
                None => format!("{alias}.{key}"),
                Some(aggregate) => format!("{}({alias}.{key})", aggregate.name()),
            };
            match &item.cast {
                None => format!("{value} AS {key}"),
                Some(cast) => format!("CAST({value} AS {}) AS {key}", cast.as_sql()),
            }
        });
        return outputs.collect();
    }
    let keys = keys_of(embed).into_iter().map(|key| {
        let key = identifier(&key);
        if embed.is_to_one {
            format!("{alias}.{key} AS {key}")
        } else {
            format!("coalesce({alias}.{key}, '[]') AS {key}")
        }
    });
    keys.collect()
}

/// What a row is grouped by of an embed.
pub fn grouping(embed: &Embed) -> Vec<String> {
    if is_empty(embed) {
        return Vec::new();
    }
    if !embed.spread {
        return vec![value(embed, true)];
    }
    let alias = identifier(&embed.alias);
    let items = flat(&embed.node).into_iter();
    items
        .filter(|item| item.aggregate.is_none())
        .map(|item| format!("{alias}.{}", identifier(&item.key)))
        .collect()
}

/// Whether an embed shows nothing, nor does what it embeds.
fn is_empty(embed: &Embed) -> bool {
    let node = &embed.node;
    let mut outputs = node.outputs.iter();
    outputs.all(
        |output| matches!(output, OutputItem::Embed(inside) if is_empty(&node.embeds[*inside])),
    )
}

/// What a row of an embed is ordered by, where the embed shows it under that name.
pub fn shown(embed: &Embed, name: &str) -> Option<String> {
    let keys = if is_aggregated_around(embed) {
        flat(&embed.node)
            .into_iter()
            .filter(|item| item.aggregate.is_none())
            .map(|item| item.key)
            .collect()
    } else {
        keys_of(embed)
    };
    let key = keys.into_iter().find(|key| key == name)?;
    Some(format!("{}.{}", identifier(&embed.alias), identifier(&key)))
}

/// What the rows of a list become: one array, or one of each item.
pub fn list(embed: &Embed) -> String {
    let alias = identifier(&embed.alias);
    if !embed.spread {
        return format!("json_agg({alias}.*) AS {alias}");
    }
    let all = keys_of(embed).into_iter().map(|key| {
        let key = identifier(&key);
        format!("json_agg({alias}.{key}) AS {key}")
    });
    let all: Vec<_> = all.chain(["count(*) AS refract_rows".to_owned()]).collect();
    all.join(", ")
}

/// What is NULL where an embed has no rows.
pub fn presence(embed: &Embed) -> String {
    let alias = identifier(&embed.alias);
    match (embed.is_to_one, embed.spread) {
        (true, _) => alias,
        (false, true) => format!("nullif({alias}.refract_rows, 0)"),
        (false, false) => format!("{alias}.{alias}"),
    }
}

/// `json` cannot be grouped by, `jsonb` can.
fn value(embed: &Embed, grouped: bool) -> String {
    let alias = identifier(&embed.alias);
    let value = if embed.is_to_one {
        format!("row_to_json({alias}.*)")
    } else {
        format!("coalesce({alias}.{alias}, '[]')")
    };
    if grouped {
        format!("{value}::jsonb")
    } else {
        value
    }
}

/// The keys of what a row shows, in their order.
pub fn names(node: &SelectNode) -> Vec<String> {
    let names = node.outputs.iter().flat_map(|output| match output {
        OutputItem::Value(value) => vec![value.key.clone()],
        OutputItem::Embed(inside) => match &node.embeds[*inside] {
            inside if is_empty(inside) => Vec::new(),
            inside if inside.spread && is_aggregated_around(inside) => flat(&inside.node)
                .into_iter()
                .map(|item| item.key)
                .collect(),
            inside => shown_keys(inside),
        },
    });
    names.collect()
}

/// The keys that a spread embed puts into the row around.
fn keys_of(embed: &Embed) -> Vec<String> {
    let keys = embed.node.outputs.iter().flat_map(|output| match output {
        OutputItem::Value(value) => vec![value.key.clone()],
        OutputItem::Embed(inside) => shown_keys(&embed.node.embeds[*inside]),
    });
    keys.collect()
}

fn shown_keys(embed: &Embed) -> Vec<String> {
    match (is_empty(embed), embed.spread) {
        (true, _) => Vec::new(),
        (false, true) => keys_of(embed),
        (false, false) => vec![embed.key.clone()],
    }
}

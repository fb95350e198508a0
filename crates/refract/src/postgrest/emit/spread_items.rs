//! The outputs that a row has of an embed: one value, or the items of a spread embed among its own.

use reflect::quote::identifier;

use crate::{
    postgrest::resolve::{
        passthrough_resolver::is_aggregated_around,
        raw_node::{Embed, OutputItem, SelectNode},
    },
    query::{casts::SqlType, parse::Aggregate},
};

/// An item of a row in the answer.
struct Item<'node> {
    key: &'node str,
    /// The aggregate that the row around computes of it, and the cast of its result.
    aggregate: Option<Aggregate>,
    cast: Option<&'node SqlType>,
}

impl<'node> Item<'node> {
    fn plain(key: &'node str) -> Self {
        Self {
            key,
            aggregate: None,
            cast: None,
        }
    }
}

/// The items of a row, those of spread embeds included.
fn items(node: &SelectNode) -> Vec<Item<'_>> {
    let items = node.outputs.iter().flat_map(|output| match output {
        OutputItem::Value(value) => vec![Item {
            key: &value.key,
            aggregate: value.item.aggregate,
            cast: value.aggregate_cast.as_ref(),
        }],
        OutputItem::Embed(inside) => match &node.embeds[*inside] {
            inside if is_empty(inside) => Vec::new(),
            inside if inside.spread => items_of(inside),
            inside => vec![Item::plain(&inside.key)],
        },
    });
    items.collect()
}

/// The items of the rows of an embed. The row around aggregates them only if the embed is aggregated
/// together with it.
fn items_of(embed: &Embed) -> Vec<Item<'_>> {
    let mut items = items(&embed.node);
    if !is_aggregated_around(embed) {
        items = items.iter().map(|item| Item::plain(item.key)).collect();
    }
    items
}

/// The keys of a row in the answer, in their order.
pub fn names(node: &SelectNode) -> Vec<String> {
    let items = items(node).into_iter();
    items.map(|item| item.key.to_owned()).collect()
}

/// What a row selects of an embed.
pub fn outputs(node: &SelectNode, embed: &Embed) -> Vec<String> {
    if !embed.spread {
        return whole(embed, node.grouped);
    }
    let outputs = items_of(embed).into_iter().map(|item| {
        let key = identifier(item.key);
        let value = column(embed, item.key);
        let value = match item.aggregate {
            Some(aggregate) => format!("{}({value})", aggregate.name()),
            None if !embed.is_to_one => format!("coalesce({value}, '[]')"),
            None => value,
        };
        match item.cast {
            None => format!("{value} AS {key}"),
            Some(cast) => format!("CAST({value} AS {}) AS {key}", cast.as_sql()),
        }
    });
    outputs.collect()
}

/// What a row selects of an embed for the row around it, which aggregates the former.
pub fn inputs(embed: &Embed) -> Vec<String> {
    if !embed.spread {
        return whole(embed, true);
    }
    let items = items_of(embed).into_iter();
    let inputs = items.map(|item| {
        let (value, key) = (column(embed, item.key), identifier(item.key));
        format!("{value} AS {key}")
    });
    inputs.collect()
}

/// The expressions of an embed that rows are grouped by.
pub fn grouping(embed: &Embed) -> Vec<String> {
    if is_empty(embed) {
        return Vec::new();
    }
    if !embed.spread {
        return vec![value(embed, true)];
    }
    let items = items_of(embed).into_iter();
    let grouping = items.filter(|item| item.aggregate.is_none());
    grouping.map(|item| column(embed, item.key)).collect()
}

/// The expression that rows are ordered by, where an embed selects it under this name.
pub fn shown(embed: &Embed, name: &str) -> Option<String> {
    let mut items = items_of(embed).into_iter();
    let item = items.find(|item| item.aggregate.is_none() && item.key == name)?;
    Some(column(embed, item.key))
}

/// What is selected of the rows of a to-many embed: one array, or an array of each item.
pub fn list(embed: &Embed) -> String {
    let alias = identifier(&embed.alias);
    if !embed.spread {
        return format!("json_agg({alias}.*) AS {alias}");
    }
    let items = items_of(embed).into_iter().map(|item| {
        let (value, key) = (column(embed, item.key), identifier(item.key));
        format!("json_agg({value}) AS {key}")
    });
    let count = "count(*) AS refract_rows".to_owned();
    items.chain([count]).collect::<Vec<_>>().join(", ")
}

/// An expression that is NULL where an embed has no rows.
pub fn presence(embed: &Embed) -> String {
    match (embed.is_to_one, embed.spread) {
        (true, _) => identifier(&embed.alias),
        (false, true) => format!("nullif({}.refract_rows, 0)", identifier(&embed.alias)),
        (false, false) => column(embed, &embed.alias),
    }
}

/// An embed as one output.
fn whole(embed: &Embed, grouped: bool) -> Vec<String> {
    if is_empty(embed) {
        return Vec::new();
    }
    let (value, key) = (value(embed, grouped), identifier(&embed.key));
    vec![format!("{value} AS {key}")]
}

/// An embed as one value. PostgreSQL can group by `jsonb`, but not by `json`.
fn value(embed: &Embed, grouped: bool) -> String {
    let value = if embed.is_to_one {
        format!("row_to_json({}.*)", identifier(&embed.alias))
    } else {
        format!("coalesce({}, '[]')", column(embed, &embed.alias))
    };
    if grouped {
        format!("{value}::jsonb")
    } else {
        value
    }
}

/// A column of the subquery of an embed.
fn column(embed: &Embed, key: &str) -> String {
    format!("{}.{}", identifier(&embed.alias), identifier(key))
}

/// Whether an embed has no outputs, and neither have its own embeds.
fn is_empty(embed: &Embed) -> bool {
    let node = &embed.node;
    let mut outputs = node.outputs.iter();
    outputs.all(
        |output| matches!(output, OutputItem::Embed(inside) if is_empty(&node.embeds[*inside])),
    )
}

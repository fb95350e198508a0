//! What rows show of an embedded relation: a value, or its items among their own.

use super::identifier;
use crate::query::lenient::plan::{Embed, Item, Level};

/// What a row shows of an embed.
pub(super) fn outputs(level: &Level, embed: &Embed) -> Vec<String> {
    let alias = identifier(&embed.alias);
    if embed.level.items.is_empty() {
        return Vec::new();
    }
    if !embed.spread {
        return vec![format!(
            "{} AS {}",
            value(embed, level.grouped),
            identifier(&embed.key)
        )];
    }
    if embed.is_to_one && embed.level.grouped {
        let outputs = embed.level.items.iter().filter_map(|item| match item {
            Item::Field(output) => Some(output),
            _ => None,
        });
        let outputs = outputs.map(|output| {
            let key = identifier(&output.key);
            let value = match output.item.aggregate {
                None => format!("{alias}.{key}"),
                Some(aggregate) => format!("{}({alias}.{key})", aggregate.name()),
            };
            match &output.item.aggregate_cast {
                None => format!("{value} AS {key}"),
                Some(cast) => format!("CAST({value} AS {cast}) AS {key}"),
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
pub(super) fn grouping(embed: &Embed) -> Vec<String> {
    if embed.level.items.is_empty() {
        return Vec::new();
    }
    if !embed.spread {
        return vec![value(embed, true)];
    }
    let alias = identifier(&embed.alias);
    let keys = embed.level.items.iter().flat_map(|item| match item {
        Item::Field(output) if output.item.aggregate.is_some() => Vec::new(),
        Item::Field(output) => vec![output.key.clone()],
        Item::All => all_keys(&embed.level),
        Item::Embed(inside) => shown_keys(&embed.level.embeds[*inside]),
    });
    keys.map(|key| format!("{alias}.{}", identifier(&key)))
        .collect()
}

/// What the rows of a list become: one array, or one of each item.
pub(super) fn list(embed: &Embed) -> String {
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
pub(super) fn presence(embed: &Embed) -> String {
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

/// The keys that a spread embed puts into the row around.
fn keys_of(embed: &Embed) -> Vec<String> {
    let keys = embed.level.items.iter().flat_map(|item| match item {
        Item::Field(output) => vec![output.key.clone()],
        Item::All => all_keys(&embed.level),
        Item::Embed(inside) => shown_keys(&embed.level.embeds[*inside]),
    });
    keys.collect()
}

fn shown_keys(embed: &Embed) -> Vec<String> {
    match (embed.level.items.is_empty(), embed.spread) {
        (true, _) => Vec::new(),
        (false, true) => keys_of(embed),
        (false, false) => vec![embed.key.clone()],
    }
}

fn all_keys(level: &Level) -> Vec<String> {
    let columns = level.resource.visible();
    columns
        .map(|column| level.resource.columns[column].name.clone())
        .collect()
}

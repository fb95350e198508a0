//! Database schemas that hold the same tables. Some apps keep one schema for each tenant.
//!
//! [`fold`] keeps the tables of the first such schema and lists the other schemas in
//! [`Snapshot::alike`]. There is then one entity and one resource for all of them. [`unfold`]
//! restores the tables of every schema.

use std::collections::{BTreeMap, HashSet};

use crate::{
    quote,
    snapshot::{Beneath, Column, DataType, EnumType, Relation, Snapshot, Table},
};

/// Keeps the tables of one schema for all schemas that hold the same tables.
pub fn fold(snapshot: &mut Snapshot) {
    let mut first_of: Vec<&String> = Vec::new();
    let mut alike = BTreeMap::new();
    for schema in &snapshot.schemas {
        let like = first_of
            .iter()
            .find(|first| are_alike(snapshot, first, schema));
        match like {
            Some(first) => {
                alike.insert(schema.clone(), (*first).clone());
            }
            None => first_of.push(schema),
        }
    }
    stand_for(snapshot, alike);
}

/// The same snapshot with every table of every schema.
pub fn unfold(snapshot: &Snapshot) -> Snapshot {
    let mut all = snapshot.clone();
    for (schema, like) in &snapshot.alike {
        let tables = snapshot.tables.iter().filter(|table| table.schema == *like);
        all.tables.extend(tables.map(|table| {
            let mut table = table.clone();
            move_table(&mut table, like, schema);
            table
        }));
        let enums = snapshot.enums.iter().filter(|one| one.schema == *like);
        all.enums.extend(enums.map(|one| EnumType {
            schema: schema.clone(),
            ..one.clone()
        }));
    }
    all.tables
        .sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    all.enums
        .sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    all.alike.clear();
    keep_used_enums(&mut all);
    all
}

/// Drops the tables of other schemas than these.
pub fn keep(snapshot: &mut Snapshot, schemas: &[String]) {
    let group = |schema: &String| snapshot.alike.get(schema).unwrap_or(schema).clone();
    let mut alike = BTreeMap::new();
    for (place, schema) in schemas.iter().enumerate() {
        let mut earlier = schemas[..place].iter();
        if let Some(first) = earlier.find(|earlier| group(earlier) == group(schema)) {
            alike.insert(schema.clone(), first.clone());
        }
    }
    *snapshot = unfold(snapshot);
    let all = std::mem::take(&mut snapshot.tables);
    let (kept, dropped): (_, Vec<_>) =
        (all.into_iter()).partition(|table| schemas.contains(&table.schema));
    snapshot.tables = kept;
    // Views among the kept tables may show them.
    snapshot
        .beneath
        .extend(dropped.into_iter().map(Beneath::from));
    snapshot.schemas = schemas.to_vec();
    stand_for(snapshot, alike);
}

/// The snapshot with the tables of `schema` in place of those of the schema that it is like.
pub fn instead(snapshot: &Snapshot, schema: &str) -> Snapshot {
    let like = snapshot.alike.get(schema);
    let firsts = snapshot
        .schemas
        .iter()
        .filter(|one| !snapshot.alike.contains_key(*one));
    let schemas: Vec<String> = firsts
        .map(|one| match like {
            Some(like) if one == like => schema.to_owned(),
            _ => one.clone(),
        })
        .collect();
    let mut instead = snapshot.clone();
    keep(&mut instead, &schemas);
    instead
}

/// Schemas whose tables have the names of an earlier schema's but differ from them: the schema, the
/// earlier one, and the first table that differs.
pub fn nearly(snapshot: &Snapshot) -> Vec<(&str, &str, &str)> {
    let names = |schema: &str| -> Vec<&str> {
        let tables = snapshot.tables.iter();
        let tables = tables.filter(|table| table.schema == schema);
        tables.map(|table| table.name.as_str()).collect()
    };
    let mut found = Vec::new();
    for (place, schema) in snapshot.schemas.iter().enumerate() {
        let own = names(schema);
        let earlier = snapshot.schemas[..place].iter();
        let Some(like) = earlier
            .filter(|_| !own.is_empty())
            .find(|earlier| names(earlier) == own)
        else {
            continue;
        };
        let differs = own.iter().find(|name| {
            let table = |schema| snapshot.table(schema, name).cloned();
            let is_same =
                |(one, other)| same_tables(snapshot, vec![one], like, vec![other], schema);
            !table(like).zip(table(schema)).is_some_and(is_same)
        });
        found.extend(differs.map(|table| (schema.as_str(), like.as_str(), *table)));
    }
    found
}

/// Removes the schema's name from the texts that the database printed. The database prints the name
/// only where it is necessary, which depends on the other schemas.
pub(crate) fn unqualify(table: &mut Table, schema: &str) {
    let qualifiers = [
        format!("{}.", quote::identifier(schema)),
        format!("{schema}."),
    ];
    let strip = |text: &mut String| {
        for qualifier in &qualifiers {
            if text.contains(qualifier.as_str()) {
                *text = text.replace(qualifier.as_str(), "");
            }
        }
    };
    for Column {
        database_type,
        default,
        ..
    } in &mut table.columns
    {
        strip(database_type);
        default.iter_mut().for_each(strip);
    }
    table
        .checks
        .iter_mut()
        .for_each(|check| strip(&mut check.expression));
    table.definition.iter_mut().for_each(strip);
}

fn are_alike(snapshot: &Snapshot, first: &str, other: &str) -> bool {
    let of = |schema: &str| -> Vec<Table> {
        let tables = snapshot.tables.iter();
        let tables = tables.filter(|table| table.schema == schema);
        tables.cloned().collect()
    };
    let (firsts, others) = (of(first), of(other));
    !firsts.is_empty()
        && firsts.len() == others.len()
        && same_tables(snapshot, firsts, first, others, other)
}

/// Whether the tables of two schemas are the same except for the schema's name.
fn same_tables(
    snapshot: &Snapshot,
    firsts: Vec<Table>,
    first: &str,
    others: Vec<Table>,
    other: &str,
) -> bool {
    // A reference from one schema to the other would refer to its own schema after the move.
    let crosses = |table: &Table| {
        let columns = table.columns.iter();
        let mut enums = columns.filter_map(|column| column.data_type.enum_type());
        table.foreign_keys.iter().any(|key| key.schema == first)
            || enums.any(|(schema, _)| schema == first)
    };
    if others.iter().any(crosses) {
        return false;
    }
    let labels = |schema: &str, name: &str| {
        let mut enums = snapshot.enums.iter();
        let found = enums.find(|one| one.schema == schema && one.name == name);
        found.map(|one| &one.values)
    };
    let enums_agree = others
        .iter()
        .flat_map(|table| &table.columns)
        .filter_map(|column| column.data_type.enum_type())
        .filter(|(schema, _)| *schema == other)
        .all(|(_, name)| labels(first, name) == labels(other, name));
    let comparable = |mut table: Table, schema: &str| {
        unqualify(&mut table, schema);
        move_table(&mut table, schema, first);
        // Names, comments and the order of columns make no difference.
        for text in [&mut table.model, &mut table.path, &mut table.module] {
            text.clear();
        }
        table.comment = None;
        table.relations.clear();
        for column in &mut table.columns {
            column.comment = None;
        }
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        table
    };
    enums_agree
        && std::iter::zip(firsts, others)
            .all(|(one, two)| comparable(one, first) == comparable(two, other))
}

fn move_table(table: &mut Table, from: &str, to: &str) {
    let rename = |schema: &mut String| {
        if schema == from {
            *schema = to.to_owned();
        }
    };
    rename(&mut table.schema);
    for column in &mut table.columns {
        let mut data_type = &mut column.data_type;
        while let DataType::Array { of } = data_type {
            data_type = of;
        }
        if let DataType::Enum { schema, .. } = data_type {
            rename(schema);
        }
        if let Some(origin) = &mut column.origin {
            rename(&mut origin.schema);
        }
        for held in &mut column.holds {
            rename(&mut held.schema);
        }
        if let Some(domain) = &mut column.domain {
            domain
                .functions_mut()
                .for_each(|function| rename(&mut function.schema));
        }
    }
    for key in &mut table.foreign_keys {
        rename(&mut key.schema);
    }
    for Relation {
        schema, through, ..
    } in &mut table.relations
    {
        rename(schema);
        if let Some(through) = through {
            rename(&mut through.schema);
        }
    }
}

fn stand_for(snapshot: &mut Snapshot, alike: BTreeMap<String, String>) {
    snapshot
        .tables
        .retain(|table| !alike.contains_key(&table.schema));
    snapshot.alike = alike;
    keep_used_enums(snapshot);
}

fn keep_used_enums(snapshot: &mut Snapshot) {
    let used: HashSet<(&str, &str)> = snapshot
        .tables
        .iter()
        .flat_map(|table| &table.columns)
        .filter_map(|column| column.data_type.enum_type())
        .collect();
    snapshot
        .enums
        .retain(|one| used.contains(&(one.schema.as_str(), one.name.as_str())));
}

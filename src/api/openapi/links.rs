//! What bodies say of related rows, in Prisma's shape: `PageLink`, `PageLinks` of new rows,
//! `PageChange`, `PageChanges` of rows that are there, `PageWhere`.

use serde_json::{Map, Value, json};

use super::schemas::{Direction, closed, new_rows, object, property, reference};
use crate::{
    catalog::{Catalog, Relation, Resource},
    query::plan::is_owned,
    settings::Settings,
};

/// Whether the row that relations hang on is there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    New,
    There,
}

/// The relations of a resource as properties of its bodies.
pub(super) fn properties(
    catalog: &Catalog,
    resource: &Resource,
    row: Row,
) -> impl Iterator<Item = (String, Value)> {
    let relations = resource.relations.iter();
    relations.filter_map(move |relation| {
        let target = catalog.target(relation);
        let schema = reference(&name(target, relation.is_to_one(), row));
        target.writable().then(|| (relation.name.clone(), schema))
    })
}

fn name(target: &Resource, is_to_one: bool, row: Row) -> String {
    let suffix = match (row, is_to_one) {
        (Row::New, true) => "Link",
        (Row::New, false) => "Links",
        (Row::There, true) => "Change",
        (Row::There, false) => "Changes",
    };
    format!("{}{suffix}", target.name)
}

/// Columns that relations may give: their own foreign keys, and those that rows around them give.
pub(super) fn given(catalog: &Catalog, resource: &Resource) -> Vec<usize> {
    let leads_to_rows = |relation: &&Relation| catalog.target(relation).writable();
    let own = resource.relations.iter().filter(leads_to_rows);
    let own = own.filter(|relation| is_owned(resource, relation));
    own.flat_map(Relation::columns).collect()
}

/// The schemas of what may be done with rows of a resource, as far as some relation leads to it.
pub(super) fn of(
    catalog: &Catalog,
    target: &Resource,
    settings: &Settings,
) -> Vec<(String, Value)> {
    let leads_here = |is_to_one: bool| {
        let writable = catalog.resources.iter().filter(|one| one.writable());
        let mut relations = writable.flat_map(|one| &one.relations);
        relations.any(|relation| {
            std::ptr::eq(&**catalog.target(relation), target) && relation.is_to_one() == is_to_one
        })
    };
    let mut all = Vec::new();
    for is_to_one in [true, false] {
        if leads_here(is_to_one) {
            for row in [Row::New, Row::There] {
                let link = link(catalog, target, is_to_one, row);
                all.push((name(target, is_to_one, row), link));
            }
        }
    }
    if !all.is_empty() {
        let unique = (format!("{}Where", target.name), unique(target, settings));
        all.push(unique);
    }
    all
}

fn link(catalog: &Catalog, target: &Resource, is_to_one: bool, row: Row) -> Value {
    let of = |suffix: &str| reference(&format!("{}{suffix}", target.name));
    // The row around it gives its key.
    let new_row = || new_rows(catalog, target).pop().map(|name| reference(&name));
    let some = |one: Value| match is_to_one {
        true => one,
        false => json!({ "oneOf": [one, { "type": "array", "items": one }] }),
    };
    let both = |one: &str, other: &str, data: Value| {
        json!({
            "type": "object",
            "required": [one, other],
            "additionalProperties": false,
            "properties": { one: of("Where"), other: data },
        })
    };
    let mut deeds = Map::new();
    let mut deed = |name: &str, schema: Value| deeds.insert(name.to_owned(), schema);
    deed("create", some(json!(new_row())));
    deed("connect", some(of("Where")));
    let create = both("where", "create", json!(new_row()));
    deed("connectOrCreate", some(create));
    if !is_to_one {
        let data = some(json!(new_row()));
        deed(
            "createMany",
            json!({
                "type": "object",
                "required": ["data"],
                "additionalProperties": false,
                "properties": { "data": data, "skipDuplicates": { "type": "boolean" } },
            }),
        );
    }
    if row == Row::There {
        match is_to_one {
            true => {
                let whichever = json!({
                    "type": "boolean",
                    "description": "Refused where a row would be without what it must refer to.",
                });
                deed("disconnect", whichever.clone());
                deed("delete", whichever);
                deed("update", of("Update"));
            }
            false => {
                deed("set", some(of("Where")));
                deed("disconnect", some(of("Where")));
                deed("delete", some(of("Where")));
                deed("update", some(both("where", "data", of("Update"))));
            }
        }
    }
    closed(object(None, deeds, Vec::new()))
}

/// A key that names one row.
fn unique(target: &Resource, settings: &Settings) -> Value {
    let mut properties = Map::new();
    for column in target.keys().flatten() {
        let column = &target.columns[column];
        if !column.hidden {
            let mut schema = property(column, Direction::In, settings);
            if let Some(schema) = schema.as_object_mut() {
                schema.remove("nullable");
            }
            properties.insert(column.field.clone(), schema);
        }
    }
    let keys = target.named_keys().join(" or ");
    let description = format!("A unique key: {keys}. Other fields are further conditions.");
    let mut schema = object(Some(&description), properties, Vec::new());
    schema["minProperties"] = 1.into();
    schema
}

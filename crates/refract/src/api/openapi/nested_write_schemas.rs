//! What bodies say of related rows, in Prisma's shape: `PageLink`, `PageLinks` of new rows,
//! `PageChange`, `PageChanges` of rows that are there, `PageWhere`. Where a row must not be without
//! a page: `PageChangeNeeded`. Where pages refer to the row, as their `author`:
//! `PageLinks.WithoutAuthor`, `PageChanges.WithoutAuthor`. `PageLink.Connect` and `PageLinks.Connect`
//! are for related rows.

use serde_json::{Map, Value, json};

use super::{
    row_schemas::{self, Given, Place},
    schemas::{Direction, closed, object, property, reference},
    types::any_but_null,
};
use crate::{
    catalog::{Catalog, Column, Relation, Resource, Type},
    query::plan::{is_owned, may_be_alone},
    settings::Settings,
};

/// Which row the relations hang on: whether it is there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    New,
    There,
    /// It is related to the one that the body is about, and is connected at most.
    Related,
}

/// Which side of a relation cannot be without the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Neither,
    /// The row that the relation hangs on.
    This,
    /// Those that it leads to.
    Other,
}

/// What a schema says of a relation.
#[derive(Debug)]
struct Way {
    is_to_one: bool,
    row: Row,
    /// Of no account where the row is a new one.
    need: Need,
    /// What the row that the relation hangs on gives to those that it leads to.
    given: Option<Given>,
}

impl Way {
    fn of(catalog: &Catalog, resource: &Resource, relation: &Relation, row: Row) -> Self {
        let target = catalog.target(relation);
        let need = match row {
            Row::There if !may_be_alone(resource, target, relation) => {
                match is_owned(resource, relation) {
                    true => Need::This,
                    false => Need::Other,
                }
            }
            _ => Need::Neither,
        };
        Self {
            is_to_one: relation.is_to_one(),
            row,
            need,
            given: Given::by(catalog, resource, relation),
        }
    }

    fn name(&self, target: &Resource) -> String {
        let deed = match self.row {
            Row::New | Row::Related => "Link",
            Row::There => "Change",
        };
        let many = if self.is_to_one { "" } else { "s" };
        let more = match (&self.given, self.need) {
            _ if self.row == Row::Related => ".Connect".to_owned(),
            (Some(given), _) => given.suffix(),
            (None, Need::Neither) => String::new(),
            (None, Need::This | Need::Other) => "Needed".to_owned(),
        };
        target.component(&format!("{deed}{many}{more}"))
    }
}

/// The relations of a resource that its bodies name.
pub(super) fn written<'catalog>(
    catalog: &'catalog Catalog,
    resource: &'catalog Resource,
) -> impl Iterator<Item = &'catalog Relation> {
    let relations = resource.relations.iter();
    relations.filter(|relation| catalog.target(relation).writable())
}

/// A relation as a property of bodies.
pub(super) fn link_to(
    catalog: &Catalog,
    resource: &Resource,
    relation: &Relation,
    row: Row,
) -> Value {
    let target = catalog.target(relation);
    reference(&Way::of(catalog, resource, relation, row).name(target))
}

/// The schemas of what may be done with rows of a resource, as far as some relation leads to it.
pub(super) fn of(
    catalog: &Catalog,
    target: &Resource,
    settings: &Settings,
) -> Vec<(String, Value)> {
    let mut all: Vec<(String, Value)> = Vec::new();
    for resource in catalog.resources.iter().filter(|one| one.writable()) {
        for relation in &resource.relations {
            if !std::ptr::eq(&**catalog.target(relation), target) {
                continue;
            }
            for row in [Row::New, Row::There, Row::Related] {
                let way = Way::of(catalog, resource, relation, row);
                let name = way.name(target);
                if all.iter().all(|(there, _)| *there != name) {
                    all.push((name, link(target, &way)));
                }
            }
        }
    }
    if !all.is_empty() {
        let unique = (target.component("Where"), unique(target, settings));
        all.push(unique);
    }
    all
}

fn link(target: &Resource, way: &Way) -> Value {
    let Way {
        is_to_one,
        row,
        need,
        ref given,
    } = *way;
    let of = |suffix: &str| reference(&target.component(suffix));
    let new_row = || reference(&row_schemas::new(target, &Place::Related(given.clone())));
    let change = || reference(&row_schemas::related_change(target));
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
    deed("connect", some(of("Where")));
    if row == Row::Related {
        return closed(object(None, deeds, Vec::new()));
    }
    deed("create", some(new_row()));
    let create = both("where", "create", new_row());
    deed("connectOrCreate", some(create));
    if !is_to_one {
        let row = row_schemas::new(target, &Place::Many(given.clone()));
        let data = some(reference(&row));
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
                let whichever = json!({ "type": "boolean" });
                if need == Need::Neither {
                    deed("disconnect", whichever.clone());
                }
                if need != Need::This {
                    deed("delete", whichever);
                }
                deed("update", change());
            }
            false => {
                if need == Need::Neither {
                    deed("set", some(of("Where")));
                    deed("disconnect", some(of("Where")));
                }
                deed("delete", some(of("Where")));
                deed("update", some(both("where", "data", change())));
            }
        }
    }
    let mut schema = closed(object(None, deeds, Vec::new()));
    match (is_to_one, row) {
        (true, Row::New) => schema["maxProperties"] = 1.into(),
        // One row takes the place of another; the one that is there in the end may be changed.
        (true, Row::There) => {
            let one = json!({ "maxProperties": 1 });
            let changed = json!({ "required": ["update"], "maxProperties": 2 });
            schema["anyOf"] = json!([one, changed]);
        }
        (_, Row::Related) | (false, _) => {}
    }
    schema
}

/// A key that names one row; other fields are further conditions.
fn unique(target: &Resource, settings: &Settings) -> Value {
    let mut properties = Map::new();
    let mut member = |name: &str, schema: Value| {
        properties.insert(name.to_owned(), schema);
    };
    // Nothing is equal to null.
    let condition = |column: &Column| match column.data_type {
        Type::Json { .. } => any_but_null(),
        _ => {
            let mut schema = property(column, Direction::In, settings);
            if let Some(schema) = schema.as_object_mut() {
                schema.remove("nullable");
            }
            schema
        }
    };
    for position in target.visible() {
        let column = &target.columns[position];
        if column.data_type.comparable() {
            member(&column.field, condition(column));
        }
    }
    let mut ways = Vec::new();
    for key in target.keys() {
        let columns: Vec<&Column> = key.iter().map(|&column| &target.columns[column]).collect();
        if columns.iter().any(|column| column.is_hidden()) {
            continue;
        }
        let fields: Vec<&str> = columns.iter().map(|column| column.field.as_str()).collect();
        ways.push(json!({ "required": fields }));
        let compound = fields.join("_");
        if fields.len() > 1 && target.position(&compound).is_none() {
            let parts = columns
                .iter()
                .map(|column| (column.field.clone(), condition(column)));
            let names = fields.iter().map(|field| Value::from(*field));
            let schema = object(None, parts.collect(), names.collect());
            member(&compound, closed(schema));
            ways.push(json!({ "required": [compound] }));
        }
    }
    let keys = target.named_keys().join(" or ");
    let description = format!("A unique key: {keys}. Other fields are further conditions.");
    let mut schema = closed(object(Some(&description), properties, Vec::new()));
    if !ways.is_empty() {
        schema["anyOf"] = ways.into();
    }
    schema
}

//! The schemas of nested operations in a large document. They are the same for whatever relation leads to
//! a resource: `PageLink`, `PageLinks`, `PageChange`, `PageChanges`, `PageWhere`.
//!
//! A schema has each operation that one of the relations allows. The server refuses it in the others, as
//! `disconnect` where the foreign key is needed.

use serde_json::{Map, Value, json};

use super::{
    Form,
    nested_write_schemas::where_unique,
    row_schemas::{self, Place},
    schemas::{object, reference},
    terse_bodies::made_of,
};
use crate::{
    catalog::{Catalog, Relation, Resource},
    query::plan::{NestedOp, Parent, RelationKind, allowed},
    settings::Settings,
};

pub(super) use super::nested_write_schemas::Row;

/// The name of the schema of the operations of one relation.
fn name(target: &Resource, is_to_one: bool, row: Row) -> String {
    target.component(match (row, is_to_one) {
        (Row::New, true) => "Link",
        (Row::New, false) => "Links",
        (Row::Existing, true) => "Change",
        (Row::Existing, false) => "Changes",
        (Row::Related, true) => "Link.Connect",
        (Row::Related, false) => "Links.Connect",
    })
}

/// A relation as a property of bodies.
pub(super) fn link_to(target: &Resource, relation: &Relation, row: Row) -> Value {
    reference(&name(target, relation.is_to_one(), row))
}

/// The schemas of nested operations on rows of a resource, if a relation leads to it.
pub(super) fn of(
    catalog: &Catalog,
    target: &Resource,
    settings: &Settings,
) -> Vec<(String, Value)> {
    let mut kinds = Vec::new();
    for resource in catalog.resources.iter().filter(|one| one.writable()) {
        let relations = resource.relations.iter();
        let relations = relations.filter(|one| std::ptr::eq(&**catalog.target(one), target));
        kinds.extend(relations.map(|one| RelationKind::of(resource, target, one)));
    }
    if kinds.is_empty() {
        return Vec::new();
    }
    let update = row_schemas::related_change(target);
    let where_ = target.component(WHERE);
    let mut all = vec![
        (where_.clone(), where_unique(target, settings, Form::Terse)),
        (
            target.component(CREATE),
            pair(target, "create", &related(target)),
        ),
    ];
    if kinds.iter().any(|kind| !kind.to_one) {
        all.push((target.component(UPDATE), pair(target, "data", &update)));
        for name in [where_, related(target)] {
            all.push((some(&name), one_or_many(&name)));
        }
    }
    for is_to_one in [true, false] {
        let kinds: Vec<RelationKind> = (kinds.iter().copied())
            .filter(|kind| kind.to_one == is_to_one)
            .collect();
        if kinds.is_empty() {
            continue;
        }
        for row in [Row::New, Row::Existing, Row::Related] {
            let schema = operations(target, (is_to_one, row), |op, row| match row {
                Row::New => is_allowed(op, &kinds, Parent::New),
                Row::Existing => is_allowed(op, &kinds, Parent::Existing),
                Row::Related => op == NestedOp::Connect,
            });
            all.push((name(target, is_to_one, row), schema));
        }
    }
    all
}

fn is_allowed(op: NestedOp, kinds: &[RelationKind], parent: Parent) -> bool {
    kinds.iter().any(|kind| allowed(op, *kind, parent).is_ok())
}

const WHERE: &str = "Where";
/// Which row, and the row to create if there is none.
const CREATE: &str = "Where.New";
/// Which row, and its changes.
const UPDATE: &str = "Where.Data";

/// The name of the component of one or many of another: `PageWhere.Some`, `PageCreate.Some`.
fn some(name: &str) -> String {
    let name = name.strip_suffix(".Related").unwrap_or(name);
    format!("{name}.Some")
}

/// The name of the component of a related new row.
fn related(target: &Resource) -> String {
    row_schemas::new(target, &Place::Related(None))
}

/// Which row, and what becomes of it.
fn pair(target: &Resource, data: &str, schema: &str) -> Value {
    let mut properties = Map::new();
    properties.insert("where".to_owned(), reference(&target.component(WHERE)));
    properties.insert(data.to_owned(), reference(schema));
    object(None, properties, vec!["where".into(), data.into()])
}

/// The operations on one relation. Those of an existing row are those of a new one and more.
fn operations(
    target: &Resource,
    (is_to_one, row): (bool, Row),
    is_allowed: impl Fn(NestedOp, Row) -> bool,
) -> Value {
    let is_more = |op: NestedOp| row == Row::Existing && is_allowed(op, Row::New);
    let ops = NestedOp::ALL.into_iter();
    let ops = ops.filter(|&op| is_allowed(op, row) && !is_more(op));
    let ops = ops.map(|op| (op.name().to_owned(), operation(op, target, is_to_one)));
    match row {
        Row::New | Row::Related => object(None, ops.collect(), Vec::new()),
        Row::Existing => {
            let of_new = reference(&name(target, is_to_one, Row::New));
            made_of(vec![of_new], ops.collect(), Vec::new())
        }
    }
}

fn operation(op: NestedOp, target: &Resource, is_to_one: bool) -> Value {
    let of = |name: String| match is_to_one {
        true => reference(&name),
        false => reference(&some(&name)),
    };
    let of_pair = |name: String| match is_to_one {
        true => reference(&name),
        false => one_or_many(&name),
    };
    match op {
        NestedOp::Disconnect | NestedOp::Delete if is_to_one => json!({ "type": "boolean" }),
        NestedOp::Update if is_to_one => of(row_schemas::related_change(target)),
        NestedOp::Update => of_pair(target.component(UPDATE)),
        NestedOp::Connect | NestedOp::Set | NestedOp::Disconnect | NestedOp::Delete => {
            of(target.component(WHERE))
        }
        NestedOp::Create => of(related(target)),
        NestedOp::ConnectOrCreate => of_pair(target.component(CREATE)),
        NestedOp::CreateMany => {
            let mut properties = Map::new();
            properties.insert("data".to_owned(), of(related(target)));
            properties.insert("skipDuplicates".to_owned(), json!({ "type": "boolean" }));
            object(None, properties, vec!["data".into()])
        }
    }
}

fn one_or_many(name: &str) -> Value {
    let one = reference(name);
    json!({ "oneOf": [one, { "type": "array", "items": one }] })
}

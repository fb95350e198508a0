//! The schemas of nested operations in a large document. They are the same for whatever relation leads to
//! a resource: `PageLink`, `PageLinks`, `PageChange`, `PageChanges`, `PageWhere`.
//!
//! A schema has each operation that one of the relations allows. The server refuses it in the others, as
//! `disconnect` where the foreign key is needed.

use serde_json::{Map, Value, json};

use super::{
    Form,
    nested_write_schemas::{one_and_update, where_unique},
    row_schemas::{self, Place},
    schemas::{closed, object, reference},
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
    let mut all = vec![
        (
            target.component("Where"),
            where_unique(target, settings, Form::Terse),
        ),
        (
            target.component(CONNECT_OR_CREATE),
            pair(target, "create", &related(target)),
        ),
        (
            target.component(UPDATE),
            pair(target, "data", &row_schemas::related_change(target)),
        ),
    ];
    for is_to_one in [true, false] {
        let kinds: Vec<RelationKind> = (kinds.iter().copied())
            .filter(|kind| kind.to_one == is_to_one)
            .collect();
        if kinds.is_empty() {
            continue;
        }
        for row in [Row::New, Row::Existing, Row::Related] {
            let schema = operations(target, (is_to_one, row), |op| match row {
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

const CONNECT_OR_CREATE: &str = "Link.ConnectOrCreate";
const UPDATE: &str = "Change.Update";

/// The name of the component of a related new row.
fn related(target: &Resource) -> String {
    row_schemas::new(target, &Place::Related(None))
}

/// Which row, and what becomes of it.
fn pair(target: &Resource, data: &str, schema: &str) -> Value {
    let mut properties = Map::new();
    properties.insert("where".to_owned(), reference(&target.component("Where")));
    properties.insert(data.to_owned(), reference(schema));
    closed(object(None, properties, vec!["where".into(), data.into()]))
}

fn operations(
    target: &Resource,
    (is_to_one, row): (bool, Row),
    is_allowed: impl Fn(NestedOp) -> bool,
) -> Value {
    let ops = NestedOp::ALL.into_iter().filter(|op| is_allowed(*op));
    let ops = ops.map(|op| (op.name().to_owned(), operation(op, target, is_to_one)));
    let mut schema = closed(object(None, ops.collect(), Vec::new()));
    match (is_to_one, row) {
        (true, Row::New) => schema["maxProperties"] = 1.into(),
        (true, Row::Existing) => schema["allOf"] = json!([one_and_update()]),
        (_, Row::Related) | (false, _) => {}
    }
    schema
}

fn operation(op: NestedOp, target: &Resource, is_to_one: bool) -> Value {
    let of = |name: &str| match is_to_one {
        true => reference(name),
        false => one_or_many(name),
    };
    match op {
        NestedOp::Disconnect | NestedOp::Delete if is_to_one => json!({ "type": "boolean" }),
        NestedOp::Update if is_to_one => of(&row_schemas::related_change(target)),
        NestedOp::Update => of(&target.component(UPDATE)),
        NestedOp::Connect | NestedOp::Set | NestedOp::Disconnect | NestedOp::Delete => {
            of(&target.component("Where"))
        }
        NestedOp::Create => of(&related(target)),
        NestedOp::ConnectOrCreate => of(&target.component(CONNECT_OR_CREATE)),
        NestedOp::CreateMany => {
            let mut properties = Map::new();
            properties.insert("data".to_owned(), one_or_many(&related(target)));
            properties.insert("skipDuplicates".to_owned(), json!({ "type": "boolean" }));
            closed(object(None, properties, vec!["data".into()]))
        }
    }
}

fn one_or_many(name: &str) -> Value {
    let one = reference(name);
    json!({ "oneOf": [one, { "type": "array", "items": one }] })
}

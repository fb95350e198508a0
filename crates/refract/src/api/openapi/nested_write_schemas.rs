//! The schemas of nested operations, in Prisma's shape: `PageLink` and `PageLinks` for new rows,
//! `PageChange` and `PageChanges` for existing rows, and `PageWhere`. If a row must refer to a page:
//! `PageChangeNeeded`. If pages refer to the row, as their `author`: `PageLinks.WithoutAuthor` and
//! `PageChanges.WithoutAuthor`. `PageLink.Connect` and `PageLinks.Connect` are for related rows.

use serde_json::{Map, Value, json};

use super::{
    Form,
    row_schemas::{self, Given, Place},
    schemas::{Direction, closed, object, property, reference},
    types::any_but_null,
};
use crate::{
    catalog::{Catalog, Column, Relation, Resource, Type},
    query::plan::{NestedOp, Parent, RelationKind, allowed},
    settings::Settings,
};

/// The row that has the relations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    New,
    Existing,
    /// A related row of the body. Its schema has `connect` only: with all operations, the schemas
    /// of all resources would nest without end.
    Related,
}

/// The properties of a relation that decide about its schema.
#[derive(Debug)]
struct RelationShape {
    kind: RelationKind,
    row: Row,
    /// The values that the row gives to the rows of the relation.
    given: Option<Given>,
}

impl RelationShape {
    fn of(catalog: &Catalog, resource: &Resource, relation: &Relation, row: Row) -> Self {
        Self {
            kind: RelationKind::of(resource, catalog.target(relation), relation),
            row,
            given: Given::by(catalog, resource, relation),
        }
    }

    fn name(&self, target: &Resource) -> String {
        let verb = match self.row {
            Row::New | Row::Related => "Link",
            Row::Existing => "Change",
        };
        let many = if self.kind.to_one { "" } else { "s" };
        let suffix = match (&self.given, self.row) {
            (_, Row::Related) => ".Connect".to_owned(),
            (Some(given), _) => given.suffix(),
            (None, Row::Existing) if !self.kind.optional => "Needed".to_owned(),
            (None, _) => String::new(),
        };
        target.component(&format!("{verb}{many}{suffix}"))
    }

    fn allows(&self, op: NestedOp) -> bool {
        let parent = match self.row {
            Row::New => Parent::New,
            Row::Existing => Parent::Existing,
            Row::Related => return op == NestedOp::Connect,
        };
        allowed(op, self.kind, parent).is_ok()
    }
}

/// The relations that bodies of a resource may name.
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
    reference(&RelationShape::of(catalog, resource, relation, row).name(target))
}

/// The schemas of nested operations on rows of a resource, if a relation leads to it.
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
            for row in [Row::New, Row::Existing, Row::Related] {
                let shape = RelationShape::of(catalog, resource, relation, row);
                let name = shape.name(target);
                if all.iter().all(|(known, _)| *known != name) {
                    all.push((name, operations(target, &shape)));
                }
            }
        }
    }
    if !all.is_empty() {
        let schema = where_unique(target, settings, Form::Full);
        all.push((target.component("Where"), schema));
    }
    all
}

/// The schema of the nested operations on one relation.
fn operations(target: &Resource, shape: &RelationShape) -> Value {
    let ops = NestedOp::ALL.into_iter().filter(|op| shape.allows(*op));
    let ops = ops.map(|op| (op.name().to_owned(), operation(op, target, shape)));
    let mut schema = closed(object(None, ops.collect(), Vec::new()));
    match (shape.kind.to_one, shape.row) {
        (true, Row::New) => schema["maxProperties"] = 1.into(),
        (true, Row::Existing) => schema["allOf"] = json!([one_and_update()]),
        (_, Row::Related) | (false, _) => {}
    }
    schema
}

/// One operation may choose the row, and `update` may change it as well.
///
/// Schemas without a type stand in `allOf`: beside the properties, openapi-typescript would read them as
/// other types, and the whole as `unknown`.
pub(super) fn one_and_update() -> Value {
    let one = json!({ "maxProperties": 1 });
    let updated = json!({ "required": ["update"], "maxProperties": 2 });
    json!({ "anyOf": [one, updated] })
}

fn operation(op: NestedOp, target: &Resource, shape: &RelationShape) -> Value {
    let to_one = shape.kind.to_one;
    let which = || reference(&target.component("Where"));
    let new_row = |place| reference(&row_schemas::new(target, &place));
    let related = || new_row(Place::Related(shape.given.clone()));
    let change = || reference(&row_schemas::related_change(target));
    let one_or_many = |one: Value| match to_one {
        true => one,
        false => json!({ "oneOf": [one, { "type": "array", "items": one }] }),
    };
    let pair = |data: &str, schema: Value| {
        json!({
            "type": "object",
            "required": ["where", data],
            "additionalProperties": false,
            "properties": { "where": which(), data: schema },
        })
    };
    match op {
        NestedOp::Disconnect | NestedOp::Delete if to_one => json!({ "type": "boolean" }),
        NestedOp::Update if to_one => change(),
        NestedOp::Update => one_or_many(pair("data", change())),
        NestedOp::Connect | NestedOp::Set | NestedOp::Disconnect | NestedOp::Delete => {
            one_or_many(which())
        }
        NestedOp::Create => one_or_many(related()),
        NestedOp::ConnectOrCreate => one_or_many(pair("create", related())),
        NestedOp::CreateMany => {
            let data = one_or_many(new_row(Place::Many(shape.given.clone())));
            json!({
                "type": "object",
                "required": ["data"],
                "additionalProperties": false,
                "properties": { "data": data, "skipDuplicates": { "type": "boolean" } },
            })
        }
    }
}

/// The fields of a unique key; other fields are further conditions, of which a terse document does not
/// tell the types.
pub(super) fn where_unique(target: &Resource, settings: &Settings, form: Form) -> Value {
    let mut properties = Map::new();
    let mut member = |name: &str, schema: Value| {
        properties.insert(name.to_owned(), schema);
    };
    // No value is equal to null.
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
    let is_listed =
        |position: usize| form == Form::Full || target.keys().any(|key| key.contains(&position));
    for position in target.visible().filter(|at| is_listed(*at)) {
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
    let description = (form == Form::Full).then_some(&*description);
    let mut schema = object(description, properties, Vec::new());
    schema["additionalProperties"] = (form == Form::Terse).into();
    if !ways.is_empty() {
        schema["allOf"] = json!([{ "anyOf": ways }]);
    }
    schema
}

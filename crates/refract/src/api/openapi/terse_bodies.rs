//! The bodies of a large document. The fields of a resource stand once, in `PageUpdateMany`, and other
//! bodies are made of it: `PageUpdate`, `PageCreate`, `PageReplace`.
//!
//! Bodies that are made of others cannot say that they have no further members. In OpenAPI 3.0,
//! `additionalProperties: false` would refuse the members of the other part.

use serde_json::{Map, Value, json};

use super::{
    nested_write_schemas::written,
    row_schemas::{self, Given, Place},
    schemas::{input, object, of_many, reference},
    terse_nested_writes::{Row, link_to},
};
use crate::{
    catalog::{Catalog, Relation, Resource},
    query::plan::owns_key,
    settings::Settings,
};

/// The components of a resource's bodies.
pub(super) fn of(
    catalog: &Catalog,
    resource: &Resource,
    settings: &Settings,
) -> Vec<(String, Value)> {
    let body = Body::of(catalog, resource, settings);
    let mut all = vec![
        (body.base.clone(), object(None, body.fields.clone(), vec![])),
        (
            row_schemas::new(resource, &Place::Own),
            body.created(Row::New, &[]),
        ),
    ];
    let update = resource.component("Update");
    if update != body.base {
        all.push((update, body.changed(Row::Existing)));
    }
    if let Some(given) = given(catalog, resource) {
        let related = row_schemas::new(resource, &Place::Related(None));
        all.push((related, body.created(Row::Related, &given)));
        all.push((
            row_schemas::related_change(resource),
            body.changed(Row::Related),
        ));
        if !body.relations.is_empty() {
            all.push((
                body.connections(),
                object(None, body.links(Row::Related), vec![]),
            ));
        }
    }
    if !resource.key.is_empty() && resource.replaceable() {
        all.push((resource.component("Replace"), body.replaced()));
    }
    all
}

/// The columns to which rows around a row of the resource give values. `None` if no relation leads to it.
fn given(catalog: &Catalog, resource: &Resource) -> Option<Vec<usize>> {
    let mut given = None;
    for from in catalog.resources.iter().filter(|one| one.writable()) {
        let relations = from.relations.iter();
        for relation in relations.filter(|one| std::ptr::eq(&**catalog.target(one), resource)) {
            let by = Given::by(catalog, from, relation).map(Given::into_columns);
            given
                .get_or_insert_with(Vec::new)
                .extend(by.into_iter().flatten());
        }
    }
    given
}

struct Body<'catalog> {
    catalog: &'catalog Catalog,
    resource: &'catalog Resource,
    /// The component that has the fields.
    base: String,
    fields: Map<String, Value>,
    relations: Vec<&'catalog Relation>,
}

impl<'catalog> Body<'catalog> {
    fn of(catalog: &'catalog Catalog, resource: &'catalog Resource, settings: &Settings) -> Self {
        Self {
            catalog,
            resource,
            base: of_many(resource),
            fields: input(resource, settings),
            relations: written(catalog, resource).collect(),
        }
    }

    /// The relations as properties.
    fn links(&self, row: Row) -> Map<String, Value> {
        let links = self.relations.iter().map(|relation| {
            let link = link_to(self.catalog.target(relation), relation, row);
            (relation.name.clone(), link)
        });
        links.collect()
    }

    /// The component of the relations of a related row, in a new row and in a change.
    fn connections(&self) -> String {
        self.resource.component("Update.Connect")
    }

    /// The parts of which a body is made, and its own properties.
    fn parts(&self, row: Row) -> (Vec<Value>, Map<String, Value>) {
        let mut parts = vec![reference(&self.base)];
        if row != Row::Related {
            return (parts, self.links(row));
        }
        if !self.relations.is_empty() {
            parts.push(reference(&self.connections()));
        }
        (parts, Map::new())
    }

    fn changed(&self, row: Row) -> Value {
        let (parts, properties) = self.parts(row);
        made_of(parts, properties, Vec::new())
    }

    /// A new row. `given` are the columns that the row around it may give.
    fn created(&self, row: Row, given: &[usize]) -> Value {
        let (mut parts, mut properties) = self.parts(row);
        let mut required = Vec::new();
        for (position, column) in self.resource.columns.iter().enumerate() {
            if !column.writable() || !column.required() || given.contains(&position) {
                continue;
            }
            let field = &column.field;
            let ways: Vec<Value> = (self.relations.iter())
                .filter(|relation| owns_key(self.resource, relation))
                .filter(|relation| relation.columns().contains(&position))
                .map(|relation| json!({ "required": [relation.name] }))
                .collect();
            if ways.is_empty() {
                self.require(field, &mut properties, &mut required);
            } else {
                let field = json!({ "required": [field] });
                let ways: Vec<Value> = std::iter::once(field).chain(ways).collect();
                parts.push(json!({ "anyOf": ways }));
            }
        }
        made_of(parts, properties, required)
    }

    /// The path has the key, and the body may repeat it.
    fn replaced(&self) -> Value {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for (position, column) in self.resource.columns.iter().enumerate() {
            let is_key = self.resource.key.contains(&position);
            if !is_key && column.writable() && column.required() {
                self.require(&column.field, &mut properties, &mut required);
            }
        }
        made_of(vec![reference(&self.base)], properties, required)
    }

    /// Generators look for required properties beside `required`, and not in other parts.
    fn require(&self, field: &str, properties: &mut Map<String, Value>, required: &mut Vec<Value>) {
        if let Some(schema) = self.fields.get(field) {
            properties.insert(field.to_owned(), schema.clone());
        }
        required.push(field.into());
    }
}

/// A schema of parts and of properties of its own.
pub(super) fn made_of(
    mut parts: Vec<Value>,
    properties: Map<String, Value>,
    required: Vec<Value>,
) -> Value {
    if !properties.is_empty() {
        let mut own = object(None, properties, required);
        if let Some(own) = own.as_object_mut() {
            // The other parts have it.
            own.remove("type");
        }
        parts.push(own);
    }
    json!({ "allOf": parts })
}

//! Bodies of new rows: `CommentCreate`, and `CommentCreate.WithoutPost` where the row hangs on a post,
//! which gives it the key. The names are Prisma's: `CommentCreateWithoutPostInput`.

use serde_json::{Map, Value, json};

use super::{
    keys::is_word,
    links::{self, Row},
    schemas::{closed, input, object},
};
use crate::{
    catalog::{Catalog, Join, Relation, Resource},
    query::plan::is_owned,
    settings::Settings,
};

/// What a row gives to those that hang on it by a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    /// Of the rows that hang on it.
    columns: Vec<usize>,
    /// What these call the relation.
    relation: String,
}

impl Given {
    /// What rows of `resource` give to those of `target`, if the foreign key is there.
    pub(super) fn by(resource: &Resource, target: &Resource, relation: &Relation) -> Option<Self> {
        if matches!(relation.join, Join::Through(_)) || is_owned(resource, relation) {
            return None;
        }
        let columns = relation.references();
        let back = target.relations.iter().enumerate().find(|(_, back)| {
            back.foreign_key == relation.foreign_key
                && back.columns() == columns
                && is_owned(target, back)
        });
        let relation = match back {
            Some((_, back)) if is_word(&back.name) => back.name.clone(),
            Some((place, _)) => format!("Relation{place}"),
            None => format!(
                "Columns{}",
                columns
                    .iter()
                    .map(|column| format!("_{column}"))
                    .collect::<String>()
            ),
        };
        Some(Self { columns, relation })
    }

    /// What the name of a component ends in.
    pub(super) fn suffix(&self) -> String {
        let mut letters = self.relation.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        // No model has a dot in its name.
        format!(".Without{}{}", first.collect::<String>(), letters.as_str())
    }

    /// Whether it is all that a relation of the new row would give.
    fn leaves_nothing_to(&self, resource: &Resource, relation: &Relation) -> bool {
        let is_given = |column| self.columns.contains(column);
        is_owned(resource, relation) && relation.columns().iter().all(is_given)
    }
}

/// The name of the component of a new row.
pub(super) fn name(resource: &Resource, given: Option<&Given>) -> String {
    let suffix = given.map(Given::suffix).unwrap_or_default();
    format!("{}Create{suffix}", resource.name)
}

/// The components of a resource's new rows.
pub(super) fn schemas(
    catalog: &Catalog,
    resource: &Resource,
    settings: &Settings,
) -> Vec<(String, Value)> {
    let mut all: Vec<Option<Given>> = vec![None];
    for from in catalog.resources.iter().filter(|one| one.writable()) {
        for relation in &from.relations {
            if std::ptr::eq(&**catalog.target(relation), resource) {
                let given = Given::by(from, resource, relation);
                if !all.contains(&given) {
                    all.push(given);
                }
            }
        }
    }
    let schema = |given: &Option<Given>| {
        let given = given.as_ref();
        (
            name(resource, given),
            new_row(catalog, resource, settings, given),
        )
    };
    all.iter().map(schema).collect()
}

fn new_row(
    catalog: &Catalog,
    resource: &Resource,
    settings: &Settings,
    given: Option<&Given>,
) -> Value {
    let is_given = |column: &usize| given.is_some_and(|given| given.columns.contains(column));
    let mut properties = input(resource, settings);
    properties.retain(|field, _| !resource.position(field).is_some_and(|at| is_given(&at)));
    let relations: Vec<&Relation> = links::written(catalog, resource)
        .filter(|relation| !given.is_some_and(|given| given.leaves_nothing_to(resource, relation)))
        .collect();
    for relation in &relations {
        let link = links::link_to(catalog, resource, relation, Row::New);
        properties.insert(relation.name.clone(), link);
    }
    let mut required = Vec::new();
    let mut choices = Vec::new();
    for (position, column) in resource.columns.iter().enumerate() {
        if !column.writable() || !column.required() || is_given(&position) {
            continue;
        }
        let ways: Vec<Value> = (relations.iter())
            .filter(|relation| is_owned(resource, relation))
            .filter(|relation| relation.columns().contains(&position))
            .map(|relation| {
                let name = &relation.name;
                json!({ "required": [name], "properties": { name: { "minProperties": 1 } } })
            })
            .collect();
        let field = column.field.as_str();
        if ways.is_empty() {
            required.push(field.into());
        } else {
            let field = json!({ "required": [field] });
            let ways: Vec<Value> = std::iter::once(field).chain(ways).collect();
            choices.push(json!({ "anyOf": ways }));
        }
    }
    choices.extend(not_twice(resource, &relations, &properties));
    all_of(closed(object(None, properties, required)), choices)
}

/// That a column is given by itself or by a relation, not by both.
pub(super) fn not_twice(
    resource: &Resource,
    relations: &[&Relation],
    properties: &Map<String, Value>,
) -> Vec<Value> {
    let owned = relations
        .iter()
        .filter(|relation| is_owned(resource, relation));
    let twice = owned.flat_map(|relation| {
        let fields = relation.columns().into_iter();
        let fields = fields.map(|column| &resource.columns[column].field);
        fields
            .filter(|field| properties.contains_key(*field))
            .map(|field| json!({ "not": { "required": [relation.name, field] } }))
    });
    twice.collect()
}

/// A schema with more that must hold.
pub(super) fn all_of(mut schema: Value, more: Vec<Value>) -> Value {
    if !more.is_empty() {
        schema["allOf"] = more.into();
    }
    schema
}

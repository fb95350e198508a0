//! The schemas of rows in bodies: new rows, and changes of existing rows.
//!
//! `CommentCreate` and `CommentUpdate` have nested operations. The related rows in these have the
//! schemas `CommentCreate.Related` and `CommentUpdate.Related`, whose relations have `connect` only.
//! A comment that is nested in a post has the schema `CommentCreate.WithoutPost`, since the post
//! gives it the key (Prisma's `CommentCreateWithoutPostInput`). In `createMany` it has the schema
//! `CommentCreate.Many.WithoutPost`, which has no relations.
//!
//! The server takes more levels. The document does not describe them, because the schemas of all
//! resources would then contain each other, and tools that expand schemas would not end.

use serde_json::{Map, Value, json};

use super::{
    keys::is_word,
    nested_write_schemas::{self, Row},
    schemas::{closed, input, object},
};
use crate::{
    catalog::{Catalog, Join, Relation, Resource},
    query::plan::owns_key,
    settings::Settings,
};

/// The values that a row gives to the rows of a relation that refer to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    /// The columns of the rows that refer to the row.
    columns: Vec<usize>,
    /// The position of the inverse relation in the other resource.
    back: Option<usize>,
    /// The name of the inverse relation, or a substitute.
    relation: String,
}

impl Given {
    /// The values that rows of `resource` give to the rows of the relation's target. `None` if
    /// these do not refer to them.
    pub(super) fn by(catalog: &Catalog, resource: &Resource, relation: &Relation) -> Option<Self> {
        if matches!(relation.join, Join::Through(_)) || owns_key(resource, relation) {
            return None;
        }
        let target = catalog.target(relation);
        let columns = relation.references();
        let back = target.relations.iter().position(|back| {
            std::ptr::eq(&**catalog.target(back), resource)
                && back.foreign_key == relation.foreign_key
                && back.columns() == columns
                && owns_key(target, back)
        });
        let relation = match back.map(|place| (place, &target.relations[place].name)) {
            Some((_, name)) if is_word(name) => name.clone(),
            Some((place, _)) => format!("Relation{place}"),
            None => {
                let columns = columns.iter().map(|column| format!("_{column}"));
                format!("Columns{}", columns.collect::<String>())
            }
        };
        Some(Self {
            columns,
            back,
            relation,
        })
    }

    pub(super) fn into_columns(self) -> Vec<usize> {
        self.columns
    }

    /// The suffix of a component's name.
    pub(super) fn suffix(&self) -> String {
        let mut letters = self.relation.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        format!(".Without{}{}", first.collect::<String>(), letters.as_str())
    }

    /// Whether a relation of the new row is the inverse relation.
    fn is_by(&self, resource: &Resource, relation: &Relation) -> bool {
        let back = self.back.map(|place| &resource.relations[place]);
        back.is_some_and(|back| std::ptr::eq(back, relation))
    }
}

/// The place of a row in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// The body's own row.
    Own,
    /// A related row.
    Related(Option<Given>),
    /// A row of `createMany`, which has no relations.
    Many(Option<Given>),
}

/// The name of the component of a new row.
pub(super) fn new(resource: &Resource, place: &Place) -> String {
    let suffix = match place {
        Place::Own => String::new(),
        Place::Related(None) => RELATED.to_owned(),
        Place::Related(Some(given)) => given.suffix(),
        Place::Many(None) => MANY.to_owned(),
        Place::Many(Some(given)) => format!("{MANY}{}", given.suffix()),
    };
    resource.component(&format!("Create{suffix}"))
}

/// The name of the component of a change of a related row.
pub(super) fn related_change(resource: &Resource) -> String {
    resource.component(&format!("Update{RELATED}"))
}

/// The dot keeps these names apart from the names of models.
const RELATED: &str = ".Related";
const MANY: &str = ".Many";

/// The components of a resource's rows in bodies.
pub(super) fn schemas(
    catalog: &Catalog,
    resource: &Resource,
    settings: &Settings,
) -> Vec<(String, Value)> {
    let mut places = vec![Place::Own];
    for from in catalog.resources.iter().filter(|one| one.writable()) {
        for relation in &from.relations {
            if std::ptr::eq(&**catalog.target(relation), resource) {
                let given = Given::by(catalog, from, relation);
                let mut of_relation = vec![Place::Related(given.clone())];
                of_relation.extend((!relation.is_to_one()).then_some(Place::Many(given)));
                of_relation.retain(|place| !places.contains(place));
                places.extend(of_relation);
            }
        }
    }
    let change = |place| changed_row(catalog, resource, settings, place);
    let mut all = vec![(resource.component("Update"), change(Row::Existing))];
    if places.len() > 1 {
        all.push((related_change(resource), change(Row::Related)));
    }
    let created = places.iter().map(|place| {
        let schema = new_row(catalog, resource, settings, place);
        (new(resource, place), schema)
    });
    all.extend(created);
    all
}

fn changed_row(catalog: &Catalog, resource: &Resource, settings: &Settings, row: Row) -> Value {
    let mut properties = input(resource, settings);
    let relations: Vec<&Relation> = nested_write_schemas::written(catalog, resource).collect();
    for relation in &relations {
        let link = nested_write_schemas::link_to(catalog, resource, relation, row);
        properties.insert(relation.name.clone(), link);
    }
    let not_twice = not_twice(resource, &relations, &properties);
    all_of(closed(object(None, properties, Vec::new())), not_twice)
}

fn new_row(catalog: &Catalog, resource: &Resource, settings: &Settings, place: &Place) -> Value {
    let (given, row) = match place {
        Place::Own => (None, Row::New),
        Place::Related(given) | Place::Many(given) => (given.as_ref(), Row::Related),
    };
    let is_given = |column: &usize| given.is_some_and(|given| given.columns.contains(column));
    let mut properties = input(resource, settings);
    properties.retain(|field, _| !resource.position(field).is_some_and(|at| is_given(&at)));
    let relations: Vec<&Relation> = nested_write_schemas::written(catalog, resource)
        .filter(|_| !matches!(place, Place::Many(_)))
        .filter(|relation| !given.is_some_and(|given| given.is_by(resource, relation)))
        .collect();
    for relation in &relations {
        let link = nested_write_schemas::link_to(catalog, resource, relation, row);
        properties.insert(relation.name.clone(), link);
    }
    let mut required = Vec::new();
    let mut choices = Vec::new();
    for (position, column) in resource.columns.iter().enumerate() {
        if !column.writable() || !column.required() || is_given(&position) {
            continue;
        }
        let ways: Vec<Value> = (relations.iter())
            .filter(|relation| owns_key(resource, relation))
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

/// Refuses a body that gives a column twice, by its field and by a relation.
fn not_twice(
    resource: &Resource,
    relations: &[&Relation],
    properties: &Map<String, Value>,
) -> Vec<Value> {
    let owned = relations
        .iter()
        .filter(|relation| owns_key(resource, relation));
    let twice = owned.flat_map(|relation| {
        let fields = relation.columns().into_iter();
        let fields = fields.map(|column| &resource.columns[column].field);
        fields
            .filter(|field| properties.contains_key(*field))
            .map(|field| json!({ "not": { "required": [relation.name, field] } }))
    });
    twice.collect()
}

/// A schema with further schemas that must also hold.
fn all_of(mut schema: Value, more: Vec<Value>) -> Value {
    if !more.is_empty() {
        schema["allOf"] = more.into();
    }
    schema
}

//! The catalog: what is served, under which names, of which types.
//!
//! In: the entity crate's registry (snapshot and entities) and refract.toml's policy. Out: one
//! immutable [`Catalog`], built at start and shared by every request. Refuses a snapshot that its
//! entities contradict, and a policy that names what does not exist. Knows neither HTTP nor SQL.

mod build;
mod column_type;
mod component_names;
mod hiding;
mod narrowing;
mod relations;
mod resource;
#[cfg(test)]
mod sample_catalog;

pub use crate::nearest::nearest;
pub use build::CatalogError;
pub use column_type::{Enum, Type};
pub use narrowing::{Narrowing, ResourceNarrowing};
pub use resource::{
    ClientDefault, Column, FunctionName, Join, Junction, Mark, Relation, Resource, ResourceId,
    Rights, SoftDelete,
};

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use reflect::snapshot::Snapshot;

/// Everything served.
#[derive(Debug)]
pub struct Catalog {
    /// Sorted by model name. Junctions of implicit many-to-many relations are not among them.
    pub resources: Vec<Arc<Resource>>,
    /// Enum types, by their names in the API.
    pub enums: Vec<Arc<Enum>>,
    /// What was reflected, for drift and for the sandbox.
    pub snapshot: Snapshot,
    /// All that were reflected together, served or not: what the database prints depends on them.
    pub reflected_schemas: Vec<String>,
    /// The same resources in the other schemas that hold the same tables, by schema.
    pub alike: BTreeMap<String, Arc<Catalog>>,
    /// The number in the first id.
    first_id: usize,
    /// The positions of the resources by their ids, the first of which is `first_id`. A role's catalog
    /// has the ids of the whole one, and not all of its resources.
    positions: Vec<Option<usize>>,
    by_path: HashMap<String, usize>,
    hiding: hiding::Hiding,
}

impl Catalog {
    /// The resource whose path ends in `segment`.
    pub fn by_path(&self, segment: &str) -> Option<&Arc<Resource>> {
        self.by_path
            .get(segment)
            .map(|&position| &self.resources[position])
    }

    /// Whether anything is hidden, here or in schemas that hold the same tables.
    pub fn hides(&self) -> bool {
        self.hiding.is_any()
    }

    /// The position of one of its resources.
    pub fn position(&self, resource: &Resource) -> usize {
        self.by_path[&resource.path]
    }

    /// Schemas among which a request chooses, as all hold the tables of this one; at least two, or
    /// none.
    pub fn choices(&self, schema: &str) -> Vec<&str> {
        let alike = &self.snapshot.alike;
        let like = alike.get(schema).map_or(schema, String::as_str);
        let is_choice =
            |one: &&String| *one == like || alike.get(*one).is_some_and(|it| it == like);
        let choices: Vec<&str> = (self.snapshot.schemas.iter())
            .filter(is_choice)
            .map(String::as_str)
            .collect();
        if choices.len() > 1 {
            choices
        } else {
            Vec::new()
        }
    }

    /// The resource of an id. The id must be one of this catalog's own.
    pub fn resource(&self, id: ResourceId) -> &Arc<Resource> {
        let position = self.positions[id.place(self.first_id)];
        &self.resources[position.expect("a relation leads to a resource of its catalog")]
    }

    /// The resource that a relation leads to.
    pub fn target(&self, relation: &Relation) -> &Arc<Resource> {
        self.resource(relation.target)
    }

    /// The resource of a table or view.
    pub fn by_table(&self, schema: &str, table: &str) -> Option<&Arc<Resource>> {
        self.resources
            .iter()
            .find(|one| one.schema == schema && one.table == table)
    }
}

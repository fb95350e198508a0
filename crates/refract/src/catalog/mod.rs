//! The catalog: what is served, under which names, of which types.
//!
//! In: the entity crate's registry (snapshot and entities) and refract.toml's policy. Out: one
//! immutable [`Catalog`], built at start and shared by every request. Refuses a snapshot that its
//! entities contradict, and a policy that names what does not exist. Knows neither HTTP nor SQL.

mod build;
mod column_type;
mod component_names;
mod hiding;
mod relations;
mod resource;
#[cfg(test)]
mod sample_catalog;

pub use build::CatalogError;
pub use column_type::{Enum, Type};
pub use resource::{
    ClientDefault, Column, FunctionName, Join, Junction, Mark, Relation, Resource, ResourceId,
    SoftDelete,
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
    /// The number in the id of the first resource. The ids of the others follow in their order.
    first_id: usize,
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
        &self.resources[id.position(self.first_id)]
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

/// The name among `known` that a person who wrote `name` probably meant.
///
/// Near means a Jaro-Winkler similarity of 0.84 or a difference of letter case and underscores
/// only, so that guessing does not list names.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    const FLOOR: f64 = 0.84;
    let fold = |text: &str| text.replace(['_', '-'], "").to_lowercase();
    let folded = fold(name);
    known
        .map(|candidate| {
            let candidate_folded = fold(candidate);
            let similarity = if candidate_folded == folded {
                1.0
            } else {
                strsim::jaro_winkler(&candidate_folded, &folded)
            };
            (similarity, candidate)
        })
        .filter(|(similarity, _)| *similarity >= FLOOR)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate.to_owned())
}

//! The catalog of a role: what it may not read does not exist in it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    Catalog, CatalogError, Enum, Join, Relation, Resource, Rights, Type, build, component_names,
    hiding::{Functions, Hiding},
    relations,
};
use crate::settings::ResourcePolicy;

/// What a role may name, by the names of models. Models that are not here do not exist for it.
#[derive(Debug, Clone, Default)]
pub struct Narrowing(pub BTreeMap<String, ResourceNarrowing>);

/// What a role may name of a resource.
#[derive(Debug, Clone)]
pub struct ResourceNarrowing {
    pub rights: Rights,
    /// The fields that it may read.
    pub readable: BTreeSet<String>,
    /// The fields that it may write.
    pub writable: BTreeSet<String>,
    /// The fields to which its policies give values in new rows.
    pub presets: BTreeSet<String>,
    /// The relations whose foreign key or join row it may write though it may not write the fields.
    /// `None` is all of them.
    pub relations: Option<BTreeSet<String>>,
    /// The functions of a row that it may read.
    pub functions: BTreeSet<String>,
}

impl Catalog {
    /// The catalog of a role. Its resources have the ids that they have here, and their columns the
    /// same positions.
    ///
    /// # Errors
    /// A field of a key is not readable.
    pub fn narrowed(
        &self,
        policy: &BTreeMap<String, ResourcePolicy>,
        narrowing: &Narrowing,
    ) -> Result<Self, CatalogError> {
        let mut alike = BTreeMap::new();
        for (schema, catalog) in &self.alike {
            let narrowed = catalog.narrowed_alone(policy, narrowing)?;
            alike.insert(schema.clone(), Arc::new(narrowed));
        }
        Ok(Self {
            alike,
            ..self.narrowed_alone(policy, narrowing)?
        })
    }

    /// The catalog of a role that may name nothing.
    pub fn without_resources(&self) -> Self {
        Self {
            resources: Vec::new(),
            enums: Vec::new(),
            snapshot: self.snapshot.clone(),
            reflected_schemas: self.reflected_schemas.clone(),
            alike: BTreeMap::new(),
            first_id: self.first_id,
            positions: Vec::new(),
            by_path: HashMap::new(),
            hiding: self.hiding.clone(),
        }
    }

    fn narrowed_alone(
        &self,
        policy: &BTreeMap<String, ResourcePolicy>,
        narrowing: &Narrowing,
    ) -> Result<Self, CatalogError> {
        let policy = hiding_policy(self, policy, narrowing);
        let hiding = self.hiding.with(&Hiding::of(&self.snapshot, &policy));
        let enums = build::enums(&self.snapshot);
        let mut resources = Vec::new();
        let mut positions = vec![None; self.resources.len()];
        for whole in &self.resources {
            let Some(allowed) = narrowing.0.get(&whole.name) else {
                continue;
            };
            let Some(table) = self.snapshot.table(&whole.schema, &whole.table) else {
                continue;
            };
            let functions = Functions::Named(allowed.functions.clone());
            let mut resource =
                build::resource(table, &policy[&whole.name], &hiding, functions, &enums)?;
            resource.id = whole.id;
            allowed.limit(&mut resource);
            positions[whole.id.place(self.first_id)] = Some(resources.len());
            resources.push(resource);
        }
        relations::resolve(&mut resources, &self.snapshot);
        for resource in &mut resources {
            let allowed = &narrowing.0[&resource.name];
            let locked: Vec<bool> = resource
                .relations
                .iter()
                .map(|relation| allowed.locks(resource, relation))
                .collect();
            for (relation, locked) in resource.relations.iter_mut().zip(locked) {
                relation.locked = locked;
            }
        }
        let enums = used_enums(&resources);
        component_names::join(&mut resources, &enums);
        let by_path: HashMap<String, usize> = resources
            .iter()
            .enumerate()
            .map(|(position, resource)| (resource.path.clone(), position))
            .collect();
        Ok(Self {
            resources: resources.into_iter().map(Arc::new).collect(),
            enums,
            snapshot: self.snapshot.clone(),
            reflected_schemas: self.reflected_schemas.clone(),
            alike: BTreeMap::new(),
            first_id: self.first_id,
            positions,
            by_path,
            hiding,
        })
    }
}

impl ResourceNarrowing {
    /// Takes from a resource what the role may not name, and marks what it may not write.
    fn limit(&self, resource: &mut Resource) {
        resource.rights = self.rights;
        let (readable, writable) = (&self.readable, &self.writable);
        resource.by_field.retain(|field, _| {
            readable.contains(field) || writable.contains(field) || self.presets.contains(field)
        });
        for column in &mut resource.columns {
            column.locked = !writable.contains(&column.field);
            column.preset = self.presets.contains(&column.field);
        }
    }

    fn locks(&self, resource: &Resource, relation: &Relation) -> bool {
        let is_named = |names: &BTreeSet<String>| names.contains(&relation.name);
        if self.relations.as_ref().is_none_or(is_named) {
            return false;
        }
        match &relation.join {
            Join::Through(_) => true,
            Join::Direct(pairs) => pairs.iter().any(|&(here, _)| resource.columns[here].locked),
        }
    }
}

/// The policy under which the fields that a role may not read are hidden.
fn hiding_policy(
    catalog: &Catalog,
    policy: &BTreeMap<String, ResourcePolicy>,
    narrowing: &Narrowing,
) -> BTreeMap<String, ResourcePolicy> {
    let tables = catalog.snapshot.tables.iter();
    let tables = tables.map(|table| {
        let mut of_table = policy.get(&table.model).cloned().unwrap_or_default();
        let allowed = narrowing.0.get(&table.model);
        for column in &table.columns {
            let is_readable = allowed.is_some_and(|one| one.readable.contains(&column.field));
            if !is_readable && !of_table.hidden.contains(&column.field) {
                of_table.hidden.push(column.field.clone());
            }
        }
        (table.model.clone(), of_table)
    });
    tables.collect()
}

/// The enums of fields that can be named.
fn used_enums(resources: &[Resource]) -> Vec<Arc<Enum>> {
    fn enum_of(data_type: &Type) -> Option<&Arc<Enum>> {
        match data_type {
            Type::Enum(found) => Some(found),
            Type::Array(item) => enum_of(item),
            _ => None,
        }
    }
    let columns = resources.iter().flat_map(|resource| {
        let columns = resource.columns.iter();
        columns.filter(|column| resource.by_field.contains_key(&column.field))
    });
    let mut found: Vec<Arc<Enum>> = columns
        .filter_map(|column| enum_of(&column.data_type).cloned())
        .collect();
    found.sort_by(|left, right| left.model.cmp(&right.model));
    found.dedup_by(|left, right| Arc::ptr_eq(left, right));
    found
}

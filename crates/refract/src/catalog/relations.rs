//! Turns the relations of the snapshot into relations between resources.

use std::collections::HashMap;

use reflect::snapshot::{self, Snapshot};

use super::{Join, Junction, Relation, Resource};

type Places<'snapshot> = HashMap<(&'snapshot str, &'snapshot str), usize>;

/// Gives every resource its relations. A relation to a table that is not served is left out. So is
/// a relation by a hidden column, because its rows would show the column's value.
pub(super) fn resolve(resources: &mut [Resource], snapshot: &Snapshot) {
    let names = |resource: &Resource| (resource.schema.clone(), resource.table.clone());
    let tables: Vec<_> = resources.iter().map(names).collect();
    let places: Places<'_> = tables
        .iter()
        .enumerate()
        .map(|(place, (schema, table))| ((schema.as_str(), table.as_str()), place))
        .collect();
    for place in 0..resources.len() {
        let (schema, table) = &tables[place];
        let Some(table) = snapshot.table(schema, table) else {
            continue;
        };
        let relations = table.relations.iter();
        let relations = relations.filter_map(|one| relation(resources, &places, place, one));
        resources[place].relations = relations.collect();
    }
}

fn relation(
    resources: &[Resource],
    places: &Places<'_>,
    place: usize,
    relation: &snapshot::Relation,
) -> Option<Relation> {
    let target = *places.get(&(relation.schema.as_str(), relation.table.as_str()))?;
    let here = columns(&resources[place], &relation.columns)?;
    let there = columns(&resources[target], &relation.references)?;
    let join = match &relation.through {
        None => Join::Direct(here.into_iter().zip(there).collect()),
        Some(through) => Join::Through(Junction {
            schema: through.schema.clone(),
            table: through.table.clone(),
            near: here.into_iter().zip(through.columns.clone()).collect(),
            far: through.references.iter().cloned().zip(there).collect(),
        }),
    };
    Some(Relation {
        name: relation.name.clone(),
        target: resources[target].id,
        cardinality: relation.cardinality,
        join,
        foreign_key: relation.foreign_key.clone(),
        locked: false,
    })
}

fn columns(resource: &Resource, names: &[String]) -> Option<Vec<usize>> {
    names.iter().map(|name| resource.named(name)).collect()
}

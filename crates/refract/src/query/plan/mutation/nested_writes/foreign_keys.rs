//! The columns by which rows refer to other rows, and those that become NULL when a reference ends.

use reflect::snapshot::Cardinality;

use crate::catalog::{Join, Relation, Resource};

/// Whether `resource` itself has the columns by which its rows refer to others. They need not be a
/// foreign key of the database: `relationMode = "prisma"` makes none
/// (<https://www.prisma.io/docs/orm/prisma-schema/data-model/relations/relation-mode>).
pub fn owns_key(resource: &Resource, relation: &Relation) -> bool {
    let columns = relation.columns();
    match (relation.cardinality, &relation.foreign_key) {
        (Cardinality::ManyToOne, _) => true,
        (Cardinality::OneToMany | Cardinality::ManyToMany, _) => false,
        (Cardinality::OneToOne, Some(name)) => {
            let mut keys = resource.foreign_keys.iter();
            keys.any(|key| key.name == *name && resource.positions(&key.columns) == columns)
        }
        // The side that others refer to is joined by its primary key.
        (Cardinality::OneToOne, None) => {
            let key = resource.primary_key.as_ref();
            key.is_none_or(|key| resource.positions(&key.columns) != columns)
        }
    }
}

/// Columns by which rows of a resource refer to another row. If one of them is NULL, the row refers
/// to no other.
#[derive(Debug)]
pub struct Reference<'resource> {
    /// `None` for a foreign key without a relation.
    pub relation: Option<&'resource str>,
    pub columns: Vec<usize>,
}

impl Reference<'_> {
    /// Whether it has some of these columns, but is not made of the same columns. References of the
    /// same columns are not told apart.
    pub fn shares(&self, columns: &[usize]) -> bool {
        self.columns.iter().any(|column| columns.contains(column))
            && !is_same_set(&self.columns, columns)
    }
}

/// Every reference that rows of a resource have.
pub fn references(resource: &Resource) -> Vec<Reference<'_>> {
    let relations = resource.relations.iter();
    let mut all: Vec<Reference<'_>> = relations
        .filter(|relation| matches!(relation.join, Join::Direct(_)))
        .filter(|relation| owns_key(resource, relation))
        .map(|relation| Reference {
            relation: Some(&relation.name),
            columns: relation.columns(),
        })
        .collect();
    for key in &resource.foreign_keys {
        let columns = resource.positions(&key.columns);
        if !all.iter().any(|one| is_same_set(&one.columns, &columns)) {
            let relation = None;
            all.push(Reference { relation, columns });
        }
    }
    all
}

/// The columns of a reference that become NULL when a row no longer refers to another: the nullable
/// columns that no other reference has or, if there are none, all nullable ones. If no column is
/// nullable, the row must refer to a row.
pub fn nulled_columns(resource: &Resource, columns: &[usize]) -> Vec<usize> {
    let nullable = columns.iter().copied();
    let nullable = nullable.filter(|&column| resource.columns[column].nullable);
    let nullable: Vec<usize> = nullable.collect();
    if columns.len() < 2 {
        return nullable;
    }
    let others = references(resource);
    let is_shared = |column: &usize| {
        let mut others = others.iter().filter(|one| one.shares(columns));
        others.any(|one| one.columns.contains(column))
    };
    let unshared = nullable.iter().copied();
    let unshared: Vec<usize> = unshared.filter(|column| !is_shared(column)).collect();
    if unshared.is_empty() {
        nullable
    } else {
        unshared
    }
}

fn is_same_set(some: &[usize], others: &[usize]) -> bool {
    some.len() == others.len() && some.iter().all(|column| others.contains(column))
}

//! `"author": {"connect": {…}}`: what is to be done with the rows of a relation.

use std::sync::Arc;

use reflect::snapshot::Cardinality;

use super::{NestedWrite, WhereUnique};
use crate::catalog::{Join, Relation, Resource};

/// What is to be done with the rows of a relation, in this order.
#[derive(Debug)]
pub struct RelationWrite {
    pub from: Arc<Resource>,
    /// ColumnPath among the relations of `from`.
    pub relation: usize,
    pub target: Arc<Resource>,
    /// What stands before the deeds where a problem names them: `author.`.
    pub path: String,
    pub deeds: Vec<Deed>,
    /// Whether the foreign key is in `from`: then the target is seen to before the row itself.
    pub is_owned: bool,
}

/// What is to be done with one row of a relation, or with all of them.
#[derive(Debug)]
pub enum Deed {
    /// The rows of the relation are these, and no others.
    Set(Vec<WhereUnique>),
    /// It is no longer of the relation; without a name, whichever it is.
    Disconnect(Option<WhereUnique>),
    Delete {
        which: Option<WhereUnique>,
        path: String,
    },
    Update {
        which: Option<WhereUnique>,
        tree: NestedWrite,
    },
    Connect(WhereUnique),
    ConnectOrCreate(WhereUnique, NestedWrite),
    /// New rows; those that are there already may be left out.
    Create {
        trees: Vec<NestedWrite>,
        skip_duplicates: bool,
    },
}

impl Deed {
    /// Rows that it writes.
    pub(super) fn trees(&self) -> &[NestedWrite] {
        match self {
            Self::Update { tree, .. } | Self::ConnectOrCreate(_, tree) => {
                std::slice::from_ref(tree)
            }
            Self::Create { trees, .. } => trees,
            Self::Set(_) | Self::Disconnect(_) | Self::Delete { .. } | Self::Connect(_) => &[],
        }
    }
}

impl RelationWrite {
    pub fn relation(&self) -> &Relation {
        &self.from.relations[self.relation]
    }

    /// Whether a row that comes takes the place of another, which then refers to none.
    pub fn replaces(&self) -> bool {
        self.relation().is_to_one() && !self.is_owned && self.may_be_alone()
    }

    /// Columns of `from` that take their values from the target.
    pub(super) fn gives(&self) -> Vec<usize> {
        if self.is_owned {
            self.relation().columns()
        } else {
            Vec::new()
        }
    }

    /// Columns of the target that take their values from a row of `from`.
    pub(super) fn gives_to_target(&self) -> Vec<usize> {
        match &self.relation().join {
            Join::Direct(_) if !self.is_owned => self.relation().references(),
            Join::Direct(_) | Join::Through(_) => Vec::new(),
        }
    }

    /// Whether it is the relation by which its row hangs on the row around it.
    pub(super) fn leads_back(&self, around: &Self) -> bool {
        self.is_owned
            && !around.is_owned
            && Arc::ptr_eq(&self.from, &around.target)
            && Arc::ptr_eq(&self.target, &around.from)
            && self.relation().foreign_key == around.relation().foreign_key
            && self.relation().columns() == around.gives_to_target()
    }

    pub(super) fn may_be_alone(&self) -> bool {
        may_be_alone(&self.from, &self.target, self.relation())
    }
}

/// Whether `resource` itself has the columns by which its rows refer to others. That need not be a
/// foreign key: with `relationMode = "prisma"` there is none
/// (<https://www.prisma.io/docs/orm/prisma-schema/data-model/relations/relation-mode>).
pub fn is_owned(resource: &Resource, relation: &Relation) -> bool {
    let columns = relation.columns();
    match (relation.cardinality, &relation.foreign_key) {
        (Cardinality::ManyToOne, _) => true,
        (Cardinality::OneToMany | Cardinality::ManyToMany, _) => false,
        (Cardinality::OneToOne, Some(name)) => {
            let mut keys = resource.foreign_keys.iter();
            keys.any(|key| key.name == *name && resource.positions(&key.columns) == columns)
        }
        // What others refer to is the key.
        (Cardinality::OneToOne, None) => {
            let key = resource.primary_key.as_ref();
            key.is_none_or(|key| resource.positions(&key.columns) != columns)
        }
    }
}

/// Whether rows on the side of the foreign key may be without the other.
pub fn may_be_alone(resource: &Resource, target: &Resource, relation: &Relation) -> bool {
    let (rows, columns) = match &relation.join {
        Join::Through(_) => return true,
        Join::Direct(_) if is_owned(resource, relation) => (resource, relation.columns()),
        Join::Direct(_) => (target, relation.references()),
    };
    !given_up(rows, &columns).is_empty()
}

/// Columns by which rows of a resource refer to another row: with one of them NULL, to none.
#[derive(Debug)]
pub struct Reference<'resource> {
    /// The relation; `None` for a foreign key that no relation shows.
    pub relation: Option<&'resource str>,
    pub columns: Vec<usize>,
}

impl Reference<'_> {
    /// Whether it shares some of these columns, but is not made of just them: two references of the
    /// same columns cannot be told apart, and lead where these columns lead.
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
        .filter(|relation| is_owned(resource, relation))
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

/// Which columns of a reference become NULL when a row gives it up: those that no other reference
/// needs, where there are some. Of none, the row must refer to something.
pub fn given_up(resource: &Resource, columns: &[usize]) -> Vec<usize> {
    let nullable = columns.iter().copied();
    let nullable = nullable.filter(|&column| resource.columns[column].nullable);
    let nullable: Vec<usize> = nullable.collect();
    if columns.len() < 2 {
        return nullable;
    }
    let others = references(resource);
    let others = || others.iter().filter(|one| one.shares(columns));
    let own = nullable.iter().copied();
    let own = own.filter(|column| !others().any(|one| one.columns.contains(column)));
    let own: Vec<usize> = own.collect();
    if own.is_empty() { nullable } else { own }
}

fn is_same_set(some: &[usize], others: &[usize]) -> bool {
    some.len() == others.len() && some.iter().all(|column| others.contains(column))
}

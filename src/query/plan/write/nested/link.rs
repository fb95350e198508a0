//! `"author": {"connect": {…}}`: what is to be done with the rows of a relation.

use std::sync::Arc;

use reflect::snapshot::Cardinality;

use super::{Tree, Unique};
use crate::catalog::{Join, Relation, Resource};

/// What is to be done with the rows of a relation, in this order.
#[derive(Debug)]
pub struct Link {
    pub from: Arc<Resource>,
    /// Place among the relations of `from`.
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
    Set(Vec<Unique>),
    /// It is no longer of the relation; without a name, whichever it is.
    Disconnect(Option<Unique>),
    Delete {
        which: Option<Unique>,
        path: String,
    },
    Update {
        which: Option<Unique>,
        tree: Tree,
    },
    Connect(Unique),
    ConnectOrCreate(Unique, Tree),
    /// New rows; those that are there already may be left out.
    Create {
        trees: Vec<Tree>,
        skip_duplicates: bool,
    },
}

impl Deed {
    /// Rows that it writes.
    pub(super) fn trees(&self) -> &[Tree] {
        match self {
            Self::Update { tree, .. } | Self::ConnectOrCreate(_, tree) => {
                std::slice::from_ref(tree)
            }
            Self::Create { trees, .. } => trees,
            Self::Set(_) | Self::Disconnect(_) | Self::Delete { .. } | Self::Connect(_) => &[],
        }
    }
}

impl Link {
    pub fn relation(&self) -> &Relation {
        &self.from.relations[self.relation]
    }

    /// Whether a row that comes takes the place of another, which then refers to none.
    pub fn replaces(&self) -> bool {
        let relation = self.relation();
        let mut columns = relation.references().into_iter();
        relation.is_to_one()
            && !self.is_owned
            && columns.all(|column| self.target.columns[column].nullable)
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
    columns.iter().all(|&column| rows.columns[column].nullable)
}

//! Which resources are related, and which relation an embed means.
//!
//! Foreign keys relate tables, and views that copy their columns; junctions and functions of rows
//! do too.

mod detection;
mod embed_errors;

use std::collections::HashMap;

use crate::catalog::Catalog;
use crate::postgrest::postgrest_error::PostgrestError;
use reflect::snapshot::TableKind;

/// Every relation between resources, by the position of the resource it starts from.
#[derive(Debug, Default)]
pub struct Relationships {
    by_origin: HashMap<usize, Vec<Relationship>>,
    keys: HashMap<usize, Vec<String>>,
}

/// A relation seen from `origin`.
#[derive(Debug, Clone, PartialEq)]
pub struct Relationship {
    /// Positions in [`Catalog::resources`].
    pub origin: usize,
    pub target: usize,
    pub cardinality: Cardinality,
    pub join: Join,
}

/// How many rows stand on either side, in the order in which refusals list them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cardinality {
    OneToMany,
    ManyToOne,
    OneToOne,
    ManyToMany,
}

/// What the rows have in common.
#[derive(Debug, Clone, PartialEq)]
pub enum Join {
    Direct {
        constraint: String,
        /// Pairs of equal columns: of the origin, of the target.
        columns: Vec<(String, String)>,
        /// Whether the foreign key is the origin's.
        outward: bool,
    },
    Through {
        schema: String,
        table: String,
        near: String,
        /// Pairs: of the origin, of the junction.
        near_columns: Vec<(String, String)>,
        far: String,
        /// Pairs: of the junction, of the target.
        far_columns: Vec<(String, String)>,
    },
    /// A function of a row gives its related rows.
    Computed { schema: String, function: String },
}

impl Relationships {
    /// Those of the resources of a catalog.
    pub fn of(catalog: &Catalog) -> Self {
        detection::relationships(catalog)
    }

    /// The primary key of a resource; a view's are the keys that it copies.
    pub fn key(&self, resource: usize) -> &[String] {
        self.keys.get(&resource).map_or(&[], Vec::as_slice)
    }

    /// The relation that `target` means, seen from `origin`. Those within a schema are preferred.
    ///
    /// # Errors
    /// PGRST200 where there is none, PGRST201 where there are several.
    pub fn find(
        &self,
        catalog: &Catalog,
        origin: usize,
        target: &str,
        hint: Option<&str>,
    ) -> Result<&Relationship, PostgrestError> {
        let of_origin = self.by_origin.get(&origin).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<_> = of_origin
            .iter()
            .filter(|one| one.is_meant_by(catalog, target, hint))
            .collect();
        let schema = &catalog.resources[origin].schema;
        let is_near = |one: &&Relationship| catalog.resources[one.target].schema == *schema;
        if found.iter().any(is_near) {
            found.retain(is_near);
        }
        match found.as_slice() {
            [one] => Ok(one),
            [] => Err(self.none(catalog, origin, target, hint)),
            _ => {
                found.sort_by_key(|one| (one.cardinality, one.constraint().to_owned()));
                Err(embed_errors::several(catalog, origin, target, &found))
            }
        }
    }
}

impl Relationship {
    /// Whether it leads to one row at most.
    pub fn is_to_one(&self) -> bool {
        matches!(
            self.cardinality,
            Cardinality::ManyToOne | Cardinality::OneToOne
        )
    }

    fn is_meant_by(&self, catalog: &Catalog, target: &str, hint: Option<&str>) -> bool {
        let found = &catalog.resources[self.target];
        let is_named = found.table == target;
        match &self.join {
            Join::Direct {
                constraint,
                columns,
                outward,
            } => {
                let single = match columns.as_slice() {
                    [pair] => Some(pair),
                    _ => None,
                };
                let is_own_column = single.is_some_and(|(here, _)| here == target);
                let of_itself = self.origin == self.target;
                match hint {
                    // The table's name means the children, the column's the parent.
                    None if of_itself => (is_named && !outward) || (is_own_column && *outward),
                    // Views are found by their names only.
                    None => {
                        let is_table = found.kind == TableKind::Table;
                        is_named || is_table && (constraint == target || is_own_column)
                    }
                    Some(hint) if of_itself => {
                        let by_column = single.is_some_and(|(_, there)| there == hint);
                        is_named && !outward && by_column
                    }
                    Some(hint) => {
                        let by_column =
                            single.is_some_and(|(here, there)| here == hint || there == hint);
                        is_named && (by_column || constraint == hint)
                    }
                }
            }
            Join::Through { table, .. } => is_named && hint.is_none_or(|hint| hint == table),
            Join::Computed { function, .. } => function == target,
        }
    }

    /// What a hint would name it by.
    fn constraint(&self) -> &str {
        match &self.join {
            Join::Direct { constraint, .. } => constraint,
            Join::Through { table, .. } => table,
            Join::Computed { function, .. } => function,
        }
    }
}

impl Cardinality {
    fn name(self) -> &'static str {
        match self {
            Self::ManyToOne => "many-to-one",
            Self::OneToMany => "one-to-many",
            Self::OneToOne => "one-to-one",
            Self::ManyToMany => "many-to-many",
        }
    }
}

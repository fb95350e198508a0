//! The relationships between resources, and the one that an embed means.
//!
//! A relationship comes from a foreign key between tables, from views that copy the columns of one,
//! from a junction table, or from a function that takes a row.
//! Source of the rules: <https://docs.postgrest.org/en/stable/references/api/resource_embedding.html>.

mod detection;
mod embed_errors;

use std::{collections::HashMap, sync::Arc};

use reflect::snapshot::TableKind;

use crate::{
    catalog::{Resource, ResourceId},
    postgrest::postgrest_error::PostgrestError,
    query::plan::{Visibility, VisibleFilter},
};

/// Every relationship of a catalog, by the resource that it starts from.
#[derive(Debug, Default)]
pub struct Relationships {
    by_origin: HashMap<ResourceId, Vec<Relationship>>,
    keys: HashMap<ResourceId, Vec<String>>,
}

/// A relationship seen from `origin`.
#[derive(Debug, Clone)]
pub struct Relationship {
    pub origin: Arc<Resource>,
    pub target: Arc<Resource>,
    pub cardinality: Cardinality,
    pub join: Join,
}

/// The numbers of rows on either side, in the order in which errors list relationships.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cardinality {
    OneToMany,
    ManyToOne,
    OneToOne,
    ManyToMany,
}

/// How rows of the target are found.
#[derive(Debug, Clone, PartialEq)]
pub enum Join {
    Direct {
        constraint: String,
        /// Pairs of equal columns: of the origin, of the target.
        columns: Vec<(String, String)>,
        /// Whether the origin holds the foreign key.
        outward: bool,
    },
    Through {
        schema: String,
        table: String,
        /// The junction as a resource, if it is one.
        rows: Option<JunctionRows>,
        near: String,
        /// Pairs: of the origin, of the junction.
        near_columns: Vec<(String, String)>,
        far: String,
        /// Pairs: of the junction, of the target.
        far_columns: Vec<(String, String)>,
    },
    /// A function of a row returns its related rows.
    Computed { schema: String, function: String },
}

/// The rows of a junction that is a resource of its own.
#[derive(Debug, Clone)]
pub struct JunctionRows {
    pub resource: Arc<Resource>,
    /// Which of them may be seen.
    pub visible: VisibleFilter,
}

impl JunctionRows {
    fn of(resource: &Arc<Resource>) -> Self {
        Self {
            resource: resource.clone(),
            visible: Visibility::every_row().all(resource),
        }
    }
}

impl PartialEq for JunctionRows {
    fn eq(&self, other: &Self) -> bool {
        self.resource.id == other.resource.id && self.visible == other.visible
    }
}

impl Join {
    /// The same join, over the rows of its junction that may be seen.
    pub fn seen_by(&self, visibility: Visibility<'_>) -> Self {
        let mut join = self.clone();
        if let Self::Through {
            rows: Some(rows), ..
        } = &mut join
        {
            rows.visible = visibility.related().all(&rows.resource);
        }
        join
    }
}

impl Relationships {
    /// The primary key of a resource. A view has the keys that it copies.
    pub fn key(&self, resource: &Resource) -> &[String] {
        self.keys.get(&resource.id).map_or(&[], Vec::as_slice)
    }

    fn of_origin(&self, origin: &Resource) -> &[Relationship] {
        self.by_origin.get(&origin.id).map_or(&[], Vec::as_slice)
    }

    /// The relationship that `target` means, seen from `origin`. One within the schema of `origin`
    /// goes before those that leave it.
    ///
    /// # Errors
    /// PGRST200 where there is none, PGRST201 where there are several.
    pub fn find(
        &self,
        origin: &Resource,
        target: &str,
        hint: Option<&str>,
    ) -> Result<&Relationship, PostgrestError> {
        let all = self.of_origin(origin).iter();
        let mut found: Vec<_> = all.filter(|one| one.is_meant_by(target, hint)).collect();
        let is_near = |one: &&Relationship| one.target.schema == origin.schema;
        if found.iter().any(is_near) {
            found.retain(is_near);
        }
        match found.as_slice() {
            [one] => Ok(one),
            [] => Err(embed_errors::none(
                self.of_origin(origin),
                origin,
                target,
                hint,
            )),
            _ => {
                found.sort_by_key(|one| (one.cardinality, one.hint().to_owned()));
                Err(embed_errors::several(origin, target, &found))
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

    fn is_meant_by(&self, target: &str, hint: Option<&str>) -> bool {
        let is_named = self.target.table == target;
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
                let is_to_itself = self.origin.id == self.target.id;
                match hint {
                    // The name of the table means the children, the name of the column the parent.
                    None if is_to_itself => (is_named && !outward) || (is_own_column && *outward),
                    // A view is found by its name only.
                    None => {
                        let is_table = self.target.kind == TableKind::Table;
                        is_named || is_table && (constraint == target || is_own_column)
                    }
                    Some(hint) if is_to_itself => {
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

    /// The hint that means this relationship.
    fn hint(&self) -> &str {
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

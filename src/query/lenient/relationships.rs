//! Which tables are related, by their foreign keys, and which relation an embed means.

use std::collections::HashMap;

use reflect::snapshot::{ForeignKey, Table, TableKind};
use serde_json::{Value, json};

use super::Refusal;
use crate::catalog::{Catalog, Resource, nearest};

/// Every relation between resources, by the position of the resource it starts from.
#[derive(Debug, Default)]
pub struct Relationships {
    by_origin: HashMap<usize, Vec<Relationship>>,
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

/// How many rows stand on either side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cardinality {
    ManyToOne,
    OneToMany,
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
}

impl Relationships {
    /// Those that the foreign keys of a catalog make. A relation that rests on a hidden column is
    /// none: whoever follows it learns what the column holds.
    pub fn of(catalog: &Catalog) -> Self {
        let mut all = Self::default();
        for (place, resource) in catalog.resources.iter().enumerate() {
            if resource.soft_delete.is_some() {
                continue;
            }
            for key in &resource.foreign_keys {
                all.direct(catalog, place, resource, key);
            }
        }
        for table in &catalog.snapshot.tables {
            all.through(catalog, table);
        }
        all
    }

    fn add(&mut self, relationship: Relationship) {
        let of_origin = self.by_origin.entry(relationship.origin).or_default();
        of_origin.push(relationship);
    }

    fn direct(&mut self, catalog: &Catalog, place: usize, resource: &Resource, key: &ForeignKey) {
        let Some(target) = position(catalog, &key.schema, &key.table) else {
            return;
        };
        let referenced = &catalog.resources[target];
        if !all_visible(resource, &key.columns) || !all_visible(referenced, &key.references) {
            return;
        }
        let is_unique = is_unique(resource, &key.columns);
        let columns = key.columns.iter().cloned();
        let outward: Vec<_> = columns
            .clone()
            .zip(key.references.iter().cloned())
            .collect();
        let inward: Vec<_> = key.references.iter().cloned().zip(columns).collect();
        let join = |columns, outward| Join::Direct {
            constraint: key.name.clone(),
            columns,
            outward,
        };
        self.add(Relationship {
            origin: place,
            target,
            cardinality: if is_unique {
                Cardinality::OneToOne
            } else {
                Cardinality::ManyToOne
            },
            join: join(outward, true),
        });
        self.add(Relationship {
            origin: target,
            target: place,
            cardinality: if is_unique {
                Cardinality::OneToOne
            } else {
                Cardinality::OneToMany
            },
            join: join(inward, false),
        });
    }

    /// A junction holds two foreign keys within its primary key. Prisma's own have a unique index
    /// in its place before its version 6.
    fn through(&mut self, catalog: &Catalog, table: &Table) {
        let in_key = |key: &ForeignKey| {
            table.kind == TableKind::Junction
                || table.primary_key.as_ref().is_some_and(|primary| {
                    key.columns
                        .iter()
                        .all(|name| primary.columns.contains(name))
                })
        };
        let served = catalog.by_table(&table.schema, &table.name);
        let keys = || {
            let keys = table.foreign_keys.iter().filter(|key| in_key(key));
            keys.filter(|key| served.is_none_or(|resource| all_visible(resource, &key.columns)))
        };
        for near in keys() {
            for far in keys().filter(|far| far.name != near.name) {
                let places = (
                    position(catalog, &near.schema, &near.table),
                    position(catalog, &far.schema, &far.table),
                );
                let (Some(origin), Some(target)) = places else {
                    continue;
                };
                let visible = all_visible(&catalog.resources[origin], &near.references)
                    && all_visible(&catalog.resources[target], &far.references);
                // Of a table with itself nothing would say which of the two is meant.
                if origin == target || !visible {
                    continue;
                }
                let pairs = |left: &[String], right: &[String]| {
                    left.iter().cloned().zip(right.iter().cloned()).collect()
                };
                self.add(Relationship {
                    origin,
                    target,
                    cardinality: Cardinality::ManyToMany,
                    join: Join::Through {
                        schema: table.schema.clone(),
                        table: table.name.clone(),
                        near: near.name.clone(),
                        near_columns: pairs(&near.references, &near.columns),
                        far: far.name.clone(),
                        far_columns: pairs(&far.columns, &far.references),
                    },
                });
            }
        }
    }

    /// The relation that `target` means, seen from `origin`.
    ///
    /// # Errors
    /// PGRST200 where there is none, PGRST201 where there are several.
    pub fn find(
        &self,
        catalog: &Catalog,
        origin: usize,
        target: &str,
        hint: Option<&str>,
    ) -> Result<&Relationship, Refusal> {
        let of_origin = self.by_origin.get(&origin).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<_> = of_origin
            .iter()
            .filter(|one| one.is_meant_by(catalog, target, hint))
            .collect();
        match found.as_slice() {
            [one] => Ok(one),
            [] => Err(self.none(catalog, origin, target, hint)),
            _ => {
                found.sort_by_key(|one| (one.cardinality, one.constraint().to_owned()));
                Err(several(catalog, origin, target, &found))
            }
        }
    }

    fn none(&self, catalog: &Catalog, origin: usize, target: &str, hint: Option<&str>) -> Refusal {
        let from = &catalog.resources[origin];
        let using = hint
            .map(|hint| format!(" using the hint '{hint}'"))
            .unwrap_or_default();
        let related = self.by_origin.get(&origin).into_iter().flatten();
        let related = related.map(|one| catalog.resources[one.target].table.as_str());
        let near = nearest(target, related).filter(|near| near != target);
        Refusal::new(
            400,
            "PGRST200",
            format!(
                "Could not find a relationship between '{}' and '{target}' in the schema cache",
                from.table
            ),
        )
        .details(format!(
            "Searched for a foreign key relationship between '{}' and '{target}'{using} in the \
             schema '{}', but no matches were found.",
            from.table, from.schema
        ))
        .hint(near.map(|near| format!("Perhaps you meant '{near}' instead of '{target}'.")))
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
        let table = &catalog.resources[self.target].table;
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
                let is_own_column = *outward && single.is_some_and(|(here, _)| here == target);
                let of_itself = self.origin == self.target;
                match hint {
                    // The table's name means the children, the column's the parent.
                    None if of_itself => (table == target && !outward) || is_own_column,
                    None => table == target || constraint == target || is_own_column,
                    Some(hint) if of_itself => {
                        let by_column = single.is_some_and(|(_, there)| there == hint);
                        table == target && !outward && (by_column || constraint == hint)
                    }
                    Some(hint) => {
                        let by_column =
                            single.is_some_and(|(here, there)| here == hint || there == hint);
                        table == target && (by_column || constraint == hint)
                    }
                }
            }
            Join::Through {
                table: junction, ..
            } => table == target && hint.is_none_or(|hint| hint == junction),
        }
    }

    /// What a hint would name it by.
    fn constraint(&self) -> &str {
        match &self.join {
            Join::Direct { constraint, .. } => constraint,
            Join::Through { table, .. } => table,
        }
    }

    fn detail(&self, catalog: &Catalog) -> Value {
        let (origin, target) = (
            &catalog.resources[self.origin].table,
            &catalog.resources[self.target].table,
        );
        let names = |names: Vec<&String>| {
            let names: Vec<_> = names.into_iter().map(String::as_str).collect();
            names.join(", ")
        };
        let relationship = match &self.join {
            Join::Direct {
                constraint,
                columns,
                ..
            } => format!(
                "{constraint} using {origin}({}) and {target}({})",
                names(columns.iter().map(|(here, _)| here).collect()),
                names(columns.iter().map(|(_, there)| there).collect()),
            ),
            Join::Through {
                table,
                near,
                near_columns,
                far,
                far_columns,
                ..
            } => format!(
                "{table} using {near}({}) and {far}({})",
                names(near_columns.iter().map(|(_, column)| column).collect()),
                names(far_columns.iter().map(|(column, _)| column).collect()),
            ),
        };
        json!({
            "cardinality": self.cardinality.name(),
            "embedding": format!("{origin} with {target}"),
            "relationship": relationship,
        })
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

fn several(catalog: &Catalog, origin: usize, target: &str, found: &[&Relationship]) -> Refusal {
    let details: Vec<_> = found.iter().map(|one| one.detail(catalog)).collect();
    let names: Vec<_> = found
        .iter()
        .map(|one| {
            let table = &catalog.resources[one.target].table;
            format!("'{table}!{}'", one.constraint())
        })
        .collect();
    Refusal::new(
        300,
        "PGRST201",
        format!(
            "Could not embed because more than one relationship was found for '{}' and '{target}'",
            catalog.resources[origin].table
        ),
    )
    .details(details)
    .hint(Some(format!(
        "Try changing '{target}' to one of the following: {}. Find the desired relationship in \
         the 'details' key.",
        names.join(", ")
    )))
}

fn position(catalog: &Catalog, schema: &str, table: &str) -> Option<usize> {
    let mut resources = catalog.resources.iter();
    let place = resources.position(|one| one.schema == schema && one.table == table)?;
    // Rows that are marked as deleted would show.
    catalog.resources[place]
        .soft_delete
        .is_none()
        .then_some(place)
}

fn all_visible(resource: &Resource, names: &[String]) -> bool {
    names.iter().all(|name| {
        let mut columns = resource.columns.iter();
        columns.any(|column| column.name == *name && !column.hidden)
    })
}

/// Whether the columns are all of a key.
fn is_unique(resource: &Resource, names: &[String]) -> bool {
    let mut keys = resource.primary_key.iter().chain(&resource.unique_keys);
    keys.any(|key| {
        key.columns.len() == names.len() && key.columns.iter().all(|name| names.contains(name))
    })
}

//! Foreign keys and functions → relations between resources.

use std::collections::{BTreeMap, HashMap};

use reflect::snapshot::{Beneath, ForeignKey, Key, Table, TableKind};

use super::{Cardinality, Join, Relationship, Relationships};
use crate::catalog::{Catalog, Resource};

/// Ways in which a view shows the same columns, at most: it may copy one several times.
const MAX_FACES: usize = 8;

/// A table whose keys relate others.
struct Base<'a> {
    schema: &'a str,
    table: &'a str,
    primary_key: Option<&'a Key>,
    unique_keys: &'a [Key],
    foreign_keys: &'a [ForeignKey],
}

/// Columns of a table as a resource shows them: its own, or a view's copies.
#[derive(Clone)]
struct Face {
    resource: usize,
    columns: Vec<String>,
}

/// A foreign key seen from the resource that shows its columns.
struct Outward<'a> {
    key: &'a ForeignKey,
    near: Face,
    far: Face,
    is_unique: bool,
}

/// Relations of the resources of a catalog. One that rests on a hidden column is none: whoever
/// follows it learns what the column holds.
pub fn relationships(catalog: &Catalog) -> Relationships {
    let mut all = Relationships {
        keys: keys(catalog),
        ..Relationships::default()
    };
    let faces = Faces::of(catalog);
    let bases = bases(catalog);
    let mut outward: Vec<Outward<'_>> = Vec::new();
    for base in &bases {
        for key in base.foreign_keys {
            let nears = faces.of_columns(base.schema, base.table, &key.columns);
            let fars = faces.of_columns(&key.schema, &key.table, &key.references);
            for near in &nears {
                outward.extend(fars.iter().map(|far| Outward {
                    key,
                    near: near.clone(),
                    far: far.clone(),
                    is_unique: base.is_unique(&key.columns),
                }));
            }
        }
    }
    for one in &outward {
        all.direct(one);
    }
    all.through(catalog, &outward);
    for table in &catalog.snapshot.tables {
        if table.kind == TableKind::Junction {
            all.junction(&faces, table);
        }
    }
    all.computed(catalog);
    all
}

/// The primary key of every resource: a view's are the copied keys of the tables that it shows.
fn keys(catalog: &Catalog) -> HashMap<usize, Vec<String>> {
    let bases = bases(catalog);
    let places = catalog.resources.iter().enumerate();
    let keys = places.filter_map(|(place, resource)| {
        if let Some(key) = &resource.primary_key {
            return Some((place, key.columns.clone()));
        }
        let copies = copies(catalog, resource);
        let copy = |base: &Base<'_>, column: &String| {
            let name = (
                base.schema.to_owned(),
                base.table.to_owned(),
                column.clone(),
            );
            copies.get(&name).and_then(|all| all.first().cloned())
        };
        let columns: Vec<String> = bases
            .iter()
            .filter_map(|base| {
                let key = base.primary_key?.columns.iter();
                key.map(|column| copy(base, column))
                    .collect::<Option<Vec<_>>>()
            })
            .flatten()
            .collect();
        (!columns.is_empty()).then_some((place, columns))
    });
    keys.collect()
}

fn bases(catalog: &Catalog) -> Vec<Base<'_>> {
    let reflected = catalog.snapshot.tables.iter().map(|table| Base {
        schema: &table.schema,
        table: &table.name,
        primary_key: table.primary_key.as_ref(),
        unique_keys: &table.unique_keys,
        foreign_keys: &table.foreign_keys,
    });
    let beneath = catalog.snapshot.beneath.iter().map(|table: &Beneath| Base {
        schema: &table.schema,
        table: &table.name,
        primary_key: table.primary_key.as_ref(),
        unique_keys: &table.unique_keys,
        foreign_keys: &table.foreign_keys,
    });
    reflected.chain(beneath).collect()
}

impl Base<'_> {
    /// Whether the columns are all of a key.
    fn is_unique(&self, names: &[String]) -> bool {
        let mut keys = self.primary_key.into_iter().chain(self.unique_keys);
        keys.any(|key| {
            key.columns.len() == names.len() && key.columns.iter().all(|name| names.contains(name))
        })
    }
}

/// A column of a table: schema, table, column.
type Name = (String, String, String);

/// Which visible columns of a view are copies of a table's.
fn copies(catalog: &Catalog, view: &Resource) -> BTreeMap<Name, Vec<String>> {
    let mut copies: BTreeMap<Name, Vec<String>> = BTreeMap::new();
    let Some(table) = catalog.snapshot.table(&view.schema, &view.table) else {
        return copies;
    };
    for column in &table.columns {
        if let Some(origin) = &column.origin
            && view.named(&column.name).is_some()
        {
            let origin = origin.clone();
            let name = (origin.schema, origin.table, origin.column);
            copies.entry(name).or_default().push(column.name.clone());
        }
    }
    copies
}

/// The resources that show columns of tables.
struct Faces<'a> {
    catalog: &'a Catalog,
    /// By resource.
    views: Vec<(usize, BTreeMap<Name, Vec<String>>)>,
}

impl<'a> Faces<'a> {
    fn of(catalog: &'a Catalog) -> Self {
        let places = catalog.resources.iter().enumerate();
        let views = places.filter(|(_, resource)| resource.kind != TableKind::Table);
        Self {
            views: views
                .map(|(place, view)| (place, copies(catalog, view)))
                .collect(),
            catalog,
        }
    }

    fn of_columns(&self, schema: &str, table: &str, columns: &[String]) -> Vec<Face> {
        let mut faces = Vec::new();
        let mut resources = self.catalog.resources.iter();
        if let Some(resource) = resources.position(|one| one.schema == schema && one.table == table)
            && self.catalog.resources[resource].may_tell(columns)
        {
            let columns = columns.to_vec();
            faces.push(Face { resource, columns });
        }
        for (resource, copies) in &self.views {
            let of_each = columns.iter().map(|column| {
                let name = (schema.to_owned(), table.to_owned(), column.clone());
                copies.get(&name)
            });
            let Some(of_each) = of_each.collect::<Option<Vec<_>>>() else {
                continue;
            };
            let mut all: Vec<Vec<String>> = vec![Vec::new()];
            for copies in of_each {
                let longer = all.iter().flat_map(|columns| {
                    let with = |copy: &String| {
                        let mut columns = columns.clone();
                        columns.push(copy.clone());
                        columns
                    };
                    copies.iter().map(with).collect::<Vec<_>>()
                });
                all = longer.take(MAX_FACES).collect();
            }
            faces.extend(all.into_iter().map(|columns| Face {
                resource: *resource,
                columns,
            }));
        }
        faces
    }
}

impl Relationships {
    fn add(&mut self, relationship: Relationship) {
        let of_origin = self.by_origin.entry(relationship.origin).or_default();
        of_origin.push(relationship);
    }

    fn direct(&mut self, one: &Outward<'_>) {
        let to = |near: &Face, far: &Face, cardinality, outward| Relationship {
            origin: near.resource,
            target: far.resource,
            cardinality,
            join: Join::Direct {
                constraint: one.key.name.clone(),
                columns: pairs(&near.columns, &far.columns),
                outward,
            },
        };
        let (out, back) = if one.is_unique {
            (Cardinality::OneToOne, Cardinality::OneToOne)
        } else {
            (Cardinality::ManyToOne, Cardinality::OneToMany)
        };
        self.add(to(&one.near, &one.far, out, true));
        self.add(to(&one.far, &one.near, back, false));
    }

    /// A junction holds two foreign keys within its primary key.
    fn through(&mut self, catalog: &Catalog, outward: &[Outward<'_>]) {
        let within = |one: &&Outward<'_>| {
            let key = self.keys.get(&one.near.resource);
            !one.is_unique
                && key.is_some_and(|key| one.near.columns.iter().all(|name| key.contains(name)))
        };
        let halves: Vec<_> = outward.iter().filter(within).collect();
        for near in &halves {
            for far in &halves {
                // Of a table with itself nothing would say which of the two is meant.
                if near.near.resource != far.near.resource
                    || near.key.name == far.key.name
                    || near.far.resource == far.far.resource
                {
                    continue;
                }
                let junction = &catalog.resources[near.near.resource];
                self.add(Relationship {
                    origin: near.far.resource,
                    target: far.far.resource,
                    cardinality: Cardinality::ManyToMany,
                    join: Join::Through {
                        schema: junction.schema.clone(),
                        table: junction.table.clone(),
                        near: near.key.name.clone(),
                        near_columns: pairs(&near.far.columns, &near.near.columns),
                        far: far.key.name.clone(),
                        far_columns: pairs(&far.near.columns, &far.far.columns),
                    },
                });
            }
        }
    }

    /// A junction of Prisma's own, which is no resource. Before its version 6 a unique index stands
    /// in for its primary key.
    fn junction(&mut self, faces: &Faces<'_>, table: &Table) {
        for near in &table.foreign_keys {
            for far in &table.foreign_keys {
                if far.name == near.name {
                    continue;
                }
                let origins = faces.of_columns(&near.schema, &near.table, &near.references);
                let targets = faces.of_columns(&far.schema, &far.table, &far.references);
                for origin in &origins {
                    for target in targets.iter().filter(|it| it.resource != origin.resource) {
                        self.add(Relationship {
                            origin: origin.resource,
                            target: target.resource,
                            cardinality: Cardinality::ManyToMany,
                            join: Join::Through {
                                schema: table.schema.clone(),
                                table: table.name.clone(),
                                near: near.name.clone(),
                                near_columns: pairs(&origin.columns, &near.columns),
                                far: far.name.clone(),
                                far_columns: pairs(&far.columns, &target.columns),
                            },
                        });
                    }
                }
            }
        }
    }

    /// A function takes the place of relations that have its name. Rows of a resource that hides
    /// something are given to none.
    fn computed(&mut self, catalog: &Catalog) {
        let place = |name: &reflect::snapshot::TableName| {
            let mut resources = catalog.resources.iter();
            resources.position(|one| one.schema == name.schema && one.table == name.table)
        };
        let hides = |place: usize| catalog.resources[place].hides();
        for function in &catalog.snapshot.row_functions {
            let (Some(origin), Some(target)) = (place(&function.takes), place(&function.gives))
            else {
                continue;
            };
            if hides(origin) || hides(target) {
                continue;
            }
            let known = self.by_origin.entry(origin).or_default();
            known.retain(|one| {
                matches!(one.join, Join::Computed { .. })
                    || catalog.resources[one.target].table != function.name
            });
            self.add(Relationship {
                origin,
                target,
                cardinality: if function.single {
                    Cardinality::ManyToOne
                } else {
                    Cardinality::OneToMany
                },
                join: Join::Computed {
                    schema: function.schema.clone(),
                    function: function.name.clone(),
                },
            });
        }
    }
}

fn pairs(left: &[String], right: &[String]) -> Vec<(String, String)> {
    left.iter().cloned().zip(right.iter().cloned()).collect()
}

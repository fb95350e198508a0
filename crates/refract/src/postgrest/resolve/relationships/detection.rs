//! Foreign keys and functions → [`Relationships`].

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use reflect::snapshot::{ForeignKey, Key, Table, TableKind, TableName};

use super::{Cardinality, Join, JunctionRows, Relationship, Relationships};
use crate::catalog::{Catalog, Resource, ResourceId};

/// A view may copy a column several times. This bounds the combinations that are considered.
const MAX_FACES: usize = 8;

/// A table with foreign keys, whether it is served or only read by views.
struct BaseTable<'a> {
    schema: &'a str,
    table: &'a str,
    primary_key: Option<&'a Key>,
    unique_keys: &'a [Key],
    foreign_keys: &'a [ForeignKey],
}

/// Columns of a base table as a resource shows them: its own columns, or a view's copies.
#[derive(Clone)]
struct Face<'a> {
    resource: &'a Arc<Resource>,
    columns: Vec<String>,
}

/// A foreign key seen from a resource that shows its columns.
struct Outward<'a> {
    key: &'a ForeignKey,
    near: Face<'a>,
    far: Face<'a>,
    is_unique: bool,
}

impl Relationships {
    /// The relationships between the resources of a catalog.
    ///
    /// A relationship that uses a hidden column is left out: its rows would reveal the column's
    /// values.
    pub fn of(catalog: &Catalog) -> Self {
        let bases = base_tables(catalog);
        let mut all = Self {
            keys: keys(catalog, &bases),
            ..Self::default()
        };
        let faces = Faces::of(catalog);
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
            all.add_direct(one);
        }
        all.add_through_resources(&outward);
        for table in &catalog.snapshot.tables {
            if table.kind == TableKind::Junction {
                all.add_through_junction(&faces, table);
            }
        }
        all.add_computed(catalog);
        all
    }

    fn add(
        &mut self,
        origin: &Arc<Resource>,
        target: &Arc<Resource>,
        cardinality: Cardinality,
        join: Join,
    ) {
        let of_origin = self.by_origin.entry(origin.id).or_default();
        of_origin.push(Relationship {
            origin: origin.clone(),
            target: target.clone(),
            cardinality,
            join,
        });
    }

    /// Adds both directions of a foreign key.
    fn add_direct(&mut self, one: &Outward<'_>) {
        let join = |near: &Face<'_>, far: &Face<'_>, outward| Join::Direct {
            constraint: one.key.name.clone(),
            columns: pairs(&near.columns, &far.columns),
            outward,
        };
        let (out, back) = if one.is_unique {
            (Cardinality::OneToOne, Cardinality::OneToOne)
        } else {
            (Cardinality::ManyToOne, Cardinality::OneToMany)
        };
        let (near, far) = (&one.near, &one.far);
        self.add(near.resource, far.resource, out, join(near, far, true));
        self.add(far.resource, near.resource, back, join(far, near, false));
    }

    /// Adds the relationships through resources with two foreign keys within their primary key.
    fn add_through_resources(&mut self, outward: &[Outward<'_>]) {
        let is_within_key = |one: &&Outward<'_>| {
            let key = self.keys.get(&one.near.resource.id);
            !one.is_unique
                && key.is_some_and(|key| one.near.columns.iter().all(|name| key.contains(name)))
        };
        let halves: Vec<_> = outward.iter().filter(is_within_key).collect();
        for near in &halves {
            for far in &halves {
                // Of a table related to itself, no name would tell the two directions apart.
                if near.near.resource.id != far.near.resource.id
                    || near.key.name == far.key.name
                    || near.far.resource.id == far.far.resource.id
                {
                    continue;
                }
                let junction = near.near.resource;
                let join = Join::Through {
                    schema: junction.schema.clone(),
                    table: junction.table.clone(),
                    rows: Some(JunctionRows::of(junction)),
                    near: near.key.name.clone(),
                    near_columns: pairs(&near.far.columns, &near.near.columns),
                    far: far.key.name.clone(),
                    far_columns: pairs(&far.near.columns, &far.far.columns),
                };
                let (origin, target) = (near.far.resource, far.far.resource);
                self.add(origin, target, Cardinality::ManyToMany, join);
            }
        }
    }

    /// Adds the relationships through an implicit junction table of Prisma, which is not served.
    /// Prisma before version 6 gives it a unique index instead of a primary key.
    fn add_through_junction(&mut self, faces: &Faces<'_>, table: &Table) {
        for near in &table.foreign_keys {
            for far in &table.foreign_keys {
                if far.name == near.name {
                    continue;
                }
                let origins = faces.of_columns(&near.schema, &near.table, &near.references);
                let targets = faces.of_columns(&far.schema, &far.table, &far.references);
                for origin in &origins {
                    for target in &targets {
                        if target.resource.id == origin.resource.id {
                            continue;
                        }
                        let join = Join::Through {
                            schema: table.schema.clone(),
                            table: table.name.clone(),
                            rows: None,
                            near: near.name.clone(),
                            near_columns: pairs(&origin.columns, &near.columns),
                            far: far.name.clone(),
                            far_columns: pairs(&far.columns, &target.columns),
                        };
                        let cardinality = Cardinality::ManyToMany;
                        self.add(origin.resource, target.resource, cardinality, join);
                    }
                }
            }
        }
    }

    /// Adds the relationships that functions compute. A function replaces relationships that have its
    /// name. A function that takes or returns rows with hidden columns is left out.
    fn add_computed(&mut self, catalog: &Catalog) {
        let resource = |name: &TableName| catalog.by_table(&name.schema, &name.table);
        for function in &catalog.snapshot.row_functions {
            let (Some(origin), Some(target)) =
                (resource(&function.takes), resource(&function.gives))
            else {
                continue;
            };
            if !origin.is_related_by(&function.name) || target.hides() {
                continue;
            }
            let known = self.by_origin.entry(origin.id).or_default();
            known.retain(|one| {
                matches!(one.join, Join::Computed { .. }) || one.target.table != function.name
            });
            let cardinality = if function.single {
                Cardinality::ManyToOne
            } else {
                Cardinality::OneToMany
            };
            let join = Join::Computed {
                schema: function.schema.clone(),
                function: function.name.clone(),
            };
            self.add(origin, target, cardinality, join);
        }
    }
}

/// The primary key of every resource. A view's key is made of the copied keys of its base tables.
fn keys(catalog: &Catalog, bases: &[BaseTable<'_>]) -> HashMap<ResourceId, Vec<String>> {
    let keys = catalog.resources.iter().filter_map(|resource| {
        if let Some(key) = &resource.primary_key {
            return Some((resource.id, key.columns.clone()));
        }
        let copies = copies(catalog, resource);
        let copy = |base: &BaseTable<'_>, column: &String| {
            let name = (
                base.schema.to_owned(),
                base.table.to_owned(),
                column.clone(),
            );
            copies.get(&name).and_then(|all| all.first().cloned())
        };
        let columns = bases.iter().filter_map(|base| {
            let key = base.primary_key?.columns.iter();
            let key = key.map(|column| copy(base, column));
            key.collect::<Option<Vec<_>>>()
        });
        let columns: Vec<String> = columns.flatten().collect();
        (!columns.is_empty()).then_some((resource.id, columns))
    });
    keys.collect()
}

fn base_tables(catalog: &Catalog) -> Vec<BaseTable<'_>> {
    let reflected = catalog.snapshot.tables.iter().map(|table| BaseTable {
        schema: &table.schema,
        table: &table.name,
        primary_key: table.primary_key.as_ref(),
        unique_keys: &table.unique_keys,
        foreign_keys: &table.foreign_keys,
    });
    let beneath = catalog.snapshot.beneath.iter().map(|table| BaseTable {
        schema: &table.schema,
        table: &table.name,
        primary_key: table.primary_key.as_ref(),
        unique_keys: &table.unique_keys,
        foreign_keys: &table.foreign_keys,
    });
    reflected.chain(beneath).collect()
}

impl BaseTable<'_> {
    /// Whether the columns are all of a key.
    fn is_unique(&self, names: &[String]) -> bool {
        let mut keys = self.primary_key.into_iter().chain(self.unique_keys);
        keys.any(|key| {
            key.columns.len() == names.len() && key.columns.iter().all(|name| names.contains(name))
        })
    }
}

/// A column of a table: schema, table, column.
type ColumnName = (String, String, String);

/// The visible columns of a view that copy a column of a base table, by that column.
type Copies = BTreeMap<ColumnName, Vec<String>>;

fn copies(catalog: &Catalog, view: &Resource) -> Copies {
    let mut copies = Copies::new();
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

/// The resources that show columns of base tables.
struct Faces<'a> {
    catalog: &'a Catalog,
    views: Vec<(&'a Arc<Resource>, Copies)>,
}

impl<'a> Faces<'a> {
    fn of(catalog: &'a Catalog) -> Self {
        let resources = catalog.resources.iter();
        let views = resources.filter(|resource| resource.kind != TableKind::Table);
        Self {
            views: views.map(|view| (view, copies(catalog, view))).collect(),
            catalog,
        }
    }

    fn of_columns(&self, schema: &str, table: &str, columns: &[String]) -> Vec<Face<'a>> {
        let mut faces = Vec::new();
        if let Some(resource) = self.catalog.by_table(schema, table)
            && resource.may_tell(columns)
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
            faces.extend(all.into_iter().map(|columns| Face { resource, columns }));
        }
        faces
    }
}

fn pairs(left: &[String], right: &[String]) -> Vec<(String, String)> {
    left.iter().cloned().zip(right.iter().cloned()).collect()
}

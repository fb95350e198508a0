//! Finds relations and names them as a Prisma developer would.

use super::{
    inflect::{lower_camel, plural, singular, upper_camel},
    name_registry::Taken,
};
use crate::snapshot::{Cardinality, ForeignKey, Relation, Snapshot, Table, TableKind, Through};

/// A relation of a table that has no name yet.
struct Found {
    relation: Relation,
    /// Names to try, the best first. Numbered forms of the first one follow.
    candidates: Vec<String>,
}

/// Fills in the relations of every table: its own foreign keys, then the foreign keys of other tables
/// that refer to it, then many-to-many relations, then those that only schema.prisma has. Relations
/// that already have a name keep it.
pub(super) fn assign(snapshot: &mut Snapshot) {
    let owners: Vec<Vec<Found>> = snapshot
        .tables
        .iter()
        .map(|table| owner_relations(snapshot, table))
        .collect();
    let owners: Vec<Vec<Relation>> = std::iter::zip(&snapshot.tables, owners)
        .map(|(table, found)| name(table, found))
        .collect();

    let mut rest: Vec<Vec<Found>> = snapshot
        .tables
        .iter()
        .map(|table| inverse_relations(snapshot, &owners, table))
        .collect();
    for (table, found) in std::iter::zip(&snapshot.tables, &mut rest) {
        found.extend(many_to_many(snapshot, table));
    }

    for (table, (owned, rest)) in std::iter::zip(&mut snapshot.tables, std::iter::zip(owners, rest))
    {
        let known = owned.into_iter().map(Found::named);
        let found = known.chain(rest).collect();
        let named = name(table, found);
        let only_prismas = std::mem::replace(&mut table.relations, named);
        for relation in only_prismas {
            if !table.relations.contains(&relation) {
                table.relations.push(relation);
            }
        }
    }
}

impl Found {
    fn named(relation: Relation) -> Self {
        Self {
            candidates: vec![relation.name.clone()],
            relation,
        }
    }
}

/// Names the new relations of a table. Their names differ from each other, from the existing relations
/// and from the fields.
fn name(table: &Table, found: Vec<Found>) -> Vec<Relation> {
    let given = &table.relations;
    let mut taken = Taken::default();
    let names = table.columns.iter().map(|column| &column.field);
    for name in names.chain(given.iter().map(|relation| &relation.name)) {
        taken.insert(name);
    }
    let mut named: Vec<Relation> = Vec::new();
    for Found {
        mut relation,
        candidates,
    } in found
    {
        if let Some(given) = given.iter().find(|given| is_same(given, &relation)) {
            named.push(given.clone());
            continue;
        }
        relation.name = taken.claim(
            &candidates,
            |base, number| format!("{base}{number}"),
            |_, _| true,
        );
        named.push(relation);
    }
    named
}

/// Whether two relations are the same except for their names.
fn is_same(one: &Relation, other: &Relation) -> bool {
    let through = |of: &Relation| {
        let through = of.through.as_ref();
        through.map(|through| {
            let table = (through.schema.clone(), through.table.clone());
            (table, through.columns.clone())
        })
    };
    let ends = |of: &Relation| (of.schema.clone(), of.table.clone(), of.foreign_key.clone());
    ends(one) == ends(other)
        && through(one) == through(other)
        // This distinguishes the two sides of a foreign key that refers to its own table.
        && (one.through.is_some() || one.columns == other.columns)
}

fn owner_relations(snapshot: &Snapshot, table: &Table) -> Vec<Found> {
    let found = |key: &ForeignKey| {
        let target = snapshot.table(&key.schema, &key.table)?;
        let candidates = owner_names(table, key, &singular(&lower_camel(&target.name)));
        let relation = Relation {
            name: String::new(),
            schema: key.schema.clone(),
            table: key.table.clone(),
            cardinality: if is_unique(table, &key.columns) {
                Cardinality::OneToOne
            } else {
                Cardinality::ManyToOne
            },
            columns: key.columns.clone(),
            references: key.references.clone(),
            foreign_key: Some(key.name.clone()),
            through: None,
        };
        Some(Found {
            relation,
            candidates,
        })
    };
    table.foreign_keys.iter().filter_map(found).collect()
}

/// `author` for `authorId`. For a `created_by` that refers to users it is `user`, or `createdByUser`
/// where other foreign keys refer to users too.
fn owner_names(table: &Table, key: &ForeignKey, target: &str) -> Vec<String> {
    let [column] = key.columns.as_slice() else {
        return vec![target.to_owned()];
    };
    let qualified = |stem: &str| format!("{stem}{}", upper_camel(target));
    let several = |other: &&ForeignKey| (&other.schema, &other.table) == (&key.schema, &key.table);
    match without_id(column) {
        Some(stem) => vec![stem.clone(), qualified(&stem)],
        None if table.foreign_keys.iter().filter(several).count() > 1 => {
            vec![qualified(&lower_camel(column))]
        }
        None => vec![target.to_owned(), qualified(&lower_camel(column))],
    }
}

/// `author` of `authorId`, `author_id` or `authorID`.
fn without_id(column: &str) -> Option<String> {
    let stem = ["_id", "_ID", "_Id", "Id", "ID"]
        .iter()
        .find_map(|suffix| column.strip_suffix(suffix))
        .filter(|stem| stem.chars().any(|c| c.is_ascii_alphanumeric()))?;
    Some(lower_camel(stem))
}

/// Whether the columns are exactly the primary key or a unique key.
fn is_unique(table: &Table, columns: &[String]) -> bool {
    let same = |key: &[String]| {
        key.len() == columns.len() && columns.iter().all(|column| key.contains(column))
    };
    table
        .primary_key
        .iter()
        .chain(&table.unique_keys)
        .any(|key| same(&key.columns))
}

fn inverse_relations(snapshot: &Snapshot, owners: &[Vec<Relation>], table: &Table) -> Vec<Found> {
    let leads_here =
        |relation: &&Relation| relation.schema == table.schema && relation.table == table.name;
    let mut found = Vec::new();
    for (child, owned) in std::iter::zip(&snapshot.tables, owners) {
        if child.kind == TableKind::Junction {
            continue;
        }
        let several = owned.iter().filter(leads_here).count() > 1;
        for owner in owned.iter().filter(leads_here) {
            let is_self = std::ptr::eq(child, table);
            let (cardinality, base) = match owner.cardinality {
                Cardinality::OneToOne => {
                    (Cardinality::OneToOne, singular(&lower_camel(&child.name)))
                }
                _ => (Cardinality::OneToMany, plural(&lower_camel(&child.name))),
            };
            let qualified = format!("{base}By{}", upper_camel(&owner.name));
            let candidates = if is_self && owner.name == "parent" {
                let children = match cardinality {
                    Cardinality::OneToOne => "child",
                    _ => "children",
                };
                vec![children.to_owned(), qualified]
            } else if several || is_self {
                vec![qualified]
            } else {
                vec![base, qualified]
            };
            let relation = Relation {
                name: String::new(),
                schema: child.schema.clone(),
                table: child.name.clone(),
                cardinality,
                columns: owner.references.clone(),
                references: owner.columns.clone(),
                foreign_key: owner.foreign_key.clone(),
                through: None,
            };
            found.push(Found {
                relation,
                candidates,
            });
        }
    }
    found
}

/// The relations by Prisma's implicit many-to-many tables, whose columns are `A` and `B`.
fn many_to_many(snapshot: &Snapshot, table: &Table) -> Vec<Found> {
    let junctions = snapshot
        .tables
        .iter()
        .filter(|other| other.kind == TableKind::Junction);
    let mut found = Vec::new();
    for junction in junctions {
        for (own, other) in [("A", "B"), ("B", "A")] {
            let (Some(own), Some(other)) = (side(junction, own), side(junction, other)) else {
                continue;
            };
            if (&own.schema, &own.table) != (&table.schema, &table.name) {
                continue;
            }
            let base = plural(&lower_camel(&other.table));
            let is_self = (&own.schema, &own.table) == (&other.schema, &other.table);
            let candidates = if is_self {
                // The two field names are in schema.prisma only. The database has A and B.
                vec![format!("{base}{}", other.columns.concat())]
            } else {
                vec![
                    base.clone(),
                    format!("{base}By{}", upper_camel(&junction.name)),
                ]
            };
            let relation = Relation {
                name: String::new(),
                schema: other.schema.clone(),
                table: other.table.clone(),
                cardinality: Cardinality::ManyToMany,
                columns: own.references.clone(),
                references: other.references.clone(),
                foreign_key: None,
                through: Some(Through {
                    schema: junction.schema.clone(),
                    table: junction.name.clone(),
                    columns: own.columns.clone(),
                    references: other.columns.clone(),
                }),
            };
            found.push(Found {
                relation,
                candidates,
            });
        }
    }
    found
}

fn side<'a>(junction: &'a Table, column: &str) -> Option<&'a ForeignKey> {
    junction
        .foreign_keys
        .iter()
        .find(|key| key.columns == [column])
}

//! Converts relation fields into relations of the snapshot's tables.

use super::{Model, PrismaSchema, RelationField};
use crate::snapshot::{Cardinality, ForeignKey, Relation, Snapshot, Table, TableKind, Through};

/// Columns of an implicit many-to-many table.
const SIDES: [&str; 2] = ["A", "B"];

/// The model of each table. Several tables in several database schemas may have the same model.
pub(super) type Tables<'a> = [(usize, &'a Model)];

/// The relations of every table that has a model, with Prisma's names, by the table's position.
pub(super) fn of(
    schema: &PrismaSchema,
    snapshot: &Snapshot,
    tables: &Tables,
) -> Vec<(usize, Vec<Relation>)> {
    let relations = |(at, model): &(usize, &Model)| {
        let found = model.relations.iter();
        let found = found.filter_map(|field| {
            let table = &snapshot.tables[*at];
            let related = schema.model(&field.model)?;
            let target = table_of(snapshot, tables, related, &table.schema)?;
            relation(snapshot, (model, table), field, (related, target))
        });
        (*at, found.collect())
    };
    tables.iter().map(relations).collect()
}

/// The table of a model. If there are several, it is the one in the same database schema.
fn table_of<'s>(
    snapshot: &'s Snapshot,
    tables: &Tables,
    model: &Model,
    schema: &str,
) -> Option<&'s Table> {
    let of_model = || {
        tables
            .iter()
            .filter(|(_, found)| found.name == model.name)
            .map(|(at, _)| &snapshot.tables[*at])
    };
    of_model()
        .find(|table| table.schema == schema)
        .or_else(|| of_model().next())
}

fn relation(
    snapshot: &Snapshot,
    (model, table): (&Model, &Table),
    field: &RelationField,
    (related, target): (&Model, &Table),
) -> Option<Relation> {
    let opposite = related.relations.iter().find(|other| {
        other.relation == field.relation
            && other.model == model.name
            && (related.name != model.name || other.name != field.name)
    });
    let found = |cardinality, columns, references| Relation {
        name: field.name.clone(),
        schema: target.schema.clone(),
        table: target.name.clone(),
        cardinality,
        columns,
        references,
        foreign_key: None,
        through: None,
    };
    if let Some(join) = &field.through {
        let schema = join.schema.as_deref().unwrap_or(&table.schema);
        let junction = snapshot.table(schema, &join.table)?;
        let mut columns = join.near.iter().chain(&join.far);
        return columns
            .all(|name| junction.column(name).is_some())
            .then(|| Relation {
                through: Some(Through {
                    schema: junction.schema.clone(),
                    table: junction.name.clone(),
                    columns: join.near.clone(),
                    references: join.far.clone(),
                }),
                ..found(
                    Cardinality::ManyToMany,
                    join.columns.clone(),
                    join.references.clone(),
                )
            });
    }
    if !field.fields.is_empty() {
        let columns = model.columns(&field.fields)?;
        let references = related.columns(&field.references)?;
        let is_one = opposite.is_some_and(|opposite| !opposite.list);
        let cardinality = match is_one {
            true => Cardinality::OneToOne,
            false => Cardinality::ManyToOne,
        };
        let mut relation = found(cardinality, columns, references);
        if let Some(key) = foreign_key(table, target, &relation.columns, &relation.references) {
            relation.foreign_key = Some(key.name.clone());
            relation.columns = key.columns.clone();
            relation.references = key.references.clone();
        }
        return Some(relation);
    }
    let opposite = opposite?;
    if !opposite.fields.is_empty() {
        let columns = model.columns(&opposite.references)?;
        let references = related.columns(&opposite.fields)?;
        let cardinality = match field.list {
            true => Cardinality::OneToMany,
            false => Cardinality::OneToOne,
        };
        let mut relation = found(cardinality, columns, references);
        if let Some(key) = foreign_key(target, table, &relation.references, &relation.columns) {
            relation.foreign_key = Some(key.name.clone());
            relation.columns = key.references.clone();
            relation.references = key.columns.clone();
        }
        return Some(relation);
    }
    let junction = junction(snapshot, &field.relation, [&table.schema, &target.schema])?;
    let (own, other) = sides(model, field, related);
    Some(Relation {
        through: Some(Through {
            schema: junction.schema.clone(),
            table: junction.name.clone(),
            columns: vec![own.to_owned()],
            references: vec![other.to_owned()],
        }),
        ..found(
            Cardinality::ManyToMany,
            model.columns(&model.key)?,
            related.columns(&related.key)?,
        )
    })
}

/// The foreign key of `owner` over these pairs of columns, in any order.
fn foreign_key<'s>(
    owner: &'s Table,
    target: &Table,
    columns: &[String],
    references: &[String],
) -> Option<&'s ForeignKey> {
    let pairs = |from: &[String], to: &[String]| {
        let mut pairs: Vec<_> = std::iter::zip(from.to_vec(), to.to_vec()).collect();
        pairs.sort();
        pairs
    };
    owner.foreign_keys.iter().find(|key| {
        (&key.schema, &key.table) == (&target.schema, &target.name)
            && pairs(&key.columns, &key.references) == pairs(columns, references)
    })
}

/// The table of an implicit many-to-many relation.
pub(super) fn junction<'s>(
    snapshot: &'s Snapshot,
    relation: &str,
    schemas: [&str; 2],
) -> Option<&'s Table> {
    let name = format!("_{relation}");
    schemas
        .iter()
        .find_map(|schema| snapshot.table(schema, &name))
        .filter(|table| matches!(table.kind, TableKind::Table | TableKind::Junction))
        .filter(|table| {
            table
                .columns
                .iter()
                .map(|column| column.name.as_str())
                .eq(SIDES)
        })
}

/// The junction's columns for this side and the other side. `A` refers to the model that comes first
/// in the alphabet. Where a model is related to itself, `B` refers to the rows of the field that comes
/// first.
///
/// Source: <https://www.prisma.io/docs/orm/prisma-schema/data-model/relations/many-to-many-relations>
fn sides(model: &Model, field: &RelationField, related: &Model) -> (&'static str, &'static str) {
    let opposite = related
        .relations
        .iter()
        .find(|other| other.relation == field.relation && other.name != field.name);
    let is_first = match model.name == related.name {
        true => opposite.is_none_or(|opposite| field.name < opposite.name),
        false => model.name < related.name,
    };
    match is_first {
        true => ("A", "B"),
        false => ("B", "A"),
    }
}

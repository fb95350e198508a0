//! Merges schema.prisma into a snapshot of the database.

use std::collections::HashMap;

use super::{
    Disagreement, Enum, Field, FieldKind, Model, PrismaSchema, disagreements,
    relation_fields::{self, Tables},
};
use crate::snapshot::{Column, DataType, EnumType, Snapshot, Table, TableKind};

/// Adds Prisma's names, comments and defaults to a snapshot whose defaults are inferred and whose
/// names are empty. `names` fills in the names that remain empty. Returns the differences.
pub(crate) fn merge(snapshot: &mut Snapshot, schema: &PrismaSchema) -> Vec<Disagreement> {
    let tables = match_tables(snapshot, schema);
    let enums = match_enums(snapshot, schema, &tables);
    let junctions = junctions(snapshot, schema, &tables);
    let mut found = disagreements::list(snapshot, schema, &tables, &junctions, &enums);
    found.extend(schema.unknown.iter().cloned());

    for at in junctions {
        snapshot.tables[at].kind = TableKind::Junction;
    }
    for (at, model) in &tables {
        let table = &mut snapshot.tables[*at];
        if table.kind == TableKind::Junction {
            // It has the form of an implicit many-to-many table, but it has a model.
            table.kind = TableKind::Table;
        }
        name_table(table, model);
    }
    for (at, relations) in relation_fields::of(schema, snapshot, &tables) {
        snapshot.tables[at].relations = relations;
    }
    for (at, prisma) in enums {
        name_enum(&mut snapshot.enums[at], prisma);
    }
    found
}

/// The tables of the models. A model without `@@schema` has a table in every reflected database
/// schema.
fn match_tables<'a>(snapshot: &Snapshot, schema: &'a PrismaSchema) -> Vec<(usize, &'a Model)> {
    let model_of = |table: &Table| {
        let candidates = || {
            let named = schema.models.iter();
            named.filter(|model| model.table == table.name)
        };
        candidates()
            .find(|model| model.schema.as_ref() == Some(&table.schema))
            .or_else(|| candidates().find(|model| model.schema.is_none()))
    };
    let tables = snapshot.tables.iter().enumerate();
    tables
        .filter_map(|(at, table)| Some((at, model_of(table)?)))
        .collect()
}

/// The enum types of the enums, found by the columns that have them, else by name.
fn match_enums<'a>(
    snapshot: &Snapshot,
    schema: &'a PrismaSchema,
    tables: &Tables,
) -> Vec<(usize, &'a Enum)> {
    let mut used: HashMap<(&str, &str), &Enum> = HashMap::new();
    for (at, model) in tables {
        for column in &snapshot.tables[*at].columns {
            let field = model.fields.iter().find(|one| one.column == column.name);
            if let (Some(of), Some(FieldKind::Enum(name))) =
                (enum_of(&column.data_type), field.map(|field| &field.kind))
                && let Some(found) = schema.enumeration(name)
            {
                used.entry(of).or_insert(found);
            }
        }
    }
    let by_name = |of: &EnumType| {
        schema.enums.iter().find(|found| {
            found.database_name == of.name
                && found
                    .schema
                    .as_ref()
                    .is_none_or(|schema| *schema == of.schema)
        })
    };
    let types = snapshot.enums.iter().enumerate();
    types
        .filter_map(|(at, of)| {
            let used = used.get(&(of.schema.as_str(), of.name.as_str()));
            Some((at, used.copied().or_else(|| by_name(of))?))
        })
        .collect()
}

fn enum_of(data_type: &DataType) -> Option<(&str, &str)> {
    match data_type {
        DataType::Enum { schema, name } => Some((schema, name)),
        DataType::Array { of } => enum_of(of),
        _ => None,
    }
}

/// Marks implicit many-to-many tables. Without foreign keys, they cannot be recognised by the database.
fn junctions(snapshot: &Snapshot, schema: &PrismaSchema, tables: &Tables) -> Vec<usize> {
    let mut found = Vec::new();
    for (at, model) in tables {
        let own_schema = &snapshot.tables[*at].schema;
        for field in &model.relations {
            let is_implicit = field.list
                && field.through.is_none()
                && field.fields.is_empty()
                && schema.model(&field.model).is_some_and(|related| {
                    related
                        .relations
                        .iter()
                        .filter(|other| other.relation == field.relation)
                        .all(|other| other.list)
                });
            if is_implicit
                && let Some(junction) =
                    relation_fields::junction(snapshot, &field.relation, [own_schema, own_schema])
            {
                let is_it = |table: &Table| std::ptr::eq(table, junction);
                found.extend(snapshot.tables.iter().position(is_it));
            }
        }
    }
    found
}

fn name_table(table: &mut Table, model: &Model) {
    table.prisma_name = Some(model.name.clone());
    table.ignored = model.ignored;
    table.comment = model.comment.clone().or(table.comment.take());
    if table.row_key.is_empty()
        && matches!(table.kind, TableKind::View | TableKind::MaterializedView)
    {
        // The database has no keys for views. schema.prisma's key is trusted.
        let key = model.columns(&model.key).unwrap_or_default();
        if key.iter().all(|column| table.column(column).is_some()) {
            table.row_key = key;
        }
    }
    let is_key = |column: &Column, key: &[String]| key.contains(&column.name);
    for column in &mut table.columns {
        // schema.prisma takes precedence over inference.
        column.client_default = None;
        column.updated_at = false;
        column.on_update = None;
        column.inferred = false;
        let field = model.fields.iter().find(|one| one.column == column.name);
        if let Some(field) = field {
            column.ignored = field.kind == FieldKind::Ignored && !is_key(column, &table.row_key);
            name_column(column, field);
        }
    }
}

fn name_column(column: &mut Column, field: &Field) {
    column.field = field.name.clone();
    column.list = field.list;
    column.comment = field.comment.clone().or(column.comment.take());
    if !column.generated {
        column.client_default = field.client_default.clone();
        column.updated_at = field.updated_at;
        column.on_update = field.on_update.clone();
    }
}

fn name_enum(of: &mut EnumType, prisma: &Enum) {
    of.prisma_name = Some(prisma.name.clone());
    of.comment = prisma.comment.clone();
    for value in &mut of.values {
        let found = prisma.values.iter().find(|one| one.label == value.label);
        if let Some(found) = found {
            value.name = (found.name != value.label).then(|| found.name.clone());
            value.comment = found.comment.clone();
        }
    }
}

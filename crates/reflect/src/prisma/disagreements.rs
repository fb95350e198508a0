//! Finds the differences between schema.prisma and the database. The database's tables and columns are
//! served in any case.

use super::{Disagreement, Enum, Field, FieldKind, Model, PrismaSchema, relation_fields::Tables};
use crate::snapshot::{Column, DataType, Database, EnumType, Snapshot, Table, TableKind};

pub(super) fn list(
    snapshot: &Snapshot,
    schema: &PrismaSchema,
    tables: &Tables,
    junctions: &[usize],
    enums: &[(usize, &Enum)],
) -> Vec<Disagreement> {
    let mut found = Vec::new();
    let mut add = |subject: String, what: String| found.push(Disagreement { subject, what });
    for model in &schema.models {
        if !tables.iter().any(|(_, one)| one.name == model.name) {
            add(model.name.clone(), without_table(snapshot, model));
        }
    }
    for (at, table) in snapshot.tables.iter().enumerate() {
        let name = format!("{}.{}", table.schema, table.name);
        match tables.iter().find(|(one, _)| *one == at) {
            Some((_, model)) if model.ignored => {
                add(
                    name,
                    format!("not served: model {} has @@ignore", model.name),
                );
            }
            Some((_, model)) => columns(snapshot, table, model, &mut add),
            // An implicit many-to-many table has no model. Without foreign keys, only schema.prisma
            // tells that the table is one.
            None if table.kind == TableKind::Junction || junctions.contains(&at) => {}
            None => add(
                name,
                "not in schema.prisma: served under the database's names".to_owned(),
            ),
        }
    }
    for prisma in &schema.enums {
        match enums.iter().find(|(_, one)| one.name == prisma.name) {
            Some((at, _)) => values(&snapshot.enums[*at], prisma, &mut add),
            None if snapshot.database == Database::Sqlite || !is_used(schema, prisma) => {}
            None => add(
                prisma.name.clone(),
                format!("there is no enum type \"{}\"", prisma.database_name),
            ),
        }
    }
    found
}

/// The enums that differ. An enum type without a column is not reflected, and not compared.
fn is_used(schema: &PrismaSchema, prisma: &Enum) -> bool {
    let fields = schema.models.iter().flat_map(|model| &model.fields);
    let kind = FieldKind::Enum(prisma.name.clone());
    fields.into_iter().any(|field| field.kind == kind)
}

fn without_table(snapshot: &Snapshot, model: &Model) -> String {
    let table = &model.table;
    match &model.schema {
        Some(schema) if !snapshot.schemas.contains(schema) => format!(
            "not served: its database schema {schema} is not among DATABASE_SCHEMAS ({})",
            snapshot.schemas.join(", ")
        ),
        _ => format!("not served: there is no table \"{table}\""),
    }
}

fn columns(
    snapshot: &Snapshot,
    table: &Table,
    model: &Model,
    add: &mut impl FnMut(String, String),
) {
    for field in &model.fields {
        let subject = format!("{}.{}", model.name, field.name);
        match table.column(&field.column) {
            None => add(
                subject,
                format!("not served: there is no column \"{}\"", field.column),
            ),
            Some(_) if field.kind == FieldKind::Ignored => {
                add(subject, "not served: it has @ignore".to_owned());
            }
            Some(column) => {
                for difference in differences(snapshot, table, column, field) {
                    add(subject.clone(), difference);
                }
            }
        }
    }
    for column in &table.columns {
        if !model.fields.iter().any(|field| field.column == column.name) {
            add(
                format!("{}.{}.{}", table.schema, table.name, column.name),
                format!("not in model {}: served under this name", model.name),
            );
        }
    }
}

fn differences(snapshot: &Snapshot, table: &Table, column: &Column, field: &Field) -> Vec<String> {
    let mut found = Vec::new();
    // Types in SQLite are only the names that Prisma declared. SQLite does not enforce them.
    if snapshot.database == Database::Postgres && !agrees(&column.data_type, field) {
        let list = if field.list { "[]" } else { "" };
        let (FieldKind::Scalar(name) | FieldKind::Enum(name)) = &field.kind else {
            return found;
        };
        found.push(format!(
            "{name}{list} in schema.prisma, {} in the database: served as the latter",
            column.database_type
        ));
    }
    // The columns of views are always nullable, and so are the columns of Prisma's lists.
    let says_nullable = table.kind == TableKind::Table && !field.list;
    let is_known = field.kind != FieldKind::Unsupported;
    if says_nullable && is_known && field.required == column.nullable {
        let (schema, database) = match field.required {
            true => ("required", "nullable"),
            false => ("optional", "NOT NULL"),
        };
        found.push(format!(
            "{schema} in schema.prisma, {database} in the database"
        ));
    }
    found
}

/// Whether the column's type fits the field's. A type that is served as text fits any field.
fn agrees(data_type: &DataType, field: &Field) -> bool {
    let (data_type, is_list) = match data_type {
        DataType::Array { of } => (of.as_ref(), true),
        data_type => (data_type, false),
    };
    if matches!(data_type, DataType::Other { .. }) {
        return true;
    }
    let is_type = match &field.kind {
        FieldKind::Unsupported | FieldKind::Ignored => return true,
        FieldKind::Enum(_) => matches!(data_type, DataType::Enum { .. }),
        FieldKind::Scalar(name) => match name.as_str() {
            "String" => matches!(data_type, DataType::Text { .. } | DataType::Uuid),
            "Boolean" => *data_type == DataType::Bool,
            "Int" => matches!(data_type, DataType::Int2 | DataType::Int4),
            "BigInt" => *data_type == DataType::Int8,
            "Float" => matches!(data_type, DataType::Float4 | DataType::Float8),
            "Decimal" => matches!(data_type, DataType::Numeric { .. }),
            "DateTime" => matches!(
                data_type,
                DataType::Timestamp | DataType::TimestampTz | DataType::Date | DataType::Time
            ),
            "Json" => matches!(data_type, DataType::Json | DataType::Jsonb),
            "Bytes" => *data_type == DataType::Bytes,
            _ => true,
        },
    };
    is_type && is_list == field.list
}

fn values(of: &EnumType, prisma: &Enum, add: &mut impl FnMut(String, String)) {
    for value in &prisma.values {
        if !of.values.iter().any(|one| one.label == value.label) {
            add(
                format!("{}.{}", prisma.name, value.name),
                format!("the enum type has no value '{}'", value.label),
            );
        }
    }
    for value in &of.values {
        if !prisma.values.iter().any(|one| one.label == value.label) {
            add(
                format!("{}.{}", of.schema, of.name),
                format!("value '{}' is not in enum {}", value.label, prisma.name),
            );
        }
    }
}

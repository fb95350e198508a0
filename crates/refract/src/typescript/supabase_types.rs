//! The `Database` type that supabase-js takes, in the form of `supabase gen types`.
//!
//! Source: <https://supabase.com/docs/guides/api/rest/generating-types>.

use reflect::snapshot::TableKind;

use super::{literal, member};
use crate::catalog::{Catalog, Column, Resource, Type};

const HEADER: &str = "// Made by `refract types --supabase`. Do not edit: the next run replaces it.\n\n\
export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]\n\n\
export type Database = {\n";

/// The type of everything below `/rest/v1`: the database's own names.
pub fn supabase(catalog: &Catalog) -> String {
    let mut text = HEADER.to_owned();
    let catalogs = std::iter::once(catalog).chain(catalog.alike.values().map(|one| &**one));
    let all: Vec<&Resource> = catalogs
        .flat_map(|one| one.resources.iter().map(|resource| &**resource))
        .collect();
    let mut schemas: Vec<&str> = all.iter().map(|one| one.schema.as_str()).collect();
    schemas.extend(catalog.snapshot.schemas.first().map(String::as_str));
    schemas.sort_unstable();
    schemas.dedup();
    for schema in schemas {
        text.push_str(&format!("  {}: {{\n", member(schema)));
        let within = all.iter().filter(|one| one.schema == schema);
        let (tables, views): (Vec<&Resource>, Vec<&Resource>) =
            within.partition(|one| one.kind == TableKind::Table);
        section(&mut text, "Tables", &tables);
        section(&mut text, "Views", &views);
        text.push_str("    Functions: { [_ in never]: never }\n    Enums: {\n");
        for one in catalog.enums.iter().filter(|one| one.schema == schema) {
            let labels = one.values.iter().map(|value| literal(&value.label));
            let labels = labels.collect::<Vec<_>>().join(" | ");
            text.push_str(&format!("      {}: {labels}\n", member(&one.name)));
        }
        text.push_str("    }\n    CompositeTypes: { [_ in never]: never }\n  }\n");
    }
    text.push_str("}\n");
    text
}

fn section(text: &mut String, name: &str, resources: &[&Resource]) {
    if resources.is_empty() {
        text.push_str(&format!("    {name}: {{ [_ in never]: never }}\n"));
        return;
    }
    text.push_str(&format!("    {name}: {{\n"));
    for resource in resources {
        text.push_str(&format!(
            "      {}: {{\n        Row: {{\n",
            member(&resource.table)
        ));
        for position in resource.visible() {
            let column = &resource.columns[position];
            text.push_str(&line(column, "", &row(column)));
        }
        text.push_str("        }\n");
        if resource.kind == TableKind::Table {
            text.push_str("        Insert: {\n");
            for column in &resource.columns {
                let mark = if column.required() { "" } else { "?" };
                text.push_str(&line(column, mark, &written(column)));
            }
            text.push_str("        }\n        Update: {\n");
            for column in &resource.columns {
                text.push_str(&line(column, "?", &written(column)));
            }
            text.push_str("        }\n");
        }
        relationships(text, resource);
        text.push_str("      }\n");
    }
    text.push_str("    }\n");
}

fn line(column: &Column, mark: &str, value: &str) -> String {
    format!("          {}{mark}: {value}\n", member(&column.name))
}

fn relationships(text: &mut String, resource: &Resource) {
    let served = resource.foreign_keys.iter().filter(|key| {
        // A key over a hidden column is not told.
        resource.may_tell(&key.columns)
    });
    let mut lines = String::new();
    for key in served {
        let list = |names: &[String]| {
            let names = names.iter().map(|name| literal(name));
            format!("[{}]", names.collect::<Vec<_>>().join(", "))
        };
        let is_one = resource.keys().any(|unique| {
            let positions = resource.positions(&key.columns);
            unique.len() == positions.len() && positions.iter().all(|at| unique.contains(at))
        });
        lines.push_str(&format!(
            "          {{\n            foreignKeyName: {}\n            columns: {}\n            \
             isOneToOne: {is_one}\n            referencedRelation: {}\n            \
             referencedColumns: {}\n          }},\n",
            literal(&key.name),
            list(&key.columns),
            literal(&key.table),
            list(&key.references)
        ));
    }
    if lines.is_empty() {
        text.push_str("        Relationships: []\n");
    } else {
        text.push_str(&format!("        Relationships: [\n{lines}        ]\n"));
    }
}

fn row(column: &Column) -> String {
    nullable(column, &value(&column.data_type))
}

fn written(column: &Column) -> String {
    match column.writable() {
        true => nullable(column, &value(&column.data_type)),
        false => "never".to_owned(),
    }
}

fn nullable(column: &Column, value: &str) -> String {
    match column.nullable {
        true => format!("{value} | null"),
        false => value.to_owned(),
    }
}

/// As PostgreSQL prints values in JSON.
fn value(data_type: &Type) -> String {
    match data_type {
        Type::Bool => "boolean".to_owned(),
        Type::Int2
        | Type::Int4
        | Type::Int8
        | Type::Oid
        | Type::Float4
        | Type::Float8
        | Type::Numeric { .. } => "number".to_owned(),
        Type::Json { .. } => "Json".to_owned(),
        Type::Enum(of) => format!(
            "Database[{}][\"Enums\"][{}]",
            literal(&of.schema),
            literal(&of.name)
        ),
        Type::Array(item) => match value(item) {
            item if item.contains(' ') => format!("({item})[]"),
            item => format!("{item}[]"),
        },
        Type::Text { .. }
        | Type::Uuid
        | Type::Timestamp
        | Type::TimestampTz
        | Type::Date
        | Type::Time
        | Type::Bytes
        | Type::Other { .. } => "string".to_owned(),
    }
}

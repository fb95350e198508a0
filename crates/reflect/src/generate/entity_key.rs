//! The primary key of an entity. SeaORM has no entity without one, databases have such tables.

use crate::snapshot::{Column, DataType, Table};

/// Most columns that a SeaORM key can have: the length of its longest tuple.
const LONGEST_KEY: usize = 12;

/// The columns of the entity's key: the row key, else all columns that can be one and are never
/// NULL, for SeaORM has no key over an `Option` either. Where every column may be NULL, as in a
/// view, a single one is risked: `id`, or the first that can be a key, or the first of all.
pub(super) fn columns(table: &Table) -> Vec<&str> {
    if !table.row_key.is_empty() && table.row_key.len() <= LONGEST_KEY {
        return table.row_key.iter().map(String::as_str).collect();
    }
    let able: Vec<&Column> = table
        .columns
        .iter()
        .filter(|column| can_be_key(&column.data_type))
        .collect();
    let certain = able
        .iter()
        .filter(|column| !column.nullable)
        .take(LONGEST_KEY);
    let certain: Vec<&str> = certain.map(|column| column.name.as_str()).collect();
    if !certain.is_empty() {
        return certain;
    }
    let id = able.iter().find(|column| column.name == "id");
    id.or(able.first())
        .copied()
        .or(table.columns.first())
        .map(|column| column.name.as_str())
        .into_iter()
        .collect()
}

/// Whether equal values of the type are told apart from others.
fn can_be_key(data_type: &DataType) -> bool {
    match data_type {
        DataType::Bool
        | DataType::Int2
        | DataType::Int4
        | DataType::Int8
        | DataType::Numeric { .. }
        | DataType::Text { .. }
        | DataType::Uuid
        | DataType::Enum { .. }
        | DataType::Timestamp
        | DataType::TimestampTz
        | DataType::Date
        | DataType::Time
        | DataType::Bytes => true,
        DataType::Float4
        | DataType::Float8
        | DataType::Json
        | DataType::Jsonb
        | DataType::Array { .. }
        | DataType::Other { .. } => false,
    }
}

//! The primary key of an entity. Every entity of SeaORM needs one, and some tables have no key.

use crate::snapshot::{Column, DataType, Table};

/// Most columns of a key in SeaORM: the length of its longest tuple.
const LONGEST_KEY: usize = 12;

/// The columns of the entity's key: the row key, else all columns that are never NULL and whose type
/// can be a key. SeaORM has no keys over an `Option`. Where every column may be NULL, as in a view,
/// the key is a single column: `id`, or the first whose type can be a key, or the first of all.
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

/// Whether values of the type can be compared for equality.
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

//! Phrases for the parts of a schema, for the sentences of differences.

use crate::snapshot::{Column, ForeignKey, Key, TableKind};

pub(super) fn kind_name(kind: TableKind) -> &'static str {
    match kind {
        TableKind::Table => "table",
        TableKind::View => "view",
        TableKind::MaterializedView => "materialized view",
        TableKind::Junction => "many-to-many table",
    }
}

pub(super) fn origin(column: &Column) -> &'static str {
    match (column.generated, column.identity) {
        (true, _) => "generated",
        (false, Some(_)) => "an identity column",
        (false, None) => "a plain column",
    }
}

pub(super) fn key(key: Option<&Key>) -> String {
    key.map_or("none".to_owned(), |key| list(&key.columns))
}

pub(super) fn reference(key: &ForeignKey) -> String {
    format!(
        "{} -> {}.{} {} (on delete {:?}, on update {:?})",
        list(&key.columns),
        key.schema,
        key.table,
        list(&key.references),
        key.on_delete,
        key.on_update
    )
}

pub(super) fn list(columns: &[String]) -> String {
    format!("({})", columns.join(", "))
}

//! Tables and functions that relate views and tables: base tables of views, functions of rows.

use serde::{Deserialize, Serialize};

use super::{ForeignKey, Key, Table};

/// A table that is not reflected itself, with its keys only. A reflected view reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Beneath {
    pub schema: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<Key>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unique_keys: Vec<Key>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
}

/// A function that takes a row of a table or view and returns rows of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RowFunction {
    pub schema: String,
    pub name: String,
    /// The table or view of its argument.
    pub takes: TableName,
    /// The table or view of its result.
    pub gives: TableName,
    /// Whether it returns at most one row.
    pub single: bool,
}

/// A function of one row of a table or view, which can be selected like a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ComputedField {
    pub schema: String,
    pub name: String,
    /// The table or view of its argument.
    pub takes: TableName,
    /// Whether its result has a pseudo-type, which may be anything (`record`, `anyelement`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub opaque: bool,
    /// The tables and views whose rows its values hold, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<TableName>,
}

/// A table or view with its schema.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TableName {
    pub schema: String,
    pub table: String,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Origin {
    pub schema: String,
    pub table: String,
    pub column: String,
}

impl From<Table> for Beneath {
    fn from(table: Table) -> Self {
        Self {
            schema: table.schema,
            name: table.name,
            primary_key: table.primary_key,
            unique_keys: table.unique_keys,
            foreign_keys: table.foreign_keys,
        }
    }
}

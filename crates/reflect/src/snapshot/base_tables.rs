//! What relates tables and views beside their own foreign keys.

use serde::{Deserialize, Serialize};

use super::{ForeignKey, Key, Table};

/// A table that is not reflected as such: its keys only.
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

/// A function that takes a row of a table or view and gives rows of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RowFunction {
    pub schema: String,
    pub name: String,
    /// What it takes a row of.
    pub takes: TableName,
    /// What it gives rows of.
    pub gives: TableName,
    /// Whether it gives one row at most.
    pub single: bool,
}

/// A function of one row of a table or view, which may be asked for as if it were a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ComputedField {
    pub schema: String,
    pub name: String,
    /// What it takes a row of.
    pub takes: TableName,
    /// Whether its type says nothing of what it gives (`record`, `anyelement`).
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

//! Tables and views.

use serde::{Deserialize, Serialize};

use super::{Check, Column, ForeignKey, Key, Relation};

/// A table or view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Table {
    pub schema: String,
    /// Name in the database.
    pub name: String,
    pub kind: TableKind,
    /// Whether its rows are stored elsewhere, in partitions or on another server. The table then has no
    /// system columns.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partitioned: bool,
    /// Model name in the API (`GenerationJob`): unique, an identifier.
    pub model: String,
    /// The name of its model in schema.prisma, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prisma_name: Option<String>,
    /// Prisma's `@@ignore`. The table is not a resource.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignored: bool,
    /// Last segment of the resource's path (`generation-jobs`): unique.
    pub path: String,
    /// Module of the entity crate that holds the entity (`generation_job`, `views::page_stats`).
    pub module: String,
    /// The `///` comment in schema.prisma, else the database's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Columns in the database's order.
    pub columns: Vec<Column>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<Key>,
    /// Unique constraints and complete (not partial, not expression) unique indexes, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unique_keys: Vec<Key>,
    /// Columns that address one row in a URL: the primary key, else a unique key whose columns are
    /// all NOT NULL, else empty (list and create only).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub row_key: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// Relations with the API's names, the table's own foreign keys first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// The query of a view, in the database's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
}

/// The kind of a [`Table`] in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TableKind {
    /// A table or a partitioned table. Partitions are left out.
    Table,
    /// A view, which the API only reads.
    View,
    MaterializedView,
    /// Prisma's implicit many-to-many table (`_PageToTag` with columns `A` and `B`). It is served as a
    /// relation and never as a resource.
    Junction,
}

impl Table {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

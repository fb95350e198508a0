//! The snapshot: the result of reflection as plain data.
//!
//! `make orm` writes it to `entity/catalog.json`, and the server reads that file at start. It holds the
//! API's names and the facts that entity code cannot express: database defaults, identity columns,
//! comments, unique keys, checks, views, client-side defaults.

mod base_tables;
mod client_default;
mod column;
mod data_type;
mod domain;
mod enum_type;
mod keys;
mod relation;
mod table;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use {
    base_tables::{Beneath, ComputedField, Origin, RowFunction, TableName},
    client_default::ClientDefault,
    column::{Column, Identity},
    data_type::DataType,
    domain::{Domain, FunctionName},
    enum_type::{EnumType, EnumValue},
    keys::{Action, Check, ForeignKey, Key},
    relation::{Cardinality, Relation, Through},
    table::{Table, TableKind},
};

/// The version of the snapshot's format. A reader refuses other versions.
pub const FORMAT: u32 = 2;

/// Everything that reflection finds in a database, in a deterministic order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Snapshot {
    /// Always [`FORMAT`].
    pub format: u32,
    /// The kind of database that was reflected.
    pub database: Database,
    /// The database schemas reflected, the default one first. `["main"]` on SQLite.
    pub schemas: Vec<String>,
    /// Schemas that hold the same tables as another schema, each with that other schema. `tables` has
    /// the other schema's tables only.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub alike: BTreeMap<String, String>,
    /// Enum types, sorted by schema and name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enums: Vec<EnumType>,
    /// Tables and views, sorted by schema and name.
    pub tables: Vec<Table>,
    /// Views that the database cannot read, because a table or column that they name is missing. The
    /// list is not written to `catalog.json`.
    #[serde(skip)]
    pub unreadable: Vec<String>,
    /// Tables of other schemas that views read, sorted by schema and name. Their keys relate views.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beneath: Vec<Beneath>,
    /// Functions that return rows for a row, sorted by schema and name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub row_functions: Vec<RowFunction>,
    /// Functions that return a value for a row, sorted by schema and name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub computed_fields: Vec<ComputedField>,
    /// Text search configurations of the schemas (`public.unaccented`), sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub text_search_configurations: Vec<String>,
}

/// The kinds of database Refract serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Database {
    Postgres,
    Sqlite,
}

impl Snapshot {
    /// The table of that name, if reflected.
    pub fn table(&self, schema: &str, name: &str) -> Option<&Table> {
        self.tables
            .iter()
            .find(|table| table.schema == schema && table.name == name)
    }
}

//! Columns.

use serde::{Deserialize, Serialize};

use super::{ClientDefault, DataType, Domain, Origin, TableName};

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Column {
    /// Name in the database.
    pub name: String,
    /// JSON field name on `/api/v1`: Prisma's field name, else the column name.
    pub field: String,
    /// Identifier of the field in the entity's `Model` (`created_at_2`, `r#type`).
    pub member: String,
    #[serde(rename = "type")]
    pub data_type: DataType,
    /// The type as the database prints it (`character varying(255)`, `timestamp(3) without time zone`).
    pub database_type: String,
    /// Whether the column accepts NULL. False for a domain that is NOT NULL.
    pub nullable: bool,
    /// The default expression as the database prints it (`now()`, `'DRAFT'::"PageStatus"`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// `GENERATED … AS IDENTITY`, or SQLite's integer primary key (by default).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// `GENERATED ALWAYS AS (…)`: never written.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub generated: bool,
    /// What Prisma Client would fill in on create, whether or not the database has a default too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_default: Option<ClientDefault>,
    /// Prisma's `@updatedAt`: set on create and on every change.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub updated_at: bool,
    /// What Prisma Client 8 fills in on every change (`onUpdate`), where it is not `updated_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_update: Option<ClientDefault>,
    /// Whether `client_default` and `updated_at` are inferred, because there is no schema.prisma.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inferred: bool,
    /// A list of Prisma. NULL reads as an empty list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub list: bool,
    /// Prisma's `@ignore`. The column is neither read nor written.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignored: bool,
    /// The `///` comment in schema.prisma, else the database's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Whether its collation considers different texts as equal (`deterministic = false`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nondeterministic: bool,
    /// The table's column that a view's column copies, directly or by other views.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The domain, where its type is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<Domain>,
    /// The tables and views whose rows its values hold, sorted. Its type is a row type, or it contains
    /// row types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<TableName>,
}

/// When an identity column takes a value from the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Identity {
    Always,
    ByDefault,
}

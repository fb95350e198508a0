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
    /// Whether `client_default` and `updated_at` are guesses, for want of a schema.prisma.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inferred: bool,
    /// Prisma's list: NULL reads as an empty one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub list: bool,
    /// Prisma's `@ignore`: neither read nor written.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignored: bool,
    /// The `///` comment in schema.prisma, else the database's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Whether its collation takes some texts for equal that differ (`deterministic = false`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nondeterministic: bool,
    /// The column of a table that a view's column is a plain copy of, through other views too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The domain that it is of, where it is of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<Domain>,
    /// The tables and views whose rows its values hold, sorted: it is of a row type, or of a type that
    /// is made of some.
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

//! Enum types.

use serde::{Deserialize, Serialize};

/// A PostgreSQL enum type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnumType {
    pub schema: String,
    /// Name in the database.
    pub name: String,
    /// Name in the API's OpenAPI document: unique among enums and models.
    pub model: String,
    /// The name in schema.prisma, if the enum is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prisma_name: Option<String>,
    /// The `///` comment in schema.prisma.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Values in the database's order.
    pub values: Vec<EnumValue>,
}

/// One value of an enum type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnumValue {
    /// Label in the database (`@map`'s argument).
    pub label: String,
    /// Prisma's value name where it differs from the label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The `///` comment in schema.prisma.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

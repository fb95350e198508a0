//! Relations, as the API names them.

use serde::{Deserialize, Serialize};

/// A relation as the API names it, seen from the table that lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Relation {
    /// Unique among the table's fields and relations (`author`, `posts`).
    pub name: String,
    pub schema: String,
    /// The related table.
    pub table: String,
    pub cardinality: Cardinality,
    /// Columns of this table.
    pub columns: Vec<String>,
    /// Columns of the related table; position by position those of `columns`, unless through a
    /// junction.
    pub references: Vec<String>,
    /// The foreign key's name (for many-to-many: none).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign_key: Option<String>,
    /// The junction table of a many-to-many relation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<Through>,
}

/// How many rows stand on either side of a [`Relation`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cardinality {
    ManyToOne,
    OneToMany,
    /// Both ends hold at most one row.
    OneToOne,
    ManyToMany,
}

/// The junction of a many-to-many relation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Through {
    pub schema: String,
    pub table: String,
    /// Junction columns that refer to `columns` of the relation.
    pub columns: Vec<String>,
    /// Junction columns that refer to `references` of the relation.
    pub references: Vec<String>,
}

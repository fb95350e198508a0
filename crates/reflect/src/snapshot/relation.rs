//! Relations with the API's names.

use serde::{Deserialize, Serialize};

/// A relation of a table, with the API's name.
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
    /// Columns of the related table. Without a junction, each one equals the one of `columns` at the
    /// same position.
    pub references: Vec<String>,
    /// The foreign key's name. `None` for many-to-many relations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign_key: Option<String>,
    /// The junction table of a many-to-many relation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<Through>,
}

/// The number of rows on both sides of a [`Relation`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cardinality {
    ManyToOne,
    OneToMany,
    /// Both sides have at most one row.
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

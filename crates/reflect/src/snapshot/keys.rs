//! Constraints.

use serde::{Deserialize, Serialize};

/// A primary key or unique key. Columns in key order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Key {
    /// Constraint or index name; on SQLite, where keys may be nameless, the columns joined by `_`.
    pub name: String,
    pub columns: Vec<String>,
    /// The constraint is deferrable. `ON CONFLICT` cannot use it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deferrable: bool,
}

/// A foreign key. `columns[i]` refers to `references[i]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForeignKey {
    pub name: String,
    pub columns: Vec<String>,
    pub schema: String,
    pub table: String,
    pub references: Vec<String>,
    pub on_update: Action,
    pub on_delete: Action,
}

/// A referential action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    NoAction,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

/// A check constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Check {
    pub name: String,
    /// As the database prints it (`CHECK ((price >= (0)::numeric))`).
    pub expression: String,
    /// The columns it mentions. Empty where the database does not report them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

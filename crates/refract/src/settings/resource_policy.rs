//! The policies of single resources in refract.toml.

use serde::Deserialize;

/// `[resources.<Model>]` of refract.toml.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourcePolicy {
    /// The last segment of the resource's path, instead of the generated one.
    pub path: Option<String>,
    /// Fields that are never read, filtered by or shown. They can be written.
    #[serde(default)]
    pub hidden: Vec<String>,
    /// The field that marks a deleted row: a timestamp that may be null, or a boolean.
    pub soft_delete: Option<String>,
    /// Whether callers may delete rows for good (`?hard=true`).
    #[serde(default)]
    pub hard_delete: bool,
}

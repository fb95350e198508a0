//! What refract.toml says about single resources.

use serde::Deserialize;

/// `[resources.<Model>]` of refract.toml.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourcePolicy {
    /// The last segment of the resource's path, instead of the generated one.
    pub path: Option<String>,
    /// Fields that are never read, filtered by, or shown; they can still be written.
    #[serde(default)]
    pub hidden: Vec<String>,
}

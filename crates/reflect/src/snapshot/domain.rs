//! Domains, and the functions that convert their values.

use serde::{Deserialize, Serialize};

/// The domain of a column.
///
/// `/rest/v1` shows and reads its values by implicit casts with functions (`CREATE CAST (color AS json)
/// WITH FUNCTION … AS IMPLICIT`). PostgreSQL itself ignores casts of domains.
///
/// Source: PostgREST's documentation, Domain Representations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Domain {
    /// The base type, by its name in `pg_type` (`tsvector`). For a domain over a domain it is the last
    /// one's.
    pub base: String,
    /// The function that converts a value to `json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_json: Option<FunctionName>,
    /// The function that converts `json` to a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_json: Option<FunctionName>,
    /// The function that converts `text` to a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_text: Option<FunctionName>,
}

/// A function with its schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FunctionName {
    pub schema: String,
    pub name: String,
}

impl Domain {
    /// The functions that convert its values.
    pub fn functions(&self) -> [Option<&FunctionName>; 3] {
        [&self.to_json, &self.from_json, &self.from_text].map(Option::as_ref)
    }

    pub(crate) fn functions_mut(&mut self) -> impl Iterator<Item = &mut FunctionName> {
        let all = [&mut self.to_json, &mut self.from_json, &mut self.from_text];
        all.into_iter().flatten()
    }
}

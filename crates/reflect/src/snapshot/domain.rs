//! Domains, and what shows and reads their values.

use serde::{Deserialize, Serialize};

/// The domain that a column is of.
///
/// An implicit cast by a function (`CREATE CAST (color AS json) WITH FUNCTION … AS IMPLICIT`) says how
/// `/rest/v1` shows its values and reads them. PostgreSQL itself passes over casts of domains.
///
/// Source: PostgREST's documentation, Domain Representations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Domain {
    /// The type beneath it, and beneath domains between, as `pg_type` names it (`tsvector`).
    pub base: String,
    /// What makes `json` of a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_json: Option<FunctionName>,
    /// What makes a value of `json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_json: Option<FunctionName>,
    /// What makes a value of `text`.
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
    /// What shows and reads its values.
    pub fn functions(&self) -> [Option<&FunctionName>; 3] {
        [&self.to_json, &self.from_json, &self.from_text].map(Option::as_ref)
    }

    pub(crate) fn functions_mut(&mut self) -> impl Iterator<Item = &mut FunctionName> {
        let all = [&mut self.to_json, &mut self.from_json, &mut self.from_text];
        all.into_iter().flatten()
    }
}

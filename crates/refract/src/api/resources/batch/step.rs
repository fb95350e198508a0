//! One operation of a batch: its method and its headers.

use std::collections::BTreeMap;

use poem::http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    api::resources::changes::{self, Operation},
    error::{Error, FieldPath},
    prefer::Preferences,
    query::plan::Documents,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body<'body> {
    pub(super) isolation: Option<String>,
    #[serde(borrow)]
    pub(super) operations: Vec<Item<'body>>,
}

/// An operation of the body.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item<'body> {
    /// The name by which later operations refer to it. The default is its position.
    #[serde(rename = "as")]
    pub(super) name: Option<String>,
    pub(super) method: String,
    pub(super) path: String,
    #[serde(borrow)]
    pub(super) body: Option<&'body RawValue>,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
}

/// An operation that is checked. Its references are not resolved yet.
pub(super) struct Step<'batch> {
    pub(super) method: Method,
    pub(super) path: &'batch str,
    pub(super) body: Option<&'batch RawValue>,
    pub(super) documents: Documents,
    pub(super) preferences: Preferences,
    pub(super) headers: HeaderMap,
    /// The planned operation, unless it has references.
    pub(super) planned: Option<Operation<'batch>>,
}

impl<'batch> Step<'batch> {
    /// Reads an operation.
    ///
    /// # Errors
    /// For a method, a header or a preference that an operation cannot have.
    pub(super) fn read(item: &'batch Item<'batch>) -> Result<Self, Error> {
        let problem = |field: &FieldPath, code, message: &str| Error::invalid(field, code, message);
        let method = match item.method.as_str() {
            "GET" => Method::GET,
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            "PATCH" => Method::PATCH,
            "DELETE" => Method::DELETE,
            _ => {
                let message = "is none of GET, POST, PUT, PATCH and DELETE";
                return Err(problem(&"method".into(), "invalid_method", message));
            }
        };
        let mut headers = HeaderMap::new();
        let mut documents = Documents::Replace;
        for (name, value) in &item.headers {
            let field = FieldPath::from("headers").child(name);
            match (name.to_ascii_lowercase().as_str(), value.as_str()) {
                ("content-type", "application/json") => {}
                ("content-type", "application/merge-patch+json") if method == Method::PATCH => {
                    documents = Documents::Merge;
                }
                // Without a body the media type has no effect.
                ("content-type", "application/merge-patch+json") if item.body.is_none() => {}
                ("content-type", _) => {
                    let message = "is application/json, or of a PATCH application/merge-patch+json";
                    return Err(problem(&field, "invalid_value", message));
                }
                ("if-match" | "if-none-match" | "prefer", _) => {
                    let name = HeaderName::from_bytes(name.as_bytes()).map_err(Error::internal)?;
                    let value = HeaderValue::from_str(value)
                        .map_err(|_| problem(&field, "invalid_type", "is no header"))?;
                    headers.insert(name, value);
                }
                _ => {
                    let message =
                        "means nothing here: Content-Type, If-Match, If-None-Match and Prefer do";
                    return Err(problem(&field, "unknown_field", message));
                }
            }
        }
        let preferences = changes::preferences(&headers, true)?;
        if preferences.end.is_some() {
            return Err(problem(
                &"headers.Prefer".into(),
                "invalid_operation",
                "tx is for the whole batch",
            ));
        }
        Ok(Self {
            method,
            path: &item.path,
            body: item.body,
            documents,
            preferences,
            headers,
            planned: None,
        })
    }

    /// The path of the part of the operation that has the fields of a problem.
    pub(super) fn content(&self) -> FieldPath {
        match self.body {
            Some(_) => "body".into(),
            None => "path".into(),
        }
    }
}

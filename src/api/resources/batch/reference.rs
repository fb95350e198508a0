//! `{"$ref": "author.id"}` in a body, `{author.id}` in a path: values of earlier operations.
//!
//! After the name of an operation come the members and places that lead to the value in its answer:
//! `tags.0.id` for an array. Inside a JSON column nothing is a reference: documents have a `$ref` of
//! their own.

use serde_json::{Value, value::RawValue};

use super::Answer;
use crate::{
    catalog::{Catalog, Resource, Type},
    codec::percent_encoded,
    error::{Error, Problem},
};

/// What operations may refer to.
pub(super) struct References<'batch> {
    names: &'batch [String],
    /// `None` before anything has run: then every value is taken to be null.
    answers: Option<&'batch [Answer]>,
    /// Whether there were any.
    pub(super) found: bool,
}

/// Whether an operation may be called so.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl<'batch> References<'batch> {
    /// Looks only whether what is referred to comes before.
    pub(super) fn unresolved(names: &'batch [String]) -> Self {
        Self {
            names,
            answers: None,
            found: false,
        }
    }

    pub(super) fn to(names: &'batch [String], answers: &'batch [Answer]) -> Self {
        Self {
            names,
            answers: Some(answers),
            found: false,
        }
    }

    /// A path with values in the place of `{…}`, percent-encoded.
    pub(super) fn in_path(&mut self, path: &str) -> Result<String, Error> {
        let mut out = String::with_capacity(path.len());
        let mut rest = path;
        while let Some((before, after)) = rest.split_once('{') {
            let (reference, after) = after.split_once('}').ok_or_else(|| {
                problem(
                    "path",
                    "has a `{` that no `}` follows; as a character it is %7B",
                )
            })?;
            let text = match self.value(reference, "path")? {
                Value::String(text) => text,
                Value::Null if self.answers.is_none() => String::new(),
                value @ (Value::Number(_) | Value::Bool(_)) => value.to_string(),
                _ => return Err(problem("path", "refers to what no path can hold")),
            };
            out.push_str(before);
            out.extend(percent_encoded(&text));
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    /// A body with values in the place of `{"$ref": …}`.
    pub(super) fn in_body(
        &mut self,
        catalog: &Catalog,
        resource: &Resource,
        body: &RawValue,
    ) -> Result<String, Error> {
        // Most bodies have none, and need not be taken apart.
        if !body.get().contains("$ref") {
            return Ok(body.get().to_owned());
        }
        let mut value: Value =
            serde_json::from_str(body.get()).map_err(|error| Error::InvalidBody {
                reason: error.to_string(),
            })?;
        let found = std::mem::take(&mut self.found);
        self.walk(catalog, resource, &mut value, "body")?;
        let replaced = std::mem::replace(&mut self.found, true);
        self.found = found || replaced;
        Ok(if replaced {
            value.to_string()
        } else {
            body.get().to_owned()
        })
    }

    fn walk(
        &mut self,
        catalog: &Catalog,
        resource: &Resource,
        value: &mut Value,
        path: &str,
    ) -> Result<(), Error> {
        match value {
            Value::Array(items) => {
                for (place, item) in items.iter_mut().enumerate() {
                    self.walk(catalog, resource, item, &format!("{path}.{place}"))?;
                }
            }
            Value::Object(members) => {
                if let (1, Some(Value::String(reference))) = (members.len(), members.get("$ref")) {
                    let reference = reference.clone();
                    *value = self.value(&reference, path)?;
                    return Ok(());
                }
                for (name, member) in members {
                    let path = format!("{path}.{name}");
                    if let Some(column) = resource.position(name) {
                        let is_document =
                            matches!(resource.columns[column].data_type, Type::Json { .. });
                        if !is_document {
                            self.walk(catalog, resource, member, &path)?;
                        }
                    } else if let Some(relation) = resource.relation(name) {
                        self.walk(catalog, catalog.target(relation), member, &path)?;
                    } else {
                        self.walk(catalog, resource, member, &path)?;
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        Ok(())
    }

    fn value(&mut self, reference: &str, field: &str) -> Result<Value, Error> {
        self.found = true;
        let (name, steps) = reference.split_once('.').unwrap_or((reference, ""));
        let Some(place) = self.names.iter().position(|one| one == name) else {
            let message = format!("refers to `{name}`, and no operation before it is called so");
            return Err(problem(field, &message));
        };
        let Some(answers) = self.answers else {
            return Ok(Value::Null);
        };
        let body = answers.get(place).and_then(|answer| answer.body.as_deref());
        let answer: Value = body
            .and_then(|body| serde_json::from_slice(body).ok())
            .unwrap_or(Value::Null);
        let mut found = Some(&answer);
        for step in steps.split('.').filter(|step| !step.is_empty()) {
            found = match found {
                Some(Value::Object(members)) => members.get(step),
                Some(Value::Array(items)) => step.parse().ok().and_then(|at: usize| items.get(at)),
                _ => None,
            };
        }
        match found {
            Some(Value::Object(_) | Value::Array(_)) | None => {
                let message = format!(
                    "refers to `{reference}`, which is no value of that operation's answer"
                );
                Err(problem(field, &message))
            }
            Some(value) => Ok(value.clone()),
        }
    }
}

fn problem(field: &str, message: &str) -> Error {
    Error::Invalid(vec![Problem {
        field: field.to_owned(),
        code: "unknown_reference",
        message: message.to_owned(),
    }])
}

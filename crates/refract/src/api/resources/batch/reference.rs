//! References to values of earlier operations: `{"$ref": "author.id"}` in a body, `{author.id}` in
//! a path.
//!
//! A reference is the name of an operation, followed by the members and positions that lead to the
//! value in its answer: `tags.0.id`. JSON columns have no references, because `$ref` belongs to the
//! document there.

use std::{collections::HashMap, ops::Range};

use serde_json::{Value, value::RawValue};

use super::Answer;
use crate::{
    catalog::{Catalog, Resource, Type},
    codec::percent_encoded,
    error::{Error, FieldPath},
};

/// The operations to which a reference may refer.
pub(super) struct References<'batch> {
    names: &'batch [String],
    /// `None` before the operations run. Every reference then has the value null.
    answers: Option<(&'batch [Answer], &'batch mut Referred)>,
    /// Whether a path or a body had a reference.
    pub(super) found: bool,
}

/// The values to which the references of a batch have led so far.
#[derive(Debug)]
pub(super) struct Referred {
    /// The most bytes of all values together.
    limit_bytes: usize,
    left_bytes: usize,
    /// The parts of answers. The key is the position of the answer, and the first byte of the part
    /// in it. An answer is parsed once, even if several references lead into it.
    parts: HashMap<(usize, usize), Parts>,
}

/// The byte ranges of the parts of an array or an object in an answer.
#[derive(Debug)]
enum Parts {
    Items(Vec<Range<usize>>),
    Members(HashMap<String, Range<usize>>),
    /// A value without parts.
    None,
}

impl Referred {
    pub(super) fn new(limit_bytes: usize) -> Self {
        Self {
            limit_bytes,
            left_bytes: limit_bytes,
            parts: HashMap::new(),
        }
    }

    /// Counts the bytes of a value.
    fn take(&mut self, bytes: usize) -> Result<(), Error> {
        self.left_bytes = self
            .left_bytes
            .checked_sub(bytes)
            .ok_or(Error::ReferencesTooLarge {
                limit_bytes: self.limit_bytes,
            })?;
        Ok(())
    }

    /// The JSON that `steps` lead to in the answer at `place`; `None` if they lead nowhere.
    fn find<'answer>(
        &mut self,
        place: usize,
        answer: &'answer [u8],
        steps: &str,
    ) -> Option<&'answer str> {
        let answer = std::str::from_utf8(answer).ok()?;
        let mut span = 0..answer.len();
        for step in steps.split('.').filter(|step| !step.is_empty()) {
            let parts = self.parts.entry((place, span.start));
            let parts = parts.or_insert_with(|| Parts::of(answer, span));
            span = match parts {
                Parts::Items(items) => items.get(step.parse::<usize>().ok()?)?.clone(),
                Parts::Members(members) => members.get(step)?.clone(),
                Parts::None => return None,
            };
        }
        answer.get(span)
    }
}

impl Parts {
    fn of(answer: &str, span: Range<usize>) -> Self {
        let json = &answer[span];
        let place = |part: &RawValue| {
            let start = part.get().as_ptr().addr() - answer.as_ptr().addr();
            start..start + part.get().len()
        };
        if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(json) {
            return Self::Items(items.into_iter().map(place).collect());
        }
        match serde_json::from_str::<HashMap<String, &RawValue>>(json) {
            Ok(members) => {
                let members = members.into_iter();
                Self::Members(members.map(|(name, part)| (name, place(part))).collect())
            }
            Err(_) => Self::None,
        }
    }
}

/// Whether an operation may have this name.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl<'batch> References<'batch> {
    /// Makes references that are checked but not resolved.
    pub(super) fn unresolved(names: &'batch [String]) -> Self {
        Self {
            names,
            answers: None,
            found: false,
        }
    }

    pub(super) fn to(
        names: &'batch [String],
        answers: &'batch [Answer],
        referred: &'batch mut Referred,
    ) -> Self {
        Self {
            names,
            answers: Some((answers, referred)),
            found: false,
        }
    }

    /// A path with percent-encoded values in place of `{…}`.
    ///
    /// # Errors
    /// [`Error::QueryTooLong`] if its query becomes longer than `query_bytes`.
    pub(super) fn in_path(&mut self, path: &str, query_bytes: usize) -> Result<String, Error> {
        let mut out = String::with_capacity(path.len());
        let mut query = None;
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
            // Values are encoded and have no `?`, so this one starts the query.
            query = query.or_else(|| before.contains('?').then(|| out.find('?')).flatten());
            out.extend(percent_encoded(&text));
            if query.is_some_and(|start| out.len() - start > query_bytes) {
                return Err(Error::QueryTooLong {
                    limit_bytes: query_bytes,
                });
            }
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    /// A body with values in place of `{"$ref": …}`.
    pub(super) fn in_body(
        &mut self,
        catalog: &Catalog,
        resource: &Resource,
        body: &RawValue,
    ) -> Result<String, Error> {
        // Most bodies have no references, and are not parsed here.
        if !body.get().contains("$ref") {
            return Ok(body.get().to_owned());
        }
        let mut value: Value =
            serde_json::from_str(body.get()).map_err(|error| Error::InvalidBody {
                reason: error.to_string(),
            })?;
        let found = std::mem::take(&mut self.found);
        self.walk(catalog, resource, &mut value, &"body".into())?;
        let replaced = std::mem::replace(&mut self.found, true);
        self.found = found || replaced;
        Ok(if replaced {
            value.to_string()
        } else {
            body.get().to_owned()
        })
    }

    /// Replaces the references in `value`, which is at `path`.
    fn walk(
        &mut self,
        catalog: &Catalog,
        resource: &Resource,
        value: &mut Value,
        path: &FieldPath,
    ) -> Result<(), Error> {
        match value {
            Value::Array(items) => {
                for (place, item) in items.iter_mut().enumerate() {
                    self.walk(catalog, resource, item, &path.index(place))?;
                }
            }
            Value::Object(members) => {
                if let (1, Some(Value::String(reference))) = (members.len(), members.get("$ref")) {
                    let reference = reference.clone();
                    *value = self.value(&reference, path)?;
                    return Ok(());
                }
                for (name, member) in members {
                    let path = path.child(name);
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

    fn value(&mut self, reference: &str, field: impl Into<FieldPath>) -> Result<Value, Error> {
        self.found = true;
        let (name, steps) = reference.split_once('.').unwrap_or((reference, ""));
        let Some(place) = self.names.iter().position(|one| one == name) else {
            let message = format!("refers to `{name}`, and no operation before it is called so");
            return Err(problem(field, &message));
        };
        let Some((answers, referred)) = &mut self.answers else {
            return Ok(Value::Null);
        };
        let body = answers.get(place).and_then(|answer| answer.body.as_deref());
        let found = body.and_then(|body| referred.find(place, body, steps));
        // A reference to an object or an array is refused.
        let found = found.filter(|json| !json.starts_with(['{', '[']));
        let Some(json) = found else {
            let message =
                format!("refers to `{reference}`, which is no value of that operation's answer");
            return Err(problem(field, &message));
        };
        referred.take(json.len())?;
        serde_json::from_str(json).map_err(Error::internal)
    }
}

fn problem(field: impl Into<FieldPath>, message: &str) -> Error {
    Error::invalid(field, "unknown_reference", message)
}

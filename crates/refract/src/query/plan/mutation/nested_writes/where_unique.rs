//! `{"email": "a@b.c"}`: conditions that one row at most satisfies.

use serde_json::value::RawValue;

use super::Planner;
use crate::{
    catalog::{Resource, nearest},
    codec::{Value, parse_json},
    query::{
        body::{self, Object},
        plan::Condition,
    },
};

/// Conditions that one row at most satisfies.
#[derive(Debug, Clone)]
pub struct WhereUnique {
    /// Where it stands in the body: `author.connect.email`, or without the field where there are
    /// several.
    pub path: String,
    pub conditions: Vec<Condition>,
    /// Columns of the key that is named whole.
    pub key: Vec<usize>,
}

impl Planner<'_> {
    /// Reads the fields of a key, others as further conditions. A key of several may also stand as
    /// Prisma has it: `{"userId_orgId": {"userId": 1, "orgId": 2}}`.
    pub(super) fn where_unique(
        &mut self,
        resource: &Resource,
        json: &RawValue,
        path: &str,
    ) -> Option<WhereUnique> {
        let Ok(object) = body::object(json.get().as_bytes()) else {
            let field = path.trim_end_matches('.');
            self.refuse(
                field,
                "invalid_type",
                "must be an object of the fields of a unique key",
            );
            return None;
        };
        let before = self.problems.len();
        let mut conditions = Vec::new();
        let mut names = Vec::new();
        for (name, json) in &object {
            match compound(resource, name, json) {
                Some(inner) => {
                    let path = format!("{path}{name}.");
                    for (name, json) in &inner {
                        conditions.extend(self.condition(resource, name, json, &path));
                        names.push(format!("{path}{name}"));
                    }
                }
                None => {
                    conditions.extend(self.condition(resource, name, json, path));
                    names.push(format!("{path}{name}"));
                }
            }
        }
        if self.problems.len() > before {
            return None;
        }
        let is_named = |key: &Vec<usize>| {
            key.iter()
                .all(|column| conditions.iter().any(|one| one.column == *column))
        };
        let Some(key) = resource.readable_keys().find(is_named) else {
            let keys = resource.named_keys().join(" or ");
            let message = format!("must name a unique key: {keys}");
            self.refuse(path.trim_end_matches('.'), "not_unique", message);
            return None;
        };
        let path = match names.as_slice() {
            [only] => only.clone(),
            _ => path.trim_end_matches('.').to_owned(),
        };
        Some(WhereUnique {
            path,
            conditions,
            key,
        })
    }

    fn condition(
        &mut self,
        resource: &Resource,
        name: &str,
        json: &RawValue,
        path: &str,
    ) -> Option<Condition> {
        let field = format!("{path}{name}");
        let Some(column) = resource.readable(name) else {
            let hint = nearest(name, resource.fields())
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            let message = format!("is not a field of {}{hint}", resource.name);
            self.refuse(field, "unknown_field", message);
            return None;
        };
        let data_type = &resource.columns[column].data_type;
        if !data_type.comparable() {
            let message = format!("cannot be compared: its type is {}", data_type.name());
            self.refuse(field, "invalid_operator", message);
            return None;
        }
        match parse_json(data_type, json) {
            Ok(Value::Null) => {
                self.refuse(field, "not_null", "must not be null");
                None
            }
            Ok(value) => Some(Condition::equals(column, value)),
            Err(refusal) => {
                self.refuse(field, refusal.code, refusal.message);
                None
            }
        }
    }
}

/// The fields of a key that stands under its fields' names joined by `_`.
fn compound<'body>(
    resource: &Resource,
    name: &str,
    json: &&'body RawValue,
) -> Option<Object<'body>> {
    if resource.position(name).is_some() {
        return None;
    }
    let is_name = |key: Vec<usize>| {
        let fields = key
            .iter()
            .map(|&column| resource.columns[column].field.as_str());
        key.len() > 1 && fields.collect::<Vec<_>>().join("_") == name
    };
    if resource.readable_keys().any(is_name) {
        body::object(json.get().as_bytes()).ok()
    } else {
        None
    }
}

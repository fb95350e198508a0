//! `{"email": "a@b.c"}`: conditions that one row at most satisfies.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::Planner;
use crate::{
    catalog::{Resource, nearest},
    codec::{Value, parse_json, same},
    error::FieldPath,
    query::{
        body::{self, Object},
        operators::Operator,
        plan::{Condition, Test},
    },
};

/// Conditions that one row at most satisfies.
#[derive(Debug, Clone)]
pub struct WhereUnique {
    /// Where it is in the body. If it has one field, the field's path: `author.connect.email`.
    pub path: FieldPath,
    pub conditions: Vec<Condition>,
    /// The columns of a unique key that the conditions name completely.
    pub key: Vec<usize>,
}

impl WhereUnique {
    /// Whether a new row has the values of the key that the conditions name.
    pub fn is_key_of(&self, resource: &Resource, row: &BTreeMap<usize, Value>) -> bool {
        self.key.iter().all(|column| {
            let data_type = &resource.columns[*column].data_type;
            let mut conditions = self.conditions.iter();
            conditions.any(|one| match (&one.test, row.get(column)) {
                (Test::Compare(Operator::Eq, sought), Some(given)) => {
                    one.column == *column && same(data_type, sought, given)
                }
                _ => false,
            })
        })
    }
}

impl Planner<'_> {
    /// Reads the fields of a unique key; other fields are further conditions. A key of several
    /// columns may also be written as in Prisma: `{"userId_orgId": {"userId": 1, "orgId": 2}}`.
    pub(super) fn where_unique(
        &mut self,
        resource: &Resource,
        json: &RawValue,
        path: &FieldPath,
    ) -> Option<WhereUnique> {
        let Ok(object) = body::object(json.get().as_bytes()) else {
            let message = "must be an object of the fields of a unique key";
            self.refuse(path, "invalid_type", message);
            return None;
        };
        let problems_before = self.problems.len();
        let mut conditions = Vec::new();
        let mut paths = Vec::new();
        for (name, json) in &object {
            let path = path.child(name);
            match compound_key(resource, name, json) {
                Some(fields) => {
                    for (name, json) in &fields {
                        let path = path.child(name);
                        conditions.extend(self.condition(resource, name, json, &path));
                        paths.push(path);
                    }
                }
                None => {
                    conditions.extend(self.condition(resource, name, json, &path));
                    paths.push(path);
                }
            }
        }
        if self.problems.len() > problems_before {
            return None;
        }
        let is_complete = |key: &Vec<usize>| {
            let mut key = key.iter();
            key.all(|column| conditions.iter().any(|one| one.column == *column))
        };
        let Some(key) = resource.readable_keys().find(is_complete) else {
            let keys = resource.named_keys().join(" or ");
            let message = format!("must name a unique key: {keys}");
            self.refuse(path, "not_unique", message);
            return None;
        };
        let path = match paths.as_slice() {
            [only] => only.clone(),
            _ => path.clone(),
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
        path: &FieldPath,
    ) -> Option<Condition> {
        let Some(column) = resource.readable(name) else {
            let hint = nearest(name, resource.fields())
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            let message = format!("is not a field of {}{hint}", resource.name);
            self.refuse(path, "unknown_field", message);
            return None;
        };
        let data_type = &resource.columns[column].data_type;
        if !data_type.comparable() {
            let message = format!("cannot be compared: its type is {}", data_type.name());
            self.refuse(path, "invalid_operator", message);
            return None;
        }
        match parse_json(data_type, json) {
            Ok(Value::Null) => self.refuse(path, "not_null", "must not be null"),
            Ok(value) => return Some(Condition::equals(column, value)),
            Err(error) => self.refuse(path, error.code, error.message),
        }
        None
    }
}

/// The fields of a key that the body names by its fields' names, joined by `_`.
fn compound_key<'body>(
    resource: &Resource,
    name: &str,
    json: &&'body RawValue,
) -> Option<Object<'body>> {
    if resource.position(name).is_some() {
        return None;
    }
    let is_name = |key: Vec<usize>| {
        let fields = key.iter();
        let fields = fields.map(|&column| resource.columns[column].field.as_str());
        key.len() > 1 && fields.collect::<Vec<_>>().join("_") == name
    };
    let mut keys = resource.readable_keys();
    keys.any(is_name)
        .then(|| body::object(json.get().as_bytes()).ok())?
}

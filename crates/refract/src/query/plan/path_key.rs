//! The key in a path → the conditions of one row.

use super::Condition;
use crate::{
    catalog::{Resource, Type},
    codec::{Value, parse_text},
    error::{Error, Problem},
};

/// Conditions for the row whose key is `parts`, in key order.
///
/// # Errors
/// [`Error::RouteNotFound`] for a resource without a key; [`Error::Invalid`] if a part has not the type
/// of its column, or parts are missing.
pub fn key(resource: &Resource, parts: &[String]) -> Result<Vec<Condition>, Error> {
    if resource.key.is_empty() {
        return Err(Error::RouteNotFound);
    }
    let fields = || {
        resource
            .key
            .iter()
            .map(|&column| resource.columns[column].field.as_str())
    };
    if parts.len() != resource.key.len() {
        return Err(Error::Invalid(vec![Problem {
            field: fields().collect::<Vec<_>>().join(","),
            code: "invalid_key",
            message: format!(
                "has {} parts separated by commas, not {}",
                resource.key.len(),
                parts.len()
            ),
        }]));
    }
    let mut conditions = Vec::with_capacity(parts.len());
    let mut problems = Vec::new();
    for (&column, part) in resource.key.iter().zip(parts) {
        let data_type = &resource.columns[column].data_type;
        match parse_text(data_type, unquoted(data_type, part)) {
            Ok(value) => conditions.push(Condition::equals(column, value)),
            Err(refusal) => problems.push(Problem {
                field: resource.columns[column].field.clone(),
                code: refusal.code,
                message: refusal.message,
            }),
        }
    }
    if problems.is_empty() {
        Ok(conditions)
    } else {
        Err(Error::Invalid(problems))
    }
}

/// A part without the quotes around it (see [`crate::codec::key_segment`]). In JSON the quotes belong
/// to the value: they make it a string.
fn unquoted<'part>(data_type: &Type, part: &'part str) -> &'part str {
    match data_type {
        Type::Json { .. } => part,
        _ => part
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .unwrap_or(part),
    }
}

/// The values of a key that [`key`] made.
pub(super) fn values(conditions: &[Condition]) -> impl Iterator<Item = (usize, &Value)> {
    conditions
        .iter()
        .filter_map(|condition| match &condition.test {
            super::Test::Compare(_, value) => Some((condition.column, value)),
            super::Test::In(_) | super::Test::Is(_) | super::Test::Search { .. } => None,
        })
}

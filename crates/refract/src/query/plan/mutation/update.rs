//! `PATCH`: other values for some columns.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::{
    Assign, Update, refuse_views,
    row_values::{Row, given},
};
use crate::{
    catalog::{Resource, Type},
    codec::Value,
    error::{Error, Problem},
    query::{
        body::Object,
        fill,
        plan::{VisibleFilter, read::readable},
    },
};

/// Deepest nesting of a merge patch, and most objects in it: each becomes a step of the statement.
const MAX_PATCH_DEPTH: usize = 16;
const MAX_PATCH_OBJECTS: usize = 200;

/// What the JSON of a JSON column does to what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Documents {
    /// It takes its place.
    Replace,
    /// It is a patch of it (RFC 7396).
    Merge,
}

/// The plan that changes the fields present; `None` where nothing is to be changed.
///
/// # Errors
/// [`Error::Invalid`] with every problem; [`Error::ReadOnly`] for views.
pub fn update(
    resource: &Arc<Resource>,
    filter: VisibleFilter,
    object: &Object<'_>,
    documents: Documents,
) -> Result<Option<Update>, Error> {
    refuse_views(resource)?;
    let mut problems = Vec::new();
    let row = given(resource, object, "", &mut problems);
    let set = assignments(resource, row, documents, "", &mut problems);
    if problems.is_empty() {
        Ok(changing(resource, filter, set))
    } else {
        Err(Error::Invalid(problems))
    }
}

/// The plan that gives one JSON column a document, or changes the one it has.
///
/// # Errors
/// [`Error::Invalid`] for what the column does not take; [`Error::ReadOnly`] for views.
pub fn set_field(
    resource: &Arc<Resource>,
    filter: VisibleFilter,
    column: usize,
    document: &serde_json::value::RawValue,
    documents: Documents,
) -> Result<Option<Update>, Error> {
    let field = resource.columns[column].field.clone();
    let object = Object::from([(field, document)]);
    update(resource, filter, &object, documents)
}

/// The JSON column behind the name of a sub-document in a path.
///
/// # Errors
/// [`Error::UnknownField`], or [`Error::RouteNotFound`] for a field that is not JSON.
pub fn field(resource: &Resource, name: &str) -> Result<usize, Error> {
    let column = readable(resource, name)?;
    match resource.columns[column].data_type {
        Type::Json { .. } => Ok(column),
        _ => Err(Error::RouteNotFound),
    }
}

/// An update of these columns and of those that note when a row was changed; `None` where there
/// are none.
pub fn changing(
    resource: &Arc<Resource>,
    filter: VisibleFilter,
    mut set: Vec<(usize, Assign)>,
) -> Option<Update> {
    // As in Prisma, a change of nothing does not move `@updatedAt`.
    if set.is_empty() {
        return None;
    }
    let now = fill::now();
    for (position, column) in resource.columns.iter().enumerate() {
        if let Some(value) = fill::on_update(column, now)
            && !set.iter().any(|(assigned, _)| *assigned == position)
        {
            set.push((position, Assign::To(value)));
        }
    }
    set.sort_by_key(|(column, _)| *column);
    Some(Update {
        table: resource.clone(),
        set,
        filter,
        returning: resource.visible().collect(),
    })
}

/// What each given value does to its column.
pub(super) fn assignments(
    resource: &Resource,
    row: Row,
    documents: Documents,
    prefix: &str,
    problems: &mut Vec<Problem>,
) -> Vec<(usize, Assign)> {
    let mut set = Vec::with_capacity(row.len() + 1);
    for (column, value) in row {
        let is_document = matches!(resource.columns[column].data_type, Type::Json { .. });
        let assign = match (documents, &value) {
            (Documents::Merge, Value::Text(document)) if is_document => {
                match serde_json::from_str(document) {
                    Ok(Json::Object(patch)) => {
                        if let Some(message) = too_much(&patch) {
                            problems.push(Problem {
                                field: format!("{prefix}{}", resource.columns[column].field),
                                code: "too_complex",
                                message,
                            });
                        }
                        Assign::Merge(patch)
                    }
                    // Anything else than an object takes the document's place.
                    _ => Assign::To(value),
                }
            }
            _ => Assign::To(value),
        };
        set.push((column, assign));
    }
    set
}

/// Why a patch is more than one statement should have to do.
fn too_much(patch: &Map<String, Json>) -> Option<String> {
    fn measure(patch: &Map<String, Json>, depth: usize, objects: &mut usize) -> usize {
        *objects += 1;
        let inner = patch.values().filter_map(Json::as_object);
        let deepest = inner.map(|inner| measure(inner, depth + 1, objects)).max();
        deepest.unwrap_or(depth)
    }
    let mut objects = 0;
    let depth = measure(patch, 1, &mut objects);
    if depth > MAX_PATCH_DEPTH {
        return Some(format!("is nested deeper than {MAX_PATCH_DEPTH} objects"));
    }
    (objects > MAX_PATCH_OBJECTS).then(|| format!("has more than {MAX_PATCH_OBJECTS} objects"))
}

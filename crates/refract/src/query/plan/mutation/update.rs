//! `PATCH`: plans that change some columns.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::{
    Assign, Update, refuse_views,
    row_values::{Row, given},
};
use crate::{
    catalog::{Resource, Type},
    codec::Value,
    error::{Error, FieldPath, Problem},
    query::{
        body::Object,
        fill,
        plan::{Filter, Visibility, policy::Action, read_plan::readable},
    },
};

/// Deepest nesting of a merge patch.
const MAX_PATCH_DEPTH: usize = 16;
/// Most objects of a merge patch. Each is an expression of the statement.
const MAX_PATCH_OBJECTS: usize = 200;

/// The effect of a new value on a JSON column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Documents {
    /// It replaces the present value.
    Replace,
    /// It is a merge patch of the present value (RFC 7396).
    Merge,
}

/// The plan that changes the fields of a body; `None` without fields.
///
/// # Errors
/// [`Error::Invalid`] with every problem; [`Error::ReadOnly`] for views.
pub fn update(
    visibility: Visibility<'_>,
    resource: &Arc<Resource>,
    asked: Filter,
    object: &Object<'_>,
    documents: Documents,
) -> Result<Option<Update>, Error> {
    refuse_views(resource)?;
    visibility.ensure(Action::Update, resource)?;
    let mut problems = Vec::new();
    let row = given(
        visibility,
        resource,
        object,
        &FieldPath::root(),
        &mut problems,
    );
    let set = assignments(resource, row, documents, &FieldPath::root(), &mut problems);
    if problems.is_empty() {
        Ok(changing(visibility, resource, asked, set))
    } else {
        Err(Error::Invalid(problems))
    }
}

/// The plan that replaces or patches one JSON column.
///
/// # Errors
/// [`Error::Invalid`] for a value that the column cannot have; [`Error::ReadOnly`] for views.
pub fn set_field(
    visibility: Visibility<'_>,
    resource: &Arc<Resource>,
    asked: Filter,
    column: usize,
    document: &serde_json::value::RawValue,
    documents: Documents,
) -> Result<Option<Update>, Error> {
    let field = resource.columns[column].field.clone();
    let object = Object::from([(field, document)]);
    update(visibility, resource, asked, &object, documents)
}

/// The JSON column whose field a path names.
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

/// An update of these columns and of `@updatedAt` columns; `None` without columns.
pub fn changing(
    visibility: Visibility<'_>,
    resource: &Arc<Resource>,
    asked: Filter,
    set: Vec<(usize, Assign)>,
) -> Option<Update> {
    // As in Prisma, an update without fields leaves `@updatedAt` as it is.
    if set.is_empty() {
        return None;
    }
    Some(Update {
        table: resource.clone(),
        set: with_updated_at(resource, set),
        filter: visibility.filter_for(Action::Update, resource, asked),
        returning: resource.visible().collect(),
        check: visibility.check(resource),
    })
}

/// Assignments, and those of the columns that every update sets.
pub(super) fn with_updated_at(
    resource: &Resource,
    mut set: Vec<(usize, Assign)>,
) -> Vec<(usize, Assign)> {
    let now = fill::now();
    for (position, column) in resource.columns.iter().enumerate() {
        if let Some(value) = fill::on_update(column, now)
            && !set.iter().any(|(assigned, _)| *assigned == position)
        {
            set.push((position, Assign::To(value)));
        }
    }
    set.sort_by_key(|(column, _)| *column);
    set
}

/// The assignments of the values of a body.
pub(super) fn assignments(
    resource: &Resource,
    row: Row,
    documents: Documents,
    path: &FieldPath,
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
                            problems.push(Problem::new(
                                path.child(&resource.columns[column].field),
                                "too_complex",
                                message,
                            ));
                        }
                        Assign::Merge(patch)
                    }
                    // RFC 7396: a patch that is no object replaces the value.
                    _ => Assign::To(value),
                }
            }
            _ => Assign::To(value),
        };
        set.push((column, assign));
    }
    set
}

/// The reason to refuse a large patch.
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

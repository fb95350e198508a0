//! Columns that several references of a row share, as the id of a tenant: the rows that the row
//! refers to must have the same value.

use std::sync::Arc;

use super::{NestedWriter, WrittenRow, equals};
use crate::{
    catalog::Resource,
    codec::Value,
    db::{DbError, DbErrorKind},
    error::{Error, FieldPath, Problem, Violation},
    query::{
        plan::{Condition, Filter, IsTest, Reference, Test, references},
        sql::Lock,
    },
};

/// The values that a row's reference takes from the row that it refers to.
#[derive(Clone)]
pub(super) struct KeyValues {
    /// Where the body gives them: `author.connect.email`, or `posts` for the row that has the
    /// relation.
    pub(super) path: FieldPath,
    /// The columns of the reference.
    pub(super) columns: Vec<usize>,
    /// New values of these columns. A column without a new value keeps its own.
    pub(super) values: Vec<(usize, Value)>,
    /// The row that is referred to, and its columns that the values come from. `None` if the row
    /// refers to no row from now on.
    pub(super) of: Option<(WrittenRow, Vec<usize>)>,
}

impl NestedWriter<'_, '_> {
    /// The values that a row takes from others, each column once.
    ///
    /// # Errors
    /// A conflict if two of them give a column different values.
    pub(super) async fn agreed(
        &mut self,
        resource: &Resource,
        keys: &[KeyValues],
    ) -> Result<Vec<(usize, Value)>, Error> {
        let mut agreed: Vec<(usize, Value, &KeyValues)> = Vec::new();
        for key in keys {
            for (at, (column, value)) in key.values.iter().enumerate() {
                let other = agreed.iter().find(|(known, ..)| known == column);
                let Some((_, known, other)) = other else {
                    agreed.push((*column, value.clone(), key));
                    continue;
                };
                let is_same = value == known
                    || match &key.of {
                        Some((row, from)) => self.has_value(row, from[at], known).await?,
                        None => false,
                    };
                if !is_same {
                    return Err(disagree(resource, *column, &other.path, &key.path));
                }
            }
        }
        let values = agreed.into_iter();
        Ok(values.map(|(column, value, _)| (column, value)).collect())
    }

    /// Refuses to change a row's references if that changes another reference that the body does
    /// not mention. `named` are the columns that the body itself gives values.
    ///
    /// # Errors
    /// A conflict that names both references; the database's error.
    pub(super) async fn refuse_moving_others(
        &mut self,
        current: &WrittenRow,
        keys: &[KeyValues],
        named: &[usize],
        path: &FieldPath,
    ) -> Result<(), Error> {
        let resource = current.resource.clone();
        for other in references(&resource) {
            let is_mentioned = |key: &KeyValues| {
                !other.shares(&key.columns)
                    && other.columns.iter().any(|one| key.columns.contains(one))
            };
            if keys.iter().any(is_mentioned) || other.columns.iter().any(|one| named.contains(one))
            {
                continue;
            }
            for key in keys {
                let shared = key.values.iter();
                let shared = shared.filter(|(column, _)| other.columns.contains(column));
                for (column, value) in shared {
                    let before = current.value(*column);
                    let rest = other.columns.iter().filter(|one| *one != column);
                    let refers = rest.copied().all(|one| current.value(one) != Value::Null);
                    if !refers
                        || before == *value
                        || self.has_value(current, *column, value).await?
                    {
                        continue;
                    }
                    let moved = path.child(name(&other));
                    return Err(moves(&resource, *column, &key.path, &moved));
                }
            }
        }
        Ok(())
    }

    /// Refuses to end the references of the rows of a filter if that ends other references, too.
    ///
    /// # Errors
    /// As [`Self::refuse_moving_others`].
    pub(super) async fn refuse_releasing_others(
        &mut self,
        resource: &Arc<Resource>,
        filter: &Filter,
        columns: &[usize],
        nulls: &[(usize, Value)],
        path: &FieldPath,
    ) -> Result<(), Error> {
        for other in references(resource) {
            let shared = nulls.iter().map(|(column, _)| *column);
            let shared = shared.filter(|column| other.columns.contains(column)).min();
            let Some(column) = shared.filter(|_| other.shares(columns)) else {
                continue;
            };
            let is_not_null = |column: usize| Condition {
                test: Test::Is(IsTest::NotNull),
                ..Condition::equals(column, Value::Null)
            };
            let mut filter = filter.clone();
            let refers = other.columns.iter().copied().map(is_not_null);
            filter.conditions.extend(refers);
            let found = self.locked(resource, filter, Lock::Key, path).await?;
            if found.is_some() {
                return Err(moves(resource, column, path, &name(&other).into()));
            }
        }
        Ok(())
    }

    /// Whether a row has a value in a column. The database compares them: values of `citext`, and
    /// numbers of different types, may be equal in different spellings.
    async fn has_value(
        &mut self,
        row: &WrittenRow,
        column: usize,
        value: &Value,
    ) -> Result<bool, Error> {
        let resource = row.resource.clone();
        let is_comparable = resource.columns[column].data_type.comparable();
        let (Some(key), true, true) = (row.key(), is_comparable, *value != Value::Null) else {
            return Ok(false);
        };
        let mut filter = equals(&[column], vec![value.clone()]);
        filter.conditions.extend(key.conditions);
        let found = self
            .locked(&resource, filter, Lock::Key, &FieldPath::root())
            .await?;
        Ok(found.is_some())
    }
}

fn name<'resource>(reference: &Reference<'resource>) -> &'resource str {
    reference.relation.unwrap_or("another reference")
}

/// The error of two parts of a body that lead to rows with different values of a shared column.
fn disagree(resource: &Resource, column: usize, first: &FieldPath, second: &FieldPath) -> Error {
    let shared = shared_column(resource, column);
    let sentence = format!(
        "`{first}` and `{second}` lead to rows that do not belong together: they give {shared} of {} \
         different values.",
        resource.name
    );
    let problem = |field: &FieldPath, other: &FieldPath| {
        Problem::new(
            field,
            "disagrees",
            format!("gives {shared} another value than `{other}`"),
        )
    };
    conflict(
        sentence,
        vec![problem(first, second), problem(second, first)],
    )
}

/// The error of a change of one reference that would change another.
fn moves(resource: &Resource, column: usize, path: &FieldPath, moved: &FieldPath) -> Error {
    let shared = shared_column(resource, column);
    let sentence = format!(
        "`{path}` would change {shared} of {}, and with it `{moved}`, of which the body says nothing.",
        resource.name
    );
    let problem = |field: &FieldPath, message: String| Problem::new(field, "disagrees", message);
    conflict(
        sentence,
        vec![
            problem(path, format!("gives {shared} another value than `{moved}`")),
            problem(
                moved,
                format!("refers by {shared}, which `{path}` would change"),
            ),
        ],
    )
}

fn shared_column(resource: &Resource, column: usize) -> String {
    let column = &resource.columns[column];
    if column.is_hidden() {
        "a column".to_owned()
    } else {
        format!("`{}`", column.field)
    }
}

fn conflict(sentence: String, problems: Vec<Problem>) -> Error {
    Error::Conflict {
        problem: Box::new(Violation {
            code: "relations_disagree",
            title: "Relations disagree",
            sentence,
            problems,
        }),
        source: Box::new(DbError::of(DbErrorKind::ForeignKeyViolation)),
        soft_deleted: None,
    }
}

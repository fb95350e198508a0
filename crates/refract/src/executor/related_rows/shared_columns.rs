//! Columns that several relations of a row share, as the id of a tenant: they hold one value, so that
//! what one relation names must belong to what the others name.

use super::{Nested, Record, equal, key};
use crate::{
    catalog::Resource,
    codec::Value,
    db::{DbError, DbErrorKind},
    error::{Error, Problem, Violation},
    query::{
        plan::{Condition, Filter, IsTest, Test, references},
        sql::Lock,
    },
};

/// What a row takes from another, or gives up.
#[derive(Clone)]
pub(super) struct Given {
    /// Where the body says so: `author.connect.email`; `posts` for the row around.
    pub(super) path: String,
    /// The columns of the relation, on the side that refers.
    pub(super) columns: Vec<usize>,
    /// What these columns take; those that are not here stay as they are.
    pub(super) values: Vec<(usize, Value)>,
    /// The other row, with the columns that the values are of. `None` gives the relation up.
    pub(super) of: Option<(Record, Vec<usize>)>,
}

impl Nested<'_, '_> {
    /// The values that a row takes from others, each column once.
    ///
    /// # Errors
    /// A conflict where two of them give a column different values.
    pub(super) async fn agreed(
        &mut self,
        resource: &Resource,
        all: &[Given],
    ) -> Result<Vec<(usize, Value)>, Error> {
        let mut agreed: Vec<(usize, Value, &Given)> = Vec::new();
        for given in all {
            for (place, (column, value)) in given.values.iter().enumerate() {
                let other = agreed.iter().find(|(known, ..)| known == column);
                let Some((_, known, other)) = other else {
                    agreed.push((*column, value.clone(), given));
                    continue;
                };
                let is_same = value == known
                    || match &given.of {
                        Some((record, from)) => self.holds(record, from[place], known).await?,
                        None => false,
                    };
                if !is_same {
                    return Err(disagree(resource, *column, &other.path, &given.path));
                }
            }
        }
        let values = agreed.into_iter();
        Ok(values.map(|(column, value, _)| (column, value)).collect())
    }

    /// Refuses a change of a row's references that would change another of them, too: one that
    /// the body does not name. `named` are the columns that it gives values itself.
    ///
    /// # Errors
    /// A conflict that names both; the database's own.
    pub(super) async fn keeps_others(
        &mut self,
        current: &Record,
        all: &[Given],
        named: &[usize],
        prefix: &str,
    ) -> Result<(), Error> {
        let resource = current.resource.clone();
        for other in references(&resource) {
            let is_given = |given: &Given| {
                !other.shares(&given.columns)
                    && other.columns.iter().any(|one| given.columns.contains(one))
            };
            if all.iter().any(is_given) || other.columns.iter().any(|one| named.contains(one)) {
                continue;
            }
            for given in all {
                let shared = given.values.iter();
                let shared = shared.filter(|(column, _)| other.columns.contains(column));
                for (column, value) in shared {
                    let before = current.value(*column);
                    let rest = other.columns.iter().filter(|one| *one != column);
                    let refers = rest.copied().all(|one| current.value(one) != Value::Null);
                    if !refers || before == *value || self.holds(current, *column, value).await? {
                        continue;
                    }
                    let relation = other.relation.unwrap_or("another reference");
                    let moved = format!("{prefix}{relation}");
                    return Err(moves(&resource, *column, &given.path, &moved));
                }
            }
        }
        Ok(())
    }

    /// Refuses to give up references of the rows of a filter where that would give up others, too.
    ///
    /// # Errors
    /// As [`Self::keeps_others`].
    pub(super) async fn gives_up_no_others(
        &mut self,
        resource: &std::sync::Arc<Resource>,
        filter: &Filter,
        relation: &[usize],
        nulls: &[(usize, Value)],
        path: &str,
    ) -> Result<(), Error> {
        for other in references(resource) {
            let shared = nulls.iter().map(|(column, _)| *column);
            let shared = shared.filter(|column| other.columns.contains(column)).min();
            let Some(column) = shared.filter(|_| other.shares(relation)) else {
                continue;
            };
            let is_there = |column: usize| Condition {
                test: Test::Is(IsTest::NotNull),
                ..Condition::equals(column, Value::Null)
            };
            let mut filter = filter.clone();
            filter
                .conditions
                .extend(other.columns.iter().copied().map(is_there));
            let found = self.locked(resource, filter, Lock::Key, path).await?;
            if found.is_some() {
                let relation = other.relation.unwrap_or("another reference");
                return Err(moves(resource, column, path, relation));
            }
        }
        Ok(())
    }

    /// Whether a row holds a value in a column, as the database compares them: texts of `citext` and
    /// numbers of other types may be the same though their spellings differ.
    async fn holds(
        &mut self,
        record: &Record,
        column: usize,
        value: &Value,
    ) -> Result<bool, Error> {
        let resource = record.resource.clone();
        let is_comparable = resource.columns[column].data_type.comparable();
        let (Some(key), true, true) = (key(record), is_comparable, *value != Value::Null) else {
            return Ok(false);
        };
        let mut filter = equal(&[column], vec![value.clone()]);
        filter.conditions.extend(key.conditions);
        let found = self.locked(&resource, filter, Lock::Key, "").await?;
        Ok(found.is_some())
    }
}

/// Two parts of a body lead to rows that have no column's value in common.
fn disagree(resource: &Resource, column: usize, first: &str, second: &str) -> Error {
    let shared = shared_column(resource, column);
    let sentence = format!(
        "`{first}` and `{second}` lead to rows that do not belong together: they give {shared} of {} \
         different values.",
        resource.name
    );
    let problem = |field: &str, other: &str| Problem {
        field: field.to_owned(),
        code: "disagrees",
        message: format!("gives {shared} another value than `{other}`"),
    };
    conflict(
        sentence,
        vec![problem(first, second), problem(second, first)],
    )
}

/// A change of a relation would change another one.
fn moves(resource: &Resource, column: usize, path: &str, moved: &str) -> Error {
    let shared = shared_column(resource, column);
    let sentence = format!(
        "`{path}` would change {shared} of {}, and with it `{moved}`, of which the body says nothing.",
        resource.name
    );
    let problems = vec![
        Problem {
            field: path.to_owned(),
            code: "disagrees",
            message: format!("gives {shared} another value than `{moved}`"),
        },
        Problem {
            field: moved.to_owned(),
            code: "disagrees",
            message: format!("refers by {shared}, which `{path}` would change"),
        },
    ];
    conflict(sentence, problems)
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

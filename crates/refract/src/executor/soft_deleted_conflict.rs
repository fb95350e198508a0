//! Conflicts with soft-deleted rows, which the client does not see. The error says that such a row
//! has the key.

use std::sync::Arc;

use super::left_out::left_out;
use crate::{
    catalog::Resource,
    codec::Value,
    db::{Db, DbError, DbErrorKind, Repeat},
    db_error,
    error::{Error, HeldKeys, SoftDeleted},
    query::{
        operators::Operator,
        plan::{Assign, Filter, Insert, ReadPlan, Test, Update, Visibility},
        sql::Statements,
    },
};

/// Most rows of a search by a key of several columns, which has a condition for each row.
const MOST_ROWS: usize = 200;

/// Values of a key, for each row that gives all of them.
type Keys = Vec<Vec<Value>>;

/// The error of an insert that failed.
pub fn explain_insert(plan: &Insert, error: DbError) -> Error {
    let keys = |columns: &[usize]| {
        let rows = 0..plan.rows.len();
        rows.filter_map(|row| plan.values(row, columns)).collect()
    };
    explain(&plan.into, error, keys)
}

/// The error of an update that failed.
pub fn explain_update(plan: &Update, error: DbError) -> Error {
    let keys = |columns: &[usize]| {
        let value = |column: &usize| {
            let assigned = plan.set.iter().find(|(one, _)| one == column);
            match assigned {
                Some((_, Assign::To(value))) => Some(value.clone()),
                Some((_, Assign::Merge(_))) => None,
                None => required_value(&plan.filter, *column),
            }
        };
        let key: Option<Vec<Value>> = columns.iter().map(value).collect();
        key.into_iter().collect()
    };
    explain(&plan.table, error, keys)
}

/// The value that a filter requires of a column.
fn required_value(filter: &Filter, column: usize) -> Option<Value> {
    let conditions = filter.conditions.iter().filter(|_| !filter.any);
    let mut values = conditions.filter_map(|condition| match &condition.test {
        Test::Compare(Operator::Eq, value)
            if condition.column == column && !condition.negated && condition.path.is_empty() =>
        {
            Some(value.clone())
        }
        _ => None,
    });
    values.next()
}

fn explain(resource: &Arc<Resource>, error: DbError, keys: impl Fn(&[usize]) -> Keys) -> Error {
    let is_unique = error.kind == DbErrorKind::UniqueViolation;
    let columns = match resource.soft_delete {
        Some(_) if is_unique => resource.positions(db_error::unique_key(resource, &error)),
        _ => Vec::new(),
    };
    let mut error = db_error::to_api_error(resource, error);
    if let (Error::Conflict { soft_deleted, .. }, false) = (&mut error, columns.is_empty()) {
        let mut keys = keys(&columns);
        if columns.len() > 1 {
            keys.truncate(MOST_ROWS);
        }
        *soft_deleted = (!keys.is_empty()).then(|| {
            Box::new(HeldKeys {
                resource: resource.clone(),
                columns,
                values: keys,
            })
        });
    }
    error
}

/// The same error, which also says whether the existing row is soft-deleted. This runs after the
/// transaction: PostgreSQL answers no query in a transaction that has failed.
pub async fn look(
    db: &Db,
    statements: &Statements,
    visibility: Visibility<'_>,
    mut error: Error,
) -> Error {
    if let Some(held) = question(&mut error) {
        let read = soft_deleted(visibility, &held);
        let rows = db.fetch(&statements.read(&read), Repeat::Allowed).await;
        match rows {
            Ok(rows) if !rows.is_empty() => tell(&mut error),
            // A row that a policy hides may have the key.
            Ok(_) if visibility.access().is_some() => {}
            Ok(_) => no_such_row(&held.resource, &mut error),
            // Without the answer the error is still true.
            Err(_) => {}
        }
    }
    error
}

/// The read of a soft-deleted row that has one of the keys.
fn soft_deleted(visibility: Visibility<'_>, held: &HeldKeys) -> ReadPlan {
    let keys = Filter {
        groups: vec![Filter::of_keys(&held.columns, &held.values)],
        ..Filter::default()
    };
    let filter = visibility.only_deleted().filter(&held.resource, keys);
    let columns = held.columns.iter().copied();
    let mut plan = ReadPlan::of(&held.resource, columns, filter);
    plan.root.limit = Some(1);
    plan
}

/// No row has the key. If the database has reported no conflict, a trigger has left the row out.
fn no_such_row(resource: &Resource, error: &mut Error) {
    match error {
        Error::OfOperation { source, .. } => no_such_row(resource, source),
        // The conflict was inferred from a missing answer.
        Error::Conflict { .. } if error.db_error().is_some_and(|error| error.code.is_none()) => {
            *error = left_out(resource, None);
        }
        _ => {}
    }
}

/// Takes the keys that a soft-deleted row may have out of an error.
fn question(error: &mut Error) -> Option<Box<HeldKeys>> {
    match error {
        Error::OfOperation { source, .. } => question(source),
        Error::Conflict { soft_deleted, .. } => soft_deleted.take(),
        Error::PreconditionFailed { soft_deleted, .. } => {
            match std::mem::replace(soft_deleted, SoftDeleted::No) {
                SoftDeleted::Perhaps(select) => Some(select),
                SoftDeleted::No | SoftDeleted::Yes => None,
            }
        }
        _ => None,
    }
}

/// Makes the error say that the row is soft-deleted.
fn tell(error: &mut Error) {
    let problems = match error {
        Error::OfOperation {
            problems, source, ..
        } => {
            tell(source);
            problems
        }
        Error::Conflict { problem, .. } => {
            let said = problem.sentence.trim_end_matches('.');
            problem.sentence = format!(
                "{said}, but is marked as deleted: `deleted=include` shows it, and lets it be changed."
            );
            &mut problem.problems
        }
        Error::PreconditionFailed { soft_deleted, .. } => {
            *soft_deleted = SoftDeleted::Yes;
            return;
        }
        _ => return,
    };
    for problem in problems {
        problem.message = "is taken by a row that is marked as deleted".to_owned();
    }
}

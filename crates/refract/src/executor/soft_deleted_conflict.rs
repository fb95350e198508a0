//! A row that is in the way of another and that nobody sees: it is marked as deleted.

use std::sync::Arc;

use super::left_out::left_out;
use crate::{
    catalog::Resource,
    codec::Value,
    db::{Db, DbError, DbErrorKind, Repeat},
    db_error,
    error::{Error, HeldKeys, Marked},
    query::{
        operators::Operator,
        plan::{Assign, Filter, Insert, Select, Test, Update, Visibility},
        sql::Statements,
    },
};

/// Rows that are looked for by a key of several columns: each is a condition of its own.
const MOST_ROWS: usize = 200;

/// Values of a key, for each row that has them all.
type Keys = Vec<Vec<Value>>;

/// The error of an insert that failed.
pub fn explain_insert(plan: &Insert, fault: DbError) -> Error {
    let keys = |columns: &[usize]| {
        let places: Vec<Option<usize>> = columns
            .iter()
            .map(|column| plan.columns.iter().position(|one| one == column))
            .collect();
        let key = |row: &Vec<Option<Value>>| {
            let values = places.iter().map(|place| row[(*place)?].clone());
            values.collect::<Option<Vec<Value>>>()
        };
        plan.rows.iter().filter_map(key).collect()
    };
    explain(&plan.into, fault, keys)
}

/// The error of an update that failed.
pub fn explain_update(plan: &Update, fault: DbError) -> Error {
    let keys = |columns: &[usize]| {
        let value = |column: &usize| {
            let assigned = plan.set.iter().find(|(one, _)| one == column);
            match assigned {
                Some((_, Assign::To(value))) => Some(value.clone()),
                Some((_, Assign::Merge(_))) => None,
                None => held(&plan.filter, *column),
            }
        };
        let key: Option<Vec<Value>> = columns.iter().map(value).collect();
        key.into_iter().collect()
    };
    explain(&plan.table, fault, keys)
}

/// What every row of a filter holds in a column, where it says so.
fn held(filter: &Filter, column: usize) -> Option<Value> {
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

fn explain(resource: &Arc<Resource>, fault: DbError, keys: impl Fn(&[usize]) -> Keys) -> Error {
    let is_unique = fault.kind == DbErrorKind::UniqueViolation;
    let columns = match resource.soft_delete {
        Some(_) if is_unique => resource.positions(db_error::unique_key(resource, &fault)),
        _ => Vec::new(),
    };
    let mut error = db_error::to_api_error(resource, fault);
    if let (Error::Conflict { marked, .. }, false) = (&mut error, columns.is_empty()) {
        let mut keys = keys(&columns);
        if columns.len() > 1 {
            keys.truncate(MOST_ROWS);
        }
        *marked = (!keys.is_empty()).then(|| {
            Box::new(HeldKeys {
                resource: resource.clone(),
                columns,
                values: keys,
            })
        });
    }
    error
}

/// The same error, which says so where the row in the way is marked as deleted. Asked once the
/// transaction is over: in one that has failed, PostgreSQL answers nothing.
pub async fn look(db: &Db, statements: &Statements, mut error: Error) -> Error {
    if let Some(held) = question(&mut error) {
        let select = soft_deleted(&held);
        let rows = db.fetch(&statements.select(&select), Repeat::Allowed).await;
        match rows {
            Ok(rows) if !rows.is_empty() => tell(&mut error),
            Ok(_) => not_in_the_way(&held.resource, &mut error),
            // Where it cannot be told, the error is true without.
            Err(_) => {}
        }
    }
    error
}

/// Finds a soft-deleted row that has one of the keys.
fn soft_deleted(held: &HeldKeys) -> Select {
    let keys = Filter {
        groups: vec![Filter::of_keys(&held.columns, &held.values)],
        ..Filter::default()
    };
    let filter = Visibility::every_row()
        .only_deleted()
        .filter(&held.resource, keys);
    Select {
        limit: Some(1),
        ..Select::of(&held.resource, held.columns.clone(), filter)
    }
}

/// No row in the way, though one was left as it is: the database has left it out.
fn not_in_the_way(resource: &Resource, error: &mut Error) {
    match error {
        Error::OfOperation { source, .. } => not_in_the_way(resource, source),
        // The database itself has named none.
        Error::Conflict { .. } if error.db_error().is_some_and(|error| error.code.is_none()) => {
            *error = left_out(resource, None);
        }
        _ => {}
    }
}

/// What there is to ask about an error, once.
fn question(error: &mut Error) -> Option<Box<HeldKeys>> {
    match error {
        Error::OfOperation { source, .. } => question(source),
        Error::Conflict { marked, .. } => marked.take(),
        Error::PreconditionFailed { marked, .. } => match std::mem::replace(marked, Marked::No) {
            Marked::Perhaps(select) => Some(select),
            Marked::No | Marked::Yes => None,
        },
        _ => None,
    }
}

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
        Error::PreconditionFailed { marked, .. } => {
            *marked = Marked::Yes;
            return;
        }
        _ => return,
    };
    for problem in problems {
        problem.message = "is taken by a row that is marked as deleted".to_owned();
    }
}

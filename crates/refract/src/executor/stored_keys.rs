//! Keys with dates and times, on SQLite: its unique indexes compare texts, so the same instant in
//! another format is another key. A new row takes the format of the row that has its key already,
//! so that the index compares instants.

use reflect::snapshot::Database;

use super::Session;
use crate::{
    codec,
    db::DbError,
    query::{
        plan::{Condition, Insert, ReadPlan, Visibility},
        sql::Statements,
    },
};

/// The plan with instants as existing keys have them; `None` if nothing changes.
///
/// # Errors
/// The database's error.
pub(super) async fn respell(
    session: &mut Session<'_, '_>,
    statements: &Statements,
    plan: &Insert,
) -> Result<Option<Insert>, DbError> {
    if statements.database() != Database::Sqlite {
        return Ok(None);
    }
    let is_moment = |&column: &usize| {
        plan.columns.contains(&column)
            && codec::collation(&plan.into.columns[column].data_type).is_some()
    };
    let mut respelled: Option<Insert> = None;
    for key in plan.into.keys() {
        let moments: Vec<usize> = key.iter().copied().filter(is_moment).collect();
        if moments.is_empty() {
            continue;
        }
        for row in 0..plan.rows.len() {
            let Some(read) = with_key(plan, row, &key, &moments) else {
                continue;
            };
            let found = session.read(&statements.read(&read)).await?;
            if found.is_empty() {
                continue;
            }
            let respelled = respelled.get_or_insert_with(|| plan.clone());
            for (at, &column) in moments.iter().enumerate() {
                let data_type = &plan.into.columns[column].data_type;
                let place = plan.columns.iter().position(|&one| one == column);
                if let Some(value) = place.and_then(|place| respelled.rows[row].get_mut(place)) {
                    *value = Some(codec::value(data_type, found.cell(0, at)));
                }
            }
        }
    }
    Ok(respelled)
}

/// The read of the row that has the key of a new row. `None` if the key has a default, which only
/// the database knows.
pub(super) fn with_key(
    plan: &Insert,
    row: usize,
    key: &[usize],
    columns: &[usize],
) -> Option<ReadPlan> {
    let values = plan.values(row, key)?;
    let conditions = key.iter().zip(values);
    let conditions = conditions.map(|(&column, value)| Condition::equals(column, value));
    // The key is unique among all rows, also among those that nobody may see.
    let filter = conditions.collect::<Vec<_>>().into();
    let filter = Visibility::every_row().filter(&plan.into, filter);
    let columns = columns.iter().copied();
    Some(ReadPlan::of(&plan.into, columns, filter))
}

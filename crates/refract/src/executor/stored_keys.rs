//! Keys that hold moments, on SQLite: the same moment in another form is another key to its unique
//! indexes. A new row takes the form of the row that has its key already, so that the database sees
//! what everybody else sees.

use reflect::snapshot::Database;

use super::Session;
use crate::{
    codec,
    db::DbError,
    query::{
        plan::{Condition, Insert, Select, Visibility},
        sql::Statements,
    },
};

/// The plan with moments of keys as they are stored; `None` where nothing is to be changed.
///
/// # Errors
/// The database's own.
pub(super) async fn spelled(
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
    let mut spelled: Option<Insert> = None;
    for key in plan.into.keys() {
        let moments: Vec<usize> = key.iter().copied().filter(is_moment).collect();
        if moments.is_empty() {
            continue;
        }
        for row in 0..plan.rows.len() {
            let Some(select) = with(plan, row, &key, &moments) else {
                continue;
            };
            let found = session.read(&statements.select(&select)).await?;
            if found.is_empty() {
                continue;
            }
            let spelled = spelled.get_or_insert_with(|| plan.clone());
            for (at, &column) in moments.iter().enumerate() {
                let data_type = &plan.into.columns[column].data_type;
                let place = plan.columns.iter().position(|&one| one == column);
                if let Some(value) = place.and_then(|place| spelled.rows[row].get_mut(place)) {
                    *value = Some(codec::value(data_type, found.cell(0, at)));
                }
            }
        }
    }
    Ok(spelled)
}

/// The read of the row that has the key of a new row; `None` where the database fills it in.
pub(super) fn with(plan: &Insert, row: usize, key: &[usize], columns: &[usize]) -> Option<Select> {
    let value = |&column: &usize| {
        let at = plan.columns.iter().position(|&one| one == column)?;
        let value = plan.rows[row][at].clone()?;
        Some(Condition::equals(column, value))
    };
    let conditions: Vec<Condition> = key.iter().map(value).collect::<Option<_>>()?;
    // The key is unique among all rows, also among those that nobody sees.
    let filter = Visibility::every_row().filter(&plan.into, conditions.into());
    Some(Select::of(&plan.into, columns.to_vec(), filter))
}

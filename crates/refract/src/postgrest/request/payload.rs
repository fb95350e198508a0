//! The rows of a body.

use std::collections::BTreeMap;

use crate::{catalog::Resource, postgrest::postgrest_error::PostgrestError};

/// The columns of one row, as JSON texts.
pub type Row = BTreeMap<String, String>;

/// Rows that a request gives.
#[derive(Debug)]
pub struct Payload {
    pub rows: Vec<Row>,
    /// The columns that are set.
    pub columns: Vec<String>,
    /// Those among them to which the policies of the caller's role give the values of new rows.
    pub filled: Vec<String>,
}

impl Payload {
    /// The rows with `columns`, or with the columns that all of them have.
    ///
    /// # Errors
    /// PGRST102 where rows differ in their keys, PGRST204 for a column that the table does not have.
    pub fn of(
        resource: &Resource,
        rows: Vec<Row>,
        columns: Option<Vec<String>>,
    ) -> Result<Self, PostgrestError> {
        let columns = match columns {
            Some(columns) => columns,
            None => {
                let first = rows.first().into_iter().flat_map(BTreeMap::keys);
                let first: Vec<String> = first.cloned().collect();
                if rows.iter().any(|row| !row.keys().eq(first.iter())) {
                    let message = "All object keys must match";
                    return Err(PostgrestError::new(400, "PGRST102", message));
                }
                first
            }
        };
        let is_unknown = |name: &&String| !resource.knows(name);
        match columns.iter().find(is_unknown) {
            None => Ok(Self {
                rows,
                columns,
                filled: Vec::new(),
            }),
            Some(unknown) => {
                let table = &resource.table;
                let message = format!(
                    "Could not find the '{unknown}' column of '{table}' in the schema cache"
                );
                Err(PostgrestError::new(400, "PGRST204", message))
            }
        }
    }

    /// Whether an existing row takes the new value of a column.
    pub fn sets(&self, column: &str) -> bool {
        let is_it = |name: &String| name == column;
        self.columns.iter().any(is_it) && !self.filled.iter().any(is_it)
    }
}

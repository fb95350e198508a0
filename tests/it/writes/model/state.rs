//! The rows, and what the database does to them: keys, references, deletes that go further.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::tables::{OnDelete, Table};

/// What the model calls a row.
pub type Handle = usize;

/// The status of an answer that says no.
pub type ErrorStatus = u16;

#[derive(Debug, Clone)]
pub struct Row {
    pub table: Table,
    /// Every field but the id, references and moments.
    pub values: BTreeMap<&'static str, Value>,
    pub references: BTreeMap<&'static str, Option<Handle>>,
    /// Null until it has been read.
    pub id: Value,
    /// Marked as deleted.
    pub marked: bool,
    /// What the step at hand has done to its moments.
    pub renewed: bool,
    pub touched: bool,
    /// As they were after the step before.
    pub created_at: String,
    pub updated_at: String,
}

/// Everything that is there.
#[derive(Debug, Clone, Default)]
pub struct Model {
    pub rows: BTreeMap<Handle, Row>,
    /// Posts with their tags.
    pub pairs: BTreeSet<(Handle, Handle)>,
    next: Handle,
    names: usize,
}

impl Model {
    /// A name that nothing has had.
    pub fn name(&mut self, of: &str) -> Value {
        self.names += 1;
        json!(format!("{of} {}", self.names))
    }

    /// The rows of a table that are not marked.
    pub fn of(&self, table: Table) -> Vec<Handle> {
        let rows = self.rows.iter();
        rows.filter(|(_, row)| row.table == table && !row.marked)
            .map(|(handle, _)| *handle)
            .collect()
    }

    /// The row, if it is there and not marked.
    pub fn there(&self, row: Option<Handle>) -> Option<Handle> {
        row.filter(|row| self.rows.get(row).is_some_and(|row| !row.marked))
    }

    /// The row of a table that has these values, marked or not.
    pub fn with(&self, table: Table, fields: &[&'static str], values: &Row) -> Option<Handle> {
        let found = self.rows.iter().find(|(_, row)| {
            row.table == table
                && fields
                    .iter()
                    .all(|field| row.values[field] == values.values[field])
        });
        found.map(|(handle, _)| *handle)
    }

    /// Rows that refer to one.
    pub fn referring(&self, table: Table, field: &str, to: Handle) -> Vec<Handle> {
        let rows = self.rows.iter();
        rows.filter(|(_, row)| row.table == table && row.references[field] == Some(to))
            .map(|(handle, _)| *handle)
            .collect()
    }

    /// A row with its defaults, of no model yet.
    pub fn blank(table: Table) -> Row {
        let references = table.references().iter();
        Row {
            table,
            values: table.defaults().into_iter().collect(),
            references: references.map(|one| (one.field, None)).collect(),
            id: Value::Null,
            marked: false,
            renewed: true,
            touched: true,
            created_at: String::new(),
            updated_at: String::new(),
        }
    }

    /// # Errors
    /// What [`Self::check`] says.
    pub fn insert(&mut self, row: Row) -> Result<Handle, ErrorStatus> {
        self.check(None, &row)?;
        self.next += 1;
        self.rows.insert(self.next, row);
        Ok(self.next)
    }

    /// # Errors
    /// What [`Self::check`] says.
    pub fn replace(&mut self, handle: Handle, row: Row) -> Result<(), ErrorStatus> {
        self.check(Some(handle), &row)?;
        self.rows.insert(handle, row);
        Ok(())
    }

    /// Whether a row may be as it is, in the place of another or as a new one.
    fn check(&self, in_place_of: Option<Handle>, row: &Row) -> Result<(), ErrorStatus> {
        if row
            .table
            .own_name()
            .iter()
            .any(|field| !row.values.contains_key(field))
        {
            return Err(422);
        }
        if row.values.get("words").and_then(Value::as_i64) < Some(0)
            && row.values.contains_key("words")
        {
            return Err(422);
        }
        let others = || {
            let rows = self.rows.iter();
            rows.filter(|(handle, other)| other.table == row.table && Some(**handle) != in_place_of)
                .map(|(_, other)| other)
        };
        for key in row.table.unique() {
            let is_null = key.iter().any(|field| row.values[field].is_null());
            let is_same = |other: &Row| {
                key.iter()
                    .all(|field| other.values[field] == row.values[field])
            };
            if !is_null && others().any(is_same) {
                return Err(409);
            }
        }
        for reference in row.table.references() {
            match row.references[reference.field] {
                None if reference.required => return Err(422),
                Some(row) if !self.rows.contains_key(&row) => return Err(409),
                _ => {}
            }
        }
        let of_one = |other: &Row| other.references["authorId"] == row.references["authorId"];
        if row.table == Table::Profile && others().any(of_one) {
            return Err(409);
        }
        Ok(())
    }

    /// Deletes a row with what goes along, or marks it.
    ///
    /// # Errors
    /// 409 where others hold on to it.
    pub fn delete(&mut self, handle: Handle) -> Result<(), ErrorStatus> {
        let Some(row) = self.rows.get_mut(&handle) else {
            return Ok(());
        };
        if row.table == Table::Note {
            row.marked = true;
            return Ok(());
        }
        let target = row.table;
        for table in Table::ALL {
            for reference in table.references().iter().filter(|one| one.target == target) {
                for referring in self.referring(table, reference.field, handle) {
                    match reference.on_delete {
                        OnDelete::Restrict => return Err(409),
                        OnDelete::Cascade => self.delete(referring)?,
                        OnDelete::SetNull => {
                            let row = self.rows.get_mut(&referring).expect("it refers");
                            row.references.insert(reference.field, None);
                        }
                    }
                }
            }
        }
        self.pairs
            .retain(|&(post, tag)| post != handle && tag != handle);
        self.rows.remove(&handle);
        Ok(())
    }
}

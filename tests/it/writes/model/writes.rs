//! What a write does to the model.

use serde_json::Value;

use super::{
    nested_operations::{Body, FieldValue, NestedOperation, RowRef, Write},
    state::{ErrorStatus, Handle, Model, Row},
    tables::{Relation, Table},
};

/// What a write has done.
#[derive(Debug, Default)]
pub struct Expected {
    pub status: u16,
    /// The rows of its answer, in order; none where one was left as it is.
    pub rows: Vec<Option<Handle>>,
    /// Of an upsert of many rows.
    pub outcomes: Vec<&'static str>,
    /// Of a change of many rows.
    pub count: Option<usize>,
    /// Of the operations of a batch.
    pub statuses: Vec<u16>,
}

/// A row that stands for one that nobody has.
const NOBODY: Handle = Handle::MAX;

impl Model {
    /// Does a write, or leaves everything as it is.
    ///
    /// # Errors
    /// The status of the answer.
    pub fn apply(&mut self, write: &Write) -> Result<Expected, ErrorStatus> {
        let mut after = self.clone();
        for row in after.rows.values_mut() {
            (row.renewed, row.touched) = (false, false);
        }
        let done = after.write(write, &[])?;
        *self = after;
        Ok(done)
    }

    fn write(&mut self, write: &Write, before: &[Expected]) -> Result<Expected, ErrorStatus> {
        let row = |which: &RowRef| match which {
            RowRef::Row(row) => Some(*row),
            RowRef::Made(place) => before[*place].rows[0],
            RowRef::Missing => None,
        };
        let one = |status, row| Expected {
            status,
            rows: vec![Some(row)],
            ..Expected::default()
        };
        match write {
            Write::Create(table, body) => Ok(one(201, self.create(*table, body, None, &row)?)),
            Write::CreateMany(table, bodies) => {
                let rows = bodies
                    .iter()
                    .map(|body| self.create(*table, body, None, &row).map(Some));
                Ok(Expected {
                    status: 201,
                    rows: rows.collect::<Result<_, _>>()?,
                    ..Expected::default()
                })
            }
            Write::Upsert {
                table,
                bodies,
                many,
                ignores,
            } => self.upsert(*table, bodies, *many, *ignores, &row),
            Write::Put(which, body) => {
                let there = row(which).ok_or(404_u16)?;
                let mut new = Model::blank(Table::Author);
                new.id = self.rows.get(&there).ok_or(404_u16)?.id.clone();
                self.give(&mut new, body, &row)?;
                self.replace(there, new)?;
                Ok(one(200, there))
            }
            Write::PutSeat {
                seat: (hall, number),
                body,
                is_new,
            } => {
                let mut new = Model::blank(Table::Seat);
                new.values.insert("hall", (*hall).into());
                new.values.insert("number", (*number).into());
                self.give(&mut new, body, &row)?;
                match self.with(Table::Seat, Table::Seat.own_name(), &new) {
                    Some(_) if *is_new => Err(412),
                    Some(there) => {
                        self.replace(there, new)?;
                        Ok(one(200, there))
                    }
                    None => Ok(one(201, self.insert(new)?)),
                }
            }
            Write::Patch {
                row: which,
                body,
                merges,
                stale,
                ..
            } => {
                let there = self.there(row(which)).ok_or(404_u16)?;
                if *stale {
                    return Err(412);
                }
                self.change(there, body, *merges, &row)?;
                Ok(one(200, there))
            }
            Write::Document {
                row: which,
                field,
                document,
                merges,
            } => {
                let there = self.there(row(which)).ok_or(404_u16)?;
                let body = Body {
                    fields: vec![(field, FieldValue::Value(document.clone()))],
                    relations: Vec::new(),
                };
                self.change(there, &body, *merges, &row)?;
                Ok(one(200, there))
            }
            Write::PatchMany {
                table,
                at_least,
                body,
                bound,
            } => {
                let found = self.at_least(*table, *at_least, *bound)?;
                for &handle in &found {
                    self.change(handle, body, false, &row)?;
                }
                // An update of nothing finds nothing.
                let is_empty = body.fields.is_empty();
                Ok(counted(if is_empty { 0 } else { found.len() }))
            }
            Write::DeleteMany {
                table,
                at_least,
                bound,
            } => {
                let found = self.at_least(*table, *at_least, *bound)?;
                for &handle in &found {
                    self.delete(handle)?;
                }
                Ok(counted(found.len()))
            }
            Write::Delete(_, which) => {
                let there = self.there(row(which)).ok_or(404_u16)?;
                self.delete(there)?;
                Ok(Expected {
                    status: 204,
                    ..Expected::default()
                })
            }
            Write::Batch(writes) => {
                let mut done: Vec<Expected> = Vec::new();
                for write in writes {
                    let one = self.write(write, &done)?;
                    done.push(one);
                }
                Ok(Expected {
                    status: 200,
                    statuses: done.iter().map(|done| done.status).collect(),
                    ..Expected::default()
                })
            }
        }
    }

    fn at_least(
        &self,
        table: Table,
        (field, number): (&'static str, i64),
        bound: Option<usize>,
    ) -> Result<Vec<Handle>, ErrorStatus> {
        let mut found = self.of(table);
        found.retain(|row| self.rows[row].values[field].as_i64() >= Some(number));
        if bound.is_some_and(|bound| found.len() > bound) {
            return Err(400);
        }
        Ok(found)
    }

    fn upsert(
        &mut self,
        table: Table,
        bodies: &[Body],
        many: bool,
        ignores: bool,
        row: &Find<'_>,
    ) -> Result<Expected, ErrorStatus> {
        let mut done = Expected::default();
        let mut names = Vec::new();
        for body in bodies {
            let mut new = Model::blank(table);
            self.give(&mut new, body, row)?;
            let name: Vec<Value> = table
                .own_name()
                .iter()
                .map(|field| new.values[field].clone())
                .collect();
            if names.contains(&name) {
                return Err(422);
            }
            names.push(name);
        }
        for body in bodies {
            let mut new = Model::blank(table);
            self.give(&mut new, body, row)?;
            let (handle, outcome) = match self.with(table, table.own_name(), &new) {
                None => (Some(self.insert(new)?), "created"),
                Some(_) if ignores => (None, "ignored"),
                // It would be changed, and still not be seen.
                Some(there) if self.rows[&there].marked => return Err(409),
                Some(there) => {
                    self.change(there, body, false, row)?;
                    // As Prisma's `upsert`, and as with any merge: it counts as written.
                    self.rows.get_mut(&there).expect("it is there").touched = true;
                    (Some(there), "updated")
                }
            };
            done.rows.push(handle);
            done.outcomes.push(outcome);
        }
        done.status = if done.outcomes.contains(&"created") {
            201
        } else {
            200
        };
        if !many {
            done.outcomes.clear();
        }
        Ok(done)
    }

    /// Gives a row what a body says, relations aside.
    pub(super) fn give(
        &self,
        new: &mut Row,
        body: &Body,
        row: &Find<'_>,
    ) -> Result<(), ErrorStatus> {
        for (field, given) in &body.fields {
            match given {
                FieldValue::Value(value) if new.references.contains_key(field) => {
                    assert!(value.is_null(), "ids are given as rows");
                    new.references.insert(field, None);
                }
                FieldValue::Value(value) => {
                    new.values.insert(field, value.clone());
                }
                FieldValue::Id(which) => {
                    new.references
                        .insert(field, Some(row(which).unwrap_or(NOBODY)));
                }
            }
        }
        Ok(())
    }

    pub(super) fn create(
        &mut self,
        table: Table,
        body: &Body,
        given: Option<(&'static str, Handle)>,
        row: &Find<'_>,
    ) -> Result<Handle, ErrorStatus> {
        let mut new = Model::blank(table);
        self.give(&mut new, body, row)?;
        if let Some((field, to)) = given {
            new.references.insert(field, Some(to));
        }
        for (name, operations) in &body.relations {
            if let Relation::Owned { field, target } = table.relation(name) {
                for operation in operations {
                    let to = self.referred(target, operation, row)?;
                    new.references.insert(field, to);
                }
            }
        }
        let handle = self.insert(new)?;
        self.relations(handle, body, row)?;
        Ok(handle)
    }

    /// Changes a row and what hangs on it.
    pub(super) fn change(
        &mut self,
        handle: Handle,
        body: &Body,
        merges: bool,
        row: &Find<'_>,
    ) -> Result<(), ErrorStatus> {
        let table = self.rows[&handle].table;
        let mut is_changed = !body.fields.is_empty();
        let mut references = Vec::new();
        let mut afterwards = Vec::new();
        for (name, operations) in &body.relations {
            let Relation::Owned { field, target } = table.relation(name) else {
                continue;
            };
            let now = self.rows[&handle].references[field];
            for operation in operations {
                let to = match operation {
                    NestedOperation::Disconnect(_) => None,
                    NestedOperation::Delete(_) => {
                        afterwards.push(now.ok_or(422_u16)?);
                        None
                    }
                    NestedOperation::Update(_, body) => {
                        self.change(now.ok_or(422_u16)?, body, merges, row)?;
                        continue;
                    }
                    operation => self.referred(target, operation, row)?,
                };
                references.push((field, to));
                is_changed = true;
            }
        }
        if is_changed {
            let old = &self.rows[&handle];
            let mut new = old.clone();
            self.give(&mut new, body, row)?;
            if merges {
                for (field, given) in &body.fields {
                    if let ("preferences" | "settings", FieldValue::Value(patch)) = (*field, given)
                    {
                        let mut document = old.values[field].clone();
                        merge(&mut document, patch);
                        new.values.insert(field, document);
                    }
                }
            }
            new.references.extend(references);
            new.touched = true;
            self.replace(handle, new)?;
        }
        for row in afterwards {
            self.delete(row)?;
        }
        self.relations(handle, body, row)
    }
}

/// The row that something leads to, there or not.
pub(super) type Find<'a> = dyn Fn(&RowRef) -> Option<Handle> + 'a;

fn counted(count: usize) -> Expected {
    Expected {
        status: 200,
        count: Some(count),
        ..Expected::default()
    }
}

/// RFC 7396.
fn merge(document: &mut Value, patch: &Value) {
    let Value::Object(members) = patch else {
        *document = patch.clone();
        return;
    };
    if !document.is_object() {
        *document = Value::Object(serde_json::Map::new());
    }
    let object = document.as_object_mut().expect("made one");
    for (name, patch) in members {
        if patch.is_null() {
            object.shift_remove(name);
        } else {
            merge(object.entry(name).or_insert(Value::Null), patch);
        }
    }
}

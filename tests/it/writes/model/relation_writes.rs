//! What a write does with related rows.

use super::{
    nested_operations::{Body, NestedOperation, RowRef},
    state::{ErrorStatus, Handle, Model},
    tables::{Relation, Table},
    writes::Find,
};

impl Model {
    /// Sees to the rows that hang on one.
    pub(super) fn relations(
        &mut self,
        handle: Handle,
        body: &Body,
        row: &Find<'_>,
    ) -> Result<(), ErrorStatus> {
        let table = self.rows[&handle].table;
        for (name, operations) in &body.relations {
            for operation in operations {
                match table.relation(name) {
                    Relation::Owned { .. } => {}
                    Relation::Referring { table, field, .. } => {
                        self.refer(table, field, handle, operation, row)?;
                    }
                    Relation::Paired { table } => self.pair(table, handle, operation, row)?,
                }
            }
        }
        Ok(())
    }

    /// Gives a row's reference another value.
    fn point(
        &mut self,
        handle: Handle,
        field: &'static str,
        to: Option<Handle>,
    ) -> Result<(), ErrorStatus> {
        let mut new = self.rows[&handle].clone();
        new.references.insert(field, to);
        new.touched = true;
        self.replace(handle, new)
    }

    fn refer(
        &mut self,
        table: Table,
        field: &'static str,
        to: Handle,
        operation: &NestedOperation,
        row: &Find<'_>,
    ) -> Result<(), ErrorStatus> {
        let theirs = self.referring(table, field, to);
        let own = |which: &Option<RowRef>| match which {
            None => theirs.first().copied(),
            Some(which) => row(which).filter(|row| theirs.contains(row)),
        };
        match operation {
            NestedOperation::Set(these) => {
                let these: Vec<Option<Handle>> = these.iter().map(row).collect();
                for &other in theirs.iter().filter(|row| !these.contains(&Some(**row))) {
                    self.point(other, field, None)?;
                }
                for row in these {
                    let row = self.there(row).ok_or(422_u16)?;
                    self.point(row, field, Some(to))?;
                }
                Ok(())
            }
            NestedOperation::Disconnect(which) => match own(which) {
                Some(row) => self.point(row, field, None),
                None => Ok(()),
            },
            NestedOperation::Delete(which) => self.delete(own(which).ok_or(422_u16)?),
            NestedOperation::Update(which, body) => {
                self.change(own(which).ok_or(422_u16)?, body, false, row)
            }
            NestedOperation::Connect(which) => {
                let found = self.there(row(which)).ok_or(422_u16)?;
                self.point(found, field, Some(to))
            }
            NestedOperation::ConnectOrCreate(body) => {
                match self.find_or_create(table, body, Some((field, to)), row)? {
                    (found, false) => self.point(found, field, Some(to)),
                    (_, true) => Ok(()),
                }
            }
            NestedOperation::Create(bodies) => {
                for body in bodies {
                    self.create(table, body, Some((field, to)), row)?;
                }
                Ok(())
            }
        }
    }

    fn pair(
        &mut self,
        table: Table,
        handle: Handle,
        operation: &NestedOperation,
        row: &Find<'_>,
    ) -> Result<(), ErrorStatus> {
        let pair = |other| match table {
            Table::Tag => (handle, other),
            _ => (other, handle),
        };
        let paired = |model: &Self, which: &Option<RowRef>| {
            let found = which.as_ref().and_then(row);
            found.filter(|&found| model.pairs.contains(&pair(found)))
        };
        match operation {
            NestedOperation::Set(these) => {
                self.pairs
                    .retain(|&(post, tag)| post != handle && tag != handle);
                for which in these {
                    let found = self.there(row(which)).ok_or(422_u16)?;
                    self.pairs.insert(pair(found));
                }
            }
            NestedOperation::Disconnect(which) => {
                if let Some(found) = paired(self, which) {
                    self.pairs.remove(&pair(found));
                }
            }
            NestedOperation::Delete(which) => {
                let found = paired(self, which).ok_or(422_u16)?;
                self.delete(found)?;
            }
            NestedOperation::Update(which, body) => {
                let found = paired(self, which).ok_or(422_u16)?;
                self.change(found, body, false, row)?;
            }
            NestedOperation::Connect(which) => {
                let found = self.there(row(which)).ok_or(422_u16)?;
                self.pairs.insert(pair(found));
            }
            NestedOperation::ConnectOrCreate(body) => {
                let (found, _) = self.find_or_create(table, body, None, row)?;
                self.pairs.insert(pair(found));
            }
            NestedOperation::Create(bodies) => {
                for body in bodies {
                    let created = self.create(table, body, None, row)?;
                    self.pairs.insert(pair(created));
                }
            }
        }
        Ok(())
    }

    /// The row that a row is to refer to.
    pub(super) fn referred(
        &mut self,
        target: Table,
        operation: &NestedOperation,
        row: &Find<'_>,
    ) -> Result<Option<Handle>, ErrorStatus> {
        match operation {
            NestedOperation::Create(bodies) => self.create(target, &bodies[0], None, row).map(Some),
            NestedOperation::Connect(which) => self.there(row(which)).ok_or(422).map(Some),
            NestedOperation::ConnectOrCreate(body) => self
                .find_or_create(target, body, None, row)
                .map(|(row, _)| Some(row)),
            operation => panic!("{operation:?} is for a row that is there"),
        }
    }

    /// The row of that name, or a new one, and whether it is.
    fn find_or_create(
        &mut self,
        table: Table,
        body: &Body,
        given: Option<(&'static str, Handle)>,
        row: &Find<'_>,
    ) -> Result<(Handle, bool), ErrorStatus> {
        let mut new = Model::blank(table);
        self.give(&mut new, body, row)?;
        match self.with(table, table.own_name(), &new) {
            Some(there) => Ok((there, false)),
            None => Ok((self.create(table, body, given, row)?, true)),
        }
    }
}

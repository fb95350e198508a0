//! What a write does with related rows.

use super::{
    deeds::{Body, Deed, Which},
    tables::{Relation, Table},
    world::{Handle, Refused, World},
    writes::Find,
};

impl World {
    /// Sees to the rows that hang on one.
    pub(super) fn links(
        &mut self,
        handle: Handle,
        body: &Body,
        row: &Find<'_>,
    ) -> Result<(), Refused> {
        let table = self.rows[&handle].table;
        for (name, deeds) in &body.links {
            for deed in deeds {
                match table.relation(name) {
                    Relation::Owned { .. } => {}
                    Relation::Referring { table, field, .. } => {
                        self.refer(table, field, handle, deed, row)?;
                    }
                    Relation::Paired { table } => self.pair(table, handle, deed, row)?,
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
    ) -> Result<(), Refused> {
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
        deed: &Deed,
        row: &Find<'_>,
    ) -> Result<(), Refused> {
        let theirs = self.referring(table, field, to);
        let own = |which: &Option<Which>| match which {
            None => theirs.first().copied(),
            Some(which) => row(which).filter(|row| theirs.contains(row)),
        };
        match deed {
            Deed::Set(these) => {
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
            Deed::Disconnect(which) => match own(which) {
                Some(row) => self.point(row, field, None),
                None => Ok(()),
            },
            Deed::Delete(which) => self.delete(own(which).ok_or(422_u16)?),
            Deed::Update(which, body) => self.change(own(which).ok_or(422_u16)?, body, false, row),
            Deed::Connect(which) => {
                let found = self.there(row(which)).ok_or(422_u16)?;
                self.point(found, field, Some(to))
            }
            Deed::ConnectOrCreate(body) => {
                match self.find_or_create(table, body, Some((field, to)), row)? {
                    (found, false) => self.point(found, field, Some(to)),
                    (_, true) => Ok(()),
                }
            }
            Deed::Create(bodies) => {
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
        deed: &Deed,
        row: &Find<'_>,
    ) -> Result<(), Refused> {
        let pair = |other| match table {
            Table::Tag => (handle, other),
            _ => (other, handle),
        };
        let paired = |world: &Self, which: &Option<Which>| {
            let found = which.as_ref().and_then(row);
            found.filter(|&found| world.pairs.contains(&pair(found)))
        };
        match deed {
            Deed::Set(these) => {
                self.pairs
                    .retain(|&(post, tag)| post != handle && tag != handle);
                for which in these {
                    let found = self.there(row(which)).ok_or(422_u16)?;
                    self.pairs.insert(pair(found));
                }
            }
            Deed::Disconnect(which) => {
                if let Some(found) = paired(self, which) {
                    self.pairs.remove(&pair(found));
                }
            }
            Deed::Delete(which) => {
                let found = paired(self, which).ok_or(422_u16)?;
                self.delete(found)?;
            }
            Deed::Update(which, body) => {
                let found = paired(self, which).ok_or(422_u16)?;
                self.change(found, body, false, row)?;
            }
            Deed::Connect(which) => {
                let found = self.there(row(which)).ok_or(422_u16)?;
                self.pairs.insert(pair(found));
            }
            Deed::ConnectOrCreate(body) => {
                let (found, _) = self.find_or_create(table, body, None, row)?;
                self.pairs.insert(pair(found));
            }
            Deed::Create(bodies) => {
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
        deed: &Deed,
        row: &Find<'_>,
    ) -> Result<Option<Handle>, Refused> {
        match deed {
            Deed::Create(bodies) => self.create(target, &bodies[0], None, row).map(Some),
            Deed::Connect(which) => self.there(row(which)).ok_or(422).map(Some),
            Deed::ConnectOrCreate(body) => self
                .find_or_create(target, body, None, row)
                .map(|(row, _)| Some(row)),
            deed => panic!("{deed:?} is for a row that is there"),
        }
    }

    /// The row of that name, or a new one, and whether it is.
    fn find_or_create(
        &mut self,
        table: Table,
        body: &Body,
        given: Option<(&'static str, Handle)>,
        row: &Find<'_>,
    ) -> Result<(Handle, bool), Refused> {
        let mut new = World::blank(table);
        self.give(&mut new, body, row)?;
        match self.with(table, table.own_name(), &new) {
            Some(there) => Ok((there, false)),
            None => Ok((self.create(table, body, given, row)?, true)),
        }
    }
}

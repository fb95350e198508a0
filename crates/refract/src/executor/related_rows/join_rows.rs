//! Nested operations on relations through a join table.

use super::{
    super::left_out::{left_out, under},
    NestedWriter, WrittenRow, not_found, ops, unnamed_row,
};
use crate::{
    catalog::Junction,
    codec::Value,
    db::Rows,
    db_error,
    error::Error,
    query::{
        plan::{Parent, PlannedOp, RelationWrite, WhereUnique, policy::Action},
        sql::{Lock, Statement},
    },
};

/// A relation through a join table, from one row.
struct Joined<'write> {
    write: &'write RelationWrite,
    junction: &'write Junction,
    /// The values of the join table's columns on the side of the row.
    near: Vec<Value>,
}

impl Joined<'_> {
    /// The values of the join table's columns on the other side.
    fn far(&self, row: &WrittenRow) -> Vec<Value> {
        let columns = self.junction.far.iter();
        columns.map(|&(_, there)| row.value(there)).collect()
    }
}

impl NestedWriter<'_, '_> {
    /// Writes the rows that join rows join with a row, and these join rows.
    pub(super) async fn write_join_rows(
        &mut self,
        write: &RelationWrite,
        junction: &Junction,
        row: &WrittenRow,
        parent: Parent,
    ) -> Result<(), Error> {
        let near = junction.near.iter();
        let joined = Joined {
            write,
            junction,
            near: near.map(|&(here, _)| row.value(here)).collect(),
        };
        let target = &write.target;
        for op in ops(write, parent)? {
            match op {
                PlannedOp::Set(these) => {
                    let unlink = self.statements.unlink(junction, &joined.near, None);
                    self.fetch_join_rows(&joined, &unlink).await?;
                    for which in these {
                        let found = self.find(target, which, Lock::Key).await?;
                        self.link(&joined, &[found]).await?;
                    }
                }
                PlannedOp::Connect(which) => {
                    let found = self.find(target, which, Lock::Key).await?;
                    self.link(&joined, &[found]).await?;
                }
                PlannedOp::Disconnect(Some(which)) => {
                    let filter = which.conditions.clone().into();
                    let found = self.locked(target, filter, Lock::Key, &which.path);
                    if let Some(found) = found.await? {
                        self.unlink(&joined, &found).await?;
                    }
                }
                PlannedOp::Delete {
                    which: Some(which),
                    path,
                } => {
                    let found = self.find_linked(&joined, which).await?;
                    self.unlink(&joined, &found).await?;
                    if let Some(key) = found.key() {
                        self.delete(target, key, path).await?;
                    }
                }
                PlannedOp::Update {
                    which: Some(which),
                    write: change,
                } => {
                    let found = self.find_linked(&joined, which).await?;
                    if let Some(key) = found.key() {
                        let key = self.visibility.filter_for(Action::Update, target, key);
                        self.update(change, key).await?;
                    }
                }
                PlannedOp::ConnectOrCreate(which, new) => {
                    let row = self.find_or_create(which, new, None).await?.row();
                    self.link(&joined, &[row]).await?;
                }
                PlannedOp::Create {
                    rows,
                    skip_duplicates,
                } => {
                    let rows = if *skip_duplicates {
                        self.create_absent(rows, None).await?
                    } else {
                        self.create(rows, None).await?
                    };
                    self.link(&joined, &rows).await?;
                }
                PlannedOp::Disconnect(None)
                | PlannedOp::Delete { which: None, .. }
                | PlannedOp::Update { which: None, .. } => return Err(unnamed_row(write, op)),
            }
        }
        Ok(())
    }

    /// Inserts a join row for each of these rows, unless there is one.
    async fn link(&mut self, joined: &Joined<'_>, rows: &[WrittenRow]) -> Result<(), Error> {
        let (junction, near) = (joined.junction, &joined.near);
        let far: Vec<Vec<Value>> = rows.iter().map(|row| joined.far(row)).collect();
        let mut inserted = 0;
        for statement in self.statements.link(junction, near, &far) {
            inserted += self.fetch_join_rows(joined, &statement).await?.len();
        }
        if inserted == far.len() {
            return Ok(());
        }
        // The others exist already, or a trigger has left them out.
        for far in &far {
            let linked = self.statements.linked(junction, near, far);
            if self.fetch_join_rows(joined, &linked).await?.is_empty() {
                let write = joined.write;
                return Err(under(left_out(&write.target, None), &write.path));
            }
        }
        Ok(())
    }

    async fn unlink(&mut self, joined: &Joined<'_>, row: &WrittenRow) -> Result<(), Error> {
        let far = joined.far(row);
        let statement = self
            .statements
            .unlink(joined.junction, &joined.near, Some(&far));
        self.fetch_join_rows(joined, &statement).await.map(|_| ())
    }

    /// Finds a row that must exist and be joined with the row.
    async fn find_linked(
        &mut self,
        joined: &Joined<'_>,
        which: &WhereUnique,
    ) -> Result<WrittenRow, Error> {
        let target = &joined.write.target;
        let found = self.find(target, which, Lock::Change).await?;
        let far = joined.far(&found);
        let statement = self.statements.linked(joined.junction, &joined.near, &far);
        if self.fetch_join_rows(joined, &statement).await?.is_empty() {
            return Err(not_found(target, &which.path));
        }
        Ok(found)
    }

    async fn fetch_join_rows(
        &mut self,
        joined: &Joined<'_>,
        statement: &Statement<'_>,
    ) -> Result<Rows, Error> {
        let write = joined.write;
        let rows = self.transaction.fetch(statement).await;
        rows.map_err(|error| under(db_error::to_api_error(&write.target, error), &write.path))
    }
}

//! Relations through a table of pairs.

use super::{
    super::left_out::{left_out, under},
    Nested, Record, not_found,
};
use crate::{
    catalog::Junction,
    codec::Value,
    db::Rows,
    db_error,
    error::Error,
    query::{
        plan::{Deed, RelationWrite, WhereUnique},
        sql::{Lock, Statement},
    },
};

impl Nested<'_, '_> {
    /// Sees to the rows that a row is paired with.
    pub(super) async fn through(
        &mut self,
        link: &RelationWrite,
        junction: &Junction,
        record: &Record,
    ) -> Result<(), Error> {
        let near: Vec<Value> = junction
            .near
            .iter()
            .map(|&(here, _)| record.value(here))
            .collect();
        for deed in &link.deeds {
            match deed {
                Deed::Set(these) => {
                    let unlinked = self.statements.unlink(junction, &near, None);
                    self.pairs(link, &unlinked).await?;
                    for which in these {
                        self.pair(link, junction, &near, which).await?;
                    }
                }
                Deed::Disconnect(Some(which)) => {
                    let filter = which.conditions.clone().into();
                    let found = self.locked(&link.target, filter, Lock::Key, &which.path);
                    if let Some(found) = found.await? {
                        self.unpair(link, junction, &near, &found).await?;
                    }
                }
                Deed::Delete {
                    which: Some(which),
                    path,
                } => {
                    let found = self.paired(link, junction, &near, which).await?;
                    self.unpair(link, junction, &near, &found).await?;
                    if let Some(key) = super::key(&found) {
                        self.delete(&link.target, key, path).await?;
                    }
                }
                Deed::Update {
                    which: Some(which),
                    tree,
                } => {
                    let found = self.paired(link, junction, &near, which).await?;
                    if let Some(key) = super::key(&found) {
                        let key = self.visibility.filter(&link.target, key);
                        self.update(tree, key).await?;
                    }
                }
                Deed::Connect(which) => self.pair(link, junction, &near, which).await?,
                Deed::ConnectOrCreate(which, tree) => {
                    let record = self.find_or_create(which, tree, None).await?;
                    self.link(link, junction, &near, &[record]).await?;
                }
                Deed::Create {
                    trees,
                    skip_duplicates,
                } => {
                    let records = if *skip_duplicates {
                        self.create_absent(&link.target, trees, None).await?
                    } else {
                        self.create(trees, None).await?
                    };
                    self.link(link, junction, &near, &records).await?;
                }
                // The planner asks for a name where there may be many.
                Deed::Disconnect(None)
                | Deed::Delete { which: None, .. }
                | Deed::Update { which: None, .. } => {}
            }
        }
        Ok(())
    }

    async fn pair(
        &mut self,
        link: &RelationWrite,
        junction: &Junction,
        near: &[Value],
        which: &WhereUnique,
    ) -> Result<(), Error> {
        let found = self.find(&link.target, which, Lock::Key).await?;
        self.link(link, junction, near, &[found]).await
    }

    async fn link(
        &mut self,
        link: &RelationWrite,
        junction: &Junction,
        near: &[Value],
        records: &[Record],
    ) -> Result<(), Error> {
        let far: Vec<Vec<Value>> = records.iter().map(|record| far(junction, record)).collect();
        let mut linked = 0;
        for statement in self.statements.link(junction, near, &far) {
            linked += self.pairs(link, &statement).await?.len();
        }
        if linked == far.len() {
            return Ok(());
        }
        // Some were pairs before, or a trigger has left them out.
        for far in &far {
            let statement = self.statements.linked(junction, near, far);
            if self.pairs(link, &statement).await?.is_empty() {
                return Err(under(left_out(&link.target, None), &link.path));
            }
        }
        Ok(())
    }

    async fn unpair(
        &mut self,
        link: &RelationWrite,
        junction: &Junction,
        near: &[Value],
        record: &Record,
    ) -> Result<(), Error> {
        let far = far(junction, record);
        let statement = self.statements.unlink(junction, near, Some(&far));
        self.pairs(link, &statement).await.map(|_| ())
    }

    /// The row that a link names, which must be paired with ours.
    async fn paired(
        &mut self,
        link: &RelationWrite,
        junction: &Junction,
        near: &[Value],
        which: &WhereUnique,
    ) -> Result<Record, Error> {
        let found = self.find(&link.target, which, Lock::Change).await?;
        let far = far(junction, &found);
        let statement = self.statements.linked(junction, near, &far);
        if self.pairs(link, &statement).await?.is_empty() {
            return Err(not_found(&link.target, &which.path));
        }
        Ok(found)
    }

    async fn pairs(
        &mut self,
        link: &RelationWrite,
        statement: &Statement<'_>,
    ) -> Result<Rows, Error> {
        let rows = self.transaction.fetch(statement).await;
        rows.map_err(|fault| db_error::to_api_error(&link.target, fault).under(&link.path))
    }
}

fn far(junction: &Junction, record: &Record) -> Vec<Value> {
    let columns = junction.far.iter();
    columns.map(|&(_, there)| record.value(there)).collect()
}

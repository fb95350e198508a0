//! Nested operations on the rows that a row refers to, and on those that refer to it.

use std::sync::Arc;

use super::{
    super::{insert::explain_ignored, left_out::under},
    KeyValues, NestedWriter, WrittenRow, equals, not_found, ops, unnamed_row,
};
use crate::{
    catalog::{Join, Resource},
    codec::Value,
    db::DbErrorKind,
    db_error,
    error::{Error, FieldPath},
    query::{
        plan::{
            self, Assign, Conflict, Filter, NestedWrite, Parent, PlannedOp, RelationWrite,
            RowWrite, WhereUnique, policy::Action,
        },
        sql::Lock,
    },
};

/// Rows to be deleted once no row refers to them: their resource, their filter, and where the
/// delete is in the body.
type Deletes = Vec<(Arc<Resource>, Filter, FieldPath)>;

/// The row of a `connectOrCreate`.
pub(super) enum FoundOrCreated {
    Found(WrittenRow),
    Created(WrittenRow),
}

impl FoundOrCreated {
    pub(super) fn row(self) -> WrittenRow {
        match self {
            Self::Found(row) | Self::Created(row) => row,
        }
    }
}

impl NestedWriter<'_, '_> {
    /// Writes the row that a row refers to. Returns the values of the foreign key, or `None` if they
    /// stay as they are. `current` is the row before the write, unless it is new, and the deletes
    /// that run after the row's update.
    pub(super) async fn write_parents(
        &mut self,
        write: &RelationWrite,
        mut current: Option<(&WrittenRow, &mut Deletes)>,
    ) -> Result<Option<KeyValues>, Error> {
        let relation = write.relation();
        let (here, there) = (relation.columns(), relation.references());
        let no_parent = |path: FieldPath| {
            let values = nulls(&plan::nulled_columns(&write.from, &here));
            Some(KeyValues {
                path,
                columns: here.clone(),
                values,
                of: None,
            })
        };
        let parent = match current {
            Some(_) => Parent::Existing,
            None => Parent::New,
        };
        let mut key = None;
        for op in ops(write, parent)? {
            let (row, path) = match (op, &mut current) {
                (PlannedOp::Create { rows, .. }, _) => match rows.first() {
                    Some(write) => (self.create_one(write, None).await?, &write.path),
                    None => continue,
                },
                (PlannedOp::Connect(which), _) => {
                    let row = self.find(&write.target, which, Lock::Key).await?;
                    (row, &which.path)
                }
                (PlannedOp::ConnectOrCreate(which, new), _) => {
                    let row = self.find_or_create(which, new, None).await?.row();
                    (row, &which.path)
                }
                (PlannedOp::Disconnect(_), Some(_)) => {
                    key = no_parent(write.path.child("disconnect"));
                    continue;
                }
                (PlannedOp::Delete { path, .. }, Some((current, deletes))) => {
                    let values = current.values(&here);
                    if values.contains(&Value::Null) {
                        return Err(not_found(&write.target, path));
                    }
                    deletes.push((write.target.clone(), equals(&there, values), path.clone()));
                    key = no_parent(path.clone());
                    continue;
                }
                (PlannedOp::Update { write: change, .. }, Some((current, _))) => {
                    let values = current.values(&here);
                    let has_parent = !values.contains(&Value::Null);
                    let filter = equals(&there, values);
                    let filter = self
                        .visibility
                        .filter_for(Action::Update, &write.target, filter);
                    let exists = has_parent && self.update(change, filter).await?.is_some();
                    if !exists {
                        return Err(not_found(&write.target, &change.path));
                    }
                    continue;
                }
                (
                    PlannedOp::Set(_)
                    | PlannedOp::Disconnect(_)
                    | PlannedOp::Delete { .. }
                    | PlannedOp::Update { .. },
                    _,
                ) => return Err(unnamed_row(write, op)),
            };
            key = Some(KeyValues {
                path: path.clone(),
                columns: here.clone(),
                values: here.iter().copied().zip(row.values(&there)).collect(),
                of: Some((row, there.clone())),
            });
        }
        Ok(key)
    }

    /// Writes the rows that refer to a row, or that join rows join with it.
    pub(super) async fn write_children(
        &mut self,
        write: &RelationWrite,
        row: &WrittenRow,
        parent: Parent,
    ) -> Result<(), Error> {
        let relation = write.relation();
        let pairs = match &relation.join {
            Join::Through(junction) => {
                return self.write_join_rows(write, junction, row, parent).await;
            }
            Join::Direct(pairs) => pairs,
        };
        let parent_values = row.values(&relation.columns());
        let columns = relation.references();
        let key = KeyValues {
            path: write.path.clone(),
            values: (columns.iter().copied())
                .zip(parent_values.clone())
                .collect(),
            of: Some((row.clone(), pairs.iter().map(|&(here, _)| here).collect())),
            columns: columns.clone(),
        };
        let all = || equals(&columns, parent_values.clone());
        let one = |which: &Option<WhereUnique>| {
            let mut filter = all();
            let conditions = which.iter().flat_map(|which| which.conditions.clone());
            filter.conditions.extend(conditions);
            filter
        };
        for op in ops(write, parent)? {
            match op {
                PlannedOp::Create {
                    rows,
                    skip_duplicates,
                } => {
                    self.make_room(write, all()).await?;
                    if *skip_duplicates {
                        self.create_absent(rows, Some(&key)).await?;
                    } else {
                        self.create(rows, Some(&key)).await?;
                    }
                }
                PlannedOp::Connect(which) => {
                    self.make_room(write, all()).await?;
                    self.connect(write, which, &key).await?;
                }
                PlannedOp::ConnectOrCreate(which, new) => {
                    self.make_room(write, all()).await?;
                    if self.assign_parent(write, which, &key).await? > 0 {
                        continue;
                    }
                    // A new row has this parent already, and need not be the row that `where` names.
                    match self.find_or_create(which, new, Some(&key)).await? {
                        FoundOrCreated::Created(_) => {}
                        // A concurrent transaction may have created it with another parent.
                        FoundOrCreated::Found(_) => self.connect(write, which, &key).await?,
                    }
                }
                PlannedOp::Disconnect(which) => self.release(write, one(which)).await?,
                PlannedOp::Set(these) => {
                    let mut others = all();
                    others.groups.extend(these.iter().map(|which| Filter {
                        negated: true,
                        ..which.conditions.clone().into()
                    }));
                    self.release(write, others).await?;
                    for which in these {
                        self.connect(write, which, &key).await?;
                    }
                }
                PlannedOp::Delete { which, path } => {
                    if self.delete(&write.target, one(which), path).await? == 0 {
                        return Err(not_found(&write.target, path));
                    }
                }
                PlannedOp::Update {
                    which,
                    write: change,
                } => {
                    let filter =
                        self.visibility
                            .filter_for(Action::Update, &write.target, one(which));
                    if self.update(change, filter).await?.is_none() {
                        let path = which.as_ref().map_or(&change.path, |which| &which.path);
                        return Err(not_found(&write.target, path));
                    }
                }
            }
        }
        Ok(())
    }

    /// Finds a row that must exist.
    pub(super) async fn find(
        &mut self,
        target: &Arc<Resource>,
        which: &WhereUnique,
        lock: Lock,
    ) -> Result<WrittenRow, Error> {
        let filter = which.conditions.clone().into();
        let row = self.locked(target, filter, lock, &which.path).await?;
        row.ok_or_else(|| not_found(target, &which.path))
    }

    /// Finds a row, or creates one. The new row is whatever `create` says: as in Prisma Client, it need
    /// not satisfy `where`.
    pub(super) async fn find_or_create(
        &mut self,
        which: &WhereUnique,
        new: &NestedWrite,
        from_parent: Option<&KeyValues>,
    ) -> Result<FoundOrCreated, Error> {
        let target = &new.resource;
        let filter: Filter = which.conditions.clone().into();
        let found = self.locked(target, filter.clone(), Lock::Key, &which.path);
        if let Some(found) = found.await? {
            return Ok(FoundOrCreated::Found(found));
        }
        let has_its_key = match &new.row {
            RowWrite::Create(row) => which.is_key_of(target, row),
            RowWrite::Update(_) => false,
        };
        if !has_its_key || !new.relations.is_empty() || target.is_deferrable(&which.key) {
            let created = self.create_one(new, from_parent).await;
            return created
                .map(FoundOrCreated::Created)
                .map_err(|error| match error {
                    // A concurrent transaction has created it: the next try finds it.
                    error if is_duplicate_of(&error, target, &which.key) => error.into_lost_race(),
                    error => error,
                });
        }
        // A concurrent transaction may create it meanwhile. Then this insert does nothing.
        let conflict = Conflict::Ignore {
            target: which.key.clone(),
        };
        let values = values_of(from_parent);
        if let Some(row) = self.insert_one(new, values, conflict.clone()).await? {
            return Ok(FoundOrCreated::Created(row));
        }
        let found = self.locked(target, filter, Lock::Key, &which.path).await?;
        // If it is not found, it is soft-deleted, or was deleted again.
        found.map(FoundOrCreated::Found).ok_or_else(|| {
            let row = super::row_values(new, values);
            let plan = plan::insert(self.visibility, target, vec![row], conflict);
            under(explain_ignored(&plan), &new.path)
        })
    }

    /// Creates those rows whose keys no other row has. Returns the created rows.
    pub(super) async fn create_absent(
        &mut self,
        writes: &[NestedWrite],
        from_parent: Option<&KeyValues>,
    ) -> Result<Vec<WrittenRow>, Error> {
        let mut rows = Vec::new();
        for write in writes {
            let conflict = Conflict::Ignore { target: Vec::new() };
            let row = self.insert_one(write, values_of(from_parent), conflict);
            rows.extend(row.await?);
        }
        Ok(rows)
    }

    /// Makes a row that must exist refer to the parent.
    async fn connect(
        &mut self,
        write: &RelationWrite,
        which: &WhereUnique,
        key: &KeyValues,
    ) -> Result<(), Error> {
        match self.assign_parent(write, which, key).await? {
            0 => Err(not_found(&write.target, &which.path)),
            _ => Ok(()),
        }
    }

    /// Makes a row refer to the parent. Returns the number of rows: 1, or 0 if there is no such row.
    async fn assign_parent(
        &mut self,
        write: &RelationWrite,
        which: &WhereUnique,
        key: &KeyValues,
    ) -> Result<usize, Error> {
        let target = &write.target;
        let filter: Filter = which.conditions.clone().into();
        let references = plan::references(target);
        if references.iter().any(|one| one.shares(&key.columns)) {
            let found = self.locked(target, filter.clone(), Lock::Change, &which.path);
            let Some(current) = found.await? else {
                return Ok(0);
            };
            let moved = KeyValues {
                path: which.path.clone(),
                ..key.clone()
            };
            self.refuse_moving_others(&current, &[moved], &[], &key.path)
                .await?;
        }
        let assigned = self.assign(target, filter.clone(), &key.values, &which.path);
        let assigned = assigned.await?;
        if assigned == 0 {
            self.ensure_none(target, filter, Action::Update, &which.path)
                .await?;
        }
        Ok(assigned)
    }

    /// Before a relation to one row gets another row, makes the present one refer to none.
    async fn make_room(&mut self, write: &RelationWrite, filter: Filter) -> Result<(), Error> {
        if write.replaces() {
            self.release(write, filter).await?;
        }
        Ok(())
    }

    /// Makes the rows of a filter refer to no parent.
    async fn release(&mut self, write: &RelationWrite, filter: Filter) -> Result<(), Error> {
        let target = &write.target;
        let columns = write.relation().references();
        let nulls = nulls(&plan::nulled_columns(target, &columns));
        self.refuse_releasing_others(target, &filter, &columns, &nulls, &write.path)
            .await?;
        self.assign(target, filter.clone(), &nulls, &write.path)
            .await?;
        self.ensure_none(target, filter, Action::Update, &write.path)
            .await
    }

    /// Gives the rows of a filter these values. Returns the number of rows.
    async fn assign(
        &mut self,
        target: &Arc<Resource>,
        filter: Filter,
        values: &[(usize, Value)],
        path: &FieldPath,
    ) -> Result<usize, Error> {
        let set = values
            .iter()
            .map(|(column, value)| (*column, Assign::To(value.clone())));
        let update = plan::changing(self.visibility, target, filter, set.collect());
        let Some(mut update) = update else {
            return Ok(0);
        };
        update.returning.clear();
        let rows = self.run_update(&update).await;
        Ok(rows.map_err(|error| under(error, path))?.len())
    }
}

fn nulls(columns: &[usize]) -> Vec<(usize, Value)> {
    let columns = columns.iter();
    columns.map(|&column| (column, Value::Null)).collect()
}

fn values_of(key: Option<&KeyValues>) -> &[(usize, Value)] {
    key.map_or(&[], |key| &key.values)
}

/// Whether an error says that another row of the resource has this key.
fn is_duplicate_of(error: &Error, resource: &Resource, key: &[usize]) -> bool {
    let Some(source) = error.db_error() else {
        return false;
    };
    let mut columns = resource.positions(db_error::unique_key(resource, source));
    columns.sort_unstable();
    let mut key = key.to_vec();
    key.sort_unstable();
    source.kind == DbErrorKind::UniqueViolation
        && source.table.as_ref() == Some(&resource.table)
        && columns == key
}

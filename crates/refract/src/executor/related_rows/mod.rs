//! Nested writes in a transaction: first the rows that a row refers to, then the row, then the rows
//! that refer to it.

mod join_rows;
mod parents_and_children;
mod shared_columns;

use std::{collections::BTreeMap, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};

use self::shared_columns::KeyValues;
use super::{Session, explain_update, insert, left_out, left_out::under};
use crate::{
    catalog::Resource,
    codec::{self, Value},
    db::{DbError, DbErrorKind, Rows, Transaction},
    db_error,
    error::{Error, FieldPath, Problem, Violation},
    query::{
        plan::{
            self, Assign, Condition, Conflict, Filter, NestedWrite, Parent, PlannedOp, ReadPlan,
            RelationWrite, RowWrite, Update, Visibility, VisibleFilter, policy::Action,
        },
        sql::{Lock, Statements},
    },
};

/// Runs nested writes.
pub struct NestedWriter<'run, 'db> {
    /// Which related rows may be seen and changed.
    pub visibility: Visibility<'run>,
    pub statements: &'run Statements,
    pub transaction: &'run mut Transaction<'db>,
}

/// A row that a statement has returned.
#[derive(Clone)]
pub struct WrittenRow {
    pub resource: Arc<Resource>,
    /// The columns that the statement has returned.
    pub columns: Vec<usize>,
    pub rows: Arc<Rows>,
    /// Which of `rows`.
    pub row: usize,
}

impl WrittenRow {
    /// The value of a column; NULL if the column was not returned.
    fn value(&self, column: usize) -> Value {
        let Some(at) = self.columns.iter().position(|&one| one == column) else {
            return Value::Null;
        };
        let data_type = &self.resource.columns[column].data_type;
        codec::value(data_type, self.rows.cell(self.row, at))
    }

    fn values(&self, columns: &[usize]) -> Vec<Value> {
        columns.iter().map(|&column| self.value(column)).collect()
    }

    /// The conditions of its primary key. `None` without one.
    fn key(&self) -> Option<Filter> {
        let key = &self.resource.key;
        (!key.is_empty()).then(|| equals(key, self.values(key)))
    }
}

impl NestedWriter<'_, '_> {
    /// Creates rows and their related rows. Returns a row for each write.
    ///
    /// # Errors
    /// The database's errors of each row; rows to be connected that do not exist.
    pub async fn create_all(&mut self, writes: &[NestedWrite]) -> Result<Vec<WrittenRow>, Error> {
        self.create(writes, None).await
    }

    /// Changes the row of a filter and its related rows. Returns the row as it is then.
    ///
    /// # Errors
    /// As [`Self::create_all`]; [`Error::RowNotFound`].
    pub async fn update_one(
        &mut self,
        write: &NestedWrite,
        filter: VisibleFilter,
    ) -> Result<WrittenRow, Error> {
        let row = self.update(write, filter).await?;
        row.ok_or_else(|| Error::RowNotFound {
            resource: write.resource.name.clone(),
        })
    }

    /// Creates rows of one resource. `from_parent` are values of the row that they belong to.
    fn create<'call>(
        &'call mut self,
        writes: &'call [NestedWrite],
        from_parent: Option<&'call KeyValues>,
    ) -> BoxFuture<'call, Result<Vec<WrittenRow>, Error>> {
        async move {
            let Some(first) = writes.first() else {
                return Ok(Vec::new());
            };
            if writes.len() > 1 && writes.iter().all(|write| write.relations.is_empty()) {
                let values = from_parent.map_or(&[][..], |parent| &parent.values);
                let rows = writes.iter().map(|write| row_values(write, values));
                let rows = rows.collect();
                let plan = plan::insert(self.visibility, &first.resource, rows, Conflict::Refuse);
                let rows = self.insert(plan).await;
                // One statement inserts all rows, and its error names none of them.
                let array = first.path.parent();
                return rows.map_err(|error| error.under(&array));
            }
            let mut rows = Vec::with_capacity(writes.len());
            for write in writes {
                rows.push(self.create_one(write, from_parent).await?);
            }
            Ok(rows)
        }
        .boxed()
    }

    fn create_one<'call>(
        &'call mut self,
        write: &'call NestedWrite,
        from_parent: Option<&'call KeyValues>,
    ) -> BoxFuture<'call, Result<WrittenRow, Error>> {
        async move {
            let mut keys: Vec<KeyValues> = from_parent.into_iter().cloned().collect();
            for relation in write.parents() {
                keys.extend(self.write_parents(relation, None).await?);
            }
            let values = self.agreed(&write.resource, &keys).await?;
            let row = self.insert_one(write, &values, Conflict::Refuse).await?;
            let row = row.ok_or_else(|| Error::internal("an insert without a row"))?;
            for relation in write.children() {
                self.write_children(relation, &row, Parent::New).await?;
            }
            Ok(row)
        }
        .boxed()
    }

    /// Changes a row and its related rows. `None` if no row satisfies the filter.
    fn update<'call>(
        &'call mut self,
        write: &'call NestedWrite,
        filter: VisibleFilter,
    ) -> BoxFuture<'call, Result<Option<WrittenRow>, Error>> {
        async move {
            let resource = &write.resource;
            let RowWrite::Update(set) = &write.row else {
                return Err(Error::internal("an update has the plan of a new row"));
            };
            let current = self.locked_visible(resource, filter.clone(), Lock::Change, &write.path);
            let Some(current) = current.await? else {
                self.ensure_not_forbidden(resource, filter, Action::Update, &write.path)
                    .await?;
                return Ok(None);
            };
            let mut set = set.clone();
            let (mut deletes, mut keys) = (Vec::new(), Vec::new());
            for relation in write.parents() {
                let parent = self.write_parents(relation, Some((&current, &mut deletes)));
                keys.extend(parent.await?);
            }
            if !keys.is_empty() {
                let named: Vec<usize> = set.iter().map(|(column, _)| *column).collect();
                let values = self.agreed(resource, &keys).await?;
                self.refuse_moving_others(&current, &keys, &named, &write.path)
                    .await?;
                let values = values.into_iter();
                set.extend(values.map(|(column, value)| (column, Assign::To(value))));
            }
            // The update may change the columns that the filter is about.
            let key = current.key();
            let mut row = current;
            let visibility = self.visibility.with_deleted();
            let update = plan::changing(visibility, resource, key.clone().unwrap_or_default(), set);
            if let Some(mut update) = update {
                if key.is_none() {
                    update.filter = filter;
                }
                update.returning = returning(resource);
                let rows = self.run_update(&update).await;
                let rows = rows.map_err(|error| under(error, &write.path))?;
                if rows.is_empty() {
                    let error = self.not_written(resource, Action::Update);
                    return Err(under(error, &write.path));
                }
                row = WrittenRow {
                    resource: resource.clone(),
                    columns: update.returning,
                    rows: Arc::new(rows),
                    row: 0,
                };
            }
            for (target, filter, path) in deletes {
                self.delete(&target, filter, &path).await?;
            }
            for relation in write.children() {
                self.write_children(relation, &row, Parent::Existing)
                    .await?;
            }
            Ok(Some(row))
        }
        .boxed()
    }

    /// Inserts a row with values of related rows. `None` if another row has one of its keys, and
    /// `conflict` says to ignore that.
    async fn insert_one(
        &mut self,
        write: &NestedWrite,
        values: &[(usize, Value)],
        conflict: Conflict,
    ) -> Result<Option<WrittenRow>, Error> {
        let rows = vec![row_values(write, values)];
        let plan = plan::insert(self.visibility, &write.resource, rows, conflict);
        let rows = self.insert(plan);
        let mut rows = rows.await.map_err(|error| under(error, &write.path))?;
        Ok(rows.pop())
    }

    async fn insert(&mut self, mut plan: plan::Insert) -> Result<Vec<WrittenRow>, Error> {
        plan.returning = returning(&plan.into);
        let mut session = Session::In(self.transaction);
        let (answers, _) = insert(&mut session, self.statements, &plan).await?;
        let mut all = Vec::with_capacity(plan.rows.len());
        for rows in answers {
            let rows = Arc::new(rows);
            all.extend((0..rows.len()).map(|row| WrittenRow {
                resource: plan.into.clone(),
                columns: plan.returning.clone(),
                rows: rows.clone(),
                row,
            }));
        }
        Ok(all)
    }

    async fn run_update(&mut self, update: &Update) -> Result<Rows, Error> {
        let statement = self.statements.update(update);
        let rows = self.transaction.fetch(&statement).await;
        rows.map_err(|error| explain_update(update, error))
    }

    /// Deletes the rows of a filter. Returns their number.
    ///
    /// # Errors
    /// The database's error; a row that a trigger has kept.
    async fn delete(
        &mut self,
        target: &Arc<Resource>,
        filter: Filter,
        path: &FieldPath,
    ) -> Result<usize, Error> {
        let visibility = self.visibility;
        let rows = if let Some(update) = plan::soft_delete(visibility, target, filter.clone())? {
            self.run_update(&update).await
        } else {
            let delete = plan::delete(visibility, target, filter.clone())?;
            let statement = self.statements.delete(&delete);
            let rows = self.transaction.fetch(&statement).await;
            rows.map_err(|mut error| {
                if visibility.access().is_some() {
                    // The caller's role need not know the table that still refers to the row.
                    error.table = None;
                }
                db_error::of_delete(target, error)
            })
        };
        let rows = rows.map_err(|error| under(error, path))?;
        self.ensure_none(target, filter, Action::Delete, path)
            .await?;
        Ok(rows.len())
    }

    /// Makes sure that no row that may be seen satisfies a filter any more.
    ///
    /// # Errors
    /// A row that a trigger or a policy has left as it was.
    async fn ensure_none(
        &mut self,
        target: &Arc<Resource>,
        filter: Filter,
        action: Action,
        path: &FieldPath,
    ) -> Result<(), Error> {
        match self.locked(target, filter, Lock::Key, path).await? {
            None => Ok(()),
            Some(_) => Err(under(self.not_written(target, action), path)),
        }
    }

    /// The error of a row that is there, may be seen, and was left as it is: by a policy, if there are
    /// policies, else by a trigger.
    fn not_written(&self, resource: &Resource, action: Action) -> Error {
        match self.visibility.access() {
            Some(access) => access.forbidden(resource, action),
            None => left_out(resource, None),
        }
    }

    /// Makes sure that no policy keeps a row that may be seen from being changed.
    ///
    /// # Errors
    /// [`Error::NotPermitted`].
    async fn ensure_not_forbidden(
        &mut self,
        resource: &Arc<Resource>,
        filter: VisibleFilter,
        action: Action,
        path: &FieldPath,
    ) -> Result<(), Error> {
        if !filter.is_about_changes() {
            return Ok(());
        }
        let readable = filter.for_reading();
        match self
            .locked_visible(resource, readable, Lock::Key, path)
            .await?
        {
            None => Ok(()),
            Some(_) => Err(under(self.not_written(resource, action), path)),
        }
    }

    /// Reads and locks the row of a filter, if it may be seen.
    async fn locked(
        &mut self,
        resource: &Arc<Resource>,
        filter: Filter,
        lock: Lock,
        path: &FieldPath,
    ) -> Result<Option<WrittenRow>, Error> {
        let filter = self.visibility.filter(resource, filter);
        self.locked_visible(resource, filter, lock, path).await
    }

    async fn locked_visible(
        &mut self,
        resource: &Arc<Resource>,
        filter: VisibleFilter,
        lock: Lock,
        path: &FieldPath,
    ) -> Result<Option<WrittenRow>, Error> {
        let columns = returning(resource);
        let read = ReadPlan::of(resource, columns.iter().copied(), filter);
        let statement = self.statements.read_locked(&read, lock);
        let rows = self.transaction.fetch(&statement).await;
        let rows = rows.map_err(|error| under(db_error::to_api_error(resource, error), path))?;
        Ok((!rows.is_empty()).then(|| WrittenRow {
            resource: resource.clone(),
            columns,
            rows: Arc::new(rows),
            row: 0,
        }))
    }
}

/// The operations on the relation of a row.
///
/// # Errors
/// An internal error for an operation that the rules refuse. The planner has refused it before.
fn ops(write: &RelationWrite, parent: Parent) -> Result<&[PlannedOp], Error> {
    let refused = |rule: plan::Rule| format!("`{}` {}", write.path, rule.message());
    write
        .ops(parent)
        .map_err(|rule| Error::internal(refused(rule)))
}

/// The error of an operation on one of many rows that does not name the row. The planner has refused
/// it before.
fn unnamed_row(write: &RelationWrite, op: &PlannedOp) -> Error {
    let name = op.kind().name();
    Error::internal(format!(
        "`{}` does not say which row",
        write.path.child(name)
    ))
}

/// The columns that are read of a row: those that may be shown, and the hidden columns of relations
/// and keys.
fn returning(resource: &Resource) -> Vec<usize> {
    let mut columns: Vec<usize> = resource.visible().collect();
    let relations = resource.relations.iter();
    let needed = relations.flat_map(|relation| relation.columns());
    for column in needed.chain(resource.keys().flatten()) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns
}

/// The values of a new row, with those that it takes from other rows.
fn row_values(write: &NestedWrite, from_others: &[(usize, Value)]) -> BTreeMap<usize, Value> {
    let mut row = match &write.row {
        RowWrite::Create(row) => row.clone(),
        RowWrite::Update(_) => BTreeMap::new(),
    };
    row.extend(from_others.iter().cloned());
    row
}

/// The conditions that columns have these values. Nothing equals NULL.
fn equals(columns: &[usize], values: Vec<Value>) -> Filter {
    let conditions = columns.iter().zip(values);
    conditions
        .map(|(&column, value)| Condition::equals(column, value))
        .collect::<Vec<_>>()
        .into()
}

/// The error of a row that does not exist, or does not belong to the relation: the error that a
/// foreign key to no row has.
fn not_found(target: &Resource, path: &FieldPath) -> Error {
    Error::Conflict {
        problem: Box::new(Violation {
            code: "related_row_not_found",
            title: "Related row not found",
            sentence: format!("`{path}` leads to no {}.", target.name),
            problems: vec![Problem::new(
                path,
                "not_found",
                format!("leads to no {}", target.name),
            )],
        }),
        source: Box::new(DbError::of(DbErrorKind::ForeignKeyViolation)),
        soft_deleted: None,
    }
}

//! Rows and what hangs on them: what is referred to first, then the row, then what refers to it.

mod join_rows;
mod parents_and_children;
mod shared_columns;

use std::sync::Arc;

use futures_util::{FutureExt, future::BoxFuture};

use self::shared_columns::Given;
use super::{explain_update, insert, left_out, left_out::under};
use crate::{
    catalog::Resource,
    codec::{self, Value},
    db::{DbError, Rows, Transaction},
    db_error,
    error::{Error, Problem, Violation},
    query::{
        plan::{
            self, Assign, Condition, Filter, Insert, NestedWrite, RowWrite, Select, Update,
            Visibility, VisibleFilter,
        },
        sql::{Lock, Statements},
    },
};

/// Writes trees in a transaction.
pub struct Nested<'run, 'db> {
    /// Which related rows may be seen.
    pub visibility: Visibility,
    pub statements: &'run Statements,
    pub transaction: &'run mut Transaction<'db>,
}

/// A row as it was answered.
#[derive(Clone)]
pub struct Record {
    pub resource: Arc<Resource>,
    pub columns: Vec<usize>,
    pub rows: Arc<Rows>,
    pub row: usize,
}

impl Record {
    /// What the row holds in a column; NULL where it was not answered.
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
}

impl Nested<'_, '_> {
    /// Creates rows and what hangs on them; gives each as it is.
    ///
    /// # Errors
    /// What the database says of each row; rows to be connected that are not there.
    pub async fn create_all(&mut self, trees: &[NestedWrite]) -> Result<Vec<Record>, Error> {
        self.create(trees, None).await
    }

    /// Changes the row of a filter and what hangs on it; gives it as it is.
    ///
    /// # Errors
    /// As [`Self::create_all`]; [`Error::RowNotFound`].
    pub async fn update_one(
        &mut self,
        tree: &NestedWrite,
        filter: VisibleFilter,
    ) -> Result<Record, Error> {
        match self.update(tree, filter).await? {
            Some(record) => Ok(record),
            None => Err(Error::RowNotFound {
                resource: tree.resource.name.clone(),
            }),
        }
    }

    /// Creates rows that take some of their values from another.
    fn create<'call>(
        &'call mut self,
        trees: &'call [NestedWrite],
        around: Option<&'call Given>,
    ) -> BoxFuture<'call, Result<Vec<Record>, Error>> {
        async move {
            let Some(first) = trees.first() else {
                return Ok(Vec::new());
            };
            if trees.len() > 1 && trees.iter().all(|tree| tree.links.is_empty()) {
                let values = around.map(|around| around.values.as_slice());
                let values = values.unwrap_or_default();
                let rows = trees.iter().map(|tree| with(tree, values.to_vec()));
                let plan = plan::insert(&first.resource, rows.collect(), plan::Conflict::Refuse);
                let records = self.insert(plan).await;
                // Where the database does not say which of the rows it was.
                let path = first.path.strip_suffix("0.").unwrap_or(&first.path);
                return records.map_err(|error| error.under(path));
            }
            let mut records = Vec::with_capacity(trees.len());
            for tree in trees {
                records.push(self.create_one(tree, around).await?);
            }
            Ok(records)
        }
        .boxed()
    }

    /// Creates a row that takes some of its values from others.
    fn create_one<'call>(
        &'call mut self,
        tree: &'call NestedWrite,
        around: Option<&'call Given>,
    ) -> BoxFuture<'call, Result<Record, Error>> {
        async move {
            let mut given: Vec<Given> = around.into_iter().cloned().collect();
            for link in tree.links.iter().filter(|link| link.is_owned) {
                given.extend(self.referred(link, None).await?);
            }
            let values = self.agreed(&tree.resource, &given).await?;
            let rows = vec![with(tree, values)];
            let plan = plan::insert(&tree.resource, rows, plan::Conflict::Refuse);
            let records = self.insert(plan).await;
            let mut records = records.map_err(|error| under(error, &tree.path))?;
            let record = records
                .pop()
                .ok_or_else(|| Error::internal("an insert without a row"))?;
            for link in tree.links.iter().filter(|link| !link.is_owned) {
                self.referring(link, &record).await?;
            }
            Ok(record)
        }
        .boxed()
    }

    /// Changes a row and what hangs on it; `None` where there is none.
    fn update<'call>(
        &'call mut self,
        tree: &'call NestedWrite,
        filter: VisibleFilter,
    ) -> BoxFuture<'call, Result<Option<Record>, Error>> {
        async move {
            let resource = &tree.resource;
            let RowWrite::Update(set) = &tree.change else {
                return Err(Error::internal(
                    "a row to be created stands where one is to be changed",
                ));
            };
            let current = self.locked_visible(resource, filter.clone(), Lock::Change, &tree.path);
            let Some(current) = current.await? else {
                return Ok(None);
            };
            let mut set = set.clone();
            let mut afterwards = Vec::new();
            let mut given = Vec::new();
            for link in tree.links.iter().filter(|link| link.is_owned) {
                let referred = self.referred(link, Some((&current, &mut afterwards)));
                given.extend(referred.await?);
            }
            if !given.is_empty() {
                let named: Vec<usize> = set.iter().map(|(column, _)| *column).collect();
                let values = self.agreed(resource, &given).await?;
                self.keeps_others(&current, &given, &named, &tree.path)
                    .await?;
                set.extend(
                    values
                        .into_iter()
                        .map(|(column, value)| (column, Assign::To(value))),
                );
            }
            // By its key from here on: the filter may not find it any more.
            let filter = match key(&current) {
                Some(key) => Visibility::every_row().filter(resource, key),
                None => filter,
            };
            let mut record = current;
            if let Some(mut update) = plan::changing(resource, filter, set) {
                update.returning = looked_at(resource);
                let rows = self
                    .write(&update)
                    .await
                    .map_err(|error| error.under(&tree.path))?;
                if rows.is_empty() {
                    return Err(under(left_out(resource, None), &tree.path));
                }
                record = Record {
                    resource: resource.clone(),
                    columns: update.returning,
                    rows: Arc::new(rows),
                    row: 0,
                };
            }
            for (target, filter, path) in afterwards {
                self.delete(&target, filter, &path).await?;
            }
            for link in tree.links.iter().filter(|link| !link.is_owned) {
                self.referring(link, &record).await?;
            }
            Ok(Some(record))
        }
        .boxed()
    }

    /// Inserts rows; a record for each that was not left out.
    async fn insert(&mut self, mut plan: Insert) -> Result<Vec<Record>, Error> {
        plan.returning = looked_at(&plan.into);
        let plan = &plan;
        let mut session = super::Session::In(self.transaction);
        let (answers, _) = insert(&mut session, self.statements, plan).await?;
        let mut records = Vec::with_capacity(plan.rows.len());
        for rows in answers {
            let rows = Arc::new(rows);
            records.extend((0..rows.len()).map(|row| Record {
                resource: plan.into.clone(),
                columns: plan.returning.clone(),
                rows: rows.clone(),
                row,
            }));
        }
        Ok(records)
    }

    async fn write(&mut self, update: &Update) -> Result<Rows, Error> {
        let statement = self.statements.update(update);
        let rows = self.transaction.fetch(&statement).await;
        rows.map_err(|fault| explain_update(update, fault))
    }

    /// Deletes the rows of a filter; how many there were.
    ///
    /// # Errors
    /// The database's own; rows that it has left where they are.
    async fn delete(
        &mut self,
        target: &Arc<Resource>,
        filter: Filter,
        path: &str,
    ) -> Result<usize, Error> {
        let visible = self.visibility.filter(target, filter.clone());
        if let Some(mark) = plan::soft_deletion(target) {
            let Some(update) = plan::changing(target, visible, vec![mark]) else {
                return Ok(0);
            };
            let rows = self.write(&update).await;
            let rows = rows.map_err(|error| error.under(path))?;
            self.none_left(target, filter, path).await?;
            return Ok(rows.len());
        }
        let delete = plan::delete(target, visible)?;
        let statement = self.statements.delete(&delete);
        let rows = self.transaction.fetch(&statement).await;
        let rows = rows.map_err(|fault| db_error::of_delete(target, fault).under(path))?;
        self.none_left(target, filter, path).await?;
        Ok(rows.len())
    }

    /// Makes sure that no row satisfies a filter any more.
    ///
    /// # Errors
    /// A row that the database has left as it was.
    async fn none_left(
        &mut self,
        target: &Arc<Resource>,
        filter: Filter,
        path: &str,
    ) -> Result<(), Error> {
        match self.locked(target, filter, Lock::Key, path).await? {
            None => Ok(()),
            Some(_) => Err(under(left_out(target, None), path)),
        }
    }

    /// The row of a filter, if it may be seen.
    async fn locked(
        &mut self,
        resource: &Arc<Resource>,
        filter: Filter,
        lock: Lock,
        path: &str,
    ) -> Result<Option<Record>, Error> {
        let filter = self.visibility.filter(resource, filter);
        self.locked_visible(resource, filter, lock, path).await
    }

    async fn locked_visible(
        &mut self,
        resource: &Arc<Resource>,
        filter: VisibleFilter,
        lock: Lock,
        path: &str,
    ) -> Result<Option<Record>, Error> {
        let columns = looked_at(resource);
        let select = Select::of(resource, columns, filter);
        let rows = self
            .transaction
            .fetch(&self.statements.select_locked(&select, lock))
            .await;
        let rows = rows.map_err(|fault| db_error::to_api_error(resource, fault).under(path))?;
        Ok((!rows.is_empty()).then(|| Record {
            resource: resource.clone(),
            columns: select.columns,
            rows: Arc::new(rows),
            row: 0,
        }))
    }
}

/// What is read of rows: what may be shown, and the hidden columns that relations and keys are made of.
fn looked_at(resource: &Resource) -> Vec<usize> {
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

/// The values of a new row, with those that it takes from others.
fn with(
    tree: &NestedWrite,
    given: Vec<(usize, Value)>,
) -> std::collections::BTreeMap<usize, Value> {
    let mut row = match &tree.change {
        RowWrite::Create(row) => row.clone(),
        RowWrite::Update(_) => std::collections::BTreeMap::new(),
    };
    row.extend(given);
    row
}

/// Conditions for the key of a row.
fn key(record: &Record) -> Option<Filter> {
    let key = &record.resource.key;
    (!key.is_empty()).then(|| equal(key, record.values(key)))
}

/// Conditions that columns hold values. Nothing equals NULL.
fn equal(columns: &[usize], values: Vec<Value>) -> Filter {
    let conditions = columns.iter().zip(values);
    conditions
        .map(|(&column, value)| Condition::equals(column, value))
        .collect::<Vec<_>>()
        .into()
}

/// A row that a link names is not there, or not of the relation: as where a foreign key names one.
fn not_found(target: &Resource, path: &str) -> Error {
    Error::Conflict {
        problem: Box::new(Violation {
            code: "related_row_not_found",
            title: "Related row not found",
            sentence: format!("`{path}` leads to no {}.", target.name),
            problems: vec![Problem {
                field: path.to_owned(),
                code: "not_found",
                message: format!("leads to no {}", target.name),
            }],
        }),
        source: Box::new(DbError::of(crate::db::DbErrorKind::ForeignKeyViolation)),
        marked: None,
    }
}

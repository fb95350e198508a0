//! What is done with the rows of a relation.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    super::{insert::explain_ignored, left_out::under},
    Given, Nested, Record, equal, not_found,
};
use crate::{
    catalog::{Join, Resource},
    codec::Value,
    db::DbErrorKind,
    db_error,
    error::Error,
    query::{
        plan::{
            self, Assign, Conflict, Deed, Filter, NestedWrite, RelationWrite, RowWrite, WhereUnique,
        },
        sql::Lock,
    },
};

/// A row to be deleted once nothing refers to it any more: of what, which, where it stands.
type Afterwards = Vec<(Arc<Resource>, Filter, String)>;

impl Nested<'_, '_> {
    /// Sees to what a row refers to; gives the values of its foreign key, `None` where it stays.
    /// `current` is the row as it is, where it is not new, and what to do once it has been changed.
    pub(super) async fn referred(
        &mut self,
        link: &RelationWrite,
        mut current: Option<(&Record, &mut Afterwards)>,
    ) -> Result<Option<Given>, Error> {
        let relation = link.relation();
        let (here, there) = (relation.columns(), relation.references());
        let field = link.path.trim_end_matches('.');
        let mut given = None;
        for deed in &link.deeds {
            let nothing = |path: &str| {
                Some(Given {
                    path: path.to_owned(),
                    columns: here.clone(),
                    values: nulls(&plan::given_up(&link.from, &here)),
                    of: None,
                })
            };
            let (record, path) = match (deed, &mut current) {
                (Deed::Create { trees, .. }, _) => match trees.first() {
                    Some(tree) => (self.create_one(tree, None).await?, tree.path.as_str()),
                    None => continue,
                },
                (Deed::Connect(which), _) => {
                    let found = self.find(&link.target, which, Lock::Key).await?;
                    (found, which.path.as_str())
                }
                (Deed::ConnectOrCreate(which, tree), _) => {
                    let record = self.find_or_create(which, tree, None).await?;
                    (record, which.path.as_str())
                }
                (Deed::Disconnect(_), Some(_)) => {
                    given = nothing(&format!("{field}.disconnect"));
                    continue;
                }
                (Deed::Delete { path, .. }, Some((current, afterwards))) => {
                    let values = current.values(&here);
                    if values.contains(&Value::Null) {
                        return Err(not_found(&link.target, path));
                    }
                    afterwards.push((link.target.clone(), equal(&there, values), path.clone()));
                    given = nothing(path);
                    continue;
                }
                (Deed::Update { tree, .. }, Some((current, _))) => {
                    let values = current.values(&here);
                    let found = !values.contains(&Value::Null)
                        && self
                            .update(
                                tree,
                                self.visibility.filter(&link.target, equal(&there, values)),
                            )
                            .await?
                            .is_some();
                    if !found {
                        return Err(not_found(&link.target, tree.path.trim_end_matches('.')));
                    }
                    continue;
                }
                // The planner has refused them.
                (Deed::Set(_), _)
                | (Deed::Disconnect(_) | Deed::Delete { .. } | Deed::Update { .. }, None) => {
                    continue;
                }
            };
            given = Some(Given {
                path: path.trim_end_matches('.').to_owned(),
                columns: here.clone(),
                values: here.iter().copied().zip(record.values(&there)).collect(),
                of: Some((record, there.clone())),
            });
        }
        Ok(given)
    }

    /// Sees to what refers to a row.
    pub(super) async fn referring(
        &mut self,
        link: &RelationWrite,
        record: &Record,
    ) -> Result<(), Error> {
        let relation = link.relation();
        let pairs = match &relation.join {
            Join::Through(junction) => return self.through(link, junction, record).await,
            Join::Direct(pairs) => pairs,
        };
        let own = record.values(&relation.columns());
        let there = relation.references();
        let given = Given {
            path: link.path.trim_end_matches('.').to_owned(),
            columns: there.clone(),
            values: there.iter().copied().zip(own.clone()).collect(),
            of: Some((
                record.clone(),
                pairs.iter().map(|&(here, _)| here).collect(),
            )),
        };
        let ours = || equal(&there, own.clone());
        for deed in &link.deeds {
            let takes_the_place = matches!(
                deed,
                Deed::Create { .. } | Deed::Connect(_) | Deed::ConnectOrCreate(..)
            );
            if takes_the_place && link.replaces() {
                self.release(link, ours()).await?;
            }
            match deed {
                Deed::Create {
                    trees,
                    skip_duplicates: false,
                } => {
                    self.create(trees, Some(&given)).await?;
                }
                Deed::Create {
                    trees,
                    skip_duplicates: true,
                } => {
                    self.create_absent(&link.target, trees, Some(&given))
                        .await?;
                }
                Deed::Connect(which) => {
                    self.connect(link, which, &given).await?;
                }
                Deed::ConnectOrCreate(which, tree) => {
                    if self.take(link, which, &given).await? == 0 {
                        self.find_or_create(which, tree, Some(&given)).await?;
                        // Whoever was faster has it connected elsewhere.
                        self.connect(link, which, &given).await?;
                    }
                }
                Deed::Disconnect(which) => {
                    let mut filter = ours();
                    filter
                        .conditions
                        .extend(which.iter().flat_map(|which| which.conditions.clone()));
                    self.release(link, filter).await?;
                }
                Deed::Set(these) => {
                    let mut filter = ours();
                    filter.groups.extend(these.iter().map(|which| Filter {
                        negated: true,
                        ..which.conditions.clone().into()
                    }));
                    self.release(link, filter).await?;
                    for which in these {
                        self.connect(link, which, &given).await?;
                    }
                }
                Deed::Delete { which, path } => {
                    let mut filter = ours();
                    filter
                        .conditions
                        .extend(which.iter().flat_map(|which| which.conditions.clone()));
                    if self.delete(&link.target, filter, path).await? == 0 {
                        return Err(not_found(&link.target, path));
                    }
                }
                Deed::Update { which, tree } => {
                    let mut filter = ours();
                    filter
                        .conditions
                        .extend(which.iter().flat_map(|which| which.conditions.clone()));
                    let filter = self.visibility.filter(&link.target, filter);
                    if self.update(tree, filter).await?.is_none() {
                        let path = which
                            .as_ref()
                            .map_or(tree.path.trim_end_matches('.'), |which| &which.path);
                        return Err(not_found(&link.target, path));
                    }
                }
            }
        }
        Ok(())
    }

    /// The row that a link names.
    pub(super) async fn find(
        &mut self,
        target: &Arc<Resource>,
        which: &WhereUnique,
        lock: Lock,
    ) -> Result<Record, Error> {
        let filter = which.conditions.clone().into();
        let found = self.locked(target, filter, lock, &which.path).await?;
        found.ok_or_else(|| not_found(target, &which.path))
    }

    /// The row that a link names, else a new one.
    pub(super) async fn find_or_create(
        &mut self,
        which: &WhereUnique,
        tree: &NestedWrite,
        around: Option<&Given>,
    ) -> Result<Record, Error> {
        let target = &tree.resource;
        let filter: Filter = which.conditions.clone().into();
        let found = self.locked(target, filter.clone(), Lock::Key, &which.path);
        if let Some(found) = found.await? {
            return Ok(found);
        }
        let names_key =
            |row: &BTreeMap<usize, Value>| which.key.iter().all(|column| row.contains_key(column));
        match &tree.change {
            // Somebody else may create it at the same time; then it is there.
            RowWrite::Create(row)
                if tree.links.is_empty() && names_key(row) && !target.is_deferrable(&which.key) =>
            {
                let conflict = Conflict::Ignore {
                    target: which.key.clone(),
                };
                let plan = plan::insert(target, vec![taking(tree, around)], conflict);
                let created = self.insert(plan.clone()).await;
                if let Some(record) = created.map_err(|error| error.under(&tree.path))?.pop() {
                    return Ok(record);
                }
                let found = self.locked(target, filter, Lock::Key, &which.path).await?;
                // Marked as deleted, or gone again.
                found.ok_or_else(|| under(explain_ignored(&plan), &tree.path))
            }
            RowWrite::Create(_) | RowWrite::Update(_) => {
                let created = self.create_one(tree, around).await;
                created.map_err(|error| match error {
                    // When all is tried again, it is found.
                    error if is_about(&error, target, &which.key) => error.into_lost_race(),
                    error => error,
                })
            }
        }
    }

    /// Creates the rows that are not there yet, by whichever key they would be.
    pub(super) async fn create_absent(
        &mut self,
        target: &Arc<Resource>,
        trees: &[NestedWrite],
        around: Option<&Given>,
    ) -> Result<Vec<Record>, Error> {
        let mut records = Vec::new();
        for tree in trees {
            let conflict = Conflict::Ignore { target: Vec::new() };
            let plan = plan::insert(target, vec![taking(tree, around)], conflict);
            let created = self.insert(plan).await;
            records.extend(created.map_err(|error| error.under(&tree.path))?);
        }
        Ok(records)
    }

    async fn connect(
        &mut self,
        link: &RelationWrite,
        which: &WhereUnique,
        given: &Given,
    ) -> Result<(), Error> {
        match self.take(link, which, given).await? {
            0 => Err(not_found(&link.target, &which.path)),
            _ => Ok(()),
        }
    }

    /// Makes the row that a link names refer to ours; how many there were.
    async fn take(
        &mut self,
        link: &RelationWrite,
        which: &WhereUnique,
        given: &Given,
    ) -> Result<usize, Error> {
        let target = &link.target;
        let filter: Filter = which.conditions.clone().into();
        let others = plan::references(target);
        if others.iter().any(|other| other.shares(&given.columns)) {
            let found = self.locked(target, filter.clone(), Lock::Change, &which.path);
            let Some(current) = found.await? else {
                return Ok(0);
            };
            let here = Given {
                path: which.path.clone(),
                ..given.clone()
            };
            let prefix = format!("{}.", given.path);
            self.keeps_others(&current, &[here], &[], &prefix).await?;
        }
        let taken = self.assign(target, filter.clone(), &given.values, &which.path);
        let taken = taken.await?;
        if taken == 0 {
            self.none_left(target, filter, &which.path).await?;
        }
        Ok(taken)
    }

    /// Makes rows of a filter refer to none.
    async fn release(&mut self, link: &RelationWrite, filter: Filter) -> Result<(), Error> {
        let target = &link.target;
        let columns = link.relation().references();
        let nothing = nulls(&plan::given_up(target, &columns));
        let path = link.path.trim_end_matches('.');
        self.gives_up_no_others(target, &filter, &columns, &nothing, path)
            .await?;
        self.assign(target, filter.clone(), &nothing, &link.path)
            .await?;
        self.none_left(target, filter, path).await
    }

    /// Gives the rows of a filter these values; how many there were.
    async fn assign(
        &mut self,
        target: &Arc<Resource>,
        filter: Filter,
        values: &[(usize, Value)],
        path: &str,
    ) -> Result<usize, Error> {
        let set = values
            .iter()
            .map(|(column, value)| (*column, Assign::To(value.clone())));
        let filter = self.visibility.filter(target, filter);
        let Some(mut update) = plan::changing(target, filter, set.collect()) else {
            return Ok(0);
        };
        update.returning.clear();
        let rows = self
            .write(&update)
            .await
            .map_err(|error| error.under(path))?;
        Ok(rows.len())
    }
}

fn nulls(columns: &[usize]) -> Vec<(usize, Value)> {
    let columns = columns.iter();
    columns.map(|&column| (column, Value::Null)).collect()
}

/// The values of a new row, with those of the row around.
fn taking(tree: &NestedWrite, around: Option<&Given>) -> BTreeMap<usize, Value> {
    let values = around.map(|around| around.values.clone());
    super::with(tree, values.unwrap_or_default())
}

/// Whether an error says that another row of the resource has this key.
fn is_about(error: &Error, resource: &Resource, key: &[usize]) -> bool {
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

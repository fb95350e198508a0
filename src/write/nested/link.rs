//! What is done with the rows of a relation.

use std::{collections::BTreeMap, sync::Arc};

use super::{super::insert::explain_ignored, Given, Nested, Record, equal, not_found};
use crate::{
    backend::{Class, violation},
    catalog::{Join, Resource},
    codec::Value,
    error::Error,
    query::{
        plan::{self, Assign, Conflict, Deed, Filter, Link, RowChange, Tree, Unique},
        sql::Lock,
    },
};

/// A row to be deleted once nothing refers to it any more: of what, which, where it stands.
type Afterwards = Vec<(Arc<Resource>, Filter, String)>;

impl Nested<'_, '_> {
    /// Sees to what a row refers to; gives the values of its foreign key. `current` is the row as it
    /// is, where it is not new, and what to do once it has been changed.
    pub(super) async fn referred(
        &mut self,
        link: &Link,
        mut current: Option<(&Record, &mut Afterwards)>,
    ) -> Result<Given, Error> {
        let relation = link.relation();
        let (here, there) = (relation.columns(), relation.references());
        let mut given = Vec::new();
        for deed in &link.deeds {
            let nothing = || {
                here.iter()
                    .map(|&column| (column, Value::Null))
                    .collect::<Vec<_>>()
            };
            let record = match (deed, &mut current) {
                (Deed::Create { trees, .. }, _) => match trees.first() {
                    Some(tree) => self.create_one(tree, Vec::new()).await?,
                    None => continue,
                },
                (Deed::Connect(which), _) => self.find(&link.target, which, Lock::Key).await?,
                (Deed::ConnectOrCreate(which, tree), _) => {
                    self.find_or_create(which, tree, &Vec::new()).await?
                }
                (Deed::Disconnect(_), Some(_)) => {
                    given = nothing();
                    continue;
                }
                (Deed::Delete { path, .. }, Some((current, afterwards))) => {
                    let values = current.values(&here);
                    if values.contains(&Value::Null) {
                        return Err(not_found(&link.target, path));
                    }
                    afterwards.push((link.target.clone(), equal(&there, values), path.clone()));
                    given = nothing();
                    continue;
                }
                (Deed::Update { tree, .. }, Some((current, _))) => {
                    let values = current.values(&here);
                    let found = !values.contains(&Value::Null)
                        && self.update(tree, equal(&there, values)).await?.is_some();
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
            given = here.iter().copied().zip(record.values(&there)).collect();
        }
        Ok(given)
    }

    /// Sees to what refers to a row.
    pub(super) async fn referring(&mut self, link: &Link, record: &Record) -> Result<(), Error> {
        let relation = link.relation();
        let pairs = match &relation.join {
            Join::Through(junction) => return self.through(link, junction, record).await,
            Join::Direct(pairs) => pairs,
        };
        let own = record.values(&relation.columns());
        let there = relation.references();
        let given: Given = pairs
            .iter()
            .map(|&(_, there)| there)
            .zip(own.clone())
            .collect();
        let nothing = there
            .iter()
            .map(|&column| (column, Value::Null))
            .collect::<Vec<_>>();
        let ours = || equal(&there, own.clone());
        for deed in &link.deeds {
            let takes_the_place = matches!(
                deed,
                Deed::Create { .. } | Deed::Connect(_) | Deed::ConnectOrCreate(..)
            );
            if takes_the_place && link.replaces() {
                self.assign(&link.target, ours(), &nothing, &link.path)
                    .await?;
            }
            match deed {
                Deed::Create {
                    trees,
                    skip_duplicates: false,
                } => {
                    self.create(trees, &given).await?;
                }
                Deed::Create {
                    trees,
                    skip_duplicates: true,
                } => {
                    self.create_absent(&link.target, trees, &given).await?;
                }
                Deed::Connect(which) => {
                    self.connect(link, which, &given).await?;
                }
                Deed::ConnectOrCreate(which, tree) => {
                    let found = self
                        .assign(
                            &link.target,
                            which.conditions.clone().into(),
                            &given,
                            &which.path,
                        )
                        .await?;
                    if found == 0 {
                        self.find_or_create(which, tree, &given).await?;
                        // Whoever was faster has it connected elsewhere.
                        self.connect(link, which, &given).await?;
                    }
                }
                Deed::Disconnect(which) => {
                    let mut filter = ours();
                    filter
                        .conditions
                        .extend(which.iter().flat_map(|which| which.conditions.clone()));
                    self.assign(&link.target, filter, &nothing, &link.path)
                        .await?;
                }
                Deed::Set(these) => {
                    let mut filter = ours();
                    filter.groups.extend(these.iter().map(|which| Filter {
                        negated: true,
                        ..which.conditions.clone().into()
                    }));
                    self.assign(&link.target, filter, &nothing, &link.path)
                        .await?;
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
        which: &Unique,
        lock: Lock,
    ) -> Result<Record, Error> {
        let filter = which.conditions.clone().into();
        let found = self.locked(target, filter, lock, &which.path).await?;
        found.ok_or_else(|| not_found(target, &which.path))
    }

    /// The row that a link names, else a new one.
    pub(super) async fn find_or_create(
        &mut self,
        which: &Unique,
        tree: &Tree,
        given: &Given,
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
            RowChange::Create(row) if tree.links.is_empty() && names_key(row) => {
                let conflict = Conflict::Ignore {
                    target: which.key.clone(),
                };
                let plan = plan::insert(target, vec![super::with(tree, given.clone())], conflict);
                let created = self.insert(&plan).await;
                if let Some(record) = created.map_err(|error| error.under(&tree.path))?.pop() {
                    return Ok(record);
                }
                let found = self.locked(target, filter, Lock::Key, &which.path).await?;
                // Marked as deleted, or gone again.
                found.ok_or_else(|| explain_ignored(&plan).under(&tree.path))
            }
            RowChange::Create(_) | RowChange::Update(_) => {
                let created = self.create_one(tree, given.clone()).await;
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
        trees: &[Tree],
        given: &Given,
    ) -> Result<Vec<Record>, Error> {
        let mut records = Vec::new();
        for tree in trees {
            let conflict = Conflict::Ignore { target: Vec::new() };
            let plan = plan::insert(target, vec![super::with(tree, given.clone())], conflict);
            let created = self.insert(&plan).await;
            records.extend(created.map_err(|error| error.under(&tree.path))?);
        }
        Ok(records)
    }

    async fn connect(&mut self, link: &Link, which: &Unique, given: &Given) -> Result<(), Error> {
        let filter = which.conditions.clone().into();
        match self
            .assign(&link.target, filter, given, &which.path)
            .await?
        {
            0 => Err(not_found(&link.target, &which.path)),
            _ => Ok(()),
        }
    }

    /// Gives the rows of a filter these values; how many there were.
    async fn assign(
        &mut self,
        target: &Arc<Resource>,
        filter: Filter,
        values: &Given,
        path: &str,
    ) -> Result<usize, Error> {
        let set = values
            .iter()
            .map(|(column, value)| (*column, Assign::To(value.clone())));
        let filter = filter.scoped(target, plan::Deleted::Exclude);
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

/// Whether an error says that another row of the resource has this key.
fn is_about(error: &Error, resource: &Resource, key: &[usize]) -> bool {
    let Error::Conflict { source, .. } = error else {
        return false;
    };
    let mut columns = resource.positions(violation::unique_key(resource, source));
    columns.sort_unstable();
    let mut key = key.to_vec();
    key.sort_unstable();
    source.class == Class::UniqueViolation
        && source.table.as_ref() == Some(&resource.table)
        && columns == key
}

//! Which rows a plan may see: the conditions that no request asks for.
//!
//! These conditions leave out soft-deleted rows, and the rows that the policies of the caller's role
//! keep from it. [`Visibility`] is the only place that states such conditions.
//!
//! Every plan that reads, counts or changes rows holds a [`VisibleFilter`], and only [`Visibility`]
//! makes one. A new kind of plan, or a new node of one, therefore does not
//! compile until it says what it may see. This holds for both APIs: for the root and the embedded
//! nodes of reads, for the parent in a path, for updates and deletes, for the rows that an upsert
//! merges into, and for the rows that the executor looks up by key. A join table
//! has such conditions only where it is itself a resource.

use std::{ops::Deref, sync::Arc};

use super::{
    Assign, Condition, Filter, IsTest, RowCheck, Test,
    policy::{self, Access, Action, Allowed},
};
use crate::{
    catalog::{Mark, Resource},
    codec::Value,
    error::Error,
    query::fill,
};

pub use crate::query::parse::Deleted;

/// Which rows of its resources a plan may see and change.
#[derive(Debug, Clone, Copy)]
pub struct Visibility<'access> {
    deleted: Deleted,
    /// The policies of the caller's role. `None` is a caller that may do everything.
    access: Option<&'access Access>,
}

impl<'access> Visibility<'access> {
    /// What a request may see that says this of soft-deleted rows, if its caller may do everything.
    pub const fn of(deleted: Deleted) -> Self {
        Self {
            deleted,
            access: None,
        }
    }

    /// What a request may see that says this of soft-deleted rows.
    pub const fn to(access: Option<&'access Access>, deleted: Deleted) -> Self {
        Self { deleted, access }
    }

    /// Every row of a table. Only for look-ups whose rows no answer shows: a key is unique among all
    /// rows, also among those that the request may not see.
    pub const fn every_row() -> Self {
        Self::of(Deleted::Include)
    }

    /// The policies of the caller's role.
    pub const fn access(self) -> Option<&'access Access> {
        self.access
    }

    /// What the same request may see of rows that it reaches through a relation. Soft-deleted rows
    /// are never among them.
    pub const fn related(self) -> Self {
        Self {
            deleted: Deleted::Exclude,
            ..self
        }
    }

    /// The same with soft-deleted rows.
    pub const fn with_deleted(self) -> Self {
        Self {
            deleted: Deleted::Include,
            ..self
        }
    }

    /// The same rows, but only the soft-deleted ones.
    pub const fn only_deleted(self) -> Self {
        Self {
            deleted: Deleted::Only,
            ..self
        }
    }

    /// The rows of a resource that satisfy a filter and may be seen.
    pub fn filter<C: FromImposed>(self, resource: &Resource, asked: Filter<C>) -> VisibleFilter<C> {
        self.filter_for(Action::Read, resource, asked)
    }

    /// The rows of a resource that satisfy a filter, may be seen, and may be changed or deleted.
    pub fn filter_for<C: FromImposed>(
        self,
        action: Action,
        resource: &Resource,
        asked: Filter<C>,
    ) -> VisibleFilter<C> {
        let imposed = self.conditions(resource).into_iter();
        let imposed = imposed.map(|one| C::from_imposed(resource, &one));
        let conditions: Vec<C> = imposed.collect();
        let imposed = conditions.len();
        let policies = self.policies(action, resource);
        let mut all = asked;
        if (all.any || all.negated) && (imposed > 0 || !policies.is_empty()) {
            // As a member of such a filter, a condition would not hold for every row.
            all = Filter {
                groups: vec![all],
                ..Filter::default()
            };
        }
        if !policies.is_empty() {
            fence(resource, &mut all, &policies);
        }
        all.conditions.extend(conditions);
        let reading = match action {
            Action::Read => policies.len(),
            _ => self.policies(Action::Read, resource).len(),
        };
        all.policies = policies;
        VisibleFilter {
            all,
            imposed,
            reading,
        }
    }

    /// The rows of a filter that may be changed or deleted, too.
    pub fn restricted<C: Clone>(
        self,
        action: Action,
        resource: &Resource,
        filter: &VisibleFilter<C>,
    ) -> VisibleFilter<C> {
        let mut restricted = filter.clone();
        restricted.all.policies = self.policies(action, resource);
        restricted
    }

    /// The policies that rows must satisfy to be read, and to be changed or deleted.
    fn policies(self, action: Action, resource: &Resource) -> Vec<Arc<Filter>> {
        let Some(access) = self.access else {
            return Vec::new();
        };
        let mut policies = Vec::new();
        let actions: &[Action] = match action {
            Action::Read => &[Action::Read],
            Action::Create => &[Action::Read, Action::Create],
            Action::Update => &[Action::Read, Action::Update],
            Action::Delete => &[Action::Read, Action::Delete],
        };
        for action in actions {
            if let Allowed::Where(filter) = access.allowed(resource, *action)
                && !policies.contains(&filter)
            {
                policies.push(filter);
            }
        }
        policies
    }

    /// Makes sure that the caller's role may do this with some rows of a resource.
    ///
    /// # Errors
    /// [`Error::NotPermitted`].
    pub fn ensure(self, action: Action, resource: &Resource) -> Result<(), Error> {
        match self.access {
            Some(access) if !access.allows(resource, action) => {
                Err(access.forbidden(resource, action))
            }
            _ => Ok(()),
        }
    }

    /// What rows of a resource must satisfy after they are written. `None` if every row may be.
    pub fn check(self, resource: &Resource) -> Option<Arc<RowCheck>> {
        let access = self.access?;
        let of = |action| match access.allowed(resource, action) {
            Allowed::All => Vec::new(),
            Allowed::Where(filter) => vec![filter],
        };
        let mut create = of(Action::Create);
        create.extend(access.preset_conditions(resource));
        let check = RowCheck {
            create,
            update: of(Action::Update),
        };
        let is_needed = !check.create.is_empty() || !check.update.is_empty();
        is_needed.then(|| Arc::new(check))
    }

    /// All rows of a resource that may be seen.
    pub fn all<C: FromImposed>(self, resource: &Resource) -> VisibleFilter<C> {
        self.filter(resource, Filter::default())
    }

    /// What every row of a resource must satisfy to be seen. The conditions bind no value, so that
    /// reads by key can still be merged into one statement.
    fn conditions(self, resource: &Resource) -> Option<Imposed> {
        let soft = resource.soft_delete?;
        let (test, negated) = match (soft.mark, self.deleted) {
            (_, Deleted::Include) => return None,
            (Mark::Moment, Deleted::Exclude) => (IsTest::Null, false),
            (Mark::Moment, Deleted::Only) => (IsTest::NotNull, false),
            (Mark::Flag, Deleted::Exclude) => (IsTest::True, true),
            (Mark::Flag, Deleted::Only) => (IsTest::True, false),
        };
        Some(Imposed {
            column: soft.column,
            negated,
            test,
        })
    }
}

/// A condition on one column that no request asks for.
#[derive(Debug, Clone, Copy)]
pub struct Imposed {
    pub column: usize,
    pub negated: bool,
    pub test: IsTest,
}

/// Moves the members of a filter that could fail for a hidden row, or be timed, behind the policies.
fn fence<C: FromImposed>(resource: &Resource, filter: &mut Filter<C>, policies: &[Arc<Filter>]) {
    let mut fenced = Filter {
        fenced: true,
        policies: policies.to_vec(),
        ..Filter::default()
    };
    let conditions = std::mem::take(&mut filter.conditions).into_iter();
    (filter.conditions, fenced.conditions) = conditions.partition(|one| one.is_leakproof(resource));
    let groups = std::mem::take(&mut filter.groups).into_iter();
    (filter.groups, fenced.groups) = groups.partition(|group| is_leakproof(resource, group));
    if !fenced.conditions.is_empty() || !fenced.groups.is_empty() {
        filter.groups.push(fenced);
    }
}

fn is_leakproof<C: FromImposed>(resource: &Resource, filter: &Filter<C>) -> bool {
    let mut conditions = filter.conditions.iter();
    let mut groups = filter.groups.iter();
    conditions.all(|one| one.is_leakproof(resource))
        && groups.all(|group| is_leakproof(resource, group))
}

/// A condition at some [`super::select_node::Stage`].
pub trait FromImposed: Sized {
    /// What an imposed condition becomes.
    fn from_imposed(resource: &Resource, imposed: &Imposed) -> Self;

    /// Whether it can neither fail for a row's value nor take a time that depends on it.
    fn is_leakproof(&self, resource: &Resource) -> bool;
}

impl FromImposed for Condition {
    fn from_imposed(_: &Resource, imposed: &Imposed) -> Self {
        Self {
            column: imposed.column,
            path: Box::default(),
            negated: imposed.negated,
            test: Test::Is(imposed.test),
        }
    }

    fn is_leakproof(&self, resource: &Resource) -> bool {
        policy::is_leakproof(resource, self)
    }
}

/// A filter that leaves out the rows which may not be seen.
#[derive(Debug, Clone, PartialEq)]
pub struct VisibleFilter<C = Condition> {
    /// What was asked for. Its last conditions are the imposed ones.
    all: Filter<C>,
    /// The number of conditions that [`Visibility`] has added.
    imposed: usize,
    /// The number of policies that a row must satisfy to be read. The others are about changes.
    reading: usize,
}

impl<C> VisibleFilter<C> {
    /// The conditions that nobody asked for.
    pub fn imposed(&self) -> &[C] {
        &self.all.conditions[self.all.conditions.len() - self.imposed..]
    }

    /// Leaves out the rows that do not satisfy a further filter, which cannot fail for a row.
    pub fn and(&mut self, further: Filter<C>) {
        self.all.groups.push(further);
    }
}

impl<C: Clone> VisibleFilter<C> {
    /// The same without what was asked for: all rows that may be seen.
    pub fn without_asked(&self) -> Self {
        Self {
            all: Filter {
                policies: self.all.policies.clone(),
                ..self.imposed().to_vec().into()
            },
            imposed: self.imposed,
            reading: self.reading,
        }
    }

    /// The same rows and those that may be seen but not changed.
    pub fn for_reading(&self) -> Self {
        let mut filter = self.clone();
        filter.all.policies.truncate(self.reading);
        filter
    }

    /// Whether it leaves out rows that may be seen.
    pub fn is_about_changes(&self) -> bool {
        self.all.policies.len() > self.reading
    }
}

impl<C> Deref for VisibleFilter<C> {
    type Target = Filter<C>;

    fn deref(&self) -> &Filter<C> {
        &self.all
    }
}

/// The assignment that soft-deletes a row; `None` where rows are deleted for good.
pub fn soft_deletion(resource: &Resource) -> Option<(usize, Assign)> {
    let soft = resource.soft_delete?;
    let value = match soft.mark {
        Mark::Moment => Value::Timestamp(fill::now()),
        Mark::Flag => Value::Bool(true),
    };
    Some((soft.column, Assign::To(value)))
}

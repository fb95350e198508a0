//! Which rows a plan may see: the conditions that no request asks for.
//!
//! Today these conditions leave out soft-deleted rows. Row policies belong into
//! [`Visibility::conditions`], which is the only place that states such conditions.
//!
//! Every plan that reads, counts or changes rows holds a [`VisibleFilter`], and only
//! [`Visibility::filter`] makes one. A new kind of plan, or a new node of one, therefore does not
//! compile until it says what it may see. This holds for both APIs: for the root and the embedded
//! nodes of reads, for the parent in a path, for updates and deletes, for the rows that an upsert
//! merges into, and for the rows that the executor looks up by key. Rows of join tables are not rows
//! of a resource and have no such conditions.

use std::ops::Deref;

use super::{Assign, Condition, Filter, IsTest, Test};
use crate::{
    catalog::{Mark, Resource},
    codec::Value,
    query::fill,
};

pub use crate::query::parse::Deleted;

/// Which rows of its resources a plan may see.
#[derive(Debug, Clone, Copy)]
pub struct Visibility {
    deleted: Deleted,
}

impl Visibility {
    /// What a request may see that says this of soft-deleted rows.
    pub const fn of(deleted: Deleted) -> Self {
        Self { deleted }
    }

    /// Every row of a table. Only for look-ups whose rows no answer shows: a key is unique among all
    /// rows, also among those that the request may not see.
    pub const fn every_row() -> Self {
        Self::of(Deleted::Include)
    }

    /// What the same request may see of rows that it reaches through a relation. Soft-deleted rows
    /// are never among them.
    pub const fn related(self) -> Self {
        Self {
            deleted: Deleted::Exclude,
        }
    }

    /// The same with soft-deleted rows.
    pub const fn with_deleted(self) -> Self {
        Self {
            deleted: Deleted::Include,
        }
    }

    /// The same rows, but only the soft-deleted ones.
    pub const fn only_deleted(self) -> Self {
        Self {
            deleted: Deleted::Only,
        }
    }

    /// The rows of a resource that satisfy a filter and may be seen.
    pub fn filter<C: FromImposed>(self, resource: &Resource, asked: Filter<C>) -> VisibleFilter<C> {
        let imposed = self.conditions(resource).into_iter();
        let imposed = imposed.map(|one| C::from_imposed(resource, &one));
        let conditions: Vec<C> = imposed.collect();
        let imposed = conditions.len();
        let mut all = asked;
        if (all.any || all.negated) && imposed > 0 {
            // As a member of such a filter, a condition would not hold for every row.
            all = Filter {
                groups: vec![all],
                ..Filter::default()
            };
        }
        all.conditions.extend(conditions);
        VisibleFilter { all, imposed }
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

/// What an imposed condition becomes at some [`super::select_node::Stage`].
pub trait FromImposed {
    fn from_imposed(resource: &Resource, imposed: &Imposed) -> Self;
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
}

/// A filter that leaves out the rows which may not be seen.
#[derive(Debug, Clone, PartialEq)]
pub struct VisibleFilter<C = Condition> {
    /// What was asked for. Its last conditions are the imposed ones.
    all: Filter<C>,
    /// The number of conditions that [`Visibility`] has added.
    imposed: usize,
}

impl<C> VisibleFilter<C> {
    /// The conditions that nobody asked for.
    pub fn imposed(&self) -> &[C] {
        &self.all.conditions[self.all.conditions.len() - self.imposed..]
    }

    /// Leaves out the rows that do not satisfy a further filter.
    pub fn and(&mut self, further: Filter<C>) {
        self.all.groups.push(further);
    }
}

impl<C: Clone> VisibleFilter<C> {
    /// The same without what was asked for: all rows that may be seen.
    pub fn without_asked(&self) -> Self {
        Self {
            all: self.imposed().to_vec().into(),
            imposed: self.imposed,
        }
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

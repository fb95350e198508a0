//! Rows that are marked as deleted.

use super::{Assign, Condition, Filter, IsTest, Test};
use crate::{
    catalog::{Mark, Resource},
    codec::Value,
    query::fill,
};

pub use crate::query::parse::Deleted;

impl Filter {
    /// The same rows, but for those that are marked or not, as `deleted` says.
    pub fn scoped(mut self, resource: &Resource, deleted: Deleted) -> Self {
        self.conditions.extend(scope(resource, deleted));
        self
    }
}

/// What leaves rows out. It binds no value, so that reads by key can still be put together.
pub(super) fn scope(resource: &Resource, deleted: Deleted) -> Option<Condition> {
    let soft = resource.soft_delete?;
    let (test, negated) = match (soft.mark, deleted) {
        (_, Deleted::Include) => return None,
        (Mark::Moment, Deleted::Exclude) => (IsTest::Null, false),
        (Mark::Moment, Deleted::Only) => (IsTest::NotNull, false),
        (Mark::Flag, Deleted::Exclude) => (IsTest::True, true),
        (Mark::Flag, Deleted::Only) => (IsTest::True, false),
    };
    Some(Condition {
        column: soft.column,
        path: Box::default(),
        negated,
        test: Test::Is(test),
    })
}

/// What marks a row.
pub fn mark(resource: &Resource) -> Option<(usize, Assign)> {
    let soft = resource.soft_delete?;
    let value = match soft.mark {
        Mark::Moment => Value::Timestamp(fill::now()),
        Mark::Flag => Value::Bool(true),
    };
    Some((soft.column, Assign::To(value)))
}

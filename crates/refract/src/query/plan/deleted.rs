//! Rows that are marked as deleted.

use super::{
    Assign, Condition, Filter, IsTest, Read, Test,
    select_node::{Query, SelectNode},
};
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

impl Read {
    /// The same read, but for rows that are marked as deleted, as `deleted` says. What is embedded
    /// is never of those.
    pub fn scoped(self, resource: &Resource, deleted: Deleted) -> Self {
        match self {
            Self::Plain(mut plan) => {
                plan.filter = plan.filter.scoped(resource, deleted);
                Self::Plain(plan)
            }
            Self::Query(mut plan) => {
                plan.scope(deleted);
                Self::Query(plan)
            }
        }
    }
}

impl Query {
    /// Leaves out rows as `deleted` says.
    pub fn scope(&mut self, deleted: Deleted) {
        if let Some(parent) = &mut self.parent {
            parent.key.extend(scope(&parent.resource, Deleted::Exclude));
        }
        self.root.scope(deleted);
    }
}

impl SelectNode {
    fn scope(&mut self, deleted: Deleted) {
        self.filter.conditions.extend(scope(&self.from, deleted));
        for embed in &mut self.embeds {
            embed.node.scope(Deleted::Exclude);
        }
    }
}

/// What leaves rows out. It binds no value, so that reads by key can still be put together.
pub fn scope(resource: &Resource, deleted: Deleted) -> Option<Condition> {
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

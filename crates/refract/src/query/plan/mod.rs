//! Query and body + catalog → plans. Refuses names and values that the catalog does not have.
//!
//! A plan is plain data, in SQL's words. It holds columns as positions in their resource, so that
//! only the catalog can name one. Each plan says which rows it may see ([`Visibility`]).

pub mod catalog_resolver;
#[cfg(test)]
pub(crate) mod every_plan_is_visible;
mod mutation;
pub mod node_planner;
mod path_key;
pub mod policy;
mod read_plan;
pub mod resolver;
mod seek;
pub mod select_node;
mod visibility;

pub use mutation::{
    Assign, Conflict, Cte, CteInsert, Delete, Documents, Insert, KeyRef, NestedOp, NestedWrite,
    Parent, PlannedOp, Reference, RelationKind, RelationWrite, Resolution, RowCheck, RowWrite,
    Rule, Update, Upsert, WhereUnique, allowed, changing, create, create_nested, delete, field,
    insert, is_nested, nulled_columns, owns_key, references, renewed, replace, set_field,
    soft_delete, update, update_nested, upsert,
};
pub use path_key::key;
pub use read_plan::{
    ReadPlan, Shown, filter, keys, list, one, related, row, shown, shown_of_deleted,
};
pub use seek::{Seek, SeekBound};
pub use visibility::{Deleted, FromImposed, Imposed, Visibility, VisibleFilter, soft_deletion};

use std::sync::Arc;

use reflect::snapshot::Database;

use super::operators::Operator;
use crate::{
    catalog::{Catalog, Join, Resource},
    codec::Value,
    settings::Limits,
};

pub use super::parse::{IsTest, Key, Step};

/// The number of rows up to which an estimated count is exact.
pub const EXACT_ESTIMATE: u64 = 1000;

/// Everything that a request is planned against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'app> {
    pub catalog: &'app Catalog,
    /// The planner refuses operators that this database lacks.
    pub database: Database,
    pub limits: &'app Limits,
    /// Which rows the request may see.
    pub visibility: Visibility<'app>,
}

/// A `WHERE`, or a part of one. The order of its members has no meaning.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter<C = Condition> {
    pub negated: bool,
    /// Whether one member is enough (`OR`). Otherwise all must hold (`AND`). Without members, `AND` is
    /// true and `OR` is false.
    pub any: bool,
    pub conditions: Vec<C>,
    pub groups: Vec<Filter<C>>,
    pub embeds: Vec<select_node::EmbedTest>,
    /// Tests of related rows. Only policies have them.
    pub related: Vec<RelatedTest>,
    /// The policies of the caller's role. They hold beside all members, whatever `any` and `negated` say.
    pub policies: Vec<Arc<Filter>>,
    /// Whether the members are evaluated only for rows that satisfy the policies. Without that, the
    /// database chooses the order, and an error or the time of a member could tell about hidden rows.
    pub fenced: bool,
}

/// A test of whether a row has a related row that satisfies a filter.
#[derive(Debug, Clone)]
pub struct RelatedTest {
    pub join: Join,
    pub target: Arc<Resource>,
    pub filter: Filter,
}

impl PartialEq for RelatedTest {
    fn eq(&self, other: &Self) -> bool {
        let same = (&self.join, self.target.id) == (&other.join, other.target.id);
        same && self.filter == other.filter
    }
}

impl<C> Default for Filter<C> {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

/// One condition on one column.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    pub column: usize,
    /// The path into the column's JSON; empty for the column itself.
    pub path: Box<[Step]>,
    pub negated: bool,
    pub test: Test,
}

/// The test of a condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// Any operator with one operand.
    Compare(Operator, Value),
    In(Vec<Value>),
    Is(IsTest),
    /// Full text search.
    Search {
        operator: Operator,
        /// The text search configuration: letters, digits, `_` and `.`. `None` is the database's
        /// default.
        configuration: Option<Box<str>>,
        /// Whether the column is a `tsvector`. Another column is converted to one.
        as_it_is: bool,
        query: Value,
    },
}

impl Condition {
    /// The condition that a column has a value.
    pub fn equals(column: usize, value: Value) -> Self {
        Self {
            column,
            path: Box::default(),
            negated: false,
            test: Test::Compare(Operator::Eq, value),
        }
    }
}

impl<C> Filter<C> {
    /// The conditions, if the filter is a conjunction of conditions only.
    pub fn plain(&self) -> Option<&[C]> {
        self.plain_beside_policies()
            .filter(|_| self.policies.is_empty())
    }

    /// The conditions, if the filter is a conjunction of conditions and policies only.
    pub fn plain_beside_policies(&self) -> Option<&[C]> {
        let is_plain = self.groups.is_empty()
            && self.embeds.is_empty()
            && self.related.is_empty()
            && !self.negated
            && !self.any
            && !self.fenced;
        is_plain.then_some(&self.conditions)
    }

    /// Whether it consists of policies at most.
    pub fn has_no_members(&self) -> bool {
        self.plain_beside_policies().is_some_and(<[_]>::is_empty)
    }

    /// Whether every row satisfies the filter.
    pub fn is_empty(&self) -> bool {
        self.plain().is_some_and(<[_]>::is_empty)
    }
}

impl Filter {
    /// The filter that no row satisfies.
    pub fn nothing() -> Self {
        Self {
            any: true,
            ..Self::default()
        }
    }

    /// The filter of the rows whose columns have one of these tuples of values.
    pub fn of_keys(columns: &[usize], keys: &[Vec<Value>]) -> Self {
        if let [column] = columns {
            return Self::from(vec![Condition {
                test: Test::In(keys.iter().flatten().cloned().collect()),
                ..Condition::equals(*column, Value::Null)
            }]);
        }
        let one = |key: &Vec<Value>| {
            let conditions = columns.iter().zip(key);
            let conditions =
                conditions.map(|(&column, value)| Condition::equals(column, value.clone()));
            Self::from(conditions.collect::<Vec<_>>())
        };
        Self {
            any: true,
            groups: keys.iter().map(one).collect(),
            ..Self::default()
        }
    }

    /// Whether the filter has a full text search. The database checks the syntax of a search, so that
    /// its error is the request's.
    pub fn searches(&self) -> bool {
        let searches = |condition: &Condition| matches!(condition.test, Test::Search { .. });
        self.conditions.iter().any(searches) || self.groups.iter().any(Self::searches)
    }
}

/// All of the conditions must hold.
impl<C> From<Vec<C>> for Filter<C> {
    fn from(conditions: Vec<C>) -> Self {
        Self {
            negated: false,
            any: false,
            conditions,
            groups: Vec::new(),
            embeds: Vec::new(),
            related: Vec::new(),
            policies: Vec::new(),
            fenced: false,
        }
    }
}

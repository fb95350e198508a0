//! Query and body + catalog → plans. Refuses names and values that are not of the catalog.
//!
//! Plans are plain data with SQL's own words. Columns are positions in their resource, so that
//! nothing but the catalog can name one.

mod cursor;
#[cfg(test)]
pub(crate) mod every_plan_is_visible;
mod key;
mod mutation;
mod read;
pub mod resolver;
pub mod select_node;
pub mod strict;
pub mod tree;
mod visibility;

pub use cursor::{Seek, SeekBound};
pub use key::key;
pub use mutation::{
    Assign, Conflict, Cte, CteInsert, Delete, Documents, Insert, KeyRef, NestedOp, NestedWrite,
    Parent, PlannedOp, Reference, RelationKind, RelationWrite, RowWrite, Rule, Update, Upsert,
    WhereUnique, allowed, changing, create, create_nested, delete, field, insert, is_nested,
    nulled_columns, owns_key, references, replace, set_field, update, update_nested, upsert,
};
pub use read::{Read, Shown, filter, keys, list, one, related, row, shown};
pub use visibility::{Deleted, FromImposed, Imposed, Visibility, VisibleFilter, soft_deletion};

use std::sync::Arc;

use reflect::snapshot::Database;

use super::{Limits, cursor::Fingerprint, operators::Operator};
use crate::{
    catalog::{Catalog, Resource},
    codec::Value,
};

pub use super::parse::{IsTest, Key, Step};

/// How far an estimated count is exact.
pub const EXACT_ESTIMATE: u64 = 1000;

/// What requests are planned against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'app> {
    pub catalog: &'app Catalog,
    /// What it lacks is refused while planning.
    pub database: Database,
    pub limits: &'app Limits,
    /// Which rows the request may see.
    pub visibility: Visibility,
}

/// `SELECT`.
#[derive(Debug, Clone)]
pub struct Select {
    pub from: Arc<Resource>,
    /// Those that the answer shows come first; the others are for its cursor.
    pub columns: Vec<usize>,
    pub shown: usize,
    pub filter: VisibleFilter,
    pub order: Vec<OrderBy>,
    /// Only rows after the one that has these values in the order, which goes one way and knows no
    /// null ([`Seek::Row`]).
    pub after: Option<Box<[Value]>>,
    /// One more than the page has, if it is to be known whether another follows.
    pub limit: Option<u64>,
    pub offset: Option<u64>,
    /// Rows of a list at most; `None` is a read by key.
    pub page: Option<u64>,
}

impl Select {
    /// These columns of the rows of a filter.
    pub fn of(from: &Arc<Resource>, columns: Vec<usize>, filter: VisibleFilter) -> Self {
        Self {
            from: from.clone(),
            shown: columns.len(),
            columns,
            filter,
            order: Vec::new(),
            after: None,
            limit: None,
            offset: None,
            page: None,
        }
    }

    /// Columns that the answer shows.
    pub fn shown(&self) -> &[usize] {
        &self.columns[..self.shown]
    }

    /// What tells cursors of this order from others: as [`select_node::SelectNode::fingerprint`] does.
    pub fn fingerprint(&self) -> Fingerprint {
        let start = Fingerprint::of(&self.from.name);
        self.order.iter().fold(start, |hash, term| {
            let field = &self.from.columns[term.column].field;
            hash.with(field).directed(term.descending, term.nulls_first)
        })
    }
}

/// What rows must satisfy: a `WHERE`, or a part of one. Its members' order means nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter<C = Condition> {
    pub negated: bool,
    /// Whether one member is enough; else all must hold. Of no members, all hold and none is enough.
    pub any: bool,
    pub conditions: Vec<C>,
    pub groups: Vec<Filter<C>>,
    pub embeds: Vec<select_node::EmbedTest>,
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
    /// The way into the column's JSON; mostly none.
    pub path: Box<[Step]>,
    pub negated: bool,
    pub test: Test,
}

/// What a condition tests.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// Any operator with one operand.
    Compare(Operator, Value),
    In(Vec<Value>),
    Is(IsTest),
    /// Full text search.
    Search {
        operator: Operator,
        /// A name of letters, digits, `_` and `.`; `None` is the database's default.
        configuration: Option<Box<str>>,
        /// Whether the column is a `tsvector`; else it is made one.
        as_it_is: bool,
        query: Value,
    },
}

/// One term of an `ORDER BY`.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderBy {
    pub column: usize,
    pub descending: bool,
    pub nulls_first: Option<bool>,
}

impl Condition {
    /// That a column holds a value.
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
    /// The conditions, if they are all there is.
    pub fn plain(&self) -> Option<&[C]> {
        let is_plain =
            self.groups.is_empty() && self.embeds.is_empty() && !self.negated && !self.any;
        is_plain.then_some(&self.conditions)
    }

    /// Whether every row satisfies it.
    pub fn is_empty(&self) -> bool {
        self.plain().is_some_and(<[_]>::is_empty)
    }
}

impl Filter {
    /// That columns hold one of these sets of values.
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

    /// Whether it searches texts: what the database then finds wrong is the request's fault.
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
        }
    }
}

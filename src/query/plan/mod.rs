//! Query and body + catalog → plans. Refuses names and values that are not of the catalog.
//!
//! Plans are plain data with SQL's own words. Columns are positions in their resource, so that
//! nothing but the catalog can name one.

mod key;
mod read;
mod write;

pub use key::key;
pub use read::{list, one};
pub use write::{
    Assign, Conflict, Delete, Documents, Insert, Update, Upsert, create, delete, field, replace,
    set_field, update, upsert,
};

use std::sync::Arc;

use super::operators::Operator;
use crate::{catalog::Resource, codec::Value};

pub use super::parse::IsTest;

/// `SELECT`.
#[derive(Debug, Clone)]
pub struct Select {
    pub from: Arc<Resource>,
    pub columns: Vec<usize>,
    pub filter: Vec<Condition>,
    pub order: Vec<OrderBy>,
    pub limit: Option<u64>,
    pub offset: Option<u64>,
}

/// One condition of a `WHERE`; all must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    pub column: usize,
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
}

/// One term of an `ORDER BY`.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderBy {
    pub column: usize,
    pub descending: bool,
    pub nulls_first: Option<bool>,
}

impl Condition {
    fn equals(column: usize, value: Value) -> Self {
        Self {
            column,
            negated: false,
            test: Test::Compare(Operator::Eq, value),
        }
    }
}

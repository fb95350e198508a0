//! A request's question, from text to SQL: [`parse`] ─► [`plan`] ─► [`sql`].
//!
//! All of it is synchronous and pure. `parse` refuses text that is not of the grammar, `plan`
//! refuses names and values that are not of the catalog, `sql` refuses nothing: a plan can no
//! longer be wrong, only fail in the database.

pub mod body;
mod fill;
pub mod operators;
pub mod parse;
pub mod plan;
pub mod prefer;
pub mod sql;

/// Rows asked of the plan step where a request names none.
#[derive(Debug, Clone, Copy)]
pub struct PageSizes {
    pub default: u64,
    pub max: u64,
}

//! A request's question, from text to SQL: [`parse`] ─► [`plan`] ─► [`sql`].
//!
//! All of it is synchronous and pure. `parse` refuses text that is not of the grammar, `plan`
//! refuses names and values that are not of the catalog, `sql` refuses nothing: a plan can no
//! longer be wrong, only fail in the database.

pub mod body;
pub mod casts;
pub mod csv;
pub mod cursor;
pub(crate) mod fill;
pub mod json;
pub mod operators;
pub mod parse;
pub mod plan;
pub mod sql;

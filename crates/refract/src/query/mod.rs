//! From the text of a request to SQL: [`parse`] ─► [`plan`] ─► [`sql`].
//!
//! All of it is synchronous and pure. `parse` refuses text that the grammar does not allow. `plan`
//! refuses names and values that the catalog does not have. `sql` refuses nothing: a plan is valid,
//! and can only fail in the database.

pub mod body;
pub mod casts;
pub mod csv;
pub mod cursor;
pub(crate) mod fill;
pub mod operators;
pub mod parse;
pub mod plan;
pub mod sql;

//! `/rest/v1`: names and values are the database's to resolver, and refusals are PostgREST's.
//!
//! The grammar ([`super::parse`]) and the planner ([`super::plan::tree`]) are those of `/api/v1`; here
//! are the resolvers. On PostgreSQL names and values go to the database as they were written
//! ([`names`]), and it prints the JSON itself ([`sql`]); elsewhere they are those of the catalog
//! ([`columns`]). What is decided here is what only the catalog knows: which relation an embed means
//! ([`relationships`]), and that hidden columns are not there.

pub mod columns;
pub mod fuzzy;
pub mod names;
pub mod raw_node;
mod refusal;
pub mod relationships;
mod rules;
pub mod sql;
mod wording;
pub mod write;

pub use refusal::{About, PostgrestError};
pub use relationships::Relationships;
pub use rules::Context;

//! The dialect on SQLite, which cannot print PostgreSQL's JSON.
//!
//! Reads and writes become plans of typed columns, as on `/api/v1` ([`sqlite_resolver`],
//! [`payload_plans`]). Their cells are spelled as PostgreSQL spells them ([`row_writer`]), and errors
//! are PostgreSQL's ([`sqlite_errors`]). Queries go through [`sqlite_read`] and [`sqlite_write`].

mod payload_plans;
mod row_writer;
mod sqlite_errors;
mod sqlite_read;
pub(super) mod sqlite_resolver;
mod sqlite_write;

pub use sqlite_errors::check_writable;
pub use sqlite_read::{plan, read};
pub use sqlite_write::write;

//! The dialect on SQLite, which does not print PostgreSQL's JSON: plans of typed columns, as
//! `/api/v1` has them, whose cells are spelled as PostgreSQL would spell them.

pub mod payload_plans;
pub mod read_rows;
pub mod sqlite_resolver;
pub mod write_rows;

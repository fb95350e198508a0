//! Requests that the database judges: names and values go to it as they were written, and it
//! prints the JSON itself. The strictness of `/rest/v1`; that of `/api/v1` is [`super::plan`].
//!
//! The grammar is one ([`super::parse`]). What is decided here is what only the catalog knows: which
//! relation an embed means, and that hidden columns are not there ([`plan`]). PostgreSQL only.

pub mod fuzzy;
pub mod plan;
mod refusal;
pub mod relationships;
pub mod sql;
pub mod strict;
pub mod write;

pub use refusal::Refusal;
pub use relationships::Relationships;

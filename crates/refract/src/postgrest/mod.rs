//! The PostgREST dialect, `/rest/v1`: tables and views under their own names, as `supabase-js`
//! asks for them. Access, request ids, logs, limits, CORS and compression are the same as for every
//! other request.
//!
//! A request passes these steps, one folder each:
//!
//! | step | takes → gives |
//! |---|---|
//! | [`request`] | headers, query string and body → values, with PostgREST's errors of syntax |
//! | [`resolve`] | a query and the catalog → a tree of rows whose names and operands stay as written |
//! | [`emit`] | that tree → one PostgreSQL statement, which prints the body of the answer |
//! | [`respond`] | rows or errors → status, headers, body |
//!
//! [`service`] strings them together, with [`read_table`] and [`write_table`].
//! [`on_sqlite`] replaces `resolve` and `emit` where PostgreSQL does not print the JSON; it can be
//! deleted as a whole with the calls into it.

mod allowed_methods;
mod emit;
mod missing_function;
mod on_sqlite;
mod postgrest_error;
mod read_table;
mod request;
mod resolve;
pub mod respond;
mod service;
mod write_table;

pub use respond::error_response;
pub use service::{PREFIX, Rest, is_below};

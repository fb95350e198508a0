//! The PostgREST dialect, `/rest/v1`: tables and views under their own names, as `supabase-js`
//! asks for them. Access, request ids, logs, limits, CORS and compression are the same as for every
//! other request.
//!
//! A request passes these steps, one folder each:
//!
//! | step | takes → gives |
//! |---|---|
//! | [`request`] | headers, query string and body → a [`request::ParsedRequest`], for writes a [`request::write_request::WriteRequest`] |
//! | [`resolve`] | a query and the catalog → a tree of rows, in which names and operands stay as written |
//! | [`emit`] | that tree → one PostgreSQL statement, which prints the body of the answer |
//! | [`respond`] | rows or errors → status, headers and body |
//!
//! [`service`] chooses what answers a request: [`read_table`], [`write_table`], [`allowed_methods`]
//! or [`missing_function`]. SQLite cannot print PostgreSQL's JSON: there [`on_sqlite`] takes the place
//! of `resolve` and `emit`. It can be deleted as a whole, with the calls into it.
//!
//! Errors are PostgREST's ([`postgrest_error`]).

mod allowed_methods;
mod emit;
mod exposed_schemas;
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
pub use service::{PREFIX, PostgrestRoutes, is_below};

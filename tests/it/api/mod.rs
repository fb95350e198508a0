//! `/api/v1`, by URL.

mod bodies;
mod constraints;
mod create;
mod defaults;
mod delete;
mod described;
mod docs;
mod get;
mod health;
mod hidden;
mod keys;
mod list;
mod nasty;
mod odd_requests;
mod odd_tables;
mod openapi;
mod read_only;
mod replace;
mod schema;
mod schemathesis;
mod triggers;
mod types;
mod typescript;
mod update;
